"""Words of an RTF file (Rich Text Format 1.9.1): fonts and code pages of the time before Unicode included."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from client.documents.docx_styles import TypeUse
from client.model.document import DocumentText, PageLayout, TextLine, Trait
from client.model.wording import normalise

MAX_TOKENS = 4_000_000
"""What lies behind is not read, and that is said."""

_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,9})? ?|\\(.)|([{}])|([^\\{}\r\n]+)|[\r\n]+", re.S
)
_SKIPPED = frozenset(
    re.findall(
        r"\w+",
        "colortbl stylesheet pict themedata datastore listtable listoverridetable rsidtbl generator xmlnstbl "
        "nonshppict shprslt sp latentstyles pgptbl mmathPr wgrffmtfilter bkmkstart bkmkend xe tc",
    )
)
_COLLECTED = frozenset({"author", "operator", "fldinst", "fonttbl", "listtext", "pntext"})
_PARTS: Mapping[str, str] = {
    "header": "header", "headerl": "header", "headerr": "header", "headerf": "header",
    "footer": "footer", "footerl": "footer", "footerr": "footer", "footerf": "footer",
    "footnote": "footnote", "annotation": "comment", "shptxt": "text-box",
}  # fmt: skip
_BREAKS = frozenset({"par", "line", "row", "cell", "sect", "page", "column"})
_CHARACTERS: Mapping[str, str] = {
    "tab": "\t", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "-", "emspace": " ", "enspace": " ", "~": " ", "_": "-", "\\": "\\",
    "{": "{", "}": "}",
}  # fmt: skip
_CHARSETS = {0: "", 163: "cp1258", 161: "cp1253", 162: "cp1254", 204: "cp1251", 238: "cp1250", 222: "cp874"}
_TRAITS = {
    "objdata": Trait.EMBEDDED_OBJECT,
    "objocx": Trait.EMBEDDED_OBJECT,
    "template": Trait.EXTERNAL_LINK,
    "annotation": Trait.COMMENTS,
    "revised": Trait.TRACKED_CHANGES,
    "deleted": Trait.TRACKED_CHANGES,
}
_MEASURES = {
    "paperw": "width",
    "paperh": "height",
    "margt": "margin_top",
    "margb": "margin_bottom",
    "margl": "margin_left",
    "margr": "margin_right",
}
_TWIPS = 1440 / 25.4
_DYNAMIC = re.compile(r"\b(?:DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK)\b")


def read_rtf(content: bytes) -> DocumentText:
    """The text with its headers first; never raises, what is no RTF comes out as it is readable."""
    reader = _Reader()
    reader.read(content)
    use = reader.use
    face, size = use.most_used()
    ordered = sorted(reader.lines, key=lambda line: line.part != "header")
    return DocumentText(
        tuple(ordered),
        reader.page,
        unread=("too-large",) if reader.cut else (),
        legacy=use.legacy,
        fonts=use.names(),
        traits=frozenset(reader.traits),
        author=" ".join(reader.collected.get("author", "").split())[:200],
        last_modified_by=" ".join(reader.collected.get("operator", "").split())[:200],
        layout=replace(reader.layout, body_font=face, body_size=size),
    )


@dataclass(frozen=True, slots=True)
class _State:
    """What a group's opening brace keeps and its closing one brings back."""

    skip: bool = False
    collects: str = ""
    part: str = ""
    font: int = -1
    size: float = 12.0
    bold: bool = False
    hidden: bool = False
    deleted: bool = False
    fallback: int = 1


@dataclass(slots=True)
class _Paragraph:
    pieces: list[str] = field(default_factory=list)
    bold: int = 0
    letters: int = 0


