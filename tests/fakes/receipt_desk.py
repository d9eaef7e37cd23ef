"""A `ReceiptDesk` in memory."""

from __future__ import annotations

from concurrent.futures import Future

from client.model.receipt import Receipt, ReceiptHabit
from client.services.futures import resolved


class FakeReceiptDesk:
    """``received`` by Message-ID is what came back; ``calls`` what was decided."""

    def __init__(self) -> None:
        self.habit = ReceiptHabit.ASK
        self.received: dict[str, tuple[Receipt, ...]] = {}
        self.settled: set[str] = set()
        self.calls: list[tuple[object, ...]] = []

    def of(self, message_id: str) -> tuple[Receipt, ...]:
        return self.received.get(message_id, ())

    def is_settled(self, mailbox_id: int, message_id: str) -> bool:
        return message_id in self.settled

    def confirm(self, mailbox_id: int, row_id: int, *, automatic: bool = False) -> Future[int]:
        self.calls.append(("confirm", mailbox_id, row_id, automatic))
        return resolved(1)

    def refuse(self, mailbox_id: int, message_id: str) -> None:
        self.calls.append(("refuse", mailbox_id, message_id))
        self.settled.add(message_id)
