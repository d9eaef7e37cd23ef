"""How the policy in use came to be: who signed it, what was refused, what is used instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from client.errors import ClientError


@dataclass(frozen=True, slots=True)
class OperatorSignature:
    """A signature of the operator's that holds."""

    name: str
    organisation: str
    serial: str
    signed_at: datetime | None
    """What the signature claims."""

    @property
    def shown(self) -> str:
        """Name and organisation, each once."""
        return ", ".join(dict.fromkeys(part for part in (self.name, self.organisation) if part))


class Instead(StrEnum):
    """What is in use in place of a policy file that was refused."""

    PREVIOUS = "previous"
    """The one that was good before."""
    LOWER = "lower"
    """What lies below it: the city's, or the shipped rules."""


@dataclass(frozen=True, slots=True)
class PolicyProblem:
    """A policy file that was not taken, and what is used meanwhile."""

    error: ClientError
    instead: Instead
