"""Text of an XLSX: the cells of each sheet row by row, hidden sheets as well; a page is a sheet."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator

from client.documents.packages import Attributes, Link, Package, links_of, read_properties, read_xml
from client.errors import MalformedDocument
from client.model.document import DocumentText, TextLine, Trait
from client.model.text import is_decomposed
from client.model.wording import squeeze

MAX_CELLS = 500_000
"""Of all sheets together; what lies behind is not read, and that is said."""

_COMMENT_KINDS = frozenset({"comments", "threadedComment"})


def read_xlsx(content: bytes) -> DocumentText:
    """A line a row, cells apart by tabs.

    Raises `MalformedDocument` (``reason``: corrupt, xml-doctype, too-deep, too-large) and
    `DocumentEncrypted`.
    """
    package = Package(content)
    links = links_of(package, "")
    main = next((link.target for link in links.values() if link.kind == "officeDocument"), "xl/workbook.xml")
    book = _Book(package, main)
    book.read()
    properties = read_properties(package)
    return DocumentText(
        tuple(book.lines),
        max(1, len(book.sheets)),
        unread=tuple(dict.fromkeys(book.unread)),
        decomposed=any(is_decomposed(text) for text in book.strings),
        fonts=book.fonts(),
        traits=frozenset(book.traits),
        author=properties.author,
        last_modified_by=properties.last_modified_by,
    )


class _Book:
    """One workbook."""

    def __init__(self, package: Package, main: str) -> None:
        self.lines: list[TextLine] = []
        self.unread: list[str] = []
        self.traits: set[Trait] = set()
        self.sheets: list[tuple[str, str, bool]] = []
        self.strings: list[str] = []
        self._package = package
        self._main = main
        self._budget = MAX_CELLS

    def read(self) -> None:
        """The workbook, its strings, then its sheets in their order."""
        links = links_of(self._package, self._main)
        read_xml(self._package.read(self._main), self._sheet)
        for link in links.values():
            if link.kind == "sharedStrings" and self._package.has(link.target):
                self.strings = _read_strings(self._package.read(link.target))
            if link.kind == "externalLink":
                self.traits.add(Trait.EXTERNAL_LINK)
        for number, (name, link_id, hidden) in enumerate(self.sheets, 1):
            part = "hidden-sheet" if hidden else "sheet"
            self.lines.append(TextLine(number, squeeze(name), part=part))
            found = links.get(link_id)
            if found is None or not self._package.has(found.target):
                self.unread.append("damaged-part")
                continue
            try:
                self._read_sheet(found, number, part)
            except MalformedDocument as error:
                if error.params.get("reason") == "xml-doctype":
                    raise
                self.unread.append("damaged-part")
        if any("/embeddings/" in name.lower() for name in self._package.names):
            self.traits.add(Trait.EMBEDDED_OBJECT)

    def _sheet(self, tag: str, attributes: Attributes) -> None:
        if tag == "s:sheet":
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), attributes.get("r:id", ""), hidden))
            if hidden:
                self.traits.add(Trait.HIDDEN_SHEET)
        elif tag == "s:ddeLink":
            self.traits.add(Trait.DYNAMIC_FIELD)

    def _read_sheet(self, link: Link, number: int, part: str) -> None:
        reader = _Rows(self.strings, self._budget)
        read_xml(self._package.read(link.target), reader.start, reader.end, reader.data)
        self._budget -= reader.cells
        if self._budget <= 0:
            self.unread.append("too-large")
        self.lines += [TextLine(number, row, part=part) for row in reader.rows]
        for beside in links_of(self._package, link.target).values():
            if beside.kind in _COMMENT_KINDS and self._package.has(beside.target):
                self.traits.add(Trait.COMMENTS)
                notes = _read_strings(self._package.read(beside.target), "s:comment")
                self.lines += [
                    TextLine(number, squeeze(note), part="comment") for note in notes if squeeze(note)
                ]

    def fonts(self) -> tuple[str, ...]:
        """Names of the fonts the workbook declares."""
        styles = posixpath.join(posixpath.dirname(self._main), "styles.xml")
        names: Counter[str] = Counter()

        def start(tag: str, attributes: Attributes) -> None:
            if tag == "s:name" and attributes.get("val"):
                names[attributes["val"]] += 1

        if self._package.has(styles):
            try:
                read_xml(self._package.read(styles), start)
            except MalformedDocument:
                self.unread.append("damaged-part")
        return tuple(names)


def _read_strings(xml: bytes, item: str = "s:si") -> list[str]:
    """Shared strings, or notes: all the text within each item, without phonetic hints."""
    found: list[str] = []
    pieces: list[str] = []
    collects = phonetic = False

    def start(tag: str, _attributes: Attributes) -> None:
        nonlocal collects, phonetic
        if tag == item:
            pieces.clear()
        phonetic = phonetic or tag == "s:rPh"
        collects = tag in ("s:t", "?:text") and not phonetic

    def end(tag: str) -> None:
        nonlocal collects, phonetic
        collects = False
        phonetic = phonetic and tag != "s:rPh"
        if tag in (item, "?:threadedComment"):
            found.append("".join(pieces))
            pieces.clear()

    read_xml(xml, start, end, lambda text: pieces.append(text) if collects else None)
    return found


class _Rows:
    """The rows of one sheet."""

    def __init__(self, strings: list[str], budget: int) -> None:
        self.rows: list[str] = []
        self.cells = 0
        self._strings = strings
        self._budget = budget
        self._row: list[str] = []
        self._kind = ""
        self._collects = False
        self._pieces: list[str] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag == "s:c":
            self._kind = attributes.get("t", "n")
            self._pieces = []
        self._collects = tag in ("s:v", "s:t")

    def end(self, tag: str) -> None:
        self._collects = False
        if tag == "s:c" and self.cells < self._budget:
            self.cells += 1
            self._row.extend(self._cell())
        elif tag == "s:row":
            if text := "\t".join(self._row):
                self.rows.append(text)
            self._row = []

    def data(self, text: str) -> None:
        if self._collects:
            self._pieces.append(text)

    def _cell(self) -> Iterator[str]:
        value = "".join(self._pieces)
        if self._kind == "s":
            digits = value.strip()
            place = int(digits[:9]) if digits.isascii() and digits.isdigit() else -1
            value = self._strings[place] if 0 <= place < len(self._strings) else ""
        if text := squeeze(value):
            yield text
