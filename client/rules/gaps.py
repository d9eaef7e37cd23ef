"""Rules on what the text leaves open or gives away (regulation.md B2, 16 and 18 to 20)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from client.model.account import MailboxKind
from client.model.document import AdministrativeDocument, DocumentText
from client.model.finding import Unchecked
from client.model.text import fold
from client.model.wording import normalise, squeeze, visible
from client.rules.attachments import is_real
from client.rules.context import CheckContext, CheckedAttachment
from client.rules.offices import externals
from client.rules.quoting import author_text
from client.rules.rule import Hit, Rule, Settings, hit
from client.rules.spans import author_lines, whole_line

Patterns = tuple[re.Pattern[str], ...]
_BLOCK_MARK = re.compile(r"(?m)^--[ \t]*$")
_TWELVE = re.compile(r"(?<![\d.])0\d{2}(?:\d{9}|(?: \d{3}){3}|(?:\.\d{3}){3})(?![\d])")
_HIDDEN_PARTS = frozenset({"deleted", "comment"})


def body_empty_with_attachment(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Files, and not a word about them; the sender's block does not count."""
    sender = context.sender.addr_spec.lower() if context.sender else ""
    relays = sender in settings.words("exempt_senders")
    real = any(is_real(attachment, settings) and not attachment.nested for attachment in context.attachments)
    if relays or not real:
        return
    words = squeeze(visible(_without_block(author_text(context, settings), context)))
    if len(words) < settings.number("fewest_characters"):
        yield Hit("body")


def prohibited_or_non_duty_content(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Signs of advertising or of signing up for a service; what the words mean is nobody's to judge here."""
    agency = context.identity.kind is MailboxKind.AGENCY
    text = fold(normalise(f"{context.subject}\n{author_text(context, settings)}"))
    words = sum(
        bool(re.search(rf"\b{re.escape(word)}\b", text)) for word in settings.words("marketing_words")
    )
    listed = bool(context.header("list-unsubscribe")) and not agency
    signs_up = context.is_reply and settings.matches("sign_up_patterns", context.body_text)
    if listed or signs_up or words >= settings.number("at_least"):
        yield Hit("body")


def placeholder_left(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """A gap nobody filled in, in the text or a document. Forms and drafts have them by right."""
    found = _first_gap(author_text(context, settings).splitlines(), settings)
    if found:
        place = whole_line(author_lines(context, settings), lambda line: bool(_gap_in(line, settings)))
        yield Hit("body", (("gap", found),), span=place)
    for attachment in context.own:
        if attachment.text is None or _may_have_gaps(attachment, settings):
            continue
        page, found = _gap_of(
            attachment.text, settings.patterns("gap_patterns"), settings.patterns("innocent_patterns")
        )
        if found:
            yield hit(attachment, page=page, gap=found)


def personal_data_external(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Several citizens' numbers leave the state's domains. How many is told, never which."""
    if not externals(context.recipients, settings.policy):
        return
    numbers = set(_identity_numbers(context.body_text.splitlines(), settings))
    for attachment in context.attachments:
        if attachment.text is not None:
            numbers.update(_identity_numbers((line.text for line in attachment.text.lines), settings))
    if len(numbers) >= settings.number("at_least"):
        yield Hit("body", (("n", str(len(numbers))),))


def _without_block(text: str, context: CheckContext) -> str:
    before = _BLOCK_MARK.split(text)[0]
    identity = context.identity
    known = [identity.address.display_name, identity.unit, identity.title, identity.phone]
    known += [context.sender.display_name] if context.sender else []
    own = [fold(one) for one in known if one]
    lines = (line for line in before.splitlines() if not any(one in fold(squeeze(line)) for one in own))
    return "\n".join(lines)


def _may_have_gaps(attachment: CheckedAttachment, settings: Settings) -> bool:
    document = attachment.document or AdministrativeDocument()
    draft = document.is_draft and not document.is_issued
    heading = (
        attachment.text.first_page().splitlines()[: int(settings.number("heading_lines"))]
        if attachment.text
        else []
    )
    names = re.sub(r"[_-]+", " ", attachment.name)
    return draft or any(settings.matches("form_patterns", text) for text in (names, *map(squeeze, heading)))


def _first_gap(lines: Iterable[str], settings: Settings) -> str:
    return next((found for line in lines if (found := _gap_in(line, settings))), "")


@lru_cache(maxsize=64)
def _gap_of(text: DocumentText, gaps: Patterns, innocent: Patterns) -> tuple[int, str]:
    """Page and words of a document's first gap; kept, since files stay the same while a letter is written."""
    for line in text.lines:
        if line.part not in _HIDDEN_PARTS and (found := _gap_by(line.text, gaps, innocent)):
            return line.page, found
    return 0, ""


def _gap_in(line: str, settings: Settings) -> str:
    return _gap_by(line, settings.patterns("gap_patterns"), settings.patterns("innocent_patterns"))


def _gap_by(line: str, gaps: Patterns, innocent: Patterns) -> str:
    plain = normalise(line).strip()
    if any(pattern.search(plain) for pattern in innocent):
        return ""
    for pattern in gaps:
        found = pattern.search(plain)
        if found:
            return squeeze(found[0])[:30]
    return ""


def _identity_numbers(lines: Iterable[str], settings: Settings) -> Iterator[str]:
    """Twelve digits whose province, century and sex are possible, on a line about nothing else."""
    for line in lines:
        if not any(char == "0" for char in line) or settings.matches("other_number_patterns", line):
            continue
        for written in _TWELVE.findall(normalise(line)):
            number = re.sub(r"\D", "", written)
            if 1 <= int(number[:3]) <= settings.number("last_province") and number[3] in "0123":
                yield number


RULES = (
    Rule("body-empty-with-attachment", body_empty_with_attachment),
    Rule("prohibited-or-non-duty-content", prohibited_or_non_duty_content),
    Rule("placeholder-left", placeholder_left),
    Rule("personal-data-external", personal_data_external),
)
