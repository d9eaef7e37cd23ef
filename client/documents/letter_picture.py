"""A stranger's picture decoded, bounded, and written anew: runs in the workshop, never in the window.

Only formats that letters show, each by its own decoder. TIFF, WMF, EMF and SVG are not drawn: libtiff and
the two metafiles are too wide a door for what hardly any letter has in its text.
"""

from __future__ import annotations

import io
import struct
from contextlib import suppress

from PIL import Image

from client.model.picture import DrawnPicture

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 25_000_000
"""Of a picture that has to be decoded whole: 100 MB."""
MOST_JPEG_PIXELS = 110_000_000
"""A JPEG is decoded at a fraction of its size. The largest telephones make 108 million."""
MOST_PYTHON_PIXELS = 1_000_000
"""Of a run-length BMP, which Pillow unpacks in Python."""
MOST_SCANS = 30
MOST_PROGRESSIVE_PIXELS = 50_000_000
"""Each scan of a progressive JPEG goes over all of its pixels, which are kept, however few octets it has."""
WIDEST, HIGHEST, MOST_SHOWN = 1600, 8000, 4_000_000
"""Pixels across, down and in all of what is handed on: a long screenshot stays legible."""

_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    MemoryError,
    OverflowError,
    ZeroDivisionError,
    AttributeError,
    NotImplementedError,
    struct.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
"""What Pillow's readers raise for files that are not what they say."""
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_ITS_SIDE = (5, 6, 7, 8)
_RUN_LENGTHS = (1, 2)


def draw_picture(content: bytes) -> DrawnPicture | None:
    """The picture in ``content``, of a moving one the first; None where it cannot or may not be drawn."""
    if not 0 < len(content) <= MOST_BYTES or not _may_be_opened(content):
        return None
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            return _drawn(image) if _may_be_decoded(image, content) else None
    except _BROKEN:
        return None


def _may_be_opened(content: bytes) -> bool:
    """WebP's decoder takes room for the whole picture as soon as it is opened."""
    if content[:4] != b"RIFF":
        return True
    kind, head = content[12:16], content[16:32]
    if kind == b"VP8X" and len(head) >= 14:
        width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (8, 11))
    elif kind == b"VP8L" and len(head) >= 9:
        bits = int.from_bytes(head[5:9], "little")
        width, height = (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    elif kind == b"VP8 " and len(head) >= 14:
        width, height = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (10, 12))
    else:
        return False
    return width * height <= MOST_PIXELS


def _may_be_decoded(image: Image.Image, content: bytes) -> bool:
    pixels = image.width * image.height
    if image.format == "JPEG":
        most = MOST_PROGRESSIVE_PIXELS if image.info.get("progressive") else MOST_JPEG_PIXELS
        return pixels <= most and content.count(b"\xff\xda") <= MOST_SCANS
    if image.format == "BMP" and image.info.get("compression") in _RUN_LENGTHS:
        return pixels <= MOST_PYTHON_PIXELS
    return 0 < pixels <= MOST_PIXELS


def _drawn(image: Image.Image) -> DrawnPicture:
    orientation = _orientation(image)
    size = _bounded(*image.size, on_its_side=orientation in _ON_ITS_SIDE)
    photograph = image.format == "JPEG"
    if photograph:
        image.draft(image.mode, size)
    flat = _flat(image)
    flat.thumbnail(size, Image.Resampling.LANCZOS)
    shown = flat.transpose(_TURNS[orientation]) if orientation in _TURNS else flat
    buffer = io.BytesIO()
    if photograph:
        shown.save(buffer, "JPEG", quality=90)
    else:
        # It goes to the window and is gone: speed counts, size does not.
        shown.save(buffer, "PNG", compress_level=1)
    return DrawnPicture(shown.width, shown.height, buffer.getvalue())


def _flat(image: Image.Image) -> Image.Image:
    """Red, green and blue, with transparency where there is any; nothing else of the file goes along."""
    clear = image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info
    bare = image.convert("RGBA" if clear else "RGB")
    bare.info = {}
    return bare


def _orientation(image: Image.Image) -> int:
    with suppress(*_BROKEN):
        found = image.getexif().get(_ORIENTATION)
        return found if isinstance(found, int) else 1
    return 1


def _bounded(width: int, height: int, *, on_its_side: bool) -> tuple[int, int]:
    across, down = (height, width) if on_its_side else (width, height)
    scale = min(1.0, WIDEST / across, HIGHEST / down, (MOST_SHOWN / (width * height)) ** 0.5)
    return max(1, round(width * scale)), max(1, round(height * scale))
