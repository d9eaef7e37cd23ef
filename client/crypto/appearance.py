"""What a visible signature looks like: Decree 30/2020, Appendix I, part II, 7 and 8."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stamp:
    """The drawing and where it goes; the same drawing is previewed and put into the file."""

    page_index: int
    """0 is the first page."""
    box: tuple[float, float, float, float]
    """x1, y1, x2, y2 in the page's own user space, before any rotation."""
    drawing: bytes
    """A PDF whose only page is what is shown; its MediaBox has the proportions of ``box``."""
