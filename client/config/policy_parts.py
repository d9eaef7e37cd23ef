"""The tables of a policy beside its rules: document types, offices, clerks, formats, contacts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

Reading = Literal["whole", "part", "summary", "press", "note", "measured", "none"]
"""How far a source was read: its whole text as far as it could be had, a part, a summary, the press, somebody
else's note, our own measurement, not at all."""


def within(domain: str, roots: Iterable[str]) -> bool:
    """Whether ``domain`` is one of ``roots`` or below one."""
    return any(domain == root or domain.endswith(f".{root}") for root in roots)


class Domains(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Mail domains; an entry stands for itself and everything below it."""

    own: tuple[str, ...]
    """Where staff's own official mailboxes are."""
    official: tuple[str, ...]
    """Domains of state agencies."""
    known: tuple[str, ...]
    """Real domains of other agencies: never taken for an imitation."""
    free_mail: tuple[str, ...]


class DocumentType(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the 29 types of Art. 7 Decree 30/2020, or a form of copy."""

    vi: str
    en: str
    abbreviation: str = ""
    """Of Appendix III; công văn and thư công have none."""
    is_copy: bool = False


class Unit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An office, as documents and mailboxes name it."""

    name: str
    names: tuple[str, ...] = ()
    """Other spellings."""
    symbols: tuple[str, ...] = ()
    """What stands for it in a document's symbol: ``SNV``."""
    mailboxes: tuple[str, ...] = ()
    """Local parts of its mailboxes in our own domains, or whole addresses elsewhere."""
    verified: bool = False
    """Somebody responsible has confirmed this entry."""


class RetiredUnit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An office that was merged or dissolved."""

    name: str
    mailboxes: tuple[str, ...]
    """As in `Unit`."""
    successor: str = ""
    successor_address: str = ""
    kept: bool = False
    """Its mailbox is still read."""


class Delegation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody stands in for a clerk for a time, on written order (Art. 32.2 Decree 30/2020)."""

    unit: str
    address: str
    valid_from: date
    valid_until: date
    """The last day."""
    kind: Literal["mailbox", "seal"] = "mailbox"
    order: str = ""
    """Number of the order or record."""

    def holds_on(self, day: date) -> bool:
        """Whether the order is in force on this day."""
        return self.valid_from <= day <= self.valid_until


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to turn to."""

    name: str = ""
    phone: str = ""
    email: str = ""

    @property
    def line(self) -> str:
        """Name, telephone and address in one line, ``""`` where nobody is named."""
        return ", ".join(part for part in (self.name, self.phone, self.email) if part)


class Storage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What lies on the computer, and what of it elsewhere."""

    encrypt: bool = False
    """It is encrypted, whatever the user's settings say."""
    server_drafts: bool = True
    """Drafts that were checked and hold no state secret lie on the mail server as well."""


class Mailboxes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How mail addresses are made; read softly, nothing is refused for its form."""

    agency_patterns: tuple[str, ...] = ()
    personal_patterns: tuple[str, ...] = ()


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Figures that are not one rule's own."""

    log_months: int = 6
    """How long logs are kept at least."""
    evidence_years: int = 10
    seal_diameter_mm: float = 36.0
    report_due: str = "11/12"


class Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code that stands in a finding's parameters, as people say it."""

    vi: str
    en: str
