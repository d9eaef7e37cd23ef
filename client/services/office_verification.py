"""The real `VerificationDesk`: the workshop judges, the ledger remembers; see there for each method."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from client import __version__
from client.model.verdict import VerificationReport
from client.services import workshop
from client.services.futures import call, then
from client.services.requests import TrustSources, VerifyRequest
from client.services.tasks import Lane
from client.store.evidence import EvidenceLog


@dataclass(frozen=True, slots=True)
class VerificationSetup:
    """What verifications are made with."""

    sources: TrustSources
    clock: Callable[[], datetime]
    policy_version: str
    body: Callable[[int, int], Future[Path]]
    """The raw message of a mailbox's row as a file, fetched if need be."""


class OfficeVerification:
    """Lives as long as the office."""

    def __init__(self, setup: VerificationSetup, lane: Lane, evidence: EvidenceLog) -> None:
        self._setup, self._lane, self._evidence = setup, lane, evidence

    def verify(self, mailbox_id: int, row_id: int) -> Future[VerificationReport]:
        """See `VerificationDesk.verify`."""
        return then(self._setup.body(mailbox_id, row_id), self._judge)

    def _judge(self, path: Path) -> Future[VerificationReport]:
        now = self._setup.clock()
        request = VerifyRequest(path=path, sources=self._setup.sources, at=now)
        answer = workshop.judge(self._lane, request)
        return then(answer, lambda report: call(lambda: self._recorded(path, report, now)))

    def _recorded(self, path: Path, report: VerificationReport, now: datetime) -> VerificationReport:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        known = self._evidence.latest(digest)
        if known is None or known.report != report:
            self._evidence.record(
                digest, report, software=__version__, policy=self._setup.policy_version, at=now
            )
        return report
