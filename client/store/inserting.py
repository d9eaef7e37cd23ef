"""Many new rows at once: what is known already is found in one question, the rest goes in in one command."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from client.store.conversations import write_links
from client.store.database import Database
from client.store.flags import SEEN, to_bits
from client.store.links import links_of
from client.store.rows import HeaderRecord
from client.store.search import Header, IndexedText, index_message

NOT_INDEXED, HEADER_INDEXED = -1, 0
"""Values of ``message.indexed``; see `client.store.search` for the others."""
_FLAGS = 4
"""Where they stand in what `_INSERT` is given."""
_COUNT = "UPDATE mailbox SET total = total + ?, unread = unread + ? WHERE mailbox_id = ?"
"""Changed and deleted rows are counted by the triggers of the table."""
_INSERT = (
    "INSERT INTO message (row_id, mailbox_id, uid, received_at, flags, size, subject, sender_name,"
    " sender_address, recipients, message_id, has_attachment, signed_shape, indexed)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def insert_rows(
    cache: Database, mailbox_id: int, records: Sequence[HeaderRecord], *, index: bool
) -> list[int]:
    """Row numbers of ``records`` in their order, new or known; call it within a transaction.

    An unlinked row of the same message is linked again. Without ``index`` the new ones wait for
    `index_headers`.
    """
    known = _known(cache, mailbox_id, records)
    may_return = cache.row("SELECT 1 FROM message WHERE uid IS NULL LIMIT 1") is not None
    new: list[HeaderRecord] = []
    numbers: list[int] = []
    first = _next_number(cache)
    for record in records:
        number = known.get(record.uid, 0)
        if number:
            sql = "UPDATE message SET flags = ?1 WHERE row_id = ?2 AND flags <> ?1"
            cache.run(sql, (to_bits(record.flags), number))
        elif may_return:
            number = _relink(cache, mailbox_id, record)
        if not number:
            number = first + len(new)
            new.append(record)
        known[record.uid] = number  # a server may tell of a message twice
        numbers.append(number)
    state = HEADER_INDEXED if index else NOT_INDEXED
    values = [_values(mailbox_id, first + at, one, state) for at, one in enumerate(new)]
    cache.run_many(_INSERT, values)
    cache.run(_COUNT, (len(new), sum(not row[_FLAGS] & SEEN for row in values), mailbox_id))
    write_links(cache, [(first + at, links_of(one.message_id, one.references)) for at, one in enumerate(new)])
    for at, one in enumerate(new if index else ()):
        index_message(cache, first + at, _header(one), IndexedText(is_whole=False), is_new=True)
    return numbers


def index_headers(cache: Database, mailbox_id: int, limit: int) -> int:
    """Index the headers of rows that wait for it; answers how many. Call it within a transaction."""
    rows = cache.rows(
        "SELECT row_id, subject, sender_name, sender_address, recipients FROM message"
        " WHERE mailbox_id = ? AND indexed < 0 LIMIT ?",
        (mailbox_id, limit),
    )
    for row_id, *header in rows:
        index_message(cache, row_id, Header(*header), IndexedText(is_whole=False), is_new=True)
    cache.run_many(
        "UPDATE message SET indexed = 0 WHERE row_id = ? AND indexed < 0", [(row[0],) for row in rows]
    )
    return len(rows)


def _known(cache: Database, mailbox_id: int, records: Sequence[HeaderRecord]) -> dict[int, int]:
    uids = json.dumps([record.uid for record in records])
    sql = "SELECT uid, row_id FROM message WHERE mailbox_id = ? AND uid IN (SELECT value FROM json_each(?))"
    return dict(cache.rows(sql, (mailbox_id, uids)))


def _next_number(cache: Database) -> int:
    """The number AUTOINCREMENT would give: none that was ever used before."""
    row = cache.row("SELECT seq FROM sqlite_sequence WHERE name = 'message'")
    return int(row[0]) + 1 if row else 1


def _values(mailbox_id: int, number: int, record: HeaderRecord, state: int) -> tuple[Any, ...]:
    return (
        number,
        mailbox_id,
        record.uid,
        int(record.received_at.timestamp()),
        to_bits(record.flags),
        record.size,
        record.subject,
        record.sender_name,
        record.sender_address,
        record.recipients,
        record.message_id,
        int(record.has_attachment),
        int(record.signed_shape),
        state,
    )


def _header(record: HeaderRecord) -> Header:
    return Header(record.subject, record.sender_name, record.sender_address, record.recipients)


def _relink(cache: Database, mailbox_id: int, record: HeaderRecord) -> int:
    """The unlinked row of the same message, which is linked again; 0 when there is none."""
    if not record.message_id:
        return 0
    row = cache.row(
        "SELECT row_id FROM message WHERE uid IS NULL AND message_id = ? AND received_at = ? AND size = ?"
        " ORDER BY mailbox_id <> ?, row_id LIMIT 1",
        (record.message_id, int(record.received_at.timestamp()), record.size, mailbox_id),
    )
    if row is None:
        return 0
    cache.run(
        "UPDATE message SET mailbox_id = ?, uid = ?, flags = ?, unlinked_at = NULL WHERE row_id = ?",
        (mailbox_id, record.uid, to_bits(record.flags), row[0]),
    )
    return int(row[0])
