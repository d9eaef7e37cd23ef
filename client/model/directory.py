"""The organisation's directory (danh bạ): where it is, who is in it, how old our copy is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from client.model.account import Endpoint
from client.model.address import MailAddress


@dataclass(frozen=True, slots=True)
class DirectoryAttributes:
    """Which attribute holds what; the usual ones of ``inetOrgPerson`` (RFC 2798)."""

    name: str = "cn"
    mail: str = "mail"
    title: str = "title"
    unit: str = "ou"
    phone: str = "telephoneNumber"


@dataclass(frozen=True, slots=True)
class DirectoryServer:
    """What is asked of which server."""

    endpoint: Endpoint
    base: str
    """Distinguished name below which people are looked for; ``""`` for the root."""
    filter: str = "(&(objectClass=person)(mail=*))"
    attributes: DirectoryAttributes = field(default_factory=DirectoryAttributes)
    user: str = ""
    """Name to bind with; ``""``: anonymous."""
    account_id: str = ""
    """Under which the password lies in the keyring."""
    most: int = 50_000
    """People that are taken over; what is beyond is left there."""
    every: timedelta = timedelta(hours=24)

    @property
    def source(self) -> str:
        """Tells apart where a copy came from: another server, base, filter or attribute makes another one."""
        names = self.attributes
        told = (names.name, names.mail, names.title, names.unit, names.phone)
        place = f"{self.endpoint.host}:{self.endpoint.port}/{self.base}?{self.filter}"
        return f"{place}?{','.join(told)}"


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """One person or office, as the directory has it."""

    address: MailAddress
    title: str = ""
    unit: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class DirectoryCopy:
    """What one refresh gave."""

    entries: tuple[DirectoryEntry, ...]
    is_whole: bool = True
    """False where a limit, ours or the server's, or a part kept on another server left people out."""


@dataclass(frozen=True, slots=True)
class DirectoryState:
    """How old the copy on this computer is, and how the last refresh ended."""

    entries: int = 0
    refreshed_at: datetime | None = None
    tried_at: datetime | None = None
    is_whole: bool = False
    error_code: str = ""
    """Of the last refresh; ``""`` when it went well."""
    error_reason: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An address that what is being typed may mean, with what tells two people of one name apart."""

    address: MailAddress
    title: str = ""
    unit: str = ""

    @property
    def details(self) -> str:
        """Title and unit on one line, ``""`` where neither is known."""
        return ", ".join(filter(None, (self.title, self.unit)))


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What is offered for a piece of text."""

    found: tuple[Suggestion, ...] = ()
    stale_since: datetime | None = None
    """The directory could not be refreshed since then, and should have been; None when all is well."""
