"""What `congthu send` makes of a finished message: the envelope, and bytes that travel unchanged."""

from __future__ import annotations

import pytest

from client.cli.send import outgoing_of
from client.errors import MalformedMessage
from client.mime.splitting import split_message
from client.model.account import Account, Endpoint, Identity
from client.model.address import MailAddress

AN = "an@so.example"
ACCOUNT = Account("an", Identity(MailAddress(AN)), Endpoint("x", 993), Endpoint("x", 465), AN)
HEAD = b"From: An <an@so.example>\r\nTo: binh@so.example, chi@so.example\r\nMessage-ID: <1@so.example>\r\n"


def frozen(raw: bytes) -> bytes:
    return outgoing_of(raw, (ACCOUNT,)).raw


def test_everybody_is_in_the_envelope_once_and_bcc_in_no_header() -> None:
    hidden = b"bcc:\r\n dung@so.example,\r\n e@so.example\r\n"
    raw = HEAD + b"Cc: Binh <binh@so.example>\r\n" + hidden + b"X: 1\r\n\r\nBcc: la chu\r\n"
    message = outgoing_of(raw, (ACCOUNT,))
    people = ("binh", "chi", "dung", "e")
    assert (message.mail_from, message.rcpt_to) == (AN, tuple(f"{one}@so.example" for one in people))
    assert message.raw == HEAD + b"Cc: Binh <binh@so.example>\r\nX: 1\r\n\r\nBcc: la chu\r\n"
    assert (message.account_id, message.message_id) == ("an", "<1@so.example>")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (HEAD + b"\r\nthu\r\n", HEAD + b"\r\nthu\r\n"),
        (HEAD.replace(b"\r\n", b"\n") + b"\nthu\n\n", HEAD + b"\r\nthu\r\n\r\n"),
        (HEAD + b"\r\nkhong het dong", HEAD + b"\r\nkhong het dong\r\n"),
        (b"From an@so.example Mon Nov 23 08:00:00 2026\r\n" + HEAD + b"\r\nthu\r\n", HEAD + b"\r\nthu\r\n"),
        (HEAD, HEAD + b"\r\n"),
    ],
    ids=["as-it-is", "unix-lines", "open-line", "mailbox-file", "no-body"],
)
def test_bytes_change_only_where_they_could_not_travel(raw: bytes, expected: bytes) -> None:
    assert frozen(raw) == expected


def test_a_message_without_an_id_gets_one_of_its_own() -> None:
    raw = HEAD.replace(b"Message-ID: <1@so.example>\r\n", b"") + b"\r\nthu\r\n"
    one, other = outgoing_of(raw, (ACCOUNT,)), outgoing_of(raw, (ACCOUNT,))
    assert one.message_id != other.message_id
    assert one.raw == f"Message-ID: {one.message_id}\r\n".encode() + raw


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"From: an@so.example, binh@so.example\r\nTo: binh@so.example\r\n\r\nthu\r\n", "from-ambiguous"),
        (b"From: an@so.example\r\nSubject: x\r\n\r\nthu\r\n", "no-recipients"),
        (b"From: \r\nTo: binh@so.example\r\n\r\nthu\r\n", "from-missing"),
    ],
)
def test_a_message_without_one_sender_or_any_recipient_is_refused(raw: bytes, reason: str) -> None:
    with pytest.raises(MalformedMessage) as refused:
        outgoing_of(raw, (ACCOUNT,))
    assert refused.value.params == {"reason": reason}


def test_a_message_out_of_a_mailbox_file_is_signed_without_its_separator() -> None:
    headers, entity = split_message(b"From an@so.example Mon Nov 23 08:00:00 2026\n" + HEAD + b"\r\nthu\r\n")
    assert headers == b"MIME-Version: 1.0\r\n" + HEAD
    assert entity.endswith(b"\r\n\r\nthu\r\n")
