"""The foot of an administrative document: to whom it goes, who signs, and who gets it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from client.documents.columns import follows_closely, is_placed, middle
from client.model.document import TextLine
from client.model.wording import squeeze

_CAPACITY = re.compile(r"^(?:(TM|KT|TL|TUQ|Q)\.\s*|(T/M|K/T|T/L)\.?\s+)(?=\S)")
_AUTHORITY = re.compile(r"^(?:(?:TM|KT|TL|TUQ|Q)\.\s*\S|(?:T/M|K/T|T/L)\.?\s+\S)")
_TITLE = re.compile(
    r"^(?:QUYỀN\s+)?(?:PHÓ\s+)?(?:GIÁM ĐỐC|CHỦ TỊCH|CHÁNH|TRƯỞNG|CHI CỤC TRƯỞNG|CỤC TRƯỞNG|BỘ TRƯỞNG"
    r"|THỨ TRƯỞNG|HIỆU TRƯỞNG|VIỆN TRƯỞNG|ĐỘI TRƯỞNG|TRẠM TRƯỞNG|THỦ TRƯỞNG|THỦ TƯỚNG|TỔNG|BÍ THƯ|CHỦ NHIỆM"
    r"|TỔ TRƯỞNG|VĂN PHÒNG TRƯỞNG|CHÁNH THANH TRA|KẾ TOÁN TRƯỞNG|NGƯỜI PHÁT NGÔN)\b"
)
_WORD = r"[A-ZÀ-ỸĐ][a-zà-ỹđ']*"
_NAME = re.compile(rf"^{_WORD}(?:\s+{_WORD}){{1,5}}$")
_NAME_CAPITALS = re.compile(r"^[A-ZÀ-ỸĐ]{2,}(?:\s+[A-ZÀ-ỸĐ]+){1,5}$")
_DEGREE = re.compile(
    r"^(?:(?:GS|PGS|TS|ThS|BS|CK[I1]{1,2}|KS|LS|CN|KTS|NGND|NGƯT|TTND|TTƯT|Đại tá|Thượng tá|Trung tá"
    r"|Thiếu tá)[.\s]*)+\s+"
)
_FAMILY_NAMES = frozenset(
    re.findall(
        r"\w+",
        "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đinh đoàn lâm trịnh "
        "trương mai cao lương lưu phùng tô hà châu tạ quách thái la thạch sơn kim diệp triệu văn tăng "
        "từ vương thân ông tống mạc",
    )
)
"""The usual ones, to tell a name from other words in capitals; another one is a name as well."""
_NO_NAME = re.compile(r"^(?:Sở|Ủy ban|Uỷ ban|Văn phòng|Phòng|Thành phố|Chi cục|Trung tâm|Ban|Nơi|Như|Lưu)\b")
_DISTRIBUTION = re.compile(r"^\W*Nơi\s+nhận\s*:?\s*(.*)$", re.I)
_BULLET = re.compile(r"^[-–—+•*]\s*")
_LOOSE_ENTRY = re.compile(r"^(?:Lưu\s*:?\s|Như\s+(?:trên|Điều))", re.I)
_ARCHIVE = re.compile(r"^[-–—+•*\s]*Lưu\s*:?\s*\S", re.I)
_ENTRY_ENDS = (";", ".", ":")
_ADDRESSEE = re.compile(r"^\W*Kính\s+gửi\s*:?\s*(.*)$", re.I)
_FOOT_LINES = 40
_BLOCK_GAP = 3
_NAME_WITHIN = 14
_RIGHT_HALF = 0.45
_INDENTED = 0.24
"""Left edge of what is set further in than the first line of a paragraph (30 mm + 10 mm of 210)."""


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs, as the block at the foot has it."""

    title: str = ""
    capacity: str = ""
    position: str = ""
    name: str = ""
    title_line: TextLine | None = None
    name_line: TextLine | None = None


def read_signatory(lines: Sequence[TextLine]) -> Signatory:
    """The last block of titles, its name below it; the body of a decision is headed by a title as well."""
    foot = _foot(lines)
    blocks = _title_blocks(foot)
    for start, end in reversed(blocks):
        name = _name_below(foot, foot[end], foot[end + 1 : end + 1 + _NAME_WITHIN])
        if name is not None:
            return _signatory([foot[place] for place in range(start, end + 1)], name)
    return _signatory(foot[blocks[-1][0] : blocks[-1][1] + 1], None) if blocks else Signatory()


def _foot(lines: Sequence[TextLine]) -> list[TextLine]:
    """The right column from a little above "Nơi nhận" on, or of the last lines."""
    start = next((place for place, line in enumerate(lines) if _DISTRIBUTION.match(line.text)), None)
    foot = list(lines[max(0, start - _BLOCK_GAP) :] if start is not None else lines[-_FOOT_LINES:])
    if not any(_is_title(line.text) for line in foot):
        foot = list(lines[-_FOOT_LINES:])
    right = [line for line in foot if not is_placed(line) or middle(line) > _RIGHT_HALF]
    return right if any(_is_title(line.text) for line in right) else foot


