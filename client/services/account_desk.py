"""What the window asks about accounts themselves: part of `client.services.desk`."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

from client.model.account import Account
from client.model.discovery import Discovery, ServerPlan
from client.model.secret import Secret


class AccountDesk(Protocol):
    """Changes are written at once and used from the next opening of the office."""

    @property
    def may_change(self) -> bool:
        """False in the training city, whose accounts are fixed."""

    def discover(
        self, address: str, password: Secret, by_hand: ServerPlan | None = None
    ) -> Future[Discovery]:
        """Find the address's servers and prove them by logging in."""

    def new_id(self, address: str) -> str:
        """An id for a new account that no other has."""

    def keep(self, account: Account, password: Secret | None) -> None:
        """Add the account, or replace the one of that id; without a password the stored one stays.

        Raises `KeyringUnavailable`, `StorageFull`, `StorageFailed` or `ConfigInvalid`; then nothing changed.
        """

    def remove(self, account_id: str) -> None:
        """Forget the account and its password; mail, drafts and evidence on this computer stay."""
