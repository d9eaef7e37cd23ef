"""The lines of a PDF page, pieced together from its characters.

Columns are kept apart: the head of an administrative document has two, and a stamp stands alone only
as long as what is beside it is not glued to it.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

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
_ANGLES = 100
"""Letters asked for their angle."""
_SMALLEST_SIZE = 4.0
_LINE_HEIGHT = 1.12
"""Height of a font's box over its size, where a file hides the size in its text matrix."""
_CENTRED = 0.03
"""The text's middle lies this much right of the page's: margins 30 and 15 mm of 210."""
_CENTRED_WITHIN = 0.06
_WIDEST_CENTRED = 0.7
_FORCED_BOLD = 600
_SPACES = frozenset(code for code in range(0x3001) if not chr(code).strip())


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


class PageText(NamedTuple):
    """What was read of a page."""

    lines: list[TextLine]
    characters: int
    """So many were looked at."""
    turned: int
    """Degrees clockwise the file's page has to be turned for its lines to run from left to right."""


def read_page(page: pypdfium2.PdfPage, number: int, fonts: FontUse, budget: int) -> PageText:
    """The page's lines; ``budget`` characters are looked at, at most."""
    x0, y0, x1, y1 = page.get_bbox()
    width, height = x1 - x0, y1 - y0
    text_page = page.get_textpage()
    try:
        characters = min(text_page.count_chars(), budget)
        direction = _direction(text_page, characters)
        if direction % 2:
            width, height = height, width
        turn = _turning(page, direction)
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
    return PageText(lines, characters, -direction * 90 % 360)


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
        self, text_page: pypdfium2.PdfTextPage, turn: Callable[[_Box], _Box] | None, *, exact: bool
    ) -> None:
        self._page = text_page
        self._turn = turn
        self._exact = exact
        self._name = ctypes.create_string_buffer(128)
        self._flags = ctypes.c_int()

    def read(self, characters: int) -> Iterator[_Run]:
        """The runs of the first so many characters, in the file's order."""
        current: _Run | None = None
        space, since = False, 0
        for index, char, box in self._boxes(characters):
            if box is None:
                space = True
                continue
            since += 1
            if current is not None and (self._exact or since % _SAMPLED == 0):
                placed = _Run(*box, char)
                self._ask_font(placed, index)
                if _reads_otherwise(placed.font, current.font):
                    yield current
                    current, space = placed, False
                    continue
            if current is not None and _extend(current, char, box, space):
                space = False
                continue
            if current is not None:
                yield current
            current, since, space = _Run(*box, char), 0, False
            self._ask_font(current, index)
        if current is not None:
            yield current

    def _boxes(self, characters: int) -> Iterator[tuple[int, str, _Box | None]]:
        """Each character that can be shown with its box, None for a space.

        Asked some ten thousand times a document: names are looked up once and the handle is passed bare.
        """
        unicode_of, box_of, handle = (
            pdfium.FPDFText_GetUnicode,
            pdfium.FPDFText_GetLooseCharBox,
            self._page.raw,
        )
        box, turn = pdfium.FS_RECTF(), self._turn
        reference = ctypes.byref(box)
        for index in range(characters):
            code = unicode_of(handle, index)
            if code in _SPACES:
                yield index, " ", None
            elif _is_shown(code) and box_of(handle, index, reference):
                found = (box.left, box.bottom, box.right, box.top)
                yield index, chr(code), turn(found) if turn else found

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


def _is_shown(code: int) -> bool:
    # In TCVN3 the code of a soft hyphen is a letter ("ư").
    if code < 0x7F or code == 0xAD:
        return code > 0x20
    return not (0xD800 <= code <= 0xDFFF or code > 0x10FFFF) and chr(code).isprintable()


def _reads_otherwise(font: str, other: str) -> bool:
    """Whether letters of the two fonts are converted in different ways; ``.VnTimeH`` draws capitals."""
    return font != other and bool(legacy_of_font(font) or legacy_of_font(other))


def _direction(text_page: pypdfium2.PdfTextPage, characters: int) -> int:
    """Quarter turns, counted with the clock, that most letters are turned by in the file's coordinates.

    That, and not the page's own turn, says how the lines run: a page shown upside down is read as well.
    """
    turns: Counter[int] = Counter()
    for index in range(0, characters, max(1, characters // _ANGLES)):
        angle = pdfium.FPDFText_GetCharAngle(text_page, index)
        if angle >= 0 and pdfium.FPDFText_GetUnicode(text_page, index) not in _SPACES:
            turns[round(angle / (math.pi / 2)) % 4] += 1
    return max(turns, key=lambda turn: turns[turn]) if turns else 0


def _turning(page: pypdfium2.PdfPage, direction: int) -> Callable[[_Box], _Box] | None:
    """From the file's coordinates to those of a page whose lines run from left to right."""
    x0, y0, x1, y1 = page.get_bbox()
    match direction:
        case 3:
            return lambda box: (box[1] - y0, x1 - box[2], box[3] - y0, x1 - box[0])
        case 2:
            return lambda box: (x1 - box[2], y1 - box[3], x1 - box[0], y1 - box[1])
        case 1:
            return lambda box: (y1 - box[3], box[0] - x0, y1 - box[1], box[2] - x0)
    if not x0 and not y0:
        return None
    return lambda box: (box[0] - x0, box[1] - y0, box[2] - x0, box[3] - y0)


def _extend(run: _Run, char: str, box: _Box, space: bool) -> bool:
    """Put the next character to the run; False where it is not simply the next one on the line."""
    left, bottom, right, top = box
    own = run.top - run.bottom
    height = max(own, top - bottom, 1.0)
    gap = left - run.right
    if not (-height < gap < _COLUMN_GAP * height and abs(run.top + run.bottom - top - bottom) < height):
        return False
    run.text += f" {char}" if space or gap > _WORD_GAP * own else char
    if right > run.right:
        run.right = right
    if top > run.top:
        run.top = top
    if bottom < run.bottom:
        run.bottom = bottom
    return True


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
