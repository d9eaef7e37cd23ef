"""What an account's server was seen to do with copies of sent messages; outlives the engine and the cache."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from client.model.account import SentCopy
from client.store.database import Database
from client.store.times import to_text


class SentHabits:
    """One row an account; AUTO is what is not known."""

    def __init__(self, ledger: Database, clock: Callable[[], datetime]) -> None:
        self._ledger, self._clock = ledger, clock

    def of(self, account_id: str) -> SentCopy:
        """What was learnt about the account's server."""
        row = self._ledger.row("SELECT habit FROM sent_habit WHERE account_id = ?", (account_id,))
        return SentCopy.AUTO if row is None else SentCopy(row[0])

    def learn(self, account_id: str, habit: SentCopy) -> None:
        """Remember it; AUTO forgets. Raises `StorageFull`."""
        if habit is SentCopy.AUTO:
            self._ledger.run("DELETE FROM sent_habit WHERE account_id = ?", (account_id,))
            return
        self._ledger.run(
            "INSERT OR REPLACE INTO sent_habit (account_id, habit, learnt_at) VALUES (?, ?, ?)",
            (account_id, str(habit), to_text(self._clock())),
        )
