"""CRLs and OCSP answers of an `OfficePki`, in order or with one thing wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from tests.fakes.pki import Holder, OfficePki

DAY = timedelta(days=1)


def with_addresses(
    pki: OfficePki,
    email: str,
    *,
    crl: Sequence[str] = (),
    ocsp_url: str = "",
    issuers: str = "",
    base: Holder | None = None,
) -> Holder:
    """A person, or ``base``, whose certificate says where revocation data is to be had."""
    plain = base or pki.person("Nguyễn Văn An", email)
    builder = x509.CertificateBuilder().subject_name(plain.certificate.subject)
    builder = builder.issuer_name(plain.certificate.issuer).public_key(plain.certificate.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(pki.now - 300 * DAY).not_valid_after(pki.now + 300 * DAY)
    for extension in plain.certificate.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    if crl:
        points = [
            x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None) for url in crl
        ]
        builder = builder.add_extension(x509.CRLDistributionPoints(points), critical=False)
    access = [
        x509.AccessDescription(kind, x509.UniformResourceIdentifier(url))
        for kind, url in (
            (AuthorityInformationAccessOID.OCSP, ocsp_url),
            (AuthorityInformationAccessOID.CA_ISSUERS, issuers),
        )
        if url
    ]
    if access:
        builder = builder.add_extension(x509.AuthorityInformationAccess(access), critical=False)
    return replace(plain, certificate=builder.sign(pki.issuing.key, hashes.SHA256()))


def make_crl(
    issuer: Holder,
    start: datetime,
    *,
    days: float = 7,
    revoked: Sequence[Holder] = (),
    at: datetime | None = None,
    reason: x509.ReasonFlags | None = None,
    key: Holder | None = None,
    extra: Sequence[tuple[x509.ExtensionType, bool]] = (),
) -> bytes:
    """A CRL from ``start`` on; ``revoked`` were so at ``at``, an hour before it by default."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
    builder = builder.last_update(start).next_update(start + days * DAY)
    builder = builder.add_extension(x509.CRLNumber(2), critical=False)
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical)
    for holder in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(holder.certificate.serial_number)
        entry = entry.revocation_date(at or start - timedelta(hours=1))
        if reason is not None:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign((key or issuer).key, hashes.SHA256()).public_bytes(Encoding.DER)


def make_answer(
    pki: OfficePki,
    about: Holder,
    *,
    status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD,
    nonce: bytes | None = None,
    start: datetime | None = None,
    days: float | None = 7,
    by: Holder | None = None,
    algorithm: hashes.HashAlgorithm | None = None,
) -> bytes:
    """An OCSP answer by the issuing authority, or ``by`` somebody else."""
    begun = start or pki.now - timedelta(hours=1)
    builder = ocsp.OCSPResponseBuilder().add_response(
        about.certificate,
        pki.issuing.certificate,
        algorithm or hashes.SHA1(),  # noqa: S303 - what identifies a certificate in OCSP
        status,
        begun,
        begun + days * DAY if days is not None else None,
        pki.now - DAY if status is ocsp.OCSPCertStatus.REVOKED else None,
        None,
    )
    responder = by or pki.issuing
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    if by is not None:
        builder = builder.certificates([by.certificate])
    return builder.sign(responder.key, hashes.SHA256()).public_bytes(Encoding.DER)


def unsuccessful() -> bytes:
    """A responder that has no time."""
    return ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER).public_bytes(
        Encoding.DER
    )
