"""Many documents signed one after the other with one key that is held open in the workshop.

What is a fault of one document fails that document. What would go wrong for every other one as well,
a wrong PIN above all, stops the batch: the rest is not tried.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

from client.errors import (
    ClientError,
    DriverUnusable,
    KeyFileInvalid,
    KeyPasswordIncorrect,
    PinIncorrect,
    PinLengthInvalid,
    PinLocked,
    StorageFull,
    TimestampUnavailable,
    TokenAbsent,
    TokenFault,
    WorkshopLost,
)
from client.model.batch import BatchItem, ItemState
from client.services import signing_bench
from client.services.requests import KeyUse, SigningTerms
from client.services.tasks import Lane

STOPS_ALL = (
    PinIncorrect,
    PinLocked,
    PinLengthInvalid,
    KeyPasswordIncorrect,
    KeyFileInvalid,
    TokenAbsent,
    TokenFault,
    DriverUnusable,
    StorageFull,
    TimestampUnavailable,
)

_GRACE_SECONDS = 3.0
_CLOSED = (("reason", "closed"),)
"""The workshop was shut with the program: there is nobody left to sign the others."""

Terms = Callable[[], SigningTerms]
"""Made anew for each document: the signing time is the moment of signing."""
Notify = Callable[[int, BatchItem], None]
"""Row and its new value; called on any thread, never twice at once."""


class Batch:
    """See `client.services.signing_desk.BatchRun`; safe to call from any thread."""

    def __init__(
        self,
        lane: Lane,
        items: Sequence[BatchItem],
        use: KeyUse,
        terms: Terms,
        notify: Notify,
        *,
        abandon: Callable[[], None] = lambda: None,
        grace: float = _GRACE_SECONDS,
    ) -> None:
        """``abandon`` ends the workshop under a document not done ``grace`` seconds after `cancel`."""
        self._lane, self._terms, self._notify = lane, terms, notify
        self._abandon, self._grace = abandon, grace
        self._cancelled = False
        self._items = list(items)
        self._use: KeyUse | None = use
        self._current: int | None = None
        self._beginning = False
        self._queue = deque(range(len(self._items)))
        self._lock = threading.RLock()

    def items(self) -> tuple[BatchItem, ...]:
        """Where each stands, in the order given."""
        with self._lock:
            return tuple(self._items)

    def start(self) -> None:
        """Sign what waits."""
        self._go_on()

    def cancel(self) -> None:
        """Stop what has not begun, at once; the document at hand may be finished for a moment and stays.

        A time-stamp authority may take minutes and a driver for ever: then the workshop is abandoned.
        """
        with self._lock:
            self._cancelled = True
            if self._current is not None:
                timer = threading.Timer(self._grace, self._give_up, (self._current,))
                timer.daemon = True
                timer.start()
            self._stop_waiting()

    def _give_up(self, index: int) -> None:
        with self._lock:
            if self._current != index or not self._cancelled:
                return
        self._abandon()

    def _stop_waiting(self) -> None:
        with self._lock:
            for index, item in enumerate(self._items):
                if item.state is ItemState.WAITING:
                    self._set(index, ItemState.STOPPED)

    def skip(self, index: int) -> None:
        """Leave this one out; of no effect once it is being signed."""
        with self._lock:
            if self._items[index].state in {ItemState.WAITING, ItemState.STOPPED}:
                self._set(index, ItemState.SKIPPED)

    def resume(self, use: KeyUse) -> None:
        """Go on with what was stopped, for example after the token was put in again."""
        self._again(use, ItemState.STOPPED)

    def retry_failed(self, use: KeyUse) -> None:
        """Try those that failed, and only those."""
        self._again(use, ItemState.FAILED)

    def _again(self, use: KeyUse, state: ItemState) -> None:
        with self._lock:
            self._use, self._cancelled = use, False
            for index, item in enumerate(self._items):
                if item.state is state:
                    self._set(index, ItemState.WAITING)
                    self._queue.append(index)
        self._go_on()

    def _go_on(self) -> None:
        """Begin one document after the other, without going deeper where answers come at once."""
        with self._lock:
            if self._beginning:
                return
            self._beginning = True
        while True:
            self._begin_next()
            with self._lock:
                if self._current is not None or self._next_waiting() is None:
                    self._beginning = False
                    return

    def _next_waiting(self) -> int | None:
        while self._queue and self._items[self._queue[0]].state is not ItemState.WAITING:
            self._queue.popleft()
        return self._queue[0] if self._queue else None

    def _begin_next(self) -> None:
        with self._lock:
            index = self._next_waiting()
            if self._current is not None:
                return
            if index is None:
                # The PIN is needed no more.
                self._use = None
                return
            self._current = index
            self._set(index, ItemState.SIGNING)
            item, use = self._items[index], self._use
        try:
            future = self._lane.submit(signing_bench.sign_into, item.source, item.target, use, self._terms())
        except ClientError as error:
            self._settle(index, error)
            return
        future.add_done_callback(lambda done: self._on_done(index, done))

    def _on_done(self, index: int, done: Future[Path]) -> None:
        self._settle(index, done.exception())
        self._go_on()

    def _settle(self, index: int, error: BaseException | None) -> None:
        with self._lock:
            self._current = None
            code = error.code if isinstance(error, ClientError) else ClientError.code if error else ""
            params = _words_of(error, self._items[index])
            if error is None:
                self._set(index, ItemState.SIGNED)
            elif self._cancelled and isinstance(error, WorkshopLost):
                self._set(index, ItemState.STOPPED)
            elif isinstance(error, STOPS_ALL) or params == _CLOSED:
                self._set(index, ItemState.STOPPED, code, params)
                self._stop_waiting()
            else:
                self._set(index, ItemState.FAILED, code, params)
            if self._next_waiting() is None:
                self._use = None

    def _set(
        self, index: int, state: ItemState, code: str = "", params: tuple[tuple[str, str], ...] = ()
    ) -> None:
        self._items[index] = replace(self._items[index], state=state, code=code, params=params)
        self._notify(index, self._items[index])


def _words_of(error: BaseException | None, item: BatchItem) -> tuple[tuple[str, str], ...]:
    """An error's parameters for the words of the result table; a document without a name gets its own."""
    if not isinstance(error, ClientError):
        return ()
    params = error.params | ({"name": item.source.name} if error.params.get("name") == "" else {})
    return tuple((name, str(value)) for name, value in params.items() if value is not None)
