"""What a long-term signature carries along: certificates and revocation data (EN 319 142-1 section 5.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import ValidationInfoReadingError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from client.crypto.revocation import Moments, Pool, choose_evidence
from client.crypto.revoked import signed_by_authority
from client.crypto.trust import load_all, plain_path
from client.errors import RevocationDataMissing, SigningRefused
from client.model.trust import RevocationDemand, VerificationDemand

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Evidence:
    """What goes into the document security store; each thing once."""

    certificates: tuple[x509.Certificate, ...]
    crls: tuple[crl.CertificateList, ...]
    ocsp_responses: tuple[ocsp.OCSPResponse, ...]


@dataclass(frozen=True)
class _Subject:
    """A certificate that somebody used, and the time it is proven to have been used by."""

    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    proven: datetime
    archived: bool
    signs_document: bool


def gather(reader: PdfFileReader, demand: VerificationDemand, *, newer: bool) -> Evidence:
    """The paths of all signatures and time-stamps, with revocation data for every certificate on them.

    Nothing is fetched; what is at hand is in ``demand`` and in the document. Raises `SigningRefused`
    for who hangs under no anchor, and `RevocationDataMissing`; with ``newer`` also when what speaks
    about a signer was issued before the signature, which only a later document time-stamp could make
    up for (EN 319 102-1 section 5.2.5).
    """
    pool = _pool(reader, demand)
    certificates: dict[bytes, x509.Certificate] = {}
    lists: dict[bytes, crl.CertificateList] = {}
    answers: dict[bytes, ocsp.OCSPResponse] = {}
    for subject in _subjects(reader, demand.at):
        path = plain_path(subject.certificate, subject.others, demand.trust, subject.proven)
        if not path:
            raise SigningRefused(
                reason="untrusted-issuer" if subject.signs_document else "timestamp-untrusted"
            )
        certificates |= {one.dump(): one for one in path}
        for issuer, certificate in pairwise(path):
            found, as_of = _about(certificate, [issuer, *path], pool, subject, demand)
            if found is None:
                raise _missing(certificate, "revocation-missing")
            if newer and subject.signs_document and certificate is path[-1] and as_of < subject.proven:
                raise _missing(certificate, "revocation-older-than-signature")
            kept: dict[bytes, Any] = lists if isinstance(found, crl.CertificateList) else answers
            kept[found.dump()] = found
    return Evidence(tuple(certificates.values()), tuple(lists.values()), tuple(answers.values()))


def signatures_of(reader: PdfFileReader) -> Iterator[EmbeddedPdfSignature]:
    """Signatures and document time-stamps, in the order of their fields."""
    for name, _, field in enumerate_sig_fields(reader, filled_status=True):
        yield EmbeddedPdfSignature(reader, field, str(name))


def is_document_timestamp(embedded: EmbeddedPdfSignature) -> bool:
    """Whether it is a time-stamp over the document rather than somebody's signature."""
    return str(embedded.sig_object_type) == "/DocTimeStamp"


def tokens_of(embedded: EmbeddedPdfSignature) -> tuple[cms.SignedData, ...]:
    """The time-stamps over one signature."""
    return tuple(extract_tst_data_iter(embedded.signer_info, signed=False))


def _subjects(reader: PdfFileReader, at: datetime) -> Iterator[_Subject]:
    embedded = list(signatures_of(reader))
    stamps = [
        (int(one.signed_revision), _time(one.signed_data)) for one in embedded if is_document_timestamp(one)
    ]
    for one in embedded:
        later = [time for revision, time in stamps if revision > int(one.signed_revision)]
        tokens = () if is_document_timestamp(one) else tokens_of(one)
        proven = min([at, *later, *(_time(token) for token in tokens)])
        yield _subject(one.signed_data, proven, bool(later), not is_document_timestamp(one))
        for token in tokens:
            yield _subject(token, min([at, *later]), bool(later), False)


def _subject(signed_data: cms.SignedData, proven: datetime, archived: bool, signs: bool) -> _Subject:
    found = extract_certificate_info(signed_data)
    return _Subject(found.signer_cert, tuple(found.other_certs), proven, archived, signs)


def _time(token: cms.SignedData) -> datetime:
    time: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return time


def _about(
    certificate: x509.Certificate,
    path: list[x509.Certificate],
    pool: Pool,
    subject: _Subject,
    demand: VerificationDemand,
) -> tuple[crl.CertificateList | ocsp.OCSPResponse | None, datetime]:
    """The newest usable CRL or OCSP answer about ``certificate``, and when it was issued."""
    moments = Moments(demand.at, subject.proven, archived=subject.archived)
    evidence = choose_evidence(certificate, pool, moments, RevocationDemand.REQUIRE)
    signers = [*path, *load_all((*demand.trust.anchors, *demand.trust.intermediates))]
    issuer = certificate.issuer.hashable
    lists = signed_by_authority((one for one in evidence.crls if one.issuer.hashable == issuer), signers)
    dated: list[tuple[datetime, Any]] = [
        (_aware(one["tbs_cert_list"]["this_update"].native), one) for one in lists
    ]
    for answer in evidence.ocsp_responses:
        for single in answer.response_data["responses"]:
            if single["cert_id"]["serial_number"].native == certificate.serial_number:
                dated.append((_aware(single["this_update"].native), answer))
    as_of, found = max(dated, key=lambda one: one[0], default=(_LONG_AGO, None))
    return found, as_of


def _pool(reader: PdfFileReader, demand: VerificationDemand) -> Pool:
    lists, answers = list(demand.trust.crls), list(demand.trust.ocsp_responses)
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except ValidationInfoReadingError:
        return Pool(tuple(lists), tuple(answers))
    lists += _streams(store.crls)
    answers += _streams(store.ocsps)
    return Pool(tuple(lists), tuple(answers))


def _streams(references: Iterable[Any]) -> list[bytes]:
    return [bytes(reference.get_object().data) for reference in references]


def _missing(certificate: x509.Certificate, reason: str) -> RevocationDataMissing:
    subject, issuer = certificate.subject.human_friendly, certificate.issuer.human_friendly
    return RevocationDataMissing(certificate=subject, issuer=issuer, reason=reason)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
