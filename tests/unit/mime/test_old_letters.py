"""Letters of old programs: character sets under many names, dates and file names of their own kind."""

from __future__ import annotations

import unicodedata

import pytest

from client.mime.charset import decode
from client.mime.headers import decode_header, parse_date, read_envelope
from client.mime.parser import parse_message
from client.mime.transfer import decode_transfer
from client.mime.view import make_view
from client.model.message import HeaderField

VIETNAMESE = "Uỷ ban nhân dân Thành phố; Ẳ Ẵ Ẫ Ỷ Ỹ Ỵ Đặng Ngữ ưỡn"


def viscii(text: str) -> bytes:
    """Written anew by the published table, in its own order of the vowels."""
    low = {"Ẳ": 2, "Ẵ": 5, "Ẫ": 6, "Ỷ": 20, "Ỹ": 25, "Ỵ": 30}
    codes = {"ỷ": 0xD6, "â": 0xE2, "à": 0xE0, "ố": 0xAF, "Đ": 0xD0, "ặ": 0xA3, "ữ": 0xE6, "ư": 0xDF}
    codes["ỡ"] = 0xDE
    return bytes((low | codes).get(letter, ord(letter)) for letter in text)


@pytest.mark.parametrize("label", ["VISCII", "csVISCII", '"viscii"'])
def test_viscii_is_read(label: str) -> None:
    assert decode(viscii(VIETNAMESE), label) == VIETNAMESE


def test_tcvn_may_be_named() -> None:
    assert decode(b"C\xabng v\xa8n", "TCVN-5712") == "Công văn"


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("iso-8859-8-i", "iso8859-8", "שלום"),
        ("windows-874", "cp874", "สวัสดี"),
        ("x-sjis", "cp932", "会議①"),
        ("ks_c_5601-1989", "cp949", "회의"),
        ("x-gbk", "gb18030", "会议"),
        ("x-mac-cyrillic", "mac-cyrillic", "Привет"),
    ],
)
def test_names_that_only_mail_has(label: str, codec: str, text: str) -> None:
    assert decode(text.encode(codec), label) == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x1b$B%F%9%H-!\x1b(B ok", "テスト① ok"),
        (b"\x1b(I123\x1b(B", "ｱｲｳ"),
        (b"\x1b$B%F%9%H", "テスト"),
        (b"\x1b$B%F%9%", "テス"),
        (b"\x1b$B%F\r\n\x1b(Bnext", "テ\r\nnext"),
        (b"a \x1b$B\x7f\x7f\x1b(B z", "a \ufffd z"),
    ],
)
def test_japanese_in_seven_bits_with_letters_of_the_vendors(data: bytes, text: str) -> None:
    assert decode(data, "iso-2022-jp") == text


@pytest.mark.parametrize("codec", ["utf-8", "euc_jp", "cp932"])
def test_japanese_of_eight_bits_under_the_wrong_name(codec: str) -> None:
    assert decode("送信先のメール".encode(codec), "iso-2022-jp") == "送信先のメール"


def test_a_damaged_word_of_a_stateful_set_is_not_taken_for_ascii() -> None:
    assert decode(b"~{<:Ky~}\x80", "hz-gb-2312").startswith("己所")


@pytest.mark.parametrize(
    "text", ["Formação até Verão", "È una città però così", "Überprüfung", "fête à Genève, garçon"]
)
def test_western_text_without_label_is_not_made_vietnamese(text: str) -> None:
    assert decode(text.encode("latin-1")) == text


@pytest.mark.parametrize("text", ["Công văn", "Sở Nội vụ gửi ông Müller", "đơn xin nghỉ ốm"])
def test_vietnamese_without_label_still_is(text: str) -> None:
    tones = "\u0300\u0301\u0303\u0309\u0323"
    letters = [
        part if part in tones else unicodedata.normalize("NFC", part)
        for letter in text
        for part in _apart(letter, tones)
    ]
    assert decode("".join(letters).encode("cp1258")) == text


def _apart(letter: str, tones: str) -> list[str]:
    try:
        letter.encode("cp1258")
    except UnicodeEncodeError:
        pieces = unicodedata.normalize("NFD", letter)
        tone = "".join(one for one in pieces if one in tones)
        return [unicodedata.normalize("NFC", "".join(one for one in pieces if one not in tones)), tone]
    return [letter]


