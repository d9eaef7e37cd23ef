"""Judge every signature of a PDF on its own (EN 319 102-1 applied to PAdES)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from asn1crypto import core
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from client.crypto import verdicts
from client.crypto.changes import Changes, Look, review_changes
from client.crypto.examination import single
from client.crypto.keys import Purpose
from client.crypto.pdf_facts import facts_of, grants_rights_alone
from client.crypto.pdf_files import HEADER_WITHIN, PDF_ERRORS, OpenedPdf, open_pdf
from client.crypto.pdf_signatures import MOST_SIGNATURES, SIGNATURE_ERRORS, not_judged, sorted_out
from client.crypto.revisions import RevisionSteps, comparable, remember_introductions
from client.crypto.revocation import Pool
from client.crypto.signature_fields import SignatureField, signature_fields
from client.crypto.signed_data import Examination, Task, examine, judge_timestamp
from client.crypto.verdicts import Judgement
from client.errors import DocumentEncrypted, MalformedDocument
from client.model.secret import Secret
from client.model.trust import VerificationDemand
from client.model.verdict import (
    Coverage,
    Indication,
    Reason,
    SignatureFormat,
    SignatureVerdict,
    SubIndication,
    VerificationReport,
    worst_of,
)

_DOUBTFUL = (Indication.INDETERMINATE,)
_SUBFILTERS = frozenset({"/ETSI.CAdES.detached", "/adbe.pkcs7.detached"})
_COVERAGE_BADNESS = (
    Coverage.NONE,
    Coverage.WHOLE,
    Coverage.WHOLE_WITH_LATER_UPDATES,
    Coverage.PARTIAL,
    Coverage.UNCLEAR,
    Coverage.CHANGED_AFTER_SIGNING,
)


@dataclass(frozen=True)
class _Document:
    pdf: bytes
    opened: OpenedPdf
    demand: VerificationDemand
    pool: Pool
    has_dss: bool
    steps: RevisionSteps | None
    look: Look | None
    facts: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class _Proof:
    """A trusted document time-stamp: all revisions up to ``revision`` existed at ``time``."""

    revision: int
    time: datetime


def verify_pdf(
    pdf: bytes,
    demand: VerificationDemand,
    *,
    name: str = "",
    password: Secret | None = None,
    draw: bool = True,
) -> VerificationReport:
    """Judge all signatures; never raises, and never calls "no signature" what it cannot read.

    With ``draw`` the pages that later updates touched are drawn and compared with the signed ones.
    """
    look = Look(password) if draw else None
    try:
        report = _verify(pdf, demand, name, password, look)
        start = pdf.find(b"%PDF-", 0, HEADER_WITHIN)
        if start > 0 and not _told_apart(report):
            # What was put before a finished file moved every offset; readers count from the header then.
            inner = _verify(pdf[start:], demand, name, password, look)
            if _told_apart(inner):
                report = replace(inner, reasons=(Reason.LEADING_DATA, *inner.reasons))
        return report
    except Exception:  # noqa: BLE001 - the parser lets any built-in error through; the sender chose the bytes
        return _inconclusive(name, Reason.CHECK_NOT_RUN, unreadable=False)


def _told_apart(report: VerificationReport) -> bool:
    """Whether the file could be read and every signature's bytes are where it says."""
    return not report.unreadable and all(
        one.signer is not None and one.sub_indication is not SubIndication.HASH_FAILURE
        for one in report.signatures
    )


