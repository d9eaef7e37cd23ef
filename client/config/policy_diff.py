"""What one policy has otherwise than another, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from client.config.policy import Policy
from client.model.finding import Severity

_HEAD = frozenset({"id", "version", "issued_by", "valid_from", "checked_on", "standing"})
"""What tells policies apart, not what they ask."""


class Bearing(StrEnum):
    """Whether a change asks more of people or less."""

    TIGHTER = "tighter"
    LOOSER = "looser"
    OTHER = "other"
    """It cannot be said from the entry alone: words, addresses, parameters."""


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that differs."""

    key: str
    """Dotted, as in the file: ``rules.subject-empty.severity``."""
    old: object
    """None: not there."""
    new: object
    """None: taken away."""
    bearing: Bearing = Bearing.OTHER


def differences(old: Policy, new: Policy) -> tuple[Change, ...]:
    """All entries that differ, by key; the heads are left out."""
    before, after = (dict(_flat(msgspec.to_builtins(one))) for one in (old, new))
    keys = sorted(before.keys() | after.keys())
    return tuple(
        Change(key, before.get(key), after.get(key), _bearing(key, before.get(key), after.get(key)))
        for key in keys
        if before.get(key) != after.get(key) and key not in _HEAD
    )


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _bearing(key: str, old: object, new: object) -> Bearing:
    parts = key.split(".")
    if parts[0] != "rules":
        return Bearing.OTHER
    if parts[-1] == "enabled" and len(parts) == 3:
        return Bearing.TIGHTER if new else Bearing.LOOSER
    weighs = parts[2] == "severity_when" or (len(parts) == 3 and parts[2] == "severity")
    if not weighs or not isinstance(old, str) or not isinstance(new, str):
        return Bearing.OTHER
    return Bearing.TIGHTER if Severity[new.upper()] > Severity[old.upper()] else Bearing.LOOSER
