"""The window's side of the engine: commands in, events out, a new process when one dies."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from multiprocessing import get_context
from multiprocessing.context import SpawnProcess

from client.errors import ConnectionLost
from client.model.at_rest import Readable
from client.model.event import Event, EventKind
from client.services.engine_entry import start_engine
from client.services.engine_setup import (
    BodyFailed,
    BodyReady,
    Channel,
    Command,
    EngineSetup,
    FetchBody,
    Report,
    Shutdown,
)

_LOG = logging.getLogger(__name__)
RESTART_SECONDS = (0.5, 2.0, 10.0, 60.0)
Listener = Callable[[Event], None]
Target = Callable[[Channel, EngineSetup], None]


class EngineLink:
    """Starts the engine and keeps one running until `close`.

    Listeners are called on the link's own thread. An engine that died is started again; what
    it was submitting then becomes UNCERTAIN, and bodies that were asked for are asked for again.
    """

    def __init__(self, setup: EngineSetup, target: Target = start_engine) -> None:
        self._setup = setup
        self._target = target
        self._lock = threading.RLock()
        self._listeners: list[Listener] = []
        self._bodies: dict[tuple[int, int], Future[Readable]] = {}
        self._closing = threading.Event()
        self._deaths = 0
        self._said_why = False
        self._process, self._connection = self._spawn()
        self._reader = threading.Thread(target=self._read_forever, name="engine-link", daemon=True)
        self._reader.start()

    @property
    def is_alive(self) -> bool:
        """The engine process is running."""
        with self._lock:
            return self._process.is_alive()

    @property
    def process_id(self) -> int:
        """The engine's process id, for the memory figure and tests; 0 when there is none."""
        with self._lock:
            return self._process.pid or 0

    def subscribe(self, listener: Listener) -> None:
        """Have ``listener`` called for every event from now on."""
        with self._lock:
            self._listeners.append(listener)

    def send(self, command: Command) -> None:
        """Hand over a command. One that a dying engine misses is made good by the next engine's start."""
        with self._lock:
            try:
                self._connection.send(command)
            except (OSError, ValueError):
                _LOG.warning("the engine does not listen")

    def body(self, mailbox_id: int, row_id: int) -> Future[Readable]:
        """The raw message's file, fetched if need be; fails with a `ClientError`."""
        with self._lock:
            key = (mailbox_id, row_id)
            waiting = self._bodies.get(key)
            if waiting is None:
                waiting = self._bodies[key] = Future()
                self.send(FetchBody(mailbox_id, row_id))
            return waiting

    def close(self, timeout: float | None = None) -> bool:
        """Ask the engine to end and wait for a started submission; True when it has ended.

        With ``timeout`` (seconds) the wait may end first; the engine then ends by itself later.
        """
        self._closing.set()
        self.send(Shutdown())
        with self._lock:
            process = self._process
        process.join(timeout)
        self._fail_bodies()
        return not process.is_alive()

    def _spawn(self) -> tuple[SpawnProcess, Channel]:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=self._target, args=(theirs, self._setup), name="congthu-engine")
        process.start()
        # With our copy closed, the end of the engine shows as the end of the pipe.
        theirs.close()
        return process, ours

    def _read_forever(self) -> None:
        while True:
            try:
                report: Report = self._connection.recv()
            except (EOFError, OSError):
                if not self._restart():
                    return
                continue
            except Exception:  # noqa: BLE001 - one unreadable report must not deafen the window
                _LOG.exception("unreadable report from the engine")
                continue
            self._deliver(report)

    def _restart(self) -> bool:
        """Start another engine after a pause; False when the link is being closed."""
        self._connection.close()
        pause = RESTART_SECONDS[min(self._deaths, len(RESTART_SECONDS) - 1)]
        if self._closing.is_set():
            return False
        self._deaths += 1
        if not self._said_why:  # a full disk is told as one: that has a remedy
            self._deliver(Event(EventKind.ACCOUNT_PROBLEM, code="engine-fault"))
        self._said_why = False
        if self._closing.wait(pause):
            return False
        self._process.join()
        with self._lock:
            if self._closing.is_set():
                return False
            self._process, self._connection = self._spawn()
            for mailbox_id, row_id in self._bodies:
                self.send(FetchBody(mailbox_id, row_id))
        return True

    def _deliver(self, report: Report) -> None:
        match report:
            case BodyReady(mailbox_id=mailbox_id, row_id=row_id, file=file):
                future = self._take(mailbox_id, row_id)
                if future is not None:
                    future.set_result(file)
            case BodyFailed(mailbox_id=mailbox_id, row_id=row_id, error=error):
                future = self._take(mailbox_id, row_id)
                if future is not None:
                    future.set_exception(error)
            case Event() as event:
                if event.kind is EventKind.ACCOUNT_OK:
                    self._deaths = 0
                self._said_why = event.kind is EventKind.ACCOUNT_PROBLEM and not event.account_id
                self.tell(event)

    def _take(self, mailbox_id: int, row_id: int) -> Future[Readable] | None:
        with self._lock:
            future = self._bodies.pop((mailbox_id, row_id), None)
        # The caller may have cancelled it; only a future that runs can be answered.
        return future if future is not None and future.set_running_or_notify_cancel() else None

    def tell(self, event: Event) -> None:
        """Call every listener, also for what changed on this side of the pipe."""
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            try:
                listener(event)
            except Exception:  # noqa: BLE001 - a listener's bug must not deafen the others
                _LOG.exception("a listener failed")

    def _fail_bodies(self) -> None:
        with self._lock:
            waiting, self._bodies = self._bodies, {}
        for future in waiting.values():
            if future.set_running_or_notify_cancel():
                future.set_exception(ConnectionLost(host="", reason="closing"))
