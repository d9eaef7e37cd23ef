"""Conversations: messages joined by Message-ID, In-Reply-To and References, across mailboxes (RFC 5256).

Never by subject: "Re: Báo cáo" is not one conversation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from client.store.database import Database

MOST_MESSAGES = 200
"""Of one conversation; a program that gives every message the same reference joins nothing beyond."""
NEIGHBOURS = (
    "SELECT DISTINCT b.row_id FROM message_link a JOIN message_link b ON b.link = a.link"
    " JOIN message m ON m.row_id = b.row_id"
    " WHERE a.row_id IN (SELECT value FROM json_each(?)) AND m.uid IS NOT NULL LIMIT ?"
)
"""The rows that share an identifier with one of the first binding (`encoded`), at most the second."""

BODIES_NEAR = (
    "SELECT m.body_path FROM message m JOIN message one USING (mailbox_id, sender_address)"
    " WHERE one.row_id = ? AND m.uid IS NOT NULL AND m.body_path <> ''"
    " AND m.received_at BETWEEN one.received_at - 31 * 86400 AND one.received_at + 31 * 86400"
    " ORDER BY abs(m.received_at - one.received_at), m.row_id LIMIT 1000"
)
"""Bodies that are here of what a row's sender sent to its mailbox within a month of it, nearest first."""


def write_links(cache: Database, links: Iterable[tuple[int, Iterable[int]]]) -> None:
    """Remember the numbers of new rows; call it within the transaction that adds them."""
    cache.run_many(
        "INSERT OR IGNORE INTO message_link (link, row_id) VALUES (?, ?)",
        [(link, row_id) for row_id, of_row in links for link in of_row],
    )


def encoded(row_ids: Iterable[int]) -> str:
    """Row numbers as the binding of `NEIGHBOURS`."""
    return json.dumps(sorted(row_ids))