def _verify(
    pdf: bytes, demand: VerificationDemand, name: str, password: Secret | None, look: Look | None
) -> VerificationReport:
    try:
        opened = open_pdf(pdf, name, password)
        fields = signature_fields(opened.reader)
    except DocumentEncrypted:
        return _inconclusive(name, Reason.DOCUMENT_ENCRYPTED, unreadable=False)
    except (MalformedDocument, *PDF_ERRORS):
        return _inconclusive(name, Reason.FILE_UNREADABLE, unreadable=True)
    facts = facts_of(opened, pdf, fields)
    filled = [field for field in fields if field.is_filled]
    if not filled:
        # A signature whose field was taken away is a signature that cannot be judged.
        if b"/ByteRange" in pdf and not grants_rights_alone(opened, pdf):
            return _inconclusive(name, Reason.SIGNATURE_UNREADABLE, unreadable=False)
        return VerificationReport(name, Indication.NONE, reasons=facts)
    pool, has_dss = _collect_evidence(opened, demand)
    remember_introductions(opened.reader)
    # With too many, the report cannot be good any more; reading them all to compare them helps nobody.
    few = len(filled) <= MOST_SIGNATURES and comparable(opened.reader)
    steps = RevisionSteps() if few else None
    return _judge_all(_Document(pdf, opened, demand, pool, has_dss, steps, look, facts), filled, name)


def _judge_all(document: _Document, fields: list[SignatureField], name: str) -> VerificationReport:
    signatures, stamps, unjudged = sorted_out(document.opened.reader, fields)
    proofs = _archive_proofs(document, stamps)
    found = [replace(_judge(document, one, proofs), order=at) for at, one in enumerate(signatures, 1)]
    found += unjudged
    times = tuple(proof.time for proof in proofs)
    doubts = _stamp_doubts(document, stamps, proofs, signatures)
    reasons = (*doubts, *document.facts)
    if not found:
        # Document time-stamps alone: somebody's clock, nobody's signature.
        indication = Indication.INDETERMINATE if doubts else Indication.NONE
        alone = (*doubts, Reason.TIMESTAMP_ALONE, *document.facts)
        return VerificationReport(name, indication, reasons=alone, document_timestamps=times)
    coverage = max((verdict.coverage for verdict in found), key=_COVERAGE_BADNESS.index)
    indication = worst_of([*(verdict.indication for verdict in found), *(_DOUBTFUL if doubts else ())])
    return VerificationReport(
        name, indication, coverage, tuple(found), reasons=reasons, document_timestamps=times
    )


def _judge(
    document: _Document, embedded: EmbeddedPdfSignature, proofs: tuple[_Proof, ...]
) -> SignatureVerdict:
    where = str(embedded.field_name)
    try:
        proven = [proof.time for proof in proofs if proof.revision > embedded.signed_revision]
        task = Task(
            document.demand,
            Purpose.DOCUMENT,
            document.pool,
            min(proven, default=None),
            _stated_time(embedded),
        )
        examination = _examine(embedded, task)
        changes = review_changes(embedded, document.pdf, document.steps, document.look)
        level = _level(document, examination, archived=bool(proven))
    except SIGNATURE_ERRORS:
        return not_judged(where, verdicts.UNREADABLE)
    return _merge(examination, changes, where, level)


def _stated_time(embedded: EmbeddedPdfSignature) -> datetime | None:
    """The /M entry (ISO 32000-1 table 252); a broken one is as good as none."""
    try:
        return embedded.self_reported_timestamp
    except SIGNATURE_ERRORS:
        return None


def _examine(embedded: EmbeddedPdfSignature, task: Task) -> Examination:
    subfilter = str(embedded.sig_object.get("/SubFilter", ""))
    if subfilter not in _SUBFILTERS:
        # adbe.pkcs7.sha1 and adbe.x509.rsa_sha1 rest on SHA-1; nothing else is defined.
        judgement = verdicts.WEAK if "sha1" in subfilter else verdicts.UNREADABLE
        return single(judgement)
    if embedded.signed_data["encap_content_info"]["content"] is not core.VOID:
        return single(verdicts.MALFORMED)
    return examine(embedded.signed_data, embedded.signer_info, embedded.compute_digest, task)


