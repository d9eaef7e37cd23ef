"""CMS structures made to harm: each ends soon, in one process, and is never accepted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asn1crypto import cms as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from client.crypto import cms
from client.crypto.keys import Purpose
from client.crypto.pkcs12 import open_pkcs12
from client.model.secret import Secret
from client.model.verdict import Display, Indication, Profile, Reason, SignatureVerdict
from tests.fakes import cms_forge as forge
from tests.fakes.pki import OfficePki

CONTENT = b"noi dung duoc ky"


@pytest.fixture(scope="module")
def signed(pki: OfficePki) -> bytes:
    key = open_pkcs12(pki.person("Nguyễn Văn An", "an@example.gov.vn").pkcs12("x"), Secret("x"))
    return cms.sign_detached(CONTENT, key, signing_time=pki.now, profile=Profile.B_B)


def judged(der: bytes, pki: OfficePki) -> tuple[SignatureVerdict, ...]:
    return cms.verify_detached(CONTENT, der, pki.demand(), purpose=Purpose.DOCUMENT, where="a.p7s")


def with_signers(der: bytes, number: int) -> bytes:
    """The same SignerInfo so many times; put together as bytes, which asn1crypto takes a minute for."""
    signer: bytes = asn1.ContentInfo.load(der)["content"]["signer_infos"][0].dump()
    signers = b"\x31\x80" + signer * number + b"\x00\x00"
    inner = asn1.ContentInfo.load(der)["content"]
    fields = [inner[name].dump() for name in ("version", "digest_algorithms", "encap_content_info")]
    certificates: bytes = inner["certificates"].dump()
    signed = b"\x30\x80" + b"".join(fields) + certificates + signers + b"\x00\x00"
    kind: bytes = asn1.ContentType("signed_data").dump()
    return b"\x30\x80" + kind + b"\xa0\x80" + signed + b"\x00\x00" * 2


def with_certificates(der: bytes, extra: list[bytes]) -> bytes:
    info = asn1.ContentInfo.load(der)
    present = [one.chosen.dump() for one in info["content"]["certificates"]]
    info["content"]["certificates"] = asn1.CertificateSet(
        [asn1.CertificateChoices.load(one) for one in (*extra, *present)]
    )
    forced: bytes = info.dump(force=True)
    return forced


def authority(
    subject: str,
    issuer: str,
    own: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    pki: OfficePki,
) -> bytes:
    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    builder = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name(issuer))
    builder = builder.public_key(own.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(pki.now - timedelta(9)).not_valid_after(pki.now + timedelta(9))
    builder = builder.add_extension(x509.BasicConstraints(True, None), critical=True)
    return builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.DER)


def test_the_signature_itself_is_sound(signed: bytes, pki: OfficePki) -> None:
    (verdict,) = judged(signed, pki)
    assert verdict.indication is Indication.TOTAL_PASSED
    assert [one.indication for one in judged(with_signers(signed, 2), pki)] == [Indication.TOTAL_PASSED] * 2


def test_of_five_hundred_signers_fifty_are_judged_and_the_rest_is_told_of(
    signed: bytes, pki: OfficePki
) -> None:
    found = judged(with_signers(signed, 500), pki)
    assert [one.indication for one in found[:-1]] == [Indication.TOTAL_PASSED] * 50
    assert (found[-1].display, found[-1].reasons[0]) == (Display.UNKNOWN, Reason.TOO_MANY_SIGNATURES)


def test_no_signer_at_all_is_never_accepted(signed: bytes, pki: OfficePki) -> None:
    assert all(one.display is not Display.VALID for one in judged(with_signers(signed, 0), pki))
    assert judged(with_signers(signed, 0), pki)


def test_certificates_that_sign_each_other_in_a_circle_end(signed: bytes, pki: OfficePki) -> None:
    """The signer's own certificate is sound: what else lies in the file changes nothing about it."""
    one, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    circle = [
        authority("A", "B", one, other, pki),
        authority("B", "A", other, one, pki),
        *(authority("A", "A", one, one, pki) for _ in range(20)),
    ]
    (verdict,) = judged(with_certificates(signed, circle), pki)
    assert verdict.indication is Indication.TOTAL_PASSED


def test_a_signer_under_a_circle_of_authorities_is_not_trusted(pki: OfficePki) -> None:
    one, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    circle = [authority("A", "B", one, other, pki), authority("B", "A", other, one, pki)]
    stranger = OfficePki().person("Nguyễn Văn An", "an@example.gov.vn")
    key = open_pkcs12(stranger.pkcs12("x"), Secret("x"))
    der = cms.sign_detached(CONTENT, key, signing_time=pki.now, profile=Profile.B_B)
    (verdict,) = judged(with_certificates(der, circle), pki)
    assert verdict.display is Display.UNKNOWN


@pytest.mark.parametrize(
    "harmful",
    [
        b"\x30\x80" * 50_000,
        b"\x30\x84\x7f\xff\xff\xff" + b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
        bytes.fromhex("3080" "06092a864886f70d010702" "a080" + "3080" * 5_000),
        b"\x30\x82\xff\xff" + b"\xa0\x80" * 30_000,
    ],
)  # fmt: skip
def test_depth_and_lengths_that_lie_end_in_nothing_to_accept(harmful: bytes, pki: OfficePki) -> None:
    der = cms.read_signed_data(harmful)
    assert der is None or all(one.display is not Display.VALID for one in judged(der, pki))
    assert all(one.display is not Display.VALID for one in judged(harmful, pki))


def test_every_truncation_of_a_signature_is_never_accepted(signed: bytes, pki: OfficePki) -> None:
    for end in range(0, len(signed) - 1, 37):
        assert all(one.indication is not Indication.TOTAL_PASSED for one in judged(signed[:end], pki))


def test_depth_with_lengths_that_look_indefinite_costs_no_more(pki: OfficePki) -> None:
    """asn1crypto encodes a value anew, twice at every level, where its length ends in 0x80."""
    holder = pki.person("Nguyễn Văn An", "an@example.gov.vn", elliptic=True)
    main = forge.Signer(holder, forge.digest(CONTENT))
    nested = b""
    for _ in range(12):
        value = forge.digest(main.signature)
        own = [forge.attribute(forge.MESSAGE_DIGEST, forge.octets(value))]
        one = forge.Signer(holder, value, own, unsigned=[nested] if nested else [])
        nested = next(
            padded
            for size in range(300)
            for padded in [forge.attribute(forge.COUNTER_SIGNATURE, one.der, forge.octets(bytes(size)))]
            if len(asn1.CMSAttribute.load(padded)["values"].contents) % 256 == 0x80
        )
    main.unsigned = [nested]
    found = judged(forge.signed_data([main.der], [holder.certificate_der]), pki)
    assert found[0].indication is Indication.TOTAL_PASSED
    assert found[-1].reasons[0] in (Reason.TOO_MANY_SIGNATURES, Reason.SIGNATURE_UNREADABLE)
