"""Number and symbol of a document (Decree 30/2020/NĐ-CP, Appendix I, II.3)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from client.model.wording import normalise

_TYPES = "NQ|QĐ|CT|QC|QyĐ|TC|TB|HD|CTr|KH|PA|ĐA|DA|BC|BB|TTr|HĐ|CĐ|BGN|BTT|GUQ|GM|GGT|GNP|PG|PC|PB|SY|TrS|SL"
_SEGMENT = r"[A-ZĐƯƠÂÊÔ][A-Za-zĐđƯƠÂÊÔ&.]{0,14}\d{0,3}"

NUM_NAMED = re.compile(
    rf"^\d{{1,5}}[a-z]?/(?:(?:19|20)\d{{2}}/)?(?:{_TYPES})-{_SEGMENT}(?:-{_SEGMENT}){{0,2}}$"
)
"""``15/QĐ-SNV``, ``41/2011/QĐ-UBND``; to be asked before `NUM_CV`."""
NUM_CV = re.compile(rf"^\d{{1,5}}[a-z]?/{_SEGMENT}(?:-{_SEGMENT}){{1,3}}$")
"""Công văn: ``23/SNV-TCHC``."""
NUM_PARTY = re.compile(r"^\d{1,4}-(?:NQ|CT|KL|QĐ|QyĐ|KH|BC|TB|CTr|HD|TTr|CV)/[A-ZĐ][A-Za-zĐ]{1,11}$")
"""Party documents: ``15-QĐ/TU``."""
NUM_LEGAL = re.compile(
    rf"^\d{{1,4}}/(?:19|20)\d{{2}}/"
    rf"(?:(?:NQ|QĐ|NĐ|CT|TT|TTLT|NQLT|PL|L|LCT)-{_SEGMENT}(?:-{_SEGMENT}){{0,4}}|(?:QH|UBTVQH)\d{{1,2}})$"
)
"""Legal normative documents, numbered with the year: ``30/2020/NĐ-CP``, ``29/2018/QH14``."""
NUM_COURT = re.compile(
    r"^\d{1,5}/(?:19|20)\d{2}/(?:(?:HS|DS|HC|KDTM|LĐ|HNGĐ)-(?:ST|PT|GĐT|TT)|(?:QĐ|TB|QĐST|QĐPT)-"
    r"(?:HS|DS|HC|KDTM|LĐ|HNGĐ|TA|ST|PT|XX)[A-ZĐ-]*|TLST-[A-ZĐ]+|TLPT-[A-ZĐ]+)$"
)
"""Courts: ``12/2026/HS-ST``, ``15/2026/QĐST-HNGĐ``."""
_OTHER = re.compile(r"^\d{1,5}[A-Za-z]?[/-](?=[^-]*[-/])(?=.*[^\W\d_]{2})[\w&./-]{2,30}\w$")

_SCHEMES = (("party", NUM_PARTY), ("court", NUM_COURT), ("named", NUM_NAMED), ("letter", NUM_CV))
_LINE = re.compile(r"^\W*(?:Số|SỐ|Luật\s+số|Nghị\s+quyết\s+số|Bản\s+án\s+số)\s*:?\s*(.*)$")
_COLON_LINE = re.compile(r"^\W*(?:Số|SỐ)\s*:\s*(.*)$")
_GAP = re.compile(r"^[\s.…_]*/\s*\S")
_NUMBERED = re.compile(r"^\d{1,5}\s*[A-Za-z]?\s*(?:[/-]\s*(?:19|20)\d{2}\s*)?[/-]\s*[^\W\d_]")
_NO_PLACE = re.compile(r"\s{2,}|\s(?=(?:Thành phố|TP\.|Tp\.|Hà Nội|Tỉnh)\s)")
_MAX_TOKENS = 6


def is_number(text: str) -> bool:
    """Whether ``text`` is a number with a symbol in a scheme of administrative or Party documents."""
    return any(pattern.match(text) for pattern in (NUM_NAMED, NUM_CV, NUM_PARTY))


def scheme_of(number: str) -> str:
    """``named``, ``letter``, ``legal``, ``party`` or ``court``; ``other`` for what fits none of them."""
    if not number:
        return ""
    if NUM_LEGAL.match(number) and not NUM_COURT.match(number):
        return "legal"
    return next((name for name, pattern in _SCHEMES if pattern.match(number)), "other")


def type_of(number: str) -> str:
    """The abbreviation of the type in the symbol: ``QĐ``; ``CV`` for a letter's; ``""`` where unknown."""
    first, _, rest = number.partition("/")
    match scheme_of(number):
        case "named" | "legal":
            symbol = rest[5:] if rest[:4].isdigit() and rest[4:5] == "/" else rest
            return symbol.partition("-")[0] if "-" in symbol else ""
        case "party":
            return first.partition("-")[2]
        case "letter":
            return "CV"
    return ""


def find_number(lines: Sequence[str]) -> str:
    """``15/QĐ-SNV`` from the first line "Số: …" that has one; ``""`` for a draft without a number."""
    number, _ = find_number_line(lines)
    return number


def find_number_line(lines: Sequence[str]) -> tuple[str, int]:
    """The number and which line it stands on; ``("", -1)`` where there is none."""
    for place, line in enumerate(lines):
        found = _LINE.match(normalise(line))
        if found:
            following = normalise(lines[place + 1]).split()[:1] if place + 1 < len(lines) else []
            number = _leading_number(found.group(1).split(), following)
            if number:
                return number, place
    return "", -1


def number_as_written(lines: Sequence[str]) -> tuple[str, int]:
    """What stands behind the first "Số:", be it a number or a gap for one, and its line."""
    for place, line in enumerate(lines):
        found = _COLON_LINE.match(normalise(line))
        if not found or not (rest := found.group(1).strip()):
            continue
        kept = _NO_PLACE.split(rest)[0].strip()
        if _GAP.match(rest) or _NUMBERED.match(rest):
            return kept, place
    return "", -1


def split_number(number: str) -> tuple[str, str]:
    """Number and symbol around the first slash: ``("15", "QĐ-SNV")``."""
    first, _, rest = number.partition("/")
    return first, rest


def _leading_number(tokens: Sequence[str], next_line: Sequence[str] = ()) -> str:
    """The shortest run of tokens that is a number: PDF text puts spaces around slash and hyphen.

    A symbol broken at its hyphen goes on with the first word of the next line.
    """
    for count in range(1, min(len(tokens), _MAX_TOKENS) + 1):
        following = tokens[count] if count < len(tokens) else ""
        candidate = "".join(tokens[:count])
        if following.startswith(("-", "/")):
            continue
        if candidate.endswith(("-", "/")) and count == len(tokens) and next_line:
            candidate += next_line[0]
        candidate = candidate.rstrip(".,;")
        if any(pattern.match(candidate) for pattern in (NUM_NAMED, NUM_CV, NUM_PARTY, NUM_LEGAL, NUM_COURT)):
            return candidate
    single = tokens[0].rstrip(".,;") if tokens else ""
    return single if _OTHER.match(single) else ""
