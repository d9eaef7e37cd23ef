"""The office's writing side: empty drafts, answers, what is stored, and whom a letter may go to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from client.errors import ClientError, MalformedMessage
from client.model.account import Account
from client.model.address import MailAddress
from client.model.invitation import Attendance
from client.model.outgoing import IN_HAND, Draft
from client.model.text import fold
from client.services import workshop
from client.services.futures import in_thread, then
from client.services.new_draft import new_draft
from client.services.tasks import Lane
from client.store.contacts import Contacts, folded_words
from client.store.database import Database
from client.store.drafts import Drafts
from client.store.outbox import Outbox


@dataclass(frozen=True, slots=True)
class DraftSetup:
    """What drafts are made with."""

    clock: Callable[[], datetime]
    account_of: Callable[[int], Account]
    """By mailbox."""
    body: Callable[[int, int], Future[Path]]
    directory: tuple[str, ...] = ()
    """Official addresses the policy names."""


class OfficeDrafts:
    """See `client.services.desk.MailDesk` for each method."""

    def __init__(self, setup: DraftSetup, lane: Lane, ledger: Database, outbox: Outbox) -> None:
        self._setup, self._lane, self._outbox = setup, lane, outbox
        self._drafts = Drafts(ledger, setup.clock)
        self._contacts = Contacts(ledger)

    def reply(self, mailbox_id: int, row_id: int, *, reply_all: bool) -> Future[Draft]:
        """See `MailDesk.reply_draft`."""
        account = self._setup.account_of(mailbox_id)
        told = (account, new_draft(account), reply_all)
        body = self._setup.body(mailbox_id, row_id)
        return then(body, lambda path: self._lane.submit(workshop.reply, path, *told))

    def forward(self, mailbox_id: int, row_id: int) -> Future[Draft]:
        """See `MailDesk.forward_draft`."""
        empty = new_draft(self._setup.account_of(mailbox_id))
        body = self._setup.body(mailbox_id, row_id)
        return then(body, lambda path: self._lane.submit(workshop.forward, path, empty))

    def answer(self, mailbox_id: int, row_id: int, attendance: Attendance) -> Future[Draft]:
        """See `MailDesk.answer_draft`."""
        account = self._setup.account_of(mailbox_id)
        told = (account, new_draft(account), attendance, self._setup.clock())
        body = self._setup.body(mailbox_id, row_id)
        return then(body, lambda path: self._lane.submit(workshop.answer, path, *told))

    def save(self, draft: Draft) -> None:
        """See `MailDesk.save_draft`."""
        self._drafts.save(draft)

    def list(self, account_id: str) -> tuple[Draft, ...]:
        """See `MailDesk.drafts`; what may have reached somebody is in the outbox only."""
        under_way = {one.draft_id for one in self._outbox.entries(account_id) if one.state in IN_HAND}
        return tuple(draft for draft in self._drafts.list(account_id) if draft.draft_id not in under_way)

    def load(self, draft_id: str) -> Future[Draft]:
        """See `MailDesk.draft`."""

        def read() -> Draft:
            found = self._drafts.load(draft_id)
            if found is None:
                raise MalformedMessage(reason="gone")
            return found

        return in_thread(read)

    def delete(self, draft_id: str) -> None:
        """See `MailDesk.delete_draft`."""
        self._drafts.delete(draft_id)

    def suggest(self, text: str, limit: int) -> tuple[MailAddress, ...]:
        """See `MailDesk.suggest`."""
        found = {one.addr_spec.casefold(): one for one in self._contacts.suggest(text, limit)}
        words = fold(text).split()
        for address in self._setup.directory if words else ():
            listed = MailAddress(address)
            if all(f" {word}" in f" {folded_words(listed)}" for word in words):
                found.setdefault(address.casefold(), listed)
        return tuple(found.values())[:limit]

    def written_to(self, addresses: Iterable[MailAddress]) -> None:
        """A letter was queued to these; that they are remembered is no condition of its leaving."""
        with suppress(ClientError):
            self._contacts.used(addresses, self._setup.clock())
