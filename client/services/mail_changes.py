"""The real `ChangesDesk`: intent goes into the ledger, the engine is told to look."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from client.model.mailbox import SpecialUse
from client.model.operation import Operation
from client.services.change_making import Change, ChangeMaker
from client.services.changes_desk import MailAct, MailDone, MailOrder, Progress
from client.services.futures import call
from client.store.operations import Operations
from client.store.reading import MessageReader

_LITTLE = 100
"""So many messages at most are changed here and now."""
_REMEMBERED = 50
"""Orders that can be taken back."""
_T = TypeVar("_T")


class MailChanges:
    """See `client.services.changes_desk.ChangesDesk`; every public method is described there."""

    def __init__(
        self,
        readers: Mapping[str, MessageReader],
        operations: Mapping[str, Operations],
        account_of: Callable[[int], str],
        tell_engine: Callable[[], None],
        new_reader: Callable[[str], MessageReader],
    ) -> None:
        """``readers`` are the window's; ``new_reader`` makes one more, for work beside the window."""
        self._readers = readers
        self._operations = operations
        self._account_of = account_of
        self._tell_engine = tell_engine
        self._new_reader = new_reader
        self._made: dict[int, tuple[str, tuple[Change, ...]]] = {}
        self._numbers = itertools.count(1)
        self._stop = threading.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="changing")

    def change(self, order: MailOrder, progress: Progress | None = None) -> Future[MailDone]:
        """See `ChangesDesk.change`."""
        report = progress or _unheard

        def make(account_id: str, maker: ChangeMaker) -> MailDone:
            made = maker.make(order, report)
            return MailDone(self._remember(account_id, made) if made else 0, len(made))

        is_little = not order.is_whole and len(order.row_ids) <= _LITTLE
        return self._do(lambda: self._account_of(order.mailbox_id), make, is_little=is_little)

    def mark_seen(self, mailbox_id: int, row_id: int, *, seen: bool) -> None:
        """See `MailDesk.mark_seen`; reading is nothing that somebody takes back."""
        act = MailAct.MARK_READ if seen else MailAct.MARK_UNREAD
        order, account_id = MailOrder(act, mailbox_id, (row_id,)), self._account_of(mailbox_id)
        self._do(lambda: account_id, lambda _, maker: maker.make(order, _unheard), is_little=True).result()

    def is_final(self, mailbox_id: int) -> bool:
        """See `ChangesDesk.is_final`."""
        return self._readers[self._account_of(mailbox_id)].use_of(mailbox_id) is SpecialUse.TRASH

    def take_back(self, number: int, progress: Progress | None = None) -> Future[int]:
        """See `ChangesDesk.take_back`."""
        account_id, made = self._made.get(number, ("", ()))
        if not made:
            return call(lambda: 0)
        report = progress or _unheard

        def undo(_: str, maker: ChangeMaker) -> int:
            back = maker.undo(made, report)
            # Not before: where a full disk ends it in the middle, it is gone on with later.
            self._made.pop(number, None)
            return back

        return self._do(lambda: account_id, undo, is_little=len(made) <= _LITTLE)

    def waiting(self) -> tuple[Operation, ...]:
        """See `ChangesDesk.waiting`."""
        all_ = (one for operations in self._operations.values() for one in operations.all())
        found = [one for one in all_ if not one.is_old_draft]
        return tuple(sorted(found, key=lambda one: one.operation_id))

    def waiting_counts(self) -> tuple[int, int]:
        """See `ChangesDesk.waiting_counts`."""
        counts = [operations.counts() for operations in self._operations.values()]
        return sum(all_ for all_, _ in counts), sum(parked for _, parked in counts)

    def retry(self, operation_id: int) -> None:
        """See `ChangesDesk.retry`."""
        for operations in self._operations.values():
            operations.retry(operation_id)
        self._tell_engine()

    def discard(self, operation_id: int) -> bool:
        """See `ChangesDesk.discard`."""
        done = any(operations.take_back(operation_id) for operations in self._operations.values())
        self._tell_engine()
        return done

    def close(self) -> None:
        """What is done stays done, the rest of a long order is left."""
        self._stop.set()
        self._thread.shutdown(cancel_futures=True)

    def _do(
        self, account_of: Callable[[], str], work: Callable[[str, ChangeMaker], _T], *, is_little: bool
    ) -> Future[_T]:
        def here() -> _T:
            account_id = account_of()
            return self._told(account_id, self._readers[account_id], work, lambda _: False)

        def behind() -> _T:
            account_id = account_of()
            reader = self._new_reader(account_id)
            try:
                # As long as it works it rests: painting one row takes the interpreter from it ten times over,
                # and would wait for it as often.
                return self._told(account_id, reader, work, self._stop.wait)
            finally:
                reader.close()

        return call(here) if is_little else self._thread.submit(behind)

    def _told(
        self,
        account_id: str,
        reader: MessageReader,
        work: Callable[[str, ChangeMaker], _T],
        give_way: Callable[[float], bool],
    ) -> _T:
        """The engine is told also where a full disk ends it in the middle."""
        try:
            return work(account_id, ChangeMaker(reader, self._operations[account_id], give_way))
        finally:
            self._tell_engine()

    def _remember(self, account_id: str, made: tuple[Change, ...]) -> int:
        number = next(self._numbers)
        self._made[number] = (account_id, made)
        self._made.pop(number - _REMEMBERED, None)
        return number


def _unheard(_done: int, _total: int) -> None:
    """Nobody wants to know how far it is."""
