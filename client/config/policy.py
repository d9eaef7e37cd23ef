"""The organisation's policy: which rules hold, how much they weigh, what they say and why.

The value alone; how it is put together from the shipped tables and the files laid over them is in
`client.config.policy_layers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from client.config.policy_directory import PolicyDirectory
from client.config.policy_mail import MailProfile
from client.config.policy_parts import (
    Contact,
    Delegation,
    DocumentType,
    Domains,
    Limits,
    Mailboxes,
    Reading,
    RetiredUnit,
    Storage,
    Unit,
    Word,
    within,
)
from client.config.policy_trust import Trust
from client.config.rule_entry import RuleEntry, RuleText
from client.model.account import Role
from client.model.finding import Severity

__all__ = ["FIXED_SEVERITIES", "Domains", "Policy", "RuleEntry", "RuleText", "within"]

FIXED_SEVERITIES: Mapping[str, Severity] = {
    "state-secret-marking": Severity.BLOCK,
    "attachment-executable": Severity.BLOCK,
    "signature-invalid": Severity.BLOCK,
    "cert-expired-or-revoked": Severity.BLOCK,
    "autoforward-external": Severity.BLOCK,
    "wrong-key-device-use": Severity.BLOCK,
}
"""No file may set these rules lower, switch them off or let something past their lists."""


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything the rules are measured by."""

    id: str
    version: str
    issued_by: str
    valid_from: date
    checked_on: date
    """When somebody last held the legal basis against its sources."""
    standing: str
    """What is known of the regulation's own text, for the "Căn cứ" page."""
    domains: Domains
    sources: dict[str, str]
    rules: dict[str, RuleEntry]
    readings: dict[str, Reading] = {}
    """How far each of ``sources`` was read; ``none`` for one that is not named."""
    valid_until: date | None = None
    """The last day; None: until another one comes."""
    clerks: dict[str, tuple[str, ...]] = {}
    """Mail addresses of the records clerks (văn thư) by unit; they alone use the unit's seal."""
    seal_keys: tuple[str, ...] = ()
    """Serial numbers of the seal certificates in use, upper-case hex; empty: not restricted."""
    delegations: tuple[Delegation, ...] = ()
    confirm_roles: tuple[Role, ...] = (Role.LEADER, Role.CLERK, Role.STAFF)
    """Whose reason opens the gate for a finding of the weight ``confirm``; a member of staff decides on
    their leader's word."""
    document_types: dict[str, DocumentType] = {}
    """By code: ``QĐ``, ``TTr`` ...; ``CV`` and ``ThC`` for the two without abbreviation."""
    no_email: tuple[str, ...] = ()
    """Regular expressions on type, abstract and subject of what may not go by mail; empty: nothing."""
    units: dict[str, Unit] = {}
    retired_units: dict[str, RetiredUnit] = {}
    directory: tuple[str, ...] = ()
    """Official addresses beyond those of the units; empty: there is no directory to look in."""
    mailboxes: Mailboxes = Mailboxes()
    formats: tuple[str, ...] = ()
    """Extensions of the file types that may be exchanged."""
    unit_formats: dict[str, tuple[str, ...]] = {}
    """Further ones by unit, for trades with formats of their own."""
    cong_vu_issuers: tuple[str, ...] = ()
    """Names, or parts of them, of the authorities of the state's certificates; empty: not imported yet."""
    holidays: tuple[date, ...] = ()
    limits: Limits = Limits()
    words: dict[str, Word] = {}
    """Codes in findings' parameters (``tracked-changes``), as people say them."""
    contacts: dict[str, Contact] = {}
    """``state-secrets-officer``, ``administrator`` ...; see `RuleEntry.contact`."""
    mail: tuple[MailProfile, ...] = ()
    """The servers of the organisation's domains."""
    directory_server: PolicyDirectory = PolicyDirectory()
    """Where the organisation's directory is read; without a host nowhere."""
    storage: Storage = Storage()
    """Of mail, drafts and evidence on the disk."""
    trust: Trust = Trust()
    """Whose signatures count, and which hosts may be asked about them; empty: nobody."""

    def severity(self, code: str, case: str = "") -> Severity:
        """How much a finding of this rule weighs, in a special ``case`` where the policy knows it."""
        entry = self.rules[code]
        return Severity[entry.severity_when.get(case, entry.severity).upper()]

    def text(self, code: str, language: str = "vi", params: Iterable[tuple[str, str]] = ()) -> str:
        """The finding in words; the code itself for a rule this policy does not know."""
        return self._filled(code, language, params, "message") or code

    def fix_text(self, code: str, language: str = "vi", params: Iterable[tuple[str, str]] = ()) -> str:
        """What to do about it, ``""`` where the policy has no advice."""
        advice = self._filled(code, language, params, "fix")
        contact = self._contact_line(code, language)
        return f"{advice} {contact}".strip()

    def basis(self, code: str) -> str:
        """The legal basis as the policy cites it."""
        return self.rules[code].basis if code in self.rules else ""

    def provenance(self, code: str) -> tuple[str, ...]:
        """Where the basis was read, as ``KEY: source``."""
        keys = self.rules[code].provenance if code in self.rules else ()
        return tuple(f"{key}: {self.sources[key]}" for key in keys)

    def seal_holders(self, today: date) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each office with the mail addresses of those entrusted with its seal: its clerks, and who stands
        in for one ``today``.

        An office for which the policy names no clerk is left out: a delegation alone restricts nobody.
        """
        acting = [
            (self.office_name(one.unit), one.address)
            for one in self.delegations
            if one.kind == "seal" and one.holds_on(today)
        ]
        named = [(self.office_name(unit), those) for unit, those in self.clerks.items() if those]
        return tuple(
            (office, (*those, *(address for other, address in acting if other == office)))
            for office, those in named
        )

    def office_name(self, key: str) -> str:
        """The office that a key of `clerks` or a delegation names: by its code in `units`, or as it is."""
        unit = self.units.get(key)
        return unit.name if unit is not None else key

    def is_official(self, domain: str) -> bool:
        """Whether ``domain`` (lower case) belongs to a state agency."""
        return within(domain, self.domains.official)

    def document_type_name(self, code: str, language: str = "vi") -> str:
        """The type in words, the code itself where the policy does not know it."""
        known = self.document_types.get(code)
        if known is None:
            return code
        return known.en if language == "en" else known.vi

    def _spoken(self, value: str, language: str) -> str:
        parts = value.split(", ")
        if all(part in self.words for part in parts):
            words = (self.words[part] for part in parts)
            return ", ".join(word.en if language == "en" else word.vi for word in words)
        return _local_number(value, language)

    def _contact_line(self, code: str, language: str) -> str:
        entry = self.rules.get(code)
        contact = self.contacts.get(entry.contact) if entry is not None else None
        if contact is None or not contact.line:
            return ""
        return f"{'Contact' if language == 'en' else 'Liên hệ'}: {contact.line}."

    def _filled(self, code: str, language: str, params: Iterable[tuple[str, str]], field: str) -> str:
        entry = self.rules.get(code)
        if entry is None:
            return ""
        text: str = getattr(entry.en if language == "en" else entry.vi, field)
        values = {name: self._spoken(value, language) for name, value in params}
        return text.format_map(_Lenient(values))


class _Lenient(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _local_number(value: str, language: str) -> str:
    whole, point, fraction = value.partition(".")
    is_number = point and whole.isdigit() and fraction.isdigit()
    return f"{whole},{fraction}" if is_number and language == "vi" else value
