"""The log of messages sent in spite of findings: append-only, hash-chained, never content."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from client.model.evidence import row_hash
from client.store.database import Database
from client.store.times import from_text, to_text

_COLUMNS = (
    "override_id, logged_at, account_id, role, message_id, sha256, rules, reason, user, attachments, policy,"
    " previous_hash, row_hash"
)
WARNING_KEPT = "warning-kept"
"""The reason of a warning that was seen and left: nobody was asked for one."""
_CHAINED = 11
"""The first so many columns are what a row's hash covers, with the hash before it."""


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
    """What was typed; ``warning-kept`` and ``signed-without-timestamp`` where a click was all."""
    user: str = ""
    """Mail address of the account that decided."""
    attachments: tuple[str, ...] = ()
    """SHA-256 of each attachment as the author attached it; names would tell what it is about."""
    policy: str = ""
    """Id and version of the policy whose rules these are."""


class OverrideLog:
    """The ledger refuses to change or delete rows; a change behind its back shows (`first_broken`)."""

    def __init__(self, ledger: Database) -> None:
        self._ledger = ledger

    def append(self, override: Override) -> int:
        """Write one entry; answers with its number."""
        with self._ledger.transaction():
            rows = self._raw()
            number = rows[-1][0] + 1 if rows else 1
            fields = (
                number,
                to_text(override.logged_at),
                override.account_id,
                override.role,
                override.message_id,
                override.sha256,
                json.dumps(override.rules),
                override.reason,
                override.user,
                json.dumps(override.attachments),
                override.policy,
                _end_of(rows),
            )
            self._ledger.run(
                f"INSERT INTO override_log ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constants only
                (*fields, row_hash(fields)),
            )
        return number

    def accepted(self, message_id: str, sha256: str) -> frozenset[str]:
        """The findings for which a reason was given when exactly this message was queued."""
        rows = self._ledger.rows(
            "SELECT rules FROM override_log WHERE message_id = ? AND sha256 = ? AND reason <> ?",
            (message_id, sha256, WARNING_KEPT),
        )
        return frozenset(code for (rules,) in rows for code in json.loads(rules))

    def entries(self) -> tuple[Override, ...]:
        """All entries, oldest first."""
        return tuple(
            Override(
                from_text(row[1]), row[2], row[3], row[4], row[5], tuple(json.loads(row[6])), row[7],
                row[8], tuple(json.loads(row[9])), row[10],
            )
            for row in self._raw()
        )  # fmt: skip

    def first_broken(self) -> int | None:
        """Number of the first row that does not follow from the one before it; None when all hold.

        Rows from before the chain are covered by the first hash behind them.
        """
        seen: list[tuple[Any, ...]] = []
        for row in self._raw():
            number, last = int(row[0]), seen[-1] if seen else None
            gap = number != (int(last[0]) + 1 if last else 1)
            unchained = not row[-1]
            chained_before = last is not None and bool(last[-1])
            wrong = chained_before if unchained else row[-2] != _end_of(seen) or row_hash(row[:-1]) != row[-1]
            if gap or wrong:
                return number
            seen.append(row)
        return None

    def _raw(self) -> list[tuple[Any, ...]]:
        return self._ledger.rows(f"SELECT {_COLUMNS} FROM override_log ORDER BY override_id")  # noqa: S608 - constants only


def _end_of(rows: Sequence[Sequence[Any]]) -> str:
    """What the next row's hash is chained to."""
    if rows and rows[-1][-1]:
        return str(rows[-1][-1])
    return row_hash([cell for row in rows for cell in row[:_CHAINED]]) if rows else ""
