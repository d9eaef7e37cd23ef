"""The reader's side of an account's cache: what the window lists."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from client.errors import StorageFailed, StoreCorrupt
from client.model.at_rest import AtRest
from client.model.mailbox import Mailbox, MessageRow, Related, SpecialUse
from client.model.operation import Operation, OperationKind
from client.model.search import EVERYWHERE, MOST_FOUND, SearchQuery, parse_query
from client.model.text import fold
from client.store.conversations import BODIES_NEAR, MOST_MESSAGES, NEIGHBOURS, encoded
from client.store.database import Database, Value, open_cache
from client.store.finding import Scope, find_rows
from client.store.flags import apply_change
from client.store.operations import Operations
from client.store.rows import Location
from client.store.words import as_written, document_numbers

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
_ALL = -1
_PARTS = re.compile(r"[/.]")
_BLANKS = re.compile(r"[\s_-]+")


class MessageReader:
    """Reads through its own read-only connection; flags shown = server's flags ⊕ pending changes.

    The cache is the engine's to make and to replace: while there is none the answers are empty,
    and a file that was set aside is let go of.
    """

    def __init__(
        self, cache_path: Path, account_id: str, operations: Operations, at_rest: AtRest | None = None
    ) -> None:
        self._path, self._at_rest = cache_path, at_rest
        self._account_id = account_id
        self._operations = operations
        self._database: Database | None = None
        self._identity: tuple[int, int] = (0, 0)

    def mailboxes(self) -> tuple[Mailbox, ...]:
        """INBOX first, then by special use, then by name."""
        self._let_go_of_a_replaced_file()
        rows = self._select(
            "SELECT mailbox_id, raw_name, name, special_use, total, unread FROM mailbox WHERE raw_name <> x''"
        )
        changed = self._changed_counts()
        found = [
            Mailbox(
                row[0], self._account_id, row[1], row[2], SpecialUse(row[3]),
                max(row[4] + changed.get(row[0], (0, 0))[0], 0),
                max(row[5] + changed.get(row[0], (0, 0))[1], 0),
            )
            for row in rows
        ]  # fmt: skip
        return tuple(sorted(found, key=lambda one: (_ORDER.index(one.special_use), fold(one.name))))

    def row_ids(self, mailbox_id: int, query: str = "") -> array[int]:
        """Numbers of the rows, newest first; of those that meet ``query`` (see `parse_query`) the first only.

        ``trong:`` looks into other mailboxes of the account; messages with the very marks that were
        typed then come first.
        """
        wanted = parse_query(query)
        return self.search(wanted, mailbox_id, _ALL if wanted.is_empty else MOST_FOUND)

    def search(self, query: SearchQuery, mailbox_id: int = 0, limit: int = MOST_FOUND) -> array[int]:
        """The first ``limit`` rows that meet ``query``; in all mailboxes unless one is given or named."""
        mailboxes: tuple[int, ...] | None = (mailbox_id,) if mailbox_id else None
        if query.mailbox:
            mailboxes = None if query.mailbox == EVERYWHERE else self._named(query.mailbox)
        out = self._leaving()
        come = tuple(one.row_id for one in out if mailboxes is None or one.target in mailboxes)
        return find_rows(self._select, query, Scope(mailboxes, tuple(one.row_id for one in out), come), limit)

    def rows(self, row_ids: Sequence[int]) -> dict[int, MessageRow]:
        """The rows with these numbers, whatever their mailbox; one that has gone meanwhile is missing."""
        found: dict[int, MessageRow] = {}
        changes = self._changes()
        for start in range(0, len(row_ids), _CHUNK):
            chunk = row_ids[start : start + _CHUNK]
            marks = ",".join("?" * len(chunk))
            sql = f"SELECT {_COLUMNS} FROM message WHERE uid IS NOT NULL AND row_id IN ({marks})"  # noqa: S608 - constants only
            for row in self._select(sql, chunk):
                found[row[0]] = _message_row(row, changes.get((row[1], row[2]), ()))
        return found

    def row(self, row_id: int) -> MessageRow | None:
        """One row, None when it has gone."""
        return self.rows((row_id,)).get(row_id)

    def locate(self, row_id: int) -> Location | None:
        """Where the row is on the server, for a pending change or a fetch."""
        rows = self._select(
            "SELECT row_id, mailbox_id, raw_name, uidvalidity, uid, message_id, body_path FROM message"
            " JOIN mailbox USING (mailbox_id) WHERE row_id = ? AND uid IS NOT NULL",
            (row_id,),
        )
        return Location(*rows[0]) if rows else None

    def conversation(self, row_id: int) -> tuple[MessageRow, ...]:
        """The messages joined to this one by answering each other, itself among them, oldest first.

        Copies of one message in several mailboxes are one: the one asked for, else the oldest row.
        """
        found, edge = {row_id}, {row_id}
        while edge and len(found) < MOST_MESSAGES:
            near = {row[0] for row in self._select(NEIGHBOURS, (encoded(edge), MOST_MESSAGES))}
            edge = near - found
            found |= edge
        rows = sorted(self.rows(tuple(found)).values(), key=lambda one: (one.row_id != row_id, one.row_id))
        once: dict[str, MessageRow] = {}
        for row in rows:
            once.setdefault(row.message_id or str(row.row_id), row)
        return tuple(sorted(once.values(), key=lambda one: (one.received_at, one.row_id)))

    def related(self, row_id: int) -> Related:
        """See `Related`; nothing for a row that has gone."""
        row = self.row(row_id)
        if row is None:
            return Related()
        joined = self.conversation(row_id)
        others = tuple(one for one in joined if one.row_id != row_id)
        numbers = document_numbers(row.subject).split(" zz ")
        if len(numbers) != 1 or not numbers[0]:
            return Related(others)
        found = self.rows(self.search(parse_query(f'số:"{numbers[0]}"'), limit=MOST_MESSAGES))
        known = {one.message_id for one in joined} | {row.message_id}
        same = sorted(
            (one for one in found.values() if one.message_id not in known),
            key=lambda one: (one.received_at, one.row_id),
        )
        return Related(others, as_written(numbers[0], row.subject), tuple(same))

    def bodies_near(self, row_id: int) -> tuple[str, ...]:
        """Body paths of what the row's sender sent to its mailbox within a month of it, and is here."""
        return tuple(str(row[0]) for row in self._select(BODIES_NEAR, (row_id,)))

    def use_of(self, mailbox_id: int) -> SpecialUse:
        """What the mailbox is for; NONE for one that is not known."""
        found = self._select("SELECT special_use FROM mailbox WHERE mailbox_id = ?", (mailbox_id,))
        return SpecialUse(found[0][0]) if found else SpecialUse.NONE

    def was_sent(self, message_id: str) -> bool:
        """Whether a mailbox for sent mail holds a message with that identifier."""
        return bool(
            self._select(
                "SELECT 1 FROM message JOIN mailbox USING (mailbox_id)"
                " WHERE message_id = ? AND special_use = ? LIMIT 1",
                (message_id, str(SpecialUse.SENT)),
            )
        )

    def body_of(self, message_id: str) -> str:
        """Path of a message's body as `body_path` has it, by its Message-ID; ``""`` where none is here."""
        rows = self._select(
            "SELECT body_path FROM message WHERE message_id = ? AND body_path <> '' LIMIT 1", (message_id,)
        )
        return str(rows[0][0]) if rows and message_id else ""

    def without_text(self, limit: int) -> list[tuple[int, int, str]]:
        """(row number, mailbox, body path) of messages whose attachments have still to be read for search."""
        found = self._select(
            "SELECT row_id, mailbox_id, body_path FROM message WHERE indexed < 2 AND body_path <> ''"
            " AND indexed = 1 AND uid IS NOT NULL ORDER BY received_at DESC LIMIT ?",
            (limit,),
        )
        return [(int(row[0]), int(row[1]), str(row[2])) for row in found]

    def interrupt(self) -> None:
        """From another thread: what is being looked up ends with `Cancelled`."""
        if (database := self._database) is not None:
            database.interrupt()

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
                self._database = open_cache(self._path, self._at_rest, readonly=True)
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

    def _named(self, folded: str) -> tuple[int, ...]:
        """Mailboxes whose name or role is ``folded``; the last parts of their path will do."""
        rows = self._select("SELECT mailbox_id, name, special_use FROM mailbox WHERE raw_name <> x''")
        wanted = _as_typed(folded)
        names = {row[0]: _as_typed(fold(row[1])) for row in rows}
        exact = tuple(row[0] for row in rows if wanted == names[row[0]] or folded == row[2])
        last = tuple(number for number, name in names.items() if _PARTS.sub("/", name).endswith(f"/{wanted}"))
        return exact or last or tuple(number for number, name in names.items() if wanted in name)

    def _changes(self) -> dict[tuple[int, int], list[Operation]]:
        """Pending changes by mailbox and UID."""
        pending = self._operations.pending()
        if not pending:
            return {}
        mailboxes = {
            (row[0], row[1]): row[2]
            for row in self._select("SELECT raw_name, uidvalidity, mailbox_id FROM mailbox")
        }
        changes: dict[tuple[int, int], list[Operation]] = {}
        for operation in (one for one in pending if one.kind is OperationKind.FLAG):
            mailbox_id = mailboxes.get((operation.raw_name, operation.uidvalidity))
            if mailbox_id is not None:
                changes.setdefault((mailbox_id, operation.uid), []).append(operation)
        return changes

    def _leaving(self) -> list[_Leaving]:
        """Rows with a move or deletion pending: shown in their new mailbox, or not at all."""
        pending = [one for one in self._operations.all() if one.hides]
        if not pending:
            return []
        places = self._select("SELECT raw_name, uidvalidity, mailbox_id FROM mailbox")
        sources = {(row[0], row[1]): int(row[2]) for row in places}
        targets = {row[0]: int(row[2]) for row in places}
        found = []
        for one in pending:
            source = sources.get((one.raw_name, one.uidvalidity), 0)
            row = self._select(
                "SELECT row_id, flags FROM message WHERE mailbox_id = ? AND uid = ?", (source, one.uid)
            )
            if row:
                target = targets.get(one.target, 0) if one.kind is OperationKind.MOVE else 0
                found.append(_Leaving(row[0][0], source, target, one.uid, row[0][1]))
        return found

    def _changed_counts(self) -> dict[int, tuple[int, int]]:
        """By mailbox, how far all and unread are off what the server has, for the changes pending."""
        changed: dict[int, tuple[int, int]] = {}

        def add(mailbox_id: int, total: int, unread: int) -> None:
            before = changed.get(mailbox_id, (0, 0))
            changed[mailbox_id] = (before[0] + total, before[1] + unread)

        changes = self._changes()
        shown_in: dict[tuple[int, int], int] = {}
        for one in self._leaving():
            unread = int(not one.flags & 1)
            shown_in[one.source, one.uid] = one.target
            add(one.source, -1, -unread)
            add(one.target, 1, unread)
        for (mailbox_id, uid), operations in changes.items():
            rows = self._select(
                "SELECT flags FROM message WHERE mailbox_id = ? AND uid = ?", (mailbox_id, uid)
            )
            if rows:
                after = _changed(rows[0][0], operations)
                add(shown_in.get((mailbox_id, uid), mailbox_id), 0, (rows[0][0] & 1) - (after & 1))
        return changed


class _Leaving(NamedTuple):
    row_id: int
    source: int
    target: int
    """0: it goes for good, or to a mailbox that is not known here yet."""
    uid: int
    flags: int


def _message_row(row: tuple[Any, ...], changes: Sequence[Operation]) -> MessageRow:
    flags = _changed(row[9], changes)
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


def _changed(flags: int, changes: Sequence[Operation]) -> int:
    for change in changes:
        flags = apply_change(flags, change.flag, change.present)
    return flags


def _as_typed(folded: str) -> str:
    """A mailbox's name as it is compared: who types ``dự-án`` means "Dự án"."""
    return _BLANKS.sub(" ", folded).strip()
