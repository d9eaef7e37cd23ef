"""The reader's side of an account's cache: what the window lists."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from client.errors import StorageFailed, StoreCorrupt
from client.model.at_rest import AtRest
from client.model.mailbox import Mailbox, MessageRow, Related, SpecialUse
from client.model.message import Flag
from client.model.search import EVERYWHERE, MOST_FOUND, Having, SearchQuery, parse_query
from client.model.text import fold
from client.store.conversations import BODIES_NEAR, MOST_MESSAGES, NEIGHBOURS, encoded
from client.store.database import Database, Value, open_cache
from client.store.finding import Scope, find_rows, neighbour
from client.store.operations import Operations
from client.store.pending import FlagChange, PendingChanges, changed_flags
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
_LOCATE = (
    "SELECT row_id, mailbox_id, raw_name, uidvalidity, uid, message_id, body_path FROM message"
    " JOIN mailbox USING (mailbox_id) WHERE uid IS NOT NULL AND"
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
        self._pending = PendingChanges(lambda sql, bindings: self._select(sql, bindings), operations)
        self._database: Database | None = None
        self._identity: tuple[int, int] = (0, 0)

    def mailboxes(self) -> tuple[Mailbox, ...]:
        """INBOX first, then by special use, then by name."""
        self._let_go_of_a_replaced_file()
        rows = self._select(
            "SELECT mailbox_id, raw_name, name, special_use, total, unread FROM mailbox WHERE raw_name <> x''"
        )
        changed = self._pending.counts()
        found = [
            Mailbox(
                row[0], self._account_id, row[1], row[2], SpecialUse(row[3]),
                max(row[4] + changed.get(row[0], (0, 0))[0], 0),
                max(row[5] + changed.get(row[0], (0, 0))[1], 0),
            )
            for row in rows
        ]  # fmt: skip
        return tuple(sorted(found, key=lambda one: (_ORDER.index(one.special_use), fold(one.name))))

    def row_ids(self, mailbox_id: int, query: str = "", keep: Sequence[int] = ()) -> array[int]:
        """Numbers of the rows, newest first; of those that meet ``query`` (see `parse_query`) the first only.

        A query without words is a filter and lists all. ``trong:`` looks into other mailboxes of the
        account; messages with the very marks that were typed then come first. ``keep``: rows that stay
        though they have been read or lost their star meanwhile.
        """
        wanted = parse_query(query)
        return self.search(wanted, mailbox_id, _ALL if wanted.is_filter else MOST_FOUND, keep)

    def search(
        self, query: SearchQuery, mailbox_id: int = 0, limit: int = MOST_FOUND, keep: Sequence[int] = ()
    ) -> array[int]:
        """The first ``limit`` rows that meet ``query``; in all mailboxes unless one is given or named."""
        return find_rows(self._select, query, self._scope(query, mailbox_id, keep), limit)

    def next_unread(self, mailbox_id: int, row_id: int, *, older: bool) -> int:
        """The unread row that comes next in the mailbox's list, or with ``older=False`` before; 0 for none.

        From ``row_id`` 0 on the list's near end is meant.
        """
        found = self._select("SELECT received_at, row_id FROM message WHERE row_id = ?", (row_id,))
        query = SearchQuery(having=frozenset({Having.UNREAD}))
        here = (int(found[0][0]), int(found[0][1])) if found else None
        return neighbour(self._select, query, self._scope(query, mailbox_id), here, older=older)

    def _scope(self, query: SearchQuery, mailbox_id: int, keep: Sequence[int] = ()) -> Scope:
        mailboxes: tuple[int, ...] | None = (mailbox_id,) if mailbox_id else None
        if query.mailbox:
            mailboxes = None if query.mailbox == EVERYWHERE else self._named(query.mailbox)
        out = self._pending.leaving()
        come = tuple(one.row_id for one in out if mailboxes is None or one.target in mailboxes)
        marked = {}
        if Having.FLAG in query.having:
            marked[Having.FLAG] = self._pending.marked(Flag.FLAGGED)
        if Having.UNREAD in query.having:
            seen, unseen = self._pending.marked(Flag.SEEN)
            marked[Having.UNREAD] = (unseen, seen)
        return Scope(mailboxes, tuple(one.row_id for one in out), come, marked, tuple(keep))

    def rows(self, row_ids: Sequence[int]) -> dict[int, MessageRow]:
        """The rows with these numbers, whatever their mailbox; one that has gone meanwhile is missing."""
        found: dict[int, MessageRow] = {}
        changes = self._pending.flags()
        for start in range(0, len(row_ids), _CHUNK):
            chunk = row_ids[start : start + _CHUNK]
            marks = ",".join("?" * len(chunk))
            sql = f"SELECT {_COLUMNS} FROM message WHERE uid IS NOT NULL AND row_id IN ({marks})"  # noqa: S608 - constants only
            for row in self._select(sql, chunk):
                found[row[0]] = _message_row(row, changes.get((row[1], row[2]), ()))
        return found

    def held(self) -> AbstractContextManager[None]:
        """`rows` with the flags they have now, whatever is changed meanwhile."""
        return self._pending.held()

    def row(self, row_id: int) -> MessageRow | None:
        """One row, None when it has gone."""
        return self.rows((row_id,)).get(row_id)

    def locate(self, row_id: int) -> Location | None:
        """Where the row is on the server, for a pending change or a fetch."""
        return self.places((row_id,)).get(row_id)

    def places(self, row_ids: Sequence[int]) -> dict[int, Location]:
        """`locate` for many rows; one that has gone is missing."""
        sql = f"{_LOCATE} row_id IN (SELECT value FROM json_each(?))"  # noqa: S608 - constants only
        rows = self._select(sql, (json.dumps([*row_ids]),))
        return {int(row[0]): Location(*row) for row in rows}

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


def _message_row(row: tuple[Any, ...], changes: Sequence[FlagChange]) -> MessageRow:
    flags = changed_flags(row[9], changes)
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


def _as_typed(folded: str) -> str:
    """A mailbox's name as it is compared: who types ``dự-án`` means "Dự án"."""
    return _BLANKS.sub(" ", folded).strip()
