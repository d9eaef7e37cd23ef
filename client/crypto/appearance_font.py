"""The letters a stamp's line needs, cut out of the embedded font (Times New Roman's metrics).

Decree 30/2020, Appendix I: Times New Roman, Unicode TCVN 6909:2001. Written as a Type 0 font with
ToUnicode, so that what is read on the page can be searched and copied.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from client.config.paths import resources_dir
from client.errors import SigningRefused

_NAME = pdf_name("/CTHUAA+LiberationSerif")
_ALWAYS = frozenset("0123456789-:+T;/., ")
"""Asked for in every line: the time differs from document to document, the font then does not."""
_DROPPED = ["DSIG", "GPOS", "GSUB", "GDEF", "kern", "FFTM"]
_SYMBOLIC = 4


@dataclass(frozen=True, slots=True)
class Letters:
    """Some letters of the font."""

    program: bytes
    """TrueType."""
    glyphs: dict[str, int]
    widths: dict[str, float]
    """Thousandths of the size."""
    ascent: float
    descent: float
    """Negative."""
    box: tuple[float, float, float, float]

    def encoded(self, text: str) -> bytes:
        """Hexadecimal, two bytes a glyph (Identity-H)."""
        return "".join(f"{self.glyphs[letter]:04x}" for letter in text).encode("ascii")


def width_of(text: str, size: float) -> float:
    """Of a line (NFC), in the unit of ``size``; raises `SigningRefused` (letter-not-in-font)."""
    widths = _face_widths()
    try:
        return sum(widths[letter] for letter in text) * size / 1000
    except KeyError as error:
        raise SigningRefused(reason="letter-not-in-font") from error


@lru_cache(maxsize=1)
def _face_widths() -> dict[str, float]:
    with TTFont(_face_path(), lazy=True) as font:
        scale = 1000 / font["head"].unitsPerEm
        metrics = font["hmtx"]
        return {chr(code): round(metrics[name][0] * scale, 1) for code, name in font.getBestCmap().items()}


def _face_path() -> Path:
    return resources_dir() / "fonts" / "LiberationSerif-Regular.ttf"


def letters_for(text: str) -> Letters:
    """The letters of ``text`` (NFC); raises `SigningRefused` (letter-not-in-font)."""
    return _cut(frozenset(text) | _ALWAYS)


@lru_cache(maxsize=8)
def _cut(wanted: frozenset[str]) -> Letters:
    # Loading it takes longer than all the rest here, and only annexes and copies carry words.
    from fontTools.subset import Options, Subsetter

    options = Options(hinting=False, glyph_names=False, layout_features=[], notdef_outline=True)
    options.drop_tables += _DROPPED
    if wanted - _face_widths().keys():
        raise SigningRefused(reason="letter-not-in-font")
    with TTFont(_face_path(), lazy=True) as font:
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=[ord(letter) for letter in wanted])
        subsetter.subset(font)
        buffer = io.BytesIO()
        font.save(buffer)
    return _described(buffer.getvalue(), wanted)


def _described(program: bytes, wanted: frozenset[str]) -> Letters:
    with TTFont(io.BytesIO(program)) as font:
        scale = 1000 / font["head"].unitsPerEm
        names = font.getBestCmap()
        order = {letter: names[ord(letter)] for letter in sorted(wanted)}
        head = font["head"]
        return Letters(
            program,
            {letter: font.getGlyphID(name) for letter, name in order.items()},
            {letter: round(font["hmtx"][name][0] * scale, 1) for letter, name in order.items()},
            font["hhea"].ascent * scale,
            font["hhea"].descent * scale,
            (head.xMin * scale, head.yMin * scale, head.xMax * scale, head.yMax * scale),
        )


def embed(writer: BasePdfFileWriter, letters: Letters) -> generic.IndirectObject:
    """Write the font into a PDF (ISO 32000-1, 9.7)."""
    program = _stream(letters.program, {"/Length1": generic.NumberObject(len(letters.program))})
    numbers = generic.ArrayObject
    descriptor = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/FontDescriptor"),
            pdf_name("/FontName"): _NAME,
            pdf_name("/Flags"): generic.NumberObject(_SYMBOLIC),
            pdf_name("/FontBBox"): numbers(generic.NumberObject(round(side)) for side in letters.box),
            pdf_name("/ItalicAngle"): generic.NumberObject(0),
            pdf_name("/Ascent"): generic.NumberObject(round(letters.ascent)),
            pdf_name("/Descent"): generic.NumberObject(round(letters.descent)),
            pdf_name("/CapHeight"): generic.NumberObject(round(letters.ascent)),
            pdf_name("/StemV"): generic.NumberObject(80),
            pdf_name("/FontFile2"): writer.add_object(program),
        }
    )
    descendant = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/CIDFontType2"),
            pdf_name("/BaseFont"): _NAME,
            pdf_name("/CIDSystemInfo"): _identity(),
            pdf_name("/FontDescriptor"): writer.add_object(descriptor),
            pdf_name("/CIDToGIDMap"): pdf_name("/Identity"),
            pdf_name("/W"): _widths(letters),
        }
    )
    font = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/Type0"),
            pdf_name("/BaseFont"): _NAME,
            pdf_name("/Encoding"): pdf_name("/Identity-H"),
            pdf_name("/DescendantFonts"): numbers([writer.add_object(descendant)]),
            pdf_name("/ToUnicode"): writer.add_object(_stream(_to_unicode(letters))),
        }
    )
    return writer.add_object(font)


def _stream(data: bytes, entries: dict[str, generic.PdfObject] | None = None) -> generic.StreamObject:
    named = {pdf_name(name): value for name, value in (entries or {}).items()}
    stream = generic.StreamObject(named, stream_data=data)
    stream.compress()
    return stream


def _identity() -> generic.DictionaryObject:
    return generic.DictionaryObject(
        {
            pdf_name("/Registry"): generic.TextStringObject("Adobe"),
            pdf_name("/Ordering"): generic.TextStringObject("Identity"),
            pdf_name("/Supplement"): generic.NumberObject(0),
        }
    )


def _widths(letters: Letters) -> generic.ArrayObject:
    pairs = sorted((glyph, letters.widths[letter]) for letter, glyph in letters.glyphs.items())
    entries: list[generic.PdfObject] = []
    for glyph, width in pairs:
        entries += [generic.NumberObject(glyph), generic.ArrayObject([generic.FloatObject(width)])]
    return generic.ArrayObject(entries)


def _to_unicode(letters: Letters) -> bytes:
    """Glyph to letter, at most 100 a block (Adobe Technical Note 5411)."""
    pairs = sorted((glyph, letter) for letter, glyph in letters.glyphs.items())
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <ffff> endcodespacerange",
    ]
    for start in range(0, len(pairs), 100):
        block = pairs[start : start + 100]
        lines.append(f"{len(block)} beginbfchar")
        lines += [f"<{glyph:04x}> <{letter.encode('utf-16-be').hex()}>" for glyph, letter in block]
        lines.append("endbfchar")
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(lines).encode("ascii")
