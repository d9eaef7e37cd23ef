"""What is read of letters as programs really write them: every text in its place, under the right letters."""

from __future__ import annotations

import base64
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.mime.charset import decode, page_charset
from client.mime.compressed_rtf import unpack_rtf
from client.mime.legacy import read_otherwise
from client.mime.transfer import decode_transfer
from client.mime.view import attachment_content, make_view
from client.model.message import MessageView
from client.services.safe_view import safe_view
from tests.unit.mime.test_real_mail import uuencoded, windows_1258

HEAD = b"From: an@x.vn\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
WORDS = "Quyết định về đường Nguyễn Huệ"


def many(kind: bytes, *parts: bytes, boundary: bytes = b"b") -> bytes:
    body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    head = b"Content-Type: multipart/" + kind + b"; boundary=" + boundary
    return head + b"\r\n\r\n" + body + b"--" + boundary + b"--\r\n"


def plain(text: str, more: bytes = b"") -> bytes:
    return b"Content-Type: text/plain; charset=utf-8\r\n" + more + b"\r\n" + text.encode()


def page(text: str) -> bytes:
    return b"Content-Type: text/html; charset=utf-8\r\n\r\n" + text.encode()


PDF = b"Content-Type: application/pdf\r\nContent-Disposition: inline; filename=a.pdf\r\n\r\n%PDF-"
PICTURE = b"Content-Type: image/jpeg\r\nContent-Disposition: inline; filename=a.jpg\r\n\r\nx"


def view(*parts: bytes, kind: bytes = b"mixed") -> MessageView:
    return make_view(HEAD + many(kind, *parts))


# One text after the other --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "text", "html", "files"),
    [
        ([plain("một"), PICTURE, plain("hai")], "một\n\nhai", "", ["a.jpg"]),
        ([page("<p>một</p>"), PDF, page("<p>hai</p>")], "một\n\nhai", "<p>một</p><hr><p>hai</p>", ["a.pdf"]),
        ([plain("một"), page("<p>hai</p>")], "một\n\nhai", "một</div><hr><p>hai</p>", []),
        ([page("<p>một</p>"), plain("-- \ndanh <sách>")], "một\n\n-- \ndanh <sách>", "danh &lt;sách&gt;", []),
        ([plain("một"), plain("tệp", b"Content-Disposition: attachment\r\n")], "một", "", ["part-2.txt"]),
        (
            [plain("một"), plain("tệp", b"Content-Disposition: inline; filename=a.txt\r\n")],
            "một",
            "",
            ["a.txt"],
        ),
    ],
)
def test_what_goes_on_in_a_further_part_is_read_in_its_place(
    parts: list[bytes], text: str, html: str, files: list[str]
) -> None:
    got = view(*parts)
    assert got.text == text
    assert html in got.html
    assert bool(got.html) == bool(html)
    assert [one.name for one in got.attachments] == files


def test_pages_of_an_alternative_go_on_and_its_plain_form_stays_the_one_text() -> None:
    """Apple Mail: the plain form is whole, the other is cut by a file in its middle."""
    pages = many(b"mixed", page("<p>một</p>"), PDF, page("<p>hai</p>"), boundary=b"i")
    got = view(plain("một hai"), pages, kind=b"alternative")
    assert got.text == "một hai"
    assert got.html == "<p>một</p><hr><p>hai</p>"
    assert [one.name for one in got.attachments] == ["a.pdf"]


def test_an_unfinished_page_does_not_swallow_the_next() -> None:
    got = view(page("<p>một<!--"), page("<p>hai</p>"), page("<table><tr><td>ba"), page("<p>bốn</p>"))
    assert all(word in got.html for word in ("một", "hai", "ba", "bốn"))
    assert got.html.index("</table>") < got.html.index("bốn")


def test_a_file_within_a_further_text_is_not_lost() -> None:
    raw = HEAD + many(
        b"mixed", plain("một"), b"Content-Type: text/plain\r\n\r\nhai\r\n" + uuencoded("a.bin", b"x")
    )
    (one,) = make_view(raw).attachments
    assert one.name == "a.bin"
    assert attachment_content(raw, one.section) == b"x"


def test_more_texts_than_anybody_writes_are_files() -> None:
    got = view(*[plain(f"dong {at}") for at in range(40)])
    assert len(got.text.split("\n\n")) + len(got.attachments) == 40


