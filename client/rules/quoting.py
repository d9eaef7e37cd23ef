"""Telling the author's new text from what they quote."""

from __future__ import annotations

import re
from collections.abc import Iterable

from client.model.wording import normalise


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
