"""The real `VerificationDesk`: the workshop judges, the evidence log remembers; see there for each method."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from client import __version__
from client.config.paths import Paths
from client.config.policy import Policy
from client.errors import ClientError
from client.model.account import Account
from client.model.evidence import Entry, Gathered, Receipt, Sent, digest_of
from client.model.outgoing import Draft, OutboxEntry
from client.model.returning import LetterKind, letter_kinds
from client.model.secret import Secret
from client.model.verdict import Indication, VerificationReport
from client.services import evidence_bundle, verification_bench, workshop
from client.services.evidence_bundle import Collected
from client.services.futures import call, in_thread, resolved, then
from client.services.new_draft import new_draft
from client.services.office_comparison import OfficeComparison
from client.services.report_content import ReportFacts
from client.services.requests import LetterOrder, TrustSources, VerifyRequest
from client.services.tasks import Lane
from client.services.verification_desk import PastResult
from client.store.atomic import write_atomically
from client.store.database import Database
from client.store.evidence import EvidenceLog
from client.store.evidence_files import EvidenceFiles
from client.store.reading import MessageReader

T = TypeVar("T")
Judged = Callable[[int, int, Path, str, VerificationReport], None]
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class VerificationSetup:
    """What verifications are made with."""

    paths: Paths
    sources: TrustSources
    policy: Policy
    clock: Callable[[], datetime]
    tsa_urls: tuple[str, ...] = ()
    """Time-stamp authorities that seal what is exported."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the messages of a mailbox's rows are found."""

    body: Callable[[int, int], Future[Path]]
    """The raw message of a mailbox's row as a file, fetched if need be."""
    account: Callable[[int], Account]
    """Whose mailbox it is."""
    reader: Callable[[int], MessageReader]


