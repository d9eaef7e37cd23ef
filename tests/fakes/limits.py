"""What a process that judges somebody else's file may use: run in the process itself, before it begins."""

from __future__ import annotations

import socket
import sys
from typing import NoReturn

GIGABYTE = 1 << 30
SECONDS = 10
"""Of processor time: a loaded machine is no fault of the file."""


def confine() -> None:
    """No network, a gigabyte of memory, ten seconds of processor time (the last two not on Windows)."""
    socket.socket.connect = _no_network  # type: ignore[method-assign] # that is the point
    socket.getaddrinfo = _no_network
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (GIGABYTE, GIGABYTE))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def _no_network(*_: object, **__: object) -> NoReturn:
    raise PermissionError("no network")
