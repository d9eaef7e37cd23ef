"""Files in forms of their own: BinHex of the Mac, and letters that Outlook put into a winmail.dat."""

from __future__ import annotations

import base64
import binascii
import struct

import pytest

from client.mime import binhex
from client.mime.inline_files import split_files
from client.mime.tnef import read_tnef
from client.mime.view import attachment_content
from client.services.safe_view import safe_view

HEAD = b"From: an@hcm.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
FIRST = b"(This file must be converted with BinHex 4.0)\r\n\r\n:"


def packed(data: bytes) -> bytes:
    """Runs of more than three octets by their number, as StuffIt and others write them."""
    out = bytearray()
    at = 0
    while at < len(data):
        octet = data[at : at + 1]
        times = min(len(data[at:]) - len(data[at:].lstrip(octet)), 255)
        if octet == b"\x90":
            out += b"\x90\0"
            at += 1
        elif times > 3:
            out += octet + bytes([0x90, times])
            at += times
        else:
            out += octet
            at += 1
    return bytes(out)


def hqx(name: bytes, data: bytes, resource: bytes = b"") -> bytes:
    lengths = struct.pack(">II", len(data), len(resource))
    head = bytes([len(name)]) + name + b"\0TEXTttxt\0\0" + lengths + b"\0\0"
    whole = head + data + b"\0\0" + resource + b"\0\0"
    letters = binascii.b2a_base64(packed(whole), newline=False).rstrip(b"=")
    turned = letters.translate(bytes.maketrans(binhex._BASE64, binhex._LETTERS))
    return FIRST + b"\r\n".join(turned[at : at + 64] for at in range(0, len(turned), 64)) + b":\r\n"


@pytest.mark.parametrize(
    "data",
    [b"hello", b"", b"a" * 144 + b"b", b"a" * 9 + b"\x90\x90b\0\0\0\0", b"\x90" * 20, bytes(range(256)) * 9],
)
def test_binhex_in_a_text_is_a_file(data: bytes) -> None:
    text, files = split_files(b"before\r\n" + hqx(b"b\x87o c\x87o.doc", data, b"half") + b"after")
    assert text == b"before\r\nafter"
    assert [(one.name, one.content) for one in files] == [("báo cáo.doc", data)]


def test_a_part_in_binhex_is_listed_as_what_it_holds() -> None:
    raw = HEAD + b"Content-Type: application/mac-binhex40; name=a.hqx\r\n\r\n" + hqx(b"a.pdf", b"%PDF-1.4")
    view = safe_view(raw)
    assert [(one.name, one.size) for one in view.attachments] == [("a.pdf", 8)]
    assert attachment_content(raw, view.attachments[0].section) == b"%PDF-1.4"


@pytest.mark.parametrize(
    "letters", [b"", b"x", hqx(b"a", b"content")[len(FIRST) : -8], hqx(b"", b"content")[len(FIRST) : -3]]
)
def test_what_is_no_binhex_stays_as_it_is(letters: bytes) -> None:
    assert binhex.read_binhex(letters) is None
    text = FIRST + letters + b":\r\nafter"
    assert split_files(text) == (text, ())


def test_a_binhex_bomb_is_not_unpacked() -> None:
    head = b"\x01a\0TEXTttxt\0\0" + struct.pack(">II", binhex.MOST_BYTES + 1, 0) + b"\0\0"
    letters = binascii.b2a_base64(head + b"a\x90\xff" * 100, newline=False)
    assert binhex.read_binhex(letters.translate(bytes.maketrans(binhex._BASE64, binhex._LETTERS))) is None


def attribute(level: int, number: int, kind: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, number, kind, len(data)) + data + b"\0\0"


def properties(*listed: tuple[int, int, bytes]) -> bytes:
    out = struct.pack("<I", len(listed))
    for number, kind, value in listed:
        out += struct.pack("<HH", kind, number)
        out += value if kind == 64 else struct.pack("<II", 1, len(value)) + value + bytes(-len(value) % 4)
    return out


def tnef(said: tuple[tuple[int, int, bytes], ...], *files: bytes) -> bytes:
    head = struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x9003, 6, properties(*said))
    return head + b"".join(files)


def file(name: str, data: bytes, *listed: tuple[int, int, bytes]) -> bytes:
    return (
        attribute(2, 0x9002, 6, bytes(14))
        + attribute(2, 0x8010, 1, name.encode() + b"\0")
        + attribute(2, 0x800F, 6, data)
        + (attribute(2, 0x9005, 6, properties(*listed)) if listed else b"")
    )


