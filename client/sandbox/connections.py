"""Keeps track of who is connected, so that the city can stop without leaving sockets open."""

from __future__ import annotations

import asyncio
from weakref import WeakSet


class Connections:
    """The open transports of a server."""

    def __init__(self) -> None:
        self._open: WeakSet[asyncio.BaseTransport] = WeakSet()

    def add(self, transport: asyncio.BaseTransport) -> None:
        """Remember a client's transport while it lives."""
        self._open.add(transport)

    async def end(self) -> None:
        """Cut every connection and end what still runs for it."""
        for transport in list(self._open):
            if isinstance(transport, asyncio.WriteTransport):
                # A polite TLS close would wait for the other side, which may be gone.
                transport.abort()
        current = asyncio.current_task()
        rest = [task for task in asyncio.all_tasks() if task is not current]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await asyncio.sleep(0)
