"""The real `VerificationDesk`: the workshop judges, the evidence log remembers; see there for each method."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from client.errors import ClientError
from client.model.at_rest import Readable
from client.model.evidence import Entry, Gathered, Receipt, Sent, digest_of
from client.model.known_verdict import Ground, gist
from client.model.outgoing import Draft, OutboxEntry
from client.model.returning import LetterKind, letter_kinds
from client.model.secret import Secret
from client.model.verdict import Indication, VerificationReport
from client.services import evidence_bundle, verification_bench, workshop
from client.services.check_orders import ReadingOrder
from client.services.checking_behind import judge_behind
from client.services.engine_link import EngineLink
from client.services.evidence_bundle import Collected
from client.services.futures import call, in_thread, resolved, then
from client.services.new_draft import new_draft
from client.services.office_comparison import OfficeComparison
from client.services.report_content import ReportFacts
from client.services.requests import LetterOrder, VerifyRequest
from client.services.tasks import EndableLane, Lane
from client.services.verdict_book import VerdictBook
from client.services.verdict_ground import GroundKeeper
from client.services.verdicts_behind import BehindWork, VerdictsBehind
from client.services.verification_desk import PastResult
from client.services.verification_setup import Shelf, VerificationSetup, receipt_of, software
from client.store.atomic import write_atomically
from client.store.database import Database
from client.store.evidence import EvidenceLog
from client.store.evidence_files import EvidenceFiles
from client.store.operations import Operations
from client.store.signable import SignableReader
from client.store.verdicts import Verdicts

T = TypeVar("T")
Judged = Callable[[tuple[int, int], Readable, Gathered, bool], None]
_LOG = logging.getLogger(__name__)


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
        self._files = EvidenceFiles(setup.paths.evidence, setup.at_rest)
        self._comparison = OfficeComparison(shelf.body, lanes[0])
        self.judged: Judged = lambda *_: None
        """Told of every judgement: mailbox and row, the message's file, and whether nobody asked for it."""
        named = f"{setup.policy.id} {setup.policy.version}"
        self._book = VerdictBook(
            Verdicts(setup.paths.verdicts, setup.at_rest),
            GroundKeeper(setup.sources, software(), named),
            setup.clock,
        )
        self._behind = VerdictsBehind(self._book, self._judge_behind, self._keep_behind, setup.clock)

    def comparison(self) -> OfficeComparison:
        """See `VerificationDesk.comparison`."""
        return self._comparison

    def verify(
        self, mailbox_id: int, row_id: int, password: Secret | None = None
    ) -> Future[VerificationReport]:
        """See `VerificationDesk.verify`."""

        ground = self._book.ground.peek()

        def keep(path: Readable, found: Gathered | VerificationReport) -> VerificationReport:
            if isinstance(found, VerificationReport):
                return found  # the check did not come to its end: there is nothing to keep
            self._kept((mailbox_id, row_id), path, found, ground)
            return found.report

        return self._judged(mailbox_id, row_id, lambda *found: call(lambda: keep(*found)), password)

    def overview(self) -> VerdictsBehind:
        """See `VerificationDesk.overview`."""
        return self._behind

    def last(self, mailbox_id: int, row_id: int) -> Future[PastResult | None]:
        """See `VerificationDesk.last`."""

        def look() -> PastResult | None:
            row = self._shelf.reader(mailbox_id).row(row_id)
            if row is None or not row.body_path:
                return None
            file = self._setup.file_of(self._shelf.account(mailbox_id).account_id, row.body_path)
            if not file.is_file():
                return None
            known = self._log.latest(digest_of(file.read_bytes()))
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

        def collect(path: Readable, found: Gathered | VerificationReport) -> Collected:
            if isinstance(found, Gathered):
                self._record(path, found, receipt_of(self._setup, self._shelf, (mailbox_id, row_id)))
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

        def write(path: Readable, found: Gathered | VerificationReport) -> Future[Path]:
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

        def draft(path: Readable, found: Gathered | VerificationReport) -> Future[Draft | None]:
            report = found.report if isinstance(found, Gathered) else found
            if kind not in letter_kinds(report):
                return resolved(None)
            if isinstance(found, Gathered):
                # A letter that nobody could show the ground of is not written.
                self._record(path, found, receipt_of(self._setup, self._shelf, (mailbox_id, row_id)))
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
        self, path: Readable, found: Gathered | VerificationReport
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
        use: Callable[[Readable, Gathered | VerificationReport], Future[T]],
        password: Secret | None = None,
    ) -> Future[T]:
        """The message's file and the verdict of now, handed to ``use``."""

        def judge(path: Readable) -> Future[T]:
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

    def begin_behind(
        self,
        operations: Mapping[str, Operations],
        engine: EngineLink,
        make_lane: Callable[[], EndableLane] | None,
    ) -> None:
        """Verify in the background what there is of the accounts in ``operations``."""
        if make_lane is None:
            return
        folder, at_rest = self._setup.paths.account, self._setup.at_rest
        readers = {
            one: SignableReader(folder(one) / "cache.db", one, operations[one], at_rest) for one in operations
        }
        engine.subscribe(self._behind.listen)
        self._behind.begin(BehindWork(readers, self._setup.file_of, make_lane, engine.tell))

    def _kept(
        self, place: tuple[int, int], path: Readable, found: Gathered, ground: Ground, *, behind: bool = False
    ) -> None:
        try:
            if not behind or self._is_news(found):
                self._record(path, found, receipt_of(self._setup, self._shelf, place))
        except ClientError as error:
            # A full disk must not hide a verdict; the export says why there is no evidence.
            _LOG.warning("evidence not kept: %s", error.code)
        self._book.note(found, ground)
        self.judged(place, path, found, behind)

    def _keep_behind(self, place: tuple[int, int], path: Readable, found: Gathered, ground: Ground) -> None:
        self._kept(place, path, found, ground, behind=True)

    def _is_news(self, found: Gathered) -> bool:
        """Whether a verification nobody asked for belongs into the log.

        One with no signature does not, nor the same result on newer lists: each list that comes in
        would write a row about every letter there is.
        """
        if found.report.indication is Indication.NONE:
            return False
        known = self._log.latest(found.sha256)
        before = known.entry.report if known is not None else None
        return before is None or gist(before) != gist(found.report)

    def _judge_behind(
        self, lane: EndableLane, place: tuple[int, int], path: Readable
    ) -> Future[Gathered | None]:
        setup, now = self._setup, self._setup.clock()
        row = self._shelf.reader(place[0]).row(place[1])
        request = VerifyRequest(path, setup.sources, now, name=evidence_bundle.MESSAGE)
        order = ReadingOrder(
            path, setup.policy, setup.sources, now, row.received_at if row is not None else None
        )
        return lane.submit(judge_behind, request, order)

    def _record(self, path: Readable, found: Gathered, receipt: Receipt) -> int:
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

    def _keep(self, found: Gathered, message: Readable | None) -> None:
        for _, content in found.blobs:
            self._files.put(content)
        if message is not None:
            self._files.put(message.read_bytes())
