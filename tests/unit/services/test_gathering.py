from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from client.crypto.material import material_for
from client.model.evidence import CertificateRole, Gathered, Origin, digest_of
from client.model.trust import RevocationDemand, TrustMaterial, VerificationDemand
from client.model.verdict import Display, Reason
from client.services.gathering import verify_and_gather
from client.services.verification import verify_bytes, verify_file
from tests.fakes.evidence import EvidenceRoom, signed_letter
from tests.fakes.pki import OfficePki


@pytest.fixture
def room(pki: OfficePki, tmp_path: Path) -> Iterator[EvidenceRoom]:
    made = EvidenceRoom(tmp_path, pki)
    yield made
    made.close()


def replayed(room: EvidenceRoom, found: Gathered) -> object:
    """The verdict once more, with nothing but what was given up."""
    trust = material_for(found.record.basis, dict(found.blobs))
    demand = VerificationDemand(trust, found.record.basis.at, found.record.basis.revocation)
    return verify_bytes(room.raw, room.request(), demand)


def test_what_was_used_is_given_up_and_is_enough_to_verify_again(room: EvidenceRoom) -> None:
    found = verify_and_gather(room.request())
    assert found.report == verify_file(room.request())
    assert found.report.display is Display.VALID
    basis = found.record.basis
    roles = [one.role for one in basis.certificates]
    assert roles.count(CertificateRole.SIGNER) == 1
    assert roles.count(CertificateRole.TIMESTAMP) == 1
    assert roles.count(CertificateRole.ANCHOR) == 1
    assert CertificateRole.INTERMEDIATE in roles
    assert {one.kind for one in basis.revocations} == {"crl"}
    assert {one.origin for one in basis.revocations} == {Origin.OFFICE}
    assert all(one.fetched_at is not None for one in basis.revocations)
    assert [one.time for one in basis.timestamps] == [room.pki.now]
    assert {digest for digest, _ in found.blobs} == basis.digests()
    assert all(digest_of(content) == digest for digest, content in found.blobs)
    assert replayed(room, found) == found.report


def test_the_anchor_is_named_by_its_fingerprint_and_the_list_by_a_version(room: EvidenceRoom) -> None:
    basis = verify_and_gather(room.request()).record.basis
    anchor = next(one for one in basis.certificates if one.role is CertificateRole.ANCHOR)
    assert anchor.sha256 == hashlib.sha256(room.pki.root.certificate_der).hexdigest()
    (room.folder / "trust" / "root.pem").write_bytes(
        room.pki.root.certificate_pem + room.pki.person("Ai đó", "ai@x.vn").certificate_pem
    )
    more = verify_and_gather(room.request()).record.basis
    assert (basis.anchors_known, more.anchors_known) == (1, 2)
    assert basis.anchors_sha256 != more.anchors_sha256
    assert more.digests() == basis.digests()  # an anchor that nothing rests on is no material


def test_parts_headers_and_size_are_those_of_the_message(room: EvidenceRoom) -> None:
    record = verify_and_gather(room.request()).record
    assert record.size == len(room.raw)
    document = next(part for part in record.parts if part.name == "quyet-dinh.pdf")
    assert document.media_type == "application/pdf"
    assert len(document.sha256) == 64
    names = [name.lower() for name, _ in record.headers]
    assert {"authentication-results", "received", "message-id"} <= set(names)
    assert any("dkim=pass" in value for _, value in record.headers)


def test_an_altered_letter_and_an_unknown_issuer_can_be_looked_at_again_too(room: EvidenceRoom) -> None:
    room.raw = signed_letter(room.pki, changed=True)
    found = verify_and_gather(room.request())
    assert found.report.display is Display.INVALID
    assert replayed(room, found) == found.report
    nobody = replace(room.request(), sources=replace(room.sources, anchors=()))
    found = verify_and_gather(nobody)
    assert Reason.UNTRUSTED_ISSUER in {reason for one in found.report.signatures for reason in one.reasons}
    assert replayed(room, found) == found.report


def test_stale_lists_are_kept_as_they_were(room: EvidenceRoom) -> None:
    room.write_crls(room.pki.crls(room.pki.now - timedelta(days=30), days=7))
    found = verify_and_gather(room.request())
    reasons = {reason for one in found.report.signatures for reason in one.reasons}
    assert Reason.REVOCATION_STALE in reasons
    assert len(found.record.basis.revocations) == 2
    assert replayed(room, found) == found.report


def test_lists_of_other_authorities_are_not_carried_along(room: EvidenceRoom) -> None:
    other = OfficePki(room.pki.now)
    (room.folder / "crls" / "other.crl").write_bytes(other.crls()[1])
    renamed = verify_and_gather(room.request()).record.basis
    # The other authority bears the same name: it could have spoken for the signer, so it is kept.
    assert len(renamed.revocations) == 3


def test_nothing_trusted_means_nothing_is_made_up(room: EvidenceRoom) -> None:
    basis = verify_and_gather(room.request(b"Subject: x\r\n\r\nhello\r\n")).record.basis
    assert basis.digests() == frozenset()
    assert material_for(basis, {}) == TrustMaterial()
    assert basis.revocation is RevocationDemand.REQUIRE


def test_a_signer_trusted_by_itself_is_trusted_again(room: EvidenceRoom, pki: OfficePki) -> None:
    signer = pki.person("Tự tin cậy", "an@example.gov.vn")
    room.raw = signed_letter(pki, signer=signer)
    alone = room.folder / "alone.pem"
    alone.write_bytes(signer.certificate_pem)
    found = verify_and_gather(replace(room.request(), sources=replace(room.sources, anchors=(alone,))))
    assert [one.role for one in found.record.basis.certificates if one.trusted] == [CertificateRole.SIGNER]
    assert found.report.signatures[0].display is Display.VALID
    assert replayed(room, found) == found.report


def test_an_authority_that_signs_its_lists_with_another_key_is_kept_with_both(
    room: EvidenceRoom, pki: OfficePki
) -> None:
    second = pki.another_key()
    (room.folder / "trust" / "issuing.pem").write_bytes(pki.issuing.certificate_pem + second.certificate_pem)
    room.write_crls((pki.crls()[0], pki.crls_by(second)))
    found = verify_and_gather(room.request())
    fingerprints = {one.sha256 for one in found.record.basis.certificates}
    assert digest_of(second.certificate_der) in fingerprints
    assert replayed(room, found) == found.report