def enclosed(letter: bytes, *listed: tuple[int, int, bytes]) -> bytes:
    said = b"This attachment is a MAPI 1.0 embedded message"
    return file("Untitled Attachment", said, (0x3701, 13, bytes(16) + letter), *listed)


LETTER = (
    (0x0037, 31, "Tờ trình số 12".encode("utf-16-le")),
    (0x0C1A, 31, "Nguyễn Văn An".encode("utf-16-le")),
    (0x5D01, 30, b"an@hcm.example"),
    (0x0039, 64, struct.pack("<Q", 134_000_000_000_000_000)),
    (0x1000, 31, "Kính gửi".encode("utf-16-le")),
)


def winmail(content: bytes) -> bytes:
    part = b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return HEAD + part + base64.encodebytes(content)


def test_a_letter_in_winmail_dat_is_shown_as_one() -> None:
    raw = winmail(tnef((), enclosed(tnef(LETTER, file("a.pdf", b"%PDF")))))
    view = safe_view(raw)
    assert [(one.name, one.media_type) for one in view.attachments] == [
        ("Tờ trình số 12.eml", "message/rfc822")
    ]
    (letter,) = view.attached
    assert letter.envelope.subject == "Tờ trình số 12"
    assert [str(one) for one in letter.envelope.from_] == ["Nguyễn Văn An <an@hcm.example>"]
    assert letter.envelope.date is not None
    assert letter.text.strip() == "Kính gửi"
    whole = attachment_content(raw, letter.section)
    assert whole is not None
    inner = safe_view(whole)
    assert [(one.name, one.size) for one in inner.attachments] == [("a.pdf", 4)]


def test_a_letter_within_a_letter_is_read_as_deep_as_is_bounded() -> None:
    content = tnef(LETTER)
    for _ in range(8):
        content = tnef(LETTER, enclosed(content))
    depth = 0
    (found,) = read_tnef(content).attachments
    while found.media_type == "message/rfc822" and depth < 20:
        inner = safe_view(found.content)
        depth += 1
        if not inner.attachments:
            break
        listed = inner.attachments[0]
        got = attachment_content(found.content, listed.section)
        assert got is not None
        found = type(found)(listed.name, listed.name, got, listed.media_type)
    assert 4 <= depth <= 5


def test_a_marked_letter_in_winmail_dat_holds_all_back() -> None:
    marked = (*LETTER[:-1], (0x1000, 31, "TUYỆT MẬT\r\nhoangsaomai".encode("utf-16-le")))
    assert safe_view(winmail(tnef((), enclosed(tnef(marked))))).frozen


@pytest.mark.parametrize(
    ("number", "said", "sender"),
    [
        (0x0C1F, b"/O=CITY/OU=HCM/CN=AN", "Nguyễn Văn An"),
        (0x0C1F, b"x\r\nBcc: evil@x.example", "Nguyễn Văn An"),
    ],
)
def test_what_is_no_address_of_mail_leaves_the_name(number: int, said: bytes, sender: str) -> None:
    raw = winmail(tnef((), enclosed(tnef((LETTER[1], (number, 30, said))))))
    (letter,) = safe_view(raw).attached
    assert letter.envelope.from_ == ()
    assert letter.envelope.bcc == ()
    assert letter.envelope.from_text == sender


def test_rich_text_of_a_letter_in_winmail_dat_is_read() -> None:
    stored = b"{\\rtf1\\ansi hello world}"
    rtf = struct.pack("<IIII", len(stored) + 12, len(stored), 0x414C454D, 0) + stored
    (letter,) = safe_view(winmail(tnef((), enclosed(tnef(((0x1009, 258, rtf),)))))).attached
    assert letter.text == "hello world"


@pytest.mark.parametrize(
    "piece",
    [
        b"begin 644 a\n",
        b"begin 644 A\n     \n",
        b"=ybegin name=a\n",
        FIRST + b"x\n",
        b"(This file must be converted with BinHex 4.0)\n\n",
    ],
)
@pytest.mark.parametrize("end", [b"", b"end\n", b":\n"])
def test_a_text_full_of_beginnings_is_read_through_once(piece: bytes, end: bytes) -> None:
    """Looking for the end of each through all the rest would take hours."""
    text = piece * 200_000 + end
    left, files = split_files(text)
    assert len(files) <= 1
    assert len(left) >= len(piece) * 199_999
