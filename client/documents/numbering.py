"""Number and symbol of a document (Decree 30/2020/NĐ-CP, Appendix I, II.3)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from client.model.wording import normalise

_TYPES = "NQ|QĐ|CT|QC|QyĐ|TC|TB|HD|CTr|KH|PA|ĐA|DA|BC|BB|TTr|HĐ|CĐ|BGN|BTT|GUQ|GM|GGT|GNP|PG|PC|PB|SY|TrS|SL"
_SEGMENT = r"[A-ZĐƯƠÂÊÔ][A-Za-zĐđƯƠÂÊÔ&.]{0,14}\d{0,2}"

NUM_NAMED = re.compile(
    rf"^\d{{1,5}}[a-z]?/(?:(?:19|20)\d{{2}}/)?(?:{_TYPES})-{_SEGMENT}(?:-{_SEGMENT}){{0,2}}$"
)
"""``15/QĐ-SNV``, ``41/2011/QĐ-UBND``; to be asked before `NUM_CV`."""
NUM_CV = re.compile(rf"^\d{{1,5}}[a-z]?/{_SEGMENT}(?:-{_SEGMENT}){{1,3}}$")
"""Công văn: ``23/SNV-TCHC``."""
NUM_PARTY = re.compile(r"^\d{1,4}-(?:NQ|CT|KL|QĐ|QyĐ|KH|BC|TB|CTr|HD|TTr|CV)/[A-ZĐ][A-Za-zĐ]{1,11}$")
"""Party documents: ``15-QĐ/TU``."""

_LINE = re.compile(r"^\W*(?:Số|SỐ)\s*:?\s*(.*)$")
_MAX_TOKENS = 6


def is_number(text: str) -> bool:
    """Whether ``text`` is a number with a symbol in one of the three schemes."""
    return any(pattern.match(text) for pattern in (NUM_NAMED, NUM_CV, NUM_PARTY))


def find_number(lines: Sequence[str]) -> str:
    """``15/QĐ-SNV`` from the first line "Số: …" that has one; ``""`` for a draft without a number."""
    for line in lines:
        found = _LINE.match(normalise(line))
        if found:
            number = _leading_number(found.group(1).split())
            if number:
                return number
    return ""


def split_number(number: str) -> tuple[str, str]:
    """Number and symbol around the first slash: ``("15", "QĐ-SNV")``."""
    first, _, rest = number.partition("/")
    return first, rest


def _leading_number(tokens: Sequence[str]) -> str:
    """The shortest run of tokens that is a number: PDF text puts spaces around slash and hyphen."""
    for count in range(1, min(len(tokens), _MAX_TOKENS) + 1):
        following = tokens[count] if count < len(tokens) else ""
        candidate = "".join(tokens[:count])
        if is_number(candidate.rstrip(".,;")) and not following.startswith(("-", "/")):
            return candidate.rstrip(".,;")
    return ""
