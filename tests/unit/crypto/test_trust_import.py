"""What a file offers to be trusted: roots, intermediates, and why the rest is neither."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from client.crypto.trust_import import read_candidates
from client.errors import TrustRefused
from client.model.anchor import CertificateRole
from tests.fakes.pki import OfficePki

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
DAY = timedelta(days=1)
ANCHOR, HELPER = CertificateRole.ANCHOR, CertificateRole.INTERMEDIATE
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@pytest.fixture(scope="module")
def pki() -> OfficePki:
    return OfficePki(NOW)


def authority(
    *,
    key: Key | None = None,
    ca: bool | None = True,
    start: datetime = NOW - 100 * DAY,
    end: datetime = NOW + 100 * DAY,
    may_sign: bool = True,
    issuer: str = "Root",
    by: Key | None = None,
) -> bytes:
    own = key or ec.generate_private_key(ec.SECP256R1())
    name = pyca.Name([pyca.NameAttribute(NameOID.COMMON_NAME, "Root")])
    parent = pyca.Name([pyca.NameAttribute(NameOID.COMMON_NAME, issuer)])
    builder = pyca.CertificateBuilder().subject_name(name).issuer_name(parent).serial_number(7)
    builder = builder.public_key(own.public_key()).not_valid_before(start).not_valid_after(end)
    if ca is not None:
        builder = builder.add_extension(pyca.BasicConstraints(ca, None), critical=True)
    usage = pyca.KeyUsage(True, False, False, False, False, may_sign, False, False, False)
    builder = builder.add_extension(usage, critical=True)
    return builder.sign(by or own, hashes.SHA256()).public_bytes(Encoding.DER)


def only(data: bytes, anchors: Sequence[bytes] = ()) -> tuple[CertificateRole | None, str]:
    (found,) = read_candidates(data, NOW, anchors)
    return found.role, found.problem


def test_a_root_may_become_an_anchor_an_intermediate_only_a_helper(pki: OfficePki) -> None:
    root, issuing = pki.root.certificate_der, pki.issuing.certificate_der
    assert only(root) == (ANCHOR, "")
    assert only(issuing) == (HELPER, "issuer-not-trusted")
    assert only(issuing, [root]) == (HELPER, "")
    assert only(issuing, [OfficePki(NOW).root.certificate_der]) == (HELPER, "issuer-not-trusted")


def test_whoever_is_no_authority_is_neither(pki: OfficePki) -> None:
    person = pki.person("An", "an@example.gov.vn").certificate_der
    for der, why in [
        (person, "not-an-authority"),
        (authority(ca=None), "not-an-authority"),
        (authority(ca=False), "not-an-authority"),
        (authority(may_sign=False), "may-not-sign-certificates"),
    ]:
        assert only(der) == (None, why)


def test_old_and_weak_roots_are_refused_with_the_reason() -> None:
    for der, why in [
        (authority(end=NOW - DAY), "authority-expired"),
        (authority(start=NOW + DAY), "authority-not-yet-valid"),
        (authority(key=rsa.generate_private_key(65537, 1024)), "key-too-weak"),  # noqa: S505 - the case
        (authority(key=ec.generate_private_key(ec.SECP192R1())), "key-too-weak"),
    ]:
        assert only(der) == (ANCHOR, why)


def test_a_root_that_another_key_signed_is_no_root() -> None:
    assert only(authority(by=ec.generate_private_key(ec.SECP256R1())))[0] is HELPER


@pytest.mark.parametrize("form", ["pem", "p7b-der", "p7b-pem"])
def test_several_certificates_in_one_file_are_all_seen(pki: OfficePki, form: str) -> None:
    chain = [pki.issuing.certificate, pki.root.certificate, pki.root.certificate]
    data = b"".join(one.public_bytes(Encoding.PEM) for one in chain)
    if form != "pem":
        encoding = Encoding.DER if form == "p7b-der" else Encoding.PEM
        data = pkcs7.serialize_certificates(chain[:2], encoding)
    if form == "pem":
        data = "# lời dẫn\n".encode() + data
    found = read_candidates(data, NOW)
    assert {one.role for one in found} == {ANCHOR, HELPER}
    assert len(found) == 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no-certificate"),
        (b"%PDF-1.7", "no-certificate"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "no-certificate"),
        (b"-----BEGIN CERTIFICATE-----\n", "no-certificate"),
        (b"\x30\x80" + b"\x30\x80" * 5000, "no-certificate"),
        (bytes(5_000_001), "file-too-large"),
    ],
)
def test_what_is_no_file_of_certificates_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(TrustRefused) as caught:
        read_candidates(data, NOW)
    assert caught.value.params["reason"] == reason


def test_a_file_of_too_many_is_refused() -> None:
    pems = b"".join(
        b"-----BEGIN CERTIFICATE-----\n" + f"{number:08d}".encode() + b"\n-----END CERTIFICATE-----\n"
        for number in range(201)
    )
    with pytest.raises(TrustRefused) as caught:
        read_candidates(pems, NOW)
    assert caught.value.params["reason"] == "too-many-certificates"
