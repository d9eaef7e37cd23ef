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
"""As many times the patience comes back at lines like ``* OK Still searching`` before an answer's end.

How many lines that takes is the server's affair: one says so every ten seconds, another once in five minutes.
"""


class Pace:
    """Patience that waiting uses up and octets give back, never more than there was."""

    def __init__(self, grace: float = GRACE) -> None:
        self._grace = self._left = grace
        self._more = MOST_NOTES * grace

    def waited(self, seconds: float, octets: int) -> bool:
        """So long for so much; False when patience is at its end."""
        self._left = min(self._left - seconds + octets / SLOWEST, self._grace)
        return self._left > 0

    def at_work(self) -> None:
        """The server said, without having been asked, that all is well."""
        back = min(self._grace - self._left, self._more)
        self._left, self._more = self._left + back, self._more - back

    def begin(self) -> None:
        """An answer has come to its end, or a new one is due."""
        self._left, self._more = self._grace, MOST_NOTES * self._grace


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
