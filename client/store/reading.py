"""The reader's side of an account's cache: what the window lists."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from client.errors import StorageFailed, StoreCorrupt
from client.model.mailbox import Mailbox, MessageRow, SpecialUse
from client.model.text import fold
from client.store.database import Database, Value, open_cache
from client.store.flags import BITS, apply_change
from client.store.operations import FlagOperation, Operations
from client.store.rows import Location

_ORDER = (
    SpecialUse.INBOX,
    SpecialUse.DRAFTS,
    SpecialUse.SENT,
    SpecialUse.ARCHIVE,
    SpecialUse.JUNK,
    SpecialUse.TRASH,
    SpecialUse.NONE,
)
_COLUMNS = (
    "row_id, mailbox_id, uid, subject, sender_name, sender_address, recipients, received_at, size, flags,"
    " has_attachment, signed_shape, message_id, body_path"
)
_CHUNK = 500


class MessageReader:
    """Reads through its own read-only connection; flags shown = server's flags ⊕ pending changes.

    The cache is the engine's to make and to replace: while there is none the answers are empty,
    and a file that was set aside is let go of.
    """

    def __init__(self, cache_path: Path, account_id: str, operations: Operations) -> None:
        self._path = cache_path
        self._account_id = account_id
        self._operations = operations
        self._database: Database | None = None
        self._identity: tuple[int, int] = (0, 0)

    def mailboxes(self) -> tuple[Mailbox, ...]:
        """INBOX first, then by special use, then by name."""
        self._let_go_of_a_replaced_file()
        rows = self._select(
            "SELECT mailbox_id, raw_name, name, special_use,"
            " (SELECT count(*) FROM message m WHERE m.mailbox_id = b.mailbox_id AND uid IS NOT NULL),"
            " (SELECT count(*) FROM message m WHERE m.mailbox_id = b.mailbox_id AND uid IS NOT NULL"
            "  AND (flags & 1) = 0) FROM mailbox b"
        )
        pending = self._operations.pending()
        found = [self._mailbox(row, pending) for row in rows]
        return tuple(sorted(found, key=lambda one: (_ORDER.index(one.special_use), fold(one.name))))

    def row_ids(self, mailbox_id: int, query: str = "") -> array[int]:
        """Numbers of the rows, newest first; every word of ``query`` must occur, marks do not count."""
        words = fold(query).split()
        condition = "".join(" AND instr(folded, ?) > 0" for _ in words)
        sql = (
            "SELECT row_id FROM message WHERE mailbox_id = ? AND uid IS NOT NULL"  # noqa: S608 - constants only
            f"{condition} ORDER BY received_at DESC, row_id DESC"
        )
        rows = self._select(sql, (mailbox_id, *words))
        return array("q", (row[0] for row in rows))

    def rows(self, mailbox_id: int, row_ids: Sequence[int]) -> dict[int, MessageRow]:
        """The rows with these numbers; one that has gone meanwhile is missing."""
        found: dict[int, MessageRow] = {}
        changes = self._changes(mailbox_id)
        for start in range(0, len(row_ids), _CHUNK):
            chunk = row_ids[start : start + _CHUNK]
            marks = ",".join("?" * len(chunk))
            sql = (
                f"SELECT {_COLUMNS} FROM message WHERE mailbox_id = ? AND uid IS NOT NULL"  # noqa: S608 - constants only
                f" AND row_id IN ({marks})"
            )
            for row in self._select(sql, (mailbox_id, *chunk)):
                found[row[0]] = _message_row(row, changes.get(row[2], ()))
        return found

    def row(self, mailbox_id: int, row_id: int) -> MessageRow | None:
        """One row, None when it has gone."""
        return self.rows(mailbox_id, (row_id,)).get(row_id)

    def locate(self, mailbox_id: int, row_id: int) -> Location | None:
        """Where the row is on the server, for a pending change or a fetch."""
        rows = self._select(
            "SELECT row_id, mailbox_id, raw_name, uidvalidity, uid, message_id, body_path FROM message"
            " JOIN mailbox USING (mailbox_id) WHERE mailbox_id = ? AND row_id = ? AND uid IS NOT NULL",
            (mailbox_id, row_id),
        )
        return Location(*rows[0]) if rows else None

    def close(self) -> None:
        """Let go of the file; the next question opens it again."""
        database, self._database = self._database, None
        if database is not None:
            database.close()

    def _select(self, sql: str, bindings: Sequence[Value] = ()) -> list[tuple[Any, ...]]:
        if self._database is None:
            if not self._path.is_file():
                return []
            try:
                self._database = open_cache(self._path, readonly=True)
            except StorageFailed:
                return []
            self._identity = self._file_identity()
        try:
            return self._database.rows(sql, bindings)
        except StoreCorrupt:
            # The engine sets the file aside, which Windows allows only when nobody holds it.
            self.close()
            raise

    def _let_go_of_a_replaced_file(self) -> None:
        if self._database is not None and self._file_identity() != self._identity:
            self.close()

    def _file_identity(self) -> tuple[int, int]:
        try:
            status = self._path.stat()
        except OSError:
            return (0, 0)
        return (status.st_dev, status.st_ino)

    def _changes(self, mailbox_id: int) -> dict[int, list[FlagOperation]]:
        rows = self._select("SELECT raw_name, uidvalidity FROM mailbox WHERE mailbox_id = ?", (mailbox_id,))
        changes: dict[int, list[FlagOperation]] = {}
        for raw_name, uidvalidity in rows:
            for operation in self._operations.pending(raw_name):
                if operation.uidvalidity == uidvalidity:
                    changes.setdefault(operation.uid, []).append(operation)
        return changes

    def _mailbox(self, row: tuple[Any, ...], pending: Sequence[FlagOperation]) -> Mailbox:
        mailbox_id, raw_name, name, special_use, total, unread = row
        delta = sum(
            self._unread_change(mailbox_id, one)
            for one in pending
            if one.raw_name == raw_name and BITS.get(one.flag) == 1
        )
        return Mailbox(
            mailbox_id,
            self._account_id,
            raw_name,
            name,
            SpecialUse(special_use),
            total,
            max(unread + delta, 0),
        )

    def _unread_change(self, mailbox_id: int, operation: FlagOperation) -> int:
        rows = self._select(
            "SELECT flags & 1 FROM message JOIN mailbox USING (mailbox_id)"
            " WHERE mailbox_id = ? AND uid = ? AND uidvalidity = ?",
            (mailbox_id, operation.uid, operation.uidvalidity),
        )
        if not rows or bool(rows[0][0]) == operation.present:
            return 0
        return -1 if operation.present else 1


def _message_row(row: tuple[Any, ...], changes: Sequence[FlagOperation]) -> MessageRow:
    flags = row[9]
    for change in changes:
        flags = apply_change(flags, change.flag, change.present)
    return MessageRow(
        row_id=row[0],
        mailbox_id=row[1],
        uid=row[2],
        subject=row[3],
        sender_name=row[4],
        sender_address=row[5],
        recipients=row[6],
        received_at=datetime.fromtimestamp(row[7], UTC),
        size=row[8],
        seen=bool(flags & 1),
        flagged=bool(flags & 4),
        answered=bool(flags & 2),
        has_attachment=bool(row[10]),
        signed_shape=bool(row[11]),
        message_id=row[12],
        body_path=row[13],
    )
