"""Text of an old Word file (MS-DOC, Word 97 to 2003) by its piece table."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from client.documents.compound import Compound, opened
from client.documents.legacy_text import from_letters
from client.errors import DocumentEncrypted, MalformedDocument
from client.model.document import DocumentText, TextLine, Trait
from client.model.text import is_decomposed
from client.model.wording import normalise

MAX_CHARACTERS = 8_000_000

_IDENT = 0xA5EC
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_CLX_AT, _FONTS_AT, _ANNOTATIONS_AT = 0x01A2, 0x0112, 0x0022
_COUNTS_AT = 0x4C
"""FIB offsets (MS-DOC 2.5.1 to 2.5.6)."""
_PARTS = ("", "footnote", "header", "", "comment", "footnote", "text-box", "header")
"""What the counts of the FIB count, in the order the text holds them."""
_COMPRESSED = 0x40000000
_INSTRUCTION = re.compile("\x13([^\x13\x14\x15]*)\x14?")
_DYNAMIC = re.compile(r"\b(?:DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK)\b")
_BREAKS = re.compile("[\r\x07\x0b\x0c\x0e]")


def read_doc(content: bytes) -> DocumentText:
    """Headers, text, notes and comments; text in fonts from before Unicode is told by its letters.

    Raises `MalformedDocument` (``reason``: corrupt, too-large, unsupported-format) and `DocumentEncrypted`.
    """
    with opened(content) as compound:
        stream = compound.read("WordDocument")
        try:
            return _read(stream, compound)
        except (struct.error, UnicodeDecodeError) as error:
            raise MalformedDocument(name="", reason="corrupt") from error


def _read(stream: bytes, compound: Compound) -> DocumentText:
    ident, version = struct.unpack_from("<HH", stream, 0)
    (flags,) = struct.unpack_from("<H", stream, 0x0A)
    if ident != _IDENT or version < 0x00C1:
        raise MalformedDocument(name="", reason="unsupported-format")
    if flags & _ENCRYPTED:
        raise DocumentEncrypted(name="")
    table = compound.read("1Table" if flags & _TABLE_1 else "0Table")
    text = "".join(_pieces(stream, _slice(stream, table, _CLX_AT)))
    lines, traits, pages = _lines(stream, text)
    shown, legacy = from_letters(lines)
    author, last = compound.makers()
    embedded = any(name.startswith("objectpool/") for name in compound.names)
    return DocumentText(
        tuple(sorted(shown, key=lambda line: line.part != "header")),
        pages,
        legacy=legacy,
        decomposed=is_decomposed(text),
        fonts=tuple(_fonts(_slice(stream, table, _FONTS_AT))),
        traits=frozenset(traits | ({Trait.EMBEDDED_OBJECT} if embedded else set())),
        author=author,
        last_modified_by=last,
    )


def _slice(stream: bytes, table: bytes, at: int) -> bytes:
    start, length = struct.unpack_from("<II", stream, at)
    return table[start : start + length]


def _pieces(stream: bytes, clx: bytes) -> Iterator[str]:
    """The pieces of text in their order (MS-DOC 2.8.35 PlcPcd)."""
    place = 0
    while place < len(clx) and clx[place] == 1:
        (length,) = struct.unpack_from("<H", clx, place + 1)
        place += 3 + length
    if place >= len(clx) or clx[place] != 2:
        raise MalformedDocument(name="", reason="corrupt")
    (length,) = struct.unpack_from("<I", clx, place + 1)
    plc = clx[place + 5 : place + 5 + length]
    count = (len(plc) - 4) // 12
    if count < 1:
        return
    ends = struct.unpack_from(f"<{count + 1}I", plc, 0)
    total = 0
    for index in range(count):
        characters = ends[index + 1] - ends[index]
        (position,) = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * index + 2)
        total += max(0, characters)
        if characters < 0 or total > MAX_CHARACTERS:
            raise MalformedDocument(name="", reason="corrupt" if characters < 0 else "too-large")
        if position & _COMPRESSED:
            start = (position & ~_COMPRESSED) // 2
            yield stream[start : start + characters].decode("cp1252", "replace")
        else:
            yield stream[position : position + 2 * characters].decode("utf-16-le", "replace")


def _lines(stream: bytes, text: str) -> tuple[list[TextLine], set[Trait], int]:
    counts = struct.unpack_from("<8i", stream, _COUNTS_AT)
    lines: list[TextLine] = []
    traits: set[Trait] = set()
    place, page, pages = 0, 1, 1
    for count, part in zip(counts, _PARTS, strict=True):
        piece = text[place : place + max(0, count)]
        place += max(0, count)
        if part == "comment" and piece.strip("\r\x05 "):
            traits.add(Trait.COMMENTS)
        if any(_DYNAMIC.search(found[1].upper()) for found in _INSTRUCTION.finditer(piece)):
            traits.add(Trait.DYNAMIC_FIELD)
        page = 1
        for row in _rows(_INSTRUCTION.sub("", piece)):
            lines += [TextLine(page, words, part=part) for words in _columns(row)]
            page += row.endswith("\x0c") and not part
        pages = max(pages, page)
    return lines, traits, pages


def _rows(text: str) -> Iterator[str]:
    start = 0
    for found in _BREAKS.finditer(text):
        yield text[start : found.end()]
        start = found.end()
    yield text[start:]


def _columns(row: str) -> Iterator[str]:
    shown = row.replace("\x1e", "-").replace("\x1f", "")
    plain = "".join(char if char >= " " or char == "\t" else "" for char in normalise(shown))
    for piece in plain.split("\t"):
        if words := " ".join(piece.split()):
            yield words


def _fonts(table: bytes) -> Iterator[str]:
    """Names of the font table (MS-DOC 2.9.281 SttbfFfn)."""
    place = 4
    while place < len(table):
        entry = table[place : place + 1 + table[place]]
        name = entry[40:].decode("utf-16-le", "replace").partition("\0")[0]
        if name:
            yield name
        place += max(1, len(entry))
