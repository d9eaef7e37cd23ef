"""Rules on subject and body (regulation.md B2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from client.model.finding import Unchecked
from client.model.text import fold
from client.model.wording import normalise, squeeze, visible
from client.rules.context import CheckContext
from client.rules.offices import plain_name
from client.rules.rule import Hit, Rule, Settings


def subject_empty(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Nothing is left of the subject once reply and forward marks are taken off."""
    subject = squeeze(visible(context.subject))
    prefixes = settings.patterns("prefix_patterns")
    before = None
    while before != subject:
        before = subject
        for prefix in prefixes:
            subject = prefix.sub("", subject).strip()
    if not subject:
        yield Hit("subject")


def no_sender_block(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """The end of the text names neither the sender nor their unit; replies need no block."""
    if context.is_reply:
        return
    lines = [line for line in normalise(context.body_text).splitlines() if line.strip()]
    block = " ".join(lines[-int(settings.number("block_lines")) :])
    if not (_names_sender(context, block) and _names_unit(context, block, settings)):
        yield Hit("body")


def _names_sender(context: CheckContext, block: str) -> bool:
    name = context.identity.address.display_name or (context.sender.display_name if context.sender else "")
    # "Nguyễn Văn An (SNV)" and "Nguyễn Văn An - Sở Nội vụ" are names with the unit behind them.
    name = re.split(r"\s[-–|]\s|[(,]", name)[0]
    return _mentions(block, name)


def _names_unit(context: CheckContext, block: str, settings: Settings) -> bool:
    if context.identity.unit:
        # "P.CCHC, Sở Nội vụ" tells where from as well as the division's full name does.
        parts = (one for one in context.identity.unit.split(",") if len(one.split()) > 1)
        wanted = {plain_name(one) for one in (context.identity.unit, *parts)} - {""}
        written = f" {plain_name(block)} "
        return any(f" {one} " in written for one in wanted) or not wanted
    return any(pattern.search(block) for pattern in settings.patterns("unit_patterns"))


def _mentions(block: str, words: str) -> bool:
    wanted = re.findall(r"\w+", fold(normalise(words)))
    there = re.findall(r"\w+", fold(block))
    return f" {' '.join(wanted)} " in f" {' '.join(there)} " if wanted else bool(block)


RULES = (
    Rule("subject-empty", subject_empty),
    Rule("no-sender-block", no_sender_block),
)
