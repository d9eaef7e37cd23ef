"""What could not be done with one message or mailbox, so that it holds up nothing else.

A server may break off whenever it is asked for a certain message. Met there again and again, it would
never be asked for anything that comes after it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

from client.errors import (
    Cancelled,
    ClientError,
    ConnectionLost,
    QuotaExceeded,
    ServerBusy,
    StorageFailed,
    StorageFull,
    StoreBusy,
)

TRIES = 2
"""A link may break by chance once."""
_LEFT_SECONDS = 3600.0


class Obstacles:
    """One thread's; forgotten with the process. ``seconds`` is a clock nobody can set."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._met: dict[Hashable, tuple[int, float]] = {}

    @contextmanager
    def trying(self, what: Hashable) -> Iterator[None]:
        """Remember whether what is done within this went well; a full disk is nobody's fault."""
        try:
            yield
        except (Cancelled, StorageFailed, StorageFull, StoreBusy):
            raise
        except Exception:
            self._met[what] = (self.times(what) + 1, self._seconds() + _LEFT_SECONDS)
            raise
        self._met.pop(what, None)

    def times(self, what: Hashable) -> int:
        """How often it failed since it last went well."""
        return self._met.get(what, (0, 0.0))[0]

    def left(self) -> frozenset[Hashable]:
        """What is left alone for now: it is tried again after an hour."""
        now = self._seconds()
        return frozenset(what for what, (times, until) in self._met.items() if times >= TRIES and now < until)

    def forget(self) -> None:
        """Somebody wants all of it tried again."""
        self._met.clear()


def is_refusal(error: ClientError) -> bool:
    """The server said no (NO, or BAD) and the link is sound: everything else may still be had from it."""
    said_bad = isinstance(error, ConnectionLost) and error.params.get("reason") == "protocol"
    return said_bad or isinstance(error, ServerBusy | QuotaExceeded)
