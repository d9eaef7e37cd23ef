"""Mail as it really comes: old encodings, broken headers, files in the text, odd multiparts."""

from __future__ import annotations

import base64
import binascii
import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.mime.inline_files import MOST_FILES, split_files
from client.mime.parser import parse_message
from client.mime.plain import join_flowed, plain_of_enriched
from client.mime.view import attachment_content, make_view
from client.model.legacy import convert_legacy
from client.model.message import MessageView

WORDS = "Quyết định về đường Nguyễn Huệ, Ủy ban nhân dân"
TONES = "\u0300\u0301\u0303\u0309\u0323"


def mail(
    body: bytes = b"x\r\n",
    content_type: bytes = b"text/plain; charset=utf-8",
    subject: bytes = b"x",
    more: bytes = b"",
) -> bytes:
    head = b"From: An <a@x.vn>\r\nSubject: " + subject + b"\r\nMIME-Version: 1.0\r\n"
    return head + b"Content-Type: " + content_type + b"\r\n" + more + b"\r\n" + body


def view(*parts: bytes, **named: bytes) -> MessageView:
    return make_view(mail(*parts, **named))


def windows_1258(text: str) -> bytes:
    """As Windows writes Vietnamese: the vowel, then its tone as a combining mark."""
    out = bytearray()
    for letter in unicodedata.normalize("NFC", text):
        tones = [mark for mark in unicodedata.normalize("NFD", letter) if mark in TONES]
        plain = "".join(mark for mark in unicodedata.normalize("NFD", letter) if mark not in TONES)
        out += unicodedata.normalize("NFC", plain).encode("cp1258") + "".join(tones).encode("cp1258")
    return bytes(out)


def old_bytes(text: str, encoding: str) -> bytes:
    """``text`` in TCVN3 or VNI, by searching the converter's own table backwards."""
    singles = [chr(code) for code in range(0xA1, 0x100)]
    pairs = [a + b for a in "aeouyAEOUYôöÔÖ" for b in singles] if encoding == "vni" else []
    back = {convert_legacy(one, encoding): one for one in [*pairs, *singles]}
    return "".join(back.get(letter, letter) for letter in text).encode("latin-1")


def word(charset: str, data: bytes, kind: str = "B") -> bytes:
    text = base64.b64encode(data).decode() if kind == "B" else "".join(f"={byte:02X}" for byte in data)
    return f"=?{charset}?{kind}?{text}?=".encode()


@pytest.mark.parametrize("kind", ["B", "Q"])
@pytest.mark.parametrize("cut", range(1, 16))
def test_a_letter_cut_between_two_encoded_words_is_whole(cut: int, kind: str) -> None:
    data = "Nguyễn Huệ".encode()
    subject = word("UTF-8", data[:cut], kind) + b"\r\n " + word("utf-8", data[cut:], kind)
    assert view(subject=subject).envelope.subject == "Nguyễn Huệ"


@pytest.mark.parametrize(
    "data",
    [WORDS.encode(), unicodedata.normalize("NFD", WORDS).encode(), windows_1258(WORDS)],
    ids=["utf-8", "nfd", "1258"],
)
def test_raw_header_bytes_are_read(data: bytes) -> None:
    assert view(subject=data).envelope.subject == WORDS


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
def test_old_letters_in_a_body_are_offered_in_unicode(encoding: str) -> None:
    text = "quyết định về việc phê duyệt dự án đường bộ"
    got = view(old_bytes(text, encoding), b"text/plain; charset=iso-8859-1")
    assert got.legacy_encoding == encoding
    assert got.converted_text == text


def test_windows_1258_comes_out_composed_with_and_without_its_label() -> None:
    for content_type in (b"text/plain; charset=windows-1258", b"text/plain", b"text/plain; charset=x-viet"):
        assert view(windows_1258(WORDS), content_type).text == WORDS


