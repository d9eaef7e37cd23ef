"""Which CRLs and OCSP answers may be believed for a signature, and how old they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property

from asn1crypto import crl, ocsp, x509

from client.model.trust import RevocationDemand
from client.model.verdict import RevocationEvidence

_TOLERANCE = timedelta(minutes=10)
_EXPIRED_CERTS_ON_CRL = "2.5.29.60"


@dataclass(frozen=True, slots=True)
class Answer:
    """One readable OCSP response and what it tells of each certificate."""

    response: ocsp.OCSPResponse
    serials: tuple[int, ...]
    spans: tuple[tuple[datetime | None, datetime | None], ...]


@dataclass(frozen=True)
class Pool:
    """All revocation data at hand, as DER; whoever brought it, each is signed by its issuer."""

    crls: tuple[bytes, ...] = ()
    ocsp_responses: tuple[bytes, ...] = ()

    @cached_property
    def readable_crls(self) -> tuple[crl.CertificateList, ...]:
        """Parsed once, however many certificates are looked up."""
        return tuple(parse_crls(self.crls))

    @cached_property
    def readable_answers(self) -> tuple[Answer, ...]:
        """The same for OCSP."""
        return tuple(_parse_ocsp(self.ocsp_responses))


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
    known_crls: tuple[crl.CertificateList, ...] = ()
    """Every readable CRL whatever its age: they may accuse, never acquit."""
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
    known = pool.readable_crls
    for parsed in known:
        spans = span_of_crl(parsed)
        about = parsed.issuer.hashable == certificate.issuer.hashable
        if not _usable(*spans, moments) or (about and _silent_about_expired(parsed, certificate, moments)):
            stale = stale or about
            continue
        crls.append(parsed)
        if about:
            notes.append(RevocationEvidence("crl", *spans))
    for answer in pool.readable_answers:
        about = [serial == certificate.serial_number for serial in answer.serials]
        # pyHanko takes any of the answers in a response, so each of them has to be fresh.
        if not all(_usable(*span, moments) for span in answer.spans):
            stale = stale or any(about)
            continue
        answers.append(answer.response)
        spoken = zip(answer.spans, about, strict=True)
        notes += [RevocationEvidence("ocsp", *span) for span, ours in spoken if ours]
    best = max(
        notes,
        key=lambda note: note.as_of or datetime.min.replace(tzinfo=UTC),
        default=RevocationEvidence("none"),
    )
    if demanded is RevocationDemand.IGNORE:
        best = RevocationEvidence("ignored")
    return Evidence(demanded, tuple(crls), tuple(answers), known, stale, best)


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
    this_update, _ = span_of_crl(parsed)
    if ended >= moments.at or this_update is None or this_update <= ended:
        return False
    extensions = parsed["tbs_cert_list"]["crl_extensions"] or ()
    return all(extension["extn_id"].dotted != _EXPIRED_CERTS_ON_CRL for extension in extensions)


def span_of_crl(parsed: crl.CertificateList) -> tuple[datetime | None, datetime | None]:
    """thisUpdate and nextUpdate, aware."""
    body = parsed["tbs_cert_list"]
    return aware(body["this_update"].native), aware(body["next_update"].native)


def span_of_answer(answer: Answer) -> tuple[datetime | None, datetime | None]:
    """The span of the first answer in an OCSP response, aware."""
    return answer.spans[0]


def parse_crls(ders: Iterable[bytes]) -> Iterable[crl.CertificateList]:
    """The CRLs that can be read at all."""
    for der in ders:
        try:
            parsed = crl.CertificateList.load(der)
            _ = (span_of_crl(parsed), parsed.issuer.hashable)
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
        yield parsed


def _parse_ocsp(ders: Iterable[bytes]) -> Iterable[Answer]:
    for der in ders:
        try:
            response = ocsp.OCSPResponse.load(der)
            singles = list(response.response_data["responses"]) if response["response_bytes"].native else []
            spans = [_single_span(one) for one in singles]
            serials = [one["cert_id"]["serial_number"].native for one in singles]
            _ = [one["cert_status"].name for one in singles]
        except (ValueError, TypeError, KeyError, AttributeError):
            continue
        if singles:
            yield Answer(response, tuple(serials), tuple(spans))


def _single_span(single: ocsp.SingleResponse) -> tuple[datetime | None, datetime | None]:
    return aware(single["this_update"].native), aware(single["next_update"].native)


def aware(moment: datetime | None) -> datetime | None:
    """ASN.1 times without a zone are UTC (RFC 5280 section 4.1.2.5)."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=UTC)
