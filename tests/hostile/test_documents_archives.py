"""Archives that explode, hide, lie or hold themselves."""

import hashlib
import struct
import tracemalloc
import zipfile

import pytest

from client.documents import archives, containers
from client.documents.reading import MAX_FILES, read_file
from client.documents.sniff import claims_another_type, sniff
from client.documents.text import read_text
from client.errors import DocumentEncrypted
from client.model.filekind import FileKind
from tests.fakes import archive
from tests.fakes.office import docx, paragraph, run, zipped
from tests.fakes.pdf import DECISION, Placed, make_pdf

EXE = b"MZ\x90\0" + bytes(80)
SECRET = make_pdf([Placed("TUYỆT MẬT", 120, 715)])


def locked(content: bytes) -> bytes:
    """The ZIP with the flag of a password set on every entry."""
    out = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = out.find(mark)
        while at >= 0:
            out[at + place] |= 1
            at = out.find(mark, at + 4)
    return bytes(out)


def nested(depth: int, inner: bytes) -> bytes:
    for _ in range(depth):
        inner = zipped({"a.zip": inner})
    return inner


def test_programs_are_seen_to_depth_five_and_beyond_it_is_said() -> None:
    inside = zipped({"x.dat": EXE})
    assert sniff(nested(archives.MAX_DEPTH - 1, inside), "a.zip").members[-1].executable
    assert sniff(nested(archives.MAX_DEPTH, inside), "a.zip").unread == "archive-too-deep"


def test_an_archive_that_holds_itself_comes_to_an_end() -> None:
    quine = zipped({"a": b"x"})
    walk = archives._Walk()
    walk._around.append(hashlib.sha256(quine).digest())
    walk.enter(quine, "zip", "")
    assert (walk.unread, walk.members) == ("archive-too-deep", [])


def test_what_unpacks_to_more_than_the_budget_is_not_unpacked() -> None:
    bomb = zipped({"a.zip": zipped({"b.txt": bytes(archives.MAX_NESTED_BYTES + 1)}, zipfile.ZIP_STORED)})
    tracemalloc.start()
    kind = sniff(bomb, "a.zip")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kind.unread == "archive-too-large"
    assert peak < 3 * archives.MAX_NESTED_BYTES


def test_the_budget_is_common_to_all_that_lies_in_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_NESTED_BYTES", 50_000)
    many = zipped({f"{number}.zip": zipped({"a": bytes(9_000)}, zipfile.ZIP_STORED) for number in range(9)})
    assert sniff(many, "a.zip").unread == "archive-too-large"


@pytest.mark.parametrize("packed", [archive.gzipped(bytes(100_000)), zipped({"a.txt": bytes(100_000)})])
def test_a_bomb_of_one_layer_is_not_read_whole(packed: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_NESTED_BYTES", 5_000)
    monkeypatch.setattr("client.documents.reading.MAX_NESTED_BYTES", 5_000)
    found = read_file(packed, "a.zip")
    assert found[0].unread == ("archive-too-large",)


def test_a_member_without_a_name_is_a_member() -> None:
    content = zipped({"a": EXE}, zipfile.ZIP_STORED)
    nameless = bytearray(content)
    directory = nameless.find(b"PK\x01\x02")
    nameless[directory + 28 : directory + 30] = b"\0\0"
    del nameless[directory + 46]
    end = nameless.find(b"PK\x05\x06")
    nameless[end + 12] -= 1
    kind = sniff(bytes(nameless), "a.zip")
    assert (kind.member_count, kind.unread) == (1, "corrupt")


def test_entries_that_share_their_bytes_are_refused() -> None:
    kind = sniff(archive.overlapping_zip(50), "a.zip")
    assert kind.unread == "corrupt"
    assert read_file(archive.overlapping_zip(50), "a.zip")[0].unread == ("corrupt",)


def test_a_hundred_thousand_entries_are_counted_and_ten_thousand_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 100)
    kind = sniff(zipped({f"{number}.txt": b"" for number in range(2_000)}), "a.zip")
    assert (len(kind.members), kind.member_count, kind.unread) == (100, 2_000, "archive-too-large")


