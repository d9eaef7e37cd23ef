"""Whether a mail domain imitates another."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from client.model.text import fold

_TWINS = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u04bb\u0501\u0261\u03bf\u03bd\u03b1\u03c1\u03b9\u043d\u043c\u0442\u0432\u043a\u04cf01",
    "aeopcyxijhdgovapihmtbklol",
)
"""Cyrillic and Greek letters, and digits, that are taken for a Latin letter at a glance."""


def readable(domain: str) -> str:
    """``domain`` with its A-labels (``xn--…``) as people see them; unchanged where they are broken."""
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain


def mixed_scripts(domain: str) -> bool:
    """A label of ``domain`` mixes Latin letters with those of another script."""
    return any(len({_script(char) for char in label if char.isalpha()}) > 1 for label in domain.split("."))


def skeleton(domain: str) -> str:
    """``domain`` reduced to the Latin letters it looks like."""
    return fold(domain).translate(_TWINS)


def nearest(domain: str, targets: Iterable[str], limit: int) -> str:
    """The first of ``targets`` within ``limit`` edits of ``domain`` or of its last labels, or ``""``."""
    labels = domain.split(".")
    for target in targets:
        tail = ".".join(labels[-(target.count(".") + 1) :])
        if any(distance(candidate, target, limit) <= limit for candidate in {domain, tail}):
            return target
    return ""


def distance(one: str, other: str, limit: int) -> int:
    """Damerau-Levenshtein distance (adjacent transpositions count once), or ``limit + 1`` if larger."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    older: list[int] = []
    old = list(range(len(other) + 1))
    for row, left in enumerate(one, 1):
        new = [row]
        for column, right in enumerate(other, 1):
            best = min(old[column] + 1, new[column - 1] + 1, old[column - 1] + (left != right))
            swapped = row > 1 and column > 1 and left == other[column - 2] and one[row - 2] == right
            new.append(min(best, older[column - 2] + 1) if swapped else best)
        older, old = old, new
    return min(old[-1], limit + 1)


def _script(char: str) -> str:
    return unicodedata.name(char, "?").split(" ", 1)[0]
