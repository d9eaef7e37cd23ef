"""What verifications are made with, and where the messages of a mailbox are found."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime

from client import __version__
from client.config.paths import Paths
from client.config.policy import Policy
from client.model.account import Account
from client.model.at_rest import AtRest, Readable
from client.model.evidence import Receipt
from client.services.requests import TrustSources
from client.store.objects import ObjectStore
from client.store.reading import MessageReader


@dataclass(frozen=True, slots=True)
class VerificationSetup:
    """What verifications are made with."""

    paths: Paths
    sources: TrustSources
    policy: Policy
    clock: Callable[[], datetime]
    tsa_urls: tuple[str, ...] = ()
    """Time-stamp authorities that seal what is exported."""
    at_rest: AtRest | None = None

    def file_of(self, account_id: str, relative: str) -> Readable:
        """Of an account's raw message, by the path its row has."""
        return ObjectStore(self.paths.account(account_id), self.at_rest).file(relative)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the messages of a mailbox's rows are found."""

    body: Callable[[int, int], Future[Readable]]
    """The raw message of a mailbox's row as a file, fetched if need be."""
    account: Callable[[int], Account]
    """Whose mailbox it is."""
    reader: Callable[[int], MessageReader]


def software() -> str:
    """Name and version, as evidence and reports carry them."""
    return f"Công Thư {__version__}"


def receipt_of(setup: VerificationSetup, shelf: Shelf, place: tuple[int, int]) -> Receipt:
    """How the message in that mailbox and row came here."""
    mailbox_id, row_id = place
    reader, account = shelf.reader(mailbox_id), shelf.account(mailbox_id)
    row = reader.row(row_id)
    name = next((one.name for one in reader.mailboxes() if one.mailbox_id == mailbox_id), "")
    return Receipt(
        account.identity.address.addr_spec,
        name,
        row.received_at if row is not None else None,
        _stored_at(setup, account.account_id, row.body_path if row is not None else ""),
    )


def _stored_at(setup: VerificationSetup, account_id: str, relative: str) -> datetime | None:
    if not relative:
        return None
    try:
        return datetime.fromtimestamp(setup.file_of(account_id, relative).stat().st_mtime, UTC)
    except OSError:
        return None
