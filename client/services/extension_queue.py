"""Extend signed documents in the course of time, in a workshop of its own.

A time-stamp authority may take minutes to answer, and the user's workshop must not wait for it. The
process is started when something is due and ends with it; this module touches no document itself.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from client.errors import ClientError, TransientError, WorkshopLost
from client.model.extension import ExtensionEntry
from client.model.verdict import Profile
from client.services import workshop
from client.services.pauses import seconds_until
from client.services.requests import SigningTerms
from client.services.tasks import Lane, WorkshopLane
from client.store.extensions import Extensions

_LONGEST_SLEEP = 3600.0
_MOST_CRASHES = 3
"""A document that takes the workshop down this often is not tried again by itself."""

Notify = Callable[[ExtensionEntry], None]
Terms = Callable[[Profile], SigningTerms]


class ExtensionQueue:
    """The driver: one thread, one document after the other, the longest due first.

    ``terms`` says how to extend to a target as of now; ``notify`` is told of every entry that moved, on
    the queue's thread or on that of whoever changed it.
    """

    def __init__(
        self,
        extensions: Extensions,
        terms: Terms,
        notify: Notify,
        clock: Callable[[], datetime],
        make_lane: Callable[[], Lane] = WorkshopLane,
    ) -> None:
        self._extensions = extensions
        self._terms = terms
        self._notify = notify
        self._clock = clock
        self._make_lane = make_lane
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Work in the background until `stop`."""
        self._thread = threading.Thread(target=self._work, name="extensions", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop now: a document under way stays as it was and is tried again next time."""
        self._stopped.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join()

    def add(self, path: Path, target: Profile) -> int:
        """Have the file extended to ``target``; raises `StorageFull`."""
        number = self._extensions.add(path, target)
        self._tell(number)
        self._woken.set()
        return number

    def entries(self) -> tuple[ExtensionEntry, ...]:
        """All of them, newest first."""
        return self._extensions.entries()

    def cancel(self, extension_id: int) -> None:
        """Take an entry out; a document being extended right now may still be."""
        if self._extensions.cancel(extension_id):
            self._tell(extension_id)

    def retry(self, extension_id: int) -> None:
        """Try at once, also what had failed."""
        if self._extensions.retry(extension_id):
            self._tell(extension_id)
            self._woken.set()

    def run_due(self) -> int:
        """Try everything that is due now; how many documents were tried."""
        due = self._extensions.due()
        if not due:
            return 0
        lane = self._make_lane()
        try:
            return sum(self._try(lane, entry) for entry in due)
        finally:
            _abandon(lane)

    def _work(self) -> None:
        while not self._stopped.is_set():
            self._woken.clear()
            with suppress(ClientError):
                # A full disk or a locked ledger passes; the queue is on the disk and is read again.
                self.run_due()
            self._woken.wait(self._seconds())

    def _seconds(self) -> float:
        try:
            due = self._extensions.next_due()
        except ClientError:
            return 60.0
        if due is None:
            return _LONGEST_SLEEP
        return seconds_until(due, self._clock(), _LONGEST_SLEEP)

    def _try(self, lane: Lane, entry: ExtensionEntry) -> bool:
        if self._stopped.is_set():
            return False
        number = entry.extension_id
        try:
            self._result(lane.submit(workshop.extend_file, entry.path, self._terms(entry.target)))
        except _Stopped:
            return False
        except WorkshopLost as error:
            give_up = entry.attempts + 1 >= _MOST_CRASHES
            (self._extensions.failed if give_up else self._extensions.postponed)(
                number, error.code, error.params
            )
        except TransientError as error:
            self._extensions.postponed(number, error.code, error.params)
        except ClientError as error:
            self._extensions.failed(number, error.code, error.params)
        else:
            self._extensions.done(number)
        self._tell(number)
        return True

    def _result(self, future: Future[None]) -> None:
        while not wait([future], timeout=0.5).done:
            if self._stopped.is_set():
                raise _Stopped
        future.result()

    def _tell(self, extension_id: int) -> None:
        entry = self._extensions.entry(extension_id)
        if entry is not None:
            self._notify(entry)


class _Stopped(Exception):
    """The program is being closed."""


def _abandon(lane: Lane) -> None:
    """End the process even if an authority keeps it waiting: no file is ever half written."""
    processes = lane.process_ids() if isinstance(lane, WorkshopLane) else ()
    lane.close()
    for process in processes:
        with suppress(OSError):
            os.kill(process, signal.SIGTERM)
