"""Rules on the names of attached files and on how many there are (regulation.md B4, 36, 39 and 47)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from client.model.document import AdministrativeDocument
from client.model.finding import Unchecked
from client.model.text import fold
from client.model.wording import normalise, visible
from client.rules.attachments import is_real
from client.rules.context import CheckContext, CheckedAttachment
from client.rules.quoting import author_text
from client.rules.rule import Hit, Rule, Settings, hit

_NUMBER_WORDS = {
    "mot": 1,
    "hai": 2,
    "ba": 3,
    "bon": 4,
    "nam": 5,
    "sau": 6,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
}
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_LISTED = re.compile(r"\b(?:[ivxl]+|\d+)\b")
_MOST_LISTED = 20
_ARCHIVES = frozenset({"zip", "7z", "rar", "tar", "gz", "tgz"})


def attachment_bidi_or_control(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Characters in a name that turn it around or are not seen."""
    patterns = settings.patterns("name_patterns")
    for attachment in context.attachments:
        if attachment.nested:
            continue  # listed with what it lies in
        names = (attachment.name, *(member.path for member in attachment.kind.members))
        if any(pattern.search(name) for pattern in patterns for name in names):
            yield hit(attachment, mend=(("name", plain_file_name(attachment.name)),))


def attachment_name_convention(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Longer than 50 characters, with marks or special characters: document systems refuse such names."""
    patterns = settings.patterns("name_patterns")
    for attachment in context.own:
        if attachment.inline or attachment.nested or attachment.name.lower() == "smime.p7s":
            continue
        name = normalise(attachment.name)
        if not any(pattern.fullmatch(name) for pattern in patterns):
            wanted = plain_file_name(name)
            yield hit(attachment, mend=(("name", wanted),), wanted=wanted)


def attachment_count_mismatch(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """The text speaks of more files, or of annexes, than are there; annexes may be in the same file."""
    files = [one for one in context.own if is_real(one, settings) and not one.nested]
    if not files:
        return  # that none is there at all is `attachment-promised-missing`
    text = fold(normalise(author_text(context, settings)))
    present = sum(_files_in(one) for one in files)
    counted = max(_counts(text, settings), default=0)
    if counted > present:
        yield Hit("body", (("wanted", str(counted)), ("n", str(present))))
    missing = sorted(_annexes_named(text, settings) - _annexes_there(context))
    if missing:
        wanted = "Phụ lục " + ", ".join(_roman(number) for number in missing)
        yield Hit("body", (("wanted", wanted), ("n", str(present))), "annex")


def _files_in(attachment: CheckedAttachment) -> int:
    """An archive counts as the files in it; an Office file, though it is a ZIP, as one."""
    archive = attachment.kind.extension in _ARCHIVES
    return max(1, attachment.kind.member_count) if archive else 1


def plain_file_name(name: str) -> str:
    """``Quyết định 15/QĐ-SNV.pdf`` as ``Quyet-dinh-15_QD-SNV.pdf``, at most 50 characters."""
    stem, dot, last = name.rpartition(".")
    if not dot:
        stem, last = name, ""
    plain = re.sub(r"[/\\]+", "_", visible(_unmarked(stem)))
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-._") or "tep"
    ending = f".{re.sub('[^A-Za-z0-9]', '', last)}" if last else ""
    return f"{plain[: 50 - len(ending)].rstrip('-._')}{ending}"


def _unmarked(text: str) -> str:
    return "".join(
        fold(char).upper() if char.isupper() else fold(char) if char.isalpha() else char
        for char in normalise(text)
    )


def _counts(text: str, settings: Settings) -> Iterator[int]:
    for pattern in settings.patterns("count_patterns"):
        for found in pattern.finditer(text):
            word = found[1]
            yield int(word) if word.isdigit() else _NUMBER_WORDS.get(word, 0)


def _annexes_named(text: str, settings: Settings) -> set[int]:
    """Annexes the author says are attached; those of a law or of another document are only cited."""
    named: set[int] = set()
    for pattern in settings.patterns("annex_patterns"):
        for found in pattern.finditer(text):
            behind = text[found.end() : found.end() + int(settings.number("citation_reach"))]
            if not any(cited.search(behind) for cited in settings.patterns("citation_patterns")):
                named |= _listed(found[1])
    return named


def _listed(text: str) -> set[int]:
    """``i, ii va iv`` as 1, 2, 4; ``i den iii`` as 1, 2, 3."""
    numbers = [_value(one) for one in _LISTED.findall(text)]
    if len(numbers) == 2 and re.search(r"den|-|–", text) and 0 < numbers[0] < numbers[1] <= _MOST_LISTED:
        return set(range(numbers[0], numbers[1] + 1))
    return {number for number in numbers if 0 < number <= _MOST_LISTED}


def _annexes_there(context: CheckContext) -> set[int]:
    there: set[int] = set()
    for attachment in context.attachments:
        document = attachment.document or AdministrativeDocument()
        there |= {_value(one.lower()) for one in document.annexes if _LISTED.fullmatch(one.lower())}
        name = re.sub(r"[\s_.-]+", " ", fold(normalise(attachment.name)))
        there |= _of_names(re.findall(r"\b(?:phu ?luc|pl) ?(?:so )?([ivxl]+|\d{1,2})\b", name))
    return there


def _of_names(found: Iterable[str]) -> set[int]:
    return {_value(one) for one in found}


def _value(text: str) -> int:
    """A number in Roman or Arabic figures."""
    if text.isdigit():
        return int(text)
    figures = [_ROMAN.get(char, 0) for char in text]
    return sum(-one if one < after else one for one, after in zip(figures, [*figures[1:], 0], strict=True))


def _roman(number: int) -> str:
    tens, ones = divmod(number, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]


RULES = (
    Rule("attachment-bidi-or-control", attachment_bidi_or_control),
    Rule("attachment-name-convention", attachment_name_convention),
    Rule("attachment-count-mismatch", attachment_count_mismatch),
)
