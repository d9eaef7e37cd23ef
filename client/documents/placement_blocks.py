"""Signature blocks on a page: title, room for the hand signature, name (Decree 30/2020, Appendix I, II.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from client.documents.placement_page import Line, PageContent, overlap
from client.model.signing import Placement
from client.model.text import fold

_AUTHORITY = re.compile(r"^(?:TM|KT|TL|TUQ|Q)\s*\.\s*\S")
_OFFICES = re.compile(
    r"^(?:PHÓ\s+|QUYỀN\s+|TỔNG\s+)*(?:GIÁM ĐỐC|CHỦ TỊCH|CHÁNH|TRƯỞNG|CHI CỤC TRƯỞNG|CỤC TRƯỞNG|VỤ TRƯỞNG"
    r"|BỘ TRƯỞNG|THỨ TRƯỞNG|HIỆU TRƯỞNG|VIỆN TRƯỞNG|ĐỘI TRƯỞNG|TỔ TRƯỞNG|THỦ TRƯỞNG|BÍ THƯ|CHỦ NHIỆM"
    r"|CHỦ TỌA|CHỦ TRÌ|THƯ KÝ|NGƯỜI|ĐẠI DIỆN|KẾ TOÁN|ỦY VIÊN|THẨM PHÁN|TỔNG)\b"
)
_NAME = re.compile(
    r"^(?:(?:ThS|TS|PGS|GS|BS|KS|LS|CN|ĐD|Ths|Đại tá|Thượng tá|Trung tá|Thiếu tá)\.?\s*)*"
    r"[A-ZÀ-ỸĐ][a-zà-ỹđ]+(?:\s+[A-ZÀ-ỸĐ][a-zà-ỹđ]*){1,5}$"
)
_CAPITALS = re.compile(r"^[A-ZÀ-ỸĐ]+(?: [A-ZÀ-ỸĐ]+){1,4}$")
_HEADING = re.compile(r"cong hoa xa hoi|doc lap\s*-|^noi nhan|^kinh gui|^so\s*:|^can cu\b")
OWN = 100
OFFICIAL = 20
_CLOSEST = 14.0
"""Points between title and name: nearer there is no room, they are lines of one text."""
_FARTHEST = 170.0
_ROOM = 34.0
"""From here on somebody left the room on purpose."""
_OPEN_ROOM = 80.0
"""Left under a title without a name."""
_LOWER_PART = 0.75
_LONGEST_DEGREE = 24


@dataclass(frozen=True, slots=True)
class Block:
    """Where somebody signs."""

    page: int
    centre: float
    """Of title and name, from the left."""
    bottom: float
    """Top of the name."""
    top: float
    """Bottom of the title."""
    score: int
    """How sure it is: from `OFFICIAL` on the title is one, from `OWN` on it is the signer's own name."""
    title: str = ""
    name: str = ""
    signed: Placement | None = None
    """The personal signature that is already there."""


def find_blocks(page: PageContent, signer: str = "") -> tuple[Block, ...]:
    """The blocks of a page, the surest first, of equals the one on the right.

    None where the text lies across the page as it is shown: an upright image belongs nowhere in it.
    """
    if page.lies_across:
        return ()
    named = list(_named(page, signer))
    blocks = [*named, *_nameless(page, named)]
    return tuple(sorted(blocks, key=lambda block: (-block.score, -block.centre)))


def _named(page: PageContent, signer: str) -> Iterator[Block]:
    wanted = " ".join(fold(signer).split())
    for line in page.lines:
        own = bool(wanted) and _carries(line.text, wanted)
        capitals = bool(_CAPITALS.match(line.text)) and not is_title(line.text)
        if not own and not capitals and not _NAME.match(line.text):
            continue
        title = _title_above(page.lines, line)
        if not title:
            continue
        roomy = title[0].box.bottom - line.box.top >= _ROOM
        words = " ".join(part.text for part in reversed(title))
        official = any(is_title(part.text) for part in title)
        heading = title[-1].text.isupper() or title[-1].bold
        low = line.box.top < _LOWER_PART * page.frame.height
        likely = (official and (roomy or not capitals)) or (roomy and heading and low and not capitals)
        if not own and not likely:
            continue
        score = OWN * own + OFFICIAL * official + 5 * roomy + 2 * line.bold + heading
        yield _block(page, title, line.box.top, score, words, line.text)


