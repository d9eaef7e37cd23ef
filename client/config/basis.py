"""What each rule rests on and how far that was checked, for people to read and search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from client.config.policy import Policy
from client.config.policy_layers import Layer
from client.config.policy_parts import Reading
from client.config.rule_entry import SeverityWord
from client.model.text import fold

_BEST_FIRST: tuple[Reading, ...] = ("whole", "part", "summary", "press", "note", "none")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a basis was read."""

    key: str
    text: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class RuleBasis:
    """One rule as the "Căn cứ" page tells of it."""

    code: str
    message: str
    severity: SeverityWord
    enabled: bool
    basis: str
    sources: tuple[Source, ...]
    origins: tuple[tuple[str, Layer], ...] = ()
    """Entries of the rule that do not come from the shipped policy, and whose they are."""

    @property
    def reading(self) -> Reading:
        """How far it was checked: the best that was done for any of its sources; a measurement is none."""
        done = {source.reading for source in self.sources}
        return next((one for one in _BEST_FIRST if one in done), "none")

    @property
    def layer(self) -> Layer:
        """The uppermost layer that has a say in it."""
        layers = {layer for _, layer in self.origins}
        return next((one for one in (Layer.OFFICE, Layer.CITY) if one in layers), Layer.BUILTIN)

    def speaks_of(self, words: str) -> bool:
        """Whether every one of the words, without marks, is in what is told of the rule."""
        told = fold(" ".join((self.code, self.message, self.basis, *(one.text for one in self.sources))))
        return all(word in told for word in fold(words).split())


def rule_bases(policy: Policy, origins: Mapping[str, Layer], language: str) -> tuple[RuleBasis, ...]:
    """All rules in the policy's order."""
    return tuple(_basis(policy, code, origins, language) for code in policy.rules)


def _basis(policy: Policy, code: str, origins: Mapping[str, Layer], language: str) -> RuleBasis:
    entry, prefix = policy.rules[code], f"rules.{code}."
    return RuleBasis(
        code,
        policy.text(code, language),
        entry.severity,
        entry.enabled,
        entry.basis,
        tuple(
            Source(key, policy.sources.get(key, key), policy.readings.get(key, "none"))
            for key in entry.provenance
        ),
        tuple((key.removeprefix(prefix), layer) for key, layer in origins.items() if key.startswith(prefix)),
    )
