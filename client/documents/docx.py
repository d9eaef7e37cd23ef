"""Text of a DOCX by a streaming XML reader: headers, body, notes, comments; what Word shows and hides."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from client.documents.docx_styles import Look, Styles, TypeUse, read_styles, told
from client.documents.packages import MAX_LINES, Attributes, Package, links_of, read_properties, read_xml
from client.errors import MalformedDocument
from client.model.document import DocumentText, PageLayout, TextLine, Trait
from client.model.wording import normalise

_TWIPS = 1440 / 25.4
_DYNAMIC = re.compile(r"\b(?:DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|MACROBUTTON)\b")
_SIDE_PARTS = (
    ("header", "header"),
    ("footer", "footer"),
    ("footnotes", "footnote"),
    ("endnotes", "footnote"),
    ("comments", "comment"),
)
_CHANGES = frozenset({"w:ins", "w:del", "w:moveFrom", "w:moveTo", "w:rPrChange", "w:pPrChange"})
_OUTSIDE = frozenset({"attachedTemplate", "frame", "subDocument", "image", "oleObject"})
"""Links that are followed when the file is opened; a hyperlink waits for a click."""


def read_docx(content: bytes) -> DocumentText:
    """Headers first (stamps are put there), then the body, notes and comments; pages as Word last broke them.

    Raises `MalformedDocument` (``reason``: corrupt, xml-doctype, too-deep, too-large) and
    `DocumentEncrypted`. A damaged part beside the body is told in ``unread``.
    """
    package = Package(content)
    links = links_of(package, "")
    main = next(
        (link.target for link in links.values() if link.kind == "officeDocument"), "word/document.xml"
    )
    found = _Found()
    styles, properties = _looks(package, found)
    body = _Part(styles, found)
    body.read(package.read(main), "")
    sides: dict[str, list[TextLine]] = {}
    for stem, part in _SIDE_PARTS:
        for name in package.matching("word/", stem):
            sides.setdefault(part, []).extend(_side(package, name, part, styles, found))
    if sides.get("comment"):
        found.traits.add(Trait.COMMENTS)
    found.traits |= _carried(package, main)
    face, size = found.use.most_used()
    return DocumentText(
        (*sides.get("header", ()), *body.lines, *_joined(sides, ("footer", "footnote", "comment"))),
        body.page,
        unread=tuple(dict.fromkeys(found.unread)),
        legacy=found.use.legacy,
        decomposed=found.use.decomposed,
        fonts=found.use.names(),
        traits=frozenset(found.traits),
        author=properties[0],
        last_modified_by=properties[1],
        layout=replace(body.layout or PageLayout(), body_font=face, body_size=size),
    )


@dataclass
class _Found:
    """What is the same for all parts of a file."""

    use: TypeUse = field(default_factory=TypeUse)
    traits: set[Trait] = field(default_factory=set)
    unread: list[str] = field(default_factory=list)


def _looks(package: Package, found: _Found) -> tuple[Styles, tuple[str, str]]:
    try:
        properties = read_properties(package)
        return read_styles(package), (properties.author, properties.last_modified_by)
    except MalformedDocument as error:
        _tell(found, error)
        return Styles(), ("", "")


def _tell(found: _Found, error: MalformedDocument) -> None:
    """A part that breaks is told; one that tries to break the reader condemns the file."""
    if error.params.get("reason") == "xml-doctype":
        raise error
    found.unread.append("damaged-part")


def _side(package: Package, name: str, part: str, styles: Styles, found: _Found) -> list[TextLine]:
    reader = _Part(styles, found)
    try:
        reader.read(package.read(name), part)
    except MalformedDocument as error:
        _tell(found, error)
    return [replace(line, page=1) for line in reader.lines]


def _joined(sides: dict[str, list[TextLine]], parts: Iterable[str]) -> list[TextLine]:
    return [line for part in parts for line in sides.get(part, ())]


def _carried(package: Package, main: str) -> set[Trait]:
    traits: set[Trait] = set()
    if any("/embeddings/" in name.lower() or "/activex/" in name.lower() for name in package.names):
        traits.add(Trait.EMBEDDED_OBJECT)
    for part in (main, "word/settings.xml"):
        if any(link.external and link.kind in _OUTSIDE for link in links_of(package, part).values()):
            traits.add(Trait.EXTERNAL_LINK)
    return traits


@dataclass
class _Paragraph:
    pieces: list[str] = field(default_factory=list)
    look: Look = field(default_factory=Look)
    bold: int = 0
    letters: int = 0


class _Part:
    """Collects one part's paragraphs; one in a text box is a line of its own, apart from the one around."""

    def __init__(self, styles: Styles, found: _Found) -> None:
        self.lines: list[TextLine] = []
        self.page = 1
        self.layout: PageLayout | None = None
        self._styles = styles
        self._found = found
        self._part = ""
        self._open: list[_Paragraph] = []
        self._run = Look()
        self._in_run_look, self._in_paragraph_look = False, False
        self._collects = ""
        self._depths = {"mc:Fallback": 0, "w:txbxContent": 0, "w:del": 0, "w:moveFrom": 0, "w:rPrChange": 0}
        self._unseen: dict[str, list[str]] = {}

    def read(self, xml: bytes, part: str) -> None:
        """Read the part's XML; ``part`` is the mark its lines get."""
        self._part = part
        read_xml(xml, self._start, self._end, self._data)

    def _start(self, tag: str, attributes: Attributes) -> None:
        if tag in self._depths:
            self._depths[tag] += 1
        if tag in _CHANGES:
            self._found.traits.add(Trait.TRACKED_CHANGES)
        if tag == "w:p":
            self._open.append(_Paragraph(look=self._styles.look_of(self._styles.default_paragraph)))
        elif tag in ("w:t", "w:delText", "w:instrText"):
            self._collects = tag
        elif tag == "w:fldSimple":
            self._field(attributes.get("w:instr", ""))
        elif tag in ("w:pgSz", "w:pgMar"):
            self._measure(tag, attributes)
        elif self._in_run_look or self._in_paragraph_look or tag in ("w:r", "w:pPr", "w:rPr"):
            self._looks(tag, attributes)
        elif self._open:
            self._special(tag, attributes)

    def _looks(self, tag: str, attributes: Attributes) -> None:
        value = attributes.get("w:val", "")
        if tag == "w:r":
            self._run = Look()
        elif tag == "w:pPr":
            self._in_paragraph_look = True
        elif tag == "w:rPr":
            self._in_run_look = not self._in_paragraph_look
        elif tag == "w:pStyle" and self._open:
            self._open[-1].look = self._styles.look_of(value)
        elif tag == "w:rStyle":
            self._run = self._run.over(self._styles.look_of(value))
        elif self._in_run_look and not self._depths["w:rPrChange"]:
            self._run = told(self._run, tag, attributes)
        elif self._in_paragraph_look and tag in ("w:jc", "w:numId") and self._open:
            self._open[-1].look = told(self._open[-1].look, tag, attributes)

    def _special(self, tag: str, attributes: Attributes) -> None:
        match tag:
            case "w:tab" | "w:ptab":
                self._open[-1].pieces.append("\t")
            case "w:noBreakHyphen":
                self._open[-1].pieces.append("-")
            case "w:lastRenderedPageBreak":
                self.page += 1
            case "w:br" | "w:cr":
                self._flush(self._open[-1])
                self.page += attributes.get("w:type") == "page"

    def _measure(self, tag: str, attributes: Attributes) -> None:
        """The first section's paper and margins."""

        def length(name: str) -> float:
            value = attributes.get(f"w:{name}", "").lstrip("-").partition(".")[0]
            return round(int(value[:9]) / _TWIPS, 1) if value.isascii() and value.isdigit() else 0.0

        layout = self.layout or PageLayout()
        if tag == "w:pgSz" and not layout.width:
            self.layout = replace(layout, width=length("w"), height=length("h"))
        elif tag == "w:pgMar" and not layout.margin_left:
            self.layout = replace(
                layout,
                margin_top=length("top"),
                margin_bottom=length("bottom"),
                margin_left=length("left"),
                margin_right=length("right"),
            )

    def _end(self, tag: str) -> None:
        if tag == "w:p" and self._open:
            paragraph = self._open.pop()
            self._flush(paragraph)
            self._add_unseen()
        elif tag in ("w:t", "w:delText", "w:instrText"):
            self._collects = ""
        elif tag == "w:rPr":
            self._in_run_look = False
        elif tag == "w:pPr":
            self._in_paragraph_look = False
        if tag in self._depths:
            self._depths[tag] -= 1

    def _data(self, text: str) -> None:
        if not self._collects or not self._open or self._depths["mc:Fallback"]:
            return
        if self._collects == "w:instrText":
            self._field(text)
            return
        paragraph = self._open[-1]
        look = self._run.over(paragraph.look).over(self._styles.default)
        shown = self._found.use.take(text, look.font or "", look.size or 0.0)
        if look.hidden:
            self._found.traits.add(Trait.HIDDEN_TEXT)
        deleted = self._collects == "w:delText" or self._depths["w:moveFrom"]
        if look.hidden or deleted:
            self._unseen.setdefault("deleted" if deleted else "hidden", []).append(shown)
            return
        paragraph.letters += len(shown)
        paragraph.bold += len(shown) if look.bold else 0
        paragraph.pieces.append(shown.upper() if look.capitals else shown)

    def _field(self, instruction: str) -> None:
        if _DYNAMIC.search(instruction.upper()):
            self._found.traits.add(Trait.DYNAMIC_FIELD)

    def _flush(self, paragraph: _Paragraph) -> None:
        # Tabs stand between the columns of a head set without a table.
        part = "text-box" if self._depths["w:txbxContent"] and not self._part else self._part
        text = normalise("".join(paragraph.pieces))
        if paragraph.look.numbering in self._styles.bullets and text.strip():
            text = f"- {text.lstrip()}"
        if len(self.lines) >= MAX_LINES:
            self._found.unread += ["too-large"] if "too-large" not in self._found.unread else []
            text = ""
        bold = paragraph.letters > 0 and 2 * paragraph.bold > paragraph.letters
        for piece in text.split("\t"):
            if words := " ".join(piece.split()):
                centred = bool(paragraph.look.centred)
                self.lines.append(TextLine(self.page, words, part=part, bold=bold, centred=centred))
        paragraph.pieces, paragraph.bold, paragraph.letters = [], 0, 0

    def _add_unseen(self) -> None:
        for part, pieces in self._unseen.items():
            if words := " ".join(normalise("".join(pieces)).split()):
                self.lines.append(TextLine(self.page, words, part=part))
        self._unseen = {}
