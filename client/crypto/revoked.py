"""Evidence that a certificate is revoked, which no other evidence may outvote.

pyHanko stops at the first good answer: an OCSP response from before the revocation, which the
sender of a document may embed, would hide a newer CRL and a newer response.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from asn1crypto import core, crl, ocsp, x509
from cryptography import x509 as pyca_x509
from cryptography.exceptions import UnsupportedAlgorithm

from client.crypto.large_crls import focused

_PASSING = frozenset({"certificate_hold", "remove_from_crl"})
"""Reasons that may be taken back (RFC 5280 section 5.3.1): only fresh evidence counts for them."""
_BROKEN = (ValueError, TypeError, KeyError, AttributeError, UnsupportedAlgorithm)


def listed_since(
    certificate: x509.Certificate,
    issuers: Iterable[x509.Certificate],
    crls: Iterable[crl.CertificateList],
) -> datetime | None:
    """The earliest revocation time in CRLs signed by one of ``issuers``, None when none lists it.

    The age of a CRL does not matter: who was revoked for good stays so.
    """
    signers = [issuer for issuer in issuers if issuer.subject.hashable == certificate.issuer.hashable]
    found = [
        when
        for parsed in crls
        if parsed.issuer.hashable == certificate.issuer.hashable
        and (when := _entry(parsed, certificate)) is not None
        and any(signed_by(parsed, issuer) for issuer in signers)
    ]
    return min(found, default=None)


def signed_by_authority(
    crls: Iterable[crl.CertificateList], signers: Iterable[x509.Certificate]
) -> tuple[crl.CertificateList, ...]:
    """The CRLs that a certificate of their issuer's name, which may sign CRLs, did sign.

    pyHanko takes the issuer of a CRL for known, its signature unchecked, when it comes upon the
    same CRL while it validates that issuer; an indirect CRL leads it there. So a forged one in a
    document would do for a good answer: each is checked here, before the library sees it.
    """
    known = tuple(one for one in signers if may_sign_crls(one))
    return tuple(
        parsed
        for parsed in crls
        if any(
            signer.subject.hashable == parsed.issuer.hashable and signed_by(parsed, signer)
            for signer in known
        )
    )


def may_sign_crls(certificate: x509.Certificate) -> bool:
    """Whether the key usage lets it (RFC 5280 section 4.2.1.3, cRLSign); an old root may have none."""
    usage = certificate.key_usage_value
    return usage is None or "crl_sign" in usage.native


def without_outvoted(
    path: Iterable[x509.Certificate], answers: Iterable[ocsp.OCSPResponse]
) -> tuple[ocsp.OCSPResponse, ...] | None:
    """The responses less the good ones for certificates that another calls revoked; None if nobody does."""
    kept = tuple(answers)
    serials = {certificate.serial_number for certificate in path}
    accused = {serial for answer in kept for serial in _with_status(answer, "revoked")} & serials
    if not accused:
        return None
    return tuple(
        answer
        for answer in kept
        if accused & set(_with_status(answer, "revoked")) or accused.isdisjoint(_with_status(answer, "good"))
    )


def _with_status(answer: ocsp.OCSPResponse, status: str) -> list[int]:
    return [
        single["cert_id"]["serial_number"].native
        for single in answer.response_data["responses"]
        if single["cert_status"].name == status
    ]


def _entry(parsed: crl.CertificateList, certificate: x509.Certificate) -> datetime | None:
    try:
        listed = focused(parsed, (certificate,))["tbs_cert_list"]["revoked_certificates"]
        spoken_of = parsed.issuer
        for entry in listed if listed is not core.VOID else ():
            # In an indirect CRL an entry's issuer holds for those after it (RFC 5280 section 5.3.3).
            spoken_of = entry.issuer_name or spoken_of
            same = entry["user_certificate"].native == certificate.serial_number
            if same and spoken_of.hashable == certificate.issuer.hashable:
                reason = entry.crl_reason_value
                when: datetime = entry["revocation_date"].native
                temporary = reason is not None and reason.native in _PASSING
                return None if temporary else when.astimezone(UTC)
    except _BROKEN:
        return None
    return None


def signed_by(parsed: crl.CertificateList, issuer: x509.Certificate) -> bool:
    """Whether the key of ``issuer`` signed this CRL; who that is says nothing of its right to."""
    try:
        key = pyca_x509.load_der_x509_certificate(issuer.dump()).public_key()
        return pyca_x509.load_der_x509_crl(parsed.dump()).is_signature_valid(key)  # type: ignore[arg-type] # a key that cannot sign raises TypeError
    except _BROKEN:
        return False
