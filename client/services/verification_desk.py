"""What the window asks about signatures that came in: part of `client.services.desk`.

Everything that takes time answers with a ``Future`` and fails with a `client.errors.ClientError`.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from client.model.outgoing import Draft
from client.model.returning import LetterKind
from client.model.secret import Secret
from client.model.verdict import VerificationReport
from client.services.comparison_desk import ComparisonDesk
from client.services.verdict_desk import VerdictDesk


@dataclass(frozen=True, slots=True)
class PastResult:
    """What an earlier verification found; never shown as if it were of now."""

    at: datetime
    report: VerificationReport


class VerificationDesk(Protocol):
    """Messages are named by their mailbox and row, as everywhere in `MailDesk`."""

    def verify(
        self, mailbox_id: int, row_id: int, password: Secret | None = None
    ) -> Future[VerificationReport]:
        """Judge the message and its documents now; also a dead workshop yields a report.

        ``password`` opens encrypted PDFs that are attached.

        What the verdict rests on goes into the evidence log, unless it is there already.
        """

    def last(self, mailbox_id: int, row_id: int) -> Future[PastResult | None]:
        """The newest recorded verdict on a message that is on this computer; None without one."""

    def write_report(
        self, mailbox_id: int, row_id: int, target: Path, language: str, password: Secret | None = None
    ) -> Future[Path]:
        """Verify now and write the result for people to keep: PDF, or HTML, by the name's ending."""

    def letter_draft(
        self, mailbox_id: int, row_id: int, kind: LetterKind, password: Secret | None = None
    ) -> Future[Draft | None]:
        """Verify now and draft the letter to the sender; None where the result gives no ground for it.

        A return needs a ground (`client.model.returning.return_reason`), a receipt a VALID result.
        When the letter is queued that is recorded with the evidence on the message.
        """

    def export_evidence(
        self,
        mailbox_id: int,
        row_id: int,
        target: Path,
        password: Secret | None = None,
        *,
        seal: bool = False,
    ) -> Future[Path]:
        """Verify now, then write the evidence on the message as a ZIP.

        ``seal`` puts a time-stamp over it, which shows as well if the whole was written anew later;
        `TimestampUnavailable` writes nothing.
        """

    def overview(self) -> VerdictDesk:
        """What is known of messages without opening them."""

    def comparison(self) -> ComparisonDesk:
        """Signed documents beside what became of them."""
