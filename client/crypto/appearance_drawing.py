"""The drawing of a stamp as a PDF of one page, turned the way the signed page needs it."""

from __future__ import annotations

import io
from functools import lru_cache

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

from client.crypto.appearance_font import Letters, embed, letters_for, width_of
from client.documents.page_frame import Matrix
from client.documents.stamp_image import StampImage, read_image

LEADING = 1.2
"""Line to line, in sizes."""
EDGE = 1.0
"""Left free of a box's width and height, so that no reader cuts off what is smoothed at the edge."""


@lru_cache(maxsize=8)
def draw_image(content: bytes, width: float, height: float, turn: Matrix, longest: float) -> bytes:
    """The image in the middle of a box of this size, its proportions kept; a batch draws it once.

    No side of it gets longer than ``longest``.
    """
    image = read_image(content)
    scale = min((width - EDGE) / image.width, (height - EDGE) / image.height)
    scale = min(scale, longest / max(image.width, image.height))
    across, up = image.width * scale, image.height * scale
    left, bottom = (width - across) / 2, (height - up) / 2
    writer = PdfFileWriter(stream_xrefs=False)
    name = "/I"
    resources = generic.DictionaryObject(
        {pdf_name("/XObject"): generic.DictionaryObject({pdf_name(name): _embed_image(writer, image)})}
    )
    content_stream = f"{_cm(turn)} {_cm((across, 0, 0, up, left, bottom))} {name} Do"
    return _one_page(writer, content_stream, resources, width, height, turn)


def draw_lines(lines: tuple[str, ...], size: float, width: float, height: float, turn: Matrix) -> bytes:
    """Black upright lines, set right, from the top of a box of this size."""
    letters = letters_for("".join(lines))
    writer = PdfFileWriter(stream_xrefs=False)
    resources = generic.DictionaryObject(
        {pdf_name("/Font"): generic.DictionaryObject({pdf_name("/F"): embed(writer, letters)})}
    )
    shown = " ".join(
        f"BT /F {size:.3f} Tf 0 g 1 0 0 1 {left:.3f} {up:.3f} Tm <{letters.encoded(line).decode()}> Tj ET"
        for line, left, up in _set_right(lines, letters, size, width - EDGE / 2, height - EDGE / 2)
    )
    return _one_page(writer, f"{_cm(turn)} {shown}", resources, width, height, turn)


def size_of_lines(lines: tuple[str, ...], size: float) -> tuple[float, float]:
    """Width and height the lines take, in the unit of ``size``."""
    return max(width_of(line, size) for line in lines), len(lines) * LEADING * size


def _set_right(
    lines: tuple[str, ...], letters: Letters, size: float, width: float, height: float
) -> list[tuple[str, float, float]]:
    first = height - (LEADING * size + (letters.ascent + letters.descent) * size / 1000) / 2
    return [
        (line, width - width_of(line, size), first - row * LEADING * size) for row, line in enumerate(lines)
    ]


def _embed_image(writer: PdfFileWriter, image: StampImage) -> generic.IndirectObject:
    mask = _samples(image, image.alpha, "/DeviceGray")
    picture = _samples(image, image.rgb, "/DeviceRGB")
    picture[pdf_name("/SMask")] = writer.add_object(mask)
    return writer.add_object(picture)


def _samples(image: StampImage, data: bytes, colours: str) -> generic.StreamObject:
    stream = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Image"),
            pdf_name("/Width"): generic.NumberObject(image.width),
            pdf_name("/Height"): generic.NumberObject(image.height),
            pdf_name("/ColorSpace"): pdf_name(colours),
            pdf_name("/BitsPerComponent"): generic.NumberObject(8),
        },
        stream_data=data,
    )
    stream.compress()
    return stream


def _one_page(
    writer: PdfFileWriter,
    content: str,
    resources: generic.DictionaryObject,
    width: float,
    height: float,
    turn: Matrix,
) -> bytes:
    across, up = (width, height) if turn[0] else (height, width)
    stream = generic.StreamObject(stream_data=f"q {content} Q".encode("ascii"))
    stream.compress()
    box = generic.ArrayObject(generic.FloatObject(f"{side:.3f}") for side in (0, 0, across, up))
    writer.insert_page(PageObject(contents=writer.add_object(stream), media_box=box, resources=resources))
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _cm(matrix: Matrix) -> str:
    return " ".join(f"{value:.4f}" for value in matrix) + " cm"
