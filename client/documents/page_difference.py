"""Where two revisions of a PDF look different, found by drawing both."""

from __future__ import annotations

import ctypes
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from client.errors import MalformedDocument
from client.model.comparison import Box, Expected
from client.model.secret import Secret

_APART = 8
"""Pixels; what is nearer belongs to one place."""
_FAINT = 24
"""Of 255 grey levels: less is rounding of the renderer, which nobody sees."""
_INK_LOST = 80
_PAPER = 170
"""A pixel at least this light has lost its ink when it was that much darker; red on black has not."""
_LEAST_LOST = 12
"""Pixels; fewer are edges where a seal's strokes cross letters."""
_TILE = 16
_EDGE = 100
"""Grey levels from one pixel to the next that make an edge; fewer than ``_FLAT`` make none."""
_FLAT = 40
_MOST_OF = 0.6
_MOST_PIXELS = 4_000_000

Drawn = tuple[int, int, float, tuple[bytes, ...]]
"""Width and height in pixels, pixels a point, and the rows."""
_MOST_KEPT = 20
"""Pages of half a megabyte each."""
_Pixels = tuple[int, int, int, int]
"""Left, top, right, bottom, all inclusive."""


@dataclass(frozen=True, slots=True)
class Look:
    """One page in grey, a byte a pixel."""

    width: int
    height: int
    rows: tuple[bytes, ...]
    hidden: tuple[tuple[_Pixels, bool], ...] = ()
    """What is expected, and whether it was waiting."""
    bare: tuple[bytes, ...] = ()
    """The page without forms and notes; empty where it was not asked for."""
    scale: float = 1.0
    """Pixels a point: 1, but for pages larger than two square metres."""


def differing_places(
    before: bytes,
    after: bytes,
    pages: Collection[int],
    expected: Mapping[int, Sequence[Expected]],
    password: Secret | None = None,
    drawn: dict[int, Drawn] | None = None,
) -> tuple[tuple[int, Box], ...]:
    """Pages (the first is 0) with boxes as the displayed page has them, where ``after`` looks different.

    Only ``pages`` are drawn. Where something is ``expected``, only what it hides counts. A page that
    one of the two has not is different as a whole. ``drawn`` keeps the pages of ``after`` for the
    next comparison with the same file. Raises `MalformedDocument`.
    """
    with _both(before, after, password) as (old, new):
        return tuple(_differences(old, new, pages, expected, {} if drawn is None else drawn))


def compare_page(
    before: bytes, after: bytes, page: int, expected: Sequence[Expected], password: Secret | None = None
) -> tuple[list[Box], list[Box]]:
    """Where page ``page`` (the first is 0) looks different, and where the expected boxes are as it is shown.

    Both must have the page. Raises `MalformedDocument`.
    """
    with _both(before, after, password) as (old, new):
        first, second = (_look(document, page, expected) for document in (old, new))
        shown = [_in_points(second, box) for box, _ in second.hidden]
        return compare(first, second), shown


@contextmanager
def _both(
    before: bytes, after: bytes, password: Secret | None
) -> Iterator[tuple[pypdfium2.PdfDocument, pypdfium2.PdfDocument]]:
    secret = password.reveal() if password is not None else None
    try:
        with (
            closing(pypdfium2.PdfDocument(before, password=secret)) as old,
            closing(pypdfium2.PdfDocument(after, password=secret)) as new,
        ):
            for document in (old, new):
                document.init_forms()
            yield old, new
    except (pypdfium2.PdfiumError, ValueError, OSError) as error:
        raise MalformedDocument(name="", reason="cannot-be-drawn") from error


def _differences(
    old: pypdfium2.PdfDocument,
    new: pypdfium2.PdfDocument,
    pages: Collection[int],
    expected: Mapping[int, Sequence[Expected]],
    drawn: dict[int, Drawn],
) -> Iterator[tuple[int, Box]]:
    for number in sorted(pages):
        if number >= min(len(old), len(new)):
            if number < max(len(old), len(new)):
                yield number, (0.0, 0.0, 0.0, 0.0)
            continue
        boxes = expected.get(number, ())
        first = _look(old, number, boxes)
        second = _look(new, number, boxes, drawn.get(number))
        if len(drawn) < _MOST_KEPT:
            drawn[number] = second.width, second.height, second.scale, second.rows
        for place in compare(first, second):
            yield number, place


def _look(
    document: pypdfium2.PdfDocument, number: int, expected: Sequence[Expected], known: Drawn | None = None
) -> Look:
    with closing(document[number]) as page:
        area = page.get_width() * page.get_height()
        scale = min(1.0, (_MOST_PIXELS / area) ** 0.5) if area > 0 else 1.0
        if known is not None:
            width, height, scale, rows = known
        else:
            width, height, rows = _drawn(page, scale, whole=True)
        bare = _drawn(page, scale, whole=False)[2] if any(one.waiting for one in expected) else rows
        hidden = tuple((_in_pixels(page, width, height, one.box), one.waiting) for one in expected)
        return Look(width, height, rows, hidden, bare, scale)


