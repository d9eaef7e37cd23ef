"""Examine one signer of a CMS SignedData (RFC 5652): integrity, algorithms, time, path, usage."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice

from asn1crypto import cms, core, tsp, x509
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import (
    extract_self_reported_ts,
    extract_tst_data_iter,
    validate_sig_integrity,
)
from pyhanko_certvalidator.policy_decl import DisallowWeakAlgorithmsPolicy

from client.crypto import verdicts
from client.crypto.certificates import describe
from client.crypto.keys import Purpose, usage_allowed
from client.crypto.revocation import Moments, Pool, choose_evidence
from client.crypto.trust import find_path
from client.crypto.verdicts import Judgement
from client.model.trust import RevocationDemand, VerificationDemand
from client.model.verdict import Indication, Reason, RevocationEvidence, SignerInfo, SubIndication

Digest = Callable[[str], bytes]
"""The digest of the signed content under a hash algorithm's name (``sha256``)."""

UNREADABLE_ERRORS = (ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError)
"""What asn1crypto and pyHanko raise for crafted or broken CMS, besides their own errors."""

CLOCK_SKEW = timedelta(hours=1)
_TIMESTAMP_SKEW = timedelta(minutes=10)
_WEAK_HASHES = frozenset({"md2", "md4", "md5", "sha1"})
_HASHES = _WEAK_HASHES | {"sha224", "sha256", "sha384", "sha512", "shake256", "shake256_len"}
_SIGNATURES = frozenset({"rsassa_pkcs1v15", "rsassa_pss", "dsa", "ecdsa", "ed25519", "ed448"})
_BOUND_HASH = {"ed25519": "sha512", "ed448": "shake256"}
"""RFC 8419 section 2.3: the message digest these algorithms go with."""
_MAX_STAMPS = 10


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked about a signer."""

    demand: VerificationDemand
    purpose: Purpose
    pool: Pool
    proven: datetime | None = None
    """A time before which the signature is already proven to have existed (archive time-stamp)."""
    claimed: datetime | None = None
    """The signing time a PDF states outside the CMS, for want of one inside."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found about one signer."""

    indication: Indication
    sub_indication: SubIndication | None = None
    reasons: tuple[Reason, ...] = ()
    signer: SignerInfo | None = None
    claimed_time: datetime | None = None
    timestamp_time: datetime | None = None
    timestamped: bool = False
    """There is a time-stamp token, trusted or not."""
    revocation: RevocationEvidence = field(default_factory=lambda: RevocationEvidence("none"))


def examine(
    signed_data: cms.SignedData, signer_info: cms.SignerInfo, digest: Digest, task: Task
) -> Examination:
    """Judge one SignerInfo over content with this digest; never raises for what a stranger sent."""
    try:
        return _examine(signed_data, signer_info, digest, task)
    except SignatureValidationError as error:
        return _result(_of_structure(error))
    except UNREADABLE_ERRORS:
        return _result(verdicts.UNREADABLE)


def _examine(
    signed_data: cms.SignedData, signer_info: cms.SignerInfo, digest: Digest, task: Task
) -> Examination:
    certificate, others = _certificates(signed_data, signer_info)
    claimed = _aware(extract_self_reported_ts(signer_info) or task.claimed)
    if certificate is None:
        return _result(verdicts.NO_CERTIFICATE, claimed_time=claimed)
    info = describe(certificate)
    problem = _integrity(signed_data, signer_info, certificate, digest)
    if problem is not None:
        # Nobody asks whom to trust now; who is said to have signed is evidence all the same.
        _note(certificate, others, task, task.demand.at)
        return _result(problem, info, claimed)
    stamp = _signature_timestamp(signer_info, task)
    problem, revocation = _trust(certificate, others, task, stamp.time)
    weak = verdicts.WEAK if _weak(signer_info, certificate) else None
    future = (
        verdicts.FROM_THE_FUTURE if claimed is not None and claimed > task.demand.at + CLOCK_SKEW else None
    )
    broken_stamp = verdicts.BAD_TIMESTAMP if stamp.reason is Reason.TIMESTAMP_INVALID else None
    warnings = _warnings(stamp, task)
    return _result(
        weak or problem or future or broken_stamp,
        info,
        claimed,
        timestamp_time=stamp.time,
        timestamped=stamp.present,
        revocation=revocation,
        warnings=warnings,
    )


