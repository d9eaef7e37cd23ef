"""The writer's side of an account's cache; only the engine has one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from client.errors import StoreCorrupt
from client.model.mailbox import RemoteMailbox, SpecialUse, SyncCursor
from client.store.database import Database
from client.store.flags import SEEN
from client.store.inserting import index_headers, insert_rows
from client.store.known import KnownUids
from client.store.numbers import MailboxNumbers
from client.store.rows import HeaderRecord, Location, StoredBody
from client.store.search import Header, IndexedText, index_message

NOWHERE = 0
"""Number of the mailbox that is none: of rows whose mailbox is no longer listed. No server has its name."""
MERGED_AT_ONCE = 200
"""Pages of the index in one transaction."""
MAX_ROWS_PER_TRANSACTION = 1000
"""Keeps a writer's transaction short enough that nobody waits for it."""


class MessageStore:
    """Mailboxes and rows as the server has them.

    A row whose UID is gone is *unlinked* first and purged later: a message that another client
    moved, or that a UIDVALIDITY change renumbered, keeps its row number and its body.
    """

    def __init__(self, cache: Database, account_id: str, numbers: MailboxNumbers) -> None:
        self._cache = cache
        self._account_id = account_id
        self._numbers = numbers

    def is_damaged(self, error: StoreCorrupt) -> bool:
        """Whether ``error`` speaks of the cache itself, not of a message's file or of the ledger."""
        return error.params.get("path") == str(self._cache.path)

    def upsert_mailboxes(self, remotes: Sequence[RemoteMailbox]) -> dict[bytes, int]:
        """Make the list of mailboxes equal to ``remotes``; answers raw name → number.

        Mailboxes that cannot be selected hold no messages and are left out.
        """
        usable = [remote for remote in remotes if remote.selectable]
        numbers = self._numbers.all_of(self._account_id, (remote.raw_name for remote in usable))
        with self._cache.transaction():
            known = {int(row[0]) for row in self._cache.rows("SELECT mailbox_id FROM mailbox")}
            self._let_go(known - set(numbers.values()) - {NOWHERE})
            self._cache.run_many(
                "INSERT INTO mailbox (mailbox_id, raw_name, name, special_use) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (mailbox_id)"
                " DO UPDATE SET name = excluded.name, special_use = excluded.special_use",
                [(numbers[one.raw_name], one.raw_name, one.name, str(one.special_use)) for one in usable],
            )
        return numbers

    def _let_go(self, gone: set[int]) -> None:
        """Take mailboxes off the list. Their rows are unlinked: most that go were only given another name."""
        if gone:
            sql = "INSERT OR IGNORE INTO mailbox (mailbox_id, raw_name, name) VALUES (?, x'', '')"
            self._cache.run(sql, (NOWHERE,))
        for number in gone:
            self._cache.run(
                "UPDATE message SET mailbox_id = ?, uid = NULL,"
                " unlinked_at = coalesce(unlinked_at, unixepoch()) WHERE mailbox_id = ?",
                (NOWHERE, number),
            )
            self._cache.run("DELETE FROM mailbox WHERE mailbox_id = ?", (number,))

    def mailbox_id(self, raw_name: bytes) -> int | None:
        """The mailbox's number, None for one that is not (or no longer) listed."""
        row = self._cache.row("SELECT mailbox_id FROM mailbox WHERE raw_name = ?", (raw_name,))
        return None if row is None else int(row[0])

    def cursor(self, mailbox_id: int) -> SyncCursor:
        """How far the mailbox has been read."""
        row = self._cache.row(
            "SELECT uidvalidity, uidnext, highestmodseq FROM mailbox WHERE mailbox_id = ?", (mailbox_id,)
        )
        return SyncCursor(*row) if row else SyncCursor()

    def set_cursor(self, mailbox_id: int, cursor: SyncCursor) -> None:
        """Remember how far the mailbox has been read; written after the rows it speaks of."""
        self._cache.run(
            "UPDATE mailbox SET uidvalidity = ?, uidnext = ?, highestmodseq = ? WHERE mailbox_id = ?",
            (cursor.uidvalidity, cursor.uidnext, cursor.highestmodseq, mailbox_id),
        )

    def known(self, mailbox_id: int) -> KnownUids:
        """The UIDs of the rows in the mailbox."""
        return KnownUids(self._cache, mailbox_id)

    def server_flags(self, mailbox_id: int) -> dict[int, int]:
        """UID → flag bits of every row in the mailbox; its keys are the known UIDs."""
        rows = self._cache.rows(
            "SELECT uid, flags FROM message WHERE mailbox_id = ? AND uid IS NOT NULL", (mailbox_id,)
        )
        return dict(rows)

    def flags_but_seen(self, mailbox_id: int) -> dict[int, int]:
        """UID → flag bits of the rows that are not simply read; in most mailboxes few are."""
        sql = "SELECT uid, flags FROM message WHERE mailbox_id = ? AND uid IS NOT NULL AND flags <> ?"
        return dict(self._cache.rows(sql, (mailbox_id, SEEN)))

    def insert(
        self, mailbox_id: int, records: Sequence[HeaderRecord], *, index_later: bool = False
    ) -> list[int]:
        """Add rows; an unlinked row of the same message is linked again instead. Answers row numbers.

        With ``index_later`` what is new is listed and not found by searching before `index_headers`.
        """
        numbers: list[int] = []
        for start in range(0, len(records), MAX_ROWS_PER_TRANSACTION):
            with self._cache.transaction():
                part = records[start : start + MAX_ROWS_PER_TRANSACTION]
                numbers += insert_rows(self._cache, mailbox_id, part, index=not index_later)
        return numbers

    def index_headers(self, mailbox_id: int) -> int:
        """Index the headers of some rows that wait for it; answers how many, 0 when none is left."""
        with self._cache.transaction():
            return index_headers(self._cache, mailbox_id, MAX_ROWS_PER_TRANSACTION)

    def update_flags(self, mailbox_id: int, flags: Mapping[int, int]) -> int:
        """Take over the server's flags, UID → bits; answers how many rows changed."""
        changed = 0
        pairs = list(flags.items())
        for start in range(0, len(pairs), MAX_ROWS_PER_TRANSACTION):
            with self._cache.transaction():
                for uid, bits in pairs[start : start + MAX_ROWS_PER_TRANSACTION]:
                    changed += self._cache.run(
                        "UPDATE message SET flags = ?1 WHERE mailbox_id = ?2 AND uid = ?3 AND flags <> ?1",
                        (bits, mailbox_id, uid),
                    )
        return changed

    def unlink(self, mailbox_id: int, uids: Iterable[int], now: datetime) -> None:
        """The server no longer has these UIDs."""
        stamp = int(now.timestamp())
        with self._cache.transaction():
            self._cache.run_many(
                "UPDATE message SET uid = NULL, unlinked_at = ? WHERE mailbox_id = ? AND uid = ?",
                [(stamp, mailbox_id, uid) for uid in uids],
            )

    def relocate(self, mailbox_id: int, uid: int, target_id: int, target_uid: int) -> None:
        """A message was moved by us: its row goes along, with its body and its number."""
        with self._cache.transaction():
            row = self._cache.row(
                "SELECT row_id FROM message WHERE mailbox_id = ? AND uid = ?", (mailbox_id, uid)
            )
            if row is None:
                return
            # A look at the target may have been quicker and made a new row of it.
            self._cache.run(
                "DELETE FROM message WHERE mailbox_id = ? AND uid = ? AND row_id <> ?",
                (target_id, target_uid, row[0]),
            )
            self._cache.run(
                "UPDATE message SET mailbox_id = ?, uid = ? WHERE row_id = ?", (target_id, target_uid, row[0])
            )

    def unlink_all(self, mailbox_id: int, now: datetime) -> None:
        """UIDVALIDITY changed: every UID means something else now; the cursor starts again."""
        with self._cache.transaction():
            self._cache.run(
                "UPDATE message SET uid = NULL, unlinked_at = ? WHERE mailbox_id = ? AND uid IS NOT NULL",
                (int(now.timestamp()), mailbox_id),
            )
            self.set_cursor(mailbox_id, SyncCursor())

    def purge(self, unlinked_before: datetime) -> tuple[str, ...]:
        """Delete rows unlinked before that moment; answers the body paths nothing points to any more."""
        limit = int(unlinked_before.timestamp())
        with self._cache.transaction():
            paths = self._cache.rows(
                "SELECT DISTINCT body_path FROM message WHERE uid IS NULL AND unlinked_at < ?"
                " AND body_path <> ''",
                (limit,),
            )
            self._cache.run("DELETE FROM message WHERE uid IS NULL AND unlinked_at < ?", (limit,))
            return tuple(path for (path,) in paths if not self.points_to(path))

    def points_to(self, body_path: str) -> bool:
        """Whether a row has its raw message there."""
        return self._cache.row("SELECT 1 FROM message WHERE body_path = ? LIMIT 1", (body_path,)) is not None

    def set_bodies(self, bodies: Iterable[StoredBody]) -> None:
        """Point rows to their raw messages, which are on the disk already, and index what is in them."""
        stored = list(bodies)
        with self._cache.transaction():
            self._cache.run_many(
                "UPDATE message SET body_path = ?, has_attachment = ? WHERE row_id = ?",
                [(one.path, int(one.has_attachment), one.row_id) for one in stored],
            )
            self._index((one.row_id, one.text) for one in stored)

    def set_texts(self, texts: Iterable[tuple[int, IndexedText]]) -> None:
        """`set_text` of many, written together."""
        with self._cache.transaction():
            self._index(texts)

    def set_text(self, row_id: int, text: IndexedText) -> None:
        """Index what is written in the message in place of what was indexed of it."""
        self.set_texts([(row_id, text)])

    def gather_index(self, stopping: Callable[[], bool]) -> None:
        """Put the pieces of the index of words together, a little at a time: a search reads each of them.

        See https://sqlite.org/fts5.html#the_merge_command for the sign and for how the end is told.
        """
        for table in ("message_text", "message_marks"):
            sql = f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)"  # noqa: S608 - of the two
            pages = -MERGED_AT_ONCE
            while not stopping() and self._cache.run(sql, (pages,)) >= 2:
                pages = MERGED_AT_ONCE

    def without_text(self, mailbox_id: int, limit: int) -> list[tuple[int, str]]:
        """(row number, body path) of messages that are here and indexed by their header only."""
        return self._cache.rows(
            "SELECT row_id, body_path FROM message WHERE mailbox_id = ? AND indexed < 2"
            " AND body_path <> '' AND indexed = 0"
            " ORDER BY received_at DESC LIMIT ?",
            (mailbox_id, limit),
        )

    def counts(self, mailbox_id: int) -> tuple[int, int]:
        """How many messages the server has there, and how many of them are unread."""
        row = self._cache.row("SELECT total, unread FROM mailbox WHERE mailbox_id = ?", (mailbox_id,))
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def recount(self, mailbox_id: int) -> bool:
        """Count the rows of the mailbox anew; True where `counts` was wrong."""
        rows = "(SELECT count(*) FROM message m WHERE m.mailbox_id = mailbox.mailbox_id AND uid IS NOT NULL"
        told = self.counts(mailbox_id)
        self._cache.run(
            f"UPDATE mailbox SET total = {rows}), unread = {rows} AND (flags & 1) = 0)"  # noqa: S608 - ours
            " WHERE mailbox_id = ?",
            (mailbox_id,),
        )
        return self.counts(mailbox_id) != told

    def without_body(
        self, mailbox_id: int, since: datetime, limit: int, largest: int = 1 << 62
    ) -> list[tuple[int, int]]:
        """(row number, UID) of recent messages whose body is not here yet, newest first."""
        return self._cache.rows(
            "SELECT row_id, uid FROM message WHERE mailbox_id = ? AND uid IS NOT NULL AND body_path = ''"
            " AND received_at >= ? AND size <= ? ORDER BY received_at DESC, row_id DESC LIMIT ?",
            (mailbox_id, int(since.timestamp()), largest, limit),
        )

    def newest_row(self) -> int:
        """The highest row number so far; what comes later has a higher one, what was moved keeps its own."""
        row = self._cache.row("SELECT max(row_id) FROM message")
        return int(row[0] or 0) if row else 0

    def arrived(self, mailbox_id: int, uid: int, after_row: int) -> tuple[int, int]:
        """How many unread messages an inbox has from ``uid`` on that were not here, and the newest's row."""
        row = self._cache.row(
            "SELECT count(*), row_id, max(uid) FROM message JOIN mailbox USING (mailbox_id)"
            " WHERE mailbox_id = ? AND special_use = ? AND uid >= ? AND row_id > ? AND (flags & 1) = 0",
            (mailbox_id, str(SpecialUse.INBOX), uid, after_row),
        )
        return (int(row[0]), int(row[1] or 0)) if row else (0, 0)

    def locate(self, row_id: int) -> Location | None:
        """Where the row is on the server, None when it is not (any more)."""
        row = self._cache.row(
            "SELECT row_id, mailbox_id, raw_name, uidvalidity, uid, message_id, body_path, size"
            " FROM message JOIN mailbox USING (mailbox_id) WHERE row_id = ? AND uid IS NOT NULL",
            (row_id,),
        )
        return Location(*row) if row else None

    def has(self, raw_name: bytes, uidvalidity: int, uid: int) -> bool:
        """Whether the message is known at that place."""
        sql = (
            "SELECT 1 FROM message JOIN mailbox USING (mailbox_id)"
            " WHERE raw_name = ? AND uidvalidity = ? AND uid = ?"
        )
        return self._cache.row(sql, (raw_name, uidvalidity, uid)) is not None

    def places_of(self, message_id: str) -> tuple[Location, ...]:
        """Where messages with this Message-ID are."""
        rows = self._cache.rows(
            "SELECT row_id, mailbox_id, raw_name, uidvalidity, uid, message_id, body_path, size"
            " FROM message JOIN mailbox USING (mailbox_id) WHERE uid IS NOT NULL AND message_id = ?",
            (message_id,),
        )
        return tuple(Location(*row) for row in rows)

    def uids_of(self, mailbox_id: int, message_id: str) -> tuple[int, ...]:
        """UIDs of the rows with this Message-ID."""
        rows = self._cache.rows(
            "SELECT uid FROM message WHERE mailbox_id = ? AND uid IS NOT NULL AND message_id = ?",
            (mailbox_id, message_id),
        )
        return tuple(int(row[0]) for row in rows)

    def _index(self, texts: Iterable[tuple[int, IndexedText]]) -> None:
        """Rows first and the index after them: a statement that returns rows makes a savepoint, at which
        FTS5 writes out what it has gathered, of each letter by itself."""
        headers: list[tuple[int, Header, IndexedText]] = []
        for row_id, text in texts:
            if text.frozen:
                sql = "UPDATE message SET subject = '', sender_name = '' WHERE row_id = ?"
                self._cache.run(sql, (row_id,))
            row = self._cache.row(
                "UPDATE message SET indexed = ? WHERE row_id = ?"
                " RETURNING subject, sender_name, sender_address, recipients",
                (2 if text.is_whole else 1, row_id),
            )
            if row is not None:
                headers.append((row_id, Header(*row), text))
        for row_id, header, text in headers:
            index_message(self._cache, row_id, header, text, is_new=False)
