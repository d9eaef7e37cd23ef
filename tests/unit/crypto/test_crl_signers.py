"""An authority may keep a key for its CRLs alone; nobody else may speak in its name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from client.crypto.certificates import load_certificate
from client.crypto.revocation import Moments, Pool, choose_evidence
from client.crypto.trust import find_path
from client.model.trust import PathRules, RevocationDemand, TrustMaterial

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
DAY = timedelta(days=1)
Holder = tuple[pyca.Certificate, ec.EllipticCurvePrivateKey]


def name(text: str) -> pyca.Name:
    return pyca.Name([pyca.NameAttribute(NameOID.COMMON_NAME, text)])


def usage(*, ca: bool, crl: bool) -> pyca.KeyUsage:
    return pyca.KeyUsage(not ca, not ca and not crl, False, False, False, ca, crl, False, False)


def issue(subject: str, issuer: Holder | None, *, ca: bool = False, crl: bool = False) -> Holder:
    key = ec.generate_private_key(ec.SECP256R1())
    parent = issuer[0].subject if issuer else name(subject)
    builder = (
        pyca.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(parent)
        .public_key(key.public_key())
        .serial_number(pyca.random_serial_number())
        .not_valid_before(NOW - 30 * DAY)
        .not_valid_after(NOW + 300 * DAY)
        .add_extension(pyca.BasicConstraints(ca, None), critical=True)
        .add_extension(usage(ca=ca, crl=crl), critical=True)
    )
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256()), key


def empty_crl(issuer: str, key: ec.EllipticCurvePrivateKey) -> bytes:
    builder = pyca.CertificateRevocationListBuilder().issuer_name(name(issuer))
    signed = builder.last_update(NOW - DAY).next_update(NOW + 5 * DAY).sign(key, hashes.SHA256())
    return signed.public_bytes(Encoding.DER)


@pytest.fixture(scope="module")
def root() -> Holder:
    return issue("Root", None, ca=True, crl=True)


@pytest.fixture(scope="module")
def authority(root: Holder) -> Holder:
    return issue("Sub CA", root, ca=True)


@pytest.fixture(scope="module")
def person(authority: Holder) -> Holder:
    return issue("An", authority)


def accepted(person: Holder, root: Holder, authority: Holder, crl_signer: Holder) -> bool:
    certificate, *others = (
        load_certificate(one[0].public_bytes(Encoding.DER)) for one in (person, authority, crl_signer)
    )
    crls = (empty_crl("Sub CA", crl_signer[1]), empty_crl("Root", root[1]))
    evidence = choose_evidence(certificate, Pool(crls), Moments(NOW, NOW), RevocationDemand.REQUIRE)
    trust = TrustMaterial((root[0].public_bytes(Encoding.DER),))
    return find_path(certificate, others, trust, evidence, NOW) is None


def test_a_key_the_authority_keeps_for_its_crls_is_believed(
    root: Holder, authority: Holder, person: Holder
) -> None:
    assert accepted(person, root, authority, issue("Sub CA", root, crl=True))


def test_a_stranger_with_the_authoritys_name_is_not(root: Holder, authority: Holder, person: Holder) -> None:
    assert not accepted(person, root, authority, issue("Sub CA", None, ca=True, crl=True))


def test_a_person_with_the_authoritys_name_is_not(root: Holder, authority: Holder, person: Holder) -> None:
    assert not accepted(person, root, authority, issue("Sub CA", root))


def test_a_path_without_the_policy_that_is_asked_for_is_not_valid(
    root: Holder, authority: Holder, person: Holder
) -> None:
    certificate, other = (load_certificate(one[0].public_bytes(Encoding.DER)) for one in (person, authority))
    evidence = choose_evidence(certificate, Pool(), Moments(NOW, NOW), RevocationDemand.IGNORE)
    anchors = (root[0].public_bytes(Encoding.DER),)
    rules = PathRules(frozenset({"1.2.3"}), explicit_policy=True)
    assert find_path(certificate, [other], TrustMaterial(anchors), evidence, NOW) is None
    assert find_path(certificate, [other], TrustMaterial(anchors, rules=rules), evidence, NOW) is not None
