"""Numbers of mailboxes: unique over all accounts and older than any cache file."""

from __future__ import annotations

from collections.abc import Iterable

from client.store.database import Database


class MailboxNumbers:
    """Kept in the ledger, so that a rebuilt cache gives every mailbox the number it had."""

    def __init__(self, ledger: Database) -> None:
        self._ledger = ledger

    def number(self, account_id: str, raw_name: bytes) -> int:
        """The mailbox's number, given now if it has none yet."""
        found = self._find(account_id, raw_name)
        if found is not None:
            return found
        with self._ledger.transaction():
            self._ledger.run(
                "INSERT OR IGNORE INTO mailbox_number (account_id, raw_name) VALUES (?, ?)",
                (account_id, raw_name),
            )
            given = self._find(account_id, raw_name)
        if given is None:
            raise AssertionError(raw_name)
        return given

    def all_of(self, account_id: str, raw_names: Iterable[bytes]) -> dict[bytes, int]:
        """The numbers of many; those that are new are synced to the disk together."""
        names = list(raw_names)
        sql = "SELECT raw_name, mailbox_id FROM mailbox_number WHERE account_id = ?"
        known = {row[0]: int(row[1]) for row in self._ledger.rows(sql, (account_id,))}
        if missing := [name for name in names if name not in known]:
            with self._ledger.transaction():
                known |= {name: self.number(account_id, name) for name in missing}
        return {name: known[name] for name in names}

    def account_of(self, mailbox_id: int) -> str | None:
        """The account a mailbox belongs to, None for an unknown number."""
        row = self._ledger.row("SELECT account_id FROM mailbox_number WHERE mailbox_id = ?", (mailbox_id,))
        return None if row is None else str(row[0])

    def _find(self, account_id: str, raw_name: bytes) -> int | None:
        row = self._ledger.row(
            "SELECT mailbox_id FROM mailbox_number WHERE account_id = ? AND raw_name = ?",
            (account_id, raw_name),
        )
        return None if row is None else int(row[0])