class _Reader:
    def __init__(self) -> None:
        self.lines: list[TextLine] = []
        self.page = 1
        self.cut = False
        self.use = TypeUse()
        self.traits: set[Trait] = set()
        self.collected: dict[str, str] = {}
        self.layout = PageLayout()
        self._state = _State()
        self._stack: list[_State] = []
        self._fonts: dict[int, tuple[str, str]] = {}
        self._charset = ""
        self._codec = "cp1252"
        self._default_font = 0
        self._centred = False
        self._open: dict[str, _Paragraph] = {}
        self._bytes = bytearray()
        self._to_skip = 0

    def read(self, source: bytes) -> None:
        """All tokens, up to the limit."""
        place = count = 0
        while place < len(source):
            token = _TOKEN.match(source, place)
            if token is None:
                break
            place = token.end()
            count += 1
            if count > MAX_TOKENS:
                self.cut = True
                break
            if token[2] == b"bin" and token[3]:
                place += max(0, int(token[3]))
            self._take(token)
        self._put_bytes()
        for part in list(self._open):
            self._break(part)

    def _take(self, token: re.Match[bytes]) -> None:
        byte, word, number, symbol, brace, plain = token.groups()
        if byte is not None:
            self._raw(bytes([int(byte, 16)]))
        elif plain is not None:
            self._raw(plain)
        else:
            self._put_bytes()
            if brace == b"{":
                self._stack.append(self._state)
            elif brace == b"}":
                self._close()
            elif word is not None:
                self._word(word.decode("ascii"), int(number) if number else None)
            elif symbol is not None:
                self._symbol(symbol)

    def _close(self) -> None:
        ended = self._state
        self._state = self._stack.pop() if self._stack else _State()
        self._to_skip = 0
        if ended.collects in ("listtext", "pntext") and not self._state.collects:
            mark = self.collected.pop(ended.collects, "")
            self._show(f"{mark.strip()} " if any(char.isalnum() for char in mark) else "- ")
        elif ended.collects == "fldinst" and not self._state.collects:
            if _DYNAMIC.search(self.collected.pop("fldinst", "").upper()):
                self.traits.add(Trait.DYNAMIC_FIELD)
        elif ended.part and not self._state.part:
            self._break(ended.part)

    def _symbol(self, symbol: bytes) -> None:
        char = symbol.decode("latin-1")
        if char == "*":
            self._state = replace(self._state, skip=True)
        elif char in "\r\n":
            self._break(self._state.part)
        elif char in _CHARACTERS:
            self._show(_CHARACTERS[char])

    def _word(self, word: str, number: int | None) -> None:
        if word in _TRAITS and number != 0:
            self.traits.add(_TRAITS[word])
        if word == "u":
            self._unicode(number or 0)
        elif word in _PARTS:
            self._state = replace(self._state, skip=False, part=_PARTS[word])
        elif word in _COLLECTED:
            self._state = replace(self._state, skip=False, collects=word)
        elif word in _SKIPPED:
            self._state = replace(self._state, skip=True)
        elif word in _CHARACTERS:
            self._show(_CHARACTERS[word])
        elif word in _BREAKS:
            self._end_line(word)
        else:
            self._look(word, number)

    def _look(self, word: str, number: int | None) -> None:
        on = number != 0
        match word:
            case "f":
                self._state = replace(self._state, font=number or 0)
                self._charset = ""
            case "fcharset":
                self._charset = _CHARSETS.get(number or 0, "")
            case "fs":
                self._state = replace(self._state, size=(number or 24) / 2)
            case "b" | "v" | "deleted":
                name = {"b": "bold", "v": "hidden", "deleted": "deleted"}[word]
                self._state = replace(self._state, **{name: on})  # type: ignore[arg-type] # three flags
                if word == "v" and on:
                    self.traits.add(Trait.HIDDEN_TEXT)
            case "plain":
                self._state = replace(
                    self._state, bold=False, hidden=False, deleted=False, font=self._default_font
                )
            case "uc":
                self._state = replace(self._state, fallback=max(0, min(number or 0, 8)))
            case _:
                self._document(word, number)

    def _document(self, word: str, number: int | None) -> None:
        if word in ("pard", "qc", "ql", "qj", "qr"):
            self._centred = word == "qc"
        elif word == "deff":
            self._default_font = number or 0
        elif word == "ansicpg":
            self._codec = _known_codec(number or 1252)
        elif word in _MEASURES and number:
            self.layout = replace(self.layout, **{_MEASURES[word]: round(abs(number) / _TWIPS, 1)})  # type: ignore[arg-type] # lengths

    def _unicode(self, number: int) -> None:
        value = number % 0x10000
        self._show("\ufffd" if 0xD800 <= value <= 0xDFFF else chr(value))
        self._to_skip = self._state.fallback

    def _raw(self, data: bytes) -> None:
        """Bytes in the font's code page; those that stand in for a ``\\u`` are passed over."""
        skipped = min(self._to_skip, len(data))
        self._to_skip -= skipped
        self._bytes += data[skipped:]

    def _put_bytes(self) -> None:
        if self._bytes:
            codec = self._fonts.get(self._font(), ("", ""))[1] or self._codec
            data, self._bytes = bytes(self._bytes), bytearray()
            self._show(data.decode(codec, "replace"))

    def _font(self) -> int:
        return self._state.font if self._state.font >= 0 else self._default_font

    def _show(self, text: str) -> None:
        state = self._state
        if state.collects == "fonttbl":
            if not state.skip and (name := text.partition(";")[0].strip()):
                known = self._fonts.get(state.font, ("", ""))[0]
                self._fonts[state.font] = (known or name[:100], self._charset)
            return
        if state.collects:
            if not state.skip:
                self.collected[state.collects] = self.collected.get(state.collects, "")[:10_000] + text
            return
        if state.skip:
            return
        shown = self.use.take(text, self._fonts.get(self._font(), ("", ""))[0], state.size)
        part = "deleted" if state.deleted else "hidden" if state.hidden else state.part
        paragraph = self._open.setdefault(part, _Paragraph())
        paragraph.pieces.append(shown)
        paragraph.letters += len(shown)
        paragraph.bold += len(shown) if state.bold else 0

    def _end_line(self, word: str) -> None:
        if self._state.skip or self._state.collects:
            return
        self._break(self._state.part)
        if not self._state.part:
            self._break("deleted")
            self._break("hidden")
        self.page += word == "page"

    def _break(self, part: str) -> None:
        paragraph = self._open.pop(part, None)
        if paragraph is None:
            return
        bold = 2 * paragraph.bold > paragraph.letters
        for piece in normalise("".join(paragraph.pieces)).split("\t"):
            if words := " ".join(piece.split()):
                self.lines.append(TextLine(self.page, words, part=part, bold=bold, centred=self._centred))


def _known_codec(number: int) -> str:
    try:
        return codecs.lookup(f"cp{number}").name
    except LookupError:
        return "cp1252"
