"""Text of a DOCX by a streaming XML reader: no entities, no document type, bounded size."""

from __future__ import annotations

import io
import zipfile
import zlib
from xml.parsers import expat

from client.errors import MalformedDocument
from client.model.document import DocumentText, TextLine
from client.model.wording import normalise

MAX_PART_BYTES = 64 * 1024 * 1024
"""An unpacked part larger than this is refused, whatever the archive claims."""

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main "
_FALLBACK = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    KeyError,
)


def read_docx(content: bytes) -> DocumentText:
    """Headers first (stamps are put there), then the body; page numbers as Word last broke the pages.

    Raises `MalformedDocument` (``reason``: corrupt, xml-doctype, too-large).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [
                name
                for name in archive.namelist()
                if name.startswith("word/header") and name.endswith(".xml")
            ]
            lines: list[TextLine] = []
            for name in sorted(names):
                lines += [TextLine(1, line.text) for line in _read_part(archive, name).lines]
            body = _read_part(archive, "word/document.xml")
    except _BROKEN as error:
        raise MalformedDocument(name="", reason="corrupt") from error
    return DocumentText((*lines, *body.lines), body.pages)


def _read_part(archive: zipfile.ZipFile, name: str) -> DocumentText:
    with archive.open(name) as member:
        xml = member.read(MAX_PART_BYTES + 1)
    if len(xml) > MAX_PART_BYTES:
        raise MalformedDocument(name="", reason="too-large")
    return _Reader().read(xml)


class _Reader:
    """Collects paragraphs; one in a text box is a line of its own, not part of the one around it."""

    def __init__(self) -> None:
        self._lines: list[TextLine] = []
        self._open: list[list[str]] = []
        self._page = 1
        self._in_text = False
        self._fallback = 0

    def read(self, xml: bytes) -> DocumentText:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.buffer_text = True
        try:
            parser.Parse(xml, True)
        except expat.ExpatError as error:
            raise MalformedDocument(name="", reason="corrupt") from error
        return DocumentText(tuple(self._lines), self._page)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == _FALLBACK:
            self._fallback += 1
        elif tag == f"{_W}p":
            self._open.append([])
        elif tag == f"{_W}t":
            self._in_text = True
        elif tag == f"{_W}tab" and self._open:
            self._open[-1].append("\t")
        elif tag == f"{_W}lastRenderedPageBreak":
            self._page += 1
        elif tag == f"{_W}br":
            self._break(attributes.get(f"{_W}type") == "page")

    def _break(self, page: bool) -> None:
        if self._open:
            self._flush(self._open[-1])
            self._open[-1] = []
        self._page += page

    def _end(self, tag: str) -> None:
        if tag == _FALLBACK:
            self._fallback -= 1
        elif tag == f"{_W}p" and self._open:
            self._flush(self._open.pop())
        elif tag == f"{_W}t":
            self._in_text = False

    def _data(self, text: str) -> None:
        if self._in_text and self._open and not self._fallback:
            self._open[-1].append(text)

    def _flush(self, pieces: list[str]) -> None:
        # Tabs stand between the columns of a head set without a table.
        for piece in normalise("".join(pieces)).split("\t"):
            if piece.strip():
                self._lines.append(TextLine(self._page, " ".join(piece.split())))


def _refuse_doctype(*_: object) -> None:
    raise MalformedDocument(name="", reason="xml-doctype")
