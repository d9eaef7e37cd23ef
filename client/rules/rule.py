"""What a rule is: a pure function from a message and the policy to places where it is broken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from client.config.policy import Policy, RuleEntry
from client.model.finding import Unchecked
from client.rules.context import CheckContext

_NAME_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a rule is broken; its weight and words are the policy's."""

    location: str = ""
    params: tuple[tuple[str, str], ...] = ()
    case: str = ""
    """A special case the policy may weigh differently (``severity_when``)."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One rule's parameters, and the policy around them."""

    policy: Policy
    entry: RuleEntry

    def number(self, name: str) -> float:
        """A numeric parameter; KeyError or TypeError where the policy has none."""
        value = self.entry.params[name]
        if isinstance(value, bool | str | tuple):
            raise TypeError(name)
        return value

    def words(self, name: str) -> tuple[str, ...]:
        """A parameter that is a list."""
        value = self.entry.params[name]
        if not isinstance(value, tuple):
            raise TypeError(name)
        return value

    def patterns(self, name: str) -> tuple[re.Pattern[str], ...]:
        """A parameter that is a list of regular expressions."""
        return tuple(_compiled(text) for text in self.words(name))


Check = Callable[[CheckContext, Settings], Iterable[Hit | Unchecked]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's stable code and its logic."""

    code: str
    check: Check


def shown_name(name: str) -> str:
    """A file name or address short and plain enough to stand in a sentence."""
    plain = " ".join("".join(char if char.isprintable() else "�" for char in name).split())
    return plain if len(plain) <= _NAME_SHOWN else f"{plain[: _NAME_SHOWN // 2]}…{plain[-_NAME_SHOWN // 2 :]}"


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
