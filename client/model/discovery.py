"""Where an address's mail servers are, how that was found out, and what was tried on the way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from client.model.account import Endpoint


class DiscoverySource(StrEnum):
    """In the order they are asked."""

    PROFILE = "profile"
    """The organisation's policy names the servers; nobody else is asked then."""
    BY_HAND = "by-hand"
    """The user typed them."""
    SRV = "srv"
    """DNS (RFC 6186, RFC 8314); not signed, so a host outside the address's domain is not used."""
    AUTOCONFIG = "autoconfig"
    """``config-v1.1.xml`` of the address's own domain, over HTTPS."""
    PROBE = "probe"
    """Usual names and ports."""


@dataclass(frozen=True, slots=True)
class ServerPlan:
    """Servers that may be the right ones."""

    imap: tuple[Endpoint, ...]
    smtp: tuple[Endpoint, ...]
    user_names: tuple[str, ...]
    """What to log in as, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One thing that was tried; nothing secret in it."""

    source: DiscoverySource
    place: str
    """A host with port, a URL, or a DNS name."""
    ok: bool
    code: str = ""
    """Error code with a text, or ``nothing-there``, ``another-domain``."""
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FoundServers:
    """Servers that took the password."""

    source: DiscoverySource
    imap: Endpoint
    smtp: Endpoint
    user_name: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """The result; ``found`` is None when nothing worked, and ``attempts`` then says why."""

    found: FoundServers | None
    attempts: tuple[Attempt, ...]

    @property
    def sign_in_refused(self) -> bool:
        """A server that is the right one did not take what a sign-in had granted."""
        return self.found is None and any(one.code == "sign-in-needed" for one in self.attempts)

    @property
    def password_refused(self) -> bool:
        """A server that is the right one did not take the password."""
        return self.found is None and any(one.code == "authentication-failed" for one in self.attempts)