def _result(
    problem: Judgement | None,
    signer: SignerInfo | None = None,
    claimed_time: datetime | None = None,
    *,
    timestamp_time: datetime | None = None,
    timestamped: bool = False,
    revocation: RevocationEvidence = RevocationEvidence("none"),  # noqa: B008 - frozen value
    warnings: tuple[Reason, ...] = (),
) -> Examination:
    first = (problem.reason,) if problem is not None else ()
    return Examination(
        problem.indication if problem is not None else Indication.TOTAL_PASSED,
        problem.sub_indication if problem is not None else None,
        tuple(dict.fromkeys((*first, *warnings))),
        signer,
        claimed_time,
        timestamp_time,
        timestamped,
        revocation,
    )


def _warnings(stamp: _Stamp, task: Task) -> tuple[Reason, ...]:
    found: list[Reason] = []
    if task.purpose is Purpose.DOCUMENT and not stamp.present and task.proven is None:
        found.append(Reason.TIMESTAMP_MISSING)
    if stamp.reason is not None:
        found.append(stamp.reason)
    if task.demand.revocation is RevocationDemand.IGNORE:
        found.append(Reason.REVOCATION_NOT_CHECKED)
    return tuple(found)


def _of_structure(error: SignatureValidationError) -> Judgement:
    """pyHanko names the sub-indication itself; ours differ only in the sentence for people."""
    name = getattr(error.ades_subindication, "name", "")
    if name == SubIndication.NO_SIGNING_CERTIFICATE_FOUND.value:
        return verdicts.NO_CERTIFICATE
    if name.startswith(SubIndication.CRYPTO_CONSTRAINTS_FAILURE.value):
        return verdicts.WEAK
    return verdicts.MALFORMED


def _integrity(
    signed_data: cms.SignedData, signer_info: cms.SignerInfo, certificate: x509.Certificate, digest: Digest
) -> Judgement | None:
    algorithm = signer_info["digest_algorithm"]["algorithm"].native
    if not _computable(signer_info):
        return verdicts.UNSUPPORTED
    content_type = signed_data["encap_content_info"]["content_type"].native
    if signer_info["signed_attrs"] is core.VOID and content_type != "data":
        # RFC 5652 section 5.3: anything but plain data needs signed attributes.
        return verdicts.MALFORMED
    intact, sound = validate_sig_integrity(signer_info, certificate, content_type, digest(algorithm))
    if not intact:
        return verdicts.ALTERED
    return None if sound else verdicts.BROKEN


def _computable(signer_info: cms.SignerInfo) -> bool:
    """Whether both algorithms are among those the libraries compute (SHA-3 signatures are not)."""
    algorithm = signer_info["signature_algorithm"]
    if signer_info["digest_algorithm"]["algorithm"].native not in _HASHES:
        return False
    try:
        kind, bound = algorithm.signature_algo, _BOUND_HASH.get(algorithm["algorithm"].native)
        named = bound or _implied_hash(algorithm)
    except UNREADABLE_ERRORS:
        return False
    return kind in _SIGNATURES and (named is None or named in _HASHES)


def _implied_hash(algorithm: cms.SignedDigestAlgorithm) -> str | None:
    """The hash an algorithm names, None where it leaves that to the digest algorithm."""
    if algorithm["algorithm"].native in ("rsassa_pkcs1v15", "dsa", "ecdsa"):
        return None
    named: str = algorithm.hash_algo
    return named


def _weak(signer_info: cms.SignerInfo, certificate: x509.Certificate) -> bool:
    digest = signer_info["digest_algorithm"]["algorithm"].native
    bound = _BOUND_HASH.get(signer_info["signature_algorithm"]["algorithm"].native, digest)
    if digest in _WEAK_HASHES or digest.removesuffix("_len") != bound:
        return True
    policy = DisallowWeakAlgorithmsPolicy()  # type: ignore[no-untyped-call] # pyHanko has no types here
    allowed = policy.signature_algorithm_allowed(
        signer_info["signature_algorithm"], moment=None, public_key=certificate.public_key
    )
    return not allowed


