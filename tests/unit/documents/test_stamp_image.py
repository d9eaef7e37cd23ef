"""Pictures of hand signatures and seals: what is refused, what is worth a word."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from client.config.catalogue import LANGUAGES, Catalogue
from client.config.paths import resources_dir
from client.documents.stamp_image import concerns, read_image
from client.errors import ImageUnusable
from client.model.signing import SigningRole
from tests.fakes.sheets import hand_image, png_of, seal_image

STAMPS = sorted((resources_dir() / "demo" / "stamps").glob("*.png"))


def saved(picture: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind)
    return buffer.getvalue()


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that claims to be ``side`` pixels wide and high."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "image-missing"),
        (b"GIF89a....", "image-not-png"),
        (b"%PDF-1.7", "image-not-png"),
        (saved(Image.new("RGB", (30, 30), "blue"), "JPEG"), "image-is-jpeg"),
        (saved(Image.new("CMYK", (30, 30)), "JPEG"), "image-cmyk"),
        (saved(Image.new("CMYK", (30, 30)), "TIFF"), "image-cmyk"),
        (saved(Image.new("RGB", (30, 30)), "BMP"), "image-not-png"),
        (b"\xff\xd8\xff broken", "image-is-jpeg"),
        (bomb(20_000), "image-too-large"),
        (bomb(2_000_000_000), "image-too-large"),
        (b"\x89PNG\r\n\x1a\n", "image-broken"),
        (bomb(300), "image-broken"),
        (hand_image()[:200], "image-broken"),
        (hand_image() + b"\0" * 21_000_000, "image-too-large"),
        (png_of(Image.new("RGBA", (50, 50), (255, 255, 255, 0))), "image-empty"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_a_signature_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(ImageUnusable) as caught:
        read_image(content)
    assert caught.value.params["reason"] == reason
    for language in LANGUAGES:
        said = Catalogue.load(resources_dir(), language).text(
            "error", caught.value.code, **caught.value.params
        )
        assert reason not in said.title


def test_the_margin_around_the_strokes_is_cut_off() -> None:
    picture = Image.new("RGBA", (300, 200), (255, 255, 255, 0))
    picture.paste((20, 40, 180, 255), (100, 50, 180, 90))
    image = read_image(png_of(picture))
    assert (image.width, image.height) == (80, 40)
    assert image.alpha == b"\xff" * (80 * 40)


def test_a_scan_of_many_pixels_is_made_smaller_for_the_file() -> None:
    image = read_image(hand_image(4000, 1600))
    assert (image.width, image.height) == (1200, 480)


@pytest.mark.parametrize("mode", ["P", "LA", "I;16", "1", "L", "RGB"])
def test_every_kind_of_png_can_be_read(mode: str) -> None:
    picture = Image.new("RGBA", (60, 30), (0, 0, 0, 0))
    picture.paste((10, 10, 10, 255), (10, 10, 50, 20))
    converted = Image.new("I;16", (60, 30)) if mode == "I;16" else picture.convert(mode)
    image = read_image(png_of(converted))
    assert len(image.rgb) == 3 * image.width * image.height
    assert len(image.alpha) == image.width * image.height


@pytest.mark.parametrize(
    ("content", "role", "found"),
    [
        (hand_image(), SigningRole.APPROVE, ()),
        (hand_image(colour=(205, 20, 35)), SigningRole.APPROVE, ("image-not-blue",)),
        (hand_image(colour=(20, 150, 40)), SigningRole.APPROVE, ("image-not-blue",)),
        (hand_image(colour=(15, 15, 18)), SigningRole.APPROVE, ("image-without-colour",)),
        (seal_image(), SigningRole.ISSUE, ()),
        (seal_image(colour=(20, 50, 190)), SigningRole.ISSUE, ("image-not-red",)),
        (seal_image(colour=(230, 120, 10)), SigningRole.ISSUE, ("image-not-red",)),
        (seal_image(100), SigningRole.ISSUE, ("image-coarse",)),
        (hand_image(600, 250, (205, 20, 35)), SigningRole.ISSUE, ("seal-not-round",)),
        (png_of(Image.new("RGB", (400, 400), (205, 20, 35))), SigningRole.ISSUE, ("image-opaque",)),
    ],
)
def test_what_the_decree_has_otherwise_is_said_and_not_forbidden(
    content: bytes, role: SigningRole, found: tuple[str, ...]
) -> None:
    assert concerns(content, role) == found
    for language in LANGUAGES:
        catalogue = Catalogue.load(resources_dir(), language)
        assert all(catalogue.text("appearance", code).action for code in found)


def test_every_concern_has_words_and_every_word_a_concern() -> None:
    known = Catalogue.load(resources_dir(), "vi").families()["appearance"]
    source = (resources_dir().parent / "client" / "documents" / "stamp_image.py").read_text("utf-8")
    assert known
    assert all(f'"{code}"' in source for code in known)


@pytest.mark.parametrize("path", STAMPS, ids=lambda path: path.stem)
def test_the_training_citys_pictures_are_as_the_decree_wants_them(path: object) -> None:
    content = path.read_bytes()  # type: ignore[attr-defined] # a Path; pytest wants object here
    role = SigningRole.ISSUE if "con-dau" in str(path) else SigningRole.APPROVE
    assert concerns(content, role) == ()


@settings(max_examples=60)
@given(st.integers(0, 600), st.binary(min_size=1, max_size=12))
def test_a_damaged_png_is_read_or_refused_and_never_crashes(at: int, noise: bytes) -> None:
    whole = seal_image(60)
    try:
        read_image(whole[:at] + noise + whole[at + len(noise) :])
    except ImageUnusable:
        return
