"""A `ChangesDesk` that only writes down what it was asked."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from client.model.operation import Operation
from client.services.changes_desk import MailDone, MailOrder, Progress
from client.services.futures import resolved


class FakeChangesDesk:
    """``orders`` are what `change` was asked; ``operations`` is what `waiting` answers.

    Attributes:
        hold: orders end only when the test calls `finish`.
        failure: the error the next order ends with.

    """

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.orders: list[MailOrder] = []
        self.operations: tuple[Operation, ...] = ()
        self.final: set[int] = set()
        self.hold = False
        self.failure: BaseException | None = None
        self.progress: list[Progress] = []
        self.back: int | None = None
        """How many messages `take_back` finds, all where None."""
        self._counts: dict[int, int] = {}
        self._held: list[Callable[[], None]] = []

    def change(self, order: MailOrder, progress: Progress | None = None) -> Future[MailDone]:
        self.orders.append(order)
        self.calls.append((order.act.value, order.mailbox_id, tuple(order.row_ids)))
        if progress is not None:
            self.progress.append(progress)
        failure, self.failure = self.failure, None
        future: Future[MailDone] = Future()
        number, count = len(self.orders), len(order.row_ids)
        self._counts[number] = count

        def finish() -> None:
            if failure is not None:
                future.set_exception(failure)
            else:
                future.set_result(MailDone(number, count))

        if self.hold:
            self._held.append(finish)
        else:
            finish()
        return future

    def finish(self) -> None:
        """End what is held."""
        held, self._held = self._held, []
        for one in held:
            one()

    def is_final(self, mailbox_id: int) -> bool:
        return mailbox_id in self.final

    def take_back(self, number: int, progress: Progress | None = None) -> Future[int]:
        self.calls.append(("take_back", number))
        return resolved(self._counts.get(number, 0) if self.back is None else self.back)

    def waiting(self) -> tuple[Operation, ...]:
        return self.operations

    def waiting_counts(self) -> tuple[int, int]:
        return len(self.operations), sum(bool(one.parked) for one in self.operations)

    def retry(self, operation_id: int) -> None:
        self.calls.append(("retry", operation_id))

    def discard(self, operation_id: int) -> bool:
        self.calls.append(("discard", operation_id))
        return True
