"""CRLs by somebody other than the certificate's issuer: only by whom that issuer named, and proven so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from client.crypto.certificates import load_certificate
from client.crypto.revocation import Moments, Pool, choose_evidence, parse_crls
from client.crypto.revoked import listed_since
from client.crypto.trust import find_path
from client.model.trust import RevocationDemand, TrustMaterial

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
DAY = timedelta(days=1)
PLACE = [pyca.UniformResourceIdentifier("http://crl.test/indirect.crl")]
Holder = tuple[pyca.Certificate, ec.EllipticCurvePrivateKey]


def name(text: str) -> pyca.Name:
    return pyca.Name([pyca.NameAttribute(NameOID.COMMON_NAME, text)])


def issue(
    subject: str,
    issuer: Holder | None,
    *,
    ca: bool = False,
    crl: bool = False,
    crl_issuer: str = "",
    serial: int = 0,
) -> Holder:
    key = ec.generate_private_key(ec.SECP256R1())
    usage = pyca.KeyUsage(not ca, not ca and not crl, False, False, False, ca, crl, False, False)
    builder = (
        pyca.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(issuer[0].subject if issuer else name(subject))
        .public_key(key.public_key())
        .serial_number(serial or pyca.random_serial_number())
        .not_valid_before(NOW - 30 * DAY)
        .not_valid_after(NOW + 300 * DAY)
        .add_extension(pyca.BasicConstraints(ca, None), critical=True)
        .add_extension(usage, critical=True)
    )
    if crl_issuer:
        named = [pyca.DirectoryName(name(crl_issuer))]
        points = [pyca.DistributionPoint(PLACE, None, None, named)]
        builder = builder.add_extension(pyca.CRLDistributionPoints(points), critical=False)
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256()), key


def crl(issuer: Holder, *, indirect: bool = False, listed: tuple[tuple[int, str], ...] = ()) -> bytes:
    """A CRL; ``listed`` are serial numbers with the name of who issued them."""
    builder = pyca.CertificateRevocationListBuilder().issuer_name(issuer[0].subject)
    builder = builder.last_update(NOW - DAY).next_update(NOW + 5 * DAY)
    if indirect:
        scope = pyca.IssuingDistributionPoint(PLACE, None, False, False, None, True, False)
        builder = builder.add_extension(scope, critical=True)
    for serial, whose in listed:
        entry = pyca.RevokedCertificateBuilder().serial_number(serial).revocation_date(NOW - 2 * DAY)
        if whose:
            entry = entry.add_extension(
                pyca.CertificateIssuer([pyca.DirectoryName(name(whose))]), critical=True
            )
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(issuer[1], hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.fixture(scope="module")
def root() -> Holder:
    return issue("Root", None, ca=True, crl=True)


@pytest.fixture(scope="module")
def authority(root: Holder) -> Holder:
    return issue("Sub CA", root, ca=True, crl=True)


@pytest.fixture(scope="module")
def person(authority: Holder) -> Holder:
    return issue("An", authority, crl_issuer="CRL Issuer", serial=77)


def der(one: Holder) -> bytes:
    return one[0].public_bytes(Encoding.DER)


def passes(who: Holder, others: list[Holder], crls: list[bytes], *anchors: Holder) -> bool:
    certificate = load_certificate(der(who))
    evidence = choose_evidence(certificate, Pool(tuple(crls)), Moments(NOW, NOW), RevocationDemand.REQUIRE)
    trust = TrustMaterial(tuple(map(der, anchors)))
    brought = [load_certificate(der(one)) for one in others]
    return find_path(certificate, brought, trust, evidence, NOW) is None


def test_whom_the_authority_names_is_believed(root: Holder, authority: Holder, person: Holder) -> None:
    issuer = issue("CRL Issuer", root, crl=True)
    good = [crl(root), crl(issuer, indirect=True)]
    assert passes(person, [authority, issuer], good, root)
    revoking = [crl(root), crl(issuer, indirect=True, listed=((77, "Sub CA"),))]
    assert not passes(person, [authority, issuer], revoking, root)
    another = [crl(root), crl(issuer, indirect=True, listed=((77, "Other CA"),))]
    assert passes(person, [authority, issuer], another, root)


def test_nobody_else_with_that_name_is(root: Holder, authority: Holder, person: Holder) -> None:
    other_root = issue("Other root", None, ca=True, crl=True)
    for pretender, anchors in [
        (issue("CRL Issuer", None, ca=True, crl=True), (root,)),
        (issue("CRL Issuer", root), (root,)),
        (issue("CRL Issuer", authority), (root,)),
        (issue("CRL Issuer", other_root, crl=True), (root,)),
        (issue("CRL Issuer", other_root, crl=True), (root, other_root)),
    ]:
        crls = [crl(root), crl(other_root), crl(pretender, indirect=True)]
        assert not passes(person, [authority, pretender], crls, *anchors)


def test_a_forged_list_of_the_right_issuer_is_not(root: Holder, authority: Holder, person: Holder) -> None:
    issuer, forger = issue("CRL Issuer", root, crl=True), issue("CRL Issuer", None, ca=True, crl=True)
    crls = [crl(root), crl(forger, indirect=True)]
    assert not passes(person, [authority, issuer], crls, root)
    assert not passes(person, [authority, issuer, forger], crls, root)


def test_an_issuer_nobody_named_is_not(root: Holder, authority: Holder) -> None:
    plain = issue("Bình", authority)
    issuer = issue("CRL Issuer", root, crl=True)
    assert not passes(plain, [authority, issuer], [crl(root), crl(issuer, indirect=True)], root)


def test_the_signer_cannot_clear_itself(root: Holder, authority: Holder) -> None:
    # Named as the issuer of its own list, it still may not sign lists.
    self_made = issue("Cường", authority, crl_issuer="Cường")
    assert not passes(self_made, [authority], [crl(root), crl(self_made, indirect=True)], root)


def test_an_entry_about_anothers_certificate_accuses_nobody(authority: Holder, person: Holder) -> None:
    certificate, issuer = load_certificate(der(person)), load_certificate(der(authority))
    for listed, accused in [
        (((77, "Other CA"),), False),
        (((1, "Other CA"), (77, "")), False),  # an issuer holds for the entries after it
        (((77, "Sub CA"),), True),
        (((1, "Other CA"), (77, "Sub CA")), True),
        (((77, ""),), True),
    ]:
        parsed = tuple(parse_crls([crl(authority, indirect=True, listed=listed)]))
        assert (listed_since(certificate, [issuer], parsed) is not None) is accused, listed
