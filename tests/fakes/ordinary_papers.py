"""Papers as offices really lay them out: the same form of Decree 30/2020, written in many hands."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.fakes.office import zipped
from tests.fakes.sheets import Sheet, Words

_LEFT, _RIGHT, _EDGE = 165.0, 415.0, 85.0
_TOP, _STEP = 790.0, 17.0
_HEADINGS = {
    "QĐ": "QUYẾT ĐỊNH", "TB": "THÔNG BÁO", "KH": "KẾ HOẠCH", "BC": "BÁO CÁO", "TTr": "TỜ TRÌNH",
    "GM": "GIẤY MỜI", "CV": "",
}  # fmt: skip
BODY = (
    "Thực hiện Chương trình công tác năm 2026 của Ủy ban nhân dân Thành phố về cải cách hành chính;",
    "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;",
    "Các phòng, đơn vị thuộc Sở có trách nhiệm thực hiện, báo cáo kết quả về Văn phòng Sở trước ngày 30.",
    "Kinh phí thực hiện: 45.000.000 đồng (bốn mươi lăm triệu đồng), từ nguồn chi thường xuyên.",
    "Bảo đảm bảo mật thông tin, không để lộ, lọt dữ liệu cá nhân của người dân.",
    "Trong quá trình thực hiện, nếu có khó khăn, vướng mắc, đề nghị phản ánh để kịp thời tháo gỡ./.",
)


@dataclass(frozen=True)
class Paper:
    """What one document says."""

    kind: str
    number: str
    day: date
    abstract: str
    to: tuple[str, ...]
    distribution: tuple[str, ...]
    signatory: tuple[str, ...]
    office: str = "SỞ NỘI VỤ"
    draft: bool = False
    annexes: int = 0

    @property
    def name(self) -> str:
        """A file's name without its ending, as most offices give it."""
        return self.number.replace("/", "_") if self.number else "du-thao"


def pdf_of(paper: Paper, draw: random.Random, scan: bool = False) -> bytes:
    """As Word prints it: two columns at the top and at the foot; or as the copier sends it."""
    pages = [_first_page(paper, draw)]
    for number in range(1, paper.annexes + 1):
        roman = ("I", "II", "III", "IV")[number - 1]
        pages.append(
            [
                Words(f"Phụ lục {roman}", 300, _TOP, 14, bold=True),
                Words("DANH SÁCH CÁC ĐƠN VỊ", 300, _TOP - 18, 13, bold=True),
            ]
            + [
                Words(f"{row}. Đơn vị số {row}: {row * 3} hồ sơ", _EDGE, _TOP - 40 - 17 * row, start=True)
                for row in range(1, 20)
            ]
        )
    return _scanned() if scan else Sheet().pdf(*pages)


