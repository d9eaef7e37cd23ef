"""Whether time went by that this computer does not know of: it slept, and its connections are dead.

A connection that was open before a sleep looks alive for minutes; everything that waits on it would
wait as long. The clocks tell earlier: after a sleep, one of them has gone further than was waited.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

TICK_SECONDS = 5.0
_SLACK_SECONDS = 20.0
"""A busy computer may wake a thread late; nobody minds new connections after as long."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """Both clocks at one moment, seconds. Which of them goes on in a sleep depends on the platform."""

    wall: float
    steady: float

    @classmethod
    def now(cls) -> Clocks:
        """This moment."""
        return cls(time.time(), time.monotonic())


def has_jumped(before: Clocks, after: Clocks, waited: float = TICK_SECONDS) -> bool:
    """Whether more than ``waited`` seconds went by, by either clock, or the clock was set."""
    wall, steady = after.wall - before.wall, after.steady - before.steady
    return max(wall, steady) > waited + _SLACK_SECONDS or wall < -_SLACK_SECONDS


class SleepWatch:
    """A thread that calls ``woken`` after each jump of the clocks, until `stop`."""

    def __init__(
        self,
        woken: Callable[[], None],
        clocks: Callable[[], Clocks] = Clocks.now,
        tick: float = TICK_SECONDS,
    ) -> None:
        self._woken = woken
        self._clocks = clocks
        self._tick = tick
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sleep-watch", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self._thread.join(1.0)

    def _run(self) -> None:
        before = self._clocks()
        while not self._stopping.wait(self._tick):
            after = self._clocks()
            if has_jumped(before, after, self._tick):
                self._woken()
            before = after
