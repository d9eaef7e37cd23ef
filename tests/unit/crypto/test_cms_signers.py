"""Several signers, counter-signatures and the forms of content: each judged for what it signs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from asn1crypto import core
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from client.crypto import cms, smime
from client.crypto.content import FileContent
from client.crypto.keys import Purpose
from client.mime import builder
from client.model.trust import RevocationDemand
from client.model.verdict import (
    Coverage,
    Display,
    Indication,
    Reason,
    SignatureVerdict,
    SubIndication,
)
from client.services.requests import TrustSources, VerifyRequest
from client.services.verification import verify_bytes
from tests.fakes import cms_forge as forge
from tests.fakes.cms_forge import Signer, attribute, digest, octets, tlv
from tests.fakes.pki import Holder, OfficePki

CONTENT = b"noi dung duoc ky"


@pytest.fixture(scope="module")
def an(pki: OfficePki) -> Holder:
    return pki.person("Nguyễn Văn An", "an@example.gov.vn")


@pytest.fixture(scope="module")
def binh(pki: OfficePki) -> Holder:
    return pki.person("Trần Thị Bình", "binh@example.gov.vn", elliptic=True)


def judged(der: bytes, pki: OfficePki, content: bytes = CONTENT) -> tuple[SignatureVerdict, ...]:
    return cms.verify_detached(content, der, pki.demand(), purpose=Purpose.DOCUMENT, where="a.p7s")


def certificates(*holders: Holder) -> list[bytes]:
    return list(dict.fromkeys(der for one in holders for der in (one.certificate_der, *one.chain_der)))


def counter(holder: Holder, over: Signer, **changes: object) -> Signer:
    """A counter-signature: over the other's value, without a content type (RFC 5652 section 11.4)."""
    value = digest(over.signature)
    own = [attribute(forge.MESSAGE_DIGEST, octets(value)), forge.signing_certificate(holder.certificate_der)]
    return Signer(holder, value, own, **changes)  # type: ignore[arg-type] # handed through


def with_counter(main: Signer, *counters: Signer) -> bytes:
    main.unsigned = [attribute(forge.COUNTER_SIGNATURE, *(one.der for one in counters))]
    return main.der


def test_a_broken_signer_neither_hides_nor_spoils_the_other(pki: OfficePki, an: Holder, binh: Holder) -> None:
    signers = [Signer(an, digest(CONTENT)).der, Signer(binh, digest(b"other")).der]
    for order in (signers, signers[::-1]):
        found = judged(forge.signed_data(order, certificates(an, binh)), pki)
        assert {one.signer.name: one.display for one in found if one.signer} == {
            "Nguyễn Văn An": Display.WARNING,  # no time-stamp
            "Trần Thị Bình": Display.INVALID,
        }
        assert all(Reason.SEVERAL_SIGNERS in one.reasons for one in found)
        assert {one.display: one.coverage for one in found} == {
            Display.WARNING: Coverage.WHOLE,
            Display.INVALID: Coverage.UNCLEAR,
        }


def test_an_unreadable_signer_stands_beside_a_sound_one(pki: OfficePki, an: Holder) -> None:
    odd = Signer(an, digest(CONTENT))
    odd.parts[2] = tlv(0x30, b"\x05\x00")
    der = forge.signed_data([Signer(an, digest(CONTENT)).der, odd.der], certificates(an))
    first, second = judged(der, pki)
    assert first.indication is Indication.TOTAL_PASSED
    assert (second.indication, second.reasons[0]) == (
        Indication.INDETERMINATE,
        Reason.SIGNATURE_UNREADABLE,
    )


def test_a_counter_signature_is_shown_with_whom_it_confirms(pki: OfficePki, an: Holder, binh: Holder) -> None:
    main = Signer(an, digest(CONTENT))
    der = forge.signed_data([with_counter(main, counter(binh, main))], certificates(an, binh))
    own, confirming = judged(der, pki)
    assert (own.countersigns, own.coverage) == ("", Coverage.WHOLE)
    assert confirming.countersigns == "Nguyễn Văn An"
    assert confirming.coverage is Coverage.SIGNATURE
    assert confirming.indication is Indication.TOTAL_PASSED
    assert Reason.COUNTER_SIGNATURE in confirming.reasons
    assert Reason.SEVERAL_SIGNERS not in own.reasons
    assert confirming.signer is not None
    assert confirming.signer.name == "Trần Thị Bình"


