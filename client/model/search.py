"""What somebody types into the search box, as a value: words, and operators in Vietnamese or English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from client.model.mailbox import SpecialUse
from client.model.text import fold, nfc

MOST_FOUND = 2000
"""How many hits are listed, the best first: nobody reads more, and more words find less."""
PREFIX_LETTERS = 2
"""The word being typed matches longer ones from this length on; shorter ones are whole syllables."""


class SearchField(StrEnum):
    """Where a term must occur."""

    ANYWHERE = ""
    SENDER = "sender"
    RECIPIENTS = "recipients"
    SUBJECT = "subject"
    FILES = "files"
    """Names and, where the workshop has read them, contents of attachments."""
    NUMBERS = "numbers"
    """Số, ký hiệu of documents named in subject, text or attachments."""


class Having(StrEnum):
    """What ``có:`` asks for."""

    ATTACHMENT = "attachment"
    SIGNATURE = "signature"
    FLAG = "flag"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """Words that must occur side by side, in NFC as typed."""

    text: str
    field: SearchField = SearchField.ANYWHERE
    is_prefix: bool = False
    """The last word may be the beginning of a longer one."""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Everything a message must meet; an empty query meets every message."""

    terms: tuple[SearchTerm, ...] = ()
    having: frozenset[Having] = frozenset()
    since: date | None = None
    """Received on this day or later, in the reader's own time zone."""
    before: date | None = None
    """Received before this day began."""
    mailbox: str = ""
    """``trong:``: folded name of a mailbox, ``EVERYWHERE``, or ``""`` for the one on show."""
    misread: tuple[str, ...] = ()
    """Conditions whose value says nothing, as typed: they are looked for as words."""

    @property
    def is_empty(self) -> bool:
        """Nothing was asked for."""
        return self == SearchQuery()

    @property
    def is_filter(self) -> bool:
        """At most a condition on the mailbox on show: all that meets it is listed, in the list's order."""
        return self == SearchQuery(having=self.having)


EVERYWHERE = "*"

_FIELDS = {
    "tu": SearchField.SENDER, "from": SearchField.SENDER,
    "den": SearchField.RECIPIENTS, "to": SearchField.RECIPIENTS, "cc": SearchField.RECIPIENTS,
    "so": SearchField.NUMBERS, "number": SearchField.NUMBERS,
    "tieude": SearchField.SUBJECT, "trichyeu": SearchField.SUBJECT, "subject": SearchField.SUBJECT,
    "tep": SearchField.FILES, "file": SearchField.FILES,
}  # fmt: skip
_HAVING = {
    "dinhkem": Having.ATTACHMENT, "tepdinhkem": Having.ATTACHMENT, "tep": Having.ATTACHMENT,
    "attachment": Having.ATTACHMENT, "file": Having.ATTACHMENT,
    "chukyso": Having.SIGNATURE, "chuky": Having.SIGNATURE, "kyso": Having.SIGNATURE,
    "signature": Having.SIGNATURE,
    "sao": Having.FLAG, "star": Having.FLAG, "flag": Having.FLAG,
    "chuadoc": Having.UNREAD, "unread": Having.UNREAD,
}  # fmt: skip
_BEFORE, _SINCE = frozenset({"truoc", "before"}), frozenset({"sau", "after"})
_HAS, _IN = frozenset({"co", "has"}), frozenset({"trong", "in"})
_PLACES = {
    "tatca": EVERYWHERE, "moithumuc": EVERYWHERE, "all": EVERYWHERE, "everywhere": EVERYWHERE,
    "hopthuden": SpecialUse.INBOX.value, "inbox": SpecialUse.INBOX.value,
    "thudagui": SpecialUse.SENT.value, "dagui": SpecialUse.SENT.value, "sent": SpecialUse.SENT.value,
    "thunhap": SpecialUse.DRAFTS.value, "bannhap": SpecialUse.DRAFTS.value,
    "drafts": SpecialUse.DRAFTS.value, "thungrac": SpecialUse.TRASH.value, "trash": SpecialUse.TRASH.value,
    "thurac": SpecialUse.JUNK.value, "junk": SpecialUse.JUNK.value, "spam": SpecialUse.JUNK.value,
    "luutru": SpecialUse.ARCHIVE.value, "archive": SpecialUse.ARCHIVE.value,
}  # fmt: skip
_OPERATORS = frozenset(_FIELDS) | _BEFORE | _SINCE | _HAS | _IN
_MOST_WORDS_OF_A_VALUE = 3
_MOST_WORDS_OF_A_PLACE = 4
_MOST_CHARACTERS = 1000

_NAME = r"[^\W\d_]+(?:-[^\W\d_]+)*"
_SPACED = re.compile(rf"(?<!\S)({_NAME}):\s+(?=\S)")
_DANGLING = re.compile(rf"(?<!\S)({_NAME}):\s*$")
_PIECE = re.compile(
    rf"""(?:(?P<name>{_NAME}):)?(?:"(?P<quoted>[^"]*)"?|“(?P<curly>[^”]*)”?|(?P<plain>\S+))"""
)
_DAY_FIRST = re.compile(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])?(\d{4})")
_SHORT_YEAR = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{2})")
_A_DATE_BEGUN = re.compile(r"[\d/.-]{1,9}")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")