def test_a_header_without_label_is_in_the_set_of_its_text() -> None:
    kind = HeaderField("Content-Type", b"text/plain; charset=koi8-r")
    fields = [HeaderField("Subject", "Привет".encode("koi8-r")), kind]
    fields.append(HeaderField("From", "Иван <ivan@x.example>".encode("koi8-r")))
    envelope = read_envelope(fields)
    assert envelope.subject == "Привет"
    assert envelope.from_[0].display_name == "Иван"
    assert read_envelope([HeaderField("Subject", "Xin chào".encode()), kind]).subject == "Xin chào"
    word = HeaderField("Subject", b"=?iso-8859-1?Q?Fr\xf6sche?=")
    assert read_envelope([word, kind]).subject == "Frösche"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-11-02 08:00", "2026-11-02T08:00:00+00:00"),
        ("2026-11-02T08:00:05Z", "2026-11-02T08:00:05+00:00"),
        ("2026-11-02T08:00:05.123+07:00", "2026-11-02T08:00:05+07:00"),
        ("2 Nov 2026 at 08:00:00 GMT+7", "2026-11-02T08:00:00+07:00"),
        ("Mon, 2 Nov 2026 08:00:00 UTC-11", "2026-11-02T08:00:00-11:00"),
    ],
)
def test_dates_as_programs_write_them(written: str, read: str) -> None:
    found = parse_date(written.encode())
    assert found is not None
    assert found.isoformat() == read


@pytest.mark.parametrize("written", ["2026-13-02 08:00", "2 Nov 2026 08:00 GMT+99", "2026-11-02", "Now"])
def test_what_is_no_date_stays_none(written: str) -> None:
    assert parse_date(written.encode()) is None


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        (rb'"C:\TEMP\new.png"', "new.png"),
        (rb'"\\server\share\to trinh.doc"', "to trinh.doc"),
        (rb'"C:\\TEMP\\new.png"', "new.png"),
        (rb'"bao \"cao\".doc"', "bao cao.doc"),
    ],
)
def test_a_path_of_windows_is_no_row_of_escapes(name: bytes, safe: str) -> None:
    raw = b"Content-Type: application/x; name=" + name + b"\n\nx"
    assert parse_message(raw).root.filename == safe


@pytest.mark.parametrize("behind", [b"\n\nCheerio!\n", b"\n\nThe end of it\n", b"\n_______\nlist\n"])
def test_a_word_behind_encoded_content_is_none_of_it(behind: bytes) -> None:
    assert decode_transfer(b"JVBERg==" + behind, "base64") == b"%PDF"


def test_a_word_of_a_stateful_set_in_a_header() -> None:
    assert decode_header(b"=?iso-2022-jp?B?GyRCJygnJS1iGyhCNDE=?=") == "ЖД№41"


@pytest.mark.parametrize("codec", ["utf-16-be", "utf-16-le"])
def test_utf16_without_a_mark_is_read_either_way(codec: str) -> None:
    assert decode("Công văn số 12".encode(codec), "utf-16") == "Công văn số 12"


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252", "windows-1258"])
def test_utf8_under_a_western_name_is_utf8(label: str) -> None:
    assert decode("Công văn số 12 – “mật”".encode(), label) == "Công văn số 12 – “mật”"
    assert decode("garçon".encode("latin-1"), "iso-8859-1") == "garçon"


def test_words_called_base64_stay_words() -> None:
    words = b"Kinh gui ong/ba,\n\nMoi ong den hop luc 8 gio.\n\nTran trong"
    assert decode_transfer(words, "base64") == words
    assert decode_transfer(b"moi ong den hop", "base64") == b"moi ong den hop"
    assert decode_transfer(b"JVBE Rg==\n", "base64") == b"%PDF"
    assert decode_transfer(b" JVBE\n Rg==\n", "base64") == b"%PDF"


@pytest.mark.parametrize(
    ("kind", "written", "read"),
    [
        ("text/markdown", "**Hello**", "**Hello**"),
        ("text/x-myown", "hello", "hello"),
        ("text/richtext", "<bold>A</bold>\nb<nl>c <lt>x><comment>no</comment>", "A b\nc <x>"),
        ("text/plain", "a\x00b\x1bc\td", "abc\td"),
    ],
)
def test_a_text_of_any_kind_is_shown_where_it_is_the_only_one(kind: str, written: str, read: str) -> None:
    raw = f"Subject: x\nContent-Type: {kind}\n\n{written}".encode()
    view = make_view(raw)
    assert view.text == read
    assert view.attachments == ()


def test_a_text_of_another_kind_beside_the_text_is_a_file() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/markdown\n\n*a*\n"
        b"--b\nContent-Type: text/plain\n\nwords\n--b--\n"
    )
    view = make_view(raw)
    assert view.text == "words"
    assert [one.media_type for one in view.attachments] == ["text/markdown"]


@pytest.mark.parametrize("kind", ["text/calendar", "text/vcard", "text/css", "text/x-amp-html"])
def test_what_is_for_programs_is_never_the_text(kind: str) -> None:
    view = make_view(b"Content-Type: " + kind.encode() + b"\n\nBEGIN:X")
    assert view.text == ""
    assert len(view.attachments) == 1
