"""Small PDFs with Vietnamese text and no font file: the text layer is what matters to the tests."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

PAGE = (595, 842)
"""A4 in points."""


@dataclass(frozen=True)
class Placed:
    """A piece of text with the point its baseline starts at, counted from the lower left."""

    text: str
    x: float = 80
    y: float = 700
    size: float = 13


DECISION = (
    Placed("ỦY BAN NHÂN DÂN", 90, 790, 12),
    Placed("THÀNH PHỐ HỒ CHÍ MINH", 75, 775, 12),
    Placed("SỞ NỘI VỤ", 110, 760, 12),
    Placed("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 290, 790, 12),
    Placed("Độc lập - Tự do - Hạnh phúc", 320, 775, 13),
    Placed("Số: 15/QĐ-SNV", 105, 735, 13),
    Placed("Thành phố Hồ Chí Minh, ngày 07 tháng 10 năm 2026", 270, 735, 13),
    Placed("QUYẾT ĐỊNH", 260, 690, 14),
    Placed("Về việc ban hành Quy chế làm việc", 200, 670, 14),
    Placed("GIÁM ĐỐC SỞ NỘI VỤ", 230, 640, 13),
    Placed("Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020;", 100, 610, 13),
    Placed("Nơi nhận:", 80, 200, 12),
    Placed("- Như Điều 3;", 80, 185, 11),
    Placed("- Lưu: VT, TCHC.", 80, 170, 11),
    Placed("KT. GIÁM ĐỐC", 360, 200, 13),
    Placed("PHÓ GIÁM ĐỐC", 360, 185, 13),
    Placed("Trần Thị Bình", 365, 110, 13),
)
"""The first page of a decision in the layout of Decree 30/2020."""


def make_pdf(*pages: Sequence[Placed], picture: bool = False) -> bytes:
    """A PDF of these pages; with ``picture`` each is covered by one image, as a scanner makes them."""
    objects: list[bytes] = [b"<</Type/Catalog/Pages 2 0 R>>", b"", *_font(pages), _IMAGE]
    kids = []
    for page in pages:
        content = _content(page, picture)
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>/XObject<</I 7 0 R>>>>>>" % (*PAGE, len(objects))
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    return from_objects(objects)


def make_large_pdf(size: int) -> bytes:
    """One page with a picture of ``size`` bytes that no compression makes smaller, as scanners send it."""
    picture = random.Random(0).randbytes(size)  # noqa: S311 - noise, no secret
    head = _IMAGE.partition(b"/Width")[0] + b"/Width %d/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray"
    content = b"q 595 0 0 842 0 0 cm /I Do Q"
    return from_objects(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
            b"/Resources<</XObject<</I 5 0 R>>>>>>",
            b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
            head % size + b"/Length %d>>stream" % size + b"\n" + picture + b"\nendstream",
        ]
    )


_IMAGE = (
    b"<</Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Length 1>>"
    b"stream\n\x7f\nendstream"
)


def _content(page: Sequence[Placed], picture: bool) -> bytes:
    lines = [f"q {PAGE[0]} 0 0 {PAGE[1]} 0 0 cm /I Do Q"] if picture else []
    for item in page:
        code = item.text.encode("utf-16-be").hex()
        lines.append(f"BT /F {item.size} Tf {item.x} {item.y} Td <{code}> Tj ET")
    return "\n".join(lines).encode()


def _font(pages: Sequence[Sequence[Placed]]) -> list[bytes]:
    used = sorted({char for page in pages for item in page for char in item.text})
    mapped = "".join(f"<{ord(char):04x}> <{ord(char):04x}>\n" for char in used)
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(used)} beginbfchar\n{mapped}endbfchar endcmap end end"
    ).encode()
    return [
        b"<</Type/Font/Subtype/Type0/BaseFont/Test/Encoding/Identity-H"
        b"/DescendantFonts[4 0 R]/ToUnicode 6 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Test/DW 500/FontDescriptor 5 0 R"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
        b"<</Type/FontDescriptor/FontName/Test/Flags 4/Ascent 800/Descent -200/CapHeight 700"
        b"/ItalicAngle 0/StemV 80/FontBBox[0 -200 1000 800]>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(cmap), cmap),
    ]


def from_objects(objects: Sequence[bytes]) -> bytes:
    """A file of these objects, numbered from 1; the first is the catalogue."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
