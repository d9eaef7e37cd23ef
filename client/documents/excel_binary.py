"""Text of an old Excel file (MS-XLS, BIFF8 and BIFF5): its strings, sheet by sheet."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from client.documents.compound import opened
from client.documents.legacy_text import from_letters
from client.errors import DocumentEncrypted, MalformedDocument
from client.model.document import DocumentText, TextLine, Trait
from client.model.wording import squeeze

MAX_RECORDS = 2_000_000

_BOF, _EOF, _FILEPASS, _CONTINUE = 0x0809, 0x000A, 0x002F, 0x003C
_BOUNDSHEET, _SST, _LABELSST, _LABEL, _RSTRING, _FONT = 0x0085, 0x00FC, 0x00FD, 0x0204, 0x00D6, 0x0031
_MACRO_SHEET = 1
_WIDE, _RICH, _EXTENDED = 0x01, 0x08, 0x04


def read_xls(content: bytes) -> DocumentText:
    """A line a row of texts; a page is a sheet.

    Raises `MalformedDocument` (``reason``: corrupt, too-large) and `DocumentEncrypted`.
    """
    with opened(content) as compound:
        stream = compound.read("Workbook") or compound.read("Book")
        try:
            book = _read(stream)
        except (struct.error, IndexError) as error:
            raise MalformedDocument(name="", reason="corrupt") from error
        lines, legacy = from_letters(tuple(book.lines()))
        hidden = any(sheet.hidden for sheet in book.sheets)
        author, last = compound.makers()
        return DocumentText(
            lines,
            max(1, len(book.sheets)),
            legacy=legacy,
            fonts=tuple(dict.fromkeys(book.fonts)),
            traits=frozenset({Trait.HIDDEN_SHEET} if hidden else ()),
            author=author,
            last_modified_by=last,
        )


def has_macro_sheet(stream: bytes) -> bool:
    """Whether a workbook has a sheet of Excel 4.0 macros."""
    try:
        return any(
            kind == _BOUNDSHEET and len(data) > 5 and data[5] == _MACRO_SHEET
            for kind, data in _records(stream)
        )
    except (struct.error, MalformedDocument):
        return False


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    hidden: bool


class _Book:
    def __init__(self) -> None:
        self.sheets: list[_Sheet] = []
        self.fonts: list[str] = []
        self.strings: Sequence[str] = ()
        self.cells: list[tuple[int, int, str]] = []
        """Sheet, row, text."""

    def lines(self) -> Iterator[TextLine]:
        for number, sheet in enumerate(self.sheets, 1):
            part = "hidden-sheet" if sheet.hidden else "sheet"
            if name := squeeze(sheet.name):
                yield TextLine(number, name, part=part)
        rows: dict[tuple[int, int], list[str]] = {}
        for sheet_number, row, text in self.cells:
            if words := squeeze(text):
                rows.setdefault((sheet_number, row), []).append(words)
        for (number, _), texts in sorted(rows.items()):
            hidden = number <= len(self.sheets) and self.sheets[number - 1].hidden
            yield TextLine(number, "\t".join(texts), part="hidden-sheet" if hidden else "sheet")


def _read(stream: bytes) -> _Book:
    if len(stream) < 8 or struct.unpack_from("<H", stream)[0] != _BOF:
        raise MalformedDocument(name="", reason="corrupt")
    book = _Book()
    wide = struct.unpack_from("<H", stream, 4)[0] >= 0x0600
    sheet = -1
    pending: list[bytes] = []
    for kind, data in _records(stream):
        if kind == _CONTINUE and pending:
            pending.append(data)
            continue
        if pending:
            book.strings = tuple(_shared_strings(pending))
            pending = []
        if kind == _FILEPASS:
            raise DocumentEncrypted(name="")
        if kind == _BOF:
            sheet += 1
        elif kind == _SST:
            pending = [data]
        else:
            _record(book, kind, data, max(1, sheet), wide)
    return book


def _record(book: _Book, kind: int, data: bytes, sheet: int, wide: bool) -> None:
    if kind == _BOUNDSHEET:
        book.sheets.append(_Sheet(_short_string(data[6:], wide), bool(data[4] & 3)))
    elif kind == _FONT:
        book.fonts.append(_short_string(data[14:], wide))
    elif kind == _LABELSST:
        row, _, _, index = struct.unpack_from("<HHHI", data)
        if index < len(book.strings):
            book.cells.append((sheet, row, book.strings[index]))
    elif kind in (_LABEL, _RSTRING):
        row, _, _, length = struct.unpack_from("<HHHH", data)
        if wide:
            text = data[9 : 9 + length * (1 + (data[8] & 1))].decode(
                "utf-16-le" if data[8] & 1 else "latin-1", "replace"
            )
        else:
            text = data[8 : 8 + length].decode("cp1252", "replace")
        book.cells.append((sheet, row, text))


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    for _ in range(MAX_RECORDS):
        if place + 4 > len(stream):
            return
        kind, length = struct.unpack_from("<HH", stream, place)
        yield kind, stream[place + 4 : place + 4 + length]
        place += 4 + length
    raise MalformedDocument(name="", reason="too-large")


def _short_string(data: bytes, wide: bool) -> str:
    if not data:
        return ""
    if not wide:
        return data[1 : 1 + data[0]].decode("cp1252", "replace")
    if len(data) < 2:
        return ""
    codec, width = ("utf-16-le", 2) if data[1] & _WIDE else ("latin-1", 1)
    return data[2 : 2 + data[0] * width].decode(codec, "replace")


class _Chunks:
    """The bytes of a record and those that continue it; a text cut in two repeats its width flag."""

    def __init__(self, chunks: Sequence[bytes]) -> None:
        self._chunks = chunks
        self._chunk = 0
        self._place = 0

    def at_end(self) -> bool:
        while self._chunk < len(self._chunks) and self._place >= len(self._chunks[self._chunk]):
            self._chunk, self._place = self._chunk + 1, 0
        return self._chunk >= len(self._chunks)

    def take(self, count: int) -> bytes:
        taken = bytearray()
        while len(taken) < count and not self.at_end():
            piece = self._chunks[self._chunk][self._place : self._place + count - len(taken)]
            taken += piece
            self._place += len(piece)
        return bytes(taken)

    def text(self, characters: int, wide: bool) -> str:
        pieces = []
        while characters > 0 and not self.at_end():
            width = 2 if wide else 1
            here = self._chunks[self._chunk]
            count = min(characters, (len(here) - self._place) // width)
            data = here[self._place : self._place + count * width]
            pieces.append(data.decode("utf-16-le" if wide else "latin-1", "replace"))
            self._place += count * width
            characters -= count
            if characters > 0:
                self._place = len(here)
                if not self.at_end():
                    wide = bool(self.take(1)[0] & _WIDE)
        return "".join(pieces)


def _shared_strings(chunks: Sequence[bytes]) -> Iterator[str]:
    """The shared string table (MS-XLS 2.4.265)."""
    data = _Chunks(chunks)
    data.take(8)
    while not data.at_end():
        head = data.take(3)
        if len(head) < 3:
            return
        characters, flags = struct.unpack("<HB", head)
        runs = int.from_bytes(data.take(2), "little") if flags & _RICH else 0
        extra = int.from_bytes(data.take(4), "little") if flags & _EXTENDED else 0
        yield data.text(characters, bool(flags & _WIDE))
        data.take(4 * runs + min(extra, 1 << 24))
