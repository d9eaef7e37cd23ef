from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.mime.parser import attachments, body_parts, parse_message, part_content, part_text

NESTED = (
    b"From: a@x.vn\nContent-Type: multipart/mixed; boundary=out\n\npreamble\n--out\n"
    b"Content-Type: multipart/alternative; boundary=outer2\n\n--outer2\n\nplain\n--outer2\n"
    b"Content-Type: text/html\n\n<p>html</p>\n--outer2--\nepilogue\n--out  \n"
    b'Content-Type: message/rfc822\n\nSubject: in\nContent-Type: multipart/mixed; boundary="i n"\n\n'
    b"--i n\n\ninner\n--i n--\n--out\nContent-Type: application/pdf; name=a.pdf\n"
    b"Content-Transfer-Encoding: base64\n\nJVBERg==\n--out--\n"
)


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_sections_and_spans_follow_the_bytes(line_end: bytes) -> None:
    raw = NESTED.replace(b"\n", line_end)
    parsed = parse_message(raw)
    assert [part.section for part in parsed.root.walk()] == ["", "1", "1.1", "1.2", "2", "2.TEXT", "2.1", "3"]
    assert parsed.defects == ()
    by_section = {part.section: part for part in parsed.root.walk()}
    plain = by_section["1.1"]
    assert raw[plain.header_start : plain.end] == line_end + b"plain"
    assert raw[plain.body_start : plain.end] == b"plain"
    assert part_content(raw, by_section["3"]) == b"%PDF"
    assert by_section["2.1"].content_type == "text/plain"
    assert [part.section for part in attachments(parsed)] == ["2", "3"]
    shown = body_parts(parsed)
    assert shown[0] is not None
    assert shown[1] is not None
    assert (part_text(raw, shown[0]), part_text(raw, shown[1])) == ("plain", "<p>html</p>")


def test_boundary_that_begins_like_another_is_told_apart() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=ab\n\n--abc\nx\n--ab\n\none\n--abc\n--ab--\n"
    parsed = parse_message(raw)
    assert [part_content(raw, part) for part in parsed.root.children] == [b"one\n--abc"]


@pytest.mark.parametrize(
    ("raw", "defect"),
    [
        (b"Content-Type: multipart/mixed; boundary=a\n\n--a\n\nx\n", "boundary-not-closed"),
        (b"Content-Type: multipart/mixed; boundary=a\n\nx\n", "boundary-not-found"),
        (b'Content-Type: multipart/mixed; boundary=""\n\n--\n\nx\n', "boundary-missing"),
        (b"Content-Type: multipart/mixed\n\nx\n", "boundary-missing"),
        (b"Content-Type: /\n\nx\n", "content-type-invalid"),
        (b"Content-Type: text/plain\nContent-Type: text/html\n\nx", "content-type-repeated"),
        (b"From: a@b.vn\ngarbage\n\nx", "header-line-invalid"),
        (b"From: a@b.vn", "header-not-ended"),
        (b"Content-Transfer-Encoding: rot13\n\nx", "transfer-encoding-unknown"),
    ],
)
def test_what_is_wrong_is_named_and_the_text_stays_readable(raw: bytes, defect: str) -> None:
    parsed = parse_message(raw)
    assert defect in parsed.defects
    assert not parsed.incomplete


def test_no_content_type_means_plain_text() -> None:
    parsed = parse_message(b"Subject: x\n\nbody")
    assert parsed.root.content_type == "text/plain"
    assert attachments(parsed) == ()


def test_repeated_boundary_belongs_to_the_outer_part() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=a\n\n"
        b"--a\n\ninner\n--a--\n"
    )
    parsed = parse_message(raw)
    assert "boundary-repeated" in parsed.defects
    assert len(parsed.root.children) == 2


def test_each_from_field_is_counted() -> None:
    envelope = parse_message(b"From: a@x.vn\nfrom: b@x.vn\n\n").envelope
    assert envelope.from_count == 2
    assert [each.addr_spec for each in envelope.from_] == ["a@x.vn", "b@x.vn"]


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail(raw: bytes) -> None:
    check_spans(raw)


PIECES = [b"--a", b"--a--", b"\n", b"\r\n", b"Content-Type: multipart/mixed; boundary=a", b" ", b"x", b"--",
          b"Content-Type: message/rfc822", b"=?utf-8?q?=C3", b"?=", b"From: ", b"<", b"\xff"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=60).map(b"".join))
def test_no_mixture_of_mime_pieces_makes_it_fail(raw: bytes) -> None:
    check_spans(raw)


def check_spans(raw: bytes) -> None:
    parsed = parse_message(raw)
    body_parts(parsed)
    attachments(parsed)
    for part in parsed.root.walk():
        assert 0 <= part.header_start <= part.body_start <= part.end <= len(raw)
        for child in part.children:
            assert part.body_start <= child.header_start <= child.end <= part.end
        for one, other in zip(part.children, part.children[1:], strict=False):
            assert one.end <= other.header_start
        part_text(raw, part)
