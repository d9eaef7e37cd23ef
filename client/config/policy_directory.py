"""The policy's table ``[directory_server]``: where the organisation's directory (danh bạ) is read.

::

    [directory_server]
    host = "ldap.tphcm.gov.vn"
    port = 636                               # 389 with tls = "starttls"; there is no way without TLS
    base = "ou=people,dc=tphcm,dc=gov,dc=vn"
    filter = "(&(objectClass=person)(mail=*))"
    user = "uid={local},ou=people,dc=tphcm,dc=gov,dc=vn"    # or {address}; left out: anonymous
    refresh_hours = 24
    most_entries = 50000
    attributes = { name = "cn", mail = "mail", title = "title", unit = "ou", phone = "telephoneNumber" }

With ``user`` the password is that of the first account in one of the organisation's own domains that has
one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

import msgspec

from client.config.policy_parts import within
from client.errors import ConfigInvalid
from client.model.account import Account, Endpoint, Login, TlsMode
from client.model.directory import DirectoryAttributes, DirectoryServer
from client.model.ldap_filter import is_attribute, parse_filter

_MOST_ENTRIES = 500_000
_LONGEST_HOURS = 24 * 31


class PolicyAttributes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which attribute holds what; an empty name leaves one out."""

    name: str = "cn"
    mail: str = "mail"
    title: str = "title"
    unit: str = "ou"
    phone: str = "telephoneNumber"


class PolicyDirectory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Empty by default: there is no directory to read."""

    host: str = ""
    port: int = 636
    tls: TlsMode = TlsMode.IMPLICIT
    base: str = ""
    filter: str = "(&(objectClass=person)(mail=*))"
    user: str = ""
    refresh_hours: float = 24
    most_entries: int = 50_000
    attributes: PolicyAttributes = PolicyAttributes()

    def server(self, accounts: Iterable[Account], own: Iterable[str]) -> DirectoryServer | None:
        """What the engine reads; None without a host, or where a name is wanted and there is no account."""
        if not self.host:
            return None
        domains = tuple(own)
        fitting = (
            one
            for one in accounts
            # What one that signs in keeps is a token for another server: it is shown to nobody else.
            if one.login is Login.PASSWORD and within(one.identity.address.domain, domains)
        )
        account = next(fitting, None)
        if self.user and account is None:
            return None
        named = account is not None and bool(self.user)
        return DirectoryServer(
            Endpoint(self.host, self.port, self.tls),
            self.base,
            self.filter,
            DirectoryAttributes(**msgspec.to_builtins(self.attributes)),
            _bind_name(self.user, account.identity.address.addr_spec) if account and named else "",
            account.account_id if account and named else "",
            self.most_entries,
            timedelta(hours=self.refresh_hours),
        )


def refuse_unusable_directory(one: PolicyDirectory, path: str) -> None:
    """Raises `ConfigInvalid` for what could never be asked."""
    for key, suggestion in _faults(one):
        raise ConfigInvalid(path=path, key=f"directory_server.{key}", suggestion=suggestion)


def _faults(one: PolicyDirectory) -> Iterator[tuple[str, str]]:
    if "/" in one.host or " " in one.host:
        yield "host", one.host.rpartition("/")[2].strip()
    if not 0 < one.port < 65536:
        yield "port", "389" if one.tls is TlsMode.STARTTLS else "636"
    try:
        parse_filter(one.filter)
    except ValueError:
        bare = one.filter.strip()
        yield "filter", f"({bare})" if bare and not bare.startswith("(") else ""
    if not 0.25 <= one.refresh_hours <= _LONGEST_HOURS:
        yield "refresh_hours", f"0.25–{_LONGEST_HOURS}"
    if not 1 <= one.most_entries <= _MOST_ENTRIES:
        yield "most_entries", f"1–{_MOST_ENTRIES}"
    for name, value in msgspec.to_builtins(one.attributes).items():
        if not is_attribute(value) and (value or name == "mail"):
            yield f"attributes.{name}", ""
    left = one.user.replace("{address}", "").replace("{local}", "")
    if "{" in left or "}" in left:
        yield "user", "{address}"


def _bind_name(pattern: str, address: str) -> str:
    """The pattern filled in; in a distinguished name a value may not end or begin another part (RFC 4514)."""
    local = address.rpartition("@")[0]
    is_name = "=" in pattern
    for mark, value in (("{address}", address), ("{local}", local)):
        pattern = pattern.replace(mark, _in_a_name(value) if is_name else value)
    return pattern


def _in_a_name(value: str) -> str:
    return "".join(f"\\{char}" if char in '",+<>;=#\\' else char for char in value)
