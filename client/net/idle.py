"""IDLE as a wake-up call (RFC 2177): that something changed is all that is learned.

The stream is read with our own buffer, so a TCP segment or TLS record may end anywhere.
A self-pipe ends the wait at once when another thread asks for it.
"""

from __future__ import annotations

import re
import selectors
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from client.errors import ConnectionLost
from client.net.wire import Wire

RENEWAL = 500.0
"""Seconds after which IDLE is renewed: office firewalls forget a silent connection after about 10 minutes."""
_ASK_STOP_EVERY = 1.0
_TAG = b"IDLE1"
_CHANGE = re.compile(rb"\* \d+ (?:EXISTS|EXPUNGE|FETCH|RECENT)|\* VANISHED", re.IGNORECASE)


@dataclass
class Waker:
    """A socket pair: a byte written by any thread makes a waiting selector return."""

    _pair: tuple[socket.socket, socket.socket] = field(default_factory=socket.socketpair)

    def __post_init__(self) -> None:
        for end in self._pair:
            end.setblocking(False)

    @property
    def receiver(self) -> socket.socket:
        """The end to select on."""
        return self._pair[0]

    def wake(self) -> None:
        """Make `receiver` readable; a full pipe is awake already, a closed one has nobody to wake."""
        with suppress(OSError):
            self._pair[1].send(b"!")

    def clear(self) -> bool:
        """Take what was written; whether there was anything."""
        try:
            return bool(self._pair[0].recv(4096))
        except OSError:
            return False

    def close(self) -> None:
        """Close both ends."""
        for end in self._pair:
            end.close()


def wait_for_change(
    wire: Wire, waker: Waker, timeout: float, stop: Callable[[], bool], renewal: float = RENEWAL
) -> bool:
    """IDLE until a change (True), or until ``timeout`` seconds, ``stop()`` or the waker (False)."""
    end = time.monotonic() + timeout
    while (left := end - time.monotonic()) > 0:
        outcome = _one_idle(wire, waker, min(left, renewal), stop)
        if outcome is not None:
            return outcome
    return False


def wait_without_idle(waker: Waker, timeout: float, stop: Callable[[], bool]) -> None:
    """The same for a server without IDLE: let the time pass, then the caller looks."""
    end = time.monotonic() + timeout
    with selectors.DefaultSelector() as selector:
        selector.register(waker.receiver, selectors.EVENT_READ)
        while (left := end - time.monotonic()) > 0 and not stop():
            if selector.select(min(left, _ASK_STOP_EVERY)):
                waker.clear()
                return


def _one_idle(wire: Wire, waker: Waker, seconds: float, stop: Callable[[], bool]) -> bool | None:
    """True: a change; False: told to stop; None: the time is over."""
    wire.send(_TAG + b" IDLE\r\n")
    changed = False
    while not (pieces := wire.read_response())[0].startswith(b"+"):
        if wire.is_end(_TAG, pieces[0]):
            return _pause(waker, seconds, stop)
        changed = changed or _is_change(pieces)
    outcome = True if changed else _watch(wire, waker, time.monotonic() + seconds, stop)
    wire.send(b"DONE\r\n")
    return _finish(wire) or outcome


def _watch(wire: Wire, waker: Waker, end: float, stop: Callable[[], bool]) -> bool | None:
    with selectors.DefaultSelector() as selector:
        selector.register(wire.sock, selectors.EVENT_READ)
        selector.register(waker.receiver, selectors.EVENT_READ)
        while True:
            while wire.has_line():
                if _next_is_change(wire):
                    return True
            if waker.clear() or stop():
                return False
            left = end - time.monotonic()
            if left <= 0:
                return None
            _wait(wire, selector, min(left, _ASK_STOP_EVERY))


def _wait(wire: Wire, selector: selectors.BaseSelector, seconds: float) -> None:
    """Take what has come, without ever blocking inside half a TLS record."""
    pending = wire.sock.pending() if isinstance(wire.sock, ssl.SSLSocket) else 0
    if not pending and not selector.select(seconds):
        return
    patience = wire.sock.gettimeout()
    wire.sock.setblocking(False)
    try:
        wire.receive_now()
    finally:
        if not wire.closed:
            wire.sock.settimeout(patience)


def _next_is_change(wire: Wire) -> bool:
    pieces = wire.read_response()
    if wire.is_end(_TAG, pieces[0]):
        raise wire.fail(ConnectionLost(host=wire.host, reason="idle-ended"))
    return _is_change(pieces)


def _is_change(pieces: list[bytes]) -> bool:
    return bool(_CHANGE.match(pieces[0]))


def _finish(wire: Wire) -> bool:
    """Read to the end of the command; whether a change was told meanwhile."""
    changed = False
    while not wire.is_end(_TAG, (pieces := wire.read_response())[0]):
        changed = changed or _is_change(pieces)
    return changed


def _pause(waker: Waker, seconds: float, stop: Callable[[], bool]) -> bool | None:
    """The server refused IDLE: wait as a server without IDLE has it."""
    wait_without_idle(waker, seconds, stop)
    return False if stop() else None
