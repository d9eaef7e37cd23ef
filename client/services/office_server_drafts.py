"""The real `DraftsDesk`: what may go up is written into the ledger, the engine is told to look."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from client.errors import ClientError, MalformedMessage, MessageFrozen, OutboxConflict
from client.model.account import Account
from client.model.at_rest import Readable
from client.model.finding import CheckReport
from client.model.outgoing import Draft
from client.model.server_draft import DraftStanding, Held, ReadDraft, held_by
from client.services import drafts_bench
from client.services.futures import call, in_thread, then
from client.services.new_draft import new_draft
from client.services.tasks import Lane
from client.store.database import Database
from client.store.drafts import Drafts
from client.store.reading import MessageReader
from client.store.rows import Location
from client.store.server_drafts import ServerDrafts


@dataclass(frozen=True, slots=True)
class ServerDraftSetup:
    """What this is done with."""

    allowed: bool
    """The policy lets drafts lie on the server."""
    clock: Callable[[], datetime]
    account_of: Callable[[int], Account]
    """By mailbox."""
    reader_of: Callable[[int], MessageReader]
    body: Callable[[int, int], Future[Readable]]
    check: Callable[[Draft], Future[CheckReport]]
    tell_engine: Callable[[], None]


class OfficeServerDrafts:
    """See `client.services.drafts_desk.DraftsDesk` for the methods that has."""

    def __init__(self, setup: ServerDraftSetup, lane: Lane, ledger: Database) -> None:
        self._setup, self._lane, self._ledger = setup, lane, ledger
        self._drafts, self._server = Drafts(ledger, setup.clock), ServerDrafts(ledger, setup.clock)
        self._judged: dict[str, tuple[str, Held]] = {}

    def judged(self, draft_id: str, version: str, held: Held) -> None:
        """A check has answered; the version need not be stored yet."""
        # Noted before the ledger is asked, as `saved` stores before it looks here: neither misses the other.
        self._judged[draft_id] = (version, held)
        with suppress(ClientError):  # not remembered is not allowed
            self._server.judge(draft_id, version, held)
            self._setup.tell_engine()

    def saved(self, draft_id: str, version: str) -> None:
        """A version was stored."""
        judged, held = self._judged.get(draft_id, ("", Held.UNCHECKED))
        with suppress(ClientError):
            if judged == version:
                self._server.judge(draft_id, version, held)
            self._setup.tell_engine()

    def deleted(self, draft_id: str) -> None:
        """It was thrown away: its copies go."""
        self._judged.pop(draft_id, None)
        self._setup.tell_engine()

    def closed(self, draft_id: str) -> None:
        """See `DraftsDesk.closed`."""
        with suppress(ClientError):
            self._server.hurry(draft_id)
            self._check_stored(self._server.unjudged(draft_id))
        self._setup.tell_engine()

    def begin(self) -> None:
        """What was stored in an earlier run, and no check had answered for, is checked now."""
        with suppress(ClientError):
            self._check_stored(self._server.unjudged())

    def standings(self) -> dict[str, DraftStanding]:
        """See `DraftsDesk.standings`."""
        return self._server.standings(allowed=self._setup.allowed)

    def open(self, mailbox_id: int, row_id: int) -> Future[Draft]:
        """See `DraftsDesk.open`."""
        account, reader = self._setup.account_of(mailbox_id), self._setup.reader_of(mailbox_id)
        row, place = reader.row(row_id), reader.locate(row_id)
        if row is None or place is None:
            return call(_gone)
        if known := self._server.known_as(account.account_id, place):
            return in_thread(lambda: self._stored(known))
        body = self._setup.body(mailbox_id, row_id)
        read = then(body, lambda path: self._lane.submit(drafts_bench.read, path, new_draft(account)))
        return then(read, lambda found: self._take_in(account, place, found))

    def _take_in(self, account: Account, place: Location, found: ReadDraft) -> Future[Draft]:
        """Checked as any letter that is written, before anything of it is stored."""
        known = self._server.known_as(account.account_id, place, found.token)
        if known:
            return in_thread(lambda: self._stored(known))
        return then(
            self._setup.check(found.draft), lambda report: call(lambda: self._adopt(place, found, report))
        )

    def _adopt(self, place: Location, found: ReadDraft, report: CheckReport) -> Draft:
        held = held_by(report)
        if report.holds_secret:
            raise MessageFrozen
        draft = found.draft
        with self._ledger.transaction():
            version = self._drafts.save(draft)
            self._server.adopt(draft.draft_id, place, draft.account_id, version, found.identity)
            self._server.judge(draft.draft_id, version, held)
        return draft

    def _stored(self, draft_id: str) -> Draft:
        if number := self._server.in_hand(draft_id):
            raise OutboxConflict(outbox_id=number, state="", wanted="")
        draft = self._drafts.load(draft_id)
        return draft if draft is not None else _gone()

    def _check_stored(self, draft_ids: Iterable[str]) -> None:
        """One after the other: whoever opens a letter meanwhile does not wait behind all of them."""
        left = list(draft_ids)

        def go_on(_: object = None) -> None:
            if left:
                self._check_one(left.pop(0)).add_done_callback(go_on)

        go_on()

    def _check_one(self, draft_id: str) -> Future[None]:
        def check(found: tuple[Draft | None, str]) -> Future[None]:
            draft, version = found
            if draft is None:
                return call(lambda: None)
            return then(
                self._setup.check(draft),
                lambda report: call(lambda: self.judged(draft_id, version, held_by(report))),
            )

        return then(in_thread(lambda: self._drafts.versioned(draft_id)), check)


def _gone() -> Draft:
    raise MalformedMessage(reason="gone")