def test_texts_around_a_signed_part_stay_outside_and_none_is_lost() -> None:
    signature = b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nMAA="
    inner = many(b"mixed", plain("trong một"), plain("trong hai"), boundary=b"c")
    signed = many(b'signed; protocol="application/pkcs7-signature"', inner, signature, boundary=b"s")
    raw = HEAD + many(b"mixed", plain("ngoài một"), signed, plain("ngoài hai"))
    got = make_view(raw)
    assert got.signed_part is not None
    assert "trong" not in got.text
    assert "ngoài một" in got.text
    assert "ngoài hai" in got.text
    listed = {attachment_content(raw, one.section) for one in got.attachments}
    assert b"trong hai" in listed


# Letters -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "data", "text"),
    [
        ('<meta charset="gb2312">', "通知公文".encode("gb18030"), "通知公文"),
        ("<META content='text/html; charset=Shift_JIS' http-equiv=x>", "会議".encode("cp932"), "会議"),
        ("<meta charset=windows-1258>", windows_1258(WORDS), WORDS),
        ("<meta charset=utf-16>", WORDS.encode(), WORDS),
        ("<meta charset=utf-7>", b"+ADw-script+AD4-", "+ADw-script+AD4-"),
        ("<meta charset=khong-co>", WORDS.encode(), WORDS),
        (" " * 5000 + "<meta charset=gb2312>", WORDS.encode(), WORDS),
    ],
)
def test_a_page_without_a_label_is_read_as_it_says_itself(label: str, data: bytes, text: str) -> None:
    raw = HEAD + b"Content-Type: text/html\r\n\r\n<html>" + label.encode() + b"<p>" + data + b"</p>"
    assert make_view(raw).text == text


def test_the_label_of_the_part_goes_before_that_of_the_page() -> None:
    raw = HEAD + page(f"<meta charset=gb2312><p>{WORDS}</p>")
    assert make_view(raw).text == WORDS
    assert page_charset(b"<meta name=charset content=x>") == ""


@pytest.mark.parametrize("charset", ["", "utf-8", "iso-8859-1", "windows-1258"])
@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_believed_and_not_shown(charset: str, codec: str) -> None:
    assert decode(WORDS.encode(codec), charset) == WORDS


def twice(text: str) -> str:
    return "".join(
        bytes([one]).decode("cp1252") if one not in b"\x81\x8d\x8f\x90\x9d" else chr(one)
        for one in text.encode()
    )


def test_what_was_encoded_twice_is_offered_once() -> None:
    raw = HEAD + plain(twice(WORDS))
    got = make_view(raw)
    assert (got.legacy_encoding, got.converted_text) == ("utf-8", WORDS)
    assert got.text == twice(WORDS)


@pytest.mark.parametrize("text", ["", "plain", WORDS, "Größe über Ärger", "Der Fuß, Straße", "会議", "\x81"])
def test_what_reads_well_is_left_alone(text: str) -> None:
    assert read_otherwise(text) == ("", "")


@given(st.text(max_size=60))
def test_any_text_can_be_asked_about(text: str) -> None:
    read_otherwise(text)
    assert read_otherwise(twice("Nguyễn " + text.replace("\r", "")))[0] in ("", "utf-8", "vni", "tcvn3")


# Encodings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("blank", [b" ", b"  \t", b"\t"])
@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_blanks_that_were_added_at_line_ends_are_none_of_the_text(blank: bytes, end: bytes) -> None:
    data = b"Vi=E1=BB=87t=" + blank + end + b"Nam" + blank + end + b"=20" + end
    assert decode_transfer(data, "quoted-printable") == "ViệtNam".encode() + end + b" " + end


@pytest.mark.parametrize(
    "footer",
    [
        b"\r\n____________\r\nDanh sach thu: http://x.vn/list\r\n",
        b"\r\n--\r\nvirus free\r\n",
        b"\r\n*****\r\nMAT\r\n",
        b"Danh sach thu cua So\r\n",
    ],
)
@pytest.mark.parametrize("words", [WORDS, WORDS + "!", WORDS + "!!"])
def test_a_footer_below_encoded_text_does_not_spoil_it(footer: bytes, words: str) -> None:
    coded = base64.encodebytes(words.encode()).replace(b"\n", b"\r\n")
    if not coded.rstrip().endswith(b"=") and footer.startswith(b"Danh"):
        footer = b"__\r\n" + footer
    assert decode_transfer(coded + footer, "base64").decode() == words


def test_pieces_with_a_padding_each_are_still_one() -> None:
    pieces = [base64.b64encode(one) for one in (b"m", b"ha", b"bab")]
    assert decode_transfer(b"\r\n".join(pieces), "base64") == b"mhabab"


