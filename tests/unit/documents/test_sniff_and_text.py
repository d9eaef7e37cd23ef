import io
import zipfile

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from client.documents import archives
from client.documents.sniff import sniff
from client.documents.text import read_text
from client.errors import DocumentEncrypted, MalformedDocument
from client.model.filekind import FileKind

EXE = b"MZ\x90\0" + bytes(80)


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "extension", "executable"),
    [
        (EXE, "exe", True),
        (b"\x7fELF\x02", "elf", True),
        (b"\xcf\xfa\xed\xfe\x07", "macho", True),
        (b"\xca\xfe\xba\xbe\0\0\0\x41", "class", True),
        (b"dex\n035\0", "dex", True),
        (b"L\0\0\0\x01\x14\x02\0\0", "lnk", True),
        (b"\xef\xbb\xbf#! /usr/bin/env python", "sh", True),
        (bytes(0x8001) + b"CD001", "iso", True),
        (b"\n\n%PDF-1.4", "pdf", False),
        (b"{\\rtf1 a}", "rtf", False),
        (b"<!DOCTYPE html><p>", "html", False),
        (b"MZ is a text", "txt", False),
    ],
)
def test_bytes_tell_the_type_whatever_the_name(content: bytes, extension: str, executable: bool) -> None:
    kind = sniff(content, "tai-lieu")
    assert (kind.extension, kind.executable) == (extension, executable)


def test_a_program_in_an_archive_in_an_archive_is_seen() -> None:
    kind = sniff(zipped(a__zip=zipped(run__dat=EXE), b__txt=b"x"), "a.zip")
    assert [(member.path, member.executable) for member in kind.members] == [
        ("a.zip", False),
        ("a.zip/run.dat", True),
        ("b.txt", False),
    ]
    assert kind.unread == ""


def test_an_archive_nested_too_deep_says_so() -> None:
    content = zipped(x__txt=b"x")
    for _ in range(archives.MAX_DEPTH + 1):
        content = zipped(a__zip=content)
    assert sniff(content, "a.zip").unread == "archive-too-deep"


def test_an_archive_that_explodes_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_NESTED_BYTES", 10_000)
    bomb = zipped(a__zip=b"PK\x03\x04" + bytes(5_000_000))
    assert len(bomb) < 10_000
    assert sniff(bomb, "a.zip").unread == "archive-too-large"


def test_an_archive_of_too_many_files_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    kind = sniff(zipped(**{f"f{number}": b"" for number in range(9)}), "a.zip")
    assert (len(kind.members), kind.unread) == (3, "archive-too-large")


@given(st.binary(max_size=200), st.integers(0, 150))
def test_any_bytes_are_sniffed_without_an_exception(noise: bytes, place: int) -> None:
    whole = zipped(a__txt=b"hello")
    sniff(noise, "a.b")
    sniff(whole[:place] + noise + whole[place:], "a.zip")


def docx_of(*paragraphs: str) -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.sections[0].header.paragraphs[0].text = "MẬT"
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_a_docx_is_read_with_its_header_first() -> None:
    content = docx_of("Số:\u00a015/Q\u00d0-SNV", "cột trái\tcột phải")
    kind = sniff(content, "a.bin")
    assert kind.extension == "docx"
    text = read_text(content, kind)
    assert [line.text for line in text.lines] == ["MẬT", "Số: 15/QĐ-SNV", "cột trái", "cột phải"]


def test_a_docx_with_a_document_type_is_refused_before_any_entity_is_seen() -> None:
    xml = b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'
    with pytest.raises(MalformedDocument) as caught:
        read_text(zipped(**{"word/document.xml": xml}), FileKind("", "docx"))
    assert caught.value.params["reason"] == "xml-doctype"


def test_a_text_box_is_read_once_and_as_a_line_of_its_own() -> None:
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    box = "<w:p><w:r><w:t>MẬT</w:t></w:r></w:p>"
    xml = (
        f'<w:document xmlns:w="{w}" xmlns:mc="{mc}"><w:body>'
        "<w:p><w:r><w:t>Trước </w:t></w:r><mc:AlternateContent>"
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
        "<w:r><w:t>sau</w:t></w:r></w:p></w:body></w:document>"
    ).encode()
    text = read_text(zipped(**{"word/document.xml": xml}), FileKind("", "docx"))
    assert [line.text for line in text.lines] == ["MẬT", "Trước sau"]


@pytest.mark.parametrize(
    ("content", "name", "lines"),
    [
        ("Một\r\nHai".encode("utf-16"), "a.txt", ["Một", "Hai"]),
        (b"<html><style>x</style><p>M\xc3\xb4t <b>hai</b><br>ba</p></html>", "a.html", ["Môt hai", "ba"]),
        (rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}M\u7897?T\par d\u242?ng}", "a.rtf", ["MộT", "dòng"]),
    ],
)
def test_light_formats_give_their_words(content: bytes, name: str, lines: list[str]) -> None:
    assert [line.text for line in read_text(content, sniff(content, name)).lines] == lines


def test_what_has_no_reader_says_so() -> None:
    with pytest.raises(MalformedDocument) as caught:
        read_text(b"\0\1", FileKind("application/vnd.visio", "vsd"))
    assert caught.value.params["reason"] == "unsupported-format"
    with pytest.raises(DocumentEncrypted):
        read_text(b"\0", FileKind("application/x-ole-encrypted", "ole2", encrypted=True))
