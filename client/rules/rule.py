"""What a rule is: a pure function from a message and the policy to places where it is broken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from client.config.policy import Policy, RuleEntry
from client.model.finding import Severity, Unchecked
from client.model.wording import normalise
from client.rules.context import CheckContext, CheckedAttachment

_NAME_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a rule is broken; its weight and words are the policy's."""

    location: str = ""
    params: tuple[tuple[str, str], ...] = ()
    case: str = ""
    """A special case the policy may weigh differently (``severity_when``)."""
    attachment: int = 0
    """Which attachment, from 1; 0 where it is about none."""
    mend: tuple[tuple[str, str], ...] = ()
    """What the policy's remedy is to be done with; see `client.services.fixes`."""
    span: tuple[int, int] = (0, 0)
    """Characters of the body, as in `Finding`."""


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

    def heaviest(self, cases: Sequence[str]) -> str:
        """Of several cases that hold at once, the one this policy weighs most; the first of equals.

        A rule that named a milder one would let a tighter parameter make a finding lighter.
        """
        weights = [
            Severity[self.entry.severity_when.get(case, self.entry.severity).upper()] for case in cases
        ]
        return cases[weights.index(max(weights))]

    def matches(self, name: str, text: str) -> bool:
        """Whether one of these regular expressions is found in ``text``, normalised."""
        plain = normalise(text)
        return any(pattern.search(plain) for pattern in self.patterns(name))


def hit(
    attachment: CheckedAttachment,
    field: str = "",
    /,
    *,
    case: str = "",
    page: int = 0,
    mend: tuple[tuple[str, str], ...] = (),
    **params: str | int,
) -> Hit:
    """A hit on ``attachment``: at one of its document's fields, on a page, or on the file as such."""
    location = f"{attachment.location}#page={page}" if page else attachment.place(field)
    told = (("name", shown_name(attachment.name)), *((key, str(value)) for key, value in params.items()))
    return Hit(location, told, case, attachment.number, mend)


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
