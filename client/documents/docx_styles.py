"""How a DOCX's paragraphs and runs look, as far as a reader of words needs it: face, size, weight, place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from client.documents.legacy_text import from_font, legacy_of_font
from client.documents.packages import Attributes, Package, read_xml
from client.model.text import is_decomposed

_MOST_INHERITED = 20
_OFF = frozenset({"0", "false", "off", "none"})


@dataclass(frozen=True, slots=True)
class Look:
    """What is said of a run or a paragraph; None where nothing is."""

    font: str | None = None
    size: float | None = None
    """Points."""
    bold: bool | None = None
    capitals: bool | None = None
    hidden: bool | None = None
    centred: bool | None = None
    numbering: str | None = None

    def over(self, other: Look) -> Look:
        """This look where it says something, else ``other``."""
        return Look(
            self.font if self.font is not None else other.font,
            self.size if self.size is not None else other.size,
            self.bold if self.bold is not None else other.bold,
            self.capitals if self.capitals is not None else other.capitals,
            self.hidden if self.hidden is not None else other.hidden,
            self.centred if self.centred is not None else other.centred,
            self.numbering if self.numbering is not None else other.numbering,
        )


def told(look: Look, tag: str, attributes: Attributes) -> Look:
    """``look`` with what a property element (``w:rFonts``, ``w:b`` …) adds to it."""
    value = attributes.get("w:val", "")
    match tag:
        case "w:rFonts":
            font = attributes.get("w:ascii") or attributes.get("w:hAnsi")
            return replace(look, font=font) if font else look
        case "w:sz":
            return replace(look, size=int(value) / 2) if value.isascii() and value.isdigit() else look
        case "w:b":
            return replace(look, bold=value not in _OFF)
        case "w:caps":
            return replace(look, capitals=value not in _OFF)
        case "w:vanish" | "w:webHidden":
            return replace(look, hidden=value not in _OFF)
        case "w:jc":
            return replace(look, centred=value == "center")
        case "w:numId":
            return replace(look, numbering=value)
    return look


@dataclass(slots=True)
class Styles:
    """Looks by style id, each with what it is based on."""

    default: Look = field(default_factory=Look)
    default_paragraph: str = ""
    bases: dict[str, str] = field(default_factory=dict)
    looks: dict[str, Look] = field(default_factory=dict)
    bullets: frozenset[str] = frozenset()
    """Ids of numberings whose first level is a bullet."""

    def look_of(self, style: str) -> Look:
        """The style's look with all it inherits."""
        look = Look()
        for _ in range(_MOST_INHERITED):
            if style not in self.looks:
                break
            look = look.over(self.looks[style])
            style = self.bases.get(style, "")
        return look


def read_styles(package: Package) -> Styles:
    """Of ``word/styles.xml`` and ``word/numbering.xml``; empty without them."""
    styles = Styles()
    if package.has("word/styles.xml"):
        reader = _StyleReader(styles)
        read_xml(package.read("word/styles.xml"), reader.start, reader.end)
    if package.has("word/numbering.xml"):
        numbering = _Numbering()
        read_xml(package.read("word/numbering.xml"), numbering.start)
        styles.bullets = numbering.bullets()
    return styles


class _StyleReader:
    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._style: str | None = None
        self._in_defaults = False

    def start(self, tag: str, attributes: Attributes) -> None:
        value = attributes.get("w:val", "")
        if tag == "w:style":
            self._style = attributes.get("w:styleId", "")
            self._styles.looks[self._style] = Look()
            if attributes.get("w:type") == "paragraph" and attributes.get("w:default", "0") not in _OFF:
                self._styles.default_paragraph = self._style
        elif tag == "w:docDefaults":
            self._in_defaults = True
        elif tag == "w:basedOn" and self._style is not None:
            self._styles.bases[self._style] = value
        elif self._in_defaults:
            self._styles.default = told(self._styles.default, tag, attributes)
        elif self._style is not None:
            self._styles.looks[self._style] = told(self._styles.looks[self._style], tag, attributes)

    def end(self, tag: str) -> None:
        if tag == "w:style":
            self._style = None
        elif tag == "w:docDefaults":
            self._in_defaults = False


class _Numbering:
    def __init__(self) -> None:
        self._abstract, self._number, self._level = "", "", ""
        self._formats: dict[str, str] = {}
        self._numbers: dict[str, str] = {}

    def start(self, tag: str, attributes: Attributes) -> None:
        value = attributes.get("w:val", "")
        match tag:
            case "w:abstractNum":
                self._abstract = attributes.get("w:abstractNumId", "")
            case "w:lvl":
                self._level = attributes.get("w:ilvl", "")
            case "w:numFmt" if self._level == "0":
                self._formats[self._abstract] = value
            case "w:num":
                self._number = attributes.get("w:numId", "")
            case "w:abstractNumId":
                self._numbers[self._number] = value

    def bullets(self) -> frozenset[str]:
        return frozenset(
            number for number, abstract in self._numbers.items() if self._formats.get(abstract) == "bullet"
        )


@dataclass(slots=True)
class TypeUse:
    """Faces and sizes met, by letters; text in old fonts turned to Unicode on the way."""

    faces: Counter[str] = field(default_factory=Counter)
    sizes: Counter[tuple[str, float]] = field(default_factory=Counter)
    legacy: str = ""
    decomposed: bool = False

    def take(self, text: str, font: str, size: float = 0.0) -> str:
        """``text`` in Unicode."""
        letters = sum(char.isalpha() for char in text)
        self.decomposed = self.decomposed or is_decomposed(text)
        if letters:
            self.faces[font] += letters
            self.sizes[font, size] += letters
            self.legacy = self.legacy or legacy_of_font(font)
        return from_font(text, font)

    def names(self) -> tuple[str, ...]:
        """The most used first."""
        return tuple(name for name, _ in self.faces.most_common() if name)

    def most_used(self) -> tuple[str, float]:
        """Face and size of most letters."""
        return max(self.sizes, key=lambda one: self.sizes[one]) if self.sizes else ("", 0.0)
