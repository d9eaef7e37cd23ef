"""Attributes of a SignerInfo by their OID, and which of them contradict each other (RFC 5652 section 11)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from asn1crypto import cms, core, tsp, x509

from client.crypto import verdicts
from client.crypto.encoding import encoding, inside_of, split
from client.crypto.examination import UNREADABLE_ERRORS
from client.crypto.revocation import aware
from client.crypto.verdicts import Judgement

CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
COUNTER_SIGNATURE = "1.2.840.113549.1.9.6"
ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
SIGNATURE_TIME_STAMP = "1.2.840.113549.1.9.16.2.14"
SIGNATURE_POLICY = "1.2.840.113549.1.9.16.2.15"
CONTENT_TIME_STAMP = "1.2.840.113549.1.9.16.2.20"
REVOCATION_REFS = "1.2.840.113549.1.9.16.2.22"
CERTIFICATE_VALUES = "1.2.840.113549.1.9.16.2.23"
REVOCATION_VALUES = "1.2.840.113549.1.9.16.2.24"
ESC_TIME_STAMP = "1.2.840.113549.1.9.16.2.25"
REFS_TIME_STAMP = "1.2.840.113549.1.9.16.2.26"
ARCHIVE_TIME_STAMP_V1 = "1.2.840.113549.1.9.16.2.27"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
ARCHIVE_TIME_STAMP_V2 = "1.2.840.113549.1.9.16.2.48"
EVIDENCE_RECORD_INTERNAL = "1.2.840.113549.1.9.16.2.49"
EVIDENCE_RECORD_EXTERNAL = "1.2.840.113549.1.9.16.2.50"
ARCHIVE_TIME_STAMP_V3 = "0.4.0.1733.2.4"

_SINGLE = frozenset(
    {
        CONTENT_TYPE,
        MESSAGE_DIGEST,
        SIGNING_TIME,
        ALGORITHM_PROTECTION,
        SIGNING_CERTIFICATE,
        SIGNING_CERTIFICATE_V2,
        SIGNATURE_POLICY,
    }
)
"""At most once, with exactly one value: two readers would otherwise read two things."""
_REFERENCES = (
    (SIGNING_CERTIFICATE_V2, tsp.SigningCertificateV2),
    (SIGNING_CERTIFICATE, tsp.SigningCertificate),
)


def values(attributes: cms.CMSAttributes, oid: str) -> Iterator[core.Asn1Value]:
    """Every value of every attribute of this type."""
    for attribute in attributes or ():
        if attribute["type"].dotted == oid:
            yield from attribute["values"]


def encoded(attributes: cms.CMSAttributes, oid: str) -> Iterator[tuple[cms.CMSAttribute, bytes]]:
    """Attribute and value as they stand: what is no value of its kind is for the reader to find out."""
    for attribute in attributes or ():
        if attribute["type"].dotted == oid:
            for value in split(inside_of(encoding(attribute["values"]))):
                yield attribute, value


def types(attributes: cms.CMSAttributes) -> frozenset[str]:
    """The OIDs that occur; none for a missing field."""
    return frozenset(attribute["type"].dotted for attribute in attributes or ())


def contradiction(attributes: cms.CMSAttributes) -> Judgement | None:
    """Whether a signed attribute that there may be one of occurs twice, or has no or several values."""
    counted = Counter(attribute["type"].dotted for attribute in attributes)
    for attribute in attributes:
        oid = attribute["type"].dotted
        if oid in _SINGLE and (counted[oid] > 1 or len(attribute["values"]) != 1):
            return verdicts.MALFORMED
    return None


def only_value(attributes: cms.CMSAttributes, oid: str) -> core.Asn1Value | None:
    """The one value, None where there is none."""
    return next(values(attributes, oid), None)


def claimed_time(signer_info: cms.SignerInfo) -> datetime | None:
    """What the signer's clock said (RFC 5652 section 11.3): a claim; None where it cannot be read."""
    try:
        value = only_value(signer_info["signed_attrs"], SIGNING_TIME)
        return aware(value.native) if value is not None else None
    except UNREADABLE_ERRORS:
        return None


def names_certificate(attributes: cms.CMSAttributes) -> bool:
    """Whether the signed attributes name the signer's certificate (RFC 5035): CAdES demands it."""
    return bool(types(attributes) & {SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2})


def refers_to(attributes: cms.CMSAttributes, certificate: x509.Certificate) -> bool:
    """Whether each signing-certificate attribute names this one; True where there is none."""
    for oid, kind in _REFERENCES:
        for value in values(attributes, oid):
            first = kind.load(encoding(value))["certs"][0]
            name = "sha1" if oid == SIGNING_CERTIFICATE else first["hash_algorithm"]["algorithm"].native
            if hashlib.new(name, encoding(certificate)).digest() != first["cert_hash"].native:
                return False
            if not _same_issuer(first["issuer_serial"], certificate):
                return False
    return True


def _same_issuer(wanted: tsp.IssuerSerial, certificate: x509.Certificate) -> bool:
    if wanted is core.VOID or not wanted.native:
        return True
    names = [name.chosen for name in wanted["issuer"] if name.name == "directory_name"]
    return wanted["serial_number"].native == certificate.serial_number and certificate.issuer in names
