"""The lines of a PDF page, pieced together from its characters.

Columns are kept apart: the head of an administrative document has two, and a stamp stands alone only
as long as what is beside it is not glued to it.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from client.documents.legacy_text import font_name, from_font, legacy_of_font
from client.model.document import TextLine
from client.model.text import is_decomposed
from client.model.wording import normalise

_COLUMN_GAP = 1.2
_WORD_GAP = 0.18
"""Gaps in heights of a line of text."""
_SAMPLED = 16
"""The font is asked for at the start of a run and then this often: it costs as much as the letter."""
_SMALLEST_SIZE = 4.0
_LINE_HEIGHT = 1.12
"""Height of a font's box over its size, where a file hides the size in its text matrix."""
_CENTRED = 0.03
"""The text's middle lies this much right of the page's: margins 30 and 15 mm of 210."""
_CENTRED_WITHIN = 0.06
_WIDEST_CENTRED = 0.7
_FORCED_BOLD = 600


@dataclass(slots=True)
class FontUse:
    """Fonts met so far, with the number of letters set in them."""

    faces: Counter[str]
    sizes: Counter[tuple[str, float]]
    legacy: str = ""
    decomposed: bool = False

    def names(self) -> tuple[str, ...]:
        """The most used first."""
        return tuple(name for name, _ in self.faces.most_common() if name)

    def most_used(self) -> tuple[str, float]:
        """Face and size of most letters."""
        return max(self.sizes, key=lambda one: self.sizes[one]) if self.sizes else ("", 0.0)


@dataclass(slots=True)
class _Run:
    """Characters that follow each other on one line."""

    left: float
    bottom: float
    right: float
    top: float
    text: str
    font: str = ""
    size: float = 0.0
    bold: bool = False


_Box = tuple[float, float, float, float]


def read_page(
    page: pypdfium2.PdfPage, number: int, fonts: FontUse, budget: int
) -> tuple[list[TextLine], int]:
    """The page's lines and how many characters were looked at, ``budget`` at most."""
    width, height = page.get_size()
    text_page = page.get_textpage()
    try:
        characters = min(text_page.count_chars(), budget)
        turn = _turning(page)
        runs = list(_Runs(text_page, turn, exact=False).read(characters))
        if any(legacy_of_font(run.font) for run in runs):
            runs = list(_Runs(text_page, turn, exact=True).read(characters))
    finally:
        text_page.close()
    for run in runs:
        _note(run, fonts)
    lines = []
    for run in _in_reading_order(_join_runs(runs)):
        fonts.decomposed = fonts.decomposed or is_decomposed(run.text)
        text = " ".join(normalise(run.text).split())
        if text:
            lines.append(_line(run, text, number, width or 1.0, height or 1.0))
    return lines, characters


def _note(run: _Run, fonts: FontUse) -> None:
    letters = sum(char.isalpha() for char in run.text)
    fonts.faces[run.font] += letters
    fonts.sizes[run.font, run.size] += letters
    legacy = legacy_of_font(run.font)
    if legacy and letters:
        fonts.legacy = fonts.legacy or legacy
        run.text = from_font(run.text, run.font)


def _line(run: _Run, text: str, number: int, width: float, height: float) -> TextLine:
    def share(value: float) -> float:
        return round(min(1.0, max(0.0, value)), 4)

    left, right = share(run.left / width), share(run.right / width)
    return TextLine(
        number,
        text,
        share(1.0 - run.top / height),
        left,
        right,
        share(1.0 - run.bottom / height),
        bold=run.bold,
        centred=right - left < _WIDEST_CENTRED and abs((left + right) / 2 - 0.5 - _CENTRED) < _CENTRED_WITHIN,
    )