def _trust(
    certificate: x509.Certificate,
    others: list[x509.Certificate],
    task: Task,
    stamped: datetime | None,
) -> tuple[Judgement | None, RevocationEvidence]:
    at = task.demand.at
    known = [moment for moment in (stamped, task.proven) if moment is not None]
    proven = min([at, *known])
    moments = Moments(at, proven, archived=task.proven is not None)
    evidence = choose_evidence(certificate, task.pool, moments, task.demand.revocation)
    _note(certificate, others, task, proven)
    error = find_path(certificate, others, task.demand.trust, evidence, proven)
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


@dataclass(frozen=True, slots=True)
class _Stamp:
    time: datetime | None = None
    reason: Reason | None = None
    present: bool = False


def _signature_timestamp(signer_info: cms.SignerInfo, task: Task) -> _Stamp:
    """The earliest trusted signature time-stamp (EN 319 122-1 section 5.3), else what is wrong."""
    best = _Stamp()
    if task.purpose is Purpose.TIMESTAMP:
        # A token within a token proves nothing here, and a chain of them would never end.
        return best
    for token in islice(extract_tst_data_iter(signer_info, signed=False), _MAX_STAMPS):
        time, reason = judge_timestamp(
            token, lambda name: hashlib.new(name, signer_info["signature"].native).digest(), task
        )
        if time is not None and (best.time is None or time < best.time):
            best = _Stamp(time, None, present=True)
        elif time is None and best.time is None:
            best = _Stamp(None, reason, present=True)
    return best


def judge_timestamp(
    token: cms.SignedData, digest: Digest, task: Task
) -> tuple[datetime | None, Reason | None]:
    """The time of a trusted RFC 3161 token over ``digest``, or the reason why it is none."""
    try:
        encapsulated = token["encap_content_info"]["content"]
        info = encapsulated.parsed
        if not isinstance(info, tsp.TSTInfo):
            return None, Reason.TIMESTAMP_INVALID
        imprint = info["message_imprint"]
        algorithm = imprint["hash_algorithm"]["algorithm"].native
        if digest(algorithm) != imprint["hashed_message"].native or len(token["signer_infos"]) != 1:
            return None, Reason.TIMESTAMP_INVALID
        content = bytes(encapsulated)
        time: datetime = info["gen_time"].native
        signer = token["signer_infos"][0]
    except UNREADABLE_ERRORS:
        return None, Reason.TIMESTAMP_INVALID
    if task.demand.notes is not None:
        task.demand.notes.token_judged(token)
    tsa = Task(task.demand, Purpose.TIMESTAMP, task.pool, task.proven)
    found = examine(token, signer, lambda name: hashlib.new(name, content).digest(), tsa)
    if found.indication is Indication.TOTAL_FAILED and found.sub_indication is not SubIndication.REVOKED:
        return None, Reason.TIMESTAMP_INVALID
    late = time > task.demand.at + _TIMESTAMP_SKEW
    if found.indication is not Indication.TOTAL_PASSED or algorithm in _WEAK_HASHES or late:
        return None, Reason.TIMESTAMP_UNTRUSTED
    return time, None


def signer_of(signed_data: cms.SignedData, signer_info: cms.SignerInfo) -> x509.Certificate | None:
    """The certificate a signer names, where the signature carries it; unjudged."""
    return _certificates(signed_data, signer_info)[0]


def _certificates(
    signed_data: cms.SignedData, signer_info: cms.SignerInfo
) -> tuple[x509.Certificate | None, list[x509.Certificate]]:
    """The signer's certificate by its identifier, and all others (RFC 5652 section 5.3)."""
    embedded: list[x509.Certificate] = []
    if signed_data["certificates"] is not core.VOID:
        embedded = [choice.chosen for choice in signed_data["certificates"] if choice.name == "certificate"]
    identifier = signer_info["sid"]
    signer: x509.Certificate | None = None
    for certificate in embedded:
        if identifier.name == "issuer_and_serial_number":
            wanted = identifier.chosen
            matches = (
                certificate.serial_number == wanted["serial_number"].native
                and certificate.issuer == wanted["issuer"]
            )
        else:
            matches = certificate.key_identifier == identifier.chosen.native
        if matches:
            signer = certificate
            break
    return signer, [certificate for certificate in embedded if certificate is not signer]


def _aware(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=UTC)
