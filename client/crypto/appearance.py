"""What a visible signature looks like: Decree 30/2020, Appendix I, part II, 7 and 8.

The drawing is made once: what the window previews is what goes into the file.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from client.crypto.appearance_drawing import EDGE, draw_image, draw_lines, size_of_lines
from client.crypto.pdf_files import PDF_ERRORS, open_pdf
from client.documents.page_frame import PageFrame
from client.documents.page_image import read_frame, render_drawing
from client.documents.placement import find_place
from client.documents.stamp_image import read_image
from client.errors import DocumentEncrypted, MalformedDocument, SigningRefused
from client.model.secret import Secret
from client.model.signing import Appearance, Placement, SigningRole

TEXT_POINTS = 10.0
"""The line on annexes and copies."""

_VIETNAM = timezone(timedelta(hours=7))
_MILLIMETRE = 72 / 25.4
_HAND_MM = (50.0, 25.0)
"""A hand signature is at most this wide and high."""
_LINE_MM = 100.0
"""A longer text puts the time on a line of its own, and is broken between words where that is not enough."""
_FORMS = {
    SigningRole.COPY: "SAO Y",
    SigningRole.COPY_RECORD: "SAO LỤC",
    SigningRole.EXTRACT: "TRÍCH SAO",
}


@dataclass(frozen=True, slots=True)
class Stamp:
    """The drawing and where it goes; the same drawing is previewed and put into the file."""

    page_index: int
    """0 is the first page."""
    box: tuple[float, float, float, float]
    """x1, y1, x2, y2 in the page's own user space, before any rotation."""
    drawing: bytes
    """A PDF whose only page is what is shown; its MediaBox has the proportions of ``box``."""
    turned: int = 0
    """Degrees clockwise the page is turned when shown; the drawing lies the other way round."""


def propose_place(
    pdf: bytes,
    appearance: Appearance,
    at: datetime,
    *,
    signer: str = "",
    password: Secret | None = None,
) -> Placement | None:
    """Where the document itself says that the stamp belongs; None where a person must choose.

    ``signer`` is the name in the certificate. Raises `ImageUnusable`, `SigningRefused`,
    `MalformedDocument`, `DocumentEncrypted`.
    """
    unit = _user_unit(pdf, password)
    width, height = (side / unit + EDGE for side in natural_size(appearance, at))
    place = find_place(pdf, appearance.role, (width, height), signer=signer, unit=unit, password=password)
    return None if place is None else read_frame(pdf, place.page, password).snapped(place)


def make_stamp(
    pdf: bytes,
    appearance: Appearance,
    placement: Placement | None,
    at: datetime,
    *,
    signer: str = "",
    password: Secret | None = None,
) -> Stamp:
    """The stamp for ``pdf``; without ``placement`` the place is found.

    Raises as `propose_place`, and `SigningRefused` (no-place-found, place-off-page).
    """
    place = placement or appearance.placement
    if place is None:
        place = propose_place(pdf, appearance, at, signer=signer, password=password)
    if place is None:
        raise SigningRefused(reason="no-place-found")
    frame = read_frame(pdf, place.page, password)
    if not _lies_on(frame, place):
        raise SigningRefused(reason="place-off-page")
    place = frame.snapped(place)
    return Stamp(
        place.page - 1,
        frame.in_file(place),
        _drawn(appearance, place, frame, at, _user_unit(pdf, password)),
        frame.turned,
    )


def _drawn(appearance: Appearance, place: Placement, frame: PageFrame, at: datetime, unit: float) -> bytes:
    turn = frame.upright(place.width, place.height)
    if appearance.role.shows_image:
        # The seal has its true size; a hand signature may be drawn as large as the user likes.
        true_size = appearance.role is SigningRole.ISSUE
        longest = appearance.seal_diameter_mm * _MILLIMETRE / unit if true_size else math.inf
        return draw_image(appearance.image, place.width, place.height, turn, longest)
    lines = lines_of(appearance, at)
    width, height = size_of_lines(lines, TEXT_POINTS)
    fitting = TEXT_POINTS * min((place.width - EDGE) / width, (place.height - EDGE) / height)
    return draw_lines(lines, min(fitting, TEXT_POINTS / unit), place.width, place.height, turn)


def preview(stamp: Stamp, dpi: float = 192.0) -> bytes:
    """The drawing that goes into the file, upright as it will be seen: PNG with transparency."""
    return render_drawing(stamp.drawing, stamp.turned, dpi)


def natural_size(appearance: Appearance, at: datetime) -> tuple[float, float]:
    """Width and height in points the stamp takes by itself; raises `ImageUnusable`, `SigningRefused`."""
    if not appearance.role.shows_image:
        return size_of_lines(lines_of(appearance, at), TEXT_POINTS)
    ratio = read_image(appearance.image).ratio
    if appearance.role is SigningRole.ISSUE:
        diameter = appearance.seal_diameter_mm * _MILLIMETRE
        return (diameter, diameter / ratio) if ratio >= 1 else (diameter * ratio, diameter)
    width = min(_HAND_MM[0], _HAND_MM[1] * ratio) * _MILLIMETRE
    return width, width / ratio


def lines_of(appearance: Appearance, at: datetime) -> tuple[str, ...]:
    """The words on an annex or a copy, NFC; long ones on a line each."""
    moment = at.astimezone(_VIETNAM).isoformat(timespec="seconds")
    if appearance.role is SigningRole.ANNEX:
        words = [appearance.number, moment]
    else:
        words = [_FORMS.get(appearance.role, ""), appearance.office, moment]
    said = [" ".join(unicodedata.normalize("NFC", word).split()) for word in words if word.strip()]
    whole = "; ".join(said)
    if _fits(whole):
        return (whole,)
    return (*_wrapped("; ".join(said[:-1]) + ";"), said[-1])


def _wrapped(text: str) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        lines[-1:] = [longer] if not lines[-1] or _fits(longer) else [lines[-1], word]
    return lines


def _fits(line: str) -> bool:
    return size_of_lines((line,), TEXT_POINTS)[0] <= _LINE_MM * _MILLIMETRE


def _lies_on(frame: PageFrame, place: Placement) -> bool:
    inside = 0 <= place.left < place.right <= frame.width + 1 and 0 <= place.bottom < place.top
    return inside and place.top <= frame.height + 1


def _user_unit(pdf: bytes, password: Secret | None) -> float:
    """Points a unit of user space on the first page (ISO 32000-1, 7.7.3.3 UserUnit); 1 where unknown."""
    if b"/UserUnit" not in pdf and b"/ObjStm" not in pdf:
        return 1.0
    try:
        reader = open_pdf(pdf, "", password).reader
        node = reader.root["/Pages"]
        while "/Kids" in node:
            node = node["/Kids"][0]
        return max(float(node.get("/UserUnit", 1)), 0.01)
    except (*PDF_ERRORS, MalformedDocument, DocumentEncrypted):
        # Whoever signs the file says what is wrong with it.
        return 1.0
