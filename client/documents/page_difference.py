"""Where two revisions of a PDF look different, found by drawing both."""

from __future__ import annotations

import ctypes
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from client.errors import MalformedDocument
from client.model.secret import Secret

_APART = 8
"""Pixels; what is nearer belongs to one place."""
_FAINT = 24
"""Of 255 grey levels: less is rounding of the renderer, which nobody sees."""
_MOST_PIXELS = 4_000_000

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points."""


@dataclass(frozen=True, slots=True)
class Look:
    """One page in grey, a byte a pixel and a pixel a point."""

    width: int
    height: int
    rows: tuple[bytes, ...]
    hidden: tuple[tuple[int, int, int, int], ...] = ()
    """Left, top, right, bottom in pixels of what is not to be compared."""


def differing_places(
    before: bytes,
    after: bytes,
    pages: Collection[int],
    expected: Mapping[int, Sequence[Box]],
    password: Secret | None = None,
) -> tuple[tuple[int, Box], ...]:
    """Pages (the first is 0) with boxes as the displayed page has them, where ``after`` looks different.

    Only ``pages`` are drawn; ``expected`` are boxes in default user space where a difference is no
    news. A page that one of the two has not is different as a whole. Raises `MalformedDocument`.
    """
    secret = password.reveal() if password is not None else None
    try:
        with (
            closing(pypdfium2.PdfDocument(before, password=secret)) as old,
            closing(pypdfium2.PdfDocument(after, password=secret)) as new,
        ):
            for document in (old, new):
                document.init_forms()
            return tuple(_differences(old, new, pages, expected))
    except (pypdfium2.PdfiumError, ValueError, OSError) as error:
        raise MalformedDocument(name="", reason="cannot-be-drawn") from error


def _differences(
    old: pypdfium2.PdfDocument,
    new: pypdfium2.PdfDocument,
    pages: Collection[int],
    expected: Mapping[int, Sequence[Box]],
) -> Iterator[tuple[int, Box]]:
    for number in sorted(pages):
        if number >= min(len(old), len(new)):
            if number < max(len(old), len(new)):
                yield number, (0.0, 0.0, 0.0, 0.0)
            continue
        first, second = (_look(document, number, expected.get(number, ())) for document in (old, new))
        for place in compare(first, second):
            yield number, place


def _look(document: pypdfium2.PdfDocument, number: int, boxes: Sequence[Box]) -> Look:
    with closing(document[number]) as page:
        width, height = page.get_size()
        if width * height > _MOST_PIXELS:
            raise ValueError
        with closing(page.render(scale=1, grayscale=True, may_draw_forms=True)) as bitmap:
            data, stride = bytes(bitmap.buffer), int(bitmap.stride)
            rows = tuple(data[at * stride : at * stride + bitmap.width] for at in range(bitmap.height))
            hidden = tuple(_in_pixels(page, bitmap.width, bitmap.height, box) for box in boxes)
            return Look(int(bitmap.width), int(bitmap.height), rows, hidden)


def _in_pixels(page: pypdfium2.PdfPage, width: int, height: int, box: Box) -> tuple[int, int, int, int]:
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
        return [(0.0, 0.0, float(second.width), float(second.height))]
    spans = [
        (row, span)
        for row in range(first.height)
        if first.rows[row] != second.rows[row]
        and (span := _span(first.rows[row], second.rows[row], row, first.hidden + second.hidden)) is not None
    ]
    return [
        (float(left), float(first.height - bottom - 1), float(right + 1), float(first.height - top))
        for left, top, right, bottom in _places(spans)
    ]


def _span(
    one: bytes, other: bytes, row: int, hidden: tuple[tuple[int, int, int, int], ...]
) -> tuple[int, int] | None:
    covered = [(left, right) for left, top, right, bottom in hidden if top <= row <= bottom]
    columns = [
        column
        for column, (a, b) in enumerate(zip(one, other, strict=True))
        if abs(a - b) > _FAINT and not any(left <= column <= right for left, right in covered)
    ]
    return (columns[0], columns[-1]) if columns else None


def _places(spans: list[tuple[int, tuple[int, int]]]) -> Iterator[tuple[int, int, int, int]]:
    place: tuple[int, int, int, int] | None = None
    for row, (left, right) in spans:
        if place is not None and row - place[3] <= _APART:
            place = (min(place[0], left), place[1], max(place[2], right), row)
            continue
        if place is not None:
            yield place
        place = (left, row, right, row)
    if place is not None:
        yield place
