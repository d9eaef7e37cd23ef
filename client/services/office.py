"""The real `MailDesk`: local store, workshop and engine behind one door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

from client.errors import ConfigInvalid
from client.model.account import Account, KeyRef
from client.model.directory import Suggestions
from client.model.event import Event
from client.model.finding import CheckReport
from client.model.invitation import Attendance
from client.model.mailbox import Mailbox, MessageRow, Related
from client.model.message import MessageView
from client.model.outgoing import Draft, OutboxEntry, OutgoingMessage
from client.model.secret import Secret
from client.model.verdict import Profile, SignerInfo
from client.services import workshop
from client.services.account_desk import AccountDesk
from client.services.attachment_index import AttachmentIndex
from client.services.desk import SendRequest
from client.services.engine_link import EngineLink
from client.services.engine_setup import DraftsChanged, NetworkChanged, OperationsChanged, SyncNow
from client.services.futures import call, in_thread, resolved, then
from client.services.mail_changes import MailChanges
from client.services.mail_shelf import MailShelf
from client.services.new_draft import new_draft
from client.services.office_checks import CheckPlaces, CheckSetup, OfficeChecks
from client.services.office_drafts import OfficeDrafts, drafting
from client.services.office_reading import OfficeReading, ReadingPlaces
from client.services.office_receipts import OfficeReceipts, ReceiptSetup
from client.services.office_sending import OfficeSending, SendingSetup
from client.services.office_server_drafts import OfficeServerDrafts, ServerDraftSetup
from client.services.office_setup import OfficeSetup
from client.services.office_signing import KeySettings, SigningOffice
from client.services.office_verification import OfficeVerification
from client.services.outbox_desk import OutboxDesk
from client.services.signing_desk import SignOrder
from client.services.tasks import Lane
from client.services.trust_office import TrustOffice
from client.services.trust_opening import open_trust
from client.services.verification_setup import Shelf, VerificationSetup
from client.store.atomic import write_atomically
from client.store.database import open_ledger
from client.store.outbox import Outbox
from client.store.receipts import Receipts


class Office:
    """See `client.services.desk.MailDesk`; every public method is described there."""

    def __init__(
        self, setup: OfficeSetup, lane: Lane, engine: EngineLink, keys_lane: Lane | None = None
    ) -> None:
        """``keys_lane`` is the workshop that signs; without it the one that reads does both."""
        self._setup = setup
        self._lane, self._keys_lane = lane, keys_lane or lane
        self._engine = engine
        self._ledger = ledger = open_ledger(setup.paths.ledger, setup.at_rest)
        self._outbox = Outbox(ledger, setup.clock)
        self._signing = self._signing_office()
        self._shelf = shelf = MailShelf(setup, ledger, engine, self.accounts)
        self._drafts = OfficeDrafts(drafting(setup, shelf.owner_of, shelf.body), lane, ledger, self._outbox)
        looks = (shelf.body, shelf.account_of, self._drafts.listed)
        places = CheckPlaces(shelf.readers, setup.message_file, *looks)
        self._checks = OfficeChecks(
            CheckSetup(
                setup.policy,
                setup.sources,
                setup.clock,
                lambda: self._accounts,
                places,
                lambda *judged: self._server_drafts.judged(*judged),
            ),
            lane,
            ledger,
        )
        self._server_drafts = OfficeServerDrafts(self._draft_setup(), lane, ledger)
        self._sending = self._sending_office()
        self._verification = OfficeVerification(
            VerificationSetup(
                setup.paths, setup.sources, setup.policy, setup.clock, setup.tsa_urls, setup.at_rest
            ),
            Shelf(self._checks.released_body, shelf.owner_of, shelf.reader_of),
            (lane, self._keys_lane),
            ledger,
        )
        self._trust = open_trust(setup, ledger, lane, engine, self._verification, shelf.reader_of)
        self._reading = OfficeReading(ReadingPlaces(shelf.body, shelf.near), lane, setup.sources, setup.clock)
        self._receipts = OfficeReceipts(self._receipt_setup(), lane, Receipts(ledger))
        self._index: AttachmentIndex | None = None
        self._changes = MailChanges(
            shelf.readers,
            shelf.operations,
            shelf.account_of,
            lambda: engine.send(OperationsChanged()),
            shelf.new_reader,
        )

    def _signing_office(self) -> SigningOffice:
        setup = self._setup
        return SigningOffice(
            setup.signing(lambda path: self._checks.log_without_timestamp(path)),
            KeySettings(setup.accounts, setup.token_drivers),
            self._lane,
            self._keys_lane,
        )

    def _sending_office(self) -> OfficeSending:
        setup, tell = self._setup, self._engine.tell
        return OfficeSending(
            SendingSetup(setup.policy, setup.sources, setup.clock, lambda: self._accounts, tell),
            self._outbox,
            self._checks,
            (self._lane, self._keys_lane),
            self._signing,
            self._engine,
        )

    def _draft_setup(self) -> ServerDraftSetup:
        shelf, engine = self._shelf, self._engine
        return ServerDraftSetup(
            self._setup.policy.storage.server_drafts,
            self._setup.clock,
            shelf.owner_of,
            shelf.reader_of,
            shelf.body,
            self._checks.check,
            lambda: engine.send(DraftsChanged()),
        )

    def _receipt_setup(self) -> ReceiptSetup:
        return ReceiptSetup(
            self._setup.receipts,
            self._setup.clock,
            self._shelf.body,
            self._shelf.owner_of,
            lambda mailbox_id: self._shelf.reader_of(mailbox_id).use_of(mailbox_id),
            lambda one, sent: self._outbox.knows(one, sent) or self._shelf.readers[one].was_sent(sent),
            self.queue,
        )

    @property
    def _accounts(self) -> dict[str, Account]:
        """With the keys they have now."""
        return {account.account_id: account for account in self._signing.accounts}

    def accounts(self) -> tuple[Account, ...]:
        """See `MailDesk.accounts`."""
        return self._signing.accounts

    def signing(self) -> SigningOffice:
        """See `MailDesk.signing`."""
        return self._signing

    def subscribe(self, listener: Callable[[Event], None]) -> None:
        """See `MailDesk.subscribe`."""
        self._engine.subscribe(listener)

    def mailboxes(self, account_id: str) -> tuple[Mailbox, ...]:
        """See `MailDesk.mailboxes`."""
        return self._shelf.mailboxes(account_id)

    def row_ids(self, mailbox_id: int, query: str = "") -> Sequence[int]:
        """See `MailDesk.row_ids`."""
        return self._shelf.reader_of(mailbox_id).row_ids(mailbox_id, query)

    def find(self, mailbox_id: int, query: str = "", keep: Sequence[int] = ()) -> Future[Sequence[int]]:
        """See `MailDesk.find`."""
        return self._shelf.seeking.find(mailbox_id, query, keep)

    def next_unread(self, mailbox_id: int, row_id: int, *, older: bool) -> int:
        """See `MailDesk.next_unread`."""
        return self._shelf.reader_of(mailbox_id).next_unread(mailbox_id, row_id, older=older)

    def rows(self, mailbox_id: int, row_ids: Sequence[int]) -> dict[int, MessageRow]:
        """See `MailDesk.rows`."""
        return self._shelf.reader_of(mailbox_id).rows(row_ids)

    def related(self, mailbox_id: int, row_id: int) -> Related:
        """See `MailDesk.related`."""
        return self._shelf.reader_of(mailbox_id).related(row_id)

    def open_message(self, mailbox_id: int, row_id: int) -> Future[MessageView]:
        """See `MailDesk.open_message`."""
        return then(self._shelf.body(mailbox_id, row_id), lambda path: self._lane.submit(workshop.view, path))

    def verification(self) -> OfficeVerification:
        """See `MailDesk.verification`."""
        return self._verification

    def trust(self) -> TrustOffice:
        """See `MailDesk.trust`."""
        return self._trust

    def account_desk(self) -> AccountDesk:
        """See `MailDesk.account_desk`."""
        if self._setup.account_desk is None:
            raise ConfigInvalid(path="", key="accounts", suggestion="")
        return self._setup.account_desk

    def receipts(self) -> OfficeReceipts:
        """See `MailDesk.receipts`."""
        return self._receipts

    def attachment(self, mailbox_id: int, row_id: int, section: str) -> Future[bytes]:
        """See `MailDesk.attachment`."""
        body = self._shelf.body(mailbox_id, row_id)
        return then(body, lambda path: self._lane.submit(workshop.attachment, path, section))

    def reading(self) -> OfficeReading:
        """See `MailDesk.reading`."""
        return self._reading

    def raw_message(self, mailbox_id: int, row_id: int) -> Future[bytes]:
        """See `MailDesk.raw_message`."""
        return then(self._shelf.body(mailbox_id, row_id), lambda path: call(path.read_bytes))

    def source(self, mailbox_id: int, row_id: int) -> Future[bytes]:
        """See `MailDesk.source`."""
        released = self._checks.released_body(mailbox_id, row_id)
        return then(released, lambda path: in_thread(path.read_bytes))

    def mark_seen(self, mailbox_id: int, row_id: int, *, seen: bool) -> None:
        """See `MailDesk.mark_seen`."""
        self._changes.mark_seen(mailbox_id, row_id, seen=seen)

    def changes(self) -> MailChanges:
        """See `MailDesk.changes`."""
        return self._changes

    def work_behind(self) -> None:
        """From now on have what is attached read for searching, and let go what waits for its hour."""
        self._sending.scheduled.start()
        self._server_drafts.begin()
        readers = {one: self._shelf.new_reader(one) for one in self._shelf.readers}
        self._index = AttachmentIndex(
            self._lane, readers, self._setup.message_file, self._engine.send, self._receipts.take
        )
        self._engine.subscribe(self._index.listen)
        self._verification.begin_behind(self._shelf.operations, self._engine, self._setup.calm_lane)

    def sync_now(self, account_id: str = "") -> None:
        """See `MailDesk.sync_now`."""
        self._engine.send(SyncNow(account_id))

    def network_changed(self) -> None:
        """See `MailDesk.network_changed`."""
        self._engine.send(NetworkChanged())

    def new_draft(self, account_id: str) -> Draft:
        """See `MailDesk.new_draft`."""
        return new_draft(self._accounts[account_id])

    def reply_draft(self, mailbox_id: int, row_id: int, *, reply_all: bool) -> Future[Draft]:
        """See `MailDesk.reply_draft`."""
        released = self._checks.released(mailbox_id, row_id)
        return then(released, lambda _: self._drafts.reply(mailbox_id, row_id, reply_all=reply_all))

    def forward_draft(self, mailbox_id: int, row_id: int) -> Future[Draft]:
        """See `MailDesk.forward_draft`."""
        released = self._checks.released(mailbox_id, row_id)
        return then(released, lambda _: self._drafts.forward(mailbox_id, row_id))

    def answer_draft(self, mailbox_id: int, row_id: int, attendance: Attendance) -> Future[Draft]:
        """See `MailDesk.answer_draft`."""
        return self._drafts.answer(mailbox_id, row_id, attendance)

    def save_draft(self, draft: Draft) -> None:
        """See `MailDesk.save_draft`."""
        self._server_drafts.saved(draft.draft_id, self._drafts.save(draft))

    def server_drafts(self) -> OfficeServerDrafts:
        """See `MailDesk.server_drafts`."""
        return self._server_drafts

    def drafts(self, account_id: str) -> tuple[Draft, ...]:
        """See `MailDesk.drafts`."""
        return self._drafts.list(account_id)

    def draft(self, draft_id: str) -> Future[Draft]:
        """See `MailDesk.draft`."""
        return self._drafts.load(draft_id)

    def delete_draft(self, draft_id: str) -> None:
        """See `MailDesk.delete_draft`."""
        self._drafts.delete(draft_id)
        self._server_drafts.deleted(draft_id)

    def suggest(self, text: str, limit: int = 8) -> Suggestions:
        """See `MailDesk.suggest`."""
        return self._drafts.suggest(text, limit)

    def check(self, draft: Draft) -> Future[CheckReport]:
        """See `MailDesk.check`."""
        return self._checks.check(draft)

    def checks(self) -> OfficeChecks:
        """See `MailDesk.checks`."""
        return self._checks

    def key_info(self, key: KeyRef, password: Secret) -> Future[SignerInfo]:
        """See `MailDesk.key_info`."""
        use = self._signing.use(key, password)
        return self._keys_lane.submit(workshop.describe_key, use, self._signing.terms(SignOrder(Profile.B_B)))

    def send(self, request: SendRequest) -> Future[int]:
        """See `MailDesk.send`."""

        def remember(outbox_id: int) -> Future[int]:
            self._drafts.written_to(request.draft.recipients)
            return resolved(outbox_id)

        noting = self._verification.noting
        return then(noting(request.draft, self._sending.send(request), self._outbox.entry), remember)

    def queue(self, message: OutgoingMessage) -> int:
        """See `OfficeSending.queue`."""
        return self._sending.queue(message)

    def outbox(self) -> tuple[OutboxEntry, ...]:
        """See `MailDesk.outbox`."""
        return self._sending.entries()

    def outbox_bytes(self, outbox_id: int) -> bytes:
        """The frozen bytes of an entry, for proving that what was sent is what was signed."""
        return self._outbox.raw(outbox_id)

    def outgoing(self) -> OutboxDesk:
        """See `MailDesk.outgoing`."""
        return self._sending

    def save_file(self, path: Path, content: bytes) -> None:
        """See `MailDesk.save_file`."""
        write_atomically(path, content)

    def close(self) -> None:
        """See `MailDesk.close`."""
        self._sending.scheduled.stop()
        if self._index is not None:
            self._index.close()
        self._changes.close()
        self._verification.overview().close()
        for close in (self._trust.close, self._lane.close, self._keys_lane.close, self._engine.close):
            close()
        self._shelf.close()
        self._drafts.close()
        self._ledger.close()
