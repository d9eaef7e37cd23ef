"""One account in the engine: mail, bodies on demand, sending; a thread and a connection each."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from client.errors import (
    ClientError,
    StoreCorrupt,
)
from client.model.account import Account
from client.model.event import EventKind
from client.model.mailbox import MailboxRefused, RemoteMailbox, SpecialUse
from client.net.session import ImapSession, MailboxStatus, SelectedMailbox
from client.services import sync, sync_bodies
from client.services.engine_context import AccountContext, Net
from client.services.engine_drafts import DraftUploads
from client.services.engine_foreground import Foreground
from client.services.engine_obstacles import TRIES, Obstacles, is_refusal
from client.services.engine_sending import Sender
from client.services.engine_setup import EngineSetup, FetchBody, Report, TextRead
from client.services.engine_worker import Worker
from client.services.indexing import read_message
from client.services.mailbox_roles import in_order
from client.services.sync_plan import is_unchanged
from client.store.database import Database
from client.store.messages import MessageStore
from client.store.search import IndexedText

_LOG = logging.getLogger(__name__)
KEEP_UNLINKED = timedelta(hours=24)
BODIES_AT_ONCE = 50
"""Between two looks for new mail."""
FULL_LOOK = 2
"""A server without CONDSTORE does not tell of flags from outside: each mailbox is looked into every so many
passes, in between only where its numbers changed."""
JOIN_SECONDS = 5.0


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
        self._context = AccountContext(account, setup, net, ledger, report, clock)
        self._idle_session: ImapSession | None = None
        self._passes = 0
        self._turns: dict[int, int] = {}
        self._obstacles = Obstacles()
        self._refusing: dict[bytes, MailboxRefused] = {}
        self._mail = Worker("mail", account.account_id, report, self._mail_round)
        self._sender = Sender(self._context, ledger, self._filed)
        self._foreground = Foreground(self._context, self._look_again)
        self._drafts = DraftUploads(self._context, ledger, self._look_again, self._foreground.worker.wake)

    def start(self) -> None:
        """Open the cache, if that can be done now, and start the threads."""
        with suppress(ClientError):  # told by the mail's own thread, which tries again
            self._context.store()
        for worker in (self._mail, self._foreground.worker, self._sender.worker, self._drafts.worker):
            worker.start()

    def sync_now(self) -> None:
        """Look at every mailbox now; also what waits after a refused password is tried again."""
        self._obstacles.forget()
        self._sender.hasten()
        self._foreground.worker.link_works()
        self._drafts.hasten()
        self._look_again()

    def reconnect(self) -> None:
        """The network is another one, or this computer slept: no connection made before is of use."""
        for worker in (self._mail, self._foreground.worker):
            worker.excuse()
        self._sender.hasten()
        self._drafts.hasten(only_links=True)
        self._context.abandon_connections()

    def outbox_changed(self) -> None:
        """Look into the outbox now."""
        self._sender.worker.wake()

    def drafts_changed(self) -> None:
        """See which drafts are to be uploaded or taken down now."""
        self._drafts.worker.wake()

    def operations_changed(self) -> None:
        """Do what waits for the server now, on the connection that also fetches bodies."""
        self._foreground.worker.wake()

    def fetch_body(self, command: FetchBody) -> None:
        """Queue a body; it is fetched on a connection of its own."""
        self._foreground.fetch_body(command)

    def text_read(self, read: TextRead) -> None:
        """Take what the workshop has read into the index; without it the message's own text must do."""
        store = self._context.store()
        with suppress(ClientError):  # a row that is not indexed is asked for again by the next window
            text = read.text or self._own_text(store, read.row_id)
            store.set_text(read.row_id, text)

    def _own_text(self, store: MessageStore, row_id: int) -> IndexedText:
        place = store.locate(row_id)
        if place is None:
            return IndexedText()
        return replace(read_message(self._context.objects.get(place.body_path)), is_whole=True)

    def stop(self) -> None:
        """Start nothing new."""
        for worker in (self._sender.worker, self._foreground.worker, self._drafts.worker, self._mail):
            worker.stop()
        session = self._idle_session
        if session is not None:
            session.interrupt()

    def join(self) -> None:
        """Wait for a started submission without a limit, for everything else a moment."""
        self._sender.worker.join()
        others = (self._mail, self._foreground.worker, self._drafts.worker)
        ended = [worker.join(JOIN_SECONDS) for worker in others]
        if all(ended):
            self._context.close()

    # -- mail ---------------------------------------------------------------------------------

    def _mail_round(self) -> float:
        """One connection's life: synchronise, wait for news, again; ends with a fault or with `stop`."""
        self._context.store()
        session = self._context.connected()
        try:
            self._idle_session = session
            believed = self._context.trust.without
            while not self._mail.stopping() and believed == self._context.trust.without:
                self._mail_pass(session)
        except StoreCorrupt as error:
            if self._context.store().is_damaged(error):
                self._context.replace_store()
                self._obstacles.forget()  # the new one gives its rows the same numbers
            raise
        finally:
            self._idle_session = None
            session.logout()
        return 0.0

    def _mail_pass(self, session: ImapSession) -> None:
        work = self._sync_work(session)
        remotes = session.list_mailboxes()
        numbers = work.store.upsert_mailboxes(remotes)
        self._context.tell(EventKind.MAILBOXES)
        self._sync_all(work, remotes, numbers)
        if self._mail.stopping():
            return
        sync.settle_strays(work)
        self._context.objects.delete(work.store.purge(self._context.clock() - KEEP_UNLINKED))
        self._context.objects.forget_old_partials()
        self._context.examine_store(self._mail.stopping)
        self._tell_outcome(work, remotes, numbers)
        inbox = next((one.raw_name for one in remotes if one.special_use is SpecialUse.INBOX), b"")
        if inbox and inbox not in self._refusing:
            readable = {name: one for name, one in numbers.items() if name not in self._refusing}
            self._watch(work, inbox, readable)
        else:
            self._mail.rest(self._context.setup.poll.total_seconds())
        # What `wake` asked for is what the next pass does; forgotten before that pass looks.
        self._mail.forget_wake()

    def _sync_all(
        self, work: sync.SyncWork, remotes: tuple[RemoteMailbox, ...], numbers: dict[bytes, int]
    ) -> None:
        """Look into every mailbox, or only where the server's numbers are no longer those known here."""
        self._refusing.clear()
        # One that the link broke at again and again comes last.
        usable = sorted(in_order(remotes), key=lambda one: self._obstacles.times(one.raw_name) >= TRIES)
        names = [one.raw_name for one in usable if one.special_use is not SpecialUse.INBOX]
        told = work.session.statuses(names) if self._passes else {}
        tells_all = "CONDSTORE" in work.session.capabilities
        for turn, remote in enumerate(usable):
            if self._mail.stopping():
                return
            mailbox_id, status = numbers[remote.raw_name], told.get(remote.raw_name)
            due = not tells_all and (self._passes + turn) % FULL_LOOK == 0
            if due or status is None or not self._is_unchanged(work, mailbox_id, status):
                self._sync_or_pass_over(work, remote, mailbox_id)
        self._passes += 1

    def _sync_or_pass_over(self, work: sync.SyncWork, remote: RemoteMailbox, mailbox_id: int) -> None:
        """A mailbox that is refused holds up no other: others' are often listed and may not be read."""
        try:
            with self._obstacles.trying(remote.raw_name):
                self._sync_one(work, remote.raw_name, mailbox_id)
        except ClientError as error:
            if not is_refusal(error):
                raise
            _LOG.warning("mailbox %r refused: %s", remote.raw_name, error)
            self._refusing[remote.raw_name] = MailboxRefused(
                mailbox=remote.name, reply=error.params.get("reply", "")
            )

    def _tell_outcome(
        self, work: sync.SyncWork, remotes: tuple[RemoteMailbox, ...], numbers: dict[bytes, int]
    ) -> None:
        """That all is well, or which mailbox is refused that has a role or could be read before."""
        for one in remotes:
            error = self._refusing.get(one.raw_name)
            if error and (one.special_use or work.store.cursor(numbers[one.raw_name]).uidvalidity):
                self._mail.told(error)
                return
        self._mail.succeeded()
        for worker in (self._foreground.worker, self._sender.worker):
            worker.link_works()
        self._drafts.hasten(only_links=True)
        self._context.tell(EventKind.ACCOUNT_OK)

    def _is_unchanged(self, work: sync.SyncWork, mailbox_id: int, status: MailboxStatus) -> bool:
        total, unread = work.store.counts(mailbox_id)
        return is_unchanged(work.store.cursor(mailbox_id), status, total, unread)

    def _watch(self, work: sync.SyncWork, raw_name: bytes, numbers: dict[bytes, int]) -> None:
        """Wait for news of one mailbox until the next pass is due or wanted.

        IDLE tells only of what comes after SELECT: mail that came between the last look and SELECT
        is in SELECT's answer. An answer that stays odd after a look is no reason to look for ever.
        While bodies are missing they are fetched, some at a time, instead of waiting.
        """
        mailbox_id = numbers[raw_name]
        end = time.monotonic() + self._context.setup.poll.total_seconds()  # of a clock nobody can set
        looked_at: SelectedMailbox | None = None
        behind = dict(numbers)
        while (left := end - time.monotonic()) > 0 and not self._wanted():
            server = work.session.select(raw_name)
            if server != looked_at and not sync.is_current(work.store, mailbox_id, server):
                looked_at = server
            elif behind:
                self._catch_up(work, behind)
                continue
            elif not work.session.idle(max(left, 1.0), self._wanted):
                continue
            self._sync_one(work, raw_name, mailbox_id)

    def _catch_up(self, work: sync.SyncWork, behind: dict[bytes, int]) -> None:
        """Fetch some of the bodies that are missing; a mailbox that lacks none any more is left out.

        So is one that was made anew since it was looked into: its UIDs are those of other messages.
        """
        for name, mailbox_id in list(behind.items()):
            if self._missing(work, mailbox_id, 1):
                server = work.session.select(name)
                if server.uidvalidity == work.store.cursor(mailbox_id).uidvalidity:
                    self._fetch_bodies(work, mailbox_id)
                    return  # what did not come is left out when it is tried in vain again
            del behind[name]

    def _missing(self, work: sync.SyncWork, mailbox_id: int, limit: int) -> list[tuple[int, int]]:
        setup = self._context.setup
        oldest, left = self._context.clock() - setup.body_age, self._obstacles.left()
        rows = work.store.without_body(mailbox_id, oldest, limit + len(left), setup.body_size)
        return [one for one in rows if one[0] not in left][:limit]

    def _fetch_bodies(self, work: sync.SyncWork, mailbox_id: int) -> int:
        rows = self._missing(work, mailbox_id, BODIES_AT_ONCE)
        return sync_bodies.fetch_bodies(work, self._context.objects, rows, self._obstacles)

    def _wanted(self) -> bool:
        return self._mail.stopping() or self._mail.woken()

    def _sync_one(self, work: sync.SyncWork, raw_name: bytes, mailbox_id: int) -> None:
        if sync.apply(work, raw_name, mailbox_id):
            self._context.tell(EventKind.MAILBOXES)
        self._fetch_bodies(work, mailbox_id)
        sync_bodies.index_bodies(work, self._context.objects, mailbox_id, BODIES_AT_ONCE)

    def _sync_work(self, session: ImapSession) -> sync.SyncWork:
        return sync.SyncWork(
            self._context.account.account_id,
            session,
            self._context.store(),
            self._context.operations,
            self._context.report,
            self._context.clock,
            self._mail.stopping,
            self._context.trust.broke,
            self._turns,
        )

    def _filed(self) -> None:
        """A letter is in Sent: its draft is not needed any more, neither here nor there."""
        self._look_again()
        self._drafts.worker.wake()

    def _look_again(self) -> None:
        self._mail.wake()
        session = self._idle_session
        if session is not None:
            session.interrupt()