def docx_of(paper: Paper, draw: random.Random) -> bytes:
    """As it is typed: heads and feet are tables without lines."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin = page.bottom_margin = Mm(20)
    page.left_margin, page.right_margin = Mm(30), Mm(15)
    document.styles["Normal"].font.name, document.styles["Normal"].font.size = "Times New Roman", Pt(14)
    document.core_properties.author = "Nguyễn Thị Lan"
    if paper.draft:
        document.add_paragraph(draw.choice(("DỰ THẢO", "DỰ THẢO LẦN 2", "Dự thảo")))
    head = document.add_table(rows=2, cols=2)
    left, right = _head(paper, draw)
    head.cell(0, 0).text, head.cell(0, 1).text = "\n".join(left[:-1]), "\n".join(right[:-1])
    head.cell(1, 0).text, head.cell(1, 1).text = left[-1], right[-1]
    for line in _middle(paper):
        made = document.add_paragraph(line)
        if line.isupper() or line == paper.abstract:
            made.alignment = WD_ALIGN_PARAGRAPH.CENTER
            made.runs[0].bold = True
    foot = document.add_table(rows=1, cols=2)
    foot.cell(0, 0).text = "\n".join(["Nơi nhận:", *_entries(paper, draw)])
    foot.cell(0, 1).text = "\n".join([*paper.signatory[:-1], "", "", paper.signatory[-1]])
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def xlsx_of(rows: list[list[str]]) -> bytes:
    """A plain workbook with one sheet."""
    spread = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(one)}</t></is></c>' for one in row) + "</row>"
        for row in rows
    )
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{main}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{main}.worksheet+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1"'
            f' Type="{related}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{spread}" xmlns:r="{related}"><sheets>'
            '<sheet name="Số liệu" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship'
            f' Id="rId1" Type="{related}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{spread}"><sheetData>{cells}</sheetData>'
            "</worksheet>",
        }
    )


def _head(paper: Paper, draw: random.Random) -> tuple[list[str], list[str]]:
    title = draw.choice(("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"))
    motto = draw.choice(("Độc lập - Tự do - Hạnh phúc", "Độc lập – Tự do – Hạnh phúc"))
    above = draw.choice(
        (["ỦY BAN NHÂN DÂN", "THÀNH PHỐ HỒ CHÍ MINH"], ["UỶ BAN NHÂN DÂN", "THÀNH PHỐ HỒ CHÍ MINH"])
    )
    above = above if paper.office.startswith("SỞ") else []
    number = paper.number.replace("Đ", draw.choice(("Đ", "Ð")))
    if not number:
        written = f"Số:        /{paper.kind + '-' if paper.kind != 'CV' else ''}SNV"
    else:
        written = f"Số: {draw.choice((number, number.replace('/', ' /'), number.replace('/', '/ ')))}"
    left = [*above, paper.office, written]
    if paper.kind == "CV":
        left[-1] += f"\nV/v {paper.abstract.removeprefix('Về việc ')}"
    place = draw.choice(("Thành phố Hồ Chí Minh", "TP. Hồ Chí Minh"))
    day = f"ngày {paper.day.day:02} tháng {paper.day.month} năm {paper.day.year}"
    if paper.draft:
        day = f"ngày      tháng {paper.day.month} năm {paper.day.year}"
    return left, [title, motto, f"{place}, {day}"]


def _middle(paper: Paper) -> list[str]:
    heading = _HEADINGS[paper.kind]
    lines = [heading, paper.abstract] if heading else []
    if len(paper.to) == 1:
        lines.append(f"Kính gửi: {paper.to[0]}{'' if len(paper.abstract) % 2 else '.'}")
    elif len(paper.to) == 2 and len(paper.abstract) % 2:
        lines.append(f"Kính gửi: {paper.to[0]}; {paper.to[1]}.")
    elif paper.to:
        lines += ["Kính gửi:", *(f"- {one}{';' if one != paper.to[-1] else '.'}" for one in paper.to)]
    return [*lines, *BODY]


def _entries(paper: Paper, draw: random.Random) -> list[str]:
    mark = draw.choice(("- ", "- ", "-", "– "))
    archive = draw.choice(("Lưu: VT, CCHC.", "Lưu: VT, TCHC (3b).", "Lưu VT, VP.", "Lưu:VT."))
    return [f"{mark}{one};" for one in paper.distribution] + [f"{mark}{archive}"]


def _first_page(paper: Paper, draw: random.Random) -> list[Words]:
    left, right = _head(paper, draw)
    rows = [line for one in left for line in _wrapped(one, 34)]
    page = [Words(line, _LEFT, _TOP - 15 * at, 12, bold=at == 2) for at, line in enumerate(rows)]
    page += [
        Words(line, _RIGHT, _TOP - 15 * at - (15 if at == 2 else 0), 12, bold=at < 2)
        for at, line in enumerate(right)
    ]
    y = _TOP - 15 * len(rows) - 24
    if paper.draft:
        page.append(Words("DỰ THẢO", _LEFT, _TOP + 20, 12, bold=True))
    for line in _middle(paper):
        strong = line.isupper() or line == paper.abstract
        for piece in _wrapped(line, 60 if strong else 78):
            page.append(Words(piece, 300 if strong else _EDGE, y, 13, bold=strong, start=not strong))
            y -= _STEP
    y -= 10
    foot = ["Nơi nhận:", *_entries(paper, draw)]
    page += [
        Words(line, _EDGE, y - 13 * at, 12 if not at else 11, bold=not at, start=True)
        for at, line in enumerate(foot)
    ]
    for at, line in enumerate(paper.signatory[:-1]):
        page.append(Words(line, _RIGHT, y - 16 * at, 13, bold=True))
    page.append(Words(paper.signatory[-1], _RIGHT, y - 16 * len(paper.signatory) - 60, 13, bold=True))
    return page


def _wrapped(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for word in part.split(" "):
            if line and len(line) + len(word) >= width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return lines


def _scanned() -> bytes:
    """One coloured picture a page, 200 dpi."""
    picture = Image.new("RGB", (1654, 2339), "white")
    pen = ImageDraw.Draw(picture)
    for row in range(40):
        pen.line((200, 300 + 45 * row, 1400 - 11 * (row % 7), 300 + 45 * row), fill=(20, 20, 60), width=6)
    pen.ellipse((900, 1800, 1150, 2050), outline=(200, 20, 30), width=8)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=1)
    canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()
