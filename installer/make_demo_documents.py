"""Draws the training city's documents: resources/demo/documents.toml → resources/demo/documents/*.pdf.

Run once by hand when a text changes (``pip install reportlab fonttools``, then
``python installer/make_demo_documents.py``); the PDFs are committed.
Measures follow Appendix I of Decree 30/2020/NĐ-CP: A4, margins 20/20/30/15 mm, sizes as given below.
"""

from __future__ import annotations

import re
import tempfile
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from fontTools import subset
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "resources" / "fonts"
DEMO = ROOT / "resources" / "demo"
FACES = {"": "Regular", "-Bold": "Bold", "-Italic": "Italic", "-BoldItalic": "BoldItalic"}
WIDTH = A4[0] - 45 * mm
LEFT, RIGHT = 65 * mm, WIDTH - 65 * mm
PARENT = "ỦY BAN NHÂN DÂN<br/>THÀNH PHỐ HỒ CHÍ MINH"


class Rule(Flowable):
    """A thin centred line under a title."""

    def __init__(self, length: float) -> None:
        super().__init__()
        self.length = length
        self.width, self.height = 0.0, 3.0

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        self.width = available_width
        return available_width, self.height

    def draw(self) -> None:
        self.canv.setLineWidth(0.6)
        start = (self.width - self.length) / 2
        self.canv.line(start, 1, start + self.length, 1)


