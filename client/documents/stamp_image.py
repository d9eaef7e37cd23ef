"""The picture of a hand signature or a seal, read with care and looked at: is it fit for the page?

Decree 30/2020, Appendix I, part II, 7 and 8: PNG with a transparent background, the hand signature
blue, the seal red and in its true size.
"""

from __future__ import annotations

import colorsys
import io
import math
import struct
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image

from client.errors import ImageUnusable
from client.model.signing import SigningRole

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 25_000_000
"""5000 × 5000: a seal of 36 mm at 1200 dpi has 1700 × 1700."""

_EMBEDDED_PIXELS = 1200
"""Longest side in the file: 600 dpi on 50 mm. A signed copy need not carry the scanner's surplus."""
_SEAL_LOWEST_DPI = 150
_PROBE = 160
"""Pixels a side that the colour is judged by."""
_INK = 64
"""Alpha below is a shadow of the edge."""
_TRACE = 16
"""Alpha below does not count as part of the drawing."""
_COLOURED = 0.25
"""Saturation from which ink has a hue."""
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    MemoryError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
_HEADER = struct.Struct(">16xII")
"""Width and height in the first chunk (ISO/IEC 15948, 11.2.2): read before any decoder sees the file."""


@dataclass(frozen=True, slots=True)
class StampImage:
    """Pixels ready for the file, cut to what is drawn."""

    width: int
    height: int
    rgb: bytes
    alpha: bytes

    @property
    def ratio(self) -> float:
        """Width over height."""
        return self.width / self.height


@lru_cache(maxsize=4)
def read_image(content: bytes) -> StampImage:
    """The image cut to what is drawn; a batch reads it once.

    Raises `ImageUnusable` (``reason``: image-missing, image-not-png, image-is-jpeg, image-cmyk,
    image-too-large, image-broken, image-empty).
    """
    image = _decoded(content)
    box = image.getchannel("A").point([0] * _TRACE + [255] * (256 - _TRACE)).getbbox()
    if box is None:
        raise ImageUnusable(reason="image-empty")
    image = image.crop(box)
    if max(image.size) > _EMBEDDED_PIXELS:
        image.thumbnail((_EMBEDDED_PIXELS, _EMBEDDED_PIXELS), Image.Resampling.LANCZOS)
    return StampImage(
        image.width, image.height, image.convert("RGB").tobytes(), image.getchannel("A").tobytes()
    )


def concerns(content: bytes, role: SigningRole, diameter_mm: float = 36.0) -> tuple[str, ...]:
    """Codes of what is not as the Decree has it although the image can be used; raises `ImageUnusable`.

    image-opaque, image-not-blue, image-not-red, image-without-colour, image-coarse, seal-not-round.
    """
    image = read_image(content)
    found = []
    if min(image.alpha) == 255:
        found.append("image-opaque")
    hue = _hue(image)
    if hue is None:
        found.append("image-without-colour")
    elif role is SigningRole.APPROVE and not 200 <= hue <= 250:
        found.append("image-not-blue")
    elif role is SigningRole.ISSUE and 20 < hue < 340:
        found.append("image-not-red")
    if role is SigningRole.ISSUE:
        if min(image.width, image.height) < diameter_mm / 25.4 * _SEAL_LOWEST_DPI:
            found.append("image-coarse")
        if not 0.9 < image.ratio < 1.1:
            found.append("seal-not-round")
    return tuple(found)


def _decoded(content: bytes) -> Image.Image:
    if not content:
        raise ImageUnusable(reason="image-missing")
    if len(content) > MOST_BYTES:
        raise ImageUnusable(reason="image-too-large")
    if not content.startswith(_PNG):
        raise ImageUnusable(reason=_why_not_png(content))
    if len(content) >= _HEADER.size and math.prod(_HEADER.unpack_from(content)) > MOST_PIXELS:
        raise ImageUnusable(reason="image-too-large")
    try:
        # The decoder that belongs to the name: a stranger's file chooses none of the many others.
        with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
            return image.convert("RGBA")
    except _BROKEN as error:
        raise ImageUnusable(reason="image-broken") from error


def _why_not_png(content: bytes) -> str:
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "TIFF")) as image:
            if image.mode == "CMYK":
                return "image-cmyk"
    except _BROKEN:
        pass
    return "image-is-jpeg" if content.startswith(_JPEG) else "image-not-png"


def _hue(image: StampImage) -> float | None:
    """Degrees on the colour circle, weighted by saturation; None where hardly any ink has a colour."""
    small = Image.merge(
        "RGBA",
        (
            *Image.frombytes("RGB", (image.width, image.height), image.rgb).split(),
            Image.frombytes("L", (image.width, image.height), image.alpha),
        ),
    )
    small.thumbnail((_PROBE, _PROBE), Image.Resampling.NEAREST)
    pixels = small.tobytes()
    across = up = 0.0
    ink = coloured = 0
    for red, green, blue, alpha in zip(*(pixels[at::4] for at in range(4)), strict=True):
        hue, saturation, _ = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
        paper = min(red, green, blue) > 235
        if alpha < _INK or paper:
            continue
        ink += 1
        if saturation >= _COLOURED:
            coloured += 1
            across += saturation * math.cos(2 * math.pi * hue)
            up += saturation * math.sin(2 * math.pi * hue)
    if coloured == 0 or coloured < ink / 2:
        return None
    return math.degrees(math.atan2(up, across)) % 360
