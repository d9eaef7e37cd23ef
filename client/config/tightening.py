"""Whether one policy asks more of people than another, entry by entry.

Only the operator may ask less. What an entry's change means is declared: for a rule's parameters in
the rule files (``tighter``), for the tables beside the rules here. An entry of which nothing is
declared only the operator may touch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from client.config.rule_entry import RuleEntry, Tightening
from client.model.finding import Severity

Path = tuple[str, ...]
"""An entry's place: ``("rules", "subject-empty", "severity")``."""

_HEAD = frozenset({"id", "version", "issued_by", "valid_from", "valid_until"})
"""What tells policies apart, not what they ask."""

_TABLES: Mapping[str, Tightening] = {
    "no_email": "superset",
    "formats": "subset",
    "unit_formats": "subset",
    "clerks": "narrower",
    "seal_keys": "narrower",
    "directory": "narrower",
    "cong_vu_issuers": "narrower",
    "delegations": "subset",
    "confirm_roles": "subset",
    "holidays": "subset",
}
_LIMITS: Mapping[str, Tightening] = {"log_months": "higher", "evidence_years": "higher"}


class Bearing(StrEnum):
    """Whether a change asks more of people or less."""

    TIGHTER = "tighter"
    LOOSER = "looser"
    NEUTRAL = "neutral"
    """Words and addresses that decide nothing: anybody may write them."""
    OTHER = "other"
    """It may let something pass or not: the operator's to say."""


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that differs."""

    path: Path
    old: object
    """None: not there."""
    new: object
    """None: taken away."""
    bearing: Bearing = Bearing.OTHER

    @property
    def key(self) -> str:
        """Dotted, as in the file: ``rules.subject-empty.severity``."""
        return ".".join(self.path)


def changes(
    before: Mapping[str, object], after: Mapping[str, object], rules: Mapping[str, RuleEntry]
) -> tuple[Change, ...]:
    """All entries that differ, by place; the heads are left out.

    ``before`` and ``after`` are policies as plain values, ``rules`` the entries that say which way
    their parameters are tighter: those of the lower layer.
    """
    old, new = dict(_flat(before)), dict(_flat(after))
    places = sorted(place for place in old.keys() | new.keys() if place[0] not in _HEAD)
    pairs = ((place, old.get(place), new.get(place)) for place in places)
    return tuple(
        Change(place, one, other, bearing(place, one, other, rules))
        for place, one, other in pairs
        if one != other
    )


def bearing(place: Path, old: object, new: object, rules: Mapping[str, RuleEntry]) -> Bearing:
    """What it means that the entry at ``place`` was ``old`` and is ``new``."""
    match place:
        case ("rules", _, "enabled") | ("storage", _):
            # Whatever is switched on asks more, but for drafts on the server.
            return Bearing.LOOSER if bool(new) == (place[-1] == "server_drafts") else Bearing.TIGHTER
        case ("rules", code, "severity"):
            return _weighed(old, new, rules.get(code))
        case ("rules", code, "severity_when", _):
            return _weighed(old, new, rules.get(code))
        case ("rules", code, "params", name):
            way = rules[code].tighter.get(name, "fixed") if code in rules else "fixed"
            return _turned(way, old, new)
        case ("rules", _, "vi" | "en", "fix") | ("contacts", *_):
            return Bearing.NEUTRAL
        case ("sources" | "readings", _) | ("retired_units", *_):
            return _added(place, old)
        case ("clerks", *_) if not old:
            # Where nobody is named the account's own role decides; a list may let others in.
            return Bearing.OTHER
        case ("limits", name):
            return _turned(_LIMITS.get(name, "fixed"), old, new)
        case (table, *_) if table in _TABLES:
            return _turned(_TABLES[table], old, new)
    return Bearing.OTHER


def _weighed(old: object, new: object, entry: RuleEntry | None) -> Bearing:
    # A case the policy did not tell apart weighed as much as the rule itself.
    known = old if old is not None else entry.severity if entry is not None else None
    if not isinstance(known, str) or not isinstance(new, str):
        return Bearing.OTHER
    before, after = Severity[known.upper()], Severity[new.upper()]
    return Bearing.LOOSER if after < before else Bearing.TIGHTER


def _added(place: Path, old: object) -> Bearing:
    """New entries hide nothing; one that is there says who is who, and where a law was read."""
    if old is not None:
        return Bearing.OTHER
    return Bearing.NEUTRAL if place[0] in {"sources", "readings"} else Bearing.TIGHTER


def _turned(way: Tightening, old: object, new: object) -> Bearing:
    """A value turned the tighter way, the other way, or a way that cannot be told."""
    if way == "fixed":
        return Bearing.OTHER
    if way in ("lower", "higher"):
        return _moved(old, new, up=way == "higher")
    before, after = _members(old), _members(new)
    if way == "narrower":
        # An empty list restricts nobody.
        if not before or not after:
            return Bearing.LOOSER if before else Bearing.TIGHTER
        way = "subset"
    tighter = after <= before if way == "subset" else after >= before
    return Bearing.TIGHTER if tighter else Bearing.LOOSER


def _moved(old: object, new: object, *, up: bool) -> Bearing:
    if not isinstance(old, int | float) or not isinstance(new, int | float):
        return Bearing.OTHER
    return Bearing.TIGHTER if (new >= old if up else 0 <= new <= old) else Bearing.LOOSER


def _members(value: object) -> frozenset[str]:
    """The members of a list as they are compared; none for an entry that is not there."""
    return frozenset(repr(one) for one in value) if isinstance(value, list | tuple) else frozenset()


def _flat(table: Mapping[str, object], prefix: Path = ()) -> Iterator[tuple[Path, object]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, (*prefix, name))
        else:
            yield (*prefix, name), value
