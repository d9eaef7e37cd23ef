"""What the window asks about receipts: part of `client.services.desk`."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

from client.model.receipt import Receipt, ReceiptHabit


class ReceiptDesk(Protocol):
    """Receipts that came back, and those that others ask for (RFC 8098)."""

    @property
    def habit(self) -> ReceiptHabit:
        """What to do when somebody asks."""

    def of(self, message_id: str) -> tuple[Receipt, ...]:
        """What is known about a message that was sent, in the order it became known."""

    def is_settled(self, mailbox_id: int, message_id: str) -> bool:
        """Nobody is to be asked (again): answered, refused, or no message that came to us."""

    def confirm(self, mailbox_id: int, row_id: int, *, automatic: bool = False) -> Future[int]:
        """Queue the receipt; answers with the outbox number. `MalformedMessage` where none may be sent."""

    def refuse(self, mailbox_id: int, message_id: str) -> None:
        """The user does not want to confirm; not asked again."""
