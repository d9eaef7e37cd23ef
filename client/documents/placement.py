"""Where on the page a signature belongs, found from the document's own text.

Decree 30/2020, Appendix I, part II: the hand signature in the middle between title and name (7), the
seal over about a third of it on its left (8), annexes and copies at the top right of page 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import product

import pypdfium2

from client.documents.page_image import opened
from client.documents.placement_blocks import OFFICIAL, OWN, Block, find_blocks
from client.documents.placement_page import PageContent, is_free, overlap, read_content
from client.model.secret import Secret
from client.model.signing import Placement, SigningRole

_MOST_PAGES = 40
"""So many are looked at, from the last one back: annexes may follow the page that is signed."""
_MILLIMETRE = 72 / 25.4
_COVERED = 1 / 3
"""Of the personal signature, by the seal."""
_MOST_COVERED = 0.48
_GAP = 2.0
_LOWEST_HAND = 18.0
"""Points: a hand signature squeezed lower cannot be read; it is put elsewhere."""
_CORNER_TOP_MM = 8.0
_CORNER_RIGHT_MM = 15.0
_STEP = 6.0
_HAND_GUESS_MM = (40.0, 20.0)
"""A personal signature that is not there yet."""

Size = tuple[float, float]


def find_place(
    pdf: bytes,
    role: SigningRole,
    size: Size,
    *,
    signer: str = "",
    unit: float = 1.0,
    password: Secret | None = None,
) -> Placement | None:
    """Where a stamp of this natural ``size`` (units of the page) belongs; None when the text does not say.

    ``signer`` is the name in the certificate: where only other people's names stand, a person has to
    choose. ``unit`` is the page's UserUnit. A scan has no text: only annexes and copies, which have a
    fixed corner, are placed on it. Raises `MalformedDocument` and `DocumentEncrypted`.
    """
    with opened(pdf, password) as document:
        document.init_forms()
        if not role.shows_image:
            return _in_corner(_read(document, 1), size, unit)
        if role is SigningRole.APPROVE:
            return _for_person(_Pages(document), size, signer)
        return _for_seal(_Pages(document), size, unit)


def find_room(pdf: bytes, size: Size, password: Secret | None = None) -> Placement | None:
    """Room under the text on the right, else low on the last page that has text: only to begin from.

    Nothing says that a signature belongs there. Raises as `find_place`.
    """
    with opened(pdf, password) as document:
        document.init_forms()
        page = next((page for page in _Pages(document) if page.lines), None)
        return None if page is None else _free(page, size)


class _Pages:
    """The pages from the last one back, read when they are asked for and once."""

    def __init__(self, document: pypdfium2.PdfDocument) -> None:
        self._document = document
        self._read: list[PageContent] = []

    def __iter__(self) -> Iterator[PageContent]:
        last = len(self._document)
        for place in range(min(last, _MOST_PAGES)):
            if place == len(self._read):
                self._read.append(_read(self._document, last - place))
            yield self._read[place]


def _read(document: pypdfium2.PdfDocument, number: int) -> PageContent:
    with closing(document[number - 1]) as page:
        return read_content(document, page, number)


_Found = list[tuple[PageContent, Block]]


def _for_person(pages: _Pages, size: Size, signer: str) -> Placement | None:
    found: _Found = []
    for page in pages:
        found += [(page, block) for block in find_blocks(page, signer) if block.signed is None]
        if any(block.score >= (OWN if signer else OFFICIAL) for _, block in found):
            break
    if signer:
        found = _own_or_open(found)
    found.sort(key=lambda pair: -pair[1].score)
    places = (_between(page, block, size) for page, block in found)
    return next((place for place in places if place is not None), None)


def _own_or_open(found: _Found) -> _Found:
    """The signer's own blocks; without any, the titles whose name is not typed yet, if nobody else signs.

    Under another person's name a hand signature would be that person's, to everybody who looks.
    """
    own = [pair for pair in found if pair[1].score >= OWN]
    if own:
        return own
    return [] if any(block.name for _, block in found) else found


def _between(page: PageContent, block: Block, size: Size) -> Placement | None:
    """The field that waits there, else the largest box of these proportions that touches no line."""
    for field in page.waiting:
        inside = field.left < block.centre < field.right
        if inside and block.bottom - _GAP <= field.bottom and field.top <= block.top + _GAP:
            return field
    room = block.top - block.bottom - 2 * _GAP
    middle = (block.top + block.bottom) / 2
    width, height = size
    for tenths in range(10, 2, -1):
        share = tenths / 10 * min(1.0, room / height)
        half, up = width * share / 2, height * share / 2
        if 2 * up < min(_LOWEST_HAND, height):
            return None
        place = Placement(block.page, block.centre - half, middle - up, block.centre + half, middle + up)
        inside = place.left >= 0 and place.right <= page.frame.width
        if inside and is_free(place, page.taken):
            return place
    return None


def _for_seal(pages: _Pages, size: Size, unit: float) -> Placement | None:
    found: _Found = []
    for page in pages:
        blocks = find_blocks(page)
        signed = [block.signed for block in blocks if block.signed is not None]
        if signed:
            return _over_signature(page, signed[0], size)
        if page.signatures:
            lowest = min(page.signatures, key=lambda box: (box.bottom, -box.right))
            return _over_signature(page, lowest, size)
        found += [(page, block) for block in blocks]
    found.sort(key=lambda pair: -pair[1].score)
    guess = _HAND_GUESS_MM[0] * _MILLIMETRE / unit, _HAND_GUESS_MM[1] * _MILLIMETRE / unit
    for page, block in found:
        hand = _between(page, block, guess)
        if hand is not None:
            return _over_signature(page, hand, size)
    return None


def _over_signature(page: PageContent, hand: Placement, size: Size) -> Placement:
    """The seal over a third of ``hand``; a little more, or lower, where the recipients would be hit."""
    width, height = size
    middle = (hand.bottom + hand.top) / 2 - height / 2
    left_of = [line.box for line in page.lines if line.box.right < hand.left]

    def at(covered: float, down: float) -> Placement:
        left = max(0.0, hand.left + covered * hand.width - width)
        bottom = min(max(middle - down, 0.0), max(0.0, page.frame.height - height))
        return Placement(page.frame.number, left, bottom, left + width, bottom + height)

    def cost(choice: tuple[float, float]) -> tuple[float, float, float]:
        hit = sum(overlap(at(*choice), box) for box in left_of)
        return round(hit, 1), abs(choice[1]), choice[0]

    choices = product((_COVERED, 0.38, 0.43, _MOST_COVERED), (0.0, 0.15 * height, -0.15 * height))
    return at(*min(choices, key=cost))


def _in_corner(page: PageContent, size: Size, unit: float) -> Placement:
    """Top right of page 1; lower, then further left, where something stands there already."""
    width, height = size
    right = page.frame.width - _CORNER_RIGHT_MM * _MILLIMETRE / unit
    top = page.frame.height - _CORNER_TOP_MM * _MILLIMETRE / unit
    right = max(right, width)
    first = Placement(1, max(0.0, right - width), top - height, max(right, width), top)
    rows = [first.moved(0, up * _STEP / 2) for up in (0, 1, 2, 3, -1, -2, -3, -4, -5, -6)]
    for across in range(0, int(page.frame.width / 2), int(_STEP) * 2):
        for row in rows:
            place = row.moved(-across, 0)
            if place.left >= 0 and place.top <= page.frame.height and is_free(place, page.taken):
                return place
    return first


def _free(page: PageContent, size: Size) -> Placement | None:
    width, height = size
    margin = _CORNER_RIGHT_MM * _MILLIMETRE
    last = min(line.box.bottom for line in page.lines)
    right = page.frame.width - margin - width
    tops = [last - _STEP, *_down(page.frame.height - margin, height + margin)]
    for left in (right - 2 * margin, right, page.frame.width / 2 - width / 2, margin * 2):
        for top in tops:
            place = Placement(page.frame.number, left, top - height, left + width, top)
            if place.bottom >= margin and left >= 0 and is_free(place, page.taken):
                return place
    return None


def _down(start: float, end: float) -> list[float]:
    """Heights from the foot of the page up."""
    return [end + step * 2 * _STEP for step in range(max(0, int((start - end) / (2 * _STEP))))]
