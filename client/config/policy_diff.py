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


def differences(one: Policy, other: Policy) -> tuple[Change, ...]:
    """All entries that differ, by key; the heads are left out."""
    before, after = (dict(_flat(msgspec.to_builtins(policy))) for policy in (one, other))
    keys = sorted((before.keys() | after.keys()) - _HEAD)
    pairs = ((key, before.get(key), after.get(key)) for key in keys)
    return tuple(Change(key, old, new, _bearing(key, old, new)) for key, old, new in pairs if old != new)


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _bearing(key: str, old: object, new: object) -> Bearing:
    match key.split("."):
        case ["rules", _, "enabled"]:
            return Bearing.TIGHTER if new else Bearing.LOOSER
        case ["rules", _, "severity"] | ["rules", _, "severity_when", _]:
            if isinstance(old, str) and isinstance(new, str):
                heavier = Severity[new.upper()] > Severity[old.upper()]
                return Bearing.TIGHTER if heavier else Bearing.LOOSER
    return Bearing.OTHER
