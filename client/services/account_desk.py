"""What the window asks about accounts themselves: part of `client.services.desk`."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

from client.model.account import Account
from client.model.discovery import Discovery, ServerPlan
from client.model.oauth import DeviceCode, Tokens
from client.model.secret import Secret


class SignIn(Protocol):
    """One sign-in under way."""

    @property
    def code(self) -> Future[DeviceCode]:
        """What to show; fails with `SignInNeeded`, `ConnectionLost`, `TlsUntrusted` …"""

    def tokens(self) -> Future[Tokens]:
        """Once `code` is there: what the user has granted, or `SignInNeeded` when they did not."""

    def cancel(self) -> None:
        """Stop asking; what waits fails with `WorkshopLost`. A second call does nothing."""


class AccountDesk(Protocol):
    """Changes are written at once and used from the next opening of the office."""

    @property
    def may_change(self) -> bool:
        """False in the training city, whose accounts are fixed."""

    def discover(
        self, address: str, password: Secret, by_hand: ServerPlan | None = None
    ) -> Future[Discovery]:
        """Find the address's servers and prove them by logging in."""

    def signs_in(self, address: str) -> bool:
        """Whether the policy has people of this domain sign in at a server of its own, without a password."""

    def sign_in(self, address: str) -> SignIn:
        """Begin to: what the user has to enter where, then what was granted."""

    def new_id(self, address: str) -> str:
        """An id for a new account that no other has."""

    def keep(self, account: Account, password: Secret | None) -> None:
        """Add the account, or replace the one of that id; without a password the stored one stays.

        ``password`` of one that signs in is the refresh token.

        Raises `KeyringUnavailable`, `StorageFull`, `StorageFailed` or `ConfigInvalid`; then nothing changed.
        """

    def remove(self, account_id: str) -> None:
        """Forget the account and its password; mail, drafts and evidence on this computer stay."""
