"""What servers tell of mailboxes, as told and as told wrongly."""

from __future__ import annotations

import pytest

from client.model.mailbox import SyncCursor
from client.net.selection import SelectAnswer, lost_flags, parameters, parse_status, read_ranges
from client.net.session import MailboxStatus

SINCE = SyncCursor(7, 100, 500)


def answer(*lines: bytes) -> SelectAnswer:
    collected = SelectAnswer(resumed=True, since=SINCE)
    for line in lines:
        collected.take([line + b"\r\n"])
    return collected


def test_select_with_qresync_is_read() -> None:
    told = answer(
        b"* OK [CLOSED] Previous mailbox closed.", b"* FLAGS (\\Seen)", b"* 3 EXISTS", b"* 0 RECENT",
        b"* OK [UIDVALIDITY 7] UIDs valid", b"* OK [UIDNEXT 101] next", b"* OK [HIGHESTMODSEQ 510] highest",
        b"* VANISHED (EARLIER) 41,43:116,118", b"* 2 FETCH (UID 99 FLAGS (\\Seen) MODSEQ (505))",
    ).result()  # fmt: skip
    assert (told.uidvalidity, told.uidnext, told.exists, told.highestmodseq) == (7, 101, 3, 510)
    assert told.resumed
    assert told.vanished == ((41, 41), (43, 116), (118, 118))
    assert told.changed == {99: frozenset({"\\Seen"})}


def test_what_is_said_of_the_mailbox_before_does_not_count() -> None:
    told = answer(
        b"* 9 EXISTS", b"* VANISHED (EARLIER) 1:5", b"* OK [CLOSED]", b"* 1 EXISTS",
        b"* OK [UIDVALIDITY 7]", b"* OK [HIGHESTMODSEQ 9]",
    ).result()  # fmt: skip
    assert (told.exists, told.vanished) == (1, ())


@pytest.mark.parametrize(
    "line", [b"* OK [NOMODSEQ] none", b"* OK [HIGHESTMODSEQ 0]", b"* OK [UIDVALIDITY 8]"]
)
def test_without_modification_sequences_or_in_another_life_nothing_is_resumed(line: bytes) -> None:
    told = answer(b"* 1 EXISTS", b"* OK [UIDVALIDITY 7]", line).result()
    assert (told.resumed, told.vanished, dict(told.changed)) == (False, (), {})


def test_one_parameter_alone_is_sent() -> None:
    every = frozenset({"QRESYNC", "CONDSTORE"})
    assert parameters(every, SINCE) == (b"(QRESYNC (7 500))",)
    assert parameters(every, None) == (b"(CONDSTORE)",)
    assert parameters(every, SyncCursor(7, 100, 0)) == (b"(CONDSTORE)",)
    assert parameters(frozenset({"CONDSTORE"}), SINCE) == (b"(CONDSTORE)",)
    assert parameters(frozenset(), SINCE) == ()


def test_ranges_are_not_spelled_out_and_nonsense_is_dropped() -> None:
    assert read_ranges(b"5:1,7,4294967295:1,x,9:,:3,99999999999999999999999") == [
        (1, 5),
        (7, 7),
        (1, 4294967295),
        (9, 9),
    ]


@pytest.mark.parametrize(
    ("pieces", "name"),
    [
        (
            [b'* STATUS "Th&AbA-" (MESSAGES 3 UIDNEXT 9 UIDVALIDITY 7 UNSEEN 1 HIGHESTMODSEQ 12)\r\n'],
            b"Th&AbA-",
        ),
        ([b"* STATUS INBOX (UIDVALIDITY 7 UNSEEN 1 MESSAGES 3 HIGHESTMODSEQ 12 UIDNEXT 9)\r\n"], b"INBOX"),
        (
            [
                b"* STATUS {5}\r\n",
                b'a"b (',
                b" (MESSAGES 3 UIDNEXT 9 UIDVALIDITY 7 UNSEEN 1 HIGHESTMODSEQ 12)\r\n",
            ],
            b'a"b (',
        ),
        ([b'* STATUS "(a b)" (MESSAGES 3 UIDNEXT 9 UIDVALIDITY 7 UNSEEN 1 HIGHESTMODSEQ 12) \r\n'], b"(a b)"),
    ],
)
def test_status_is_read_whatever_the_name_looks_like(pieces: list[bytes], name: bytes) -> None:
    assert parse_status(pieces) == (name, MailboxStatus(7, 9, 3, 12, 1))


@pytest.mark.parametrize(
    "line",
    [
        b"* STATUS INBOX (MESSAGES 3)\r\n",
        b"* STATUS INBOX\r\n",
        b'* STATUS "x (MESSAGES 1 UIDNEXT 1 UIDVALIDITY 1)\r\n',
        b"* LIST () x y\r\n",
    ],
)
def test_half_a_status_is_none(line: bytes) -> None:
    assert parse_status([line]) is None


@pytest.mark.parametrize(
    ("line", "lost"),
    [
        (b"* OK [PERMANENTFLAGS ()] Read-only mailbox.", "\\Deleted \\Flagged"),
        (b"* OK [permanentflags (\\SEEN \\Flagged \\*)] Limited", "\\Deleted"),
        (b"* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)] all", ""),
        (b"* 3 EXISTS", ""),
    ],
)
def test_flags_that_are_taken_and_forgotten_are_known(line: bytes, lost: str) -> None:
    wanted = ("\\Flagged", "\\Deleted", "\\Seen", "$MDNSent")
    assert lost_flags(answer(line).permanent, wanted) == lost
