"""The head of an administrative document: whose it is, number, place and date, type and abstract."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from client.documents.columns import (
    DATE_LINE,
    MOTTO,
    NATIONAL_TITLE,
    follows_closely,
    is_placed,
)
from client.documents.markings import is_marking
from client.model.document import TextLine
from client.model.text import fold
from client.model.wording import squeeze

DATE = re.compile(r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.I)

TYPE_NAMES = {
    "NGHỊ QUYẾT": "NQ", "QUYẾT ĐỊNH": "QĐ", "CHỈ THỊ": "CT", "QUY CHẾ": "QC", "QUY ĐỊNH": "QyĐ",
    "THÔNG CÁO": "TC", "THÔNG BÁO": "TB", "HƯỚNG DẪN": "HD", "CHƯƠNG TRÌNH": "CTr", "KẾ HOẠCH": "KH",
    "PHƯƠNG ÁN": "PA", "ĐỀ ÁN": "ĐA", "DỰ ÁN": "DA", "BÁO CÁO": "BC", "BIÊN BẢN": "BB",
    "TỜ TRÌNH": "TTr", "HỢP ĐỒNG": "HĐ", "CÔNG ĐIỆN": "CĐ", "BẢN GHI NHỚ": "BGN",
    "BẢN THỎA THUẬN": "BTT", "BẢN THOẢ THUẬN": "BTT", "GIẤY ỦY QUYỀN": "GUQ", "GIẤY UỶ QUYỀN": "GUQ",
    "GIẤY MỜI": "GM", "GIẤY GIỚI THIỆU": "GGT", "GIẤY NGHỈ PHÉP": "GNP", "PHIẾU GỬI": "PG",
    "PHIẾU CHUYỂN": "PC", "PHIẾU BÁO": "PB", "THƯ CÔNG": "ThC",
}  # fmt: skip
"""Names of document types as they head the document, with the abbreviations of Appendix III.

Two of the 29 have none there: công văn is ``CV`` here and thư công ``ThC``.
"""

SUBJECT_LINE = re.compile(r"^\W*V\s?/\s?v\b\.?:?\s*\S", re.I)

_BODY_WORD = re.compile(
    r"^(?:SỞ|ỦY BAN|UỶ BAN|UBND|HĐND|VĂN PHÒNG|CHI CỤC|CỤC|TỔNG CỤC|TRUNG TÂM|BAN|CÔNG AN|HỘI ĐỒNG"
    r"|THANH TRA|PHÒNG|BỘ|TRƯỜNG|BỆNH VIỆN|CÔNG TY|TỔNG CÔNG TY|HỌC VIỆN|VIỆN|ĐẠI HỌC|KHO BẠC|TÒA ÁN|TOÀ ÁN"
    r"|ĐẢNG|THÀNH ỦY|THÀNH ĐOÀN|LIÊN ĐOÀN|MẶT TRẬN|HỘI|BÁO|ĐÀI|BẢO TÀNG|THƯ VIỆN|QUỸ|ĐỘI|TRẠM|TỔ CÔNG TÁC"
    r"|CHÍNH PHỦ|THỦ TƯỚNG)\b"
)
_PLACE = re.compile(r"^(.{2,60}?),\s*ngày\b", re.I)
_ABSTRACT_END = re.compile(
    r"^(?:Căn cứ|Kính gửi|Theo|Thực hiện|Để|Xét|[IVX]+\.|\d+\.|Điều|Chương|[_\-–—=*.]{3,}|ngày\s|Số\s*:)",
    re.I,
)
_ABSTRACT_LINES = 6
_GOES_ON = re.compile(r"^[a-zà-ỹđ(]|^\d")
_SPACED = re.compile(r"^(?:\w\s+){3,}\w$")


def read_type(head: Sequence[TextLine]) -> tuple[str, int, str]:
    """Name of the type the document is headed with, its line, and what of the abstract stands beside it."""
    for place, line in enumerate(head):
        plain = line.text.rstrip(" :.")
        if _SPACED.match(plain):
            plain = _closed_up(plain)
        following = head[place + 1].text if place + 1 < len(head) else ""
        if plain in TYPE_NAMES:
            return plain, place, ""
        if plain.isupper() and f"{plain} {following}" in TYPE_NAMES:
            return f"{plain} {following}", place + 1, ""
        name = next((name for name in TYPE_NAMES if plain.startswith(f"{name} ")), "")
        if name and (plain.isupper() or plain[len(name) + 1 :].startswith(("Về việc", "V/v"))):
            return name, place, plain[len(name) + 1 :]
    return "", -1, ""


def _closed_up(text: str) -> str:
    """``Q U Y Ế T  Đ Ị N H`` as the name it spells."""
    letters = "".join(text.split())
    return next((name for name in TYPE_NAMES if name.replace(" ", "") == letters), text)


def read_abstract(head: Sequence[TextLine], type_line: int, beside: str) -> tuple[str, TextLine | None]:
    """The lines below the type's name."""
    taken: list[TextLine] = []
    for line in head[type_line + 1 : type_line + 1 + _ABSTRACT_LINES]:
        if _ends_abstract(line) or (taken and not _same_paragraph(taken, line)):
            break
        if line.text.isupper() and len(line.text.split()) > 1 and not _is_upper(taken):
            break
        taken.append(line)
    text = squeeze(" ".join([beside, *(line.text for line in taken)]))
    return text, taken[0] if taken else head[type_line] if beside else None


