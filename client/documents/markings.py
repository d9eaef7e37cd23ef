"""Stamps on a line of their own: urgency, circulation, secrecy, copies; where annexes begin."""

from __future__ import annotations

import re
from collections.abc import Sequence

from client.model.document import TextLine
from client.model.wording import squeeze

SECRECY = re.compile(r"^[\W_]*(TUYỆT\s*MẬT|TỐI\s*MẬT|MẬT)[\W_]*$")
URGENCY = re.compile(
    r"^[\W_]*(HỎA\s+TỐC|HOẢ\s+TỐC|THƯỢNG\s+KHẨN|KHẨN)(?:\s+HẸN\s+GIỜ(?:\W*\d.{0,30})?)?[\W_]*$"
)
CIRCULATION = re.compile(r"^[\W_]*(LƯU\s+HÀNH\s+NỘI\s+BỘ|XEM\s+XONG\s+TRẢ\s+LẠI)[\W_]*$")
DRAFT = re.compile(r"^[\W_]*DỰ\s*THẢO(?:\s+LẦN\s+\d+|\s+\d+)?(?:[\W_]*|\s*[(,;].*)$", re.I)
_COPY = re.compile(r"^[\W_]*(SAO\s+Y(?:\s+BẢN\s+CHÍNH)?|SAO\s+LỤC|TRÍCH\s+SAO)(?:[\W_]*$|\s*[:;,(])")
_COPY_TYPES = {"SAO Y": "SY", "SAO LỤC": "SL", "TRÍCH SAO": "TrS"}
_ANNEX = re.compile(
    r"^[\W_]*(?:PHỤ\s+LỤC|Phụ\s+lục)(?:\s+(?:SỐ\s+|số\s+)?([IVXLC]{1,6}|\d{1,2}[a-zA-Z]?))?[\W_]*$"
)
_PROMULGATED = re.compile(r"^\W*\(\s*(?:Ban hành\s+)?[Kk]èm theo\b")


def is_marking(text: str) -> bool:
    """Whether the line is a stamp and no part of the text around it."""
    return any(pattern.match(text) for pattern in (SECRECY, URGENCY, CIRCULATION, DRAFT))


def find_marking(pattern: re.Pattern[str], lines: Sequence[TextLine]) -> tuple[str, TextLine | None]:
    """The first line that is such a stamp."""
    for line in lines:
        found = pattern.match(line.text)
        if found:
            return squeeze(found[1]), line
    return "", None


def find_copy(lines: Sequence[TextLine]) -> tuple[str, TextLine | None]:
    """``SY``, ``SL`` or ``TrS`` of a copy's heading."""
    for line in lines:
        found = _COPY.match(line.text)
        if found:
            name = squeeze(found[1]).removesuffix(" BẢN CHÍNH")
            return _COPY_TYPES[name], line
    return "", None


def annexes(lines: Sequence[TextLine]) -> tuple[str, ...]:
    """Numerals of the annexes that begin in ``lines``; ``-`` for one without."""
    found = (_ANNEX.match(line.text) for line in lines)
    return tuple(dict.fromkeys(match[1] or "-" for match in found if match))


def main_part(lines: Sequence[TextLine]) -> Sequence[TextLine]:
    """The lines before the first annex or promulgated text, which have heads and signers of their own."""
    for place, line in enumerate(lines):
        if place and (_ANNEX.match(line.text) or _PROMULGATED.match(line.text)) and _signed(lines[:place]):
            return lines[:place]
    return lines


def _signed(lines: Sequence[TextLine]) -> bool:
    return any("./." in line.text or line.text.lower().startswith("nơi nhận") for line in lines)
