"""Remedies that make files: a number put right in a DOCX, Office files as PDF by the real LibreOffice."""

from __future__ import annotations

import io
import os
import stat
import time
import zipfile
from pathlib import Path

import pytest

from client.documents.reading import read_file
from client.errors import ConversionFailed, MalformedDocument
from client.model.finding import Finding, Severity
from client.model.outgoing import DraftAttachment
from client.services.file_fixes import make, with_leading_zero
from client.services.office_conversion import find_converter, to_pdf
from tests.fakes.office import docx, paragraph, run

_OPEN = "application/vnd.openxmlformats-"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Default Extension="rels" ContentType="{_OPEN}package.relationships+xml"/>'
    '<Override PartName="/word/document.xml"'
    f' ContentType="{_OPEN}officedocument.wordprocessingml.document.main+xml"/>'
    "</Types>"
)
needs_office = pytest.mark.skipif(not find_converter(), reason="LibreOffice is not installed")
posix = pytest.mark.skipif(os.name != "posix", reason="a shell script stands in for the program")


def letter(number: str) -> bytes:
    body = paragraph(run("SỞ NỘI VỤ")) + number + paragraph(run("Điều 5/6. Nội dung số 5/7"))
    return docx(body, {"[Content_Types].xml": TYPES})


def words(content: bytes) -> list[str]:
    (read, *_) = read_file(content, "a.docx", lambda _: None)
    assert read.text is not None
    return [line.text for line in read.text.lines]


@pytest.mark.parametrize(
    "number",
    [
        paragraph(run("Số: 5/QĐ-SNV")),
        paragraph(run("Số") + run(": ") + run("5") + run("/QĐ-SNV")),
        paragraph(run("Số:  5 /QĐ-SNV")),
    ],
)
def test_the_number_gets_its_zero_and_nothing_else_changes(number: str) -> None:
    before = letter(number)
    after = with_leading_zero(before, "5/QĐ-SNV")
    assert words(after)[1].replace(" ", "") == "Số:05/QĐ-SNV"
    assert words(after)[2] == "Điều 5/6. Nội dung số 5/7"
    with zipfile.ZipFile(io.BytesIO(before)) as old, zipfile.ZipFile(io.BytesIO(after)) as new:
        assert old.namelist() == new.namelist()
        others = [name for name in old.namelist() if name != "word/document.xml"]
        assert [old.read(one) for one in others] == [new.read(one) for one in others]


def test_a_number_that_is_not_there_changes_nothing() -> None:
    with pytest.raises(ConversionFailed, match="number-not-found"):
        with_leading_zero(letter(paragraph(run("Số: 15/QĐ-SNV"))), "5/QĐ-SNV")


def test_a_signed_file_is_never_written_into() -> None:
    signed = io.BytesIO(letter(paragraph(run("Số: 5/QĐ-SNV"))))
    with zipfile.ZipFile(signed, "a") as package:
        package.writestr("_xmlsignatures/sig1.xml", "<Signature/>")
    with pytest.raises(ConversionFailed, match="signed-file"):
        with_leading_zero(signed.getvalue(), "5/QĐ-SNV")


def test_what_is_no_package_is_refused_in_words() -> None:
    with pytest.raises(MalformedDocument):
        with_leading_zero(b"PK\x03\x04 nothing", "5/QĐ-SNV")


@needs_office
def test_a_letter_becomes_a_pdf_with_its_words() -> None:
    attachment = DraftAttachment("Công văn.docx", "", letter(paragraph(run("Số: 15/QĐ-SNV"))))
    finding = Finding("signed-doc-must-be-pdf", Severity.WARN, fix="convert-to-pdf", attachment=1)
    made = make(attachment, finding)
    assert (made.name, made.media_type) == ("Công văn.pdf", "application/pdf")
    (read, *_) = read_file(made.content, made.name, lambda _: None)
    assert read.text is not None
    assert "Số: 15/QĐ-SNV" in read.text.plain


@needs_office
def test_a_table_becomes_a_pdf() -> None:
    assert to_pdf(b"a;b\n1;2\n", "csv", find_converter()).startswith(b"%PDF-")


def test_a_file_of_another_kind_is_not_tried() -> None:
    with pytest.raises(ConversionFailed, match="not-convertible"):
        to_pdf(b"MZ", "exe", "/nonexistent")


def script(tmp_path: Path, text: str) -> str:
    path = tmp_path / "soffice"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@posix
def test_a_program_that_hangs_is_stopped_with_its_children(tmp_path: Path) -> None:
    mark = tmp_path / "alive"
    program = script(tmp_path, f"(sleep 3; touch {mark}) & wait")
    began = time.monotonic()
    with pytest.raises(ConversionFailed, match="converter-too-slow"):
        to_pdf(b"x", "docx", program, seconds=0.3)
    assert time.monotonic() - began < 2.5
    time.sleep(3)
    assert not mark.exists()


@posix
def test_a_program_that_makes_nothing_or_something_else_is_not_believed(tmp_path: Path) -> None:
    with pytest.raises(ConversionFailed, match="no-pdf-made"):
        to_pdf(b"x", "docx", script(tmp_path, "exit 0"))
    liar = script(
        tmp_path,
        'out=$(echo "$*" | sed "s/.*--outdir \\([^ ]*\\).*/\\1/"); mkdir -p $out; echo hi > $out/tep.pdf',
    )
    with pytest.raises(ConversionFailed, match="no-pdf-made"):
        to_pdf(b"x", "docx", liar)


@posix
def test_nothing_of_the_user_s_is_told_to_the_program_and_nothing_is_left(tmp_path: Path) -> None:
    told = tmp_path / "told"
    program = script(
        tmp_path, f'echo "$@" > {told}; env >> {told}; pwd >> {told}; (ip link 2>/dev/null || true) >> {told}'
    )
    with pytest.raises(ConversionFailed):
        to_pdf(b"x", "docx", program)
    text = told.read_text()
    assert "--headless" in text
    assert "UserInstallation=file://" in text
    assert os.environ.get("HOME", "?") not in [line.partition("=")[2] for line in text.splitlines()]
    folder = next(line for line in text.splitlines() if line.startswith("HOME=")).partition("=")[2]
    assert not Path(folder).exists()


def test_without_the_program_it_says_so() -> None:
    with pytest.raises(ConversionFailed, match="converter-not-started"):
        to_pdf(b"x", "docx", "/nonexistent/soffice")
