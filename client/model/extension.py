"""Signed documents that are to carry, later on, what proves them for years (EN 319 142-1, B-LT and B-LTA)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from client.model.verdict import Profile

_FIRST_WAIT = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=12)


class ExtensionState(StrEnum):
    """Where one document stands."""

    WAITING = "waiting"
    """For its turn, or for another try after something that passes by itself."""
    DONE = "done"
    FAILED = "failed"
    """Only a person can go on: the file is gone, has a password, or its signature does not hold."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ExtensionEntry:
    """One document in the queue."""

    extension_id: int
    path: Path
    target: Profile
    state: ExtensionState
    created_at: datetime
    not_before: datetime
    attempts: int = 0
    error_code: str = ""
    """Why the last try led to nothing; ``""`` before the first and after success."""
    error_params: tuple[tuple[str, str], ...] = ()


def next_try(attempts: int, now: datetime) -> datetime:
    """When to try again after so many tries in vain: minutes at first, twice a day in the end.

    A revocation list that must be newer than the signature may take days to come out.
    """
    doublings = min(max(attempts - 1, 0), 16)
    return now + min(_FIRST_WAIT * (1 << doublings), _LONGEST_WAIT)