def test_a_directory_of_more_entries_is_not_even_read() -> None:
    content = bytearray(zipped({"a.txt": b"x"}))
    end = content.rfind(b"PK\x05\x06")
    locator_and_record = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 5_000_000, 5_000_000, 46, 0)
    locator = struct.pack("<IIQI", 0x07064B50, 0, end, 1)
    content[end + 8 : end + 12] = b"\xff\xff\xff\xff"
    forged = bytes(content[:end]) + locator_and_record + locator + bytes(content[end:])
    assert containers.claimed_entries(forged) == 5_000_000
    kind = sniff(forged, "a.zip")
    assert (kind.member_count, kind.unread) == (5_000_000, "archive-too-large")


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        (locked(zipped({"a.txt": b"x"})), "zip"),
        (archive.seven_zip([("a.txt", 5)], method=b"\x06\xf1\x07\x01"), "7z"),
        (archive.rar4(("a.txt", b"x"), encrypted=True), "rar"),
        (archive.rar5(("a.txt", b"x"), encrypted=True), "rar"),
        (archive.rar4(encrypted_names=True), "rar"),
        (archive.rar5(encrypted_names=True), "rar"),
    ],
)
def test_an_archive_with_a_password_is_encrypted_and_not_unreadable(content: bytes, extension: str) -> None:
    kind = sniff(content, "a.bin")
    assert (kind.extension, kind.encrypted, kind.unread) == (extension, True, "archive-encrypted")


@pytest.mark.parametrize(
    "content",
    [
        archive.SEVEN_ZIP,
        archive.seven_zip([("thư mục/a.txt", 5), ("b.exe", 7)]),
        archive.rar5(("thư mục/a.txt", b"12345"), ("b.exe", b"MZ12345")),
        archive.rar4(("thư mục\\a.txt", b"12345"), ("b.exe", b"MZ12345")),
    ],
)
def test_seven_zip_and_rar_are_listed_and_said_not_to_be_opened(content: bytes) -> None:
    kind = sniff(content, "a.zip")
    assert [(member.path, member.size) for member in kind.members] == [("thư mục/a.txt", 5), ("b.exe", 7)]
    assert (kind.encrypted, kind.unread) == (False, "archive-format")


def test_a_stamp_deep_in_archives_and_messages_is_read() -> None:
    eml = b"From: a@b\r\nMIME-Version: 1.0\r\n\r\nx"
    content = zipped(
        {"thu.eml": eml, "b/c.zip": zipped({"mat.pdf": SECRET, "anh.png": b"\x89PNG\r\n\x1a\n"})}
    )
    found = read_file(archive.tar({"a.zip": content}), "g.tar", lambda _: ("Thân", [("mat.pdf", SECRET)]))
    marked = [read.path for read in found if read.document and read.document.secrecy_marking]
    assert marked == ["g.tar/a.zip/thu.eml/mat.pdf", "g.tar/a.zip/b/c.zip/mat.pdf"]
    assert [read.in_message for read in found if read.path in marked] == [True, False]


def test_messages_in_messages_come_to_an_end() -> None:
    eml = b"From: a@b\r\nMIME-Version: 1.0\r\n\r\nx"
    found = read_file(eml, "a.eml", lambda _: ("x", [("b.eml", eml), ("c.eml", eml), ("d.eml", eml)]))
    assert len(found) <= MAX_FILES + 1
    assert any(read.unread for read in found)


def test_a_message_nobody_can_open_is_not_checked() -> None:
    eml = b"From: a@b\r\nReceived: x\r\n\r\nx"
    assert read_file(eml, "a.bin")[0].unread == ("incomplete",)


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (locked(zipped({"a.txt": b"x"})), "a.zip", "archive-encrypted"),
        (archive.SEVEN_ZIP, "a.7z", "archive-format"),
        (b"\x89PNG\r\n\x1a\n", "a.png", "picture"),
        (bytes(range(256)) * 4, "a.xyz", "unsupported-format"),
        (make_pdf([], picture=True), "a.pdf", "scanned"),
        (make_pdf(DECISION)[:300], "a.pdf", "corrupt"),
        (zipped({"b.pdf": b"%PDF-1.7 x"}), "a.zip", "corrupt"),
        (zipped({"b.png": b"\x89PNG\r\n\x1a\n", "c.xyz": bytes(range(256))}), "a.zip", "unsupported-format"),
    ],
)
def test_what_could_not_be_read_is_said_for_the_file_it_is_in(content: bytes, name: str, reason: str) -> None:
    assert reason in [code for read in read_file(content, name) for code in read.unread]


def test_a_document_read_to_its_end_has_nothing_unread() -> None:
    assert [read.unread for read in read_file(make_pdf(DECISION), "a.pdf")] == [()]


def test_an_office_file_in_an_archive_is_a_document_with_its_macros_seen() -> None:
    inside = docx(paragraph(run("Số: 15/QĐ-SNV")), {"word/vbaProject.bin": b"x"})
    content = zipped({"a.docx": inside})
    assert sniff(content, "a.zip").macros
    found = read_file(content, "a.zip")
    assert [(read.path, read.kind.extension) for read in found] == [
        ("a.zip", "zip"),
        ("a.zip/a.docx", "docx"),
    ]


