"""Text of an old PowerPoint file (MS-PPT): the text atoms of its slides and notes."""

from __future__ import annotations

import struct

from client.documents.compound import opened
from client.documents.legacy_text import from_letters
from client.errors import DocumentEncrypted, MalformedDocument
from client.model.document import DocumentText, TextLine
from client.model.wording import normalise

MAX_RECORDS = 2_000_000

_CONTAINER = 0xF
_TEXT_WIDE, _TEXT_NARROW, _SLIDE_IN_LIST, _SLIDE = 0x0FA0, 0x0FA8, 0x03F3, 0x03EE
_ENCRYPTED_TOKEN = 0xF3D1C4DF


def read_ppt(content: bytes) -> DocumentText:
    """A line a paragraph. Raises `MalformedDocument` (``reason``: corrupt) and `DocumentEncrypted`."""
    with opened(content) as compound:
        user = compound.read("Current User")
        if len(user) >= 16 and struct.unpack_from("<I", user, 12)[0] == _ENCRYPTED_TOKEN:
            raise DocumentEncrypted(name="")
        stream = compound.read("PowerPoint Document")
        if not stream:
            raise MalformedDocument(name="", reason="corrupt")
        lines, pages = _lines(stream)
        shown, legacy = from_letters(tuple(lines))
        author, last = compound.makers()
        return DocumentText(shown, pages, legacy=legacy, author=author, last_modified_by=last)


def _lines(stream: bytes) -> tuple[list[TextLine], int]:
    lines: list[TextLine] = []
    place, listed, slides = 0, 0, 0
    for _ in range(MAX_RECORDS):
        if place + 8 > len(stream):
            break
        version, kind, length = struct.unpack_from("<HHI", stream, place)
        place += 8
        if version & 0xF == _CONTAINER:
            slides += kind == _SLIDE
            continue
        listed += kind == _SLIDE_IN_LIST
        if kind in (_TEXT_WIDE, _TEXT_NARROW):
            data = stream[place : place + length]
            text = data.decode("utf-16-le" if kind == _TEXT_WIDE else "latin-1", "replace")
            lines += _paragraphs(text, max(1, listed, slides))
        place += length
    return lines, max(1, listed, slides)


def _paragraphs(text: str, page: int) -> list[TextLine]:
    pieces = normalise(text).replace("\x0b", "\r").replace("\n", "\r").split("\r")
    return [TextLine(page, " ".join(piece.split())) for piece in pieces if piece.strip()]
