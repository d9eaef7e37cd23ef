"""A `VerificationDesk` with sample verdicts, for the fake desk."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from client.model.mailbox import MessageRow
from client.model.outgoing import Draft
from client.model.returning import LetterKind
from client.model.secret import Secret
from client.model.verdict import Display, VerificationReport
from client.services.futures import resolved
from client.services.verdict_desk import CheckingProgress
from client.services.verification_desk import PastResult
from tests.fakes import desk_samples as samples
from tests.fakes.comparison_desk import FakeComparisonDesk

if TYPE_CHECKING:
    from tests.fakes.desk import FakeDesk

_CASES = ("valid", "invalid", "partial", "unknown", "none", "stranger", "no-timestamp", "lost")


class FakeVerdictDesk:
    """``found`` is what is known, by row id."""

    def __init__(self) -> None:
        self.found: dict[int, Display | None] = {}
        self.state = CheckingProgress()

    def words(self, rows: Sequence[MessageRow]) -> dict[int, Display | None]:
        return {row.row_id: self.found[row.row_id] for row in rows if row.row_id in self.found}

    def progress(self) -> CheckingProgress:
        return self.state

    def pause(self, *, paused: bool) -> None:
        self.state = replace(self.state, is_paused=paused)


class FakeVerificationDesk:
    """``verdicts`` are reports by row id; other rows take the samples in turn, newest first."""

    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk
        self.verdicts: dict[int, VerificationReport] = {}
        self.grounds = True
        """Whether a letter can be written."""
        self.past: dict[int, PastResult] = {}
        self.compared = FakeComparisonDesk(desk)
        self.known = FakeVerdictDesk()

    def overview(self) -> FakeVerdictDesk:
        return self.known

    def comparison(self) -> FakeComparisonDesk:
        return self.compared

    def verify(
        self, mailbox_id: int, row_id: int, password: Secret | None = None
    ) -> Future[VerificationReport]:
        rows = self._desk.message_rows[mailbox_id]
        case = _CASES[(max(rows, default=row_id) - row_id) % len(_CASES)]
        row = rows[row_id]
        sample = samples.reports(row.sender_name, row.sender_address)[case]
        report = self.verdicts.get(row_id, sample)
        return self._desk.answer(
            "verify", lambda: report, mailbox_id, row_id, *([password] if password else ())
        )

    def last(self, mailbox_id: int, row_id: int) -> Future[PastResult | None]:
        return resolved(self.past.get(row_id))

    def write_report(
        self, mailbox_id: int, row_id: int, target: Path, language: str, password: Secret | None = None
    ) -> Future[Path]:
        def write() -> Path:
            target.write_bytes(b"%PDF-1.7 sample")
            return target

        return self._desk.answer("write_report", write, mailbox_id, row_id, target, language)

    def letter_draft(
        self, mailbox_id: int, row_id: int, kind: LetterKind, password: Secret | None = None
    ) -> Future[Draft | None]:
        draft = replace(self._desk.new_draft("an"), subject=f"{kind.value} {row_id}")
        found = draft if self.grounds else None
        return self._desk.answer("letter_draft", lambda: found, mailbox_id, row_id, kind)

    def export_evidence(
        self,
        mailbox_id: int,
        row_id: int,
        target: Path,
        password: Secret | None = None,
        *,
        seal: bool = False,
    ) -> Future[Path]:
        sealed = ("sealed",) if seal else ()
        return self._desk.answer("export_evidence", lambda: target, mailbox_id, row_id, target, *sealed)
