"""Pages of a PDF as pictures, forms and signatures included."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from client.documents.page_frame import PageFrame
from client.errors import DocumentEncrypted, MalformedDocument
from client.model.secret import Secret
from client.model.signing import PageImage, Placement

MOST_PIXELS = 12_000_000
"""A4 at 350 dpi. A page that would be larger is drawn coarser: an A0 plan at 300 dpi has 140 million."""

_POINTS = 72.0
_BROKEN = (pypdfium2.PdfiumError, ValueError, OSError, OverflowError)


def render_page(content: bytes, page: int, dpi: float = 96.0, password: Secret | None = None) -> PageImage:
    """Page ``page`` (1 is the first) as it is shown, with what is signed on it.

    Raises `DocumentEncrypted`, or `MalformedDocument` (``reason``: corrupt, no-such-page, cannot-be-drawn).
    """
    with opened(content, password) as document:
        document.init_forms()
        with closing(page_of(document, page)) as shown:
            width, height = shown.get_size()
            scale = _scale(width, height, dpi)
            try:
                # With alpha, or pdfium smooths the letters in forms and signatures in colours (LCD).
                bitmap = shown.render(
                    scale=scale, may_draw_forms=True, force_bitmap_format=pdfium.FPDFBitmap_BGRA
                )
                with closing(bitmap):
                    png = _png(bitmap.to_pil().convert("RGB"))
            except (*_BROKEN, MemoryError) as error:
                raise MalformedDocument(name="", reason="cannot-be-drawn") from error
            return PageImage(page, len(document), width, height, png)


def render_drawing(drawing: bytes, turned: int, dpi: float) -> bytes:
    """The only page of ``drawing`` as PNG with transparency, turned ``turned`` degrees clockwise."""
    with opened(drawing) as document, closing(document[0]) as page:
        width, height = page.get_size()
        scale = _scale(width, height, dpi)
        bitmap = page.render(scale=scale, rotation=turned, fill_color=(0, 0, 0, 0))
        with closing(bitmap):
            return _png(bitmap.to_pil().convert("RGBA"))


def laid_over(page: PageImage, drawing: bytes, place: Placement) -> PageImage:
    """The page with a PNG laid over it at ``place``."""
    base = Image.open(io.BytesIO(page.png)).convert("RGBA")
    scale = base.width / page.width_pt
    left, top = round(place.left * scale), round((page.height_pt - place.top) * scale)
    size = max(1, round(place.width * scale)), max(1, round(place.height * scale))
    over = Image.open(io.BytesIO(drawing)).convert("RGBA").resize(size, Image.Resampling.LANCZOS)
    layer = Image.new("RGBA", base.size, (255, 255, 255, 0))
    layer.paste(over, (left, top))
    png = _png(Image.alpha_composite(base, layer).convert("RGB"))
    return PageImage(page.page, page.pages, page.width_pt, page.height_pt, png)


def read_frame(content: bytes, page: int, password: Secret | None = None) -> PageFrame:
    """How page ``page`` lies; raises as `render_page` does."""
    with opened(content, password) as document, closing(page_of(document, page)) as shown:
        return frame_of(shown, page, len(document))


def frame_of(page: pypdfium2.PdfPage, number: int, pages: int) -> PageFrame:
    """How an opened page lies."""
    x1, y1, x2, y2 = (float(side) for side in page.get_bbox())
    return PageFrame(number, pages, (x1, y1, x2, y2), int(page.get_rotation()))


def page_of(document: pypdfium2.PdfDocument, number: int) -> pypdfium2.PdfPage:
    """Page ``number``, 1 is the first; close it. Raises `MalformedDocument`."""
    if not 1 <= number <= len(document):
        raise MalformedDocument(name="", reason="no-such-page")
    try:
        return document[number - 1]
    except _BROKEN as error:
        raise MalformedDocument(name="", reason="corrupt") from error


@contextmanager
def opened(content: bytes, password: Secret | None = None) -> Iterator[pypdfium2.PdfDocument]:
    """The document, closed afterwards; raises `DocumentEncrypted` or `MalformedDocument`."""
    secret = password.reveal() if password is not None else None
    try:
        document = pypdfium2.PdfDocument(content, password=secret)
    except _BROKEN as error:
        if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise DocumentEncrypted(
                name="", reason="password-wrong" if secret else "password-needed"
            ) from error
        raise MalformedDocument(name="", reason="corrupt") from error
    try:
        yield document
    except _BROKEN as error:
        raise MalformedDocument(name="", reason="corrupt") from error
    finally:
        document.close()


def _scale(width: float, height: float, dpi: float) -> float:
    scale = dpi / _POINTS
    pixels = width * height * scale * scale
    return scale if pixels <= MOST_PIXELS else scale * (MOST_PIXELS / pixels) ** 0.5


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    # The picture goes to the window and is gone: speed counts, size does not.
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
