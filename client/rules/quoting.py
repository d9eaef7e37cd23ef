"""Telling the author's new text from what they quote."""

from __future__ import annotations

import re
from collections.abc import Iterable

from client.model.wording import normalise
from client.rules.context import CheckContext
from client.rules.rule import Settings

_QUOTE_RULE = "attachment-promised-missing"
"""The rule whose parameters say what quoted text looks like."""


def new_text(body: str, quoted: Iterable[re.Pattern[str]], quote_start: Iterable[re.Pattern[str]]) -> str:
    """``body`` without quoted lines, cut where an earlier message begins."""
    quoted, quote_start = tuple(quoted), tuple(quote_start)
    kept: list[str] = []
    for line in normalise(body).splitlines():
        if any(pattern.search(line) for pattern in quote_start):
            break
        if not any(pattern.search(line) for pattern in quoted):
            kept.append(line)
    return "\n".join(kept)


def author_text(context: CheckContext, settings: Settings) -> str:
    """What the author wrote, without what they quote."""
    return new_text(context.body_text, *quoting_patterns(settings))


def quoted_text(context: CheckContext, settings: Settings) -> str:
    """The rest: what others wrote before."""
    quoted, starts = quoting_patterns(settings)
    lines = normalise(context.body_text).splitlines()
    first = next((n for n, line in enumerate(lines) if any(one.search(line) for one in starts)), len(lines))
    marked = [line for line in lines[:first] if any(one.search(line) for one in quoted)]
    return "\n".join([*marked, *lines[first:]])


def quoting_patterns(settings: Settings) -> tuple[tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...]]:
    """What a quoted line looks like, and what the line above an earlier message does."""
    own = Settings(settings.policy, settings.policy.rules[_QUOTE_RULE])
    return own.patterns("quote_patterns"), own.patterns("quote_start_patterns")
