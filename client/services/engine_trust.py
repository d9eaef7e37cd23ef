"""How far an account's server is still believed: the kill switch of QRESYNC and CONDSTORE."""

from __future__ import annotations

import logging
import threading

_LOG = logging.getLogger(__name__)
_STEPS = (("QRESYNC", 2), ("CONDSTORE", 4))
"""Broken promises after which a capability is not used any more. The first may be a restored backup."""


class ServerTrust:
    """Counts what a server got wrong; may be used from several threads. Forgotten with the process."""

    def __init__(self, without: frozenset[str] = frozenset()) -> None:
        self._without = without
        self._broken = 0
        self._lock = threading.Lock()

    @property
    def without(self) -> frozenset[str]:
        """Capabilities that are not to be used with this server."""
        with self._lock:
            return self._without

    def broke(self, code: str) -> None:
        """The server broke a promise."""
        with self._lock:
            self._broken += 1
            lost = {name for name, limit in _STEPS if self._broken >= limit} - self._without
            self._without |= lost
        if lost:
            _LOG.warning("%s: going on without %s", code, ", ".join(sorted(lost)))
