"""Waiting for the engine's events: by the event, never by the clock alone."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from typing import TypeVar

from client.errors import TimedOut
from client.model.event import Event
from client.services.desk import MailDesk

T = TypeVar("T")


class EventWaiter:
    """Collects a desk's events from the moment it is made."""

    def __init__(self, desk: MailDesk) -> None:
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        desk.subscribe(self._events.put)

    def until(self, look: Callable[[], T | None], seconds: float, what: str) -> T:
        """Look again after each event until ``look`` finds something; `TimedOut` after ``seconds``."""
        end = time.monotonic() + seconds
        while (found := look()) is None:
            left = end - time.monotonic()
            if left <= 0:
                raise TimedOut(host=what, seconds=int(seconds))
            try:
                self._events.get(timeout=min(left, 1.0))
            except queue.Empty:
                continue
        return found