class Stamp(Flowable):
    """A red box with the degree of urgency (HỎA TỐC is 30×8 mm)."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        self.width = available_width
        return available_width, 10 * mm

    def draw(self) -> None:
        self.canv.setStrokeColorRGB(0.78, 0.05, 0.08)
        self.canv.setFillColorRGB(0.78, 0.05, 0.08)
        start = (self.width - 30 * mm) / 2
        self.canv.rect(start, 1 * mm, 30 * mm, 8 * mm)
        self.canv.setFont("Serif-Bold", 13)
        self.canv.drawCentredString(self.width / 2, 3.4 * mm, self.text)


def style(size: float, face: str = "", **more: Any) -> ParagraphStyle:
    return ParagraphStyle(
        f"s{size}{face}", fontName=f"Serif{face}", fontSize=size, leading=size * 1.22, **more
    )


CENTRE = {"alignment": TA_CENTER}
BODY = style(14, alignment=TA_JUSTIFY, firstLineIndent=10 * mm, spaceBefore=6)
GROUND = style(14, "-Italic", alignment=TA_JUSTIFY, firstLineIndent=10 * mm, spaceBefore=3)


def header(document: dict[str, Any]) -> list[Flowable]:
    parent = document.get("parent", PARENT)
    office = "THÀNH PHỐ HỒ CHÍ MINH" if not parent else ""
    left: list[Flowable] = []
    if parent:
        left.append(Paragraph(parent, style(12, **CENTRE)))
    left.append(Paragraph(document["office"], style(12.5, "-Bold", **CENTRE)))
    if office:
        left.append(Paragraph(office, style(12.5, "-Bold", **CENTRE)))
    left.append(Rule(24 * mm))
    right: list[Flowable] = [
        Paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", style(12, "-Bold", **CENTRE)),
        Paragraph("Độc lập - Tự do - Hạnh phúc", style(13.5, "-Bold", **CENTRE)),
        Rule(pdfmetrics.stringWidth("Độc lập - Tự do - Hạnh phúc", "Serif-Bold", 13.5)),
    ]
    rows = [[left, right], [number(document), place_and_date(document)]]
    table = Table(rows, colWidths=[LEFT, RIGHT], spaceAfter=8)
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    table.setStyle([("RIGHTPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 2)])
    return [table]


def number(document: dict[str, Any]) -> list[Flowable]:
    cell: list[Flowable] = []
    if "number" in document:
        cell.append(Paragraph(f"Số: {document['number']}", style(13, **CENTRE)))
    if "type" not in document:
        cell += [Spacer(0, 6), Paragraph(document["abstract"], style(12.5, **CENTRE))]
    if "urgency" in document:
        cell += [Spacer(0, 4), Stamp(document["urgency"])]
    return cell or [Spacer(0, 1)]


def place_and_date(document: dict[str, Any]) -> list[Flowable]:
    day = document.get("date")
    if isinstance(day, date):
        # Day below 10 and months 1 and 2 take a zero (Appendix I, II.4b).
        month = f"{day.month:02}" if day.month < 3 else str(day.month)
        when = f"ngày {day.day:02} tháng {month} năm {day.year}"
    elif document.get("draft"):
        when = "ngày … tháng … năm 2026"
    else:
        when = "ngày 20 tháng 11 năm 2026"
    return [Paragraph(f"Thành phố Hồ Chí Minh, {when}", style(13, "-Italic", **CENTRE))]


def title(document: dict[str, Any]) -> list[Flowable]:
    if "type" not in document:
        return []
    parts: list[Flowable] = [
        Paragraph(document["type"], style(14, "-Bold", **CENTRE)),
        Paragraph(document["abstract"], style(14, "-Bold", **CENTRE)),
        Spacer(0, 4),
        Rule(30 * mm),
        Spacer(0, 6),
    ]
    return parts


def addressee(document: dict[str, Any]) -> list[Flowable]:
    to = document.get("addressee", [])
    if len(to) == 1:
        return [Paragraph(f"Kính gửi: {to[0]}", style(14, spaceBefore=4, spaceAfter=6, **CENTRE))]
    if not to:
        return []
    items = "<br/>".join(f"- {one}" for one in to)
    table = Table(
        [[Paragraph("Kính gửi:", style(14)), Paragraph(items, style(14))]], colWidths=[24 * mm, 105 * mm]
    )
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 0)])
    return [Spacer(0, 4), table, Spacer(0, 4)]


def body(document: dict[str, Any]) -> list[Flowable]:
    parts: list[Flowable] = []
    if "head" in document:
        parts.append(Paragraph(document["head"], style(14, "-Bold", spaceAfter=4, **CENTRE)))
    grounds = document.get("grounds", "").strip()
    parts += [Paragraph(line, GROUND) for line in grounds.splitlines()]
    if "resolution" in document:
        parts.append(
            Paragraph(document["resolution"], style(14, "-Bold", spaceBefore=8, spaceAfter=2, **CENTRE))
        )
    for paragraph in document["text"].strip().split("\n\n"):
        marked = re.sub(r"\*\*(.+?)\*\*", r'<font name="Serif-Bold">\1</font>', paragraph)
        parts.append(Paragraph(marked, BODY))
    return parts


def closing(document: dict[str, Any]) -> list[Flowable]:
    if "signer" not in document:
        return []
    items = "<br/>".join(f"- {one}" for one in document["recipients"])
    left: list[Flowable] = [Paragraph("Nơi nhận:", style(12, "-BoldItalic")), Paragraph(items, style(11))]
    right: list[Flowable] = [Paragraph(line, style(14, "-Bold", **CENTRE)) for line in document["authority"]]
    right += [Spacer(0, 28 * mm), Paragraph(document["signer"], style(14, "-Bold", **CENTRE))]
    table = Table([[left, right]], colWidths=[80 * mm, WIDTH - 80 * mm])
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    return [Spacer(0, 12), table]


def page_number(canvas: Canvas, template: BaseDocTemplate) -> None:
    if canvas.getPageNumber() > 1:
        canvas.setFont("Serif", 13)
        canvas.drawCentredString(A4[0] / 2 + 7.5 * mm, A4[1] - 13 * mm, str(canvas.getPageNumber()))


def draw(document: dict[str, Any], target: Path) -> None:
    template = BaseDocTemplate(
        str(target),
        pagesize=A4,
        title=document["abstract"],
        author="Công Thư DEMO",
        # The same text gives the same bytes: a run that changes nothing leaves nothing to commit.
        invariant=1,
        lang="vi",
    )
    frame = Frame(
        30 * mm, 20 * mm, WIDTH, A4[1] - 40 * mm, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0
    )
    template.addPageTemplates([PageTemplate(frames=[frame], onPage=page_number)])
    paragraphs = body(document)
    # A signature never stands alone on a page: the last paragraph goes with it.
    end = KeepTogether([paragraphs.pop(), *closing(document)])
    template.build([*header(document), *title(document), *addressee(document), *paragraphs, end])


def unhinted(face: str, folder: Path) -> Path:
    """The face without hinting programs, which are most of an embedded subset of it."""
    path = folder / f"{face}.ttf"
    options = subset.Options(hinting=False, glyph_names=False, layout_features=[], notdef_outline=True)
    options.drop_tables += ["DSIG", "GPOS", "GSUB", "GDEF", "kern"]
    font = subset.load_font(str(FONTS / f"LiberationSerif-{face}.ttf"), options)
    letters = [*range(0x20, 0x250), *range(0x1EA0, 0x1EFA), *range(0x2010, 0x2040)]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    subset.save_font(font, str(path), options)
    return path


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for suffix, face in FACES.items():
            pdfmetrics.registerFont(TTFont(f"Serif{suffix}", str(unhinted(face, Path(folder)))))
    target = DEMO / "documents"
    target.mkdir(parents=True, exist_ok=True)
    data = tomllib.loads((DEMO / "documents.toml").read_text(encoding="utf-8"))
    for document in data["document"]:
        path = target / document["file"]
        draw(document, path)
        print(f"{path.stat().st_size:>7} B  {path.name}")


if __name__ == "__main__":
    main()
