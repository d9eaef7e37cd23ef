"""Flag changes made here that the server has not taken yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from client.model.message import Flag
from client.store.database import Database
from client.store.times import to_text


@dataclass(frozen=True, slots=True)
class FlagOperation:
    """One pending change; it names its message as the server does, so a rebuilt cache does not matter."""

    operation_id: int
    raw_name: bytes
    uidvalidity: int
    uid: int
    message_id: str
    flag: str
    present: bool


class Operations:
    """The pending changes of one account; flags shown = server's flags ⊕ these."""

    def __init__(self, ledger: Database, account_id: str, clock: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._account_id = account_id
        self._clock = clock

    def change_flag(
        self, raw_name: bytes, uidvalidity: int, uid: int, message_id: str, flag: Flag, *, present: bool
    ) -> None:
        """Remember a change; a later one to the same flag replaces it (and gets a new number)."""
        # REPLACE gives a new operation_id: an acknowledgement of the older change cannot remove this one.
        self._ledger.run(
            "INSERT OR REPLACE INTO operation (account_id, raw_name, uidvalidity, uid, message_id, flag,"
            " present, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self._account_id,
                raw_name,
                uidvalidity,
                uid,
                message_id,
                str(flag),
                int(present),
                to_text(self._clock()),
            ),
        )

    def pending(self, raw_name: bytes | None = None) -> tuple[FlagOperation, ...]:
        """What waits for the server, oldest first; of one mailbox if named."""
        return self._select("parked = ''", raw_name)

    def parked(self) -> tuple[FlagOperation, ...]:
        """What the server refused for good, for the window that shows it."""
        return self._select("parked <> ''", None)

    def done(self, operation_ids: Iterable[int]) -> None:
        """Forget changes the server has taken."""
        self._ledger.run_many(
            "DELETE FROM operation WHERE operation_id = ?", [(number,) for number in operation_ids]
        )

    def park(self, operation_ids: Iterable[int], code: str) -> None:
        """Put aside what the server refused; it no longer changes what is shown."""
        self._ledger.run_many(
            "UPDATE operation SET parked = ? WHERE operation_id = ?",
            [(code, number) for number in operation_ids],
        )

    def retarget(self, operation_id: int, uidvalidity: int, uid: int) -> None:
        """Let a change follow its message to a new UID; an equal newer one there wins."""
        with self._ledger.transaction():
            moved = self._ledger.run(
                "UPDATE OR IGNORE operation SET uidvalidity = ?, uid = ? WHERE operation_id = ?",
                (uidvalidity, uid, operation_id),
            )
            if not moved:
                self._ledger.run("DELETE FROM operation WHERE operation_id = ?", (operation_id,))

    def _select(self, condition: str, raw_name: bytes | None) -> tuple[FlagOperation, ...]:
        sql = (
            "SELECT operation_id, raw_name, uidvalidity, uid, message_id, flag, present FROM operation"  # noqa: S608 - constants only
            f" WHERE account_id = ?1 AND (?2 IS NULL OR raw_name = ?2) AND {condition} ORDER BY operation_id"
        )
        rows = self._ledger.rows(sql, (self._account_id, raw_name))
        return tuple(_operation(row) for row in rows)


def _operation(row: tuple[Any, ...]) -> FlagOperation:
    return FlagOperation(row[0], row[1], row[2], row[3], row[4], row[5], bool(row[6]))
