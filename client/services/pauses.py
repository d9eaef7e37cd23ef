"""When something that waits is due, on a computer whose clock may be set meanwhile."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from client.model.outgoing import OutboxEntry

BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (8, 60, 300, 900, 1800, 3600))


def seconds_until(due: datetime, now: datetime, longest: float) -> float:
    """How long to sleep; never less than a second: a clock that stands still must not make a thread spin."""
    return min(max((due - now).total_seconds(), 1.0), longest)


def is_over(later: datetime | None, now: datetime, longest: timedelta) -> bool:
    """Whether what waits until ``later`` need not wait any more.

    A moment further off than any pause (``longest``) is from before the clock was set back.
    """
    return later is None or later <= now or later > now + longest


class Pauses:
    """``not_before`` held against a clock nobody can set, from when an entry is first seen with it.

    The pause for taking back is as long as it was asked to be, whatever the computer's clock does
    meanwhile. A retry is due by either clock: the computer may have slept, and one that comes early
    does no harm. An hour somebody chose is not this class's: see `client.services.scheduled`.
    """

    def __init__(self, clock: Callable[[], datetime], seconds: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._seconds = clock, seconds
        self._seen: dict[int, tuple[datetime, float]] = {}

    def over(self, entry: OutboxEntry) -> bool:
        """Whether the entry need not wait any more."""
        if entry.not_before is None:
            self._seen.pop(entry.outbox_id, None)
            return True
        now = self._clock()
        known, end = self._seen.get(entry.outbox_id, (None, 0.0))
        if known != entry.not_before:
            end = self._seconds() + _left(entry, entry.not_before, now)
            self._seen[entry.outbox_id] = (entry.not_before, end)
        waited = self._seconds() >= end
        return waited if _is_first(entry) else waited or entry.not_before <= now

    def forget(self, outbox_id: int) -> None:
        """The entry has ended."""
        self._seen.pop(outbox_id, None)


def _is_first(entry: OutboxEntry) -> bool:
    return entry.attempts == 0


def _left(entry: OutboxEntry, not_before: datetime, now: datetime) -> float:
    """Seconds; never longer than it could have been meant, whatever was done to the clock before."""
    longest = not_before - entry.created_at if _is_first(entry) else BACK_OFF[-1]
    return max(min(not_before - now, longest), timedelta()).total_seconds()


def elapsed_seconds() -> float | None:
    """Seconds of a clock nobody can set and that goes on while the computer sleeps; None without one."""
    if sys.platform == "win32":
        steady: float | None = time.monotonic()
    else:
        boot = getattr(time, "CLOCK_BOOTTIME", None)
        steady = None if boot is None else time.clock_gettime(boot)
    return steady


_SET_A_LITTLE = timedelta(minutes=5)
_LONGEST_DOUBT = 24 * 3600.0


class Hours:
    """Whether an hour somebody chose has come.

    A clock that is set forward brings no hour nearer: a letter must not leave days before its time because
    a clock went wrong. As much time passes as lay before the hour when it was first seen; where the clock
    keeps to it that the hour is over, it is believed after a day. One that is set back is believed.
    """

    def __init__(
        self, clock: Callable[[], datetime], elapsed: Callable[[], float | None] = elapsed_seconds
    ) -> None:
        self._clock, self._elapsed = clock, elapsed
        self._seen: dict[int, tuple[datetime, datetime, float]] = {}
        self._doubted: dict[int, float] = {}

    def come(self, outbox_id: int, hour: datetime) -> bool:
        """Whether ``hour`` is over."""
        now, steady = self._clock(), self._elapsed()
        if steady is None:
            return hour <= now
        if self._seen.get(outbox_id, (None,))[0] != hour:
            self._seen[outbox_id] = (hour, now, steady)
        _, first, began = self._seen[outbox_id]
        if now < hour:
            self._doubted.pop(outbox_id, None)
            return False
        doubted = self._doubted.setdefault(outbox_id, steady)
        meant = (hour - first - _SET_A_LITTLE).total_seconds()
        return steady - began >= meant or steady - doubted >= _LONGEST_DOUBT


class Lookout:
    """When to look on the server for what may have arrived: at once, then ever more seldom."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._looks: dict[int, tuple[int, float]] = {}

    def hasten(self) -> None:
        """It is time to look for all of them; each then waits as long as it would have."""
        self._looks = {outbox_id: (times, 0.0) for outbox_id, (times, _) in self._looks.items()}

    def due(self, outbox_id: int) -> bool:
        """Whether it is time to look."""
        return self._seconds() >= self._looks.get(outbox_id, (0, 0.0))[1]

    def looked(self, outbox_id: int) -> None:
        """Somebody is looking now."""
        times = self._looks.get(outbox_id, (0, 0.0))[0]
        pause = BACK_OFF[min(times + 1, len(BACK_OFF) - 1)]
        self._looks[outbox_id] = (times + 1, self._seconds() + pause.total_seconds())
