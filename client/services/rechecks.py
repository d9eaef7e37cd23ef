"""Messages that wait for revocation data: judged again when there is new, told when the word changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future

from client.errors import DataError
from client.model.event import Event, EventKind
from client.model.verdict import Reason, VerificationReport
from client.store.waiting import Waiting, WaitingVerdicts

LACKING = frozenset({Reason.REVOCATION_UNKNOWN, Reason.REVOCATION_STALE})
"""Reasons that time and a network may take away."""


def lacks_data(report: VerificationReport) -> bool:
    """Whether a signature could not be judged for want of revocation data."""
    return any(LACKING & set(one.reasons) for one in report.signatures)


class Rechecks:
    """``verify`` judges a message anew and ends in `judged`; ``tell`` reaches every listener."""

    def __init__(
        self,
        waiting: WaitingVerdicts,
        verify: Callable[[int, int], Future[VerificationReport]],
        tell: Callable[[Event], None],
    ) -> None:
        self._waiting, self._verify, self._tell = waiting, verify, tell
        self._lock = threading.Lock()
        self._running, self._asked = False, False

    def judged(self, place: tuple[int, int], digest: str, subject: str, report: VerificationReport) -> None:
        """A message was judged: it waits, or it does so no longer."""
        if lacks_data(report):
            self._waiting.put(digest, place, subject, report.display)
            return
        before = self._waiting.get(digest)
        if before is None:
            return
        self._waiting.remove(digest)
        if before.display is not report.display:
            self._tell(_changed(before, place, report))

    def waits(self, digest: str) -> bool:
        """Whether somebody was told that this message wants for something."""
        return self._waiting.get(digest) is not None

    def waiting(self) -> tuple[Waiting, ...]:
        """What waits, newest first."""
        return self._waiting.all()

    def again(self) -> None:
        """Judge everything that waits, one after the other; asked meanwhile, once more after that."""
        with self._lock:
            self._asked = self._running
            if self._running:
                return
            self._running = True
        self._next(list(self._waiting.all()))

    def _next(self, waiting: list[Waiting]) -> None:
        while waiting and self._waiting.get(waiting[0].sha256) is None:
            waiting = waiting[1:]  # the background came to it first
        if not waiting:
            self._ended()
            return
        one, *rest = waiting

        def done(future: Future[VerificationReport]) -> None:
            if isinstance(future.exception(), DataError):
                self._waiting.remove(one.sha256)  # the message is gone
            self._next(rest)

        self._verify(one.mailbox_id, one.row_id).add_done_callback(done)

    def _ended(self) -> None:
        with self._lock:
            self._running = False
            asked = self._asked
        if asked:
            self.again()


def _changed(before: Waiting, place: tuple[int, int], report: VerificationReport) -> Event:
    params = (
        ("mailbox", str(place[0])),
        ("subject", before.subject),
        ("before", before.display.value),
    )
    return Event(EventKind.VERDICT, subject_id=place[1], code=report.display.value, params=params)
