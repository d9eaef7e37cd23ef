"""What somebody in front of the window waits for: changes to mail, and bodies on demand.

Both go over one connection of their own, so that neither waits for a long synchronisation.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from client.errors import Cancelled, ClientError, MalformedMessage, TransientError
from client.model.event import Event, EventKind
from client.net.session import ImapSession
from client.services import sync_bodies
from client.services.engine_context import AccountContext
from client.services.engine_setup import BodyFailed, BodyReady, FetchBody
from client.services.engine_worker import Worker
from client.services.sync_operations import OperationWork, is_due, run_operations

LINK_SECONDS = 60.0
"""The connection is kept for the next click for a while, then given back."""
_IDLE_SECONDS = 3600.0


class Foreground:
    """A thread that does what was asked for and sleeps otherwise."""

    def __init__(self, context: AccountContext, look_again: Callable[[], None]) -> None:
        self._context = context
        self._look_again = look_again
        self._session: ImapSession | None = None
        self._bodies: queue.SimpleQueue[FetchBody] = queue.SimpleQueue()
        self.worker = Worker("body", context.account.account_id, context.report, self._round)

    def fetch_body(self, command: FetchBody) -> None:
        """Queue a body."""
        self._bodies.put(command)
        self.worker.wake()

    def _round(self) -> float:
        while not self.worker.stopping():
            try:
                self._run_operations()
            except ClientError:
                self._answer_all()
                raise
            try:
                wanted = self._bodies.get_nowait()
            except queue.Empty:
                if self.worker.rest(LINK_SECONDS):
                    continue
                break
            self._answer(wanted)
        self._drop_session()
        return self._until_next_operation()

    def _answer_all(self) -> None:
        """Whoever clicked is told at once what there is, or why there is nothing."""
        with suppress(queue.Empty):
            while True:
                self._answer(self._bodies.get_nowait())

    def _run_operations(self) -> None:
        context = self._context
        now = context.clock()
        if not any(is_due(one, now) for one in context.operations.pending()):
            return
        try:
            work = OperationWork(
                self._connected(), context.store(), context.operations, context.clock, self.worker.stopping
            )
            touched = run_operations(work)
        except ClientError:
            self._drop_session()
            raise
        finally:
            context.tell(EventKind.OPERATIONS)
        context.tell(EventKind.MAILBOXES)
        if touched:
            # A move that was taken back while it was made waits for its way back already.
            self.worker.wake()
            self._look_again()

    def _until_next_operation(self) -> float:
        now = self._context.clock()
        pending = self._context.operations.pending()
        waits = [(one.not_before - now).total_seconds() for one in pending if one.not_before is not None]
        return max(1.0, min([*waits, _IDLE_SECONDS]))

    def _answer(self, wanted: FetchBody) -> None:
        context = self._context
        try:
            path = self._body_path_anew(wanted.row_id)
        except Cancelled:
            return  # the engine ends; what has come is kept
        except ClientError as error:
            if isinstance(error, TransientError):
                self._drop_session()
            context.report(BodyFailed(wanted.mailbox_id, wanted.row_id, error))
            return
        except Exception:
            # Whoever waits is told, whatever it was.
            unread = MalformedMessage(reason="unreadable")
            context.report(BodyFailed(wanted.mailbox_id, wanted.row_id, unread))
            raise
        context.report(BodyReady(wanted.mailbox_id, wanted.row_id, context.objects.file(path)))

    def _body_path_anew(self, row_id: int) -> str:
        """A connection that was kept may be dead by now: then a new one is made and nobody is told."""
        kept = self._session is not None
        try:
            return self._body_path(row_id)
        except TransientError:
            if not kept:
                raise
        self._drop_session()
        return self._body_path(row_id)

    def _body_path(self, row_id: int) -> str:
        context = self._context
        store = context.store()
        place = store.locate(row_id)
        if place is None:
            raise MalformedMessage(reason="gone")
        if place.body_path and context.objects.is_whole(place.body_path):
            return place.body_path
        session = self._connected()
        if session.select(place.raw_name).uidvalidity != place.uidvalidity:
            raise MalformedMessage(reason="gone")
        work = sync_bodies.BodyWork(
            session, store, context.objects, self.worker.stopping, partial(self._tell_progress, row_id)
        )
        path = sync_bodies.fetch_body(work, place)
        context.tell(EventKind.BODY, row_id)
        return path

    def _tell_progress(self, row_id: int, done: int, total: int) -> None:
        context = self._context
        context.report(Event(EventKind.BODY_PROGRESS, context.account.account_id, row_id, done, total))

    def _connected(self) -> ImapSession:
        if self._session is None:
            self._session = self._context.connected()
        return self._session

    def _drop_session(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.logout()
