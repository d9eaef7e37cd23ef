"""Where in the body a finding stands: characters of the text as the author sees it, not as rules read it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from client.model.wording import normalise
from client.rules.context import CheckContext
from client.rules.quoting import quoting_patterns
from client.rules.rule import Settings

Span = tuple[int, int]
NOWHERE: Span = (0, 0)


def matched(context: CheckContext, settings: Settings, patterns: Iterable[re.Pattern[str]]) -> Span:
    """The first match in the author's own lines; `NOWHERE` for one that runs over several lines."""
    wanted = tuple(patterns)
    for start, line in author_lines(context, settings):
        for pattern in wanted:
            found = pattern.search(normalise(line))
            if found:
                return _in_line(start, line, found.span())
    return NOWHERE


def whole_line(lines: Iterable[tuple[int, str]], applies: Callable[[str], bool]) -> Span:
    """The first line that ``applies`` to, without the white space around it."""
    for start, line in lines:
        if line.strip() and applies(line):
            return _in_line(start, line, (0, 0))
    return NOWHERE


def all_lines(body: str) -> Iterator[tuple[int, str]]:
    """Every line with where it begins."""
    start = 0
    for line in body.splitlines(keepends=True):
        yield start, line.rstrip("\r\n")
        start += len(line)


def author_lines(context: CheckContext, settings: Settings) -> Iterator[tuple[int, str]]:
    """The lines that are not quoted, as far as the author's text goes."""
    quoted, starts = quoting_patterns(settings)
    for start, line in all_lines(context.body_text):
        plain = normalise(line)
        if any(pattern.search(plain) for pattern in starts):
            return
        if not any(pattern.search(plain) for pattern in quoted):
            yield start, line


def _in_line(start: int, line: str, found: Span) -> Span:
    """Normalising may shorten a line; then, and for no place in it, the whole line is shown."""
    if len(normalise(line)) == len(line) and found[1] > found[0]:
        return start + found[0], start + found[1]
    lead = len(line) - len(line.lstrip())
    return start + lead, start + len(line.rstrip())
