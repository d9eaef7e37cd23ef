"""Text of ODT, ODS and ODP (OASIS OpenDocument 1.3), and what such a file carries besides."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from client.documents.docx_styles import TypeUse
from client.documents.packages import MAX_LINES, Attributes, Package, read_xml
from client.errors import DocumentEncrypted, MalformedDocument
from client.model.document import DocumentText, PageLayout, TextLine, Trait
from client.model.wording import normalise

MAX_REPEATED = 64
"""A cell or space repeated a million times says no more than these."""

_BLOCKS = frozenset({"text:p", "text:h"})
_PARTS = {
    "office:annotation": "comment",
    "text:note-body": "footnote",
    "text:tracked-changes": "deleted",
    "draw:text-box": "text-box",
    "style:header": "header",
    "style:header-first": "header",
    "style:footer": "footer",
    "style:footer-first": "footer",
    "presentation:notes": "notes",
}
_LENGTH = re.compile(r"^(\d{1,6}(?:\.\d{1,6})?)(mm|cm|in|pt)$")
_MILLIMETRES = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 25.4 / 72}


def read_opendocument(content: bytes) -> DocumentText:
    """Headers first, then the body; pages are sheets or slides, of a text soft page breaks.

    Raises `MalformedDocument` (``reason``: corrupt, xml-doctype, too-deep, too-large) and
    `DocumentEncrypted`.
    """
    package = Package(content)
    _refuse_encrypted(package)
    found = _Found()
    head = _Reader(found)
    if package.has("styles.xml"):
        read_xml(package.read("styles.xml"), head.start, head.end, head.data)
    body = _Reader(found)
    if not package.has("content.xml"):
        raise MalformedDocument(name="", reason="corrupt")
    read_xml(package.read("content.xml"), body.start, body.end, body.data)
    if any(name.startswith(("Object ", "ObjectReplacements/")) for name in package.names):
        found.traits.add(Trait.EMBEDDED_OBJECT)
    author, last = _makers(package)
    return DocumentText(
        (*(line for line in head.lines if line.part in ("header", "footer")), *body.lines),
        max(1, body.page),
        unread=("too-large",) if found.cut else (),
        legacy=found.use.legacy,
        decomposed=found.use.decomposed,
        fonts=found.use.names(),
        traits=frozenset(found.traits),
        author=author,
        last_modified_by=last,
        layout=found.layout,
    )


def _refuse_encrypted(package: Package) -> None:
    def start(tag: str, _attributes: Attributes) -> None:
        if tag == "manifest:encryption-data":
            raise DocumentEncrypted(name="")

    if package.has("META-INF/manifest.xml"):
        read_xml(package.read("META-INF/manifest.xml"), start)


def _makers(package: Package) -> tuple[str, str]:
    values: dict[str, str] = {}
    text: list[str] = []

    def end(tag: str) -> None:
        values[tag] = " ".join("".join(text).split())[:200]
        text.clear()

    if package.has("meta.xml"):
        read_xml(package.read("meta.xml"), lambda _tag, _attributes: text.clear(), end, text.append)
    return values.get("meta:initial-creator", ""), values.get("dc:creator", "")


@dataclass
class _Found:
    use: TypeUse = field(default_factory=TypeUse)
    traits: set[Trait] = field(default_factory=set)
    fonts: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    bold: set[str] = field(default_factory=set)
    centred: set[str] = field(default_factory=set)
    layout: PageLayout | None = None
    cut: bool = False

    def font_of(self, style: str) -> str:
        """The style's face or that of the styles it is based on."""
        for _ in range(20):
            if style in self.fonts:
                return self.fonts[style]
            if style not in self.parents:
                break
            style = self.parents[style]
        return self.fonts.get("", "")


