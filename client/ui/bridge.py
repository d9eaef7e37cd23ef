"""The one way a finished piece of work reaches a widget: on the widget's own thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from client.model.event import Event

T = TypeVar("T")


class Bridge(QObject):
    """Deliver futures to callbacks on the thread that owns the bridge.

    A callback whose bridge is gone (its window was closed) is dropped in silence.
    """

    _ready = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ready.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def watch(
        self,
        future: Future[T],
        on_result: Callable[[T], None],
        on_error: Callable[[BaseException], None],
    ) -> None:
        """Call exactly one of the two callbacks when ``future`` is done; none if it was cancelled."""

        def deliver() -> None:
            try:
                error = future.exception()
            except CancelledError:
                return
            if error is not None:
                on_error(error)
            else:
                on_result(future.result())

        def done(_: Future[T]) -> None:
            if shiboken6.isValid(self):
                self._ready.emit(deliver)

        future.add_done_callback(done)

    @Slot(object)
    def _run(self, call: Callable[[], None]) -> None:
        call()


class EventRelay(QObject):
    """Bring the engine's events from its thread to the window's."""

    arrived = Signal(object)
    """An `client.model.event.Event`, on the thread that owns the relay."""
    _received = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._received.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)

    def listen(self, event: Event) -> None:
        """The listener for `MailDesk.subscribe`; may be called on any thread."""
        if shiboken6.isValid(self):
            self._received.emit(event)

    @Slot(object)
    def _pass_on(self, event: Event) -> None:
        self.arrived.emit(event)
