"""The receipt ledger: what came back about sent mail, and which receipts of others were answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from client.model.receipt import Receipt, ReceiptKind
from client.store.database import Database
from client.store.times import from_text, to_text


class Receipts:
    """Rows are only ever added; the same report read twice is one row."""

    def __init__(self, ledger: Database) -> None:
        self._ledger = ledger

    def record(self, receipts: Iterable[Receipt], source_sha256: str) -> int:
        """Keep what a report with that digest says; how many rows are new. Raises `StorageFull`."""
        new = 0
        with self._ledger.transaction():
            for one in receipts:
                new += self._ledger.run(
                    "INSERT OR IGNORE INTO receipt (message_id, recipient, kind, reported_at, reported_by,"
                    " detail, source_sha256) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (
                        one.message_id,
                        one.recipient,
                        str(one.kind),
                        to_text(one.reported_at) if one.reported_at else None,
                        one.reported_by,
                        one.detail,
                        source_sha256,
                    ),
                )
        return new

    def of(self, message_id: str) -> tuple[Receipt, ...]:
        """What is known about one sent message, in the order it became known."""
        rows = self._ledger.rows(
            "SELECT message_id, recipient, kind, reported_at, reported_by, detail FROM receipt"
            " WHERE message_id = ? ORDER BY receipt_id",
            (message_id,),
        )
        return tuple(map(_receipt, rows))

    def is_settled(self, account_id: str, message_id: str) -> bool:
        """Whether a receipt for this received message was sent or refused."""
        sql = "SELECT 1 FROM receipt_answer WHERE account_id = ? AND message_id = ?"
        return self._ledger.row(sql, (account_id, message_id)) is not None

    def settle(self, account_id: str, message_id: str, *, answered: bool, at: datetime) -> bool:
        """Remember the decision; False when there was one already."""
        return bool(
            self._ledger.run(
                "INSERT OR IGNORE INTO receipt_answer (account_id, message_id, answered, answered_at)"
                " VALUES (?, ?, ?, ?)",
                (account_id, message_id, int(answered), to_text(at)),
            )
        )

    def answer(self, account_id: str, message_id: str, at: datetime, queue: Callable[[], int]) -> int:
        """Decide to confirm and ``queue`` the receipt as one step; 0 when it was decided before.

        ``queue`` writes to the same ledger: a crash leaves neither a decision without its receipt nor
        a receipt without the decision.
        """
        with self._ledger.transaction():
            return queue() if self.settle(account_id, message_id, answered=True, at=at) else 0


def _receipt(row: tuple[Any, ...]) -> Receipt:
    when = from_text(row[3]) if row[3] else None
    return Receipt(row[0], row[1], ReceiptKind(row[2]), when, row[4], row[5])
