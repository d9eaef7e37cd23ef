"""Do this, then that, with futures."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TypeVar

T = TypeVar("T")
U = TypeVar("U")


def then(first: Future[T], step: Callable[[T], Future[U]]) -> Future[U]:
    """When ``first`` succeeds go on with ``step``; any error along the way is the answer's error."""
    answer: Future[U] = Future()

    def go_on(done: Future[T]) -> None:
        error = done.exception()
        if error is not None:
            answer.set_exception(error)
            return
        try:
            step(done.result()).add_done_callback(partial(_hand_on, answer))
        except Exception as failure:  # noqa: BLE001 - it belongs to whoever waits for the answer
            answer.set_exception(failure)

    first.add_done_callback(go_on)
    return answer


def instead(first: Future[T], failed: type[BaseException], step: Callable[[], Future[T]]) -> Future[T]:
    """The answer of ``first``; where it failed in this very way, that of ``step``."""
    answer: Future[T] = Future()

    def look(done: Future[T]) -> None:
        if not isinstance(done.exception(), failed):
            _hand_on(answer, done)
            return
        try:
            step().add_done_callback(partial(_hand_on, answer))
        except Exception as failure:  # noqa: BLE001 - it belongs to whoever waits for the answer
            answer.set_exception(failure)

    first.add_done_callback(look)
    return answer


def _hand_on(answer: Future[T], done: Future[T]) -> None:
    error = done.exception()
    if error is not None:
        answer.set_exception(error)
    else:
        answer.set_result(done.result())


def resolved(value: T) -> Future[T]:
    """A future that has its answer already."""
    answer: Future[T] = Future()
    answer.set_result(value)
    return answer


def in_thread(step: Callable[[], T]) -> Future[T]:
    """Run ``step`` on a thread of its own: for the disk, which the window must not wait for."""
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(step())
        except Exception as failure:  # noqa: BLE001 - it belongs to whoever waits for the answer
            answer.set_exception(failure)

    threading.Thread(target=run, name="reading", daemon=True).start()
    return answer


def call(step: Callable[[], T]) -> Future[T]:
    """Run ``step`` here and now; its error is the future's error."""
    answer: Future[T] = Future()
    try:
        answer.set_result(step())
    except Exception as failure:  # noqa: BLE001 - it belongs to whoever waits for the answer
        answer.set_exception(failure)
    return answer