class _Reader:
    """Collects paragraphs; a note or text box within one is a line of its own."""

    def __init__(self, found: _Found) -> None:
        self.lines: list[TextLine] = []
        self.page = 1
        self._found = found
        self._open: list[tuple[str, list[str]]] = []
        self._parts: list[str] = []
        self._spans: list[str] = []
        self._style = ""
        self._pages = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag in _PARTS:
            self._parts.append(_PARTS[tag])
            self._trait(tag)
        if tag in _BLOCKS:
            self._open.append((attributes.get("text:style-name", ""), []))
        elif tag.startswith("style:"):
            self._look(tag, attributes)
        elif tag in ("table:table", "draw:page"):
            self._next_page(tag, attributes)
        elif tag == "text:span":
            self._spans.append(attributes.get("text:style-name", ""))
        elif tag in ("text:change-start", "text:changed-region"):
            self._found.traits.add(Trait.TRACKED_CHANGES)
        elif tag in ("text:dde-connection-decl", "office:dde-source"):
            self._found.traits.add(Trait.DYNAMIC_FIELD)
        elif self._open:
            self._special(tag, attributes)

    def _trait(self, tag: str) -> None:
        if tag == "office:annotation":
            self._found.traits.add(Trait.COMMENTS)

    def _special(self, tag: str, attributes: Attributes) -> None:
        pieces = self._open[-1][1]
        if tag == "text:s":
            count = attributes.get("text:c", "1")
            pieces.append(
                " " * min(MAX_REPEATED, int(count[:9]) if count.isascii() and count.isdigit() else 1)
            )
        elif tag == "text:tab":
            pieces.append("\t")
        elif tag == "text:line-break":
            self._flush()
        elif tag == "text:soft-page-break":
            self.page += 1

    def _next_page(self, tag: str, attributes: Attributes) -> None:
        """A sheet or slide; a table inside a text is none."""
        if tag == "table:table" and (self._open or self._parts or "table:name" not in attributes):
            return
        if tag == "draw:page" or self._pages or not self.lines:
            self._pages += 1
            self.page = max(1, self._pages)

    def _look(self, tag: str, attributes: Attributes) -> None:
        found = self._found
        if tag == "style:style":
            self._style = attributes.get("style:name", "")
            if "style:parent-style-name" in attributes:
                found.parents[self._style] = attributes["style:parent-style-name"]
        elif tag == "style:default-style":
            self._style = ""
        elif tag == "style:text-properties":
            self._type(attributes)
        elif tag == "style:paragraph-properties" and attributes.get("fo:text-align") == "center":
            found.centred.add(self._style)
        elif tag == "style:table-properties" and attributes.get("table:display") == "false":
            found.traits.add(Trait.HIDDEN_SHEET)
        elif tag == "style:page-layout-properties" and found.layout is None:
            found.layout = _layout(attributes)

    def _type(self, attributes: Attributes) -> None:
        found = self._found
        face = attributes.get("style:font-name") or attributes.get("fo:font-family", "").strip("'\"")
        if face:
            found.fonts[self._style] = face
        if attributes.get("fo:font-weight") == "bold":
            found.bold.add(self._style)
        if attributes.get("text:display") == "none":
            found.traits.add(Trait.HIDDEN_TEXT)

    def end(self, tag: str) -> None:
        if tag in _BLOCKS and self._open:
            self._flush()
            self._open.pop()
        elif tag == "text:span" and self._spans:
            self._spans.pop()
        if tag in _PARTS and self._parts:
            self._parts.pop()

    def data(self, text: str) -> None:
        if self._open:
            style = self._spans[-1] if self._spans else self._open[-1][0]
            self._open[-1][1].append(self._found.use.take(text, self._found.font_of(style)))

    def _flush(self) -> None:
        style, pieces = self._open[-1]
        part = self._parts[-1] if self._parts else ""
        text = normalise("".join(pieces)) if len(self.lines) < MAX_LINES else ""
        self._found.cut = self._found.cut or len(self.lines) >= MAX_LINES
        for piece in text.split("\t"):
            if words := " ".join(piece.split()):
                bold, centred = style in self._found.bold, style in self._found.centred
                self.lines.append(TextLine(self.page, words, part=part, bold=bold, centred=centred))
        pieces.clear()


def _layout(attributes: Attributes) -> PageLayout:
    def length(name: str) -> float:
        found = _LENGTH.match(attributes.get(name, ""))
        return round(float(found[1]) * _MILLIMETRES[found[2]], 1) if found else 0.0

    return PageLayout(
        length("fo:page-width"),
        length("fo:page-height"),
        length("fo:margin-top"),
        length("fo:margin-bottom"),
        length("fo:margin-left"),
        length("fo:margin-right"),
    )
