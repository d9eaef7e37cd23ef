"""Reads the components of an administrative document (Decree 30/2020/NĐ-CP, Art. 8) out of its text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from client.documents.closing import read_distribution, read_signatory
from client.documents.numbering import NUM_CV, NUM_NAMED, find_number, split_number
from client.model.document import AdministrativeDocument, DocumentText
from client.model.text import fold
from client.model.wording import normalise, squeeze

DATE = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.I)
SECRECY = re.compile(r"^[\W_]*(TUYỆT\s*MẬT|TỐI\s*MẬT|MẬT)[\W_]*$")
URGENCY = re.compile(r"^[\W_]*(HỎA\s+TỐC|HOẢ\s+TỐC|THƯỢNG\s+KHẨN|KHẨN)[\W_]*$")
NATIONAL_TITLE = re.compile(r"CỘNG\s+(?:HÒA|HOÀ)\s+XÃ\s+HỘI\s+CHỦ\s+NGHĨA\s+VIỆT\s+NAM")
MOTTO = re.compile(r"Độc\s+lập\s*[-–]\s*Tự\s+do\s*[-–]\s*Hạnh\s+phúc", re.I)

TYPE_NAMES = {
    "NGHỊ QUYẾT": "NQ", "QUYẾT ĐỊNH": "QĐ", "CHỈ THỊ": "CT", "QUY CHẾ": "QC", "QUY ĐỊNH": "QyĐ",
    "THÔNG CÁO": "TC", "THÔNG BÁO": "TB", "HƯỚNG DẪN": "HD", "CHƯƠNG TRÌNH": "CTr", "KẾ HOẠCH": "KH",
    "PHƯƠNG ÁN": "PA", "ĐỀ ÁN": "ĐA", "DỰ ÁN": "DA", "BÁO CÁO": "BC", "BIÊN BẢN": "BB",
    "TỜ TRÌNH": "TTr", "HỢP ĐỒNG": "HĐ", "CÔNG ĐIỆN": "CĐ", "BẢN GHI NHỚ": "BGN",
    "BẢN THỎA THUẬN": "BTT", "BẢN THOẢ THUẬN": "BTT", "GIẤY ỦY QUYỀN": "GUQ", "GIẤY UỶ QUYỀN": "GUQ",
    "GIẤY MỜI": "GM", "GIẤY GIỚI THIỆU": "GGT", "GIẤY NGHỈ PHÉP": "GNP", "PHIẾU GỬI": "PG",
    "PHIẾU CHUYỂN": "PC", "PHIẾU BÁO": "PB",
}  # fmt: skip
"""Names of document types as they head the document, with the abbreviations of Appendix III."""

_BODY_WORD = re.compile(
    r"^(?:SỞ|ỦY BAN|UỶ BAN|UBND|VĂN PHÒNG|CHI CỤC|CỤC|TRUNG TÂM|BAN|CÔNG AN|HỘI ĐỒNG|THANH TRA|PHÒNG|BỘ"
    r"|TRƯỜNG|BỆNH VIỆN)\b"
)
_PLACE = re.compile(r"^(.{2,60}?),\s*ngày\b", re.I)
_ABSTRACT_END = re.compile(
    r"^(?:Căn cứ|Kính gửi|Theo|Thực hiện|Để|[IVX]+\.|\d+\.|Điều|[_\-–—=*.]{3,}|ngày\s)", re.I
)
_HEAD_LINES = 40
_ABSTRACT_LINES = 4
_PARAGRAPH_GAP = 0.03
"""Share of the page's height: more than the distance of two lines of one paragraph."""


