"""What every entry of a policy may well be, and yet makes no sense beside the others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from client.config.nearest import nearest
from client.config.policy import Policy
from client.config.policy_load import compiles
from client.errors import ConfigInvalid

_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_ADDRESS = re.compile(r"[^@\s]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
_SERIAL = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_LARGEST_LIMIT = 10_000
_EXTENSION = re.compile(r"[a-z0-9]{1,10}")


def refuse_nonsense(policy: Policy, path: str) -> None:
    """Raise `ConfigInvalid` (``path``, ``key``, ``suggestion``) for the first entry that cannot be meant."""
    for key, suggestion in _nonsense(policy):
        raise ConfigInvalid(path=path, key=key, suggestion=suggestion)


def _nonsense(policy: Policy) -> Iterator[tuple[str, str]]:
    yield from _references(policy)
    yield from _forms(policy)
    for name in ("log_months", "evidence_years", "seal_diameter_mm"):
        if not 0 <= getattr(policy.limits, name) <= _LARGEST_LIMIT:
            yield f"limits.{name}", ""
    if policy.valid_until is not None and policy.valid_until < policy.valid_from:
        yield "valid_until", policy.valid_from.isoformat()


def _references(policy: Policy) -> Iterator[tuple[str, str]]:
    """Names of other entries: sources, contacts, document types."""
    for code, rule in policy.rules.items():
        yield from _unknown(f"rules.{code}.provenance", rule.provenance, policy.sources)
        if rule.contact:
            yield from _unknown(f"rules.{code}.contact", (rule.contact,), policy.contacts)
        for name, value in rule.params.items():
            if "types" in name.split("_") and isinstance(value, tuple):
                yield from _unknown(f"rules.{code}.params.{name}", value, policy.document_types)
    yield from _unknown("readings", policy.readings, policy.sources)
    for number, one in enumerate(policy.delegations):
        if one.valid_until < one.valid_from:
            yield f"delegations.{number}.valid_until", one.valid_from.isoformat()


def _forms(policy: Policy) -> Iterator[tuple[str, str]]:
    """Addresses, domains, serial numbers and patterns in the form they are compared in."""
    domains = policy.domains
    for name in ("own", "official", "known", "free_mail"):
        yield from _unlike(f"domains.{name}", getattr(domains, name), _HOST)
    for unit, clerks in policy.clerks.items():
        yield from _unlike(f"clerks.{unit}", clerks, _ADDRESS)
    yield from _unlike("delegations", (one.address for one in policy.delegations), _ADDRESS)
    yield from _unlike("directory", policy.directory, _ADDRESS)
    yield from _unlike("seal_keys", policy.seal_keys, _SERIAL)
    yield from _unlike("formats", policy.formats, _EXTENSION)
    patterns = (
        ("no_email", policy.no_email),
        ("mailboxes.agency_patterns", policy.mailboxes.agency_patterns),
        ("mailboxes.personal_patterns", policy.mailboxes.personal_patterns),
    )
    for key, those in patterns:
        if not all(compiles(pattern) for pattern in those):
            yield key, ""


def _unknown(key: str, names: Iterable[str], known: Iterable[str]) -> Iterator[tuple[str, str]]:
    known = tuple(known)
    for name in names:
        if name not in known:
            yield key, nearest(name, known, likeness=0.4)


def _unlike(key: str, values: Iterable[str], form: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    for value in values:
        if not form.fullmatch(value):
            yield key, ""
