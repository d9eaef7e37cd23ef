"""Signing in at the organisation's authorisation server instead of giving this program a password."""

from __future__ import annotations

from dataclasses import dataclass

from client.errors import AuthenticationFailed
from client.model.secret import AccessToken, Secret


class SignInNeeded(AuthenticationFailed):
    """What was granted is no longer good; the user has to grant it again (``host``, ``user``, ``reason``)."""

    code = "sign-in-needed"


@dataclass(frozen=True, slots=True)
class AuthorisationServer:
    """Where the user grants access to the mailbox (RFC 8628), and as what program we ask for it."""

    token_url: str
    device_url: str
    client_id: str
    scope: str = ""


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What the user enters where, in a browser of any device."""

    device_code: Secret
    user_code: str
    verification_url: str
    expires_in: float
    """Seconds."""
    interval: float = 5.0
    """Seconds between two questions whether the user has done it."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What was granted."""

    access: AccessToken
    expires_in: float
    """Seconds."""
    refresh: Secret | None = None
    """What a new access token is had by; it alone is kept, in the keyring."""
