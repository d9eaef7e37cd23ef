"""Access tokens of the accounts that sign in: had by the refresh token, kept in memory alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from client.model.account import Account
from client.model.oauth import AuthorisationServer, SignInNeeded, Tokens
from client.model.secret import AccessToken, Secret
from client.store.secrets import SecretStore

EARLY = timedelta(minutes=5)
"""A token that ends sooner than this is not begun a connection with."""


class Refresh(Protocol):
    """The form of `client.net.oauth.refresh`."""

    def __call__(self, server: AuthorisationServer, token: Secret, anchors: tuple[bytes, ...] = ()) -> Tokens:
        """A new access token."""


@dataclass(frozen=True, slots=True)
class TokenSetup:
    """What access tokens are had with."""

    secrets: SecretStore
    servers: Mapping[str, AuthorisationServer]
    """By account."""
    anchors: tuple[bytes, ...]
    refresh: Refresh
    clock: Callable[[], datetime]


class AccessTokens:
    """Of one account; its threads share one token."""

    def __init__(self, account: Account, setup: TokenSetup) -> None:
        self._account, self._setup = account, setup
        self._lock = threading.Lock()
        self._token: AccessToken | None = None
        self._good_until: datetime | None = None

    def access(self) -> AccessToken:
        """One that is good for a while. Raises `SignInNeeded`, `ConnectionLost`, `KeyringUnavailable` …"""
        with self._lock:
            now = self._setup.clock()
            if self._token is None or self._good_until is None or now >= self._good_until:
                self._token = None
                tokens = self._renewed()
                self._token = tokens.access
                self._good_until = now + max(timedelta(seconds=tokens.expires_in) - EARLY, EARLY / 5)
            return self._token

    def refused(self, token: AccessToken) -> None:
        """A mail server did not take ``token``: it is not offered again."""
        with self._lock:
            if self._token is token:
                self._token = None

    def _renewed(self) -> Tokens:
        account, setup = self._account, self._setup
        server = setup.servers.get(account.account_id)
        if server is None:
            raise self._needed("no-oauth-server")
        kept = setup.secrets.get(account.account_id)
        if kept is None:
            raise self._needed("no-sign-in")
        try:
            tokens = setup.refresh(server, kept, setup.anchors)
        except SignInNeeded as error:
            raise self._needed(str(error.params.get("reason", "")), str(error.params["host"])) from None
        if tokens.refresh is not None and tokens.refresh != kept:
            setup.secrets.set(account.account_id, tokens.refresh)
        return tokens

    def _needed(self, reason: str, host: str = "") -> SignInNeeded:
        account = self._account
        return SignInNeeded(host=host or account.imap.host, user=account.user_name, reason=reason)