# Names of what has none ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("application/pdf", "part-2.pdf"),
        ("application/msword", "part-2.doc"),
        ("image/jpeg", "part-2.jpg"),
        ("message/delivery-status", "part-2.txt"),
        ("application/x-msdownload", "part-2.bin"),
        ("text/x-amp-html", "part-2.bin"),
    ],
)
def test_a_file_without_a_name_has_the_ending_of_its_kind(kind: str, name: str) -> None:
    part = f"Content-Type: {kind}\r\nContent-Disposition: attachment\r\n\r\nx".encode()
    assert [one.name for one in view(plain("a"), part).attachments] == [name]


@pytest.mark.parametrize(("named", "name"), [(b"; name=a.pdf", "a.pdf.txt"), (b"", "part-2.txt")])
def test_a_file_that_lies_elsewhere_is_said_to_and_no_file_by_name(named: bytes, name: str) -> None:
    part = b'Content-Type: message/external-body; access-type=URL; URL="http://evil.test/"' + named
    got = view(plain("a"), part + b"\r\n\r\nContent-Type: application/pdf\r\n\r\n")
    assert [one.name for one in got.attachments] == [name]
    assert got.defects == ("external-body",)


@pytest.mark.parametrize("kind", ["text/calendar", "application/ics"])
def test_an_invitation_that_a_server_calls_a_file_is_one(kind: str) -> None:
    ics = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261201T080000\r\n"
        "SUMMARY:Họp\r\nORGANIZER:mailto:a@x.vn\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    part = f"Content-Type: {kind}\r\nContent-Disposition: attachment; filename=a.ics\r\n\r\n{ics}".encode()
    found = view(plain("a"), part).invitation
    assert found is not None
    assert found.summary == "Họp"


# Rich text -----------------------------------------------------------------------------------

PACKED = "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
"""[MS-OXRTFCP] section 4.1.1, the standard's own example."""
REPEATED = "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0"
"""Section 4.1.2: a reference that crosses the place it writes to."""


def test_rich_text_is_unpacked_as_the_standard_has_it() -> None:
    assert unpack_rtf(bytes.fromhex(PACKED)) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert unpack_rtf(bytes.fromhex(REPEATED)) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    stored = struct.pack("<IIII", 20, 8, 0x414C454D, 0) + b"{\\rtf1 }rest"
    assert unpack_rtf(stored) == b"{\\rtf1 }"


@given(st.binary(max_size=200), st.integers(0, 2**32 - 1))
def test_no_bytes_make_unpacking_fail(body: bytes, size: int) -> None:
    for kind in (0x75465A4C, 0x414C454D, 7):
        assert len(unpack_rtf(struct.pack("<IIII", 0, size, kind, 0) + body)) <= max(size, 0)
    unpack_rtf(body[:10])
    whole = bytes.fromhex(PACKED)
    for at in range(len(whole)):
        unpack_rtf(whole[:at])


def attribute(number: int, kind: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", 1, number, kind, len(data)) + data + b"\0\0"


def winmail(*properties: tuple[int, int, bytes]) -> bytes:
    packed = b"".join(
        struct.pack("<HHII", kind, number, 1, len(value)) + value + bytes(-len(value) % 4)
        for number, kind, value in properties
    )
    mapi = attribute(0x9003, 6, struct.pack("<I", len(properties)) + packed)
    return struct.pack("<IH", 0x223E9F78, 1) + mapi


@pytest.mark.parametrize("text", [None, "", " \r\n\r\n"])
@pytest.mark.parametrize(
    "written", [(0x1009, 0x102, bytes.fromhex(PACKED)), (0x1013, 0x102, b"<p>hello world</p>")]
)
def test_words_that_stand_in_winmail_dat_alone_are_read(
    text: str | None, written: tuple[int, int, bytes]
) -> None:
    part = b"Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    part += base64.encodebytes(winmail(written))
    parts = [part] if text is None else [plain(text), part]
    assert safe_view(HEAD + many(b"mixed", *parts)).text == "hello world"


def test_a_letter_in_rich_text_alone_is_read_and_a_marked_one_held_back() -> None:
    raw = HEAD + b"Content-Type: text/rtf\r\n\r\n{\\rtf1\\ansi hello world}"
    assert safe_view(raw).text == "hello world"
    assert [one.name for one in safe_view(raw).attachments] == ["part-1.rtf"]
    marked = raw.replace(b"hello world", b"TUY\\u7878?T M\\u7852?T\\par hoangsaomai")
    assert safe_view(marked).frozen
