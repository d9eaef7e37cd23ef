"""An issuing authority pinned as anchor: its own CRLs count, and nothing else is believed for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from client.crypto import cms, smime
from client.mime import builder
from client.model.trust import TrustMaterial, VerificationDemand
from client.model.verdict import Display, Reason, VerificationReport
from tests.fakes.pki import Holder, OfficePki
from tests.fakes.signing import key_of

ENTITY = b"Content-Type: text/plain\r\n\r\nChuyen tien\r\n"


@pytest.fixture(scope="module")
def an(pki: OfficePki) -> Holder:
    return pki.person("Nguyễn Văn An", "an@example.gov.vn")


def _check(
    pki: OfficePki, an: Holder, anchors: tuple[bytes, ...], crls: tuple[bytes, ...]
) -> VerificationReport:
    der = cms.sign_mail(ENTITY, key_of(an), pki.now)
    raw = builder.assemble_signed(b"From: an@example.gov.vn\r\n", ENTITY, der)
    return smime.verify_message(raw, VerificationDemand(TrustMaterial(anchors, (), crls), pki.now))


@pytest.mark.parametrize("with_root", [True, False])
def test_the_list_of_a_pinned_authority_is_enough(with_root: bool, pki: OfficePki, an: Holder) -> None:
    issuing, root = pki.issuing.certificate_der, pki.root.certificate_der
    for anchors in ((issuing, root), (root, issuing)) if with_root else ((issuing,),):
        assert _check(pki, an, anchors, pki.crls()[1:]).display is Display.VALID
        assert _check(pki, an, anchors, pki.crls()).display is Display.VALID


def test_without_its_list_nothing_is_known(pki: OfficePki, an: Holder) -> None:
    report = _check(pki, an, (pki.issuing.certificate_der,), pki.crls()[:1])
    assert report.signatures[0].reasons[0] is Reason.REVOCATION_UNKNOWN


def test_a_list_signed_with_another_key_is_no_list(pki: OfficePki, an: Holder) -> None:
    forged = pki.crls_by(replace(pki.another_key(), certificate=pki.issuing.certificate))
    report = _check(pki, an, (pki.issuing.certificate_der,), (forged,))
    assert report.signatures[0].reasons[0] is Reason.REVOCATION_UNKNOWN


def test_who_is_on_the_list_is_revoked() -> None:
    pki = OfficePki()
    an = pki.person("Nguyễn Văn An", "an@example.gov.vn")
    pki.revoke(an)
    report = _check(pki, an, (pki.issuing.certificate_der,), pki.crls())
    assert report.signatures[0].reasons[0] is Reason.CERTIFICATE_REVOKED
