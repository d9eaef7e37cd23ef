"""Which CRLs and OCSP answers may be believed for a signature, and how old they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from asn1crypto import crl, ocsp, x509

from client.model.trust import RevocationDemand
from client.model.verdict import RevocationEvidence

_TOLERANCE = timedelta(minutes=10)
_EXPIRED_CERTS_ON_CRL = "2.5.29.60"


@dataclass(frozen=True, slots=True)
class Pool:
    """All revocation data at hand, as DER; whoever brought it, each is signed by its issuer."""

    crls: tuple[bytes, ...] = ()
    ocsp_responses: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Moments:
    """The times a choice of evidence depends on."""

    at: datetime
    """Verification time."""
    proven: datetime
    """The earliest time the signature is proven to have existed; ``at`` without a time-stamp."""
    archived: bool = False
    """A trusted archive time-stamp covers the evidence embedded in the document."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The usable part of a pool for one certificate."""

    demanded: RevocationDemand
    crls: tuple[crl.CertificateList, ...] = ()
    ocsp_responses: tuple[ocsp.OCSPResponse, ...] = ()
    stale: bool = False
    """Something was left out because of its age."""
    best: RevocationEvidence = field(default_factory=lambda: RevocationEvidence("none"))
    """The newest evidence that speaks about this certificate."""


def choose_evidence(
    certificate: x509.Certificate, pool: Pool, moments: Moments, demanded: RevocationDemand
) -> Evidence:
    """Keep what is fresh at ``moments.at``, or was issued after the proven time of the signature."""
    stale = False
    crls: list[crl.CertificateList] = []
    answers: list[ocsp.OCSPResponse] = []
    notes: list[RevocationEvidence] = []
    for parsed in _parse_crls(pool.crls):
        spans = _crl_span(parsed)
        about = parsed.issuer.hashable == certificate.issuer.hashable
        if not _usable(*spans, moments) or (about and _silent_about_expired(parsed, certificate, moments)):
            stale = stale or about
            continue
        crls.append(parsed)
        if about:
            notes.append(RevocationEvidence("crl", *spans))
    for answer, single in _parse_ocsp(pool.ocsp_responses):
        spans = (_aware(single["this_update"].native), _aware(single["next_update"].native))
        about = single["cert_id"]["serial_number"].native == certificate.serial_number
        if not _usable(*spans, moments):
            stale = stale or about
            continue
        answers.append(answer)
        if about:
            notes.append(RevocationEvidence("ocsp", *spans))
    best = max(
        notes,
        key=lambda note: note.as_of or datetime.min.replace(tzinfo=UTC),
        default=RevocationEvidence("none"),
    )
    if demanded is RevocationDemand.IGNORE:
        best = RevocationEvidence("ignored")
    return Evidence(demanded, tuple(crls), tuple(answers), stale, best)


def revoked_since(certificate: x509.Certificate, crls: Iterable[bytes]) -> datetime | None:
    """The revocation time in CRLs of the certificate's issuer, None when they list it nowhere.

    For the check before signing, where a doubtful CRL may at worst stop a signature: the CRL's own
    signature is not verified here, a verification does that.
    """
    for parsed in _parse_crls(crls):
        if parsed.issuer.hashable != certificate.issuer.hashable:
            continue
        for entry in parsed["tbs_cert_list"]["revoked_certificates"] or ():
            if entry["user_certificate"].native == certificate.serial_number:
                return _aware(entry["revocation_date"].native)
    return None


def _usable(this_update: datetime | None, next_update: datetime | None, moments: Moments) -> bool:
    if this_update is None or this_update > moments.at + _TOLERANCE:
        return False
    if next_update is not None and next_update >= moments.at:
        return True
    if moments.proven < moments.at and this_update >= moments.proven:
        return True
    within = next_update is not None and this_update <= moments.proven <= next_update
    return moments.archived and within


def _silent_about_expired(
    parsed: crl.CertificateList, certificate: x509.Certificate, moments: Moments
) -> bool:
    """RFC 5280 section 3.3: a CRL may drop a certificate once it has expired."""
    ended = certificate["tbs_certificate"]["validity"]["not_after"].native
    this_update, _ = _crl_span(parsed)
    if ended >= moments.at or this_update is None or this_update <= ended:
        return False
    extensions = parsed["tbs_cert_list"]["crl_extensions"] or ()
    return all(extension["extn_id"].dotted != _EXPIRED_CERTS_ON_CRL for extension in extensions)


def _crl_span(parsed: crl.CertificateList) -> tuple[datetime | None, datetime | None]:
    body = parsed["tbs_cert_list"]
    return _aware(body["this_update"].native), _aware(body["next_update"].native)


def _parse_crls(ders: Iterable[bytes]) -> Iterable[crl.CertificateList]:
    for der in ders:
        try:
            parsed = crl.CertificateList.load(der)
            _ = (_crl_span(parsed), parsed.issuer.hashable)
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
        yield parsed


def _parse_ocsp(ders: Iterable[bytes]) -> Iterable[tuple[ocsp.OCSPResponse, ocsp.SingleResponse]]:
    for der in ders:
        try:
            answer = ocsp.OCSPResponse.load(der)
            singles = list(answer.response_data["responses"]) if answer["response_bytes"].native else []
            _ = [single["this_update"].native for single in singles]
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
        for single in singles[:1]:
            yield answer, single


def _aware(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=UTC)
