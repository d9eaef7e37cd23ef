"""Rules on the subject line (regulation.md B2, 13 to 15)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from client.model.finding import Unchecked
from client.model.text import fold
from client.model.wording import squeeze, visible
from client.rules.context import CheckContext, CheckedAttachment
from client.rules.offices import is_forward, is_of_others
from client.rules.rule import Hit, Rule, Settings, shown_name


def subject_not_trichyeu(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """The subject of a letter with one document says something else than the document's abstract.

    Answers keep the subject they answer, and with several documents there is no one abstract.
    """
    if context.is_reply or is_forward(context) or not context.subject.strip():
        return
    chosen = bool(context.document_type)
    own = (one for one in context.own if not is_of_others(one, context, settings.policy))
    documents = [one for one in own if one.is_issued or (chosen and _has_abstract(one))]
    if len({_number(one) for one in documents}) != 1:
        return
    document = documents[0].document
    if document is None or not document.abstract:
        return
    if _likeness(context.subject, document.abstract, settings) < settings.number("at_least"):
        suggested = document.abstract
        if document.number_and_symbol:
            suggested = f"[{document.number_and_symbol}] {suggested}"
        whole = squeeze(visible(suggested))
        yield Hit("subject", (("subject", _shortened(whole)),), mend=(("subject", whole),))


def subject_no_number(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """The number of the one document that goes along is not in the subject."""
    if context.is_reply or is_forward(context):
        return
    numbers = {_number(one) for one in context.issued if not is_of_others(one, context, settings.policy)}
    if len(numbers) != 1:
        return
    number = numbers.pop()
    if _closed(number) not in _closed(context.subject):
        whole = squeeze(visible(f"[{number}] {context.subject}"))
        yield Hit("subject", (("number", shown_name(number)),), mend=(("subject", whole),))


def subject_shouting_or_too_long(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """All in capitals, or longer than lists show. Acronyms, numbers and symbols are capitals by right."""
    subject = squeeze(visible(context.subject))
    words = [word for word in subject.split() if not re.search(r"[\d/\[\]-]", word)]
    letters = [char for word in words for char in word if char.isalpha()]
    upper = sum(char.isupper() for char in letters)
    ordinary = [word for word in words if _is_ordinary(word, settings)]
    shouts = len(letters) > settings.number("longer_than") and upper > settings.number("upper_share") * len(
        letters
    )
    cases = [""] if shouts and len(ordinary) > 2 else []
    cases += ["too-long"] if len(subject) > settings.number("most_characters") else []
    if cases:
        yield Hit("subject", (("n", str(len(subject))),), settings.heaviest(cases))


def _is_ordinary(word: str, settings: Settings) -> bool:
    """No acronym: it carries marks, or is longer than those are."""
    marked = fold(word) != word.lower().replace("đ", "d")
    return marked or len(word) > settings.number("acronym_length")


def _has_abstract(attachment: CheckedAttachment) -> bool:
    return attachment.document is not None and bool(attachment.document.abstract)


def _number(attachment: CheckedAttachment) -> str:
    return attachment.document.number_and_symbol if attachment.document else ""


def _likeness(subject: str, abstract: str, settings: Settings) -> float:
    """Share of words in common (Dice), without marks, numbers and words every abstract begins with."""
    one, other = _words(subject, settings), _words(abstract, settings)
    if not one or not other:
        return 1.0 if not other else 0.0
    return 2 * len(one & other) / (len(one) + len(other))


def _words(text: str, settings: Settings) -> frozenset[str]:
    plain = re.sub(r"\S*\d\S*", " ", fold(squeeze(visible(text))))
    return frozenset(re.findall(r"\w+", plain)) - frozenset(settings.words("empty_words"))


def _closed(text: str) -> str:
    return "".join(fold(squeeze(text)).split())


def _shortened(text: str, most: int = 200) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rsplit(' ', 1)[0]}…"


RULES = (
    Rule("subject-not-trichyeu", subject_not_trichyeu),
    Rule("subject-no-number", subject_no_number),
    Rule("subject-shouting-or-too-long", subject_shouting_or_too_long),
)
