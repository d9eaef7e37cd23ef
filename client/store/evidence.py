"""What was verified, when and with what result: an append-only, hash-chained log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from client.model.verdict import VerificationReport
from client.store.database import Database
from client.store.times import from_text, to_text

_COLUMNS = "evidence_id, recorded_at, subject_sha256, report, software, policy, previous_hash, row_hash"


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One verification as it was recorded."""

    evidence_id: int
    recorded_at: datetime
    subject_sha256: str
    report: VerificationReport
    software: str
    policy: str


class EvidenceLog:
    """Each row's hash covers the row before it, so that a change in the file shows (`first_broken`)."""

    def __init__(self, ledger: Database) -> None:
        self._ledger = ledger

    def record(
        self, subject_sha256: str, report: VerificationReport, *, software: str, policy: str, at: datetime
    ) -> int:
        """Append a result on the bytes with that digest; answers with the row's number."""
        text = msgspec.json.encode(report).decode()
        with self._ledger.transaction():
            last = self._ledger.row(
                "SELECT evidence_id, row_hash FROM evidence ORDER BY evidence_id DESC LIMIT 1"
            )
            number, previous = (last[0] + 1, last[1]) if last else (1, "")
            fields = (number, to_text(at), subject_sha256, text, software, policy, previous)
            self._ledger.run(
                f"INSERT INTO evidence ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constants only
                (*fields, _hash(fields)),
            )
        return number

    def latest(self, subject_sha256: str) -> EvidenceRow | None:
        """The newest result on these bytes."""
        row = self._ledger.row(
            "SELECT evidence_id, recorded_at, subject_sha256, report, software, policy FROM evidence"
            " WHERE subject_sha256 = ? ORDER BY evidence_id DESC LIMIT 1",
            (subject_sha256,),
        )
        if row is None:
            return None
        report = msgspec.json.decode(row[3], type=VerificationReport)
        return EvidenceRow(row[0], from_text(row[1]), row[2], report, row[4], row[5])

    def first_broken(self) -> int | None:
        """Number of the first row that does not follow from the one before it; None when all hold."""
        previous, expected = "", 1
        for row in self._ledger.rows(f"SELECT {_COLUMNS} FROM evidence ORDER BY evidence_id"):  # noqa: S608 - constants only
            if row[0] != expected or row[6] != previous or _hash(row[:7]) != row[7]:
                return int(row[0])
            previous, expected = row[7], expected + 1
        return None


def _hash(fields: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(list(fields), ensure_ascii=True).encode()).hexdigest()