def read_document(text: DocumentText) -> AdministrativeDocument:
    """What could be recognised; a field that was not stays empty."""
    first = [normalise(line.text).strip() for line in text.lines if line.page == 1]
    every = [normalise(line.text).strip() for line in text.lines]
    tops = [line.top for line in text.lines if line.page == 1]
    head = first[:_HEAD_LINES]
    number, symbol = split_number(find_number(head))
    heading, after = _heading(head)
    title, name = read_signatory(every)
    return AdministrativeDocument(
        issuing_body=_issuing_body(head),
        number=number,
        symbol=symbol,
        place_of_issue=_first_group(_PLACE, head),
        issued_on=_issued_on(head),
        document_type=heading or _type_of(number, symbol),
        abstract=_abstract(head, tops, after if heading else 0),
        addressee=_addressee(first),
        distribution=read_distribution(every),
        signatory_title=title,
        signatory_name=name,
        has_national_title=_has_both(" ".join(first)),
        secrecy_marking=squeeze(_first_group(SECRECY, first)),
        urgency_marking=squeeze(_first_group(URGENCY, first)),
    )


def _heading(head: Sequence[str]) -> tuple[str, int]:
    """Abbreviation of the type the document is headed with, and the line after it."""
    for place, line in enumerate(head):
        plain = " ".join(line.split()).rstrip(" :.")
        if plain in TYPE_NAMES:
            return TYPE_NAMES[plain], place + 1
    return "", 0


def _type_of(number: str, symbol: str) -> str:
    joined = f"{number}/{symbol}"
    # A named type's symbol would pass for a letter's as well: it is asked first.
    if NUM_NAMED.match(joined):
        return symbol.removeprefix(symbol[:5] if symbol[:4].isdigit() else "").partition("-")[0]
    return "CV" if NUM_CV.match(joined) else ""


def _abstract(head: Sequence[str], tops: Sequence[float], start: int) -> str:
    if not start:
        start = next((place for place, line in enumerate(head) if re.match(r"^\W*V/v\b", line, re.I)), -1)
        if start < 0:
            return ""
    taken: list[str] = []
    for place in range(start, min(len(head), start + _ABSTRACT_LINES)):
        line = head[place]
        if _ABSTRACT_END.search(line) or DATE.search(line):
            break
        if taken and tops[place] - tops[place - 1] > _PARAGRAPH_GAP:
            break
        if line.isupper() and len(line.split()) > 1:
            break
        taken.append(line)
    return squeeze(" ".join(taken))


def _addressee(lines: Sequence[str]) -> str:
    for place, line in enumerate(lines):
        found = re.match(r"^\W*Kính gửi\s*:?\s*(.*)$", line, re.I)
        if found is None:
            continue
        own = found.group(1).strip(" -–+;.")
        taken = [own] if own else []
        for following in lines[place + 1 : place + 13]:
            if taken and not following.startswith(("-", "–", "+")):
                break
            taken.append(following.strip(" -–+;."))
        return squeeze("; ".join(taken)).rstrip(" ;.")
    return ""


def _issuing_body(head: Sequence[str]) -> str:
    """The last body named above the number: the first lines may be its superior."""
    groups: list[str] = []
    for line in head:
        if (fold(line).startswith(("so:", "so ")) and not line.isupper()) or DATE.search(line):
            break
        if NATIONAL_TITLE.search(line) or MOTTO.search(line) or not line.isupper() or len(line) < 3:
            continue
        if " ".join(line.split()) in TYPE_NAMES:
            break
        if groups and not _BODY_WORD.match(line):
            groups[-1] = f"{groups[-1]} {line}"
        elif _BODY_WORD.match(line):
            groups.append(line)
    return squeeze(groups[-1]) if groups else ""


def _issued_on(head: Sequence[str]) -> date | None:
    for line in head:
        found = DATE.search(line)
        if found:
            day, month, year = map(int, found.groups())
            try:
                return date(year, month, day)
            except ValueError:
                return None
    return None


def _has_both(first_page: str) -> bool:
    return bool(NATIONAL_TITLE.search(first_page) and MOTTO.search(first_page))


def _first_group(pattern: re.Pattern[str], lines: Sequence[str]) -> str:
    return next((found.group(1) for line in lines if (found := pattern.search(line))), "")
