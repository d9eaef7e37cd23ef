"""The received mail of all accounts as this computer has it: mailboxes, their rows, the raw messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future

from client.errors import ConfigInvalid
from client.model.account import Account
from client.model.at_rest import Readable
from client.model.mailbox import Mailbox
from client.services.engine_link import EngineLink
from client.services.futures import in_thread, resolved, then
from client.services.office_setup import OfficeSetup
from client.services.seeking import Seeking
from client.store.database import Database
from client.store.operations import Operations
from client.store.reading import MessageReader


class MailShelf:
    """Read by the window's thread; `seeking` has a thread of its own."""

    def __init__(
        self,
        setup: OfficeSetup,
        ledger: Database,
        engine: EngineLink,
        accounts: Callable[[], Iterable[Account]],
    ) -> None:
        """``accounts`` answers with the accounts as they are now."""
        self._setup, self._engine, self._accounts = setup, engine, accounts
        names = [one.account_id for one in accounts()]
        self.operations = {one: Operations(ledger, one, setup.clock) for one in names}
        """What the user has changed and the server has not taken yet, by account."""
        self.readers = {one: self.new_reader(one) for one in names}
        self._account_of_mailbox: dict[int, str] = {}
        self.seeking = Seeking(self.new_reader, self.account_of)

    def new_reader(self, account_id: str) -> MessageReader:
        """One more, for another thread."""
        path = self._setup.paths.account(account_id) / "cache.db"
        return MessageReader(path, account_id, self.operations[account_id], self._setup.at_rest)

    def mailboxes(self, account_id: str) -> tuple[Mailbox, ...]:
        """See `MailDesk.mailboxes`."""
        found = self.readers[account_id].mailboxes()
        self._account_of_mailbox.update((mailbox.mailbox_id, account_id) for mailbox in found)
        return found

    def account_of(self, mailbox_id: int) -> str:
        """The account's id; `ConfigInvalid` for a mailbox that no account has."""
        if mailbox_id not in self._account_of_mailbox:
            for account_id in self.readers:
                self.mailboxes(account_id)
        try:
            return self._account_of_mailbox[mailbox_id]
        except KeyError as error:
            raise ConfigInvalid(path="", key=f"mailbox {mailbox_id}", suggestion="") from error

    def owner_of(self, mailbox_id: int) -> Account:
        """The account itself."""
        account_id = self.account_of(mailbox_id)
        return next(one for one in self._accounts() if one.account_id == account_id)

    def reader_of(self, mailbox_id: int) -> MessageReader:
        """The window's reader of the account."""
        return self.readers[self.account_of(mailbox_id)]

    def body(self, mailbox_id: int, row_id: int) -> Future[Readable]:
        """The raw message, fetched if need be: also where the disk has spoiled what is here."""
        account_id = self.account_of(mailbox_id)
        row = self.readers[account_id].row(row_id)
        path = row.body_path if row is not None else ""
        here = in_thread(lambda: bool(path) and self._setup.has_message(account_id, path))

        def found(is_here: bool) -> Future[Readable]:
            if is_here:
                return resolved(self._setup.message_file(account_id, path))
            return self._engine.body(mailbox_id, row_id)

        return then(here, found)

    def near(self, mailbox_id: int, row_id: int) -> tuple[Readable, ...]:
        """See `MessageReader.bodies_near`."""
        account_id = self.account_of(mailbox_id)
        near = self.reader_of(mailbox_id).bodies_near(row_id)
        return tuple(self._setup.message_file(account_id, one) for one in near)

    def close(self) -> None:
        """Let go of the files."""
        self.seeking.close()
        for reader in self.readers.values():
            reader.close()