def _title_blocks(foot: Sequence[TextLine]) -> list[tuple[int, int]]:
    blocks: list[tuple[int, int]] = []
    for place, line in enumerate(foot):
        near = bool(blocks) and place - blocks[-1][1] <= _BLOCK_GAP
        if _is_title(line.text):
            opens = _AUTHORITY.match(line.text) and not _AUTHORITY.match(foot[place - 1].text)
            if near and not opens and _no_name_between(foot[blocks[-1][1] + 1 : place]):
                blocks[-1] = (blocks[-1][0], place)
            else:
                blocks.append((place, place))
        elif near and place - blocks[-1][1] == 1 and _continues_title(foot[place - 1], line):
            blocks[-1] = (blocks[-1][0], place)
    return blocks


def _no_name_between(lines: Sequence[TextLine]) -> bool:
    return not any(_NAME.match(_DEGREE.sub("", line.text)) for line in lines)


def _continues_title(title: TextLine, line: TextLine) -> bool:
    """``TM. ỦY BAN NHÂN DÂN`` / ``THÀNH PHỐ HỒ CHÍ MINH``."""
    upper = line.text.isupper() and not _BULLET.match(line.text) and len(line.text.split()) > 1
    return upper and _family(line.text) not in _FAMILY_NAMES and follows_closely(title, line)


def _name_below(foot: Sequence[TextLine], title: TextLine, below: Sequence[TextLine]) -> TextLine | None:
    candidates = []
    for line in below:
        if _is_title(line.text) and _AUTHORITY.match(line.text):
            break
        plain = _DEGREE.sub("", line.text)
        beside = is_placed(line) and is_placed(title) and abs(middle(line) - middle(title)) > 0.2
        if beside or _NO_NAME.match(plain):
            continue
        known = _family(plain) in _FAMILY_NAMES
        if _NAME.match(plain) or (known and _NAME_CAPITALS.match(plain)):
            candidates.append((not known, line))
    return min(candidates, key=lambda one: one[0])[1] if candidates else None


def _family(name: str) -> str:
    return name.split()[0].lower() if name.split() else ""


def _signatory(titles: Sequence[TextLine], name: TextLine | None) -> Signatory:
    capacities = [
        (found[1] or found[2]).replace("/", "") for line in titles if (found := _CAPACITY.match(line.text))
    ]
    return Signatory(
        title=squeeze(" ".join(line.text for line in titles)),
        capacity=" ".join(f"{capacity}." for capacity in dict.fromkeys(capacities)),
        position=_CAPACITY.sub("", titles[-1].text).strip(),
        name=_DEGREE.sub("", name.text) if name else "",
        title_line=titles[0],
        name_line=name,
    )


def read_distribution(lines: Sequence[TextLine]) -> tuple[tuple[str, ...], TextLine | None]:
    """The entries under "Nơi nhận:", without hyphens and closing marks, and the line that heads them."""
    start = next((place for place, line in enumerate(lines) if _DISTRIBUTION.match(line.text)), None)
    if start is None:
        return (), None
    heading = lines[start]
    own = _DISTRIBUTION.match(heading.text)
    entries = [own[1]] if own and own[1] else []
    for line in lines[start + 1 :]:
        if is_placed(line) and is_placed(heading) and middle(line) > _RIGHT_HALF:
            continue
        # In a file without places the signature block stands between or behind the entries.
        if _BULLET.match(line.text) or _LOOSE_ENTRY.match(line.text):
            entries.append(line.text)
        elif _goes_on(entries, line):
            entries[-1] = f"{entries[-1]} {line.text}"
        elif entries and _ARCHIVE.match(entries[-1]):
            break
    plain = (_BULLET.sub("", entry).strip(" ;.,") for entry in entries)
    return tuple(entry for entry in plain if entry), heading


def _goes_on(entries: Sequence[str], line: TextLine) -> bool:
    if not entries or entries[-1].rstrip().endswith(_ENTRY_ENDS) or line.text.isupper():
        return False
    return is_placed(line) or line.text[:1].islower()


def archive_line(entries: Sequence[str]) -> str:
    """The entry "Lưu: …"."""
    return next((entry for entry in entries if _ARCHIVE.match(entry)), "")


def read_addressees(lines: Sequence[TextLine]) -> tuple[tuple[str, ...], TextLine | None]:
    """Kính gửi, one by one, and its line."""
    for place, line in enumerate(lines):
        found = _ADDRESSEE.match(line.text)
        # Only what heads the letter: a body line that begins so has words before its colon.
        if found is None or (found[1] and ":" not in line.text and not _BULLET.match(found[1])):
            continue
        taken = [found[1]] if found[1] else []
        previous = line
        for following in lines[place + 1 : place + 31]:
            if _BULLET.match(following.text) or not taken:
                taken.append(following.text)
            elif _is_rest_of(taken[-1], previous, following):
                taken[-1] = f"{taken[-1]} {following.text}"
            else:
                break
            previous = following
        return _names(taken), line
    return (), None


def _is_rest_of(entry: str, previous: TextLine, line: TextLine) -> bool:
    if entry.rstrip().endswith((";", ".")):
        return False
    if is_placed(line):
        return line.left > _INDENTED and follows_closely(previous, line)
    return line.text[:1].islower() and _BULLET.match(entry) is not None


def _names(entries: Sequence[str]) -> tuple[str, ...]:
    parts = (part for entry in entries for part in re.split(r";\s*", entry))
    plain = (_BULLET.sub("", part.strip()).strip(" ;.,") for part in parts)
    return tuple(squeeze(part) for part in plain if part)


def _is_title(line: str) -> bool:
    return line.isupper() and bool(_AUTHORITY.match(line) or _TITLE.match(line))
