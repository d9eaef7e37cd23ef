"""The log of messages sent in spite of CONFIRM findings: append-only, never content."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from client.store.database import Database
from client.store.times import from_text, to_text


@dataclass(frozen=True, slots=True)
class Override:
    """Who went on with what, and why."""

    logged_at: datetime
    account_id: str
    role: str
    message_id: str
    sha256: str
    """Digest of the message that left."""
    rules: tuple[str, ...]
    """Codes of the findings."""
    reason: str


class OverrideLog:
    """The ledger refuses to change or delete what is in here."""

    def __init__(self, ledger: Database) -> None:
        self._ledger = ledger

    def append(self, override: Override) -> int:
        """Write one entry; answers with its number."""
        return self._ledger.insert(
            "INSERT INTO override_log (logged_at, account_id, role, message_id, sha256, rules, reason)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                to_text(override.logged_at),
                override.account_id,
                override.role,
                override.message_id,
                override.sha256,
                json.dumps(override.rules),
                override.reason,
            ),
        )

    def accepted(self, message_id: str, sha256: str) -> frozenset[str]:
        """The findings for which a reason was given when exactly this message was queued."""
        rows = self._ledger.rows(
            "SELECT rules FROM override_log WHERE message_id = ? AND sha256 = ?", (message_id, sha256)
        )
        return frozenset(code for (rules,) in rows for code in json.loads(rules))

    def entries(self) -> tuple[Override, ...]:
        """All entries, oldest first."""
        rows = self._ledger.rows(
            "SELECT logged_at, account_id, role, message_id, sha256, rules, reason FROM override_log"
            " ORDER BY override_id"
        )
        return tuple(
            Override(from_text(row[0]), row[1], row[2], row[3], row[4], tuple(json.loads(row[5])), row[6])
            for row in rows
        )