def test_a_counter_signature_over_something_else_fails_and_the_signature_stands(
    pki: OfficePki, an: Holder, binh: Holder
) -> None:
    main, other = Signer(an, digest(CONTENT)), Signer(an, digest(b"other"))
    own, confirming = judged(
        forge.signed_data([with_counter(main, counter(binh, other))], certificates(an, binh)), pki
    )
    assert own.indication is Indication.TOTAL_PASSED
    assert (confirming.indication, confirming.sub_indication) == (
        Indication.TOTAL_FAILED,
        SubIndication.HASH_FAILURE,
    )


def test_a_counter_signature_of_a_counter_signature_names_the_one_in_between(
    pki: OfficePki, an: Holder, binh: Holder
) -> None:
    chi = pki.person("Lê Chi", "chi@example.gov.vn")
    main = Signer(an, digest(CONTENT))
    between = counter(binh, main)
    with_counter(between, counter(chi, between))
    found = judged(forge.signed_data([with_counter(main, between)], certificates(an, binh, chi)), pki)
    assert [one.countersigns for one in found] == ["", "Nguyễn Văn An", "Trần Thị Bình"]
    assert all(one.indication is Indication.TOTAL_PASSED for one in found)


def test_a_counter_signature_never_passes_for_a_signature_on_content(
    pki: OfficePki, an: Holder, binh: Holder
) -> None:
    """Taken out and put beside the signers, over the very bytes it signed."""
    main = Signer(an, digest(CONTENT))
    lifted = counter(binh, main)
    (found,) = judged(forge.signed_data([lifted.der], certificates(binh)), pki, content=main.signature)
    assert (found.indication, found.sub_indication) == (
        Indication.TOTAL_FAILED,
        SubIndication.FORMAT_FAILURE,
    )
    (none,) = judged(forge.signed_data([], certificates(an, binh)), pki)
    assert none.display is Display.INVALID


def test_counter_signatures_without_end_are_told_of_and_not_judged(
    pki: OfficePki, an: Holder, binh: Holder
) -> None:
    main = Signer(an, digest(CONTENT))
    many = forge.signed_data([with_counter(main, *[counter(binh, main)] * 30)], certificates(an, binh))
    found = judged(many, pki)
    assert len(found) == 22
    assert (found[-1].display, found[-1].reasons[0]) == (Display.UNKNOWN, Reason.TOO_MANY_SIGNATURES)
    deep = counter(binh, main)
    for _ in range(6):
        outer = counter(binh, main)
        with_counter(outer, deep)
        deep = outer
    found = judged(forge.signed_data([with_counter(main, deep)], certificates(an, binh)), pki)
    assert found[-1].reasons[0] is Reason.TOO_MANY_SIGNATURES


def test_content_in_pieces_without_lengths_is_the_same_content(pki: OfficePki, an: Holder) -> None:
    """BER: constructed octet string in indefinite lengths, as streaming software writes it."""
    end = b"\x00\x00"
    pieces = b"\x24\x80" + octets(CONTENT[:5]) + octets(CONTENT[5:]) + end
    encapsulated = b"\x30\x80" + forge.oid(forge.DATA) + b"\xa0\x80" + pieces + end + end
    body = (
        b"\x30\x80\x02\x01\x01"
        + tlv(0x31, forge.digest_algorithm("sha256"))
        + encapsulated
        + b"\xa0\x80" + b"".join(certificates(an)) + end
        + b"\x31\x80" + Signer(an, digest(CONTENT)).der + end
        + end
    )  # fmt: skip
    der = b"\x30\x80" + forge.oid(forge.SIGNED_DATA) + b"\xa0\x80" + body + end + end
    assert cms.read_signed_data(der) == der
    content, (found,) = cms.verify_opaque(der, pki.demand(), purpose=Purpose.DOCUMENT, where="")
    assert content == CONTENT
    assert found.indication is Indication.TOTAL_PASSED


