from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.errors import MalformedMessage
from client.mime.builder import assemble, assemble_signed, build_entity, build_headers
from client.mime.parser import attachments, body_parts, parse_message, part_content, part_text
from client.mime.smime import ShapeKind, find_shape
from client.model.address import MailAddress
from client.model.outgoing import Draft, DraftAttachment
from client.model.text import nfc

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
DRAFT = Draft(
    "d1", "acc", "<m1@tphcm.gov.vn>", MailAddress("a@tphcm.gov.vn", "Nguyễn Văn A"),
    to=(MailAddress("b@tphcm.gov.vn", "Sở Nội vụ, Phòng 1"),), bcc=(MailAddress("secret@tphcm.gov.vn"),),
    subject="Về việc triển khai", body="Kính gửi\nFrom here \n.\n",
)  # fmt: skip
LINES = st.text(st.characters(codec="utf-8"), max_size=300)
FILES = st.builds(
    DraftAttachment,
    name=st.text(st.characters(codec="utf-8"), max_size=200),
    media_type=st.sampled_from(["application/pdf", "text/plain", "nonsense", "multipart/mixed"]),
    content=st.binary(max_size=300),
)


def split_lines(text: str) -> str:
    return nfc(text).replace("\r\n", "\n").replace("\r", "\n")


@given(
    st.builds(
        replace, st.just(DRAFT), subject=LINES, body=LINES, attachments=st.lists(FILES, max_size=3).map(tuple)
    )
)
def test_what_is_built_is_seven_bit_short_lined_and_read_back_the_same(draft: Draft) -> None:
    entity = build_entity(draft)
    raw = assemble(build_headers(draft, NOW), entity)
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    for line in raw.split(b"\r\n"):
        assert len(line) <= 76
        assert not line.endswith((b" ", b"\t"))
        assert not line.startswith((b"From ", b"."))
    parsed = parse_message(raw)
    assert parsed.defects == ()
    plain, _ = body_parts(parsed)
    assert plain is not None
    body = split_lines(draft.body)
    assert part_text(raw, plain) == body + ("" if not body or body.endswith("\n") else "\n")
    assert [part_content(raw, part) for part in attachments(parsed)] == [a.content for a in draft.attachments]


@given(
    st.builds(replace, st.just(DRAFT), body=LINES, attachments=st.lists(FILES, max_size=2).map(tuple)),
    st.binary(),
)
def test_signed_entity_stands_untouched_in_the_message(draft: Draft, signature: bytes) -> None:
    entity = build_entity(draft)
    raw = assemble_signed(build_headers(draft, NOW), entity, signature)
    shape = find_shape(raw, parse_message(raw))
    assert shape.kind is ShapeKind.DETACHED
    assert (shape.signed_entity, shape.signature_der, shape.micalg) == (entity, signature, "sha-256")
    assert raw.count(entity) == 1


def test_same_draft_gives_the_same_bytes_and_bcc_is_never_written() -> None:
    headers = build_headers(DRAFT, NOW)
    assert headers == build_headers(DRAFT, NOW)
    assert b"secret@" not in headers
    assert headers.endswith(b"\r\n")
    assert b"\r\n\r\n" not in headers
    envelope = parse_message(headers + b"\r\n").envelope
    assert envelope.to == DRAFT.to
    assert envelope.from_ == (DRAFT.sender,)
    assert (envelope.subject, envelope.date, envelope.message_id) == (DRAFT.subject, NOW, DRAFT.message_id)


@given(LINES)
def test_no_value_can_start_a_new_field(evil: str) -> None:
    value = f"a\r\nBcc: x@y.vn\n{evil}"
    draft = replace(
        DRAFT, subject=value, sender=MailAddress("a@x.vn", value), in_reply_to=value, references=(value,),
        attachments=(DraftAttachment(value, value, b""),),
    )  # fmt: skip
    raw = assemble(build_headers(draft, NOW), build_entity(draft))
    allowed = "date from to subject message-id x-congthu-id in-reply-to references mime-version content-type"
    parsed = parse_message(raw)
    assert {field.name.lower() for field in parsed.headers} <= set(allowed.split())
    assert parsed.envelope.bcc == ()


@pytest.mark.parametrize("address", ["a@x.vn\r\nBcc: b@x.vn", "a b@x.vn", "nobody", "é@x.vn", "a@x.vn>", ""])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(MalformedMessage):
        build_headers(replace(DRAFT, to=(MailAddress(address),)), NOW)


def test_forwarded_message_keeps_every_byte() -> None:
    safe = b"From: a@x.vn\r\n\r\nhello\r\n"
    unsafe = "From: a@x.vn\n\nxin chào \n".encode()
    for content, media_type in ((safe, "message/rfc822"), (unsafe, "application/octet-stream")):
        raw = build_entity(
            replace(DRAFT, attachments=(DraftAttachment("goc.eml", "message/rfc822", content),))
        )
        (part,) = attachments(parse_message(raw))
        assert (part.content_type, part_content(raw, part), part.filename) == (media_type, content, "goc.eml")


@pytest.mark.parametrize(
    ("urgency", "told"),
    [("HỎA TỐC", "hoa-toc"), ("HOẢ TỐC", "hoa-toc"), ("THƯỢNG KHẨN", "thuong-khan"), ("KHẨN", "khan")],
)
def test_an_urgent_letter_says_how_urgent_its_document_is(urgency: str, told: str) -> None:
    headers = build_headers(replace(DRAFT, urgent=True, urgency=urgency), NOW)
    assert b"\r\nImportance: high\r\n" in headers
    assert f"\r\nX-CongThu-Urgency: {told}\r\n".encode() in headers


@pytest.mark.parametrize(
    "draft", [replace(DRAFT, urgency="KHẨN"), replace(DRAFT, urgent=True, urgency="a\r\nBcc: x@y")]
)
def test_no_other_urgency_comes_into_the_header(draft: Draft) -> None:
    assert b"X-CongThu-Urgency" not in build_headers(draft, NOW)
