"""Pictures of strangers' letters: what is drawn, what is not, and that neither takes long."""

from __future__ import annotations

import io
import struct
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from client.documents.letter_picture import HIGHEST, MOST_BYTES, MOST_SHOWN, WIDEST, draw_picture

RED = (200, 30, 30)


def saved(image: Image.Image, kind: str, **more: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **more)
    return buffer.getvalue()


def plain(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    return Image.new("RGB", (width, height), RED).convert(mode)


def opened(content: bytes) -> Image.Image:
    drawn = draw_picture(content)
    assert drawn is not None
    image = Image.open(io.BytesIO(drawn.data), formats=("PNG", "JPEG"))
    assert image.size == (drawn.width, drawn.height)
    return image


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *more: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IEND", b"")


def webp(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + size
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
def test_what_letters_show_is_drawn(kind: str) -> None:
    image = opened(saved(plain(), kind))
    assert image.size == (60, 40)
    pixel = image.convert("RGB").getpixel((30, 20))
    assert isinstance(pixel, tuple)
    assert all(abs(one - wanted) < 12 for one, wanted in zip(pixel, RED, strict=True))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xd7\xcd\xc6\x9a" + bytes(60),
        b"\x01\x00\x00\x00" + bytes(36) + b" EMF" + bytes(60),
        saved(plain(), "TIFF"),
        saved(plain(), "ICO"),
        saved(plain(), "PDF"),
        saved(plain(400, 400), "PNG")[:200],
        saved(plain(400, 400), "JPEG")[:300],
        bytes(MOST_BYTES + 1),
        b"RIFF\x04\x00\x00\x00WEBP",
    ],
    ids=lambda content: content[:6].hex(),
)
def test_what_cannot_be_drawn_is_said_so(content: bytes) -> None:
    assert draw_picture(content) is None


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("CMYK", "JPEG"),
        ("L", "JPEG"),
        ("1", "PNG"),
        ("LA", "PNG"),
        ("P", "PNG"),
        ("I;16", "PNG"),
    ],
)
def test_every_kind_of_pixel_becomes_red_green_and_blue(mode: str, kind: str) -> None:
    image = Image.new(mode, (20, 10)) if mode == "I;16" else plain(20, 10, mode)
    assert opened(saved(image, kind)).mode in ("RGB", "RGBA")


def test_the_clear_part_of_a_picture_stays_clear() -> None:
    for content in (
        saved(Image.new("RGBA", (9, 9), (1, 2, 3, 0)), "PNG"),
        saved(Image.new("P", (9, 9)), "GIF", transparency=0),
    ):
        assert opened(content).getpixel((4, 4))[3] == 0  # type: ignore[index] # red, green, blue, clear


@pytest.mark.parametrize("orientation", range(10))
def test_a_photograph_is_turned_the_right_way_up(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = opened(saved(plain(), "JPEG", exif=exif))
    assert image.size == ((40, 60) if 5 <= orientation <= 8 else (60, 40))


def test_nothing_but_pixels_goes_along() -> None:
    exif = Image.Exif()
    exif[0x010E] = "hoangsaomai"
    drawn = draw_picture(saved(plain(), "JPEG", exif=exif, comment=b"hoangsaomai"))
    assert drawn is not None
    assert b"hoangsaomai" not in drawn.data
    assert b"Exif" not in drawn.data


def test_of_a_moving_picture_the_first_is_drawn() -> None:
    others = [Image.new("RGB", (60, 40), "blue") for _ in range(20)]
    image = opened(saved(plain(), "GIF", save_all=True, append_images=others))
    assert image.convert("RGB").getpixel((5, 5)) == pytest.approx(RED, abs=12)
    assert getattr(image, "n_frames", 1) == 1


@pytest.mark.parametrize("size", [(4000, 500), (500, 9000), (3000, 3000), (1080, 9000)])
def test_a_large_picture_is_made_as_large_as_a_reader_is(size: tuple[int, int]) -> None:
    drawn = draw_picture(saved(Image.new("L", size), "PNG"))
    assert drawn is not None
    assert drawn.width <= WIDEST
    assert drawn.height <= HIGHEST
    assert drawn.width * drawn.height <= MOST_SHOWN * 1.01
    assert drawn.width / drawn.height == pytest.approx(size[0] / size[1], rel=0.02)


def _many_scans() -> bytes:
    base = saved(Image.new("RGB", (2000, 2000)), "JPEG", progressive=True)
    scan = base[base.rindex(b"\xff\xda") : -2]
    return base[:-2] + scan * 2000 + b"\xff\xd9"


@pytest.mark.parametrize(
    "content",
    [
        png(60_000, 60_000, chunk(b"IDAT", zlib.compress(bytes(9_000_000)))),
        png(2**31 - 1, 2**31 - 1),
        png(9, 9, *[chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(40_000_000)))] * 9),
        webp(16_383, 16_383),
        webp(2**24, 2**24),
        _many_scans(),
        saved(plain(), "GIF").replace(struct.pack("<HH", 60, 40), struct.pack("<HH", 65_535, 65_535)),
        saved(plain(), "BMP").replace(struct.pack("<ii", 60, 40), struct.pack("<ii", 40_000, 40_000)),
    ],
    ids=["pixels", "most-pixels", "words", "webp", "webp-largest", "scans", "gif", "bmp"],
)
def test_a_bomb_is_not_drawn_and_takes_no_time(content: bytes) -> None:
    began = time.monotonic()
    assert draw_picture(content) is None
    assert time.monotonic() - began < 2


@given(st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "WEBP"]), st.integers(0, 2**16), st.binary(max_size=12))
def test_no_damage_makes_it_fail(kind: str, place: int, junk: bytes) -> None:
    content = saved(plain(), kind)
    at = place % len(content)
    draw_picture(content[:at] + junk + content[at + len(junk) :])
    draw_picture(content[:at])
