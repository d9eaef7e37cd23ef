"""What goes up comes down as it was, and no bytes of a drafts mailbox do harm."""

from __future__ import annotations

import contextlib
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.errors import MalformedMessage
from client.mime.draft_message import build_draft
from client.model.address import MailAddress
from client.model.outgoing import Draft, DraftAttachment
from client.net.commands import append_limit
from client.services.draft_reading import read_server_draft

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
ME = MailAddress("an@x.vn", "Nguyễn Văn An")
EMPTY = Draft("d9", "an", "<new@x.vn>", ME)
LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp"))
LINES = st.lists(st.text(LETTERS, max_size=200), max_size=8).map("\n".join)


def through_the_server(draft: Draft) -> Draft:
    raw = build_draft(draft, NOW, message_id="<copy@x.vn>", token="t" * 32, identity="i" * 32)
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    read = read_server_draft(raw, replace(EMPTY, draft_id=draft.draft_id, message_id=draft.message_id))
    assert (read.token, read.identity) == ("t" * 32, "i" * 32)
    return read.draft


@given(LINES, st.lists(st.binary(max_size=300), max_size=3))
def test_text_and_files_come_back_as_they_were(body: str, files: list[bytes]) -> None:
    attachments = tuple(
        DraftAttachment(f"tệp {number}.bin", "application/octet-stream", content)
        for number, content in enumerate(files)
    )
    draft = replace(EMPTY, body=unicodedata.normalize("NFC", body), attachments=attachments)
    # A message's text ends with a line break whether one was written or not.
    assert through_the_server(draft) == replace(draft, body=draft.body.removesuffix("\n"))


def test_what_is_wished_and_whom_it_goes_to_comes_back() -> None:
    draft = replace(
        EMPTY,
        to=(MailAddress("binh@x.vn", "Trần, Bình"), MailAddress("chưa xong")),
        cc=(MailAddress("c@x.vn"),),
        bcc=(MailAddress("d@x.vn"), MailAddress("e@x.vn", "Ẩn")),
        subject="Về việc: họp — lần 2",
        in_reply_to="<m@x>",
        references=("<a@x>", "<m@x>"),
        urgent=True,
        urgency="hoa toc",
        want_receipt=True,
        calendar="BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n",
    )
    assert through_the_server(draft) == draft


def test_nobody_to_write_to_is_told_to_nobody() -> None:
    raw = build_draft(EMPTY, NOW, message_id="<c@x>", token="t", identity="i")
    assert b"\r\nTo:" not in raw
    assert b"new@x.vn" not in raw  # what it will leave with


@given(st.binary(max_size=400))
def test_any_bytes_are_a_draft_or_refused(junk: bytes) -> None:
    for raw in (junk, b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + junk):
        with contextlib.suppress(MalformedMessage):
            assert read_server_draft(raw, EMPTY).draft.draft_id == EMPTY.draft_id


def test_a_field_cannot_be_smuggled_in_through_a_subject_or_a_name() -> None:
    subject = "x\r\nBcc: evil@x.vn"
    draft = replace(EMPTY, subject=subject, to=(MailAddress("b@x.vn", 'a\r\nX-CongThu-Draft: "1"'),))
    back = through_the_server(draft)
    assert back.bcc == ()
    assert back.subject == "x Bcc: evil@x.vn"


@pytest.mark.parametrize(
    ("told", "limit"),
    [("APPENDLIMIT=35651584", 35_651_584), ("APPENDLIMIT", 0), ("APPENDLIMIT=x", 0), ("IDLE", 0)],
)
def test_a_server_may_say_how_large_a_message_it_takes(told: str, limit: int) -> None:
    assert append_limit({"IMAP4REV1", told}) == limit
