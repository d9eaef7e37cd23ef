"""Rules on state secrets (regulation.md B6). Findings say where, never what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from client.model.finding import Unchecked
from client.model.wording import normalise
from client.rules.context import CheckContext, CheckedAttachment
from client.rules.rule import Hit, Rule, Settings


def state_secret_marking(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """A secrecy marking on a line of its own, or written as one in subject, text or file name.

    The bare word is in 18 % of all documents and proves nothing; on a line of its own it was in none.
    """
    # "Re: TỐI MẬT": what follows the last colon is a line of its own.
    last = normalise(context.subject).replace("：", ":").rpartition(":")[2]
    if _marked(context.subject, settings) or _stamped((last,), settings):
        yield Hit("subject")
    if _marked(context.body_text, settings) or _stamped(context.body_text.splitlines(), settings):
        yield Hit("body")
    for attachment in context.attachments:
        if any(_marked(name, settings) for name in _names(attachment)):
            yield Hit(attachment.location)
        text = attachment.text
        if text is not None and _stamped(text.first_page().splitlines(), settings):
            yield Hit(f"{attachment.location}#page=1")


def _names(attachment: CheckedAttachment) -> Iterator[str]:
    yield attachment.name
    for member in attachment.kind.members:
        yield member.path


def _marked(text: str, settings: Settings) -> bool:
    plain = normalise(text)
    return any(pattern.search(plain) for pattern in settings.patterns("anywhere_patterns"))


def _stamped(lines: Sequence[str], settings: Settings) -> bool:
    patterns = settings.patterns("own_line_patterns")
    plain = [normalise(line).strip() for line in lines]
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


RULES = (Rule("state-secret-marking", state_secret_marking),)
