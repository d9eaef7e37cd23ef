"""The drawing of a visible signature, carried into the file as it was previewed."""

from __future__ import annotations

import binascii
import io
import os
from typing import Protocol

from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.layout import (
    AxisAlignment,
    BoxConstraints,
    InnerScaling,
    Margins,
    SimpleBoxLayoutRule,
)
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.stamp import StaticStampStyle

Box = tuple[float, float, float, float]


class Drawn(Protocol):
    """What is drawn and where; `client.crypto.appearance.Stamp` is one."""

    @property
    def page_index(self) -> int:
        """0 is the first page."""

    @property
    def box(self) -> Box:
        """x1, y1, x2, y2 in the page's own user space, before any rotation."""

    @property
    def drawing(self) -> bytes:
        """A PDF whose only page is what is shown; its MediaBox has the proportions of ``box``."""


def style_of(stamp: Drawn | None) -> StaticStampStyle:
    """The drawing fitted into the field; without one nothing is drawn, not even pyHanko's own text."""
    return StaticStampStyle(
        border_width=0,
        background=_Drawing(stamp.drawing) if stamp is not None else None,
        background_layout=SimpleBoxLayoutRule(
            x_align=AxisAlignment.ALIGN_MID,
            y_align=AxisAlignment.ALIGN_MID,
            margins=Margins(0, 0, 0, 0),
            inner_content_scaling=InnerScaling.STRETCH_TO_FIT,
        ),
    )


class _Drawing(PdfContent):
    """The only page of a PDF in memory; pyHanko's own class wants a file name."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        """Import the page and paint it from its own corner."""
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)))
        name = b"/Stamp" + binascii.hexlify(os.urandom(8))
        self.resources.xobject[name.decode("ascii")] = page
        x1, y1, x2, y2 = (float(side) for side in page.get_object()["/BBox"])
        self.box = BoxConstraints(width=abs(x2 - x1), height=abs(y2 - y1))
        return b"1 0 0 1 %g %g cm %s Do" % (-min(x1, x2), -min(y1, y2), name)
