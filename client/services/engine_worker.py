"""A thread that goes on whatever happens: back-off for the world's faults, a report for our own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from client.errors import ClientError, NeedsUserError, StorageFailed, StorageFull, TransientError
from client.model.event import Event, EventKind

_LOG = logging.getLogger(__name__)
BACK_OFF_SECONDS = (2.0, 8.0, 30.0, 60.0, 300.0)
NEEDS_USER_SECONDS = 900.0
"""A refused password is not tried again and again: servers lock accounts for that."""
STORAGE_SECONDS = 60.0
"""Somebody may have made room on the disk meanwhile."""


class Worker:
    """Runs ``round_`` over and over on its own thread, until `stop`.

    A round returns the seconds to wait before the next one; `wake` ends the wait. A fault is
    reported once, as ACCOUNT_PROBLEM, until a round succeeds again.
    """

    def __init__(
        self, name: str, account_id: str, notify: Callable[[Event], None], round_: Callable[[], float]
    ) -> None:
        self._account_id = account_id
        self._notify = notify
        self._round = round_
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._failures = 0
        self._reported = ""
        self._excused = threading.Event()
        self._waits_for_link = False
        # A daemon: one that hangs in a dead connection must not keep the process; see `Engine.close`.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin with the first round."""
        self._thread.start()

    def wake(self) -> None:
        """Begin the next round now, or right after the one that runs."""
        self._wake.set()

    def woken(self) -> bool:
        """Something is waiting for the next round."""
        return self._wake.is_set()

    def forget_wake(self) -> None:
        """What `wake` asked for is being done."""
        self._wake.clear()

    def excuse(self) -> None:
        """Its connection was dropped on purpose: that it is lost is no news and no reason to wait."""
        self._failures = 0
        self._excused.set()
        self.wake()

    def link_works(self) -> None:
        """Somebody else reaches the server: where that was the trouble, there is no reason to wait longer."""
        if self._waits_for_link:
            self._failures = 0
            self.wake()

    def rest(self, seconds: float) -> bool:
        """Wait within a round; True when woken, False when the time is up."""
        woken = self._wake.wait(seconds)
        self._wake.clear()
        return woken

    def stop(self) -> None:
        """No round begins any more."""
        self._stopping.set()
        self._wake.set()

    def stopping(self) -> bool:
        """`stop` was called."""
        return self._stopping.is_set()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the running round to end; True when it has."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def succeeded(self) -> None:
        """Things work: the next fault is news again and is retried soon."""
        self._excused.clear()
        self._failures, self._reported = 0, ""

    def told(self, error: ClientError) -> None:
        """Things work but for this, which is said once and is no reason to wait."""
        self._excused.clear()
        self._failures = 0
        self._say(error.code, shown(error))

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            self._waits_for_link = False
            pause = self._guarded_round()
            if not self._stopping.is_set():
                self._wake.wait(pause)

    def _guarded_round(self) -> float:
        try:
            pause = self._round()
        except TransientError as error:
            if self._excused.is_set():
                self._excused.clear()
                return 0.0
            self._waits_for_link = True
            return self._failed(error.code, shown(error), needs_user=False)
        except ClientError as error:
            pause = self._failed(error.code, shown(error), isinstance(error, NeedsUserError))
            return STORAGE_SECONDS if isinstance(error, StorageFull | StorageFailed) else pause
        except Exception:  # noqa: BLE001 - a bug of ours must not end the account's mail in silence
            _LOG.exception("engine fault")
            return self._failed("engine-fault", (), needs_user=False)
        self.succeeded()
        return pause

    def _failed(self, code: str, params: tuple[tuple[str, str], ...], needs_user: bool) -> float:
        pause = BACK_OFF_SECONDS[min(self._failures, len(BACK_OFF_SECONDS) - 1)]
        self._failures += 1
        self._say(code, params)
        return NEEDS_USER_SECONDS if needs_user else pause

    def _say(self, code: str, params: tuple[tuple[str, str], ...]) -> None:
        if code != self._reported and not self._stopping.is_set():
            self._reported = code
            self._notify(Event(EventKind.ACCOUNT_PROBLEM, self._account_id, code=code, params=params))


def shown(error: ClientError) -> tuple[tuple[str, str], ...]:
    """What an error says besides its code, as events carry it."""
    return tuple((name, str(value)) for name, value in error.params.items())
