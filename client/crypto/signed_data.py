"""Examine one signer of a CMS SignedData (RFC 5652): integrity, algorithms, time, path, usage."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from asn1crypto import cms, core, x509

from client.crypto import cms_attributes as attribute
from client.crypto import verdicts
from client.crypto.cades_levels import between, embedded_certificates, notes
from client.crypto.certificates import describe
from client.crypto.examination import UNREADABLE_ERRORS, Digest, Examination, Task, single
from client.crypto.integrity import Uncomputable, check_integrity, is_weak
from client.crypto.keys import Purpose, may_issue, usage_allowed
from client.crypto.revocation import Moments, choose_evidence
from client.crypto.stamps import Times, judge_token, read_times
from client.crypto.trust import find_path
from client.crypto.verdicts import Judgement
from client.model.trust import RevocationDemand
from client.model.verdict import Indication, Reason, RevocationEvidence, SignerInfo

__all__ = [
    "UNREADABLE_ERRORS",
    "Digest",
    "Examination",
    "Task",
    "examine",
    "examine_counter",
    "judge_timestamp",
    "signer_of",
]

CLOCK_SKEW = timedelta(hours=1)
_BEYOND_STAMP = timedelta(minutes=10)
_MOST_CANDIDATES = 5
"""Certificates of one issuer and serial number that are tried; more is nobody's honest file."""


def examine(
    signed_data: cms.SignedData, signer_info: cms.SignerInfo, digest: Digest, task: Task
) -> Examination:
    """Judge one SignerInfo over content with this digest; never raises for what a stranger sent."""
    return _guarded(signed_data, signer_info, digest, task, over_content=True)


def examine_counter(
    signed_data: cms.SignedData, signer_info: cms.SignerInfo, digest: Digest, task: Task
) -> Examination:
    """The same for a counter-signature (RFC 5652 section 11.4); ``digest`` is of the signature it signs."""
    return _guarded(signed_data, signer_info, digest, task, over_content=False)


def judge_timestamp(
    token: cms.SignedData, digest: Digest, task: Task
) -> tuple[datetime | None, Reason | None]:
    """The time of a trusted RFC 3161 token over ``digest``, or the reason why it is none."""
    return judge_token(token, digest, task, examine)


def signer_of(signed_data: cms.SignedData, signer_info: cms.SignerInfo) -> x509.Certificate | None:
    """The certificate a signer names, where the signature carries it; unjudged."""
    found = _signer_certificates(embedded_certificates(signed_data, signer_info), signer_info)
    return found[0] if found else None


def _guarded(
    signed_data: cms.SignedData,
    signer_info: cms.SignerInfo,
    digest: Digest,
    task: Task,
    *,
    over_content: bool,
) -> Examination:
    try:
        return _examine(signed_data, signer_info, digest, task, over_content=over_content)
    except Uncomputable:
        return single(verdicts.UNSUPPORTED)
    except UNREADABLE_ERRORS:
        return single(verdicts.UNREADABLE)
    except Exception:  # noqa: BLE001 - the libraries let any built-in error through; the sender chose the bytes
        return single(verdicts.NOT_RUN)


def _examine(
    signed_data: cms.SignedData,
    signer_info: cms.SignerInfo,
    digest: Digest,
    task: Task,
    *,
    over_content: bool,
) -> Examination:
    claimed = attribute.claimed_time(signer_info) or task.claimed
    content_type = signed_data["encap_content_info"]["content_type"].native if over_content else None
    if content_type == "tst_info" and task.purpose is not Purpose.TIMESTAMP:
        return single(verdicts.ALONE)
    others = embedded_certificates(signed_data, signer_info)
    candidates = _signer_certificates(others, signer_info)
    if not candidates:
        return _result(verdicts.NO_CERTIFICATE, _Facts(claimed=claimed))
    certificate, problem = _first_sound(candidates, signer_info, content_type, digest)
    facts = _Facts(describe(certificate), claimed)
    if problem is not None and problem is not verdicts.CONTRADICTORY:
        # Nobody asks whom to trust now; who is said to have signed is evidence all the same.
        _note(certificate, between(certificate, others), task, task.demand.at)
        return _result(problem, facts)
    times = read_times(signed_data, signer_info, digest, task, examine)
    others = [other for other in between(certificate, others) if other is not certificate]
    untrusted, revocation = _trust(certificate, others, task, times)
    weak = verdicts.WEAK if is_weak(signer_info, certificate) else None
    facts = facts._replace(times=times, revocation=revocation)
    problem = _worst(weak, untrusted, problem, _about_time(facts, task))
    told = (*_warnings(facts, task), *notes(signer_info))
    return _result(problem, facts, told)


def _worst(*problems: Judgement | None) -> Judgement | None:
    """What failed before what is undecided; among equals the first."""
    found = [one for one in problems if one is not None]
    failed = (one for one in found if one.indication is Indication.TOTAL_FAILED)
    return next(failed, found[0] if found else None)


