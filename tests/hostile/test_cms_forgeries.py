"""Signatures forged, damaged or swollen: none is accepted, none takes the program down."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from dataclasses import replace
from math import isqrt
from pathlib import Path

import pytest
from asn1crypto import algos, keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from client.crypto import cms, smime
from client.crypto.giants import has_giant_identifier
from client.crypto.keys import Purpose
from client.mime import builder
from client.model.trust import RevocationDemand
from client.model.verdict import Display, Indication, Reason, SignatureVerdict, SubIndication
from tests.fakes import cms_forge as forge
from tests.fakes.cms_forge import Signer, attribute, digest, octets, tlv
from tests.fakes.pki import Holder, OfficePki

CONTENT = b"noi dung duoc ky"
PROBE = Path(__file__).parents[1] / "conformance" / "cades_probe.py"


@pytest.fixture(scope="module")
def an(pki: OfficePki) -> Holder:
    return pki.person("Nguyễn Văn An", "an@example.gov.vn", elliptic=True)


def judged(der: bytes, pki: OfficePki) -> tuple[SignatureVerdict, ...]:
    return cms.verify_detached(CONTENT, der, pki.demand(), purpose=Purpose.DOCUMENT, where="")


def file_of(signer: Signer, *certificates: bytes) -> bytes:
    own = (signer.holder.certificate_der, *signer.holder.chain_der)
    return forge.signed_data([signer.der], certificates or own)


def reissued(pki: OfficePki, holder: Holder, key: keys.PublicKeyInfo) -> Holder:
    """The holder's certificate for another public key, truly signed by the authority."""
    body = asn1_x509.Certificate.load(holder.certificate_der)["tbs_certificate"]
    body["subject_public_key_info"] = key
    issuer = pki.issuing.key
    assert isinstance(issuer, rsa.RSAPrivateKey)
    made = asn1_x509.Certificate(
        {
            "tbs_certificate": body,
            "signature_algorithm": {"algorithm": "sha256_rsa"},
            "signature_value": issuer.sign(body.dump(force=True), padding.PKCS1v15(), hashes.SHA256()),
        }
    )
    return _Swollen(holder, made.dump(force=True))


class _Swollen(Holder):
    """A holder whose certificate no library would load."""

    def __init__(self, holder: Holder, der: bytes) -> None:
        super().__init__(holder.certificate, holder.key, holder.chain)
        object.__setattr__(self, "_der", der)

    @property
    def certificate_der(self) -> bytes:
        der: bytes = self._der  # type: ignore[attr-defined] # set above, past the frozen fields
        return der


def rsa_info(modulus: int, exponent: int) -> keys.PublicKeyInfo:
    key = keys.RSAPublicKey({"modulus": modulus, "public_exponent": exponent})
    return keys.PublicKeyInfo({"algorithm": {"algorithm": "rsa"}, "public_key": key})


