"""Text of a PDF with page and position, and which of its pages are mere pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

from client.documents.pdf_lines import FontUse, read_page
from client.documents.pdf_marks import (
    active_parts,
    attachment_count,
    file_version,
    has_notes,
    metadata,
    picture_of,
)
from client.errors import DocumentEncrypted, MalformedDocument
from client.model.document import DocumentText, PageLayout, ScannedPage, TextLine, Trait

MAX_PAGES = 500
"""What lies behind is not read, and that is said."""
MAX_CHARACTERS = 4_000_000
"""Of all pages together: about the time one document may take (8 s)."""

_SCAN_LETTERS = 200
"""A page that is one picture and has fewer letters than this (a stamp's text) is a scan."""
_MILLIMETRE = 72 / 25.4
_BROKEN = (pypdfium2.PdfiumError, ValueError, OSError, OverflowError)


def read_pdf(content: bytes) -> DocumentText:
    """The pages' lines in reading order: top to bottom, left before right.

    Raises `DocumentEncrypted`, or `MalformedDocument` (``reason``: corrupt).
    """
    with opened_pdf(content) as document:
        reading = _Reading()
        reading.read(document)
        traits = active_parts(content) | reading.traits
        if attachment_count(document):
            traits |= {Trait.EMBEDDED_FILE}
        return DocumentText(
            tuple(reading.lines),
            len(document),
            scanned=reading.is_scan(len(document)),
            scans=tuple(reading.scans),
            unread=tuple(reading.unread),
            legacy=reading.fonts.legacy,
            decomposed=reading.fonts.decomposed,
            fonts=reading.fonts.names(),
            traits=frozenset(traits),
            author=metadata(document, "Author"),
            format_version=file_version(document),
            layout=reading.layout,
        )


def needs_password(content: bytes) -> bool:
    """Whether the PDF cannot be opened without one; one that only restricts printing can be."""
    try:
        with opened_pdf(content):
            return False
    except DocumentEncrypted:
        return True
    except MalformedDocument:
        return False


@contextmanager
def opened_pdf(content: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """The open file. Raises `DocumentEncrypted`, or `MalformedDocument`; pdfium's own errors become that."""
    try:
        document = pypdfium2.PdfDocument(content)
    except _BROKEN as error:
        if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise DocumentEncrypted(name="") from error
        raise MalformedDocument(name="", reason="corrupt") from error
    try:
        yield document
    except _BROKEN as error:
        raise MalformedDocument(name="", reason="corrupt") from error
    finally:
        document.close()


@dataclass
class _Reading:
    """What the pages gave so far."""

    lines: list[TextLine] = field(default_factory=list)
    scans: list[ScannedPage] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    traits: frozenset[Trait] = frozenset()
    fonts: FontUse = field(default_factory=lambda: FontUse(Counter(), Counter()))
    layout: PageLayout | None = None

    def read(self, document: pypdfium2.PdfDocument) -> None:
        """All pages, up to the limits."""
        characters = 0
        for index in range(min(len(document), MAX_PAGES)):
            page = document[index]
            try:
                characters += self._read_page(page, index + 1, MAX_CHARACTERS - characters)
                if index == 0:
                    width, height = page.get_size()
                    self.layout = PageLayout(round(width / _MILLIMETRE, 1), round(height / _MILLIMETRE, 1))
            finally:
                page.close()
            if characters >= MAX_CHARACTERS:
                self.unread.append("too-large")
                break
        if len(document) > MAX_PAGES:
            self.unread.append("too-many-pages")
        if self.scans:
            self.unread.append("scanned-pages")
        if self.layout is not None:
            face, size = self.fonts.most_used()
            self.layout = PageLayout(self.layout.width, self.layout.height, body_font=face, body_size=size)

    def _read_page(self, page: pypdfium2.PdfPage, number: int, budget: int) -> int:
        lines, characters, _ = read_page(page, number, self.fonts, budget)
        letters = sum(char.isalpha() for line in lines for char in line.text)
        picture = picture_of(page, number, letters) if letters < _SCAN_LETTERS else None
        if picture is not None:
            self.scans.append(picture)
        if has_notes(page):
            self.traits |= {Trait.ANNOTATIONS}
        self.lines += lines
        return characters

    def is_scan(self, pages: int) -> bool:
        """The first page decides: it carries head and stamps."""
        return any(scan.page == 1 for scan in self.scans) or 2 * len(self.scans) > pages
