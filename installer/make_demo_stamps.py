"""Draws the training city's hand signatures and seals: people.toml → resources/demo/stamps/*.png.

Run once by hand when somebody is added; the PNGs are committed. Nobody's real signature or seal:
the strokes come from a seed, and every picture says MẪU (specimen).
"""

from __future__ import annotations

import math
import random
import tomllib
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "resources" / "fonts"
DEMO = ROOT / "resources" / "demo"
BLUE, RED = (24, 58, 168), (206, 22, 36)
SEAL = 850  # 36 mm at 600 dpi
HAND = (1000, 440)
FINE = 3  # drawn larger and shrunk, for smooth edges


def coloured(mask: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    """Ink of one colour, as thick as the mask; sixteen shades of edge are enough and pack well."""
    picture = Image.new("RGBA", mask.size, (*colour, 0))
    picture.putalpha(mask.point([level // 17 * 17 for level in range(256)]))
    return picture


def curve(points: list[tuple[float, float]], steps: int = 400) -> list[tuple[float, float]]:
    """Catmull-Rom: a smooth line through all points."""
    found = []
    padded = [points[0], *points, points[-1]]
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for step in range(steps):
            t = step / steps
            found.append(tuple(spline(t, *(point[axis] for point in (a, b, c, d))) for axis in (0, 1)))
    return found  # type: ignore[return-value] # pairs of floats


def spline(t: float, a: float, b: float, c: float, d: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def strokes(name: str) -> list[list[tuple[float, float]]]:
    """A capital, some letters that run away, and a line beneath; 0 to 1 in both directions."""
    dice = random.Random(name)  # noqa: S311 # the same name gives the same strokes; nothing is secret
    capital = [
        (0.16, 0.20),
        (0.10, 0.66),
        (0.06, 0.78),
        (0.17, 0.10),
        (0.25, 0.16),
        (0.20, 0.44),
        (0.13, 0.46),
    ]
    capital = [(x + dice.uniform(-0.02, 0.02), y + dice.uniform(-0.05, 0.05)) for x, y in capital]
    running, x = [(0.16, 0.56)], 0.22
    for _ in range(dice.randint(4, 6)):
        peak = dice.choice((0.18, 0.34, 0.36, 0.40))
        running += [(x, peak + dice.uniform(-0.03, 0.03)), (x + 0.035, 0.60 + dice.uniform(-0.04, 0.05))]
        x += dice.uniform(0.075, 0.10)
    running += [(x + 0.08, 0.30), (x + 0.22, 0.42)]
    longest = max(1.0, (x + 0.22) / 0.97)
    running = [(across / longest, up) for across, up in running]
    end = min(0.97, x + 0.16)
    under = [(end, 0.52), (end - 0.10, 0.66), (0.30, 0.80), (0.12, 0.84), (0.34, 0.72), (end - 0.02, 0.70)]
    return [capital, running, under]


def hand(name: str) -> Image.Image:
    width, height = HAND[0] * FINE, HAND[1] * FINE
    mask = Image.new("L", (width, height), 0)
    pen = ImageDraw.Draw(mask)
    for points in strokes(name):
        line = curve([(x * width, y * height) for x, y in points])
        for place, (x, y) in enumerate(line):
            ahead = line[min(place + 1, len(line) - 1)]
            # Downstrokes press harder.
            press = 3.0 + 3.2 * max(0.0, math.sin(math.atan2(ahead[1] - y, abs(ahead[0] - x) + 1e-6)))
            press *= FINE
            pen.ellipse((x - press, y - press, x + press, y + press), fill=255)
    face = ImageFont.truetype(str(FONTS / "LiberationSerif-Italic.ttf"), 40 * FINE)
    pen.text((0.62 * width, 0.84 * height), "MẪU", font=face, fill=210, anchor="mm")
    return coloured(mask.resize(HAND, Image.Resampling.LANCZOS), BLUE)


def on_arc(mask: Image.Image, text: str, size: int, radius: float, *, above: bool) -> None:
    """Letters along a circle, the middle one at the top or, upright, at the bottom."""
    face = ImageFont.truetype(str(FONTS / "LiberationSerif-Bold.ttf"), size)
    widths = [face.getlength(letter) + 0.06 * size for letter in text]
    at = -sum(widths) / 2
    middle = mask.width / 2
    for letter, width in zip(text, widths, strict=True):
        angle = (at + width / 2) / radius
        at += width
        tile = Image.new("L", (2 * size, 2 * size), 0)
        ImageDraw.Draw(tile).text((size, size), letter, font=face, fill=255, anchor="mm")
        turned = tile.rotate(-math.degrees(angle) if above else math.degrees(angle), Image.Resampling.BICUBIC)
        up = -radius * math.cos(angle) if above else radius * math.cos(angle)
        corner = round(middle + radius * math.sin(angle) - size), round(middle + up - size)
        mask.paste(255, (*corner, corner[0] + 2 * size, corner[1] + 2 * size), turned)


def star(pen: ImageDraw.ImageDraw, middle: float, radius: float) -> None:
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.382
        angle = math.pi * corner / 5
        points.append((middle + reach * math.sin(angle), middle - reach * math.cos(angle)))
    pen.polygon(points, fill=255)


def seal(office: str) -> Image.Image:
    side = SEAL * FINE
    mask = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(mask)
    middle = side / 2
    for radius, line in ((0.497, 0.014), (0.475, 0.006), (0.300, 0.006)):
        box = (middle - radius * side, middle - radius * side, middle + radius * side, middle + radius * side)
        pen.ellipse(box, outline=255, width=round(line * side))
    star(pen, middle, 0.16 * side)
    on_arc(mask, office.upper(), round(0.088 * side), 0.387 * side, above=True)
    on_arc(mask, "• TP. HỒ CHÍ MINH •", round(0.066 * side), 0.387 * side, above=False)
    face = ImageFont.truetype(str(FONTS / "LiberationSerif-Bold.ttf"), round(0.07 * side))
    pen.text((middle, middle + 0.222 * side), "MẪU", font=face, fill=255, anchor="mm")
    return coloured(mask.resize((SEAL, SEAL), Image.Resampling.LANCZOS), RED)


def main() -> None:
    cast = tomllib.loads((DEMO / "people.toml").read_text(encoding="utf-8"))
    target = DEMO / "stamps"
    target.mkdir(exist_ok=True)
    pictures = {f"chu-ky-{one['id']}": hand(one["name"]) for one in cast["mailbox"] if one.get("key")}
    pictures |= {f"con-dau-{symbol}": seal(office["short"]) for symbol, office in cast["offices"].items()}
    for name, picture in sorted(pictures.items()):
        path = target / f"{name}.png"
        picture.save(path, optimize=True)
        print(f"{path.stat().st_size:>7} B  {path.name}")


if __name__ == "__main__":
    main()