def test_attributes_written_in_another_order_than_signed_hold(pki: OfficePki, an: Holder) -> None:
    """RFC 5652 section 5.4: signed is the DER of the SET, whatever the file writes."""
    usual = sorted(forge.usual_attributes(an, digest(CONTENT)))
    shuffled = Signer(an, digest(CONTENT), usual[::-1], signed_as=usual)
    (found,) = judged(forge.signed_data([shuffled.der], certificates(an)), pki)
    assert found.indication is Indication.TOTAL_PASSED
    forged = Signer(an, digest(CONTENT), usual[::-1], signed_as=usual[:2])
    (found,) = judged(forge.signed_data([forged.der], certificates(an)), pki)
    assert found.sub_indication is SubIndication.SIG_CRYPTO_FAILURE


@pytest.mark.parametrize("name", ["sha3_256", "sha3_512"])
def test_sha3_signatures_are_computed(pki: OfficePki, an: Holder, name: str) -> None:
    kind = {"sha3_256": hashes.SHA3_256(), "sha3_512": hashes.SHA3_512()}[name]
    number = {"sha3_256": "14", "sha3_512": "16"}[name]
    algorithm = tlv(0x30, forge.oid(f"2.16.840.1.101.3.4.3.{number}"), b"\x05\x00")
    key = an.key
    assert isinstance(key, rsa.RSAPrivateKey)
    usual = forge.usual_attributes(an, digest(CONTENT, name))
    made = Signer(
        an, b"", usual, digest_name=name, algorithm=algorithm,
        sign=lambda data: key.sign(data, padding.PKCS1v15(), kind),
    )  # fmt: skip
    der = forge.signed_data([made.der], certificates(an), digests=(name,))
    assert judged(der, pki)[0].indication is Indication.TOTAL_PASSED
    assert judged(der, pki, b"other")[0].sub_indication is SubIndication.HASH_FAILURE


@pytest.mark.parametrize(("salt", "passes"), [(32, True), (20, False), (0, False)])
def test_pss_holds_with_the_salt_it_names(pki: OfficePki, an: Holder, salt: int, passes: bool) -> None:
    hash_ = forge.digest_algorithm("sha256")
    parameters = tlv(
        0x30,
        tlv(0xA0, hash_),
        tlv(0xA1, tlv(0x30, forge.oid("1.2.840.113549.1.1.8"), hash_)),
        tlv(0xA2, core.Integer(salt).dump()),
    )
    algorithm = tlv(0x30, forge.oid("1.2.840.113549.1.1.10"), parameters)
    key = an.key
    assert isinstance(key, rsa.RSAPrivateKey)
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    made = Signer(
        an, digest(CONTENT), algorithm=algorithm, sign=lambda data: key.sign(data, pss, hashes.SHA256())
    )
    (found,) = judged(forge.signed_data([made.der], certificates(an)), pki)
    assert (found.indication is Indication.TOTAL_PASSED) == passes
    assert passes or found.sub_indication is SubIndication.SIG_CRYPTO_FAILURE


def test_a_large_file_is_read_in_pieces(pki: OfficePki, an: Holder, tmp_path: Path) -> None:
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        for _ in range(5):
            file.write(bytes(1 << 20))
    der = forge.signed_data([Signer(an, digest(large.read_bytes())).der], certificates(an))
    content = FileContent(large)
    (found,) = cms.verify_detached(content, der, pki.demand(), purpose=Purpose.DOCUMENT, where="")
    assert found.indication is Indication.TOTAL_PASSED
    large.write_bytes(large.read_bytes() + b"x")
    (found,) = cms.verify_detached(FileContent(large), der, pki.demand(), purpose=Purpose.DOCUMENT, where="")
    assert found.sub_indication is SubIndication.HASH_FAILURE
    with pytest.raises(OSError):
        cms.verify_detached(
            FileContent(tmp_path / "gone"), der, pki.demand(), purpose=Purpose.DOCUMENT, where=""
        )


def test_a_time_stamp_alone_is_nobodys_signature(pki: OfficePki) -> None:
    _, (found,) = cms.verify_opaque(
        forge.token(pki, digest(CONTENT)), pki.demand(), purpose=Purpose.DOCUMENT, where=""
    )
    assert (found.display, found.reasons) == (Display.UNKNOWN, (Reason.TIMESTAMP_ALONE,))
    assert found.signer is None
    answer = tlv(0x30, tlv(0x30, b"\x02\x01\x00"), forge.token(pki, digest(CONTENT)))
    assert cms.evidence_alone(answer) is Reason.TIMESTAMP_ALONE


