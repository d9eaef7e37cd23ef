"""What a verification lacked is known by address, and only for signers who lead to an anchor."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from client.crypto import cms
from client.crypto.keys import Purpose
from client.crypto.pkcs12 import open_pkcs12
from client.crypto.wanted import Wanted, standing_addresses
from client.model.revocation import Lacking, SourceOrigin
from client.model.secret import Secret
from client.model.trust import TrustMaterial, VerificationDemand
from client.model.verdict import Profile
from tests.fakes.pki import Holder, OfficePki
from tests.fakes.revocation_data import DAY, make_answer, make_crl, with_addresses

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
CRL, OCSP = "http://crl.test/a.crl", "http://ocsp.test/"


@pytest.fixture(scope="module")
def pki() -> OfficePki:
    return OfficePki(NOW)


@pytest.fixture(scope="module")
def person(pki: OfficePki) -> Holder:
    return with_addresses(
        pki, "an@example.gov.vn", crl=(CRL, "ldap://x/cn=a"), ocsp_url=OCSP, issuers="http://aia.test/ca"
    )


def lacking(holder: Holder, trust: TrustMaterial) -> Lacking:
    key = open_pkcs12(holder.pkcs12("x"), Secret("x"))
    der = cms.sign_detached(b"x", key, signing_time=NOW, profile=Profile.B_B)
    notes = Wanted()
    demand = VerificationDemand(trust, NOW, notes=notes)
    cms.verify_detached(b"x", der, demand, purpose=Purpose.DOCUMENT, where="")
    return notes.lacking(trust, NOW)


def test_the_signers_list_and_responder_are_wanted_and_its_authority_is_met(
    pki: OfficePki, person: Holder
) -> None:
    root_alone = TrustMaterial((pki.root.certificate_der,), (), (make_crl(pki.root, NOW - DAY),))
    found = lacking(person, root_alone)
    assert {one.url for one in found.wants} == {CRL, "ldap://x/cn=a", OCSP}
    assert found.issuers == (pki.issuing.certificate_der,)
    assert {one.origin for one in found.wants} == {SourceOrigin.SEEN}
    question = next(one for one in found.wants if one.url == OCSP)
    assert question.about


def test_nothing_is_wanted_where_the_data_is_at_hand(pki: OfficePki, person: Holder) -> None:
    root = make_crl(pki.root, NOW - DAY)
    with_list = TrustMaterial((pki.root.certificate_der,), (), (root, make_crl(pki.issuing, NOW - DAY)))
    assert lacking(person, with_list).wants == ()
    answer = make_answer(pki, person)
    with_answer = TrustMaterial((pki.root.certificate_der,), (), (root,), (answer,))
    assert lacking(person, with_answer).wants == ()
    stale = TrustMaterial((pki.root.certificate_der,), (), (root, make_crl(pki.issuing, NOW - 30 * DAY)))
    assert lacking(person, stale).wants


def test_a_stranger_makes_nobody_ask(pki: OfficePki) -> None:
    stranger = OfficePki(NOW)
    somebody = with_addresses(stranger, "la@example.vn", crl=(CRL,), ocsp_url=OCSP)
    trust = TrustMaterial((pki.root.certificate_der,), (pki.issuing.certificate_der,))
    assert lacking(somebody, trust) == Lacking()


def test_the_addresses_of_ones_own_certificates_stand(pki: OfficePki, person: Holder) -> None:
    found = standing_addresses((person.certificate_der, b"junk"))
    assert [one.url for one in found] == [CRL, "ldap://x/cn=a"]
    assert {one.origin for one in found} == {SourceOrigin.TRUSTED}
