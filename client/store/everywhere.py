"""Searching what is on this computer without opening an account."""

from __future__ import annotations

from datetime import UTC, datetime

from client.config.paths import Paths
from client.model.at_rest import AtRest
from client.model.mailbox import Mailbox, MessageRow
from client.model.search import SearchQuery
from client.store.database import open_ledger
from client.store.operations import Operations
from client.store.reading import MessageReader


def search_everywhere(
    paths: Paths, account_id: str, query: SearchQuery, limit: int, at_rest: AtRest | None = None
) -> list[tuple[Mailbox, MessageRow]]:
    """The first ``limit`` hits in an account that need not be open; none where nothing is stored yet."""
    if not paths.ledger.is_file() or limit <= 0:
        return []
    ledger = open_ledger(paths.ledger, at_rest)
    operations = Operations(ledger, account_id, lambda: datetime.now(UTC))
    reader = MessageReader(paths.account(account_id) / "cache.db", account_id, operations, at_rest)
    try:
        mailboxes = {mailbox.mailbox_id: mailbox for mailbox in reader.mailboxes()}
        numbers = reader.search(query, limit=limit)
        rows = reader.rows(numbers)
        return [(mailboxes[rows[one].mailbox_id], rows[one]) for one in numbers if one in rows]
    finally:
        reader.close()
        ledger.close()