class _Facts(NamedTuple):
    """What is known of a signer beside the judgement."""

    signer: SignerInfo | None = None
    claimed: datetime | None = None
    times: Times = Times()
    revocation: RevocationEvidence = RevocationEvidence("none")


def _result(problem: Judgement | None, facts: _Facts, told: tuple[Reason, ...] = ()) -> Examination:
    first = (problem.reason,) if problem is not None else ()
    return Examination(
        problem.indication if problem is not None else Indication.TOTAL_PASSED,
        problem.sub_indication if problem is not None else None,
        tuple(dict.fromkeys((*first, *told))),
        facts.signer,
        facts.claimed,
        facts.times.signature.time,
        timestamped=facts.times.signature.present,
        revocation=facts.revocation,
    )


def _about_time(facts: _Facts, task: Task) -> Judgement | None:
    """What the times say against each other; the certificate's own validity is judged with its path."""
    times, signer = facts.times, facts.signer
    ends = signer.not_after if signer is not None else None
    if times.content.time is not None and ends is not None and times.content.time > ends:
        return verdicts.PROVEN_LATE
    if facts.claimed is not None and facts.claimed > task.demand.at + CLOCK_SKEW:
        return verdicts.FROM_THE_FUTURE
    if Reason.TIMESTAMP_INVALID in times.reasons:
        return verdicts.BAD_TIMESTAMP
    return None if times.in_order else verdicts.OUT_OF_ORDER


def _warnings(facts: _Facts, task: Task) -> tuple[Reason, ...]:
    times = facts.times
    found: list[Reason] = []
    proven = task.proven is not None or times.archive.time is not None
    if task.purpose is Purpose.DOCUMENT and not times.signature.present and not proven:
        found.append(Reason.TIMESTAMP_MISSING)
    found += times.reasons
    stamped = times.signature.time
    if facts.claimed is not None and stamped is not None and facts.claimed > stamped + _BEYOND_STAMP:
        found.append(Reason.CLAIMED_TIME_DOUBTFUL)
    if task.demand.revocation is RevocationDemand.IGNORE:
        found.append(Reason.REVOCATION_NOT_CHECKED)
    return tuple(found)


def _trust(
    certificate: x509.Certificate,
    others: list[x509.Certificate],
    task: Task,
    times: Times,
) -> tuple[Judgement | None, RevocationEvidence]:
    at = task.demand.at
    known = [moment for moment in (times.proven, task.proven) if moment is not None]
    proven = min([at, *known])
    archived = task.proven is not None or times.archive.time is not None
    moments = Moments(at, proven, archived=archived)
    evidence = choose_evidence(certificate, task.pool, moments, task.demand.revocation)
    _note(certificate, others, task, proven)
    error = find_path(
        certificate, others, task.demand.trust, evidence, proven, lambda one: may_issue(one, task.purpose)
    )
    if isinstance(error, Judgement):
        return error, evidence.best
    if error is not None:
        return verdicts.of_path_error(error, proven=bool(known), stale=evidence.stale), evidence.best
    if not usage_allowed(certificate, task.purpose):
        return verdicts.WRONG_USAGE, evidence.best
    return None, evidence.best


def _note(
    certificate: x509.Certificate, others: list[x509.Certificate], task: Task, moment: datetime
) -> None:
    if task.demand.notes is not None:
        of_authority = task.purpose is Purpose.TIMESTAMP
        task.demand.notes.path_sought(certificate, others, task.pool, moment, of_authority=of_authority)


def _signer_certificates(
    embedded: list[x509.Certificate], signer_info: cms.SignerInfo
) -> list[x509.Certificate]:
    """Every certificate the signer's identifier fits (RFC 5652 section 5.3), those it refers to first.

    Issuer and serial number, or a key identifier, can be had for the asking by who writes the file.
    """
    identifier = signer_info["sid"]
    fitting = [one for one in embedded if _fits(one, identifier)]
    if len(fitting) < 2:
        return fitting
    attributes = signer_info["signed_attrs"]
    named = attributes is not core.VOID and attribute.names_certificate(attributes)
    chosen = [one for one in fitting if attribute.refers_to(attributes, one)] if named else []
    return (chosen or fitting)[:_MOST_CANDIDATES]


def _fits(certificate: x509.Certificate, identifier: cms.SignerIdentifier) -> bool:
    if identifier.name == "issuer_and_serial_number":
        wanted = identifier.chosen
        same: bool = (
            certificate.serial_number == wanted["serial_number"].native
            and certificate.issuer == wanted["issuer"]
        )
        return same
    return bool(certificate.key_identifier == identifier.chosen.native)


def _first_sound(
    candidates: list[x509.Certificate], signer_info: cms.SignerInfo, content_type: str | None, digest: Digest
) -> tuple[x509.Certificate, Judgement | None]:
    """The certificate whose key made the signature, else the first with what is wrong."""
    judged = []
    for certificate in candidates:
        problem = check_integrity(signer_info, certificate, content_type, digest)
        if problem is None:
            return certificate, None
        judged.append((certificate, problem))
    return judged[0]
