"""What the regulation's rules say of a message, as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from client.model.register import RegisterEntry


class Severity(IntEnum):
    """How much a finding weighs; ordered."""

    INFO = 0
    WARN = 1
    CONFIRM = 2
    """May be sent after a reason is given (``block*`` in regulation.md)."""
    BLOCK = 3
    """Cannot be sent, nobody may override."""

    @property
    def word(self) -> str:
        """The word of the command-line contract: ``info``, ``warn``, ``confirm``, ``block``."""
        return self.name.lower()


class Gate(StrEnum):
    """What may happen to the message."""

    SEND = "send"
    CONFIRM = "confirm"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's finding; the words are made from ``code`` and ``params`` at the edge."""

    code: str
    severity: Severity
    location: str = ""
    """``subject``, ``body``, ``from``, ``to``, ``attachment:NAME`` or ``attachment:NAME#page=1``."""
    params: tuple[tuple[str, str], ...] = ()
    fix: str = ""
    """Code of the remedy a button can offer, ``""`` where there is none."""
    attachment: int = 0
    """Which attachment, from 1; 0 where it is about none."""
    mend: tuple[tuple[str, str], ...] = ()
    """What the remedy ``fix`` is to be done with : see `client.services.fixes`."""
    span: tuple[int, int] = (0, 0)
    """Where in the text of the body: from this character up to that one; (0, 0) where it is not told."""

    def mended_with(self, name: str) -> str:
        """One parameter of the remedy, ``""`` without it."""
        return dict(self.mend).get(name, "")


@dataclass(frozen=True, slots=True)
class Unchecked:
    """Something a rule would have read and could not: never reported as fine."""

    location: str
    reason: str
    """Code with a text: ``scanned``, ``encrypted``, ``corrupt``, ``too-large`` ..."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All findings on one message under one policy."""

    findings: tuple[Finding, ...]
    policy_id: str
    policy_version: str
    unchecked: tuple[Unchecked, ...] = ()
    documents: tuple[RegisterEntry, ...] = ()
    """What the attachments are, as far as it was read; nothing of a message that holds a secret."""

    @property
    def gate(self) -> Gate:
        """The gate the worst finding sets."""
        return gate_for(finding.severity for finding in self.findings)

    @property
    def holds_secret(self) -> bool:
        """A state-secret marking was found: nothing of this message may be stored on the server."""
        return any(finding.code == "state-secret-marking" for finding in self.findings)


def gate_for(severities: Iterable[Severity]) -> Gate:
    """SEND up to WARN, then CONFIRM, then BLOCKED."""
    worst = max(severities, default=Severity.INFO)
    if worst is Severity.BLOCK:
        return Gate.BLOCKED
    return Gate.CONFIRM if worst is Severity.CONFIRM else Gate.SEND
