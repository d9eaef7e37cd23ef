"""Rules on state secrets (regulation.md B6). Findings say where, never what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from client.model.finding import Unchecked
from client.model.wording import normalise
from client.rules.context import CheckContext, CheckedAttachment
from client.rules.offices import externals
from client.rules.rule import Hit, Rule, Settings, hit, shown_name
from client.rules.spans import NOWHERE, all_lines, author_lines, whole_line


def state_secret_marking(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """A secrecy marking on a line of its own, or written as one in subject, text or file name.

    The bare word is in 18 % of all documents and proves nothing; on a line of its own it was in none.
    """
    if _subject_is_marked(context, settings):
        yield Hit("subject")
    if _marked(context.body_text, settings) or _stamped(context.body_text.splitlines(), settings):
        lines = all_lines(context.body_text)
        marked = whole_line(lines, lambda line: _marked(line, settings) or _stamped((line,), settings))
        yield Hit("body", span=marked)
    for attachment in context.attachments:
        if any(_marked(name, settings) for name in _names(attachment)):
            yield _secret(attachment)
        elif _text_is_stamped(attachment, settings):
            yield _secret(attachment, "#page=1")


def is_marked(settings: Settings, subject: str, text: str, names: Iterable[str] = ()) -> bool:
    """The same for words alone; ``text`` is a body, or a document's first page."""
    if _subject_words_marked(subject, settings) or any(_marked(name, settings) for name in names):
        return True
    return _marked(text, settings) or _stamped(text.splitlines(), settings)


def secret_hint(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Signs that fall short of a marking; it asks, and never says that anything ought to be marked."""
    if any(isinstance(one, Hit) for one in state_secret_marking(context, _of_marking(settings))):
        return
    source = context.around.source
    if source is not None and source.holds_secret:
        yield Hit("body", case="answer")
    if _hints(context.subject, settings):
        yield Hit("subject")
    if _hints(context.body_text, settings):
        lines = all_lines(context.body_text)
        yield Hit("body", span=whole_line(lines, lambda line: _hints(line, settings)))
    for attachment in context.attachments:
        text = attachment.text.first_page() if attachment.text else ""
        number = attachment.document.number_as_written if attachment.document else ""
        if _hints(text, settings) or settings.matches("number_patterns", number):
            yield _secret(attachment, "#page=1")


def restricted_circulation(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """LƯU HÀNH NỘI BỘ, XEM XONG TRẢ LẠI, on their way out of the state's domains."""
    outside = externals(context.recipients, settings.policy)
    if not outside:
        return
    marks = settings.patterns("marking_patterns")
    lines = tuple(author_lines(context, settings))
    place = whole_line(lines, lambda line: any(one.search(normalise(line)) for one in marks))
    if place != NOWHERE:
        yield Hit("body", (("addr", shown_name(outside[0].addr_spec)),), span=place)
    for attachment in context.own:
        if attachment.document is not None and attachment.document.circulation_marking:
            addr = shown_name(outside[0].addr_spec)
            yield hit(attachment, "circulation_marking", addr=addr)


def _subject_is_marked(context: CheckContext, settings: Settings) -> bool:
    return _subject_words_marked(context.subject, settings)


def _subject_words_marked(subject: str, settings: Settings) -> bool:
    # "Re: TỐI MẬT": what follows the last colon is a line of its own.
    last = normalise(subject).replace("：", ":").rpartition(":")[2]
    return _marked(subject, settings) or _stamped((last,), settings)


def _text_is_stamped(attachment: CheckedAttachment, settings: Settings) -> bool:
    """Page 1 of a document, its headers and text boxes too; all of a text without pages."""
    text = attachment.text
    return text is not None and _stamped(text.first_page().splitlines(), settings)


def _secret(attachment: CheckedAttachment, fragment: str = "") -> Hit:
    """The place without the file's name: a name tells what the file is about."""
    return Hit(f"attachment:{fragment}", attachment=attachment.number)


def _of_marking(settings: Settings) -> Settings:
    return Settings(settings.policy, settings.policy.rules["state-secret-marking"])


def _hints(text: str, settings: Settings) -> bool:
    plain = normalise(text)
    if settings.matches("phrase_patterns", plain):
        return True
    for compound in settings.patterns("compound_patterns"):
        plain = compound.sub(" ", plain)
    return settings.matches("token_patterns", plain)


def _names(attachment: CheckedAttachment) -> Iterator[str]:
    yield attachment.name
    for member in attachment.kind.members:
        yield member.path


def _marked(text: str, settings: Settings) -> bool:
    plain = normalise(text)
    return any(pattern.search(plain) for pattern in settings.patterns("anywhere_patterns"))


def _stamped(lines: Sequence[str], settings: Settings) -> bool:
    patterns = settings.patterns("own_line_patterns")
    # The cells of a table are lines of their own.
    plain = [normalise(cell).strip() for line in lines for cell in line.split("\t")]
    found = (place for place, line in enumerate(plain) if any(pattern.search(line) for pattern in patterns))
    return any(not _broken_compound(plain, place, settings) for place in found)


def _broken_compound(lines: Sequence[str], place: int, settings: Settings) -> bool:
    """``BẢO`` / ``MẬT`` or ``MẬT`` / ``KHẨU`` broken over two lines of a narrow column."""
    if len(lines[place].split()) != 1:
        return False
    before = lines[place - 1].split() if place else []
    after = lines[place + 1].split() if place + 1 < len(lines) else []
    joined_before = bool(before) and before[-1] in settings.words("before_compound")
    joined_after = bool(after) and after[0] in settings.words("after_compound")
    return joined_before or joined_after


RULES = (
    Rule("state-secret-marking", state_secret_marking),
    Rule("secret-hint", secret_hint),
    Rule("restricted-circulation", restricted_circulation),
)
