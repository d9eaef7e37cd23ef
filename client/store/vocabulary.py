"""The words an index knows that begin as typed.

FTS5 puts the lists of all of a prefix's words together before it answers, which takes as long as they
are in all; named one by one they are read only as far as they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from client.store.database import Value

_MOST = 400
"""Looking at each of so many takes a quarter of what putting the lists of a prefix together does."""
_FIRST = "SELECT term FROM temp.word_list WHERE term >= ? LIMIT 1"
_OFFER = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.word_list USING fts5vocab('main', 'message_text', 'instance')"
)


class Endings:
    """Looks words up through a connection's ``select``; it is prepared for that by itself."""

    def __init__(self, select: Callable[[str, Sequence[Value]], list[tuple[Any, ...]]]) -> None:
        self._select = select

    def of(self, beginning: str) -> list[str] | None:
        """The words that begin so, in order; None when there are more than are worth naming."""
        found: list[str] = []
        self._select(_OFFER, ())
        at_least = beginning
        while len(found) <= _MOST:
            rows = self._select(_FIRST, (at_least,))
            if not rows or not str(rows[0][0]).startswith(beginning):
                return found
            found.append(str(rows[0][0]))
            # The smallest word after it: the list of its places is not walked through.
            at_least = found[-1] + "\x01"
        return None