@pytest.mark.parametrize(
    ("content", "extension", "second"),
    [
        (EXE + make_pdf(DECISION), "exe", "pdf"),
        (make_pdf(DECISION) + zipped({"a.exe": EXE}), "pdf", "zip"),
        (b"GIF89a" + zipped({"a.exe": EXE}), "gif", "zip"),
        (b"<script>1</script>" + make_pdf(DECISION), "pdf", "html"),
        (make_pdf(DECISION) + bytes(0x8001 - len(make_pdf(DECISION))) + b"CD001", "pdf", "iso"),
        (make_pdf(DECISION), "pdf", ""),
        (zipped({"a.pdf": make_pdf(DECISION)}, zipfile.ZIP_STORED), "zip", ""),
        (docx(paragraph(run("x"))), "docx", ""),
    ],
)
def test_a_file_that_is_two_things_says_both(content: bytes, extension: str, second: str) -> None:
    kind = sniff(content, "a.pdf")
    assert (kind.extension, kind.second_type) == (extension, second)


def test_programs_in_the_archive_behind_a_pdf_are_seen() -> None:
    kind = sniff(make_pdf(DECISION) + zipped({"a.exe": EXE}), "a.pdf")
    assert [member.executable for member in kind.members] == [True]


@pytest.mark.parametrize(
    ("content", "name", "lies"),
    [
        (make_pdf(DECISION), "a.pdf", False),
        (EXE, "a.pdf", True),
        (b"<!DOCTYPE html><p>", "a.pdf", True),
        (docx(paragraph(run("x"))), "a.docm", False),
        (docx(paragraph(run("x"))), "a.pdf", True),
        (zipped({"a": b"x"}), "a.docx", True),
        (b"{\\rtf1 x}", "a.doc", False),
        (b"x,y", "a.csv", False),
        (b"x,y", "a.jpg", True),
        (bytes(range(256)), "a.pdf", True),
        (bytes(range(256)), "a.dwg", False),
        (b"\xff\xd8\xff\xe0", "a.jpeg", False),
        (EXE, "a.dll", False),
        (b"x", "khong-duoi", False),
        (EXE, "CON.pdf", True),
        (make_pdf(DECISION), "a.exe", True),
    ],
)
def test_an_extension_that_lies_is_seen(content: bytes, name: str, lies: bool) -> None:
    assert claims_another_type(sniff(content, name), name) is lies


@pytest.mark.parametrize(
    "name", ["\u202efdp.exe", "CON.pdf", "a\\b/c:d.pdf", "e\u0302\u0301.pdf", "..", "", "x" * 5000]
)
def test_odd_names_change_nothing_of_what_the_bytes_say(name: str) -> None:
    assert sniff(make_pdf(DECISION), name).extension == "pdf"
    assert read_file(zipped({name or "x": make_pdf(DECISION)}), "a.zip")[-1].kind.extension == "pdf"


@pytest.mark.parametrize("line", [b"x" * 999 + b"\n", b"x\n"])
def test_a_huge_text_is_read_in_part_and_that_is_said(line: bytes) -> None:
    text = read_text(line * (50_000_000 // len(line)), FileKind("text/plain", "txt"))
    assert text.unread == ("too-large",)
    assert sum(len(one.text) for one in text.lines) <= 4_000_000
    assert len(text.lines) <= 200_001


@pytest.mark.parametrize("piece", ["<a ", "<!--", "</", "<![", "<"])
def test_html_of_tags_that_never_end_is_read_for_its_words_and_called_damaged(piece: str) -> None:
    text = read_text(f"<p>MẬT</p>{piece * 300_000}".encode(), FileKind("text/html", "html"))
    assert text.unread == ("damaged-part",)
    assert text.plain.startswith("MẬT")


def test_a_docx_of_countless_paragraphs_is_read_in_part_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("client.documents.docx.MAX_LINES", 50)
    content = docx(paragraph(run("x")) * 200)
    text = read_text(content, sniff(content, "a.docx"))
    assert (len(text.lines), text.unread) == (50, ("too-large",))


def test_a_pdf_that_only_forbids_printing_is_not_encrypted() -> None:
    from io import BytesIO

    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    def made(user: str) -> bytes:
        buffer = BytesIO()
        canvas = Canvas(buffer, encrypt=StandardEncryption(user, "chu", canPrint=0))
        canvas.drawString(100, 700, "text")
        canvas.save()
        return buffer.getvalue()

    assert not sniff(made(""), "a.pdf").encrypted
    assert sniff(made("mat-khau"), "a.pdf").encrypted
    with pytest.raises(DocumentEncrypted):
        read_text(made("mat-khau"), FileKind("application/pdf", "pdf"))
