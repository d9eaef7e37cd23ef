"""What the window asks about trust: anchors, their record, and the revocation data at hand.

Part of `client.services.desk`. Futures fail with a `client.errors.ClientError`.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from client.model.anchor import Candidate, TrustedCertificate, TrustEntry
from client.model.certificate import CertificateDetails
from client.model.revocation import RevocationState
from client.store.waiting import Waiting


@dataclass(frozen=True, slots=True)
class TrustedRow:
    """A trusted certificate and what it says of itself."""

    certificate: TrustedCertificate
    details: CertificateDetails
    problem: str = ""
    """Code of what has come to speak against it: it has expired since, for example."""


class TrustDesk(Protocol):
    """The door to trust. `client.services.trust_office.TrustOffice` is the real one."""

    def trusted(self) -> Future[tuple[TrustedRow, ...]]:
        """What is trusted now, the policy's first; empty until somebody imports an anchor."""

    def record(self) -> tuple[TrustEntry, ...]:
        """Who added and removed what and when, oldest first."""

    def read_file(self, path: Path) -> Future[tuple[Candidate, ...]]:
        """Every certificate of a PEM, DER or PKCS#7 file; `TrustRefused`, `StorageFailed`."""

    def add_anchor(
        self, offered: Sequence[Candidate], chosen: Candidate, entered: str, note: str
    ) -> Future[int]:
        """Trust ``chosen`` if ``entered`` is its fingerprint; `TrustRefused` otherwise.

        Those of ``offered`` that lead to it are kept as intermediates; answers with their number.
        ``note`` is the name of the file they came from.
        """

    def remove(self, sha256: str) -> None:
        """Trust a certificate no longer; `TrustRefused` for one of the policy's."""

    def revocation_data(self) -> tuple[RevocationState, ...]:
        """Every address of revocation data, what it gave last and when it is due again."""

    def refresh_revocation(self) -> None:
        """Ask every address now; REVOCATION events tell how it went."""

    def waiting(self) -> tuple[Waiting, ...]:
        """Messages that wait for revocation data, newest first; VERDICT events tell what they become."""
