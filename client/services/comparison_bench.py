"""Draws a signed revision beside the file as it is; every function runs in the workshop."""

from __future__ import annotations

from collections.abc import Sequence

from client.crypto import revision_outline
from client.documents.page_difference import compare_page
from client.documents.page_image import read_frame, render_page
from client.model.at_rest import Readable
from client.model.change import ChangedPlace
from client.model.comparison import Expected, Outline, PagePair
from client.model.secret import Secret
from client.model.signing import PageImage
from client.services.signed_versions import document

_POINTS = 72.0
_WIDEST = 2400


def outline(path: Readable, section: str, length: int, password: Secret | None) -> Outline:
    """See `revision_outline.outline`."""
    return revision_outline.outline(document(path, section), length, password)


def page_pair(
    path: Readable,
    section: str,
    length: int,
    page: int,
    width: int,
    what: Outline,
    password: Secret | None,
) -> PagePair:
    """Page ``page`` (1 is the first) of both about ``width`` pixels wide, with the places that differ."""
    now = document(path, section)
    signed = now[:length]
    in_signed, in_now = page <= what.pages_signed, page <= what.pages_now
    places: tuple[ChangedPlace, ...] = ()
    later: tuple[ChangedPlace, ...] = ()
    if in_signed and in_now and page in what.touched:
        places, later = _places(signed, now, page, what.later_on(page), password)
    return PagePair(
        page,
        _drawn(signed, page, width, password) if in_signed else None,
        _drawn(now, page, width, password) if in_now else None,
        places,
        later,
    )


def places(
    path: Readable, section: str, length: int, page: int, what: Outline, password: Secret | None
) -> tuple[ChangedPlace, ...]:
    """Where one page differs; a box without extent where one of the two does not have it."""
    if page > min(what.pages_signed, what.pages_now):
        return (ChangedPlace(page, 0, 0, 0, 0),)
    now = document(path, section)
    return _places(now[:length], now, page, what.later_on(page), password)[0]


def _places(
    signed: bytes, now: bytes, page: int, later: Sequence[Expected], password: Secret | None
) -> tuple[tuple[ChangedPlace, ...], tuple[ChangedPlace, ...]]:
    differing, expected = compare_page(signed, now, page - 1, later, password)
    return tuple(ChangedPlace(page, *box) for box in differing), tuple(
        ChangedPlace(page, *box) for box in expected
    )


def _drawn(content: bytes, page: int, width: int, password: Secret | None) -> PageImage:
    points = read_frame(content, page, password).width
    return render_page(content, page, min(width, _WIDEST) * _POINTS / max(points, 1.0), password)
