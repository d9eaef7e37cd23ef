"""What stands on a page as it is shown: lines, pictures, signatures; all in units of the shown page."""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import pypdfium2
import pypdfium2.raw as pdfium

from client.documents.page_frame import PageFrame
from client.documents.page_image import frame_of
from client.documents.pdf_lines import FontUse, PageText, read_page
from client.model.signing import Placement

_WHOLE_PAGE = 0.5
"""A picture covering more of the page lies behind the text: a scan, a watermark."""
_MOST_OBJECTS = 4000
_MOST_ANNOTATIONS = 2000
_MOST_CHARACTERS = 40_000
_HIDDEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
_UNSEEN_BELOW = 2.0
_EMPTY_TEXT = 2
"""Bytes: UTF-16 with nothing but its end."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its box."""

    text: str
    box: Placement
    bold: bool = False


@dataclass(frozen=True, slots=True)
class PageContent:
    """One page."""

    frame: PageFrame
    lines: tuple[Line, ...]
    pictures: tuple[Placement, ...]
    signatures: tuple[Placement, ...]
    """Signatures that are seen."""
    waiting: tuple[Placement, ...]
    """Signature fields with a box that nobody has signed."""
    notes: tuple[Placement, ...]
    """Other things laid over the page: fields, marks."""

    lies_across: bool = False
    """The text is not upright on the page as it is shown."""

    @property
    def taken(self) -> tuple[Placement, ...]:
        """Where nothing should be put; a field that waits for a signature is no obstacle to one."""
        return (*(line.box for line in self.lines), *self.pictures, *self.signatures, *self.notes)


def read_content(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, number: int) -> PageContent:
    """Look at one page; raises what pdfium raises."""
    frame = frame_of(page, number, len(document))
    laid = list(_annotations(document, page, frame))
    text = read_page(page, number, FontUse(Counter(), Counter()), _MOST_CHARACTERS)
    return PageContent(
        frame,
        tuple(_lines(text, frame)),
        tuple(_pictures(page, frame)),
        signatures=_of(laid, _Laid.SIGNATURE),
        waiting=_of(laid, _Laid.WAITING),
        notes=_of(laid, _Laid.NOTE),
        lies_across=bool(text.lines) and text.turned != frame.turned,
    )


def overlap(one: Placement, other: Placement) -> float:
    """The area two boxes share."""
    across = min(one.right, other.right) - max(one.left, other.left)
    up = min(one.top, other.top) - max(one.bottom, other.bottom)
    return across * up if across > 0 and up > 0 else 0.0


def is_free(place: Placement, taken: Sequence[Placement]) -> bool:
    """Whether nothing of ``taken`` is touched."""
    return not any(overlap(place, box) for box in taken)


def _lines(text: PageText, frame: PageFrame) -> Iterator[Line]:
    reading = replace(frame, turned=text.turned)
    for line in text.lines:
        box = Placement(
            frame.number,
            line.left * reading.width,
            (1 - line.bottom) * reading.height,
            line.right * reading.width,
            (1 - line.top) * reading.height,
        )
        yield Line(line.text, box if reading == frame else frame.shown(reading.in_file(box)), line.bold)


def _pictures(page: pypdfium2.PdfPage, frame: PageFrame) -> Iterator[Placement]:
    whole = frame.width * frame.height
    for count, item in enumerate(page.get_objects(max_depth=4)):
        if count >= _MOST_OBJECTS:
            return
        if item.type != pdfium.FPDF_PAGEOBJ_IMAGE:
            continue
        place = frame.shown(item.get_bounds())
        if 0 < place.width * place.height < _WHOLE_PAGE * whole:
            yield place


class _Laid(Enum):
    """What lies over a page."""

    SIGNATURE = 1
    WAITING = 2
    NOTE = 3


def _of(laid: Sequence[tuple[_Laid, Placement]], wanted: _Laid) -> tuple[Placement, ...]:
    return tuple(place for kind, place in laid if kind is wanted)


def _annotations(
    document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, frame: PageFrame
) -> Iterator[tuple[_Laid, Placement]]:
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST_ANNOTATIONS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            place = _seen(annotation, frame)
            if place is not None:
                yield _kind(document, annotation), place
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _seen(annotation: pdfium.FPDF_ANNOTATION, frame: PageFrame) -> Placement | None:
    kind = pdfium.FPDFAnnot_GetSubtype(annotation)
    if kind in {pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP}:
        return None
    if pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
        return None
    rect = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(annotation, ctypes.byref(rect)):
        return None
    left, right = sorted((rect.left, rect.right))
    bottom, top = sorted((rect.bottom, rect.top))
    if right - left < _UNSEEN_BELOW or top - bottom < _UNSEEN_BELOW:
        return None
    return frame.shown((left, bottom, right, top))


def _kind(document: pypdfium2.PdfDocument, annotation: pdfium.FPDF_ANNOTATION) -> _Laid:
    form = document.formenv.raw if document.formenv is not None else None
    if form is None:
        return _Laid.NOTE
    if pdfium.FPDFAnnot_GetFormFieldType(form, annotation) != pdfium.FPDF_FORMFIELD_SIGNATURE:
        return _Laid.NOTE
    # The value may stand in the field above the widget; what is drawn stands in the widget.
    drawn = pdfium.FPDFAnnot_GetAP(annotation, pdfium.FPDF_ANNOT_APPEARANCEMODE_NORMAL, None, 0)
    signed = pdfium.FPDFAnnot_HasKey(annotation, b"V") or drawn > _EMPTY_TEXT
    return _Laid.SIGNATURE if signed else _Laid.WAITING
