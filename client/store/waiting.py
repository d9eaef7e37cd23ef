"""Messages whose verdict wants for revocation data, in the ledger: they outlive the program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from client.model.verdict import Display
from client.store.database import Database
from client.store.times import from_text, to_text

_SELECT = "SELECT sha256, mailbox_id, row_id, subject, display, since FROM waiting_verdict "


@dataclass(frozen=True, slots=True)
class Waiting:
    """One message."""

    sha256: str
    """Of the raw message."""
    mailbox_id: int
    row_id: int
    subject: str
    display: Display
    """What was said last."""
    since: datetime


class WaitingVerdicts:
    """One row a message; a message that was judged for good has none."""

    def __init__(self, ledger: Database, clock: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._clock = clock

    def put(self, sha256: str, place: tuple[int, int], subject: str, display: Display) -> None:
        """Have it judged again some time; where it waits already, only its place is noted anew."""
        self._ledger.run(
            "INSERT INTO waiting_verdict (sha256, mailbox_id, row_id, subject, display, since)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (sha256) DO UPDATE SET"
            " mailbox_id = excluded.mailbox_id, row_id = excluded.row_id",
            (sha256, *place, subject, str(display), to_text(self._clock())),
        )

    def get(self, sha256: str) -> Waiting | None:
        """The message, if it waits."""
        row = self._ledger.row(_SELECT + "WHERE sha256 = ?", (sha256,))
        return None if row is None else _waiting(row)

    def all(self) -> tuple[Waiting, ...]:
        """All of them, newest first: that is what people look at."""
        return tuple(map(_waiting, self._ledger.rows(_SELECT + "ORDER BY since DESC, rowid DESC")))

    def remove(self, sha256: str) -> bool:
        """It needs nothing any more; whether it waited."""
        return self._ledger.run("DELETE FROM waiting_verdict WHERE sha256 = ?", (sha256,)) > 0


def _waiting(row: tuple[Any, ...]) -> Waiting:
    sha256, mailbox_id, row_id, subject, display, since = row
    return Waiting(sha256, int(mailbox_id), int(row_id), subject, Display(display), from_text(since))
