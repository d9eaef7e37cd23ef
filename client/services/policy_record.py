"""Which version of the city's policy was in use: what keeps an older one from coming back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from client.config.policy_layers import Head, version_number
from client.errors import PolicyRefused
from client.store.atomic import write_atomically


@dataclass(frozen=True, slots=True)
class PolicyRecord:
    """The newest version ever taken, and the one an administrator went back to."""

    version: str = ""
    sha256: str = ""
    """Of that version's file."""
    back_to: str = ""
    """SHA-256 of an older file that may be used all the same: somebody rolled back to it."""

    @classmethod
    def load(cls, path: Path) -> PolicyRecord:
        """What is written there; an empty record where nothing can be read."""
        with suppress(OSError, msgspec.DecodeError):
            return msgspec.json.decode(path.read_bytes(), type=cls)
        return cls()

    def save(self, path: Path) -> None:
        """Write it where it differs; raises `StorageFailed`."""
        if PolicyRecord.load(path) != self:
            write_atomically(path, msgspec.json.encode(self))

    @property
    def number(self) -> tuple[int, ...]:
        """The version as figures; ``()`` without one."""
        return version_number(self.version) or ()

    def refuse_older(self, head: Head, sha256: str) -> None:
        """Raise `PolicyRefused` for a file that is older than this record, or other than it says.

        ``reason``: policy-version-unclear, policy-older, policy-version-reused.
        """
        number = head.number
        if number is None:
            raise PolicyRefused(path=head.path, known=self.version, reason="policy-version-unclear")
        if sha256 in {self.sha256, self.back_to} and sha256:
            return
        if number < self.number:
            raise PolicyRefused(path=head.path, known=self.version, reason="policy-older")
        if number == self.number:
            raise PolicyRefused(path=head.path, known=self.version, reason="policy-version-reused")

    def with_taken(self, head: Head, sha256: str) -> PolicyRecord:
        """The record after this file was taken."""
        if (head.number or ()) > self.number:
            return PolicyRecord(head.version, sha256, self.back_to)
        return self
