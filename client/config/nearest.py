"""What somebody probably meant who wrote a name that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], *, likeness: float = 0.6) -> str:
    """The known name most like ``word``, ``""`` where none is at least that alike (0 to 1)."""
    return next(iter(difflib.get_close_matches(word, list(known), 1, likeness)), "")
