"""A certificate's fields as text, for the details view."""

from __future__ import annotations

import hashlib

from asn1crypto import x509

from client.crypto.certificates import load_certificate, mail_addresses
from client.model.certificate import CertificateDetails

_SHORT = {
    "common_name": "CN",
    "organization_name": "O",
    "organizational_unit_name": "OU",
    "country_name": "C",
    "locality_name": "L",
    "state_or_province_name": "ST",
    "serial_number": "serialNumber",
    "given_name": "GN",
    "surname": "SN",
    "title": "title",
    "email_address": "E",
    "user_id": "UID",
    "organization_identifier": "organizationIdentifier",
}
_ALGORITHMS = {"rsa": "RSA", "ec": "EC", "rsassa_pss": "RSA-PSS", "ed25519": "Ed25519"}


def read_details(der: bytes) -> CertificateDetails:
    """The fields of one certificate; raises ValueError for what is no certificate."""
    certificate = load_certificate(der)
    validity = certificate["tbs_certificate"]["validity"]
    usage, extended = certificate.key_usage_value, certificate.extended_key_usage_value
    return CertificateDetails(
        subject=_names(certificate.subject),
        issuer=_names(certificate.issuer),
        serial=f"{certificate.serial_number:X}",
        not_before=validity["not_before"].native,
        not_after=validity["not_after"].native,
        emails=mail_addresses(der),
        key=_key(certificate),
        key_usage=tuple(sorted(usage.native)) if usage is not None else (),
        extended_key_usage=tuple(extended.native) if extended is not None else (),
        sha256=hashlib.sha256(der).hexdigest().upper(),
    )


def _names(name: x509.Name) -> tuple[tuple[str, str], ...]:
    return tuple(
        (_SHORT.get(part["type"].native, part["type"].native), str(part["value"].native))
        for relative in name.chosen
        for part in relative
    )


def _key(certificate: x509.Certificate) -> str:
    public = certificate.public_key
    name = _ALGORITHMS.get(public.algorithm, public.algorithm)
    return f"{name} {public.bit_size}"
