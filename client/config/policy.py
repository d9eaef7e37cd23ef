"""The organisation's policy: which rules hold, how much they weigh, what they say and why.

The product ships the tables in ``resources/rules``; an organisation's own file is laid over it and
names only what differs. It may raise any severity. The rules of `FIXED_SEVERITIES` it can neither
weaken nor switch off, and their lists it may only lengthen: loading refuses such a file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from client.config.paths import resources_dir
from client.config.policy_load import (
    convert,
    merge,
    refuse_unknown_params,
    refuse_unknown_rules,
    refuse_unsafe_texts,
)
from client.config.policy_parts import (
    Contact,
    Delegation,
    DocumentType,
    Domains,
    Limits,
    Mailboxes,
    RetiredUnit,
    Unit,
    Word,
)
from client.config.policy_trust import Trust, refuse_unusable
from client.config.rule_entry import ParamValue, RuleEntry, RuleText
from client.errors import ConfigInvalid
from client.model.finding import Severity

__all__ = ["FIXED_SEVERITIES", "Domains", "Policy", "RuleEntry", "RuleText", "builtin_policy", "load_policy"]

FIXED_SEVERITIES: Mapping[str, Severity] = {
    "state-secret-marking": Severity.BLOCK,
    "attachment-executable": Severity.BLOCK,
    "signature-invalid": Severity.BLOCK,
    "cert-expired-or-revoked": Severity.BLOCK,
    "autoforward-external": Severity.BLOCK,
    "wrong-key-device-use": Severity.BLOCK,
}
"""No file may set these rules lower or switch them off."""


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
    clerks: dict[str, tuple[str, ...]] = {}
    """Mail addresses of the records clerks (văn thư) by unit; they alone use the unit's seal."""
    seal_keys: tuple[str, ...] = ()
    """Serial numbers of the seal certificates in use, upper-case hex; empty: not restricted."""
    delegations: tuple[Delegation, ...] = ()
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


def builtin_policy(resources: Path) -> Policy:
    """The policy the product ships."""
    folder = resources / "rules"
    policy = _checked(_read_pack(folder), str(folder))
    for code in policy.rules:
        floor = FIXED_SEVERITIES.get(code, Severity.INFO)
        if policy.severity(code) < floor:
            raise ConfigInvalid(path=str(folder), key=f"rules.{code}.severity", suggestion=floor.word)
    return policy


def load_policy(path: Path, resources: Path | None = None) -> Policy:
    """An organisation's policy laid over the shipped one.

    Raises `ConfigInvalid` (``path``, ``key``, ``suggestion``) for a file that cannot be read, for an
    unknown key, a value of the wrong kind, a missing ``id`` or ``version``, or a weakened fixed rule.
    """
    folder = resources if resources is not None else resources_dir()
    base_raw = _read_pack(folder / "rules")
    own = _read(path)
    for key in ("id", "version"):
        if key not in own:
            raise ConfigInvalid(path=str(path), key=key, suggestion="")
    base = builtin_policy(folder)
    refuse_unknown_rules(own, base.rules, str(path))
    policy = _checked(merge(base_raw, own), str(path))
    refuse_unknown_params(base.rules, policy.rules, str(path))
    _refuse_weakened(base, policy, str(path))
    return policy


def within(domain: str, roots: Iterable[str]) -> bool:
    """Whether ``domain`` is one of ``roots`` or below one."""
    return any(domain == root or domain.endswith(f".{root}") for root in roots)


def _local_number(value: str, language: str) -> str:
    whole, point, fraction = value.partition(".")
    is_number = point and whole.isdigit() and fraction.isdigit()
    return f"{whole},{fraction}" if is_number and language == "vi" else value


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigInvalid(path=str(path), key="", suggestion="") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # The library's message ends with the place, or says that the file does: one cut in half.
        named = re.search(r"line (\d+)", str(error))
        line = named[1] if named else text.count("\n") + 1
        raise ConfigInvalid(path=f"{path}:{line}", key="TOML", suggestion="") from error


def _read_pack(folder: Path) -> dict[str, Any]:
    """The shipped policy: its head, then the tables it is made of."""
    raw = _read(folder / "policy.toml")
    for path in sorted(folder.glob("*.toml")):
        if path.name != "policy.toml":
            raw = merge(raw, _read(path))
    return raw


def _checked(raw: dict[str, Any], path: str) -> Policy:
    rules = raw.get("rules", {})
    for code, entry in rules.items() if isinstance(rules, dict) else ():
        # One by one first: of a whole table the library does not say which entry is at fault.
        convert(entry, RuleEntry, path, f"rules.{code}.")
    policy = convert(raw, Policy, path)
    refuse_unusable(policy.trust, path)
    for code, rule in policy.rules.items():
        unknown = [key for key in rule.provenance if key not in policy.sources]
        if unknown:
            raise ConfigInvalid(path=path, key=f"rules.{code}.provenance", suggestion=unknown[0])
        refuse_unsafe_texts(code, rule, path)
    return policy


def _refuse_weakened(base: Policy, policy: Policy, path: str) -> None:
    for code in FIXED_SEVERITIES.keys() & base.rules.keys():
        old, new = base.rules[code], policy.rules[code]
        if not new.enabled:
            raise ConfigInvalid(path=path, key=f"rules.{code}.enabled", suggestion="true")
        for case in ("", *old.severity_when, *new.severity_when):
            if policy.severity(code, case) < base.severity(code, case):
                key = f"rules.{code}.severity_when.{case}" if case else f"rules.{code}.severity"
                raise ConfigInvalid(path=path, key=key, suggestion=base.severity(code, case).word)
        for name, value in old.params.items():
            if _weaker(value, new.params[name]):
                raise ConfigInvalid(path=path, key=f"rules.{code}.params.{name}", suggestion="")


def _weaker(old: ParamValue, new: ParamValue) -> bool:
    if isinstance(old, tuple) and isinstance(new, tuple):
        return not set(old) <= set(new)
    return new != old
