"""Where work runs: the workshop process, or right here in tests.

Callers hand over a module-level function with picklable arguments and get a
``Future``; which process did the work is none of their business.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol, TypeVar

from client.config.logs import start_log
from client.errors import WorkshopLost
from client.services.low_priority import stand_back

T = TypeVar("T")


def _begin(logs: Path | None, process: str, calm: bool) -> None:
    """In a new worker: Ctrl+C at a terminal reaches the whole group; whoever gave the work ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if calm:
        stand_back()
    start_log(logs, process)


class Lane(Protocol):
    """Something that runs work one after the other."""

    def submit(self, work: Callable[..., T], *args: object) -> Future[T]:
        """Run ``work(*args)``; the future carries its result or its exception."""

    def close(self) -> None:
        """Let go of the worker; pending work fails with `WorkshopLost`."""


class EndableLane(Lane, Protocol):
    """One whose work can be broken off."""

    def abandon(self) -> None:
        """End what is being done; it fails with `WorkshopLost`."""


class ImmediateLane:
    """Runs work at once in the caller's thread: for tests and one-shot commands."""

    def submit(self, work: Callable[..., T], *args: object) -> Future[T]:
        """See `Lane.submit`."""
        future: Future[T] = Future()
        try:
            future.set_result(work(*args))
        except Exception as error:  # noqa: BLE001 - the future carries it, as in a real lane
            future.set_exception(error)
        return future

    def abandon(self) -> None:
        """Nothing goes on behind the caller's back."""

    def close(self) -> None:
        """Nothing to let go of."""


class WorkshopLane:
    """The workshop: one spawned process that may die without taking anything with it.

    A crash of a PDF library or a token driver fails the work at hand with `WorkshopLost`;
    the next piece of work gets a fresh process.
    """

    def __init__(
        self, warm_up: Callable[[], object] | None = None, logs: Path | None = None, *, calm: bool = False
    ) -> None:
        """``warm_up`` is what `start` runs; ``logs`` the folder for the process's log, none without it.

        A ``calm`` one works with low priority: for what nobody waits for.
        """
        self._logs, self._calm = logs, calm
        self._lock = threading.Lock()
        self._warm_up = warm_up
        self._pool: ProcessPoolExecutor | None = None
        self._broken: list[ProcessPoolExecutor] = []
        self._closed = False

    def submit(self, work: Callable[..., T], *args: object) -> Future[T]:
        """See `Lane.submit`."""
        outer: Future[T] = Future()
        pool = self._live_pool()
        try:
            inner = pool.submit(work, *args)
        except (BrokenProcessPool, RuntimeError):
            self._discard(pool)
            pool = self._live_pool()
            inner = pool.submit(work, *args)
        inner.add_done_callback(lambda done: self._deliver(pool, done, outer))
        return outer

    def start(self) -> None:
        """Start the process ahead of the first work, so that the first user does not wait for it."""
        if self._warm_up is not None:
            self.submit(self._warm_up)

    def process_ids(self) -> tuple[int, ...]:
        """The worker's process id, for tests and the memory figure; empty before the first work."""
        with self._lock:
            processes = getattr(self._pool, "_processes", None) or {}
            return tuple(processes)

    def abandon(self) -> None:
        """End the process now: what it does and what waits fails with `WorkshopLost`; a new one follows."""
        with self._lock:
            pool, self._pool = self._pool, None
            if pool is not None:
                self._broken.append(pool)
        for process in (getattr(pool, "_processes", None) or {}).values():
            process.kill()

    def close(self) -> None:
        """See `Lane.close`."""
        with self._lock:
            self._closed = True
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def _live_pool(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._closed:
                raise WorkshopLost(reason="closed")
            if self._pool is None:
                self._pool = ProcessPoolExecutor(
                    1, get_context("spawn"), initializer=_begin, initargs=(self._logs, "workshop", self._calm)
                )
            return self._pool

    def _discard(self, broken: ProcessPoolExecutor | None) -> None:
        """Put a broken pool aside; it cleans up after itself.

        From Python 3.12.1 on it calls back while it holds its own shutdown lock. Asking it to shut
        down from there, or letting go of the last reference to it, would wait for that lock for ever.
        """
        with self._lock:
            if broken is not None and self._pool is broken:
                self._broken.append(broken)
                self._pool = None

    def _deliver(self, pool: ProcessPoolExecutor, inner: Future[T], outer: Future[T]) -> None:
        if inner.cancelled():
            outer.set_exception(WorkshopLost(reason="closed"))
            return
        error = inner.exception()
        if error is None:
            outer.set_result(inner.result())
        elif isinstance(error, BrokenProcessPool):
            self._discard(pool)
            outer.set_exception(WorkshopLost(reason="process-ended"))
        else:
            outer.set_exception(error)
