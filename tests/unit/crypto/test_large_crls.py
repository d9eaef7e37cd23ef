"""A list of national size says the same as when every entry is read, in a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import crl
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from client.crypto import verdicts
from client.crypto.certificates import load_certificate
from client.crypto.large_crls import focused
from client.crypto.revocation import Moments, Pool, choose_evidence
from client.crypto.trust import find_path, read_crls
from client.model.trust import RevocationDemand, TrustMaterial
from tests.fakes.crls import large_crl

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
NAME = pyca.Name([pyca.NameAttribute(NameOID.COMMON_NAME, "CA")])
OTHERS = range(10**30, 10**30 + 10_000)
KEY = ec.generate_private_key(ec.SECP256R1())


def certificate(serial: int, *, ca: bool = False) -> bytes:
    """Of the one key there is; the authority's own or one it issued."""
    subject = NAME if ca else pyca.Name([pyca.NameAttribute(NameOID.COMMON_NAME, "An")])
    builder = pyca.CertificateBuilder().subject_name(subject).issuer_name(NAME).serial_number(serial)
    builder = builder.public_key(KEY.public_key()).not_valid_before(NOW - timedelta(9))
    usage = pyca.KeyUsage(not ca, not ca, False, False, False, ca, ca, False, False)
    return (
        builder.not_valid_after(NOW + timedelta(9))
        .add_extension(pyca.BasicConstraints(ca, None), critical=True)
        .add_extension(usage, critical=True)
        .sign(KEY, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )


def listing(*serials: int) -> bytes:
    empty = pyca.CertificateRevocationListBuilder().issuer_name(NAME).last_update(NOW - timedelta(1))
    signed = empty.next_update(NOW + timedelta(1)).sign(KEY, hashes.SHA256())
    half = len(OTHERS) // 2
    return large_crl(signed.public_bytes(Encoding.DER), KEY, [*OTHERS[:half], *serials, *OTHERS[half:]])


def judged(serial: int, *listed: int) -> object:
    parsed = load_certificate(certificate(serial))
    evidence = choose_evidence(parsed, Pool((listing(*listed),)), Moments(NOW, NOW), RevocationDemand.REQUIRE)
    return find_path(parsed, (), TrustMaterial((certificate(1, ca=True),)), evidence, NOW)


@pytest.mark.parametrize("serial", [5, 127, 128, 2**64, 2**150])
def test_who_is_listed_is_revoked_and_who_is_not_is_not(serial: int) -> None:
    assert judged(serial) is None
    assert judged(serial, serial) is not None


def test_a_number_inside_another_number_accuses_nobody() -> None:
    inside = int.from_bytes(b"\x11\x02\x01\x05\x11", "big")
    assert judged(5, inside) is None


def test_the_walk_finds_what_reading_every_entry_finds() -> None:
    whole = crl.CertificateList.load(listing(7, 8, 9))
    people = [load_certificate(certificate(serial)) for serial in (7, 9, 10)]
    found = focused(whole, people)["tbs_cert_list"]["revoked_certificates"]
    wanted = {person.serial_number for person in people}
    every = whole["tbs_cert_list"]["revoked_certificates"]
    expected = {one.dump() for one in every if one["user_certificate"].native in wanted}
    assert {one.dump() for one in found} == expected
    assert len(expected) == 2
    assert focused(whole, people).dump() == whole.dump()


def test_a_large_list_is_read_from_a_file_and_a_broken_one_refused() -> None:
    der = listing(7)
    assert read_crls(der) == (der,)
    with pytest.raises(ValueError, match=r".+"):
        read_crls(der[:-1])


def test_the_verdict_names_the_revocation() -> None:
    found = judged(77, 77)
    assert found == verdicts.REVOKED or "revoked" in repr(found).lower()
