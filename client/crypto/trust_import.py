"""What a file offers to be trusted: every certificate in it, what it may become, and why not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from asn1crypto import cms, core, pem, x509
from cryptography import x509 as pyca_x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from client.crypto.certificate_details import read_details
from client.crypto.certificates import load_certificate
from client.crypto.integrity import WEAK_HASHES
from client.crypto.trust import plain_path
from client.errors import TrustRefused
from client.model.anchor import Candidate, CertificateRole
from client.model.trust import TrustMaterial

_MOST_BYTES = 5_000_000
_MOST_CERTIFICATES = 200
_CERTIFICATE_ENDS = ("CERTIFICATE",)
_BUNDLES = frozenset({"PKCS7", "CMS", "PKCS #7 SIGNED DATA"})
_BROKEN = (ValueError, TypeError, KeyError, AttributeError, UnsupportedAlgorithm)
_RSA_BITS, _EC_BITS = 2048, 224
"""NIST SP 800-131A revision 2: less has not been acceptable for signatures since 2014."""


def read_candidates(data: bytes, at: datetime, anchors: Iterable[bytes] = ()) -> tuple[Candidate, ...]:
    """Every certificate of a PEM, DER or PKCS#7 file, judged at ``at``; ``anchors`` are trusted already.

    Raises `TrustRefused`: ``file-too-large``, ``too-many-certificates``, ``no-certificate``.
    """
    if len(data) > _MOST_BYTES:
        raise TrustRefused(reason="file-too-large")
    ders = tuple(dict.fromkeys(_certificates_in(data)))
    if len(ders) > _MOST_CERTIFICATES:
        raise TrustRefused(reason="too-many-certificates")
    found = judge_certificates(ders, at, anchors)
    if not found:
        raise TrustRefused(reason="no-certificate")
    return found


def judge_certificates(
    ders: Iterable[bytes], at: datetime, anchors: Iterable[bytes] = ()
) -> tuple[Candidate, ...]:
    """The same for certificates at hand; what cannot be read is left out."""
    parsed = [(der, one) for der in ders if (one := _parsed(der)) is not None]
    trust = TrustMaterial(tuple(anchors))
    others = [one for _, one in parsed]
    return tuple(_judge(der, certificate, others, trust, at) for der, certificate in parsed)


def _certificates_in(data: bytes) -> Iterable[bytes]:
    try:
        if not pem.detect(data):
            yield from _bundle(data) or (data,)
            return
        for kind, _, der in pem.unarmor(data, multiple=True):
            if kind in _BUNDLES:
                yield from _bundle(der)
            elif kind.endswith(_CERTIFICATE_ENDS):
                yield der
    except _BROKEN as error:
        raise TrustRefused(reason="no-certificate") from error


def _bundle(der: bytes) -> tuple[bytes, ...]:
    """The certificates of a PKCS#7 file (RFC 5652 section 5.1); ``()`` for anything else."""
    try:
        info = cms.ContentInfo.load(der, strict=True)
        if info["content_type"].native != "signed_data":
            return ()
        certificates = info["content"]["certificates"]
        if certificates is core.VOID:
            return ()
        return tuple(choice.chosen.dump() for choice in certificates if choice.name == "certificate")
    except _BROKEN:
        return ()


def _parsed(der: bytes) -> x509.Certificate | None:
    try:
        certificate = load_certificate(der)
        read_details(der)
        pyca_x509.load_der_x509_certificate(der)
    except _BROKEN:
        return None
    return certificate


def _judge(
    der: bytes,
    certificate: x509.Certificate,
    others: list[x509.Certificate],
    trust: TrustMaterial,
    at: datetime,
) -> Candidate:
    details = read_details(der)
    role = _role(certificate)
    if role is None:
        return Candidate(der, details, None, _why_no_authority(certificate))
    problem = _period_problem(details.not_before, details.not_after, at) or _key_problem(certificate)
    weak_signature = certificate.hash_algo in WEAK_HASHES
    if role is CertificateRole.INTERMEDIATE and not problem:
        if weak_signature:
            problem = "signature-too-weak"
        elif not plain_path(certificate, others, trust, at):
            problem = "issuer-not-trusted"
    # Nobody relies on an anchor's signature over itself; the fingerprint speaks for it.
    cautions = ("anchor-self-signature-weak",) if role is CertificateRole.ANCHOR and weak_signature else ()
    return Candidate(der, details, role, problem, cautions)


def _role(certificate: x509.Certificate) -> CertificateRole | None:
    if _why_no_authority(certificate):
        return None
    own = certificate.subject.hashable == certificate.issuer.hashable and _signed_itself(certificate)
    return CertificateRole.ANCHOR if own else CertificateRole.INTERMEDIATE


def _why_no_authority(certificate: x509.Certificate) -> str:
    """RFC 5280 sections 4.2.1.9 and 4.2.1.3: only an authority may vouch for others."""
    constraints, usage = certificate.basic_constraints_value, certificate.key_usage_value
    if constraints is None or not constraints["ca"].native:
        return "not-an-authority"
    if usage is not None and "key_cert_sign" not in usage.native:
        return "may-not-sign-certificates"
    return ""


def _signed_itself(certificate: x509.Certificate) -> bool:
    parsed = pyca_x509.load_der_x509_certificate(certificate.dump())
    try:
        parsed.verify_directly_issued_by(parsed)
    except (*_BROKEN, InvalidSignature):
        return False
    return True


def _period_problem(start: datetime, end: datetime, at: datetime) -> str:
    if at > end:
        return "authority-expired"
    return "authority-not-yet-valid" if at < start else ""


def _key_problem(certificate: x509.Certificate) -> str:
    key = certificate.public_key
    match key.algorithm:
        case "rsa" | "rsassa_pss":
            return "key-too-weak" if key.bit_size < _RSA_BITS else ""
        case "ec":
            return "key-too-weak" if key.bit_size < _EC_BITS else ""
        case "ed25519" | "ed448":
            return ""
    return "key-not-supported"
