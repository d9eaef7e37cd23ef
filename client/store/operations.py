"""Changes to received mail that the server has not taken yet."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from client.model.message import Flag
from client.model.operation import NOT_EXPUNGED, Operation, OperationKind
from client.store.database import Database, Value
from client.store.rows import Location
from client.store.times import from_text, to_text

_COLUMNS = (
    "operation_id, account_id, raw_name, uidvalidity, uid, message_id, kind, flag, present, target, subject,"
    " created_at, started, undone, tries, not_before, error_code, error_text, parked"
)

Mark = tuple[bytes, int, int, str, int]
"""Mailbox, its UIDVALIDITY, the UID, the flag, and 1 where it is set or 0 where it is cleared."""
Move = tuple[bytes, int, int, bytes]
"""Mailbox, its UIDVALIDITY, the UID, and the mailbox the message goes to; empty: it goes for good."""
_HIDES = f"kind <> 'flag' AND undone = 0 AND parked IN ('', '{NOT_EXPUNGED}')"
"""As `Operation.hides` has it, without making ten thousand objects of ten thousand rows."""
# Each as one text: row by row another thread that works takes the interpreter in between, ten thousand times.
_MARKS = (
    "SELECT json_group_array(json_array(hex(raw_name), uidvalidity, uid, flag, present)) FROM (SELECT * FROM"
    " operation WHERE account_id = ? AND kind = 'flag' AND parked = '' ORDER BY operation_id)"
)
_MOVES = (
    "SELECT json_group_array(json_array(hex(raw_name), uidvalidity, uid, hex(target))) FROM (SELECT * FROM"  # noqa: S608 - constants only
    f" operation WHERE account_id = ? AND {_HIDES} ORDER BY operation_id)"
)


class Operations:
    """The pending changes of one account; what is shown = what the server has ⊕ these.

    Used by the window (make, take back, retry, discard) and the engine (the rest).
    """

    def __init__(self, ledger: Database, account_id: str, clock: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._account_id = account_id
        self._clock = clock
        self._known: dict[str, tuple[tuple[int, int], list[Any]]] = {}

    def together(self) -> AbstractContextManager[None]:
        """What is remembered within this is synced to the disk once, all of it or nothing."""
        return self._ledger.transaction()

    def change_flag(
        self,
        raw_name: bytes,
        uidvalidity: int,
        uid: int,
        message_id: str,
        flag: Flag,
        *,
        present: bool,
        subject: str = "",
    ) -> None:
        """Remember a change; a later one to the same flag replaces it (and gets a new number)."""
        place = Location(0, 0, raw_name, uidvalidity, uid, message_id, "")
        self._insert(place, OperationKind.FLAG, flag=str(flag), present=present, subject=subject)

    def move(self, place: Location, target: bytes, subject: str = "") -> int:
        """Remember that a message goes to another mailbox; answers with the operation's number.

        Back to where the server still has it: then what was to take it away is taken back instead.
        """
        if target == place.raw_name:
            return self._stay(place)
        return self._insert(place, OperationKind.MOVE, target=target, subject=subject)

    def delete(self, place: Location, subject: str = "") -> int:
        """Remember that a message goes for good; answers with the operation's number."""
        return self._insert(place, OperationKind.DELETE, subject=subject)

    def hide_draft(self, place: Location) -> None:
        """A draft's old version that the server cannot remove by itself: marked there, not shown here."""
        with self._ledger.transaction():
            number = self._insert(place, OperationKind.DELETE, flag=str(Flag.DRAFT))
            self.park([number], NOT_EXPUNGED)

    def take_back(self, operation_id: int) -> bool:
        """Undo what has not been started, or have it moved back once done; False when it is done already."""
        with self._ledger.transaction():
            if self._ledger.run(
                "DELETE FROM operation WHERE operation_id = ? AND (started = 0 OR parked <> '')",
                (operation_id,),
            ):
                return True
            return (
                self._ledger.run(
                    "UPDATE operation SET undone = 1 WHERE operation_id = ? AND kind = ?",
                    (operation_id, str(OperationKind.MOVE)),
                )
                > 0
            )

    def pending(self, raw_name: bytes | None = None) -> tuple[Operation, ...]:
        """What waits for the server, oldest first; of one mailbox if named."""
        return self._select("parked = ''", raw_name)

    def parked(self) -> tuple[Operation, ...]:
        """What the server refused for good, for the window that shows it."""
        return self._select("parked <> ''", None)

    def all(self) -> tuple[Operation, ...]:
        """Everything that is not done, oldest first."""
        return self._select("1", None)

    def counts(self) -> tuple[int, int]:
        """How many are not done, and how many of them the server refused for good.

        What is hidden here because the server cannot remove it alone is as good as done.
        """
        sql = "SELECT count(*), total(parked <> '') FROM operation WHERE account_id = ? AND parked <> ?"
        row = self._ledger.row(sql, (self._account_id, NOT_EXPUNGED)) or (0, 0)
        return int(row[0]), int(row[1])

    def marks(self) -> list[Mark]:
        """The pending changes of flags, oldest first; the same list as long as nothing has changed."""
        return self._kept(_MARKS, lambda one: (_raw(one[0]), *one[1:]))

    def moves(self) -> list[Move]:
        """What is shown as gone from its mailbox, oldest first; kept in the same way."""
        return self._kept(_MOVES, lambda one: (_raw(one[0]), one[1], one[2], _raw(one[3])))

    def newest(self) -> int:
        """The highest number so far."""
        row = self._ledger.row("SELECT max(operation_id) FROM operation", ())
        return int(row[0] or 0) if row else 0

    def going(self, place: Location) -> tuple[bytes, int]:
        """Where a message that waits to leave its place is shown, and the number of what takes it there."""
        row = self._ledger.row(
            "SELECT target, operation_id FROM operation"  # noqa: S608 - constants only
            " WHERE account_id = ? AND raw_name = ? AND uidvalidity = ? AND uid = ?"
            f" AND {_HIDES} ORDER BY operation_id DESC LIMIT 1",
            (self._account_id, place.raw_name, place.uidvalidity, place.uid),
        )
        return (b"", 0) if row is None else (bytes(row[0]), int(row[1]))

    def start(self, operation_ids: Iterable[int]) -> None:
        """Written before the command is sent: from now on it can only be moved back."""
        self._ledger.run_many(
            "UPDATE operation SET started = 1 WHERE operation_id = ?", [(one,) for one in operation_ids]
        )

    def done(self, operation_ids: Iterable[int]) -> None:
        """Forget changes the server has taken."""
        self._ledger.run_many(
            "DELETE FROM operation WHERE operation_id = ?", [(number,) for number in operation_ids]
        )

    def moved(self, operation: Operation, place: Location | None) -> None:
        """A move was done and the message is now in ``place`` (None: where, the server did not say).

        Other changes follow it there; one that was taken back meanwhile is moved back from there.
        """
        with self._ledger.transaction():
            row = self._ledger.row(
                "DELETE FROM operation WHERE operation_id = ? RETURNING undone", (operation.operation_id,)
            )
            if place is None:
                return
            key = (self._account_id, operation.raw_name, operation.uidvalidity, operation.uid)
            self._ledger.run(
                "UPDATE OR REPLACE operation SET raw_name = ?, uidvalidity = ?, uid = ?, parked = ''"
                " WHERE account_id = ? AND raw_name = ? AND uidvalidity = ? AND uid = ?",
                (place.raw_name, place.uidvalidity, place.uid, *key),
            )
            if row is not None and row[0]:
                self.move(place, operation.raw_name, operation.subject)

    def failed(self, operation_ids: Iterable[int], code: str, text: str, not_before: datetime | None) -> None:
        """Not taken this time: remember why and when to try again; None: it waits for a person."""
        later = to_text(not_before) if not_before else None
        parked = "" if not_before else code
        self._ledger.run_many(
            "UPDATE operation SET tries = tries + 1, error_code = ?, error_text = ?, not_before = ?,"
            " parked = ? WHERE operation_id = ?",
            [(code, text, later, parked, number) for number in operation_ids],
        )

    def park(self, operation_ids: Iterable[int], code: str) -> None:
        """Put aside what cannot be done; it no longer changes what is shown."""
        self._ledger.run_many(
            "UPDATE operation SET parked = ?, error_code = ? WHERE operation_id = ?",
            [(code, code, number) for number in operation_ids],
        )

    def retry(self, operation_id: int) -> None:
        """Try again now, on a person's word."""
        self._ledger.run(
            "UPDATE operation SET parked = '', error_code = '', error_text = '', not_before = NULL, tries = 0"
            " WHERE operation_id = ?",
            (operation_id,),
        )

    def retarget(self, operation_id: int, uidvalidity: int, uid: int) -> None:
        """Let a change follow its message to a new UID; an equal newer one there wins."""
        self._go("uidvalidity = ?, uid = ?", (uidvalidity, uid), operation_id)

    def follow(self, operation_id: int, place: Location) -> None:
        """Let a change follow its message to another mailbox; an equal newer one there wins."""
        where = (place.raw_name, place.uidvalidity, place.uid)
        self._go("raw_name = ?, uidvalidity = ?, uid = ?", where, operation_id)

    def _go(self, columns: str, values: tuple[Value, ...], operation_id: int) -> None:
        sql = f"UPDATE OR IGNORE operation SET {columns} WHERE operation_id = ?"  # noqa: S608 - constants only
        with self._ledger.transaction():
            if not self._ledger.run(sql, (*values, operation_id)):
                self._ledger.run("DELETE FROM operation WHERE operation_id = ?", (operation_id,))

    def _stay(self, place: Location) -> int:
        last = 0
        rows = self._ledger.rows(
            "SELECT operation_id FROM operation WHERE account_id = ? AND raw_name = ? AND uidvalidity = ?"
            " AND uid = ? AND kind <> 'flag' ORDER BY operation_id",
            (self._account_id, place.raw_name, place.uidvalidity, place.uid),
        )
        for (last,) in rows:
            self.take_back(last)
        return last

    def _insert(
        self,
        place: Location,
        kind: OperationKind,
        *,
        flag: str = "",
        present: bool = True,
        target: bytes = b"",
        subject: str = "",
    ) -> int:
        if kind is not OperationKind.FLAG:
            # The last word on where a message goes counts; one under way is followed instead.
            self._ledger.run(
                "DELETE FROM operation WHERE account_id = ? AND raw_name = ? AND uidvalidity = ? AND uid = ?"
                " AND kind <> 'flag' AND started = 0",
                (self._account_id, place.raw_name, place.uidvalidity, place.uid),
            )
        # REPLACE gives a new operation_id: an acknowledgement of the older change cannot remove this one.
        return self._ledger.insert(
            "INSERT OR REPLACE INTO operation (account_id, raw_name, uidvalidity, uid, message_id, kind,"
            " flag, present, target, subject, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self._account_id,
                place.raw_name,
                place.uidvalidity,
                place.uid,
                place.message_id,
                str(kind),
                flag,
                int(present),
                target,
                subject,
                to_text(self._clock()),
            ),
        )

    def _kept(self, sql: str, made: Callable[[list[Any]], tuple[Any, ...]]) -> list[Any]:
        """Read once for as long as nothing changes: every reading of a list asks, of thousands maybe."""
        version, known = self._ledger.version(), self._known.get(sql)
        if version is not None and known is not None and known[0] == version:
            return known[1]
        ((text,),) = self._ledger.rows(sql, (self._account_id,))
        found = [made(one) for one in json.loads(text)]
        if version is not None:
            self._known[sql] = (version, found)
        return found

    def _select(self, condition: str, raw_name: bytes | None) -> tuple[Operation, ...]:
        bindings: tuple[Value, ...] = (self._account_id, raw_name)
        sql = (
            f"SELECT {_COLUMNS} FROM operation"  # noqa: S608 - constants only
            f" WHERE account_id = ?1 AND (?2 IS NULL OR raw_name = ?2) AND {condition} ORDER BY operation_id"
        )
        return tuple(_operation(row) for row in self._ledger.rows(sql, bindings))


_raw = functools.lru_cache(bytes.fromhex)
"""A mailbox's name as the server has it; a few of them for ten thousand rows."""


def _operation(row: tuple[Any, ...]) -> Operation:
    return Operation(
        operation_id=row[0],
        account_id=row[1],
        raw_name=row[2],
        uidvalidity=row[3],
        uid=row[4],
        message_id=row[5],
        kind=OperationKind(row[6]),
        flag=row[7],
        present=bool(row[8]),
        target=row[9],
        subject=row[10],
        created_at=from_text(row[11]),
        started=bool(row[12]),
        undone=bool(row[13]),
        tries=row[14],
        not_before=from_text(row[15]) if row[15] else None,
        error_code=row[16],
        error_text=row[17],
        parked=row[18],
    )