def test_an_evidence_record_is_recognised_and_said_to_be_not_judged(pki: OfficePki, an: Holder) -> None:
    record = tlv(0x30, b"\x02\x01\x01", tlv(0x30, forge.digest_algorithm("sha256")), tlv(0x30))
    assert cms.evidence_alone(record) is Reason.EVIDENCE_RECORD_NOT_JUDGED
    assert cms.evidence_alone(CONTENT) is None
    carrying = Signer(an, digest(CONTENT), unsigned=[attribute("1.2.840.113549.1.9.16.2.49", record)])
    (found,) = judged(forge.signed_data([carrying.der], certificates(an)), pki)
    assert Reason.EVIDENCE_RECORD_NOT_JUDGED in found.reasons
    assert replace(found, reasons=(Reason.EVIDENCE_RECORD_NOT_JUDGED,)).display is Display.VALID


def test_a_signature_that_encloses_a_pdf_is_no_pdf(pki: OfficePki, an: Holder, tmp_path: Path) -> None:
    """A .p7m of a PDF has the PDF's first bytes within its own."""
    pdf = b"%PDF-1.7\n" + bytes(2000)
    der = forge.signed_data([Signer(an, digest(pdf)).der], certificates(an), content=pdf)
    assert b"%PDF-" in der[:1024]
    assert not cms.is_pdf(der, "cong-van.pdf.p7m")
    assert cms.is_pdf(pdf, "cong-van.p7m")
    assert cms.is_pdf(b"junk" + pdf, "")
    path = tmp_path / "cong-van.pdf.p7m"
    path.write_bytes(der)
    request = VerifyRequest(path, TrustSources(), pki.now, RevocationDemand.REQUIRE)
    report = verify_bytes(der, request, pki.demand())
    assert [one.indication for one in report.signatures] == [Indication.TOTAL_PASSED]


def test_who_confirms_a_mails_signature_need_not_be_its_sender(
    pki: OfficePki, an: Holder, binh: Holder
) -> None:
    entity = b"Content-Type: text/plain\r\n\r\nKinh gui\r\n"
    main = Signer(an, digest(entity))
    der = forge.signed_data([with_counter(main, counter(binh, main))], certificates(an, binh))
    raw = builder.assemble_signed(b"From: an@example.gov.vn\r\nSubject: x\r\n", entity, der)
    report = smime.verify_message(raw, pki.demand())
    assert report.display is Display.VALID
    assert report.identity is not None
    assert report.identity.certificate_addresses == ("an@example.gov.vn",)
    assert [one.countersigns for one in report.signatures] == ["", "Nguyễn Văn An"]
    lifted = builder.assemble_signed(b"From: binh@example.gov.vn\r\nSubject: x\r\n", entity, der)
    assert Reason.SIGNER_NOT_SENDER in smime.verify_message(lifted, pki.demand()).reasons


@pytest.mark.parametrize(
    "content",
    [tlv(0x04, b"noi dung"), tlv(0x30, tlv(0x0C, b"noi dung"))],
    ids=["octets under version 1", "a value as PKCS #7 has it"],
)
def test_content_of_another_type_in_the_older_form_is_what_was_signed(
    pki: OfficePki, an: Holder, content: bytes
) -> None:
    """RFC 5652 section 5.2.1: PKCS #7 signs the value without tag and length; it was read as altered."""
    kind, signed = "1.3.6.1.4.1.311.2.1.4", content[2:]
    for body, expected in ((signed, Indication.TOTAL_PASSED), (b"khac", Indication.TOTAL_FAILED)):
        signer = Signer(an, digest(body), attributes=forge.usual_attributes(an, digest(body), kind))
        capsule = tlv(0x30, forge.oid(kind), tlv(0xA0, content))
        certificates = tlv(0xA0, an.certificate_der, pki.issuing.certificate_der)
        algorithms = tlv(0x31, forge.digest_algorithm("sha256"))
        parts = b"\x02\x01\x01", algorithms, capsule, certificates, tlv(0x31, signer.der)
        found, (verdict,) = cms.verify_opaque(
            forge.content_info(tlv(0x30, *parts)), pki.demand(), purpose=Purpose.DOCUMENT, where="f"
        )
        assert found == signed
        assert verdict.indication is expected
