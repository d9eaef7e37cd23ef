"""The written report on a verification as a PDF; without a window, so that the command line has it too."""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

from client.config.catalogue import Catalogue
from client.config.paths import resources_dir
from client.model.verdict import VerificationReport
from client.services.report_content import ReportContent, ReportFacts, Row, Section, report_content
from client.services.verification_report import INK

_REGULAR, _BOLD = "CongThuSerif", "CongThuSerif-Bold"
_FACES = {_REGULAR: "LiberationSerif-Regular.ttf", _BOLD: "LiberationSerif-Bold.ttf"}
"""Times New Roman's metrics, with every Vietnamese letter; embedded, so that a reader needs no font."""
_GREY, _LINE = HexColor("#444444"), HexColor("#bbbbbb")
_WIDTH = A4[0] - 36 * mm
_NAMES = 48 * mm
_COLUMNS = (44 * mm, 48 * mm, 46 * mm, _WIDTH - 138 * mm)


def as_pdf(report: VerificationReport, facts: ReportFacts, catalogue: Catalogue) -> bytes:
    """The report as a PDF; the same judgement and facts give the same bytes."""
    content = report_content(report, facts, catalogue)
    for name, file in _FACES.items():
        registerFont(TTFont(name, str(resources_dir() / "fonts" / file)))
    output = io.BytesIO()
    document = SimpleDocTemplate(
        output,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        title=content.title,
        author=facts.software,
        lang=content.language,
        invariant=1,
    )
    foot = partial(_foot, f"{content.title} · SHA-256 {facts.sha256}")
    document.build([*_first_page(content), *_details(content)], onFirstPage=foot, onLaterPages=foot)
    return output.getvalue()


def _first_page(content: ReportContent) -> Iterable[Flowable]:
    title = ParagraphStyle("title", _style(15, bold=True), alignment=TA_CENTER, spaceAfter=4 * mm)
    yield Paragraph(escape(content.title.upper()), title)
    yield _pairs(content.file)
    ink = HexColor(INK[content.display])
    said = [[_text(content.word, _style(18, ink, bold=True))]]
    said += [[_text(line, _style(12, ink))] for line in content.advice]
    yield Spacer(1, 5 * mm)
    yield Table(said, colWidths=[_WIDTH], style=[("BOX", (0, 0), (-1, -1), 1.5, ink), *_padding(5)])
    yield Spacer(1, 4 * mm)
    if content.sender:
        yield _text(content.sender, _style(12))
    if content.signatures:
        yield _heading(content.signatures_heading)
        yield _signatures(content)
    if content.more:
        yield _text(content.more, _style(11))
    yield Spacer(1, 5 * mm)
    yield from (_text(line, _style(9.5, _GREY)) for line in content.footer)


def _signatures(content: ReportContent) -> Table:
    rows = [[_text(name, _style(10.5, bold=True)) for name in content.columns]]
    for line in content.signatures:
        state = _text(line.state, _style(10.5, HexColor(INK[line.display]), bold=True))
        rows.append([_text(text, _style(10.5)) for text in (line.where, line.signer, line.time)] + [state])
    look = [("BACKGROUND", (0, 0), (-1, 0), HexColor("#f2f2f2")), *_grid()]
    return Table(rows, colWidths=_COLUMNS, repeatRows=1, style=look)


def _details(content: ReportContent) -> Iterable[Flowable]:
    if not content.sections:
        return
    yield PageBreak()
    yield _heading(content.details_heading, 14)
    for section in content.sections:
        yield from _section(section)


def _section(section: Section) -> Iterable[Flowable]:
    """The heading stays with the first rows; a long table goes on over the page."""
    yield KeepTogether([_heading(section.heading), _pairs(section.rows[:4])])
    if section.rows[4:]:
        yield _pairs(section.rows[4:])


def _pairs(rows: Iterable[Row]) -> Table:
    cells = [[_text(name, _style(10.5, _GREY)), _text(value, _style(10.5))] for name, value in rows]
    return Table(cells, colWidths=(_NAMES, _WIDTH - _NAMES), style=_grid())


def _grid() -> list[tuple[Any, ...]]:
    return [("GRID", (0, 0), (-1, -1), 0.5, _LINE), ("VALIGN", (0, 0), (-1, -1), "TOP"), *_padding(2.5)]


def _padding(points: float) -> list[tuple[Any, ...]]:
    return [(f"{side}PADDING", (0, 0), (-1, -1), points) for side in ("TOP", "BOTTOM")]


def _heading(text: str, size: float = 12) -> Paragraph:
    return Paragraph(
        escape(text),
        ParagraphStyle("heading", _style(size, bold=True), spaceBefore=5 * mm, spaceAfter=2 * mm),
    )


def _text(text: str, style: ParagraphStyle) -> Paragraph:
    """Escaped: the library's own markup is for nobody's name."""
    return Paragraph(escape(text), style)


def _style(size: float, ink: Color | None = None, *, bold: bool = False) -> ParagraphStyle:
    return ParagraphStyle(
        "text",
        fontName=_BOLD if bold else _REGULAR,
        fontSize=size,
        leading=size * 1.25,
        textColor=ink or HexColor("#111111"),
        splitLongWords=1,
        wordWrap=None,
    )


def _foot(line: str, canvas: Any, document: Any) -> None:
    canvas.saveState()
    canvas.setFont(_REGULAR, 8)
    canvas.setFillColor(_GREY)
    canvas.drawString(18 * mm, 10 * mm, line)
    canvas.drawRightString(A4[0] - 18 * mm, 10 * mm, str(document.page))
    canvas.restoreState()
