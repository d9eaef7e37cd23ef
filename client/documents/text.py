"""A document's text, line by line with its place, from bytes nobody has vouched for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from client.documents.docx import read_docx
from client.documents.excel_binary import read_xls
from client.documents.legacy_text import from_letters
from client.documents.opendocument import read_opendocument
from client.documents.pdf import read_pdf
from client.documents.plain import read_html, read_plain
from client.documents.rtf import read_rtf
from client.documents.sheets import read_xlsx
from client.documents.slides import read_pptx
from client.documents.slides_binary import read_ppt
from client.documents.word_binary import read_doc
from client.errors import DocumentEncrypted, MalformedDocument
from client.model.document import DocumentText
from client.model.filekind import FileKind

__all__ = ["has_text", "read_text"]

_READERS: Mapping[str, Callable[[bytes], DocumentText]] = {
    "pdf": read_pdf,
    "docx": read_docx,
    "xlsx": read_xlsx,
    "pptx": read_pptx,
    "odt": read_opendocument,
    "ods": read_opendocument,
    "odp": read_opendocument,
    "rtf": read_rtf,
    "doc": read_doc,
    "xls": read_xls,
    "ppt": read_ppt,
}


def has_text(kind: FileKind) -> bool:
    """Whether files of this kind carry text that `read_text` can read."""
    return kind.extension in _READERS or kind.media_type.startswith("text/")


def read_text(content: bytes, kind: FileKind) -> DocumentText:
    """The text of ``content``, lines in NFC, TCVN3 and VNI turned to Unicode.

    Raises `MalformedDocument` (``reason``: corrupt, unsupported-format, too-large, too-deep,
    xml-doctype) and `DocumentEncrypted`. A scan is no error: it comes back with ``scanned`` set;
    what of a file could not be read is listed in ``unread``.
    """
    if kind.encrypted and kind.extension != "pdf":
        raise DocumentEncrypted(name="")
    reader = _READERS.get(kind.extension)
    if reader is None:
        if not has_text(kind):
            raise MalformedDocument(name="", reason="unsupported-format")
        reader = read_html if kind.media_type == "text/html" else read_plain
    text = reader(content)
    if text.legacy:
        return text
    lines, legacy = from_letters(text.lines)
    return replace(text, lines=lines, legacy=legacy) if legacy else text
