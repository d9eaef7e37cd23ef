"""Where a stamp may be put: numbers only, no Qt."""

from __future__ import annotations

from dataclasses import replace

from client.model.signing import Placement, SigningRole

MM = 72 / 25.4
"""Points in a millimetre."""
_SMALLEST = 15 * MM
_LARGEST = 90 * MM


def is_movable(role: SigningRole | None) -> bool:
    """Whether the user may put the stamp elsewhere at all."""
    return role is not None


def is_resizable(role: SigningRole | None) -> bool:
    """The hand signature may be larger or smaller; a seal has its true size and a text its 10 pt."""
    return role is SigningRole.APPROVE


def may_change_page(role: SigningRole | None) -> bool:
    """Annexes and copies carry their line on page 1 (Decree 30/2020, Appendix I)."""
    return role is not None and role.shows_image


def kept_on_page(place: Placement, width: float, height: float) -> Placement:
    """The same box pushed back until it lies on a page of ``width`` by ``height`` points."""
    left = min(max(place.left, 0.0), max(width - place.width, 0.0))
    bottom = min(max(place.bottom, 0.0), max(height - place.height, 0.0))
    return place.moved(left - place.left, bottom - place.bottom)


def grown(place: Placement, across: float) -> Placement:
    """The box ``across`` points wider in the same proportions; its upper left corner stays."""
    width = min(max(place.width + across, _SMALLEST), _LARGEST)
    height = place.height * width / place.width
    return replace(place, right=place.left + width, bottom=place.top - height)


def on_page(place: Placement, page: int) -> Placement:
    """The same box on another page."""
    return replace(place, page=page)


def margins_mm(place: Placement) -> tuple[int, int]:
    """Whole millimetres from the left and the lower edge of the page."""
    return round(place.left / MM), round(place.bottom / MM)