def _merge(examination: Examination, changes: Changes, where: str, level: str) -> SignatureVerdict:
    problem = _worse(examination, changes.problem)
    # What became of the file is told whatever else is wrong with the signature.
    first = (changes.problem.reason,) if changes.problem is not None else ()
    if examination.indication is Indication.TOTAL_FAILED:
        first = (*examination.reasons[:1], *first)
    return SignatureVerdict(
        format=SignatureFormat.PADES,
        indication=problem.indication if problem is not None else examination.indication,
        sub_indication=problem.sub_indication if problem is not None else examination.sub_indication,
        level=level,
        where=where,
        signer=examination.signer,
        claimed_time=examination.claimed_time,
        timestamp_time=examination.timestamp_time,
        revocation=examination.revocation,
        coverage=changes.coverage,
        changes_after_signing=changes.names,
        changed_places=changes.places,
        changed_fields=changes.fields,
        revision_bytes=changes.revision_bytes,
        reasons=tuple(dict.fromkeys((*first, *examination.reasons, *changes.reasons))),
    )


def _worse(examination: Examination, problem: Judgement | None) -> Judgement | None:
    """The problem, where it outweighs what the examination found."""
    if problem is None or examination.indication is Indication.TOTAL_FAILED:
        return None
    if worst_of((examination.indication, problem.indication)) is examination.indication:
        return None if examination.indication is not Indication.TOTAL_PASSED else problem
    return problem


def _archive_proofs(document: _Document, stamps: list[EmbeddedPdfSignature]) -> tuple[_Proof, ...]:
    """Walk the document time-stamps from the newest: each vouches for what lies before it."""
    proofs: list[_Proof] = []
    for embedded in sorted(stamps, key=lambda stamp: int(stamp.signed_revision), reverse=True):
        try:
            changes = review_changes(embedded, document.pdf, document.steps)
            earlier = proofs[-1].time if proofs else None
            task = Task(document.demand, Purpose.TIMESTAMP, document.pool, earlier)
            time, _ = judge_timestamp(embedded.signed_data, embedded.compute_digest, task)
        except SIGNATURE_ERRORS:
            continue
        if time is not None and changes.problem is None:
            proofs.append(_Proof(int(embedded.signed_revision), time))
    return tuple(proofs)


def _stamp_doubts(
    document: _Document,
    stamps: list[EmbeddedPdfSignature],
    proofs: tuple[_Proof, ...],
    signatures: list[EmbeddedPdfSignature],
) -> tuple[Reason, ...]:
    """A signature holds for what its signer saw, yet the file may show a time-stamp that does not."""
    last = max((int(signature.signed_revision) for signature in signatures), default=-1)
    try:
        # Without any signature the stamp itself is what the file claims.
        earlier = [stamp for stamp in stamps if not signatures or int(stamp.signed_revision) < last]
        reviews = [review_changes(stamp, document.pdf, document.steps) for stamp in earlier]
        problems = {review.problem.reason for review in reviews if review.problem is not None}
        if problems:
            only_unknown = problems == {Reason.CHECK_NOT_RUN}
            return (Reason.CHECK_NOT_RUN if only_unknown else Reason.TIMESTAMP_INVALID,)
    except SIGNATURE_ERRORS:
        return (Reason.TIMESTAMP_INVALID,)
    return (Reason.TIMESTAMP_UNTRUSTED,) if stamps and not proofs and not signatures else ()


def _level(document: _Document, examination: Examination, *, archived: bool) -> str:
    if examination.signer is None:
        return ""
    if archived and document.has_dss:
        return "B-LTA"
    if not examination.timestamped:
        return "B-B"
    return "B-LT" if document.has_dss else "B-T"


def _collect_evidence(opened: OpenedPdf, demand: VerificationDemand) -> tuple[Pool, bool]:
    """Revocation data of the demand and of the document's own security store."""
    crls, answers = list(demand.trust.crls), list(demand.trust.ocsp_responses)
    try:
        store = DocumentSecurityStore.read_dss(opened.reader)
        crls += [reference.get_object().data for reference in store.crls]
        answers += [reference.get_object().data for reference in store.ocsps]
    except (NoDSSFoundError, *SIGNATURE_ERRORS):
        return Pool(tuple(crls), tuple(answers)), False
    return Pool(tuple(crls), tuple(answers)), True


def _inconclusive(name: str, reason: Reason, *, unreadable: bool) -> VerificationReport:
    return VerificationReport(
        name, Indication.INDETERMINATE, Coverage.UNCLEAR, reasons=(reason,), unreadable=unreadable
    )
