"""Mail that leaves at an hour somebody chose: checked again then, before the engine may have it.

The engine sends nothing that is SCHEDULED, so nothing leaves unchecked, and nothing leaves while the
program does not run; what came due meanwhile is checked at the next start.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from client.errors import ClientError, OutboxConflict, TransientError
from client.model.outgoing import REFUSED_AT_HOUR, OutboxEntry, OutboxState
from client.model.verdict import Reason
from client.services.pauses import Hours, elapsed_seconds, seconds_until
from client.store.outbox import Outbox

_RETRY_SECONDS = 30.0
_LONGEST_SLEEP = 60.0
"""The computer's clock may be set, or the computer may sleep: the hour is looked at again by then."""


class ScheduledMail:
    """One thread that wakes for the next hour; ``why_held`` answers as `client.services.recheck` does."""

    def __init__(
        self,
        outbox: Outbox,
        why_held: Callable[[OutboxEntry, bytes], str],
        notify: Callable[[OutboxEntry], None],
        clock: Callable[[], datetime],
        elapsed: Callable[[], float | None] = elapsed_seconds,
    ) -> None:
        self._hours = Hours(clock, elapsed)
        self._outbox, self._why_held, self._notify, self._clock = outbox, why_held, notify, clock
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Work in the background until `stop`."""
        self._thread = threading.Thread(target=self._work, name="scheduled", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something was scheduled, or taken out."""
        self._woken.set()

    def stop(self) -> None:
        """Release nothing more; a check under way has no consequence."""
        self._stopped.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join()

    def run_due(self) -> bool:
        """Check and release, or refuse, what is due; False when something has to be tried again."""
        done = True
        for entry in self._outbox.scheduled():
            if entry.not_before is not None and not self._hours.come(entry.outbox_id, entry.not_before):
                continue
            if self._stopped.is_set():
                return done
            try:
                held = self._why_held(entry, self._outbox.raw(entry.outbox_id))
            except TransientError:
                done = False
                continue
            except ClientError:
                held = Reason.CHECK_NOT_RUN.value
            if not self._stopped.is_set():
                self._settle(entry, held)
        return done

    def _settle(self, entry: OutboxEntry, held: str) -> None:
        state = OutboxState.REJECTED if held else OutboxState.QUEUED
        # Somebody may have taken it out while it was being checked: then that stands.
        with suppress(OutboxConflict):
            code = REFUSED_AT_HOUR if held else ""
            self._outbox.advance(entry.outbox_id, state, error_code=code, error_reason=held)
            self._notify(entry)

    def _work(self) -> None:
        while not self._stopped.is_set():
            self._woken.clear()
            pause = _RETRY_SECONDS
            with suppress(ClientError):  # a full disk or a locked ledger passes; the outbox is on the disk
                pause = self._pause() if self.run_due() else _RETRY_SECONDS
            self._woken.wait(pause)

    def _pause(self) -> float:
        hours = [entry.not_before for entry in self._outbox.scheduled() if entry.not_before is not None]
        if not hours:
            return _LONGEST_SLEEP
        return seconds_until(min(hours), self._clock(), _LONGEST_SLEEP)