def _nameless(page: PageContent, named: Sequence[Block]) -> Iterator[Block]:
    """A title with nothing below: the name is not typed yet."""
    for line in page.lines:
        if not is_title(line.text) or line.box.bottom > _LOWER_PART * page.frame.height:
            continue
        below = Placement(
            line.box.page,
            line.box.left,
            max(0.0, line.box.bottom - _OPEN_ROOM),
            line.box.right,
            line.box.bottom - 1,
        )
        taken = any(overlap(below, other.box) for other in page.lines if other is not line)
        if taken or below.height < _OPEN_ROOM - 2 or any(_same_title(block, line) for block in named):
            continue
        yield _block(page, _grouped(page.lines, line), below.bottom, 8, line.text, "")


def is_title(text: str) -> bool:
    """Whether a line reads like the title of somebody who signs."""
    if not text.isupper():
        return False
    return bool(_AUTHORITY.match(text) or _OFFICES.match(text))


def _block(
    page: PageContent, title: Sequence[Line], bottom: float, score: int, words: str, name: str
) -> Block:
    # The lowest line of the title: those above are often wider and set for the whole column.
    lowest = next((line for line in title if not line.text.startswith("(")), title[-1])
    centre = (lowest.box.left + lowest.box.right) / 2
    top = title[0].box.bottom
    reach = Placement(page.frame.number, centre - 100, bottom - 10, centre + 100, top + 10)
    there = [
        box
        for box in (*page.signatures, *page.pictures)
        if overlap(box, reach) > 0.5 * box.width * box.height and box.left < centre < box.right
    ]
    signed = max(there, key=lambda box: box.width * box.height, default=None)
    return Block(page.frame.number, centre, bottom, top, score, words, name, signed)


def _carries(text: str, wanted: str) -> bool:
    """Whether a line is the signer's name: with a degree before it, or the certificate with more behind."""
    plain = " ".join(fold(text).split())
    if _initialled(plain, wanted):
        return True
    if plain.endswith(f" {wanted}"):
        return len(plain) < len(wanted) + _LONGEST_DEGREE
    return plain == wanted or (" " in plain and wanted.startswith(f"{plain} "))


def _initialled(one: str, other: str) -> bool:
    """Whether two names are one, written out here and with initials there: "T. T. Bình"."""
    words, others = one.replace(".", " ").split(), other.replace(".", " ").split()
    if len(words) != len(others) or len(words) < 2 or words[-1] != others[-1]:
        return False
    given = zip(words[:-1], others[:-1], strict=True)
    return all(a == b or (1 in (len(a), len(b)) and a[0] == b[0]) for a, b in given)


def _title_above(lines: Sequence[Line], name: Line) -> list[Line]:
    """The title's lines from the lowest up; empty where something else stands above the name."""
    above = [line for line in lines if line is not name and _over(line, name)]
    nearest = min(above, key=lambda line: line.box.bottom, default=None)
    if nearest is None or _HEADING.search(fold(nearest.text)):
        return []
    if not _CLOSEST <= nearest.box.bottom - name.box.top <= _FARTHEST:
        return []
    return _grouped(lines, nearest)


def _grouped(lines: Sequence[Line], lowest: Line) -> list[Line]:
    group = [lowest]
    while True:
        last = group[-1]
        height = last.box.height
        following = [
            line
            for line in lines
            if line is not last and _over(line, last) and line.box.bottom - last.box.top < 0.8 * height
        ]
        if not following or len(group) == 4:
            return group
        upper = min(following, key=lambda line: line.box.bottom)
        if not (upper.text.isupper() or upper.bold or last.text.startswith("(")) or _HEADING.search(
            fold(upper.text)
        ):
            return group
        group.append(upper)


def _over(upper: Line, lower: Line) -> bool:
    """Stands higher and in the same column."""
    if upper.box.bottom < lower.box.top - 0.45 * lower.box.height:
        return False
    middle = (lower.box.left + lower.box.right) / 2
    own = (upper.box.left + upper.box.right) / 2
    spans = upper.box.left <= middle <= upper.box.right or lower.box.left <= own <= lower.box.right
    return spans


def _same_title(block: Block, line: Line) -> bool:
    return line.text in block.title and abs(block.centre - (line.box.left + line.box.right) / 2) < 60
