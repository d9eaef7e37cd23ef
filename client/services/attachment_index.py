"""Attachments become searchable: the workshop reads them one by one, the engine writes what they say.

Runs behind everything else while a window is open: never more than one attachment's reading is ahead
of what the user asks of the workshop.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress

from client.errors import ClientError
from client.model.at_rest import Readable
from client.model.event import Event, EventKind
from client.services import workshop
from client.services.engine_setup import TextRead
from client.services.indexing import Arrival
from client.services.tasks import Lane
from client.store.reading import MessageReader

_LOOK_AHEAD = 50
_NEWS = frozenset({EventKind.BODY, EventKind.ACCOUNT_OK})


class AttachmentIndex:
    """`listen` to the engine's events; what it finds to read it reads, newest first."""

    def __init__(
        self,
        lane: Lane,
        readers: Mapping[str, MessageReader],
        file_of: Callable[[str, str], Readable],
        tell_engine: Callable[[TextRead], None],
        take: Callable[[str, Arrival], None] = lambda _, __: None,
    ) -> None:
        """``take`` is given everything that was read, with its account's id."""
        self._take = take
        self._lane = lane
        self._readers = readers
        self._file_of = file_of
        self._tell_engine = tell_engine
        self._lock = threading.Lock()
        self._read: set[tuple[str, int]] = set()
        self._is_busy = False
        self._is_closed = False

    def listen(self, event: Event) -> None:
        """A body is here, or an account is up to date: there may be something to read."""
        if event.kind in _NEWS:
            self._go_on()

    def close(self) -> None:
        """Begin nothing more."""
        self._is_closed = True

    def _go_on(self) -> None:
        with self._lock:
            found = None if self._is_busy or self._is_closed else self._next()
            self._is_busy = self._is_busy or found is not None
        if found is not None:
            self._begin(*found)

    def _next(self) -> tuple[str, int, int, Readable] | None:
        for account_id, reader in self._readers.items():
            try:
                waiting = reader.without_text(_LOOK_AHEAD)
            except ClientError:
                continue  # the engine replaces a broken cache; what is in the new one is told again
            for row_id, mailbox_id, path in waiting:
                if (account_id, row_id) not in self._read:
                    self._read.add((account_id, row_id))
                    return account_id, row_id, mailbox_id, self._file_of(account_id, path)
        return None

    def _begin(self, account_id: str, row_id: int, mailbox_id: int, path: Readable) -> None:
        def done(reading: Future[Arrival]) -> None:
            # A document that cannot be read, or kills the workshop, is not tried again and again.
            arrival = None if reading.cancelled() or reading.exception() is not None else reading.result()
            if arrival is not None:
                with suppress(ClientError):  # not indexed then, so read again by the next window
                    self._take(account_id, arrival)
            text = arrival.text if arrival is not None else None
            self._tell_engine(TextRead(account_id, mailbox_id, row_id, text))
            with self._lock:
                self._is_busy = False
            self._go_on()

        try:
            reading = self._lane.submit(workshop.read_arrival, path)
        except ClientError:
            self._is_closed = True
            return
        reading.add_done_callback(done)