class OfficeVerification:
    """Lives as long as the office."""

    def __init__(
        self,
        setup: VerificationSetup,
        shelf: Shelf,
        lanes: tuple[Lane, Lane],
        ledger: Database,
    ) -> None:
        """``lanes``: where is read, and where authorities are waited for: a slow one holds up no verdict."""
        self._setup, self._shelf = setup, shelf
        self._lane, self._keys_lane = lanes
        self._log = EvidenceLog(ledger)
        self._files = EvidenceFiles(setup.paths.evidence)
        self._comparison = OfficeComparison(shelf.body, lanes[0])
        self.judged: Judged = lambda *_: None
        """Told of every judgement: mailbox, row, the message's file and its digest, the report."""

    def comparison(self) -> OfficeComparison:
        """See `VerificationDesk.comparison`."""
        return self._comparison

    def verify(
        self, mailbox_id: int, row_id: int, password: Secret | None = None
    ) -> Future[VerificationReport]:
        """See `VerificationDesk.verify`."""

        def keep(path: Path, found: Gathered | VerificationReport) -> VerificationReport:
            if isinstance(found, VerificationReport):
                return found  # the check did not come to its end: there is nothing to keep
            try:
                self._record(path, found, self._receipt(mailbox_id, row_id))
            except ClientError as error:
                # A full disk must not hide a verdict; the export says why there is no evidence.
                _LOG.warning("evidence not kept: %s", error.code)
            self.judged(mailbox_id, row_id, path, found.sha256, found.report)
            return found.report

        return self._judged(mailbox_id, row_id, lambda *found: call(lambda: keep(*found)), password)

    def last(self, mailbox_id: int, row_id: int) -> Future[PastResult | None]:
        """See `VerificationDesk.last`."""

        def look() -> PastResult | None:
            row = self._shelf.reader(mailbox_id).row(row_id)
            if row is None or not row.body_path:
                return None
            path = self._setup.paths.account(self._shelf.account(mailbox_id).account_id) / row.body_path
            if not path.is_file():
                return None
            known = self._log.latest(digest_of(path.read_bytes()))
            if known is None or known.entry.report is None:
                return None
            return PastResult(known.recorded_at, known.entry.report)

        return in_thread(look)

    def export_evidence(
        self,
        mailbox_id: int,
        row_id: int,
        target: Path,
        password: Secret | None = None,
        *,
        seal: bool = False,
    ) -> Future[Path]:
        """See `VerificationDesk.export_evidence`."""

        def collect(path: Path, found: Gathered | VerificationReport) -> Collected:
            if isinstance(found, Gathered):
                self._record(path, found, self._receipt(mailbox_id, row_id))
                self._keep(found, None)  # also where one was lost or spoiled since it was recorded
            raw, now = path.read_bytes(), self._setup.clock()
            return evidence_bundle.collect(
                self._log, self._files, digest_of(raw), raw, software=software(), at=now
            )

        def write(bundle: Collected) -> Future[Path]:
            made = resolved(b"")
            if seal:
                urls = self._setup.tsa_urls
                made = self._keys_lane.submit(verification_bench.seal, bundle.manifest, urls)
            return then(made, lambda der: in_thread(lambda: self._written(target, bundle.packed(der))))

        return self._judged(
            mailbox_id, row_id, lambda *found: then(in_thread(lambda: collect(*found)), write), password
        )

    def write_report(
        self, mailbox_id: int, row_id: int, target: Path, language: str, password: Secret | None = None
    ) -> Future[Path]:
        """See `VerificationDesk.write_report`."""

        def write(path: Path, found: Gathered | VerificationReport) -> Future[Path]:
            report, facts = self._facts(path, found)
            made = self._lane.submit(verification_bench.report, language, target.suffix, report, facts)
            return then(made, lambda content: in_thread(lambda: self._written(target, content)))

        return self._judged(mailbox_id, row_id, write, password)

    def letter_draft(
        self, mailbox_id: int, row_id: int, kind: LetterKind, password: Secret | None = None
    ) -> Future[Draft | None]:
        """See `VerificationDesk.letter_draft`."""
        account = self._shelf.account(mailbox_id)
        order = LetterOrder(kind, account, new_draft(account), self._setup.clock())

        def draft(path: Path, found: Gathered | VerificationReport) -> Future[Draft | None]:
            report = found.report if isinstance(found, Gathered) else found
            if kind not in letter_kinds(report):
                return resolved(None)
            if isinstance(found, Gathered):
                # A letter that nobody could show the ground of is not written.
                self._record(path, found, self._receipt(mailbox_id, row_id))
            return self._lane.submit(verification_bench.letter, path, report, order)

        return self._judged(mailbox_id, row_id, draft, password)

    def noting(
        self, draft: Draft, queued: Future[int], entry: Callable[[int], OutboxEntry | None]
    ) -> Future[int]:
        """The same future, with `note_queued` done before it is."""

        def noted(outbox_id: int) -> int:
            self.note_queued(draft, entry(outbox_id))
            return outbox_id

        return then(queued, lambda outbox_id: call(lambda: noted(outbox_id)))

    def note_queued(self, draft: Draft, entry: OutboxEntry | None) -> None:
        """A letter was handed to the outbox: one that returns or confirms a document is evidence."""
        if entry is None or not draft.about_sha256:
            return
        sent = Sent(entry.message_id, entry.sha256, entry.rcpt_to, draft.return_reason)
        try:
            self._log.record(
                draft.about_sha256,
                Entry(sent=sent),
                software=software(),
                policy=self._setup.policy.version,
                at=self._setup.clock(),
            )
        except ClientError as error:
            # It is on its way whatever becomes of the note.
            _LOG.warning("letter not noted as evidence: %s", error.code)

    def _facts(
        self, path: Path, found: Gathered | VerificationReport
    ) -> tuple[VerificationReport, ReportFacts]:
        raw, policy = path.read_bytes(), self._setup.policy
        report = found.report if isinstance(found, Gathered) else found
        record = found.record if isinstance(found, Gathered) else None
        at = record.basis.at if record is not None else self._setup.clock()
        subjects = (value for name, value in (record.headers if record else ()) if name.lower() == "subject")
        named = f"{policy.id} {policy.version}"
        facts = ReportFacts(digest_of(raw), len(raw), at, software(), named, next(subjects, ""), record)
        return report, facts

    @staticmethod
    def _written(target: Path, content: bytes) -> Path:
        write_atomically(target, content)
        return target

    def _judged(
        self,
        mailbox_id: int,
        row_id: int,
        use: Callable[[Path, Gathered | VerificationReport], Future[T]],
        password: Secret | None = None,
    ) -> Future[T]:
        """The message's file and the verdict of now, handed to ``use``."""

        def judge(path: Path) -> Future[T]:
            request = VerifyRequest(
                path=path,
                sources=self._setup.sources,
                at=self._setup.clock(),
                password=password,
                name=evidence_bundle.MESSAGE,
            )
            found = workshop.judge_and_gather(self._lane, request)
            return then(found, lambda result: use(path, result))

        return then(self._shelf.body(mailbox_id, row_id), judge)

    def _record(self, path: Path, found: Gathered, receipt: Receipt) -> int:
        setup = self._setup
        # An ordinary letter leaves its digest and nothing more: there is no signature to look at again.
        stored = found.report.indication is not Indication.NONE
        record = replace(found.record, receipt=receipt, policy_id=setup.policy.id, stored=stored)
        entry = Entry(report=found.report, record=record)
        known = self._log.known(found.sha256, entry)
        if known is not None:
            return known
        # The files first: a row names nothing that is not there.
        self._keep(found, path if stored else None)
        return self._log.record(
            found.sha256,
            entry,
            software=software(),
            policy=setup.policy.version,
            at=setup.clock(),
        )

    def _keep(self, found: Gathered, message: Path | None) -> None:
        for _, content in found.blobs:
            self._files.put(content)
        if message is not None:
            self._files.put(message.read_bytes())

    def _receipt(self, mailbox_id: int, row_id: int) -> Receipt:
        reader = self._shelf.reader(mailbox_id)
        account = self._shelf.account(mailbox_id)
        row = reader.row(row_id)
        name = next((one.name for one in reader.mailboxes() if one.mailbox_id == mailbox_id), "")
        return Receipt(
            account.identity.address.addr_spec,
            name,
            row.received_at if row is not None else None,
            self._stored_at(account, row.body_path if row is not None else ""),
        )

    def _stored_at(self, account: Account, relative: str) -> datetime | None:
        if not relative:
            return None
        try:
            seconds = (self._setup.paths.account(account.account_id) / relative).stat().st_mtime
        except OSError:
            return None
        return datetime.fromtimestamp(seconds, UTC)


def software() -> str:
    """Name and version, as evidence and reports carry them."""
    return f"Công Thư {__version__}"
