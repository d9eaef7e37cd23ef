"""The engine's part in the directory: read it when it is due, keep the old copy when that fails."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from client.errors import AuthenticationFailed, Cancelled, ClientError, NeedsUserError, TransientError
from client.model.directory import DirectoryCopy, DirectoryServer, DirectoryState
from client.model.event import Event, EventKind
from client.model.revocation import next_attempt
from client.model.secret import Secret
from client.services.engine_setup import EngineSetup, Report
from client.services.pauses import seconds_until
from client.store.directory import DirectoryWriter

_LOG = logging.getLogger(__name__)
_LONGEST_SLEEP = 3600.0
_SPREAD = 0.1


class ReadDirectory(Protocol):
    """The form of `client.net.ldap.read_directory`."""

    def __call__(
        self,
        server: DirectoryServer,
        password: Secret | None = None,
        anchors: tuple[bytes, ...] = (),
        *,
        stopping: Callable[[], bool] = ...,
    ) -> DirectoryCopy:
        """Everybody in it."""


class DirectoryFetcher:
    """One round reads the directory if that is due; answers with the seconds until it is again."""

    def __init__(
        self,
        setup: EngineSetup,
        read: ReadDirectory,
        report: Callable[[Report], None],
        clock: Callable[[], datetime],
        chance: Callable[[], float] = random.random,
    ) -> None:
        """``chance`` (0 to 1) spreads the computers of the city over time."""
        self._setup, self._read, self._report = setup, read, report
        self._clock, self._chance = clock, chance
        self._server, self._path = setup.directory, setup.paths.directory
        self._attempts = 0
        self._next: datetime | None = None
        self.stopping: Callable[[], bool] = lambda: False

    def network_changed(self) -> None:
        """What could not be reached may be reached now; a refused password stays refused."""
        if self._attempts:
            self._next = None

    def round(self) -> float:
        """Raises `StorageFull`, `StorageFailed` … of the copy's own database."""
        if self._server is None and not self._path.exists():
            return _LONGEST_SLEEP
        writer = DirectoryWriter(self._path, self._setup.at_rest)
        try:
            return self._look(writer)
        finally:
            writer.close()

    def _look(self, writer: DirectoryWriter) -> float:
        server, state = self._server, writer.state()
        if state.source and (server is None or state.source != server.source):
            writer.forget()
            state = DirectoryState()
        if server is None:
            return _LONGEST_SLEEP
        due = self._next or _due(state, server)
        if due is None or self._clock() >= due:
            due = self._next = self._refresh(writer, server)
        return seconds_until(due, self._clock(), _LONGEST_SLEEP)

    def _refresh(self, writer: DirectoryWriter, server: DirectoryServer) -> datetime:
        """Try once; answers with when to try again."""
        now = self._clock()
        try:
            password = self._setup.secrets.get(server.account_id) if server.account_id else None
            copy = self._read(server, password, self._setup.anchors_pem, stopping=self.stopping)
        except Cancelled:
            return now + server.every
        except ClientError as error:
            self._attempts += isinstance(error, TransientError)
            reason = str(error.params.get("reason", ""))
            writer.failed(error.code, reason, now)
            _LOG.info("directory: %s %s", error.code, reason)
            self._report(Event(EventKind.DIRECTORY, code=error.code, params=(("reason", reason),)))
            if isinstance(error, NeedsUserError):
                # A refused password is not tried again and again: servers lock accounts for that.
                return now + (server.every if isinstance(error, AuthenticationFailed) else timedelta(hours=1))
            return next_attempt(now, self._attempts, self._chance())
        self._attempts = 0
        writer.replace(copy, server.source, now)
        self._report(Event(EventKind.DIRECTORY, total=len(copy.entries)))
        return now + server.every * (1 + _SPREAD * self._chance())


def _due(state: DirectoryState, server: DirectoryServer) -> datetime | None:
    """After a start: when the copy is old enough; None, at once, where the last try failed."""
    if state.refreshed_at is None or state.error_code:
        return None
    return state.refreshed_at + server.every
