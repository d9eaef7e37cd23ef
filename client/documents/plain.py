"""Plain text and HTML files: bytes without a label to Unicode, mark-up to lines."""

from __future__ import annotations

import html.parser
import itertools
import re

from client.documents.docx_styles import TypeUse
from client.documents.packages import MAX_LINES
from client.model.document import DocumentText, TextLine, Trait
from client.model.legacy import detect_legacy
from client.model.text import is_decomposed
from client.model.wording import normalise

MAX_BYTES = 4_000_000
"""Of a text; what lies behind is not read, and that is said."""
MAX_HTML_BYTES = 2_000_000

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,30})", re.I)
_FACE = re.compile(r"font(?:-family)?\s*:\s*(?:[^;]*?[\s,])??[\"']?(\.?[A-Za-z][\w .-]{1,40})", re.I)
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0", re.I)
_LONGEST_STYLE = 2000
_MOST_UNCLOSED = 200
_TAG = re.compile(r"<[^<>]*>")
_MARKS_OF_WIDE = 0.3


def read_plain(content: bytes) -> DocumentText:
    """Every line that is not empty; form feeds begin a page. Never raises."""
    text = decode(content[:MAX_BYTES])
    found = (
        TextLine(number, line.strip())
        for number, page in enumerate(normalise(text).split("\f"), 1)
        for line in page.splitlines()
        if line.strip()
    )
    lines = list(itertools.islice(found, MAX_LINES + 1))
    unread = ("too-large",) if len(content) > MAX_BYTES or len(lines) > MAX_LINES else ()
    return DocumentText(
        tuple(lines), max(1, text.count("\f") + 1), unread=unread, decomposed=is_decomposed(text)
    )


def decode(data: bytes, charset: str = "") -> str:
    """``data`` as text. Never fails: a mark at its start, UTF-8, a declared set, UTF-16, windows-1258.

    Bytes that read as TCVN3 or VNI come as the Latin letters those fonts sit on, to be converted.
    """
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return data.decode("utf-32", "replace")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    sample = data[:4096]
    for codec, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if zeros.count(0) > _MARKS_OF_WIDE * max(1, len(zeros)):
            return data.decode(codec, "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3:  # cut in the middle of a letter
            return data[: error.start].decode("utf-8-sig", "replace")
    if charset.lower() in ("windows-1258", "cp1258"):
        return data.decode("cp1258", "replace")
    western = data.decode("cp1252", "replace")
    return western if detect_legacy(western) else data.decode("cp1258", "replace")


def read_html(content: bytes) -> DocumentText:
    """The text a browser shows, and what is in it that a browser does not. Never raises."""
    label = _CHARSET.search(content[:4096])
    source = decode(content[:MAX_HTML_BYTES], label[1].decode("ascii") if label else "")
    # A tag that is never closed makes the parser look for its end again and again: quadratic time.
    broken = source.count("<") - source.count(">") > _MOST_UNCLOSED
    reader = _Html()
    reader.feed(_TAG.sub("\0", source).replace("<", " ").replace("\0", "<br>") if broken else source)
    reader.close()
    reader.flush()
    scripts = {Trait.JAVASCRIPT} if reader.scripts else set()
    return DocumentText(
        tuple(reader.lines),
        unread=(
            *(("too-large",) if len(content) > MAX_HTML_BYTES else ()),
            *(("damaged-part",) if broken else ()),
        ),
        legacy=reader.use.legacy,
        decomposed=reader.use.decomposed,
        fonts=reader.use.names(),
        traits=frozenset(scripts | ({Trait.HIDDEN_TEXT} if reader.hidden_text else set())),
    )


class _Html(html.parser.HTMLParser):
    _UNSEEN = frozenset({"script", "style", "head", "template"})
    _INLINE = frozenset(
        {"a", "b", "i", "u", "em", "strong", "span", "font", "sup", "sub", "small", "big", "s", "ins", "code"}
    )
    _VOID = frozenset(
        {"br", "hr", "img", "input", "meta", "link", "col", "area", "base", "wbr", "source", "embed"}
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[TextLine] = []
        self.use = TypeUse()
        self.scripts = False
        self.hidden_text = False
        self._pieces: list[str] = []
        self._open: list[tuple[str, str, bool]] = []
        """Tags not closed yet, with the face and whether they are hidden."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self._INLINE:
            self.flush()
        self.scripts = self.scripts or tag == "script"
        if tag in self._VOID or len(self._open) > 5000:
            return
        face, hidden = self._open[-1][1:] if self._open else ("", False)
        named = dict(attrs)
        style = (named.get("style") or "")[:_LONGEST_STYLE]
        found = _FACE.search(style)
        face = (named.get("face") or (found[1] if found else "") or face).partition(",")[0].strip()
        invisible = bool(_INVISIBLE.search(style)) or "hidden" in named
        self._open.append((tag, face, hidden or invisible or tag in self._UNSEEN))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._INLINE:
            self.flush()
        for place in range(len(self._open) - 1, max(-1, len(self._open) - 60), -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                break

    def handle_data(self, data: str) -> None:
        _, face, hidden = self._open[-1] if self._open else ("", "", False)
        if not hidden:
            self._pieces.append(self.use.take(re.sub(r"\s+", " ", data), face))
        elif data.strip() and not any(tag in self._UNSEEN for tag, _, _ in self._open):
            self.hidden_text = True
            self.lines.append(TextLine(1, " ".join(normalise(data).split()), part="hidden"))

    def flush(self) -> None:
        """The line so far."""
        if words := " ".join(normalise("".join(self._pieces)).split()):
            self.lines.append(TextLine(1, words))
        self._pieces = []
