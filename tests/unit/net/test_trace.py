"""The last lines of a connection say what happened and give nothing away."""

from __future__ import annotations

import pytest

from client.net.trace import KEPT, Trace, masked_command, masked_line, masked_smtp

SECRETS = ("CANARY", "mat-khau", "an@x.vn", "Mật")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b'Q1 LOGIN "an@x.vn" CANARY\r\n', b"Q1 LOGIN ..."),
        (b"ABCD1 AUTHENTICATE PLAIN CANARY\r\n", b"ABCD1 AUTHENTICATE ..."),
        (b"AENBTkFSWQ==\r\n", b"(14 bytes)"),
        (b'Q2 SELECT "CANARY" (QRESYNC (1 2))\r\n', b"Q2 SELECT ..."),
        (b"Q3 UID FETCH 1:50 (UID FLAGS)\r\n", b"Q3 UID FETCH 1:50 (UID FLAGS)"),
        (b'Q4 UID SEARCH HEADER Message-ID "<CANARY@x>"\r\n', b'Q4 UID SEARCH HEADER Message-ID "..."'),
        (b"Q5 APPEND CANARY {20}\r\n", b"Q5 APPEND ..."),
        (b"Subject: CANARY\r\n\r\nmat-khau", b"(27 bytes)"),
    ],
)
def test_commands(sent: bytes, kept: bytes) -> None:
    assert masked_command(sent) == kept


@pytest.mark.parametrize(
    ("came", "shown"),
    [
        (b"* OK [CAPABILITY IMAP4rev1] ready\r\n", b"* OK [CAPABILITY IMAP4rev1] ready"),
        (b'* LIST (\\Sent) "/" CANARY\r\n', b"* LIST (\\Sent) ..."),
        (b"* STATUS CANARY (MESSAGES 2)\r\n", b"* STATUS  ..."),
        (b"* 5 FETCH (UID 7 FLAGS (\\Seen) BODY[] {20}\r\n", b"* 5 FETCH (UID 7 FLAGS (\\Seen) BODY[] {20}"),
        (b'* 5 FETCH (ENVELOPE ("CANARY" NIL))\r\n', b'* 5 FETCH (ENVELOPE ("..." NIL))'),
        (b"+ CANARY\r\n", b"+ ..."),
        (b"* BYE CANARY <an@x.vn>\r\n", b"* BYE CANARY <...>"),
    ],
)
def test_responses(came: bytes, shown: bytes) -> None:
    assert masked_line(came) == shown


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b"AUTH PLAIN CANARY", b"AUTH PLAIN ..."),
        (b"CANARY==", b"(8 bytes)"),
        (b"MAIL FROM:<an@x.vn> SIZE=5", b"MAIL FROM:<...> SIZE=5"),
        (b"EHLO [127.0.0.1]", b"EHLO [127.0.0.1]"),
    ],
)
def test_smtp(sent: bytes, kept: bytes) -> None:
    assert masked_smtp(sent) == kept


def test_only_the_last_lines_are_kept() -> None:
    trace = Trace()
    for number in range(KEPT + 50):
        trace.imap_came(b"* %d EXISTS\r\n" % number)
    lines = trace.lines()
    assert len(lines) == KEPT
    assert lines[-1].endswith(f"< * {KEPT + 49} EXISTS")
