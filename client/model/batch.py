"""Many documents signed with one PIN: what is to be done and what became of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class ItemState(StrEnum):
    """Where one document of a batch stands."""

    WAITING = "waiting"
    SIGNING = "signing"
    SIGNED = "signed"
    SKIPPED = "skipped"
    """By the user, before its turn."""
    FAILED = "failed"
    """Its own fault; may be retried alone."""
    STOPPED = "stopped"
    """Not tried: the batch was cancelled, the PIN was wrong or the token was pulled out."""


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One document; frozen, a new value takes its place as it goes on."""

    source: Path
    target: Path
    state: ItemState = ItemState.WAITING
    code: str = ""
    """Error code of a failure or of what stopped the batch."""
    params: tuple[tuple[str, str], ...] = ()

    @property
    def is_open(self) -> bool:
        """Still to be done, or to be done again when the user says so."""
        return self.state in {ItemState.WAITING, ItemState.SIGNING, ItemState.STOPPED}


def count(items: Iterable[BatchItem], state: ItemState) -> int:
    """How many stand there."""
    return sum(item.state is state for item in items)