@pytest.mark.parametrize("charset", ["x-unknown-8bit", "utf-8\u00e9", "iso-2022-jp-9", "utf 8", '"', "?"])
def test_a_charset_nobody_knows_still_gives_the_words(charset: str) -> None:
    assert view(WORDS.encode(), b"text/plain; charset=" + charset.encode()).text == WORDS


def test_utf_7_is_read() -> None:
    assert view(WORDS.encode("utf-7"), b"text/plain; charset=utf-7").text == WORDS


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_pieces_of_a_file_name_come_in_any_order(order: tuple[int, ...]) -> None:
    pieces = ["filename*0*=utf-8''B%C3", "filename*1*=%A1o%20", 'filename*2="cáo"', "filename*3=.pdf"]
    disposition = "attachment; " + "; ".join(pieces[at] for at in order)
    more = f"Content-Disposition: {disposition}\r\n".encode()
    (one,) = view(b"x", b"application/pdf", more=more).attachments
    assert one.name == "Báo cáo.pdf"


def uuencoded(name: str, data: bytes, mode: str = "644") -> bytes:
    lines = [binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45)]
    return f"begin {mode} {name}\r\n".encode() + b"".join(lines).replace(b"\n", b"\r\n") + b"`\r\nend\r\n"


def test_a_file_in_the_text_is_an_attachment() -> None:
    data = bytes(range(256)) * 3
    raw = mail(
        "Kính gửi\r\n".encode() + uuencoded("báo cáo.bin", data) + b"Het\r\n" + uuencoded("b.txt", b"hai")
    )
    got = make_view(raw)
    assert got.text == "Kính gửi\nHet\n"
    assert [(one.name, one.size) for one in got.attachments] == [("báo cáo.bin", 768), ("b.txt", 3)]
    assert [attachment_content(raw, one.section) for one in got.attachments] == [data, b"hai"]
    assert attachment_content(raw, got.attachments[0].section[:-1] + "9") is None


def test_a_name_in_the_text_cannot_leave_its_folder() -> None:
    (one,) = view(uuencoded("../../etc/passwd", b"x")).attachments
    assert "/" not in one.name
    assert ".." not in one.name.split(".")[0]


@pytest.mark.parametrize(
    "text",
    [
        b"begin 644 a.txt\r\nnot encoded \xe2\x80\x93 words\r\nend\r\n",
        b"begin 644 a.txt\r\n#0V%T\r\n",
        b"begin at 9 o'clock\r\nend\r\n",
        b"begin 644 a.txt\r\nend\r\n",
        b"=ybegin line=128 size=3 name=a.bin\r\nabc\r\n",
    ],
)
def test_what_only_looks_like_a_file_stays_text(text: bytes) -> None:
    assert split_files(text) == (text, ())


def test_yenc_is_given_out_as_it_came_and_said_not_to_be_read() -> None:
    block = b"=ybegin line=128 size=3 name=a.bin\r\n\x8d\x8b\x9e\r\n=yend size=3\r\n"
    raw = mail(b"truoc\r\n" + block + b"sau\r\n")
    got = make_view(raw)
    assert (got.text, got.defects) == ("truoc\nsau\n", ("yenc",))
    (one,) = got.attachments
    assert one.name == "a.bin.yenc"
    assert attachment_content(raw, one.section) == block


def test_more_files_than_anybody_sends_stay_text() -> None:
    kept, files = split_files(uuencoded("a", b"x") * (MOST_FILES + 5))
    assert len(files) == MOST_FILES
    assert kept.count(b"begin") == 5


@given(
    st.lists(
        st.sampled_from(
            [b"begin 644 a\n", b"#0V%T\n", b"`\n", b"end\n", b"=ybegin name=a\n", b"=yend\n", b"x\r"]
        )
    )
)
def test_no_mixture_of_file_lines_fails_or_loses_a_line(lines: list[bytes]) -> None:
    text = b"".join(lines)
    kept, files = split_files(text)
    assert len(kept) <= len(text)
    assert files or kept == text
    assert split_files(kept)[0] == kept or files


