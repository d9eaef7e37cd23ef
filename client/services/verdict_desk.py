"""What the window asks about verdicts that are known without opening a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from client.model.mailbox import MessageRow
from client.model.verdict import Display


@dataclass(frozen=True, slots=True)
class CheckingProgress:
    """How far the background is."""

    done: int = 0
    total: int = 0
    """0 while there is nothing to do."""
    is_paused: bool = False


class VerdictDesk(Protocol):
    """A `client.model.event.EventKind.JUDGED` event tells of each row whose word may be another now."""

    def words(self, rows: Sequence[MessageRow]) -> dict[int, Display | None]:
        """What is known of each row: a word that holds now, or None where it was checked and has to be again.

        Of a row that is missing nothing is known. See `client.model.known_verdict` for the rule; looks up,
        verifies nothing.
        """

    def progress(self) -> CheckingProgress:
        """What is being checked in the background."""

    def pause(self, *, paused: bool) -> None:
        """Begin nothing more after the message at hand, or go on; until the program ends."""
