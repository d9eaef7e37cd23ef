"""The addresses in a certificate, and which of them are the sender's (RFC 8550 section 3, RFC 9598)."""

from __future__ import annotations

import pytest
from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from client.crypto.certificates import mail_addresses
from client.model.address import same_mailbox
from tests.fakes.pki import OfficePki

UTF8_MAILBOX = x509.ObjectIdentifier("1.3.6.1.5.5.7.8.9")


def _certificate(*names: x509.GeneralName) -> bytes:
    pki = OfficePki()
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "An")])
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    )
    builder = builder.serial_number(1).not_valid_before(pki.now).not_valid_after(pki.now.replace(year=2099))
    builder = builder.add_extension(x509.SubjectAlternativeName(list(names)), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def test_the_subjects_address_counts_beside_those_of_the_extension() -> None:
    holder = OfficePki().issue("An", emails=("an@example.gov.vn",), subject_email="van-thu@example.gov.vn")
    assert mail_addresses(holder.certificate_der) == ("an@example.gov.vn", "van-thu@example.gov.vn")


def test_a_mailbox_in_utf_8_counts() -> None:
    mailbox = x509.OtherName(UTF8_MAILBOX, core.UTF8String("nguyễn@sở.example").dump())
    found = mail_addresses(_certificate(mailbox, x509.RFC822Name("an@example.gov.vn")))
    assert found == ("an@example.gov.vn", "nguyễn@sở.example")
    assert same_mailbox(found[1], "nguyễn@" + "sở.example".encode("idna").decode())


@pytest.mark.parametrize(
    "value",
    [
        core.IA5String("an@example.gov.vn").dump(),
        core.OctetString(b"an@example.gov.vn").dump(),
        core.UTF8String("an@example.gov.vn\x00.evil.test").dump(),
        core.UTF8String("an@example.gov.vn\n").dump(),
        core.UTF8String("khong-phai-dia-chi").dump(),
    ],
)
def test_what_is_no_such_mailbox_does_not_count(value: bytes) -> None:
    assert mail_addresses(_certificate(x509.OtherName(UTF8_MAILBOX, value))) == ()


def test_another_name_of_any_kind_is_no_address() -> None:
    upn = x509.OtherName(
        x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.3"), core.UTF8String("an@example.gov.vn").dump()
    )
    assert mail_addresses(_certificate(upn, x509.DNSName("example.gov.vn"))) == ()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("an@example.gov.vn", "AN@EXAMPLE.GOV.VN", True),
        ("an@sở.example", "an@" + "sở.example".encode("idna").decode(), True),
        ("an@SỞ.example", "an@sở.example", True),
        ("an@example.gov.vn.", "an@example.gov.vn", True),
        ("an@example.gov.vn", "an@example.gov.vn.evil.test", False),
        ('"an"@example.gov.vn', "an@example.gov.vn", False),
        ("an+x@example.gov.vn", "an@example.gov.vn", False),
        ("an@example.gov.vn", "an@example.gov.v\u0578", False),
        ("a\u200bn@example.gov.vn", "an@example.gov.vn", False),
        ("an@[192.0.2.1]", "an@192.0.2.1", False),
        ("", "", True),
    ],
)
def test_two_addresses_are_one_or_two(one: str, other: str, same: bool) -> None:
    assert same_mailbox(one, other) is same