FLOWED = [
    ("mot dong \nnoi tiep \nket\nhai", "mot dong noi tiep ket\nhai"),
    ("> trich \n> tiep\nnoi", "> trich tiep\nnoi"),
    ("> sau \n>> hon", "> sau \n>> hon"),
    ("ket \n-- \nky", "ket \n-- \nky"),
    (" From day \n >khong trich", "From day >khong trich"),
    ("het ", "het "),
]


@pytest.mark.parametrize(("text", "shown"), FLOWED)
def test_flowed_lines_are_joined(text: str, shown: str) -> None:
    assert join_flowed(text) == shown


def test_the_space_of_a_soft_break_goes_where_the_writer_says_so() -> None:
    content_type = b"text/plain; charset=utf-8; Format=Flowed; DelSp=Yes"
    assert view("quyết đị \r\nnh".encode(), content_type).text == "quyết định"


def test_lines_that_do_not_say_they_flow_stay() -> None:
    assert view(b"mot \r\nhai").text == "mot \nhai"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<bold>Đậm</bold> và <<x>", "Đậm và <x>"),
        ("<color><param>red</param>đỏ</color>", "đỏ"),
        ("một\ndòng\n\nhai", "một dòng\nhai"),
        ("1 < 2 <không phải lệnh>", "1 < 2 <không phải lệnh>"),
        ("<param>không đóng", "không đóng"),
    ],
)
def test_enriched_text_is_read_as_words(text: str, plain: str) -> None:
    assert plain_of_enriched(text) == plain
    got = view(text.encode(), b"text/enriched; charset=utf-8")
    assert (got.text, got.attachments) == (plain, ())


def related(disposition: bytes = b"") -> bytes:
    return (
        b'--r\r\nContent-Type: text/html\r\n\r\n<p>a<img src="cid:p1"></p>\r\n--r\r\n'
        b"Content-Type: image/png\r\nContent-ID: <p1>\r\n" + disposition + b"\r\nabc\r\n--r--\r\n"
    )


@pytest.mark.parametrize(
    "disposition", [b"", b"Content-Disposition: inline\r\n", b"Content-Disposition: attachment\r\n"]
)
def test_a_picture_of_the_text_is_named_once_and_drawn(disposition: bytes) -> None:
    got = view(related(disposition), b"multipart/related; boundary=r")
    assert [(one.media_type, one.size, one.drawn) for one in got.attachments] == [("image/png", 3, True)]
    assert got.html == '<p>a<img src="cid:2"></p>'


def test_nothing_is_fetched_for_a_body_elsewhere_and_a_part_of_a_message_stays_one() -> None:
    body = b"Content-Type: application/pdf\r\n\r\n"
    got = view(body, b'message/external-body; access-type=URL; URL="http://evil.example/x"')
    assert [one.media_type for one in got.attachments] == ["message/external-body"]
    assert got.blocked_remote == 0
    partial = view(b"Subject: y\r\n\r\nz", b'message/partial; id="a@b"; number=1; total=3')
    assert [one.media_type for one in partial.attachments] == ["message/partial"]


def test_the_mac_half_of_a_file_is_told_from_the_file() -> None:
    body = (
        b'--x\r\nContent-Type: application/applefile; name="a.pdf"\r\n\r\nAAAA\r\n'
        b'--x\r\nContent-Type: application/pdf; name="a.pdf"\r\n\r\n%PDF\r\n--x--\r\n'
    )
    got = view(body, b"multipart/appledouble; boundary=x")
    assert [one.name for one in got.attachments] == ["._a.pdf", "a.pdf"]


def test_a_message_of_every_oddity_at_once_is_read() -> None:
    inner = mail(uuencoded("u.bin", b"1"), b"text/plain; format=flowed; charset=x-none", windows_1258(WORDS))
    for depth in range(60):
        edge = b"n%d" % depth
        wrapped = b"--" + edge + b"\r\nContent-Type: message/rfc822\r\n\r\n" + inner
        inner = mail(wrapped + b"\r\n--" + edge + b"--\r\n", b"multipart/mixed; boundary=" + edge)
    assert parse_message(inner).incomplete
    make_view(inner)