def parse_query(text: str) -> SearchQuery:
    """Read the search box; nothing typed is an error, an operator without a usable value is ``misread``.

    ``từ:`` ``đến:`` ``có:`` ``trước:`` ``sau:`` ``trong:`` ``số:`` (``from: to: has: before: after: in:
    number:``), besides ``tiêu-đề:`` and ``tệp:``; marks may be left off. Words in quotation marks stand
    side by side. Dates are ``24/11/2026``, ``11/2026``, ``2026`` or ``2026-11-24``.
    """
    text = _DANGLING.sub(_without_value, _SPACED.sub(_closed_up, nfc(text)[:_MOST_CHARACTERS]))
    pieces = list(_PIECE.finditer(text))
    reading = _Reading()
    position = 0
    while position < len(pieces):
        position += reading.take(pieces, position, is_last=not text[-1:].isspace())
    return SearchQuery(
        tuple(reading.terms),
        frozenset(reading.having),
        reading.since,
        reading.before,
        reading.mailbox,
        tuple(reading.misread),
    )


def read_day(text: str) -> tuple[date, date] | None:
    """First day of what ``text`` names (a day, month or year), and the first day after it."""
    text = text.strip()
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    elif found := _SHORT_YEAR.fullmatch(text):
        day, month, year = found[1], found[2], f"20{found[3]}"
    else:
        return None
    try:
        first = date(int(year), int(month or 1), int(day or 1))
        if day:
            return first, first + timedelta(days=1)
        if month:
            return first, (first.replace(day=28) + timedelta(days=4)).replace(day=1)
        return first, date(first.year + 1, 1, 1)
    except (ValueError, OverflowError):
        return None


class _Reading:
    """What has been understood so far."""

    def __init__(self) -> None:
        self.terms: list[SearchTerm] = []
        self.having: set[Having] = set()
        self.since: date | None = None
        self.before: date | None = None
        self.mailbox = ""
        self.misread: list[str] = []

    def take(self, pieces: list[re.Match[str]], position: int, *, is_last: bool) -> int:
        """Understand the piece at ``position``; answers how many pieces that used up."""
        piece = pieces[position]
        name, value, is_quoted = _parts(piece)
        operator = _plain(name)
        is_open = is_last and not is_quoted and position == len(pieces) - 1
        if operator in _FIELDS and value:
            self._word(value, _FIELDS[operator], is_open)
            return 1
        if operator in _OPERATORS and value:
            used = self._condition(operator, value, [_parts(one)[1] for one in pieces[position + 1 :]])
            if used:
                return used
            if not (is_open and _may_become_one(operator, value)):
                self.misread.append(piece.group(0))
        self._word(piece.group(0) if name else value, SearchField.ANYWHERE, is_open)
        return 1

    def _word(self, text: str, field: SearchField, is_open: bool) -> None:
        text = text.replace('"', " ").strip()
        if not any(char.isalnum() for char in text):
            return
        syllables = re.split(r"[\W_]+", fold(text))
        last, is_only = syllables[-1], len(syllables) == 1
        if is_open and is_only and len(last) < PREFIX_LETTERS and last.isalpha():
            return  # the first letter of a word: what is listed stays until it says more
        # Beside other syllables a short beginning is cheap to look up.
        enough = PREFIX_LETTERS if is_only else 1
        # Who asks for number 12 does not mean 1204.
        is_number = field is SearchField.NUMBERS and is_only and last.isdigit()
        self.terms.append(SearchTerm(text, field, is_open and len(last) >= enough and not is_number))

    def _condition(self, operator: str, value: str, following: list[str]) -> int:
        if operator in _IN:
            return self._place(value, following)
        if operator in _HAS:
            return self._has(value, following)
        days = read_day(value)
        if days is None:
            return 0
        if operator in _BEFORE:
            self.before = days[0]
        else:
            self.since = days[0]
        return 1

    def _place(self, value: str, following: list[str]) -> int:
        """``trong:thư đã gửi`` is three words and one mailbox; others take one word, or quotation marks."""
        for count in range(min(_MOST_WORDS_OF_A_PLACE, len(following) + 1), 0, -1):
            wanted = _PLACES.get(_plain("".join([value, *following[: count - 1]])))
            if wanted is not None:
                self.mailbox = wanted
                return count
        # A path is named to its end, whatever blanks the names before it have.
        words = [value, *following[: _MOST_WORDS_OF_A_PLACE - 1]]
        ends = (count for count, word in enumerate(words, 1) if "/" in word)
        count = next(ends, 1)
        self.mailbox = fold(" ".join(words[:count])).strip()
        return count

    def _has(self, value: str, following: list[str]) -> int:
        """``có:đính kèm`` is two words and one value."""
        for count in range(_MOST_WORDS_OF_A_VALUE, 0, -1):
            wanted = _HAVING.get(_plain("".join([value, *following[: count - 1]])))
            if wanted is not None and count - 1 <= len(following):
                self.having.add(wanted)
                return count
        return 0


def _may_become_one(operator: str, value: str) -> bool:
    """Whether a value that says nothing is the beginning of one that does, and is still being typed."""
    if operator in _HAS:
        return any(one.startswith(_plain(value)) for one in _HAVING)
    return _A_DATE_BEGUN.fullmatch(value) is not None


def _parts(piece: re.Match[str]) -> tuple[str, str, bool]:
    quoted = piece["quoted"] if piece["quoted"] is not None else piece["curly"]
    return piece["name"] or "", piece["plain"] if quoted is None else quoted, quoted is not None


def _closed_up(found: re.Match[str]) -> str:
    """``từ: an`` is typed as often as ``từ:an``; "Kính gửi: anh" is no operator."""
    return f"{found[1]}:" if _plain(found[1]) in _OPERATORS else found[0]


def _without_value(found: re.Match[str]) -> str:
    """An operator whose value is still to be typed asks for nothing yet."""
    return "" if _plain(found[1]) in _OPERATORS else found[0]


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text))
