"""Text of a PDF with page and position, pieced together from its characters.

Columns are kept apart: the head of an administrative document has two, and a stamp stands alone only
as long as what is beside it is not glued to it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from client.errors import DocumentEncrypted, MalformedDocument
from client.model.document import DocumentText, TextLine
from client.model.wording import normalise

MAX_PAGES = 500
"""A longer document is refused rather than half read."""

_SCAN_LETTERS = 200
"""A page that is one picture and has fewer letters than this (a stamp's text) is a scan."""
_SCAN_COVER = 0.6
_COLUMN_GAP = 1.2
_WORD_GAP = 0.18
"""Gaps in heights of a line of text."""


@dataclass(slots=True)
class _Run:
    """Characters that follow each other on one line."""

    left: float
    bottom: float
    right: float
    top: float
    text: str


def read_pdf(content: bytes) -> DocumentText:
    """All pages' lines in reading order: top to bottom, left before right.

    Raises `DocumentEncrypted`, or `MalformedDocument` (``reason``: corrupt, too-large).
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise DocumentEncrypted(name="") from error
        raise MalformedDocument(name="", reason="corrupt") from error
    try:
        return _read(document)
    except (pypdfium2.PdfiumError, ValueError, OSError) as error:
        raise MalformedDocument(name="", reason="corrupt") from error
    finally:
        document.close()


def _read(document: pypdfium2.PdfDocument) -> DocumentText:
    pages = len(document)
    if pages > MAX_PAGES:
        raise MalformedDocument(name="", reason="too-large")
    lines: list[TextLine] = []
    scans = 0
    first_is_scan = False
    for index in range(pages):
        page = document[index]
        try:
            page_lines = _page_lines(page, index + 1)
            letters = sum(char.isalpha() for line in page_lines for char in line.text)
            scan = letters < _SCAN_LETTERS and _is_picture(page, letters)
        finally:
            page.close()
        scans += scan
        first_is_scan = first_is_scan or (scan and index == 0)
        lines += page_lines
    return DocumentText(tuple(lines), pages, scanned=first_is_scan or 2 * scans > pages)


def _page_lines(page: pypdfium2.PdfPage, number: int) -> list[TextLine]:
    height = page.get_height() or 1.0
    text_page = page.get_textpage()
    try:
        runs = list(_runs(text_page))
    finally:
        text_page.close()
    lines = []
    for run in _in_reading_order(_join_runs(runs)):
        text = " ".join(normalise(run.text).split())
        if text:
            top = min(1.0, max(0.0, 1.0 - run.top / height))
            lines.append(TextLine(number, text, round(top, 4)))
    return lines


def _runs(text_page: pypdfium2.PdfTextPage) -> Iterator[_Run]:
    """The page's characters, cut wherever the next one is not simply the next on the line."""
    current: _Run | None = None
    space = False
    box = pdfium.FS_RECTF()
    for index in range(text_page.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        char = "" if 0xD800 <= code <= 0xDFFF else chr(code)
        if not char.strip():
            space = True
            continue
        if not char.isprintable() or not pdfium.FPDFText_GetLooseCharBox(text_page, index, ctypes.byref(box)):
            continue
        placed = _Run(box.left, box.bottom, box.right, box.top, char)
        if current is not None and _continues(current, placed):
            gap = placed.left - current.right > _WORD_GAP * (current.top - current.bottom)
            _append(current, placed, " " if space or gap else "")
        else:
            if current is not None:
                yield current
            current = placed
        space = False
    if current is not None:
        yield current


def _continues(run: _Run, following: _Run) -> bool:
    height = max(run.top - run.bottom, following.top - following.bottom, 1.0)
    same_line = abs((run.top + run.bottom) - (following.top + following.bottom)) < height
    return same_line and -height < following.left - run.right < _COLUMN_GAP * height


def _append(run: _Run, following: _Run, between: str) -> None:
    run.text += between + following.text
    run.right = max(run.right, following.right)
    run.top = max(run.top, following.top)
    run.bottom = min(run.bottom, following.bottom)


def _join_runs(runs: list[_Run]) -> list[_Run]:
    """Pieces of one line that the file keeps apart (bold, another font) put together again."""
    joined: list[_Run] = []
    for run in _in_reading_order(runs):
        previous = joined[-1] if joined else None
        if previous is not None and _same_row(previous, run) and _continues(previous, run):
            gap = run.left - previous.right > _WORD_GAP * (previous.top - previous.bottom)
            _append(previous, run, " " if gap else "")
        else:
            joined.append(run)
    return joined


def _same_row(one: _Run, other: _Run) -> bool:
    return abs((one.top + one.bottom) - (other.top + other.bottom)) < min(
        one.top - one.bottom, other.top - other.bottom
    )


def _in_reading_order(runs: list[_Run]) -> list[_Run]:
    rows: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: -(run.top + run.bottom)):
        if rows and _same_row(rows[-1][0], run):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [run for row in rows for run in sorted(row, key=lambda run: run.left)]


def _is_picture(page: pypdfium2.PdfPage, letters: int) -> bool:
    """Whether one picture makes up the page, or what is drawn on it has no text layer at all."""
    width, height = page.get_size()
    if letters == 0:
        return next(page.get_objects(max_depth=1), None) is not None
    covered = 0.0
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=5):
        left, bottom, right, top = item.get_bounds()
        covered = max(covered, (right - left) * (top - bottom))
    return bool(covered > _SCAN_COVER * width * height)