def cube_root(number: int) -> int:
    """The next whole number above the cube root."""
    low, high = 0, 1 << (number.bit_length() // 3 + 2)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if middle**3 < number else (low, middle)
    return low


def digest_info(data: bytes) -> bytes:
    info: bytes = algos.DigestInfo(
        {"digest_algorithm": {"algorithm": "sha256"}, "digest": digest(data)}
    ).dump()
    return info


def test_a_forged_padding_for_exponent_three_is_refused(pki: OfficePki) -> None:
    """Bleichenbacher 2006: the digest on the left, garbage to its right, and no key needed at all."""
    key = rsa.generate_private_key(public_exponent=3, key_size=2048)
    holder = pki.person("Nguyễn Văn An", "an@example.gov.vn", key=key)

    def forged(data: bytes) -> bytes:
        start = b"\x00\x01" + b"\xff" * 8 + b"\x00" + digest_info(data)
        left = int.from_bytes(start + bytes(256 - len(start)), "big")
        root = cube_root(left)
        assert (root**3).to_bytes(256, "big").startswith(start)
        return root.to_bytes(256, "big")

    (found,) = judged(file_of(Signer(holder, digest(CONTENT), sign=forged)), pki)
    assert found.sub_indication is SubIndication.SIG_CRYPTO_FAILURE
    (honest,) = judged(file_of(Signer(holder, digest(CONTENT))), pki)
    assert honest.indication is Indication.TOTAL_PASSED


def test_a_key_that_signs_everything_is_refused(pki: OfficePki) -> None:
    """Exponent 1: the signature is the padded digest itself."""
    holder = pki.person("Nguyễn Văn An", "an@example.gov.vn")
    numbers = holder.key.public_key().public_numbers()
    assert isinstance(numbers, rsa.RSAPublicNumbers)

    def padded(data: bytes) -> bytes:
        info = digest_info(data)
        return b"\x00\x01" + b"\xff" * (253 - len(info)) + b"\x00" + info

    every = reissued(pki, holder, rsa_info(numbers.n, 1))
    (found,) = judged(file_of(Signer(every, digest(CONTENT), sign=padded)), pki)
    assert found.indication is not Indication.TOTAL_PASSED


@pytest.mark.parametrize("value", ["zero", "negative", "order", "empty", "one"])
def test_elliptic_signatures_out_of_range_are_refused(pki: OfficePki, an: Holder, value: str) -> None:
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    number = {
        "zero": b"\x02\x01\x00",
        "negative": b"\x02\x01\xff",
        "empty": b"\x02\x00",
        "one": b"\x02\x01\x01",
    }
    part = number.get(value, tlv(2, b"\x00" + order.to_bytes(32, "big")))
    (found,) = judged(file_of(Signer(an, digest(CONTENT), sign=lambda _: tlv(0x30, part, part))), pki)
    assert found.indication is Indication.TOTAL_FAILED


def _integer(number: int) -> bytes:
    return tlv(2, b"\x00" + number.to_bytes(32, "big"))


def test_a_curve_of_the_attackers_own_is_never_computed_with(pki: OfficePki, an: Holder) -> None:
    """CVE-2020-0601: the same point, another generator, a private key of one's choice."""
    numbers = an.key.public_key().public_numbers()
    assert isinstance(numbers, ec.EllipticCurvePublicNumbers)
    point = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    prime = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
    b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    parameters = tlv(
        0x30,
        b"\x02\x01\x01",
        tlv(0x30, forge.oid("1.2.840.10045.1.1"), _integer(prime)),
        tlv(0x30, octets((prime - 3).to_bytes(32, "big")), octets(b.to_bytes(32, "big"))),
        octets(point),  # the generator is the public key: the private key is one
        _integer(order),
        b"\x02\x01\x01",
    )
    info = tlv(0x30, tlv(0x30, forge.oid("1.2.840.10045.2.1"), parameters), tlv(3, b"\x00" + point))
    own = reissued(pki, an, keys.PublicKeyInfo.load(info))
    (found,) = judged(file_of(Signer(own, digest(CONTENT))), pki)
    assert found.display is Display.UNKNOWN
    assert found.reasons[0] in (Reason.ALGORITHM_UNKNOWN, Reason.SIGNATURE_UNREADABLE)


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("by_key", [True, False])
def test_a_decoy_certificate_of_the_same_name_hides_nothing(
    pki: OfficePki, an: Holder, named: bool, by_key: bool
) -> None:
    """Same issuer and serial number, or same key identifier, and another key: whoever writes the file can."""
    other = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    point = b"\x04" + other.x.to_bytes(32, "big") + other.y.to_bytes(32, "big")
    curve = forge.oid("1.2.840.10045.3.1.7")
    info = tlv(0x30, tlv(0x30, forge.oid("1.2.840.10045.2.1"), curve), tlv(3, b"\x00" + point))
    decoy = reissued(pki, an, keys.PublicKeyInfo.load(info)).certificate_der
    usual = forge.usual_attributes(an, digest(CONTENT))
    sid = forge.key_identifier(an.certificate_der) if by_key else None
    signer = Signer(an, b"", usual if named else usual[:2], sid=sid)
    der = file_of(signer, decoy, an.certificate_der, *an.chain_der)
    (found,) = judged(der, pki)
    assert found.indication is Indication.TOTAL_PASSED
    (alone,) = judged(file_of(signer, decoy, *an.chain_der), pki)
    assert alone.indication is not Indication.TOTAL_PASSED


def test_a_name_that_turns_the_line_around_is_shown_straight(pki: OfficePki) -> None:
    tricky = pki.person("Nguyễn\u202eăV \u200bAn\x00", "an@example.gov.vn", elliptic=True)
    (found,) = judged(file_of(Signer(tricky, digest(CONTENT))), pki)
    assert found.signer is not None
    assert found.signer.name.isprintable()
    assert "\u202e" not in found.signer.name


def test_an_address_in_another_alphabet_is_another_address(pki: OfficePki) -> None:
    """Cyrillic а for Latin a, as an IDNA domain: same to the eye, never the same mailbox."""
    from client.crypto.pkcs12 import open_pkcs12
    from client.model.secret import Secret

    cyrillic = "an@xn--exmple-4nf.gov.vn"
    holder = pki.person("Nguyễn Văn An", cyrillic, elliptic=True)
    entity = b"Content-Type: text/plain\r\n\r\nChuyen tien\r\n"
    key = open_pkcs12(holder.pkcs12("x"), Secret("x"))
    der = smime.sign_entity(entity, key, sender=cyrillic, signing_time=pki.now)
    raw = builder.assemble_signed(b"From: an@example.gov.vn\r\n", entity, der)
    report = smime.verify_message(raw, pki.demand())
    assert report.display is not Display.VALID
    assert Reason.SIGNER_NOT_SENDER in report.reasons


def test_every_truncation_is_refused(pki: OfficePki, an: Holder) -> None:
    der = file_of(Signer(an, digest(CONTENT)))
    for end in range(len(der)):
        found = judged(der[:end], pki)
        assert found
        assert all(one.indication is not Indication.TOTAL_PASSED for one in found), end


def test_mutations_neither_crash_nor_change_what_is_accepted(pki: OfficePki, an: Holder) -> None:
    """A changed byte may lie where nothing is signed; what passes must then be what passed before."""
    signer = Signer(an, digest(CONTENT))
    signer.unsigned = [attribute(forge.SIGNATURE_TIME_STAMP, forge.token(pki, digest(signer.signature)))]
    der = file_of(signer)
    (sound,) = judged(der, pki)
    chance = random.Random(20261126)  # noqa: S311 - the same damage every time
    for _ in range(400):
        damaged = bytearray(der)
        for _ in range(chance.choice((1, 1, 1, 2, 8))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        for found in judged(bytes(damaged), pki):
            if found.indication is Indication.TOTAL_PASSED and not found.countersigns:
                assert found.signer == sound.signer
                assert found.timestamp_time in (sound.timestamp_time, None)
                assert found.claimed_time == sound.claimed_time


def test_empty_things_are_no_signatures(pki: OfficePki, an: Holder) -> None:
    assert cms.read_signed_data(b"") is None
    assert cms.evidence_alone(b"") is None
    for nothing in (b"", b"\x30\x00", forge.content_info(b"\x30\x00")):
        assert all(one.display is not Display.VALID for one in judged(nothing, pki))
    hollow = Signer(an, b"", [attribute(forge.CONTENT_TYPE), attribute(forge.MESSAGE_DIGEST)])
    (found,) = judged(file_of(hollow), pki)
    assert found.indication is not Indication.TOTAL_PASSED


def giant(size: int) -> bytes:
    return tlv(0x06, b"\x2a" + b"\x81" * size + b"\x01")


def test_an_identifier_without_end_is_found_wherever_it_stands() -> None:
    name = tlv(0x30, giant(1000))
    for around in (
        name,
        tlv(0x30, b"\x02\x01\x01", tlv(0xA0, name)),
        b"\x30\x80" + name + b"\x00\x00",
        b"\x30\x80" + b"\xa0\x80" + b"\x04\x00" + b"\x00\x00" + name + b"\x00\x00",
        octets(tlv(0x30, octets(name))),
        tlv(0x30, tlv(0x30, b"\x04\x7f"), name),  # a length that lies swallows nothing
    ):
        assert has_giant_identifier(around)
    assert not has_giant_identifier(
        tlv(0x30, forge.oid("1.2.840.113549.1.7.2"), octets(b"\x06\x82\x10\x00" * 9))
    )


@pytest.mark.parametrize("what", ["identifier", "serial", "certificates", "attributes", "signers"])
def test_swollen_files_end_within_ten_seconds_and_a_gigabyte(
    pki: OfficePki, an: Holder, what: str, tmp_path: Path
) -> None:
    signer = Signer(an, digest(CONTENT))
    own = [an.certificate_der, *an.chain_der]
    match what:
        case "identifier":
            signer.unsigned = [tlv(0x30, giant(1 << 20), tlv(0x31))]
            der = forge.signed_data([signer.der], own)
        case "serial":
            sid = tlv(
                0x30,
                asn1_x509.Certificate.load(an.certificate_der).issuer.dump(),
                tlv(2, b"\x01" * (1 << 20)),
            )
            der = forge.signed_data([Signer(an, digest(CONTENT), sid=sid).der], own)
        case "certificates":
            der = forge.signed_data([signer.der], [*([pki.tsa.certificate_der] * 10_000), *own])
        case "attributes":
            signer.unsigned = [attribute("1.2.3.4", b"\x05\x00")] * 50_000
            der = forge.signed_data([signer.der], own)
        case _:
            der = forge.signed_data([signer.der] * 1_000, own)
    path, content = tmp_path / "a.p7s", tmp_path / "content"
    path.write_bytes(der)
    content.write_bytes(CONTENT)
    command = [sys.executable, str(PROBE), str(path), pki.now.isoformat(), str(content)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, cwd=PROBE.parents[2]
    )
    assert done.returncode == 0, done.stderr[-500:]
    found = json.loads(done.stdout)
    assert found["seconds"] < 10
    if what in ("identifier", "serial", "signers"):
        assert found["display"] in ("UNKNOWN", "INVALID")
    assert isqrt(len(found["signatures"])) <= 8


@pytest.mark.parametrize("hash_", ["sha1", "md5"])
def test_a_certificate_signed_with_an_outdated_hash_is_weak_not_altered(
    pki: OfficePki, an: Holder, hash_: str
) -> None:
    body = asn1_x509.Certificate.load(an.certificate_der)["tbs_certificate"]
    body["signature"] = {"algorithm": f"{hash_}_rsa"}
    issuer = pki.issuing.key
    assert isinstance(issuer, rsa.RSAPrivateKey)
    outdated = {"sha1": hashes.SHA1(), "md5": hashes.MD5()}[hash_]  # noqa: S303 - weak on purpose
    made = asn1_x509.Certificate(
        {
            "tbs_certificate": body,
            "signature_algorithm": {"algorithm": f"{hash_}_rsa"},
            "signature_value": issuer.sign(body.dump(force=True), padding.PKCS1v15(), outdated),
        }
    )
    old = _Swollen(an, made.dump(force=True))
    (found,) = judged(file_of(Signer(old, digest(CONTENT))), pki)
    assert (found.display, found.reasons[0]) == (Display.UNKNOWN, Reason.WEAK_ALGORITHM)
    assert Reason.DOCUMENT_ALTERED not in found.reasons


def test_an_authority_with_a_short_key_is_weak(an: Holder) -> None:
    pki = OfficePki()
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - weak on purpose
    issuing = asn1_x509.Certificate.load(pki.issuing.certificate_der)["tbs_certificate"]
    numbers = short.public_key().public_numbers()
    issuing["subject_public_key_info"] = rsa_info(numbers.n, numbers.e)
    root = pki.root.key
    assert isinstance(root, rsa.RSAPrivateKey)
    authority = asn1_x509.Certificate(
        {
            "tbs_certificate": issuing,
            "signature_algorithm": {"algorithm": "sha256_rsa"},
            "signature_value": root.sign(issuing.dump(force=True), padding.PKCS1v15(), hashes.SHA256()),
        }
    ).dump(force=True)
    leaf = asn1_x509.Certificate.load(pki.person("An", "an@example.gov.vn").certificate_der)[
        "tbs_certificate"
    ]
    own = keys.PublicKeyInfo.load(asn1_x509.Certificate.load(an.certificate_der).public_key.dump())
    leaf["subject_public_key_info"] = own
    signed = asn1_x509.Certificate(
        {
            "tbs_certificate": leaf,
            "signature_algorithm": {"algorithm": "sha256_rsa"},
            "signature_value": short.sign(leaf.dump(force=True), padding.PKCS1v15(), hashes.SHA256()),
        }
    ).dump(force=True)
    holder = _Swollen(an, signed)
    der = forge.signed_data([Signer(holder, digest(CONTENT)).der], [signed, authority])
    demand = pki.demand(revocation=RevocationDemand.IGNORE)
    trust = replace(demand.trust, intermediates=())
    (found,) = cms.verify_detached(
        CONTENT, der, replace(demand, trust=trust), purpose=Purpose.DOCUMENT, where=""
    )
    assert (found.display, found.reasons[0]) == (Display.UNKNOWN, Reason.WEAK_ALGORITHM)
