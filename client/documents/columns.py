"""A document's lines in order for reading: the two columns of a head, one after another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from client.model.document import TextLine
from client.model.wording import squeeze, visible

NATIONAL_TITLE = re.compile(r"CỘNG\s*(?:HÒA|HOÀ)\s*XÃ\s*HỘI\s*CHỦ\s*NGHĨA\s*VIỆT\s*NAM")
MOTTO = re.compile(r"Độc\s*lập\s*[-–—]\s*Tự\s*do\s*[-–—]\s*Hạnh\s*phúc", re.I)
DATE_LINE = re.compile(r"ngày[\s\d.…_/]*tháng[\s\d.…_/]*năm", re.I)
"""Also one whose figures are still to be filled in."""

_NUMBER_THEN_DATE = re.compile(
    r"^(\W*Số\s*:?.{0,40}?[-/]\s*[A-ZĐa-zđ&.]+(?:\s?-\s?[A-ZĐ]+\d*)*)\s+(\S[^,]{1,60},\s*ngày.*)$"
)
_SUBJECT_THEN_DATE = re.compile(
    r"^(\W*V/v\s.*?)\s+((?:Thành phố|TP\.?|Tp\.?|Tỉnh|Phường|Xã)\s[^,]{1,50},\s*ngày.*)$", re.I
)
_BODY_PARTS = frozenset({"", "text-box"})
_SAME_ROW = 0.5
_MIDDLE = 0.5


def body_lines(lines: Iterable[TextLine]) -> list[TextLine]:
    """The document's own lines, squeezed; head columns glued into one line come apart again."""
    return [
        piece
        for line in lines
        if line.part in _BODY_PARTS
        for piece in _apart(replace(line, text=squeeze(visible(line.text))))
        if piece.text
    ]


def _apart(line: TextLine) -> Iterator[TextLine]:
    for pattern in (NATIONAL_TITLE, MOTTO):
        found = pattern.search(line.text)
        if found and found.start() > 0 and line.text[: found.start()].strip(" -–_*"):
            yield from _cut(line, line.text[: found.start()], line.text[found.start() :])
            return
    found = _NUMBER_THEN_DATE.match(line.text) or _SUBJECT_THEN_DATE.match(line.text)
    if found:
        yield from _cut(line, found[1], found[2])
    else:
        yield line


def _cut(line: TextLine, left: str, right: str) -> Iterator[TextLine]:
    border = line.left + (line.right - line.left) * len(left) / max(1, len(left) + len(right))
    yield replace(line, text=left.strip(), right=border)
    yield replace(line, text=right.strip(), left=border)


def is_placed(line: TextLine) -> bool:
    """Whether the file told where on the page the line stands."""
    return line.right > line.left


def middle(line: TextLine) -> float:
    """Middle of the line as a share of the page's width."""
    return (line.left + line.right) / 2


def left_column(head: Sequence[TextLine]) -> list[TextLine]:
    """The head's left column, rows joined; all lines where nothing is known of places."""
    title = next((line for line in head if NATIONAL_TITLE.search(line.text) and is_placed(line)), None)
    border = title.left if title else _MIDDLE
    taken = [line for line in head if not is_placed(line) or middle(line) < border]
    rows: list[TextLine] = []
    for line in taken:
        if rows and same_row(rows[-1], line):
            last = rows[-1]
            rows[-1] = replace(last, text=f"{last.text} {line.text}", right=max(last.right, line.right))
        else:
            rows.append(line)
    return rows


def same_row(one: TextLine, other: TextLine) -> bool:
    """Whether two lines with known places stand beside each other."""
    if not (is_placed(one) and is_placed(other)) or one.page != other.page:
        return False
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    return overlap > _SAME_ROW * min(one.bottom - one.top, other.bottom - other.top)


def follows_closely(one: TextLine, other: TextLine) -> bool:
    """Whether ``other`` is the next line of the same paragraph, as far as places tell; True without."""
    if one.page != other.page:
        return False
    if not (is_placed(one) and is_placed(other)):
        return True
    height = max(one.bottom - one.top, other.bottom - other.top)
    return other.top - one.bottom < 0.9 * height
