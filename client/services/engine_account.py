"""One account in the engine: mail, bodies on demand, sending; a thread and a connection each."""

from __future__ import annotations

import queue
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from client.errors import (
    AuthenticationFailed,
    ClientError,
    ConnectionLost,
    MalformedMessage,
    StoreCorrupt,
    TransientError,
)
from client.model.account import Account, Endpoint
from client.model.event import Event, EventKind
from client.model.mailbox import RemoteMailbox, SpecialUse
from client.model.outgoing import OutboxState
from client.model.secret import Secret
from client.net.session import ImapSession, SelectedMailbox
from client.services import sending, sync
from client.services.engine_setup import BodyFailed, BodyReady, EngineSetup, FetchBody, Report
from client.services.engine_worker import Worker
from client.store.database import Database, open_cache, set_cache_aside
from client.store.messages import MessageStore
from client.store.numbers import MailboxNumbers
from client.store.objects import ObjectStore
from client.store.operations import Operations
from client.store.outbox import Outbox

KEEP_UNLINKED = timedelta(hours=24)
BODIES_PER_ROUND = 200
SEND_POLL_SECONDS = 1.0
BODY_LINK_SECONDS = 60.0
JOIN_SECONDS = 5.0


class Connect(Protocol):
    """The form of `client.net.imap.connect`."""

    def __call__(
        self, endpoint: Endpoint, user: str, password: Secret, anchors: tuple[bytes, ...] = ()
    ) -> ImapSession:
        """A logged-in session."""


@dataclass(frozen=True, slots=True)
class Net:
    """The doors to the network; tests bring their own."""

    connect: Connect
    submit: sending.Submit
    get: Callable[[str], bytes]


