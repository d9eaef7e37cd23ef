from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.mime.addresses import read_addresses
from client.mime.fields import parse_parameters
from client.mime.headers import decode_header, parse_date, read_envelope, safe_filename
from client.mime.parser import parse_message
from client.model.message import HeaderField


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"=?UTF-8?B?VmnhuqE=?= =?UTF-8?B?4buHdA==?=", "Viạệt"),
        (b"=?utf-8?B?4bs=?= =?utf-8?B?h3Q=?=", "ệt"),
        (b'"=?utf-8?Q?B=C3=A1o c=C3=A1o?="', '"Báo cáo"'),
        ("Báo cáo".encode(), "Báo cáo"),
        ("Việt".encode("cp1258", "ignore") and b"Vi\xea\xf2t", "Việt"),
        (b"=?no-such?Q?a=C3=A1?=", "aá"),
        (b"a =?utf-8?Q?b=0D=0ABcc:_x?= c", "a b Bcc: x c"),
        (b"=?utf-8?Q?a=E2=80=AEb?=", "ab"),
        (b"=?utf-8?B?!!!?=", ""),
    ],
)
def test_encoded_words_are_read_however_they_are_written(value: bytes, text: str) -> None:
    assert decode_header(value) == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"=?utf-8?Q?boss=40gov.vn_=3Cboss=40gov.vn=3E?= <evil@x.vn>", ["evil@x.vn"]),
        (b'"a@good.vn, b@good.vn" <evil@x.vn>', ["evil@x.vn"]),
        (b"<a@x.vn> <b@x.vn>", ["a@x.vn", "b@x.vn"]),
        (b"Nhom: a@x.vn, B <b@x.vn>;, c@x.vn (ten)", ["a@x.vn", "b@x.vn", "c@x.vn"]),
        (b"<@r1,@r2:a@x.vn>", ["a@x.vn"]),
        (b"nobody", []),
        (b"(((" * 5000 + b"a@x.vn", []),
    ],
)
def test_a_display_name_never_becomes_an_address(value: bytes, expected: list[str]) -> None:
    assert [each.addr_spec for each in read_addresses([value])] == expected


def test_names_are_decoded_after_the_list_is_read() -> None:
    found = read_addresses([b"=?utf-8?Q?Nguy=E1=BB=85n=2C_A?= <a@x.vn>, =?utf-8?Q?B, C?= <b@x.vn>"])
    assert [each.display_name for each in found] == ["Nguyễn, A", "B, C"]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (b"attachment; filename*=UTF-8''B%C3%A1o.pdf; filename=x.pdf", "Báo.pdf"),
        (b"attachment; filename*0*=utf-8''B%C3%A1; filename*1=o.pdf", "Báo.pdf"),
        (b'attachment; filename="=?UTF-8?B?QsOhby5wZGY=?="', "Báo.pdf"),
        (b"attachment; filename=a b.pdf; x=y", "a b.pdf"),
        (b'attachment; filename="a\\"b;c.pdf"', 'a"b;c.pdf'),
        (b"attachment;; filename=a.pdf;", "a.pdf"),
    ],
)
def test_file_names_are_read_in_every_form(value: bytes, name: str) -> None:
    token, parameters = parse_parameters(value)
    assert token == "attachment"
    assert dict(parameters)["filename"] == name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\a.exe", "a.exe"),
        ("bao\u202efdp.exe", "baofdp.exe"),
        ("CON", "_CON"),
        ("com1.txt", "_com1.txt"),
        ("a.pdf. . ", "a.pdf"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ("..", ""),
        ("", ""),
        ("a" * 300 + ".docx", "a" * 145 + ".docx"),
    ],
)
def test_file_names_cannot_leave_their_folder(name: str, safe: str) -> None:
    assert safe_filename(name) == safe


@given(st.text(max_size=400))
def test_any_name_is_made_safe_and_stays_so(name: str) -> None:
    safe = safe_filename(name)
    assert len(safe) <= 151
    assert not set(safe) & set('/\\:*?"<>|\n\r\0')
    assert safe == safe.rstrip(". ")
    assert safe_filename(safe) == safe


def test_dates_are_aware_or_missing() -> None:
    assert parse_date(b"Mon, 23 Nov 2026 10:00:00 +0700") == datetime(2026, 11, 23, 3, tzinfo=UTC)
    assert parse_date(b"Mon, 23 Nov 2026 10:00:00 -0000") == datetime(2026, 11, 23, 10, tzinfo=UTC)
    for nonsense in (b"", b"yesterday", b"Mon, 99 Nov 2026 10:00:00 +0700"):
        assert parse_date(nonsense) is None


def test_a_file_name_keeps_what_turns_it_around_for_whoever_judges_it() -> None:
    for value in (
        'attachment; filename="bao-cao\u202efdp.exe"'.encode(),
        b"attachment; filename*=utf-8''bao-cao%E2%80%AEfdp.exe",
        b'attachment; filename="=?utf-8?B?YmFvLWNhb+KArmZkcC5leGU=?="',
    ):
        assert dict(parse_parameters(value)[1])["filename"] == "bao-cao\u202efdp.exe"
    assert dict(parse_parameters('text/plain; charset="ut\u202ef-8"'.encode())[1])["charset"] == "utf-8"


@pytest.mark.parametrize(
    ("charset", "written"),
    [
        ("cp500", "<so@hcm.example>,".encode("cp500") + b"<ai@la.example>"),
        ("utf-16-le", "<so@hcm.example>ạ".encode("utf-16-le") + b"<ai@la.example>"),
        ("utf-7", b"+ADw-so+AEA-hcm.example+AD4- \xff <ai@la.example>"),
        ("hz", b"~{<ai@la.example>!~} <so@hcm.example>\xff"),
    ],
    ids=["ebcdic", "utf-16", "utf-7", "hz"],
)
def test_no_character_set_names_another_sender_than_everybody_reads(charset: str, written: bytes) -> None:
    """A gateway checks the address that stands there in ASCII; that is the one to be shown."""
    kind = HeaderField("Content-Type", f"text/plain; charset={charset}".encode())
    fields = [HeaderField("From", written), HeaderField("To", b"van@hcm.example")]
    assert read_envelope([*fields, kind]).from_ == read_envelope(fields).from_


def test_a_header_full_of_one_letter_is_read_in_its_length() -> None:
    """The engine reads it as well: a quarter of a megabyte held up an account's mail for minutes."""
    for run in (b" ", b"\r", b" \r", b". ", b"@ "):
        value = b"a" + run * (250_000 // len(run)) + b"x@hcm.example"
        for name in (b"From", b"Subject"):
            parsed = parse_message(name + b": " + value + b"\r\nDate: x\r\n\r\nthu\r\n")
            assert [one.name for one in parsed.headers] == [name.decode(), "Date"]
