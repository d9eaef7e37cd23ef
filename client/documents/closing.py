"""The foot of an administrative document: who signs, and who gets it."""

from __future__ import annotations

import re
from collections.abc import Sequence

_AUTHORITY = re.compile(r"^(?:TM|KT|TL|TUQ|Q)\.\s*\S")
_TITLE = re.compile(
    r"^(?:PHÓ\s+)?(?:GIÁM ĐỐC|CHỦ TỊCH|CHÁNH|TRƯỞNG|CHI CỤC TRƯỞNG|CỤC TRƯỞNG|BỘ TRƯỞNG|THỨ TRƯỞNG"
    r"|HIỆU TRƯỞNG|TỔNG|BÍ THƯ)\b"
)
_NAME = re.compile(r"^[A-ZÀ-ỸĐ][a-zà-ỹđ]+(?:\s+[A-ZÀ-ỸĐ][a-zà-ỹđ]*){1,5}$")
_DISTRIBUTION = re.compile(r"^\W*Nơi\s+nhận\s*:?\s*(.*)$", re.I)
_LIST_LINE = re.compile(r"^(?:[-–+•]\s*|(?=Lưu\s*:?\s)|(?=Như\s+trên))(.+)$")
_FOOT_LINES = 40
_BLOCK_GAP = 3


def read_signatory(lines: Sequence[str]) -> tuple[str, str]:
    """Title with its authority prefix (TM., KT. …) and full name; ``("", "")`` where there is none."""
    titles: list[str] = []
    name = ""
    last = 0
    for place, line in enumerate(lines[-_FOOT_LINES:]):
        plain = " ".join(line.split())
        if _is_title(plain):
            # The body of a decision is headed by the same title; the block at the foot counts.
            goes_on = titles and not name and place - last <= _BLOCK_GAP and not _AUTHORITY.match(plain)
            titles = [*titles, plain] if goes_on else [plain]
            name, last = "", place
        elif titles and not name and _NAME.match(plain):
            name = plain
    return " ".join(titles), name


def read_distribution(lines: Sequence[str]) -> tuple[str, ...]:
    """The entries under "Nơi nhận:", without their hyphens and closing marks."""
    start = next((place for place, line in enumerate(lines) if _DISTRIBUTION.match(line)), None)
    if start is None:
        return ()
    entries = []
    for line in lines[start + 1 :]:
        found = _LIST_LINE.match(line)
        # Lines of the signature block stand beside the list and are read between its entries.
        if found:
            entries.append(found.group(1).strip(" ;.,"))
    return tuple(entry for entry in entries if entry)


def _is_title(line: str) -> bool:
    return line.isupper() and bool(_AUTHORITY.match(line) or _TITLE.match(line))
