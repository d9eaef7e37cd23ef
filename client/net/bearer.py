"""SASL with an access token: OAUTHBEARER (RFC 7628), or XOAUTH2 where a server has only that."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from client.errors import AuthenticationFailed
from client.model.oauth import SignInNeeded
from client.model.secret import AccessToken

_PREFERRED = ("OAUTHBEARER", "XOAUTH2")


@dataclass(slots=True)
class BearerExchange:
    """One login: the first answer is the token, a second challenge says why it is refused."""

    mechanism: str
    _first: bytes
    refused: str = ""
    """The status the server gave in its error challenge (``401``, ``invalid_token``)."""
    _begun: bool = False

    def answer(self, challenge: bytes) -> bytes:
        """What is said next; the error challenge is acknowledged so that the server ends the exchange."""
        if not self._begun:
            self._begun = True
            return self._first
        self.refused = _status(challenge)
        # RFC 7628 section 3.2.3; XOAUTH2 wants an empty answer.
        return b"\x01" if self.mechanism == "OAUTHBEARER" else b""


def bearer_exchange(host: str, user: str, token: AccessToken, offered: Iterable[str]) -> BearerExchange:
    """The exchange by the best of the mechanisms ``offered``.

    Raises `AuthenticationFailed` (``no-bearer``) where there is none: a token is never sent as a password.
    """
    known = {name.upper() for name in offered}
    mechanism = next((name for name in _PREFERRED if name in known), "")
    secret = token.reveal()
    if not mechanism:
        raise AuthenticationFailed(host=host, user=user, reason="no-bearer")
    if any(ord(char) < 33 or ord(char) > 126 for char in secret) or any(ord(char) < 32 for char in user):
        raise AuthenticationFailed(host=host, user=user)
    if mechanism == "XOAUTH2":
        return BearerExchange(mechanism, f"user={user}\x01auth=Bearer {secret}\x01\x01".encode())
    # RFC 5801: in the name of the header "=" and "," have to be written otherwise.
    name = user.replace("=", "=3D").replace(",", "=2C")
    return BearerExchange(mechanism, f"n,a={name},\x01auth=Bearer {secret}\x01\x01".encode())


def token_refused(host: str, user: str) -> SignInNeeded:
    """The server does not take the token."""
    return SignInNeeded(host=host, user=user, reason="token-refused")


def _status(challenge: bytes) -> str:
    try:
        told = json.loads(challenge)
    except (ValueError, RecursionError):
        return "refused"
    status = told.get("status", "") if isinstance(told, dict) else ""
    return "".join(char for char in str(status)[:40] if char.isalnum() or char in "_-") or "refused"