def _drawn(page: pypdfium2.PdfPage, scale: float, *, whole: bool) -> tuple[int, int, tuple[bytes, ...]]:
    with closing(page.render(scale=scale, grayscale=True, may_draw_forms=whole, draw_annots=whole)) as bitmap:
        data, stride = bytes(bitmap.buffer), int(bitmap.stride)
        rows = tuple(data[at * stride : at * stride + bitmap.width] for at in range(bitmap.height))
        return int(bitmap.width), int(bitmap.height), rows


def _in_pixels(page: pypdfium2.PdfPage, width: int, height: int, box: Box) -> _Pixels:
    """A box of user space on the picture, whatever /Rotate and /CropBox say."""
    corners = []
    x, y = ctypes.c_int(), ctypes.c_int()
    for across, up in ((box[0], box[1]), (box[2], box[3])):
        pdfium.FPDF_PageToDevice(page, 0, 0, width, height, 0, across, up, ctypes.byref(x), ctypes.byref(y))
        corners.append((x.value, y.value))
    (x1, y1), (x2, y2) = corners
    return min(x1, x2) - 1, min(y1, y2) - 1, max(x1, x2) + 1, max(y1, y2) + 1


def compare(first: Look, second: Look) -> list[Box]:
    """Boxes in points from the lower left where the two differ visibly."""
    if (first.width, first.height) != (second.width, second.height):
        return [(0.0, 0.0, second.width / second.scale, second.height / second.scale)]
    covers = [box for box, _ in first.hidden + second.hidden]
    spans = [
        (row, span)
        for row in range(first.height)
        if first.rows[row] != second.rows[row]
        and (span := _span(first.rows[row], second.rows[row], row, covers)) is not None
    ]
    found = [*_places(spans), *_lost(first, second)]
    return [_in_points(first, place) for place in found]


def _in_points(look: Look, place: _Pixels) -> Box:
    left, top, right, bottom = place
    point = 1 / look.scale
    return left * point, (look.height - bottom - 1) * point, (right + 1) * point, (look.height - top) * point


def _lost(first: Look, second: Look) -> Iterator[_Pixels]:
    """Where something expected hides what was to be read: paper over ink, or one tone over all."""
    for (left, top, right, bottom), waiting in dict.fromkeys(first.hidden):
        before = (first.bare or first.rows) if waiting else first.rows
        rows = range(max(top, 0), min(bottom + 1, first.height))
        columns = range(max(left, 0), min(right + 1, first.width))
        spans = []
        for row in rows:
            one, other = before[row], second.rows[row]
            gone = [at for at in columns if other[at] >= _PAPER and other[at] - one[at] >= _INK_LOST]
            spans += [(row, (gone[0], gone[-1]), len(gone))] if gone else []
        if sum(count for _, _, count in spans) >= _LEAST_LOST:
            yield from _places([(row, span) for row, span, _ in spans])
        yield from _flattened(before, second.rows, rows, columns)


def _flattened(
    before: Sequence[bytes], after: Sequence[bytes], rows: range, columns: range
) -> Iterator[_Pixels]:
    """Tiles where most edges of what stood there are gone: nothing can be read in one tone."""
    for top in rows[::_TILE]:
        for left in columns[::_TILE]:
            height, right = range(top, min(top + _TILE, rows.stop)), min(left + _TILE, columns.stop)
            edges = [
                abs(after[row][at] - after[row][at + 1]) < _FLAT
                for row in height
                for at in range(left, right - 1)
                if abs(before[row][at] - before[row][at + 1]) >= _EDGE
            ]
            if len(edges) >= _LEAST_LOST and sum(edges) >= _MOST_OF * len(edges):
                yield left, top, right - 1, height.stop - 1


def _span(one: bytes, other: bytes, row: int, covers: Sequence[_Pixels]) -> tuple[int, int] | None:
    covered = [(left, right) for left, top, right, bottom in covers if top <= row <= bottom]
    columns = [
        column
        for column, (a, b) in enumerate(zip(one, other, strict=True))
        if abs(a - b) > _FAINT and not any(left <= column <= right for left, right in covered)
    ]
    return (columns[0], columns[-1]) if columns else None


def _places(spans: Sequence[tuple[int, tuple[int, int]]]) -> Iterator[_Pixels]:
    place: _Pixels | None = None
    for row, (left, right) in spans:
        if place is not None and row - place[3] <= _APART:
            place = (min(place[0], left), place[1], max(place[2], right), row)
            continue
        if place is not None:
            yield place
        place = (left, row, right, row)
    if place is not None:
        yield place