class AccountEngine:
    """Keeps one account's cache equal to its server and sends what its outbox holds."""

    def __init__(
        self,
        account: Account,
        setup: EngineSetup,
        net: Net,
        ledger: Database,
        report: Callable[[Report], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._account = account
        self._setup = setup
        self._net = net
        self._report = report
        self._clock = clock
        self._numbers = MailboxNumbers(ledger)
        self._operations = Operations(ledger, account.account_id, clock)
        self._objects = ObjectStore(setup.paths.account(account.account_id))
        self._cache: Database | None = None
        self._idle_session: ImapSession | None = None
        self._body_session: ImapSession | None = None
        self._looked_for: frozenset[int] = frozenset()
        self._bodies: queue.SimpleQueue[FetchBody] = queue.SimpleQueue()
        self._mail = Worker("mail", account.account_id, report, self._mail_round)
        self._body = Worker("body", account.account_id, report, self._body_round)
        self._send = Worker("send", account.account_id, report, self._send_round)
        self._sending = sending.SendingWork(
            account, Outbox(ledger, clock), report, clock, self._send.stopping
        )

    def start(self) -> None:
        """Open the cache and start the threads. Raises what `open_cache` raises."""
        self._open_store()
        for worker in (self._mail, self._body, self._send):
            worker.start()

    def sync_now(self) -> None:
        """Look at every mailbox now; also what waits after a refused password is tried again."""
        self._mail.wake()
        self._send.wake()
        session = self._idle_session
        if session is not None:
            session.interrupt()

    def outbox_changed(self) -> None:
        """Look into the outbox now."""
        self._send.wake()

    def fetch_body(self, command: FetchBody) -> None:
        """Queue a body; it is fetched on a connection of its own."""
        self._bodies.put(command)
        self._body.wake()

    def stop(self) -> None:
        """Start nothing new."""
        for worker in (self._send, self._body, self._mail):
            worker.stop()
        session = self._idle_session
        if session is not None:
            session.interrupt()

    def join(self) -> None:
        """Wait for a started submission without a limit, for everything else a moment."""
        self._send.join()
        ended = [self._mail.join(JOIN_SECONDS), self._body.join(JOIN_SECONDS)]
        if all(ended) and self._cache is not None:
            self._cache.close()

    # -- mail ---------------------------------------------------------------------------------

    def _mail_round(self) -> float:
        """One connection's life: synchronise, wait for news, again; ends with a fault or with `stop`."""
        session = self._connected()
        try:
            self._idle_session = session
            while not self._mail.stopping():
                self._mail_pass(session)
        except StoreCorrupt:
            self._replace_store()
            raise
        finally:
            self._idle_session = None
            session.logout()
        return 0.0

    def _mail_pass(self, session: ImapSession) -> None:
        work = self._sync_work(session)
        remotes = session.list_mailboxes()
        numbers = work.store.upsert_mailboxes(remotes)
        self._report(Event(EventKind.MAILBOXES, self._account.account_id))
        for remote in _in_order(remotes):
            if self._mail.stopping():
                return
            self._sync_one(work, remote.raw_name, numbers[remote.raw_name])
        self._objects.delete(work.store.purge(self._clock() - KEEP_UNLINKED))
        self._mail.succeeded()
        self._report(Event(EventKind.ACCOUNT_OK, self._account.account_id))
        inbox = next((one for one in remotes if one.special_use is SpecialUse.INBOX), None)
        if inbox is not None:
            self._watch(work, inbox.raw_name, numbers[inbox.raw_name])
        # What `wake` asked for is what the next pass does; forgotten before that pass looks.
        self._mail.forget_wake()

    def _watch(self, work: sync.SyncWork, raw_name: bytes, mailbox_id: int) -> None:
        """Wait for news of one mailbox until the next pass is due or wanted.

        IDLE tells only of what comes after SELECT: mail that came between the last look and SELECT
        is in SELECT's answer. An answer that stays odd after a look is no reason to look for ever.
        """
        end = self._clock() + self._setup.poll
        looked_at: SelectedMailbox | None = None
        while self._clock() < end and not self._wanted():
            server = work.session.select(raw_name)
            left = (end - self._clock()).total_seconds()
            if server != looked_at and not sync.is_current(work.store, mailbox_id, server):
                looked_at = server
            elif not work.session.idle(max(left, 1.0), self._wanted):
                continue
            self._sync_one(work, raw_name, mailbox_id)

    def _wanted(self) -> bool:
        return self._mail.stopping() or self._mail.woken()

    def _sync_one(self, work: sync.SyncWork, raw_name: bytes, mailbox_id: int) -> None:
        if sync.apply(work, raw_name, mailbox_id):
            self._report(Event(EventKind.MAILBOXES, self._account.account_id))
        sync.fetch_bodies(work, self._objects, mailbox_id, self._setup.body_age, BODIES_PER_ROUND)
        sync.index_bodies(work, self._objects, mailbox_id, BODIES_PER_ROUND)

    def _sync_work(self, session: ImapSession) -> sync.SyncWork:
        return sync.SyncWork(
            self._account.account_id,
            session,
            self._store(),
            self._operations,
            self._report,
            self._clock,
            self._mail.stopping,
        )

    # -- bodies on demand ---------------------------------------------------------------------

    def _body_round(self) -> float:
        while not self._body.stopping():
            try:
                wanted = self._bodies.get_nowait()
            except queue.Empty:
                # The connection is kept for the next click for a while, then given back.
                if self._body.rest(BODY_LINK_SECONDS):
                    continue
                break
            self._answer(wanted)
        self._drop_body_session()
        return 3600.0

    def _answer(self, wanted: FetchBody) -> None:
        try:
            path = self._body_path(wanted.row_id)
        except ClientError as error:
            if isinstance(error, TransientError):
                self._drop_body_session()
            self._report(BodyFailed(wanted.mailbox_id, wanted.row_id, error))
            return
        self._report(BodyReady(wanted.mailbox_id, wanted.row_id, str(self._objects.path(path))))

    def _body_path(self, row_id: int) -> str:
        store = self._store()
        place = store.locate(row_id)
        if place is None:
            raise MalformedMessage(reason="gone")
        if place.body_path and self._objects.path(place.body_path).is_file():
            return place.body_path
        if self._body_session is None:
            self._body_session = self._connected()
        server = self._body_session.select(place.raw_name)
        if server.uidvalidity != place.uidvalidity:
            raise MalformedMessage(reason="gone")
        path = sync.fetch_body(self._body_session, store, self._objects, row_id, place.uid)
        self._report(Event(EventKind.BODY, self._account.account_id, row_id))
        return path

    def _drop_body_session(self) -> None:
        session, self._body_session = self._body_session, None
        if session is not None:
            session.logout()

    # -- sending ------------------------------------------------------------------------------

    def _send_round(self) -> float:
        outbox, account_id = self._sending.outbox, self._account.account_id
        if outbox.due(account_id, self._clock()):
            sending.submit_due(self._sending, self._password(), self._net.submit, self._setup.anchors_pem)
        now = self._clock()
        waiting = [
            entry
            for entry in outbox.in_state(account_id, OutboxState.SUBMITTED)
            if entry.not_before is None or entry.not_before <= now
        ]
        if (waiting or self._look_for_uncertain()) and not self._send.stopping():
            self._file()
        return SEND_POLL_SECONDS

    def _look_for_uncertain(self) -> bool:
        unresolved = {
            entry.outbox_id
            for entry in self._sending.outbox.in_state(self._account.account_id, OutboxState.UNCERTAIN)
        }
        return bool(unresolved - self._looked_for)

    def _file(self) -> None:
        session = self._connected()
        try:
            sent = next((one for one in session.list_mailboxes() if one.special_use is SpecialUse.SENT), None)
            if sent is None:
                raise ConnectionLost(host=self._account.imap.host, reason="no-sent-mailbox")
            uncertain = self._sending.outbox.in_state(self._account.account_id, OutboxState.UNCERTAIN)
            sending.resolve_uncertain(self._sending, session, sent.raw_name)
            self._looked_for = frozenset(entry.outbox_id for entry in uncertain)
            sending.file_submitted(self._sending, session, sent.raw_name)
        finally:
            session.logout()
        self._mail.wake()
        idle = self._idle_session
        if idle is not None:
            idle.interrupt()

    # -- shared -------------------------------------------------------------------------------

    def _connected(self) -> ImapSession:
        return self._net.connect(
            self._account.imap, self._account.user_name, self._password(), self._setup.anchors_pem
        )

    def _password(self) -> Secret:
        password = self._setup.secrets.get(self._account.account_id)
        if password is None:
            raise AuthenticationFailed(
                host=self._account.imap.host, user=self._account.user_name, reason="no-password"
            )
        return password

    def _store(self) -> MessageStore:
        if self._cache is None:
            self._open_store()
        if self._cache is None:
            raise AssertionError("the cache was just opened")
        return MessageStore(self._cache, self._account.account_id, self._numbers)

    def _open_store(self) -> None:
        self._cache = open_cache(self._cache_path())

    def _replace_store(self) -> None:
        cache, self._cache = self._cache, None
        if cache is not None:
            with suppress(ClientError):
                cache.close()
        set_cache_aside(self._cache_path())
        self._open_store()
        self._report(Event(EventKind.MAILBOXES, self._account.account_id))

    def _cache_path(self) -> Path:
        return self._setup.paths.account(self._account.account_id) / "cache.db"


def _in_order(remotes: tuple[RemoteMailbox, ...]) -> list[RemoteMailbox]:
    order = {
        SpecialUse.INBOX: 0,
        SpecialUse.SENT: 1,
        SpecialUse.DRAFTS: 2,
        SpecialUse.JUNK: 8,
        SpecialUse.TRASH: 9,
    }
    usable = [remote for remote in remotes if remote.selectable]
    return sorted(usable, key=lambda remote: order.get(remote.special_use, 5))
