"""The page as it is shown against the page as the file has it: /CropBox, /Rotate (ISO 32000-1, 7.7.3.3)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from client.model.signing import Placement

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 with x1 < x2 and y1 < y2, in the page's own user space."""
Matrix = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f as the operator ``cm`` takes them."""
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class PageFrame:
    """How one page lies."""

    number: int
    """1 is the first."""
    pages: int
    visible: Box
    """What of the page is shown."""
    turned: int = 0
    """Degrees clockwise: 0, 90, 180 or 270."""

    @property
    def width(self) -> float:
        """Of the page as it is shown; user units."""
        x1, y1, x2, y2 = self.visible
        return y2 - y1 if self.turned % 180 else x2 - x1

    @property
    def height(self) -> float:
        """Of the page as it is shown; user units."""
        x1, y1, x2, y2 = self.visible
        return x2 - x1 if self.turned % 180 else y2 - y1

    def shown(self, box: Box) -> Placement:
        """Where a box of the file is seen."""
        x0, y0, x1, y1 = self.visible
        left, bottom, right, top = box
        match self.turned:
            case 90:
                return Placement(self.number, bottom - y0, x1 - right, top - y0, x1 - left)
            case 180:
                return Placement(self.number, x1 - right, y1 - top, x1 - left, y1 - bottom)
            case 270:
                return Placement(self.number, y1 - top, left - x0, y1 - bottom, right - x0)
        return Placement(self.number, left - x0, bottom - y0, right - x0, top - y0)

    def in_file(self, place: Placement) -> Box:
        """The box of the file that is seen there."""
        x0, y0, x1, y1 = self.visible
        match self.turned:
            case 90:
                return x1 - place.top, y0 + place.left, x1 - place.bottom, y0 + place.right
            case 180:
                return x1 - place.right, y1 - place.top, x1 - place.left, y1 - place.bottom
            case 270:
                return x0 + place.bottom, y1 - place.right, x0 + place.top, y1 - place.left
        return x0 + place.left, y0 + place.bottom, x0 + place.right, y0 + place.top

    def snapped(self, place: Placement) -> Placement:
        """The box of whole units around ``place``, moved by half a unit at most.

        A signature's appearance is cut to whole units: a fraction would lose the edge of the drawing.
        """
        x1, y1, x2, y2 = self.in_file(place)
        width, height = math.ceil(x2 - x1 - _TINY), math.ceil(y2 - y1 - _TINY)
        left, bottom = round((x1 + x2 - width) / 2), round((y1 + y2 - height) / 2)
        return self.shown((left, bottom, left + width, bottom + height))

    def upright(self, width: float, height: float) -> Matrix:
        """Turns a drawing of this size, upright as it is to be seen, into the file's directions."""
        match self.turned:
            case 90:
                return 0, 1, -1, 0, height, 0
            case 180:
                return -1, 0, 0, -1, width, height
            case 270:
                return 0, -1, 1, 0, 0, width
        return 1, 0, 0, 1, 0, 0
