"""A document's text, line by line with its place, from bytes nobody has vouched for."""

from __future__ import annotations

import html.parser
import re

from client.documents.docx import read_docx
from client.documents.pdf import read_pdf
from client.documents.rtf import rtf_to_text
from client.errors import DocumentEncrypted, MalformedDocument
from client.model.document import DocumentText, TextLine
from client.model.filekind import FileKind
from client.model.wording import normalise

MAX_CHARACTERS = 4_000_000
"""Plain text beyond this is refused rather than half read."""

_WITH_TEXT = frozenset({"pdf", "docx", "rtf"})


def has_text(kind: FileKind) -> bool:
    """Whether files of this kind carry text that `read_text` can read."""
    return kind.extension in _WITH_TEXT or kind.media_type.startswith("text/")


def read_text(content: bytes, kind: FileKind) -> DocumentText:
    """The text of ``content``, lines in NFC.

    Raises `MalformedDocument` (``reason``: corrupt, unsupported-format, too-large) and
    `DocumentEncrypted`. A scan is no error: it comes back with ``scanned`` set.
    """
    if kind.encrypted and kind.extension != "pdf":
        raise DocumentEncrypted(name="")
    if kind.extension == "pdf":
        return read_pdf(content)
    if kind.extension == "docx":
        return read_docx(content)
    if not has_text(kind):
        raise MalformedDocument(name="", reason="unsupported-format")
    if len(content) > MAX_CHARACTERS:
        raise MalformedDocument(name="", reason="too-large")
    text = _decode(content)
    if kind.extension == "rtf":
        text = rtf_to_text(text)
    elif kind.media_type == "text/html":
        text = _html_to_text(text)
    return DocumentText(
        tuple(TextLine(1, line.strip()) for line in normalise(text).splitlines() if line.strip())
    )


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1258", "replace")


class _Text(html.parser.HTMLParser):
    _HIDDEN = frozenset({"script", "style", "head", "template"})
    _INLINE = frozenset({"a", "b", "i", "u", "em", "strong", "span", "font", "sup", "sub", "small"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in self._HIDDEN
        if tag not in self._INLINE:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        if tag not in self._INLINE:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(re.sub(r"\s+", " ", data))


def _html_to_text(source: str) -> str:
    reader = _Text()
    reader.feed(source)
    reader.close()
    return "".join(reader.pieces)
