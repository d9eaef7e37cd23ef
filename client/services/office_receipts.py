"""The real `ReceiptDesk`: the workshop reads and writes reports, the ledger remembers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

from client.model.account import Account
from client.model.at_rest import Readable
from client.model.mailbox import SpecialUse
from client.model.outgoing import OutgoingMessage
from client.model.receipt import Receipt, ReceiptHabit
from client.services import workshop
from client.services.futures import call, then
from client.services.indexing import Arrival
from client.services.tasks import Lane
from client.store.receipts import Receipts

_NOT_RECEIVED = frozenset({SpecialUse.SENT, SpecialUse.DRAFTS, SpecialUse.JUNK, SpecialUse.TRASH})


@dataclass(frozen=True, slots=True)
class ReceiptSetup:
    """What receipts are handled with."""

    habit: ReceiptHabit
    clock: Callable[[], datetime]
    body: Callable[[int, int], Future[Readable]]
    account_of: Callable[[int], Account]
    use_of: Callable[[int], SpecialUse]
    was_sent: Callable[[str, str], bool]
    """Whether an account has sent, or sends, a message with that identifier."""
    queue: Callable[[OutgoingMessage], int]


class OfficeReceipts:
    """See `client.services.receipt_desk.ReceiptDesk`."""

    def __init__(self, setup: ReceiptSetup, lane: Lane, receipts: Receipts) -> None:
        self._setup, self._lane, self._receipts = setup, lane, receipts

    @property
    def habit(self) -> ReceiptHabit:
        """See `ReceiptDesk.habit`."""
        return self._setup.habit

    def of(self, message_id: str) -> tuple[Receipt, ...]:
        """See `ReceiptDesk.of`."""
        return self._receipts.of(message_id)

    def is_settled(self, mailbox_id: int, message_id: str) -> bool:
        """See `ReceiptDesk.is_settled`."""
        if self._setup.use_of(mailbox_id) in _NOT_RECEIVED or not message_id:
            return True
        account_id = self._setup.account_of(mailbox_id).account_id
        return self._receipts.is_settled(account_id, message_id)

    def confirm(self, mailbox_id: int, row_id: int, *, automatic: bool = False) -> Future[int]:
        """See `ReceiptDesk.confirm`."""
        account, at = self._setup.account_of(mailbox_id), self._setup.clock()

        def write(path: Readable) -> Future[tuple[str, OutgoingMessage]]:
            return self._lane.submit(workshop.write_receipt, path, account, at, automatic)

        written = then(self._setup.body(mailbox_id, row_id), write)
        return then(written, lambda pair: call(lambda: self._send(account.account_id, *pair)))

    def refuse(self, mailbox_id: int, message_id: str) -> None:
        """See `ReceiptDesk.refuse`."""
        account_id = self._setup.account_of(mailbox_id).account_id
        self._receipts.settle(account_id, message_id, answered=False, at=self._setup.clock())

    def take(self, account_id: str, arrival: Arrival) -> None:
        """Keep what an arrived report says of messages of ours; of others' it is nobody's business."""
        known = [one for one in arrival.receipts if self._setup.was_sent(account_id, one.message_id)]
        if known:
            self._receipts.record(known, arrival.sha256)

    def _send(self, account_id: str, answers: str, message: OutgoingMessage) -> int:
        at, queue = self._setup.clock(), self._setup.queue
        return self._receipts.answer(account_id, answers, at, lambda: queue(message))