def _is_upper(taken: Sequence[TextLine]) -> bool:
    return bool(taken) and taken[-1].text.isupper()


def _ends_abstract(line: TextLine) -> bool:
    return bool(_ABSTRACT_END.search(line.text) or DATE.search(line.text) or is_marking(line.text))


def _same_paragraph(taken: Sequence[TextLine], line: TextLine) -> bool:
    last = taken[-1]
    if is_placed(line):
        return follows_closely(last, line) and (line.bold, line.centred) >= (last.bold, False)
    if last.bold or last.centred or line.bold or line.centred:
        return (line.bold, line.centred) == (last.bold, last.centred)
    return bool(_GOES_ON.match(line.text))


def read_subject_line(left: Sequence[TextLine]) -> tuple[str, TextLine | None]:
    """Of a công văn: "V/v …" and the lines it goes on with, in the left column of the head."""
    start = next((place for place, line in enumerate(left) if SUBJECT_LINE.match(line.text)), -1)
    if start < 0:
        return "", None
    taken = [left[start]]
    for line in left[start + 1 : start + _ABSTRACT_LINES]:
        stops = _ends_abstract(line) or DATE_LINE.search(line.text) or NATIONAL_TITLE.search(line.text)
        if stops or not follows_closely(taken[-1], line) or MOTTO.search(line.text):
            break
        if line.text.isupper() and len(line.text.split()) > 1:
            break
        if not is_placed(line) and not _GOES_ON.match(line.text) and line.text[:1].isupper():
            # Without places a new paragraph is told by its capital; names of bodies are not broken before.
            break
        taken.append(line)
    return squeeze(" ".join(line.text for line in taken)), taken[0]


def read_bodies(left: Sequence[TextLine]) -> tuple[str, str, TextLine | None]:
    """The superior body, the issuing body (the last one named above the number) and its line."""
    groups: list[list[TextLine]] = []
    for line in left:
        text = line.text
        if (fold(text).startswith(("so:", "so ")) and not text.isupper()) or DATE_LINE.search(text):
            break
        if NATIONAL_TITLE.search(text) or MOTTO.search(text) or not text.isupper() or len(text) < 3:
            continue
        if text in TYPE_NAMES:
            break
        if is_marking(text):
            continue
        if _BODY_WORD.match(text) and not _is_rest_of_name(groups, line):
            groups.append([line])
        elif groups:
            groups[-1].append(line)
    if not groups:
        return "", "", None
    names = [squeeze(" ".join(line.text for line in group)) for group in groups]
    return " ".join(names[:-1]), names[-1], groups[-1][0]


def _is_rest_of_name(groups: Sequence[Sequence[TextLine]], line: TextLine) -> bool:
    """``BAN QUẢN LÝ`` / ``CÔNG TY …``: the issuing body is bold and its superior is not."""
    return bool(groups) and groups[-1][-1].bold and line.bold and len(groups[-1][-1].text.split()) < 3


def read_date(head: Sequence[TextLine]) -> tuple[date | None, str, str, TextLine | None]:
    """Date, the words it is written in, place of issue, and their line."""
    for line in head:
        words = DATE_LINE.search(line.text)
        if words is None:
            continue
        place = _PLACE.search(line.text)
        if place is None and not _stands_alone(line):
            continue
        found = DATE.search(line.text)
        written = found[0] if found else line.text[words.start() :]
        return _as_date(found), written, place[1].strip() if place else "", line
    return None, "", "", None


def _stands_alone(line: TextLine) -> bool:
    """A date line holds little else; a sentence that names a date does not date the document."""
    return bool(re.match(r"^\W*ngày\b", line.text, re.I)) and len(line.text) < 40


def _as_date(found: re.Match[str] | None) -> date | None:
    if found is None:
        return None
    day, month, year = map(int, found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None
