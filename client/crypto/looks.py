"""Whether a permitted later update changed what the eye sees of the signed revision."""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from client.crypto.object_digests import entry
from client.crypto.pages import PageLooks, page_references, pages_touched, reference_key
from client.crypto.pdf_files import PDF_ERRORS
from client.crypto.signature_fields import filled_fields
from client.documents.page_difference import differing_places
from client.errors import MalformedDocument
from client.model.change import ChangedPlace
from client.model.comparison import Box, Expected
from client.model.secret import Secret

_MOST_PAGES = 100
_DEEPEST = 60
"""Levels of a page tree."""
_LARGE, _LARGE_POINTS = 0.2, 40_000
"""Of the page's area, and in square points: a later signature larger than both is a page of its own."""


def changed_places(
    embedded: EmbeddedPdfSignature, pdf: bytes, password: Secret | None, looks: PageLooks | None = None
) -> tuple[ChangedPlace, ...] | None:
    """Where the signed revision and the file look different; None where that could not be found out.

    What later signatures show in their own fields is expected, as long as it has the size of one.
    """
    reader = embedded.reader
    try:
        touched = pages_touched(reader, int(embedded.signed_revision), looks)
        if len(touched) > _MOST_PAGES:
            return None
        expected = later_signatures(reader, int(embedded.signed_revision)) if touched else {}
        drawn = looks.drawn if looks is not None else None
        found = differing_places(pdf[: signed_length(embedded)], pdf, touched, expected, password, drawn)
    except (MalformedDocument, *PDF_ERRORS):
        return None
    return tuple(ChangedPlace(page + 1, *box) for page, box in found)


def signed_length(embedded: EmbeddedPdfSignature) -> int:
    """How many bytes of the file the signer left: up to the end of the signed range."""
    _, _, start, length = (int(number) for number in embedded.byte_range)
    return start + length


def later_signatures(reader: PdfFileReader, revision: int) -> dict[int, list[Expected]]:
    """Where signatures made after ``revision`` show themselves, by page (the first is 0).

    Raises what a broken file raises.
    """
    pages = page_references(reader.root)
    where = _widgets(pages)
    old = reader.get_historical_resolver(revision)
    boxes: dict[int, list[Expected]] = {}
    for field in filled_fields(reader):
        if not field.readable:
            continue
        if EmbeddedPdfSignature(reader, field.reference, field.name).signed_revision <= revision:
            continue
        node = field.reference.get_object()
        waiting = not old.is_ref_unassignable(field.reference.reference)
        kids = entry(node, "/Kids", ())
        for widget in (field.reference, *(kids.raw_get(at) for at in range(len(kids)))):
            page, shown = where.get(reference_key(widget)), widget.get_object()
            if page is not None and "/Rect" in shown:
                box = _box(shown["/Rect"])
                if not _is_large(box, pages[page].get_object()):
                    boxes.setdefault(page, []).append(Expected(box, waiting))
    return boxes


def _widgets(pages: list[Any]) -> dict[tuple[int, int], int]:
    """The page each annotation is shown on; what the annotation itself says of that binds no reader."""
    found: dict[tuple[int, int], int] = {}
    for number, page in enumerate(pages):
        notes = entry(page.get_object(), "/Annots", ())
        found |= {reference_key(notes.raw_get(at)): number for at in range(len(notes))}
    return found


def _is_large(box: Box, page: Any) -> bool:
    whole = page
    for _ in range(_DEEPEST):
        if "/MediaBox" in whole or "/Parent" not in whole:
            break
        whole = whole["/Parent"]
    left, bottom, right, top = _box(entry(whole, "/MediaBox", (0, 0, 595, 842)))
    area = (right - left) * (top - bottom)
    return (box[2] - box[0]) * (box[3] - box[1]) > max(_LARGE * area, _LARGE_POINTS)


def _box(numbers: Any) -> Box:
    left, bottom, right, top = (float(numbers[at]) for at in range(4))
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)
