"""The office's writing side: empty drafts, answers, what is stored, and whom a letter may go to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from client.errors import ClientError, MalformedMessage
from client.model.account import Account
from client.model.address import MailAddress, canonical_addr_spec
from client.model.at_rest import AtRest, Readable
from client.model.directory import Suggestion, Suggestions
from client.model.invitation import Attendance
from client.model.outgoing import IN_HAND, Draft
from client.model.text import fold
from client.services import workshop
from client.services.futures import in_thread, then
from client.services.new_draft import new_draft
from client.services.office_setup import OfficeSetup
from client.services.tasks import Lane
from client.store.contacts import Contacts, folded_words
from client.store.database import Database
from client.store.directory import DirectoryReader
from client.store.drafts import Drafts
from client.store.outbox import Outbox


@dataclass(frozen=True, slots=True)
class DraftSetup:
    """What drafts are made with."""

    clock: Callable[[], datetime]
    account_of: Callable[[int], Account]
    """By mailbox."""
    body: Callable[[int, int], Future[Readable]]
    directory: tuple[str, ...] = ()
    """Official addresses the policy names."""
    people: Path | None = None
    """The copy of the organisation's directory."""
    refreshed_every: timedelta | None = None
    """How often that should be; None where the policy names no directory."""
    at_rest: AtRest | None = None


def drafting(
    setup: OfficeSetup, account_of: Callable[[int], Account], body: Callable[[int, int], Future[Readable]]
) -> DraftSetup:
    """What an office's drafts are made with."""
    policy, paths = setup.policy, setup.paths
    server = policy.directory_server
    every = timedelta(hours=server.refresh_hours) if server.host else None
    return DraftSetup(setup.clock, account_of, body, policy.directory, paths.directory, every, setup.at_rest)


class OfficeDrafts:
    """See `client.services.desk.MailDesk` for each method."""

    def __init__(self, setup: DraftSetup, lane: Lane, ledger: Database, outbox: Outbox) -> None:
        self._setup, self._lane, self._outbox = setup, lane, outbox
        self._drafts = Drafts(ledger, setup.clock)
        self._contacts = Contacts(ledger)
        self._people = DirectoryReader(setup.people or Path(), setup.at_rest)

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

    def save(self, draft: Draft) -> str:
        """See `MailDesk.save_draft`; answers with the version's digest."""
        return self._drafts.save(draft)

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

    def suggest(self, text: str, limit: int) -> Suggestions:
        """See `MailDesk.suggest`."""
        people = self._contacts.suggest(text, limit)
        known = self._people.details(one.addr_spec for one in people)
        found: dict[str, Suggestion] = {}
        for one in people:
            key = canonical_addr_spec(one.addr_spec)
            listed = known.get(key, Suggestion(one))
            # The name the author wrote stays: it is what they look for.
            found[key] = replace(listed, address=one if one.display_name else listed.address)
        for suggestion in (*self._people.suggest(text, limit), *self._named_by_policy(text)):
            found.setdefault(canonical_addr_spec(suggestion.address.addr_spec), suggestion)
        return Suggestions(tuple(found.values())[:limit], self._stale_since())

    def _named_by_policy(self, text: str) -> Iterator[Suggestion]:
        words = fold(text).split()
        for address in self._setup.directory if words else ():
            listed = MailAddress(address)
            if all(f" {word}" in f" {folded_words(listed)}" for word in words):
                yield Suggestion(listed)

    def _stale_since(self) -> datetime | None:
        state, every = self._people.state(), self._setup.refreshed_every
        if every is None or state.refreshed_at is None or not state.error_code:
            return None
        return state.refreshed_at if self._setup.clock() - state.refreshed_at > every else None

    def listed(self, addresses: Iterable[str]) -> frozenset[str] | None:
        """Which of ``addresses`` the directory has, in canonical form; None without a whole copy."""
        if self._setup.refreshed_every is None or not self._people.state().is_whole:
            return None
        return frozenset(self._people.details(addresses))

    def close(self) -> None:
        """Let go of the directory's copy."""
        self._people.close()

    def written_to(self, addresses: Iterable[MailAddress]) -> None:
        """A letter was queued to these; that they are remembered is no condition of its leaving."""
        with suppress(ClientError):
            self._contacts.used(addresses, self._setup.clock())
