"""A `TrustDesk` in memory: it offers what the test lays out, and trusts by the same comparison."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

from client.errors import TrustRefused
from client.model.anchor import (
    Candidate,
    CertificateRole,
    FingerprintMatch,
    TrustAct,
    TrustedCertificate,
    TrustEntry,
    TrustOrigin,
    compare_fingerprint,
)
from client.model.revocation import RevocationState
from client.services.futures import call, resolved
from client.services.trust_desk import TrustedRow
from client.store.waiting import Waiting

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


class FakeTrustDesk:
    """Attributes: ``offer`` is what any file holds; ``rows`` what is trusted; ``failure`` the next error."""

    def __init__(self) -> None:
        self.offer: tuple[Candidate, ...] = ()
        self.rows: list[TrustedRow] = []
        self.lines: list[TrustEntry] = []
        self.failure: Exception | None = None
        self.states: tuple[RevocationState, ...] = ()
        self.refreshed = 0

    def trusted(self) -> Future[tuple[TrustedRow, ...]]:
        return resolved(tuple(self.rows))

    def record(self) -> tuple[TrustEntry, ...]:
        return tuple(self.lines)

    def read_file(self, path: Path) -> Future[tuple[Candidate, ...]]:
        def read() -> tuple[Candidate, ...]:
            failure, self.failure = self.failure, None
            if failure is not None:
                raise failure
            return self.offer

        return call(read)

    def add_anchor(
        self, offered: Sequence[Candidate], chosen: Candidate, entered: str, note: str
    ) -> Future[int]:
        def add() -> int:
            if compare_fingerprint(entered, chosen.details.sha256) is not FingerprintMatch.EQUAL:
                raise TrustRefused(reason="fingerprint-differs")
            helpers = [one for one in offered if one.role is CertificateRole.INTERMEDIATE]
            for one in (chosen, *helpers):
                self._note(TrustAct.ADD, one, note)
            return len(helpers)

        return call(add)

    def remove(self, sha256: str) -> None:
        found = next((row for row in self.rows if row.certificate.sha256 == sha256), None)
        if found is None:
            raise TrustRefused(reason="not-trusted")
        if found.certificate.origin is TrustOrigin.POLICY:
            raise TrustRefused(reason="policy-anchor")
        self.rows.remove(found)
        self.lines.append(TrustEntry(NOW, "lan", TrustAct.REMOVE, found.certificate))

    def revocation_data(self) -> tuple[RevocationState, ...]:
        return self.states

    def refresh_revocation(self) -> None:
        self.refreshed += 1

    def waiting(self) -> tuple[Waiting, ...]:
        return ()

    def _note(self, act: TrustAct, one: Candidate, note: str) -> None:
        role = one.role or CertificateRole.ANCHOR
        held = TrustedCertificate(one.der, one.details.sha256, role, TrustOrigin.WIZARD, NOW, "lan", note)
        self.rows.append(TrustedRow(held, one.details))
        self.lines.append(TrustEntry(NOW, "lan", act, held))
