"""The policy's list ``[[mail]]``: which servers a domain's mail lives on. Named there, nothing is guessed.

::

    [[mail]]
    domain = "tphcm.gov.vn"                  # and every domain below it
    imap = { host = "imap.tphcm.gov.vn", port = 993 }
    smtp = { host = "smtp.tphcm.gov.vn", port = 587, tls = "starttls" }
    user = "address"                         # or "local": the part before the @
    sent_copy = "auto"                       # or "append", "server-saves": who files what was sent

    [mail.oauth]                             # people sign in there; this program is given no password
    token_url = "https://sso.tphcm.gov.vn/token"
    device_url = "https://sso.tphcm.gov.vn/device"      # RFC 8628
    client_id = "cong-thu"
    scope = "mail offline_access"
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from client.config.nearest import nearest
from client.config.policy_parts import within
from client.errors import ConfigInvalid
from client.model.account import Account, Endpoint, SentCopy, TlsMode
from client.model.oauth import AuthorisationServer


class PolicyServer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A server; there is no way to write one without TLS."""

    host: str
    port: int
    tls: TlsMode = TlsMode.IMPLICIT

    @property
    def endpoint(self) -> Endpoint:
        """The same for the rest of the client."""
        return Endpoint(self.host, self.port, self.tls)


class PolicyOAuth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where people sign in, and as what this program is known there."""

    token_url: str
    device_url: str
    client_id: str
    scope: str = ""

    @property
    def server(self) -> AuthorisationServer:
        """The same for the rest of the client."""
        return AuthorisationServer(self.token_url, self.device_url, self.client_id, self.scope)


class MailProfile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The servers of one domain."""

    domain: str
    imap: PolicyServer
    smtp: PolicyServer
    user: Literal["address", "local"] = "address"
    sent_copy: SentCopy = SentCopy.AUTO
    """Goes before what the account itself says, unless it is ``auto``."""
    oauth: PolicyOAuth | None = None
    """Named, it is the only way in: no password is asked for."""

    def user_name(self, address: str) -> str:
        """What to log in as."""
        return address if self.user == "address" else address.rpartition("@")[0]


def profile_for(profiles: Iterable[MailProfile], domain: str) -> MailProfile | None:
    """The profile of the domain or of the nearest one above it."""
    wanted = domain.lower()
    fitting = [one for one in profiles if within(wanted, (one.domain.lower(),))]
    return max(fitting, key=lambda one: len(one.domain), default=None)


def with_sent_copy(account: Account, profiles: Iterable[MailProfile]) -> Account:
    """The account as the policy has it: who files copies is a matter of the server, not of taste."""
    found = profile_for(profiles, account.identity.address.addr_spec.rpartition("@")[2])
    # A mailbox of that domain on another server is not spoken of.
    if found is None or found.sent_copy is SentCopy.AUTO or found.imap.host != account.imap.host:
        return account
    return replace(account, sent_copy=found.sent_copy)


def refuse_unusable_mail(profiles: Iterable[MailProfile], path: str) -> None:
    """Raises `ConfigInvalid` for a host, a port or a domain that could never be used, or one named twice."""
    seen: list[str] = []
    for number, one in enumerate(profiles):
        for name, server in (("imap", one.imap), ("smtp", one.smtp)):
            if not server.host or "/" in server.host or " " in server.host:
                suggestion = server.host.rpartition("/")[2]
                raise ConfigInvalid(path=path, key=f"mail[{number}].{name}.host", suggestion=suggestion)
            if not 0 < server.port < 65536:
                raise ConfigInvalid(path=path, key=f"mail[{number}].{name}.port", suggestion="")
        if one.oauth is not None:
            _refuse_unusable_oauth(one.oauth, f"mail[{number}].oauth", path)
        domain = one.domain.lower()
        if not domain or "@" in domain or domain in seen:
            suggestion = domain.rpartition("@")[2] if "@" in domain else nearest(domain, seen)
            raise ConfigInvalid(path=path, key=f"mail[{number}].domain", suggestion=suggestion)
        seen.append(domain)


def _refuse_unusable_oauth(one: PolicyOAuth, key: str, path: str) -> None:
    for name, url in (("token_url", one.token_url), ("device_url", one.device_url)):
        try:
            parts = urlsplit(url)
            good = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
            good = good and not parts.fragment and (parts.port is None or parts.port > 0)
        except ValueError:
            good = False
        if not good:
            suggestion = url.replace("http://", "https://", 1) if url.startswith("http://") else ""
            raise ConfigInvalid(path=path, key=f"{key}.{name}", suggestion=suggestion)
    if not one.client_id:
        raise ConfigInvalid(path=path, key=f"{key}.client_id", suggestion="")