class _Runs:
    """Cuts a page's characters wherever the next one is not simply the next on the line."""

    def __init__(
        self, text_page: pypdfium2.PdfTextPage, turn: Callable[[_Box], _Box], *, exact: bool
    ) -> None:
        self._page = text_page
        self._turn = turn
        self._exact = exact
        self._box = pdfium.FS_RECTF()
        self._name = ctypes.create_string_buffer(128)
        self._flags = ctypes.c_int()

    def read(self, characters: int) -> Iterator[_Run]:
        """The runs of the first so many characters, in the file's order."""
        current: _Run | None = None
        space, since = False, 0
        for index in range(characters):
            placed = self._placed(index)
            if placed is None:
                space = True
                continue
            if not placed.text:
                continue
            since += 1
            if current is not None and (self._exact or since % _SAMPLED == 0):
                self._ask_font(placed, index)
                if legacy_of_font(placed.font) != legacy_of_font(current.font):
                    yield current
                    current, space = placed, False
                    continue
            if current is not None and _continues(current, placed):
                gap = placed.left - current.right > _WORD_GAP * (current.top - current.bottom)
                _append(current, placed, " " if space or gap else "")
            else:
                if current is not None:
                    yield current
                current, since = placed, 0
                self._ask_font(current, index)
            space = False
        if current is not None:
            yield current

    def _placed(self, index: int) -> _Run | None:
        """The character with its box; None for a space, without text where it cannot be shown."""
        code = pdfium.FPDFText_GetUnicode(self._page, index)
        char = "" if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else chr(code)
        if not char.strip():
            return None
        box = self._box
        # In TCVN3 the code of a soft hyphen is a letter ("ư").
        shown = char.isprintable() or char == "\u00ad"
        if not shown or not pdfium.FPDFText_GetLooseCharBox(self._page, index, ctypes.byref(box)):
            return _Run(0, 0, 0, 0, "")
        left, bottom, right, top = self._turn((box.left, box.bottom, box.right, box.top))
        return _Run(left, bottom, right, top, char)

    def _ask_font(self, run: _Run, index: int) -> None:
        length = pdfium.FPDFText_GetFontInfo(
            self._page, index, self._name, len(self._name), ctypes.byref(self._flags)
        )
        if 0 < length <= len(self._name):
            run.font = font_name(self._name.raw[: length - 1].decode("utf-8", "replace"))
        size = pdfium.FPDFText_GetFontSize(self._page, index)
        run.size = round(size if size >= _SMALLEST_SIZE else (run.top - run.bottom) / _LINE_HEIGHT, 1)
        weight = pdfium.FPDFText_GetFontWeight(self._page, index)
        run.bold = weight >= _FORCED_BOLD or "bold" in run.font.lower()


def _turning(page: pypdfium2.PdfPage) -> Callable[[_Box], _Box]:
    """From the file's coordinates to those of the page as it is shown (ISO 32000-1, 7.7.3.3 Rotate)."""
    x0, y0, x1, y1 = page.get_bbox()
    match page.get_rotation():
        case 90:
            return lambda box: (box[1] - y0, x1 - box[2], box[3] - y0, x1 - box[0])
        case 180:
            return lambda box: (x1 - box[2], y1 - box[3], x1 - box[0], y1 - box[1])
        case 270:
            return lambda box: (y1 - box[3], box[0] - x0, y1 - box[1], box[2] - x0)
    return lambda box: (box[0] - x0, box[1] - y0, box[2] - x0, box[3] - y0)


def _continues(run: _Run, following: _Run) -> bool:
    height = max(run.top - run.bottom, following.top - following.bottom, 1.0)
    same_line = abs((run.top + run.bottom) - (following.top + following.bottom)) < height
    return same_line and -height < following.left - run.right < _COLUMN_GAP * height


def _append(run: _Run, following: _Run, between: str) -> None:
    run.text += between + following.text
    run.right = max(run.right, following.right)
    run.top = max(run.top, following.top)
    run.bottom = min(run.bottom, following.bottom)


def _join_runs(runs: list[_Run]) -> list[_Run]:
    """Pieces of one line that the file keeps apart (bold, another font) put together again."""
    joined: list[_Run] = []
    for run in _in_reading_order(runs):
        previous = joined[-1] if joined else None
        if previous is not None and _same_row(previous, run) and _continues(previous, run):
            gap = run.left - previous.right > _WORD_GAP * (previous.top - previous.bottom)
            _append(previous, run, " " if gap else "")
        else:
            joined.append(run)
    return joined


def _same_row(one: _Run, other: _Run) -> bool:
    return abs((one.top + one.bottom) - (other.top + other.bottom)) < min(
        one.top - one.bottom, other.top - other.bottom
    )


def _in_reading_order(runs: list[_Run]) -> list[_Run]:
    rows: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: -(run.top + run.bottom)):
        if rows and _same_row(rows[-1][0], run):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [run for row in rows for run in sorted(row, key=lambda run: run.left)]
