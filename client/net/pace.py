"""Whether an answer gets on: a timeout for each piece of it is no limit for a server that trickles.

An honest line may be slow and an answer large, so that there is no time for the whole of it. What is
limited is the time spent waiting that no octets make up for.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

GRACE = 300.0
"""Seconds that may be waited in vain: a server looks long for something, a link stumbles."""
SLOWEST = 128
"""Octets a second that keep an answer alive for ever; the slowest telephone line brings more."""
MOST_NOTES = 5
"""Lines like ``* OK Still searching`` that count as work done before an answer's end, each for `GRACE`."""


class Pace:
    """Patience that waiting uses up and octets give back, never more than there was."""

    def __init__(self, grace: float = GRACE) -> None:
        self._grace = self._left = grace
        self._notes = 0

    def waited(self, seconds: float, octets: int) -> bool:
        """So long for so much; False when patience is at its end."""
        self._left = min(self._left - seconds + octets / SLOWEST, self._grace)
        return self._left > 0

    def at_work(self) -> None:
        """The server said, without having been asked, that all is well."""
        if self._notes < MOST_NOTES:
            self._notes += 1
            self._left = self._grace

    def begin(self) -> None:
        """An answer has come to its end, or a new one is due."""
        self._left, self._notes = self._grace, 0


@contextmanager
def cut_off(line: socket.socket, seconds: float) -> Iterator[None]:
    """Cut the line after ``seconds``, where a whole answer is small: whoever reads finds its end."""

    def cut() -> None:
        with suppress(OSError):
            # The method of the plain socket: that of TLS would take the stream apart under its reader.
            socket.socket.shutdown(line, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
