"""Whatever the bytes, a document is read, malformed or encrypted: no other exception leaves a reader."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from client.documents.fields import read_document
from client.documents.reading import read_file
from client.documents.sniff import claims_another_type, sniff
from client.documents.text import read_text
from client.errors import DocumentEncrypted, MalformedDocument
from client.model.filekind import FileKind
from tests.fakes import archive, office
from tests.fakes.office import docx, paragraph, run, zipped
from tests.fakes.pdf import DECISION, make_pdf
from tests.unit.documents import test_office_formats as formats

SAMPLES: dict[str, bytes] = {
    "pdf": make_pdf(DECISION, DECISION[:4], picture=True),
    "docx": docx(paragraph(run("Số: 15/QĐ-SNV")), {"word/comments.xml": "<a/>"}),
    "xlsx": formats.xlsx(),
    "odt": formats.odf("text", "<text:p>một</text:p>", styles="<style:header/>"),
    "doc": office.doc("Số: 15/QĐ-SNV\rhai\r", fonts=(".VnTime",)),
    "xls": office.xls([("Bảng", 0, 0)], ["một", "hai"]),
    "ppt": office.ppt("Một", "Hai"),
    "rtf": formats.RTF,
    "html": b"<html><p>m\xe1\xbb\x99t</p><font face='.VnTime'>C\xc3\xa9ng</font></html>",
    "txt": "Số: 15/QĐ-SNV".encode(),
    "zip": zipped({"a/b.txt": b"x", "c.zip": zipped({"d.txt": b"y"}), "e.docx": docx(paragraph(run("x")))}),
    "7z": archive.SEVEN_ZIP,
    "rar": archive.rar5(("a.txt", b"x"), ("b.exe", b"MZ")),
    "tar": archive.tar({"a.txt": b"x"}),
    "gz": archive.gzipped(b"x" * 100),
}
READ = sorted(set(SAMPLES) - {"zip", "7z", "rar", "tar", "gz"})


def damaged(whole: bytes) -> st.SearchStrategy[bytes]:
    """The file with bytes overwritten, cut out, put in, or its end lost."""

    def change(content: bytes, change: tuple[float, bytes, int]) -> bytes:
        place, noise, cut = change
        start = int(place * len(content))
        return content[:start] + noise + content[start + cut :]

    one = st.tuples(st.floats(0, 1), st.binary(max_size=12), st.integers(0, 24))
    flip = st.tuples(st.integers(0, max(0, len(whole) - 1)), st.integers(0, 255))

    def overwrite(content: bytes, at: tuple[int, int]) -> bytes:
        return content[: at[0]] + bytes([at[1]]) + content[at[0] + 1 :]

    def apply(flips: list[tuple[int, int]], changes: list[tuple[float, bytes, int]], end: float) -> bytes:
        content = whole
        for at in flips:
            content = overwrite(content, at)
        for item in changes:
            content = change(content, item)
        return content[: max(1, int(end * len(content)))]

    ends = st.one_of(st.just(1.0), st.floats(0, 1))
    return st.builds(apply, st.lists(flip, max_size=6), st.lists(one, max_size=2), ends)


def assert_reads(content: bytes, kind: FileKind) -> None:
    try:
        text = read_text(content, kind)
    except (MalformedDocument, DocumentEncrypted):
        return
    read_document(text)


@pytest.mark.parametrize("extension", READ)
def test_a_damaged_document_reads_or_is_malformed(extension: str) -> None:
    kind = sniff(SAMPLES[extension], f"tep.{extension}")
    assert kind.extension == extension
    assert read_text(SAMPLES[extension], kind).lines

    @settings(max_examples=80, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(damaged(SAMPLES[extension]))
    def holds(content: bytes) -> None:
        assert_reads(content, kind)

    holds()


@pytest.mark.parametrize("extension", sorted(SAMPLES))
def test_a_damaged_file_is_always_told_for_something_and_walked_to_its_end(extension: str) -> None:
    @settings(max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(damaged(SAMPLES[extension]))
    def holds(content: bytes) -> None:
        name = f"tep.{extension}"
        claims_another_type(sniff(content, name), name)
        assert read_file(content, name)[0].path == name

    holds()


@pytest.mark.parametrize("make", [office.doc, lambda text: docx(paragraph(run(text))), office.ppt])
def test_any_letters_come_back_as_they_went_in_or_not_at_all(make: Callable[[str], bytes]) -> None:
    @settings(max_examples=40, derandomize=True)
    @given(
        st.text(
            st.characters(min_codepoint=0x20, max_codepoint=0x1EFF, exclude_categories=["Cs", "Cc"]),
            max_size=60,
        )
    )
    def holds(text: str) -> None:
        plain = text.replace("<", "").replace("&", "").replace("\u0085", "")
        assert_reads(make(plain), sniff(make(plain), "tep"))

    holds()


@settings(derandomize=True)
@given(
    st.binary(max_size=400),
    st.sampled_from(["a.pdf", "b.docx", "c", "d.eml", "\u202efdp.exe", "CON.pdf", "e.zip"]),
)
def test_noise_under_any_name_is_read_without_an_exception(noise: bytes, name: str) -> None:
    read_file(noise, name, lambda content: ("x", []))
