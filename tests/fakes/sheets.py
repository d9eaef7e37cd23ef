"""Pages with real letters, turned and cropped every way a page can be, and what is seen of them."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from client.config.paths import resources_dir
from client.documents.page_image import render_page

Colour = Callable[[Image.Image], Image.Image]
"""White where the colour is."""
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Words:
    """A line; ``x`` is its middle, or its start where ``start`` says so."""

    text: str
    x: float
    y: float
    size: float = 13
    bold: bool = False
    start: bool = False


@dataclass(frozen=True)
class Sheet:
    """How a page lies in its file."""

    width: float = 595
    height: float = 842
    turned: int = 0
    corner: tuple[float, float] = (0, 0)
    """Lower left of the CropBox; a larger MediaBox lies around it."""
    encrypt: str = ""

    def __str__(self) -> str:
        kind = "portrait" if self.height > self.width else "landscape"
        return f"{kind}-{self.turned}{'-cropped' if any(self.corner) else ''}"

    def pdf(self, *pages: Sequence[Words]) -> bytes:
        """A PDF that shows these pages upright."""
        across, up = (self.height, self.width) if self.turned % 180 else (self.width, self.height)
        x0, y0 = self.corner
        bleed = 25 if any(self.corner) else 0
        media = (x0 + across + bleed, y0 + up + bleed)
        buffer = io.BytesIO()
        canvas = Canvas(
            buffer,
            # The library swaps the sides of a page that is turned by a quarter.
            pagesize=media[::-1] if self.turned % 180 else media,
            cropBox=(x0, y0, x0 + across, y0 + up) if any(self.corner) else None,
            encrypt=self.encrypt or None,
            invariant=1,
        )
        for page in pages:
            canvas.setPageRotation(self.turned)
            x1, y1 = x0 + across, y0 + up
            matrices = {
                0: (1, 0, 0, 1, x0, y0),
                90: (0, 1, -1, 0, x1, y0),
                180: (-1, 0, 0, -1, x1, y1),
                270: (0, -1, 1, 0, x0, y1),
            }
            canvas.transform(*matrices[self.turned])
            self.write(canvas, page)
            canvas.showPage()
        canvas.save()
        return buffer.getvalue()

    @staticmethod
    def write(canvas: Canvas, page: Sequence[Words]) -> None:
        """Lines as they are to be seen."""
        for words in page:
            canvas.setFont(_face(words.bold), words.size)
            place = canvas.drawString if words.start else canvas.drawCentredString
            place(words.x, words.y, words.text)


def _face(bold: bool) -> str:
    name = f"Liberation-{'Bold' if bold else 'Regular'}"
    if name not in pdfmetrics.getRegisteredFontNames():
        path = resources_dir() / "fonts" / f"LiberationSerif-{'Bold' if bold else 'Regular'}.ttf"
        pdfmetrics.registerFont(TTFont(name, str(path)))
    return name


def seen_by_pdfium(pdf: bytes, page: int = 1) -> Image.Image:
    """The page as the product shows it, a pixel a point."""
    return Image.open(io.BytesIO(render_page(pdf, page, 72).png)).convert("RGB")


def seen_by_poppler(pdf: bytes, folder: Path, page: int = 1) -> Image.Image:
    """The page as a reader shows it that shares no code with the product."""
    source = folder / "seen.pdf"
    source.write_bytes(pdf)
    command = ["pdftoppm", "-cropbox", "-r", "72", "-f", str(page), "-l", str(page), "-png", "-singlefile"]
    subprocess.run([*command, str(source), str(folder / "seen")], check=True, capture_output=True)
    return Image.open(folder / "seen.png").convert("RGB")


def is_blue(image: Image.Image) -> Image.Image:
    red, green, blue = image.split()
    return ImageChops.multiply(_above(blue, red), _above(blue, green))


def is_red(image: Image.Image) -> Image.Image:
    red, green, blue = image.split()
    return ImageChops.multiply(_above(red, green), _above(red, blue))


def is_black(image: Image.Image) -> Image.Image:
    red, green, blue = image.split()
    lightest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return lightest.point([255] * 110 + [0] * 146)


def _above(one: Image.Image, other: Image.Image) -> Image.Image:
    return ImageChops.subtract(one, other).point([0] * 60 + [255] * 196)


def found(image: Image.Image, colour: Colour, within: Box | None = None) -> Box | None:
    """Left, top, right, bottom of all pixels of a colour; pixels from the upper left."""
    left, top, right, bottom = within or (0, 0, image.width, image.height)
    box = colour(image.crop((left, top, right, bottom))).getbbox()
    return None if box is None else (box[0] + left, box[1] + top, box[2] + left, box[3] + top)


def hand_image(width: int = 400, height: int = 160, colour: tuple[int, int, int] = (20, 50, 190)) -> bytes:
    """A hand signature whose upper left corner is a block: upside down, it is elsewhere."""
    picture = Image.new("RGBA", (width, height), (255, 255, 255, 0))
    picture.paste((*colour, 255), (0, 0, width // 4, height // 3))
    picture.paste((*colour, 255), (0, height - 8, width, height))
    picture.paste((*colour, 255), (width - 8, 0, width, height))
    return png_of(picture)


def seal_image(side: int = 300, colour: tuple[int, int, int] = (205, 20, 35)) -> bytes:
    """A ring."""
    picture = Image.new("RGBA", (side, side), (255, 255, 255, 0))
    ImageDraw.Draw(picture).ellipse((0, 0, side - 1, side - 1), outline=(*colour, 255), width=side // 20)
    return png_of(picture)


def png_of(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
