"""What an X.509 certificate says about its holder (RFC 5280)."""

from __future__ import annotations

from functools import lru_cache

from asn1crypto import core, x509

from client.model.text import printable
from client.model.verdict import SignerInfo, SignerKind

_ORGANISATION_IDENTIFIER = "2.5.4.97"
_SMTP_UTF8_MAILBOX = "1.3.6.1.5.5.7.8.9"
_QC_STATEMENTS = "1.3.6.1.5.5.7.1.3"
_QC_TYPE_ESEAL = bytes.fromhex("060704008e46010602")
"""id-etsi-qct-eseal (EN 319 412-5 section 4.2.3), as it stands in the extension."""


@lru_cache(maxsize=512)
def load_certificate(der: bytes) -> x509.Certificate:
    """Parse strictly: raises ValueError for trailing bytes and for anything that is no certificate."""
    certificate = x509.Certificate.load(der, strict=True)
    _ = certificate["tbs_certificate"]["subject"].native
    return certificate


def signer_info(cert_der: bytes) -> SignerInfo:
    """The holder as the certificate names them; raises ValueError for what is no certificate."""
    return describe(load_certificate(cert_der))


def mail_addresses(cert_der: bytes) -> tuple[str, ...]:
    """SAN rfc822Name first, then the subject's emailAddress (RFC 8550 section 3)."""
    return _addresses(load_certificate(cert_der))


def describe(certificate: x509.Certificate) -> SignerInfo:
    """The same for a parsed certificate; raises ValueError for broken names."""
    subject = certificate.subject
    organisation = _first(subject, "organization_name")
    name = _first(subject, "common_name") or _first(subject, "surname") or organisation
    validity = certificate["tbs_certificate"]["validity"]
    issuer = certificate.issuer
    return SignerInfo(
        name=printable(name or subject.human_friendly),
        organisation=printable(organisation),
        emails=_addresses(certificate),
        serial=f"{certificate.serial_number:X}",
        issuer=printable(_first(issuer, "common_name") or issuer.human_friendly),
        kind=_kind(certificate, name, organisation),
        not_before=validity["not_before"].native,
        not_after=validity["not_after"].native,
    )


def _kind(certificate: x509.Certificate, name: str, organisation: str) -> SignerKind:
    subject = certificate.subject
    for extension in certificate["tbs_certificate"]["extensions"]:
        if (
            extension["extn_id"].dotted == _QC_STATEMENTS
            and _QC_TYPE_ESEAL in extension["extn_value"].contents
        ):
            return SignerKind.SEAL
    person = _first(subject, "given_name") or _first(subject, "surname")
    types = {part["type"].dotted for relative in subject.chosen for part in relative}
    if not person and _ORGANISATION_IDENTIFIER in types:
        return SignerKind.SEAL
    same = organisation and name.casefold() == organisation.casefold()
    return SignerKind.SEAL if same and not person else SignerKind.PERSONAL


def _addresses(certificate: x509.Certificate) -> tuple[str, ...]:
    found: list[str] = []
    names = certificate.subject_alt_name_value
    if names is not None:
        found += [name.native for name in names if name.name == "rfc822_name"]
        found += [mailbox for name in names if name.name == "other_name" for mailbox in _utf8_mailbox(name)]
    found += _values(certificate.subject, "email_address")
    # A NUL or line break in an address is there to be cut off at by somebody else's C code.
    return tuple(dict.fromkeys(one.strip() for one in found if one and "@" in one and one.isprintable()))


def _utf8_mailbox(name: x509.GeneralName) -> list[str]:
    """SmtpUTF8Mailbox (RFC 9598 section 3): an address whose local part is not in ASCII."""
    other = name.chosen
    if other["type_id"].dotted != _SMTP_UTF8_MAILBOX:
        return []
    value = other["value"].parsed
    return [value.native] if isinstance(value, core.UTF8String) else []


def _values(name: x509.Name, kind: str) -> list[str]:
    return [
        str(part["value"].native)
        for relative in name.chosen
        for part in relative
        if part["type"].native == kind
    ]


def _first(name: x509.Name, kind: str) -> str:
    return next(iter(_values(name, kind)), "")
