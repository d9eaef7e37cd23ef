"""What has to come and go to make one list of row numbers another, in runs of lines."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

_CHUNK = 1024
Run = tuple[int, int]
"""First and last line, both included."""


@dataclass(frozen=True, slots=True)
class LineChanges:
    """First every run of ``gone`` goes, the last one first; then every run of ``come`` comes, in order."""

    gone: tuple[Run, ...]
    """Lines of the old list."""
    come: tuple[Run, ...]
    """Lines of the new one."""

    @property
    def steps(self) -> int:
        """How often a view has to move its lines."""
        return len(self.gone) + len(self.come)


def changes_between(old: array[int], new: array[int]) -> LineChanges | None:
    """The changes from ``old`` to ``new``; None where what stays changes its order.

    Only what lies between the common beginning and the common end is looked at line by line.
    """
    start = _common(old, new)
    end = _common(old[: start - 1 if start else None : -1], new[: start - 1 if start else None : -1])
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    kept, present = set(after), set(before)
    if [n for n in before if n in kept] != [n for n in after if n in present]:
        return None
    gone = (start + line for line, number in enumerate(before) if number not in kept)
    come = (start + line for line, number in enumerate(after) if number not in present)
    return LineChanges(runs(gone), runs(come))


def _common(one: array[int], other: array[int]) -> int:
    """How many numbers both begin with."""
    shorter = min(len(one), len(other))
    at = 0
    while at < shorter and one[at : at + _CHUNK] == other[at : at + _CHUNK]:
        at += _CHUNK
    while at < shorter and one[at] == other[at]:
        at += 1
    return min(at, shorter)


def runs(lines: Iterable[int]) -> tuple[Run, ...]:
    """Lines in ascending order, those side by side as one."""
    found: list[Run] = []
    for line in lines:
        if found and found[-1][1] == line - 1:
            found[-1] = (found[-1][0], line)
        else:
            found.append((line, line))
    return tuple(found)
