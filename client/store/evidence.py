"""What was verified, on what, and what was answered: an append-only, hash-chained log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from client.model.evidence import Entry, row_hash
from client.model.verdict import VerificationReport
from client.store.database import Database
from client.store.times import from_text, to_text

_COLUMNS = "evidence_id, recorded_at, subject_sha256, report, software, policy, previous_hash, row_hash"


Hashed = tuple[int, str, str, str, str, str, str]
"""The fields that make a row's hash, exactly as they did; the last is the hash of the row before."""


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One row as it stands in the log."""

    evidence_id: int
    recorded_at: datetime
    subject_sha256: str
    entry: Entry
    software: str
    policy: str
    hashed: Hashed
    row_hash: str


class EvidenceLog:
    """Each row's hash covers the row before it, so that a change in the file shows (`first_broken`)."""

    def __init__(self, ledger: Database) -> None:
        self._ledger = ledger

    def record(self, subject_sha256: str, entry: Entry, *, software: str, policy: str, at: datetime) -> int:
        """Append an entry about the bytes with that digest; answers with the row's number.

        The same result on the same material is there already: its row's number is the answer.
        """
        with self._ledger.transaction():
            rows = self.rows(subject_sha256)
            known = _verified(rows)
            if known is not None and _same(known.entry, entry):
                return known.evidence_id
            before = rows[-1].row_hash if rows else ""
            text = encode_entry(replace(entry, nth=len(rows) + 1, before=before))
            last = self._last()
            number, previous = (last[0] + 1, last[1]) if last else (1, "")
            fields = (number, to_text(at), subject_sha256, text, software, policy, previous)
            self._ledger.run(
                f"INSERT INTO evidence ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constants only
                (*fields, row_hash(fields)),
            )
        return number

    def known(self, subject_sha256: str, entry: Entry) -> int | None:
        """Number of the row that says the same already; None where `record` would append."""
        newest = self.latest(subject_sha256)
        return newest.evidence_id if newest is not None and _same(newest.entry, entry) else None

    def latest(self, subject_sha256: str) -> EvidenceRow | None:
        """The newest verification of these bytes."""
        return _verified(self.rows(subject_sha256))

    def rows(self, subject_sha256: str) -> tuple[EvidenceRow, ...]:
        """All about these bytes, oldest first."""
        found = self._ledger.rows(
            f"SELECT {_COLUMNS} FROM evidence WHERE subject_sha256 = ? ORDER BY evidence_id",  # noqa: S608 - constants only
            (subject_sha256,),
        )
        return tuple(map(_row, found))

    def subjects(self) -> tuple[EvidenceRow, ...]:
        """The newest row about each subject, newest first."""
        found = self._ledger.rows(
            f"SELECT {_COLUMNS} FROM evidence WHERE evidence_id IN"  # noqa: S608 - constants only
            " (SELECT max(evidence_id) FROM evidence GROUP BY subject_sha256)"
            " ORDER BY evidence_id DESC",
        )
        return tuple(map(_row, found))

    def links(self, first: int, last: int) -> tuple[tuple[int, str], ...]:
        """Number and hash of the rows from ``first`` to ``last``: the chain without what it says."""
        found = self._ledger.rows(
            "SELECT evidence_id, row_hash FROM evidence WHERE evidence_id BETWEEN ? AND ?"
            " ORDER BY evidence_id",
            (first, last),
        )
        return tuple((int(number), str(hashed)) for number, hashed in found)

    def head(self) -> tuple[int, str]:
        """Number and hash of the newest row; (0, "") for an empty log."""
        return self._last() or (0, "")

    def first_broken(self) -> int | None:
        """Number of the first row that does not follow from the one before it; None when all hold."""
        previous, expected = "", 1
        for row in self._ledger.rows(f"SELECT {_COLUMNS} FROM evidence ORDER BY evidence_id"):  # noqa: S608 - constants only
            if row[0] != expected or row[6] != previous or row_hash(row[:7]) != row[7]:
                return int(row[0])
            previous, expected = row[7], expected + 1
        return None

    def _last(self) -> tuple[int, str] | None:
        row = self._ledger.row("SELECT evidence_id, row_hash FROM evidence ORDER BY evidence_id DESC LIMIT 1")
        return (int(row[0]), str(row[1])) if row else None


def encode_entry(entry: Entry) -> str:
    """An entry as it is stored and hashed."""
    return msgspec.json.encode(entry).decode()


def decode_entry(text: str) -> Entry:
    """What `encode_entry` made, and the bare reports that were stored before there were entries.

    Raises `msgspec.MsgspecError` for anything else.
    """
    if "indication" in msgspec.json.decode(text, type=dict[str, msgspec.Raw]):
        return Entry(report=msgspec.json.decode(text, type=VerificationReport))
    return msgspec.json.decode(text, type=Entry)


def _row(row: Sequence[Any]) -> EvidenceRow:
    hashed: Hashed = (row[0], row[1], row[2], row[3], row[4], row[5], row[6])
    return EvidenceRow(
        row[0], from_text(row[1]), row[2], decode_entry(row[3]), row[4], row[5], hashed, row[7]
    )


def _verified(rows: Sequence[EvidenceRow]) -> EvidenceRow | None:
    return next((row for row in reversed(rows) if row.entry.report is not None), None)


def _same(known: Entry, entry: Entry) -> bool:
    if entry.report is None or known.report != entry.report:
        return False
    if known.record is None or entry.record is None:
        return entry.record is None
    return known.record.basis.digests() == entry.record.basis.digests()
