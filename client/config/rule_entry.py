"""One rule of a policy, as the file has it."""

from __future__ import annotations

from typing import Literal

import msgspec

SeverityWord = Literal["info", "warn", "confirm", "block"]
Tightening = Literal["lower", "higher", "superset", "subset", "narrower", "fixed"]
"""Which way a value asks more: a number, a list with more or fewer members, a list that restricts once it
names anybody, or a value that cannot be turned without letting something pass."""
ParamValue = bool | int | float | str | tuple[str, ...]


class RuleText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one rule says in one language; ``{name}`` stands for a parameter of the finding."""

    message: str
    fix: str = ""
    """The remedy in a sentence."""


class RuleEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule as the policy has it."""

    severity: SeverityWord
    basis: str
    provenance: tuple[str, ...]
    """Keys of ``sources``: where the basis was read."""
    vi: RuleText
    en: RuleText
    enabled: bool = True
    severity_when: dict[str, SeverityWord] = {}
    """Severity in a special case the rule tells apart (``agency-mailbox``, ``server-limit`` ...)."""
    remedy: str = ""
    """Code of the remedy a button can offer."""
    params: dict[str, ParamValue] = {}
    contact: str = ""
    """Whom to turn to: a key of the policy's ``contacts``."""
    tighter: dict[str, Tightening] = {}
    """By parameter: which way an office may turn it. The program's own knowledge: no file may change it."""

    def as_table(self) -> dict[str, object]:
        """The entry as plain values, as JSON takes them."""
        table: dict[str, object] = msgspec.to_builtins(self)
        return table
