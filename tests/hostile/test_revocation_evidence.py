"""Revocation data that is old, foreign, forged or contradictory never makes a signer look good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from client.crypto import cms
from client.crypto.keys import Purpose, SigningKey, preflight
from client.crypto.pkcs12 import open_pkcs12
from client.errors import SigningRefused
from client.model.secret import Secret
from client.model.trust import RevocationDemand, VerificationDemand
from client.model.verdict import Indication, Profile, Reason, SignatureVerdict
from tests.fakes.pki import Holder, OfficePki
from tests.fakes.revocation_data import DAY, make_answer, make_crl, unsuccessful, with_addresses

REVOKED = ocsp.OCSPCertStatus.REVOKED
_answer = partial(make_answer, algorithm=hashes.SHA256())


def _with_ocsp(pki: OfficePki, name: str = "Nguyễn Văn An") -> Holder:
    """A person whose certificate names an OCSP responder, which is when responses are looked at."""
    plain = pki.person(name, "an@example.gov.vn")
    return with_addresses(pki, "an@example.gov.vn", ocsp_url="http://ocsp.test/", base=plain)


def _demand(
    pki: OfficePki, crls: Sequence[bytes] = (), answers: Sequence[bytes] = (), at: datetime | None = None
) -> VerificationDemand:
    demand = pki.demand(at, crls=crls)
    return replace(demand, trust=replace(demand.trust, ocsp_responses=tuple(answers)))


def _key(holder: Holder) -> SigningKey:
    return open_pkcs12(holder.pkcs12("x"), Secret("x"))


def _judge(holder: Holder, pki: OfficePki, demand: VerificationDemand) -> SignatureVerdict:
    der = cms.sign_detached(b"x", _key(holder), signing_time=pki.now, profile=Profile.B_B)
    (verdict,) = cms.verify_detached(b"x", der, demand, purpose=Purpose.DOCUMENT, where="")
    return verdict


def _root_crl(pki: OfficePki) -> bytes:
    return make_crl(pki.root, pki.now - DAY)


def test_crls_that_do_not_speak_for_the_issuer_now_are_no_evidence(pki: OfficePki) -> None:
    person, stranger = pki.person("An", "an@example.gov.vn"), OfficePki(pki.now)
    now, issuing = pki.now, pki.issuing
    scope = x509.IssuingDistributionPoint(None, None, False, False, None, True, False)
    authorities = x509.IssuingDistributionPoint(None, None, False, True, None, False, False)
    bad = {
        "none": b"",
        "expired": make_crl(issuing, now - 30 * DAY),
        "from the future": make_crl(issuing, now + DAY),
        "of another issuer": make_crl(pki.root, now - DAY),
        "forged by a stranger": make_crl(issuing, now - DAY, key=stranger.issuing),
        "signed by the signer": make_crl(issuing, now - DAY, key=person),
        "delta": make_crl(issuing, now - DAY, extra=[(x509.DeltaCRLIndicator(1), True)]),
        "indirect, by somebody else": make_crl(stranger.issuing, now - DAY, extra=[(scope, True)]),
        "for authorities only": make_crl(issuing, now - DAY, extra=[(authorities, True)]),
        "junk": b"\x30\x03junk",
    }
    for name, crl in bad.items():
        verdict = _judge(person, pki, _demand(pki, [_root_crl(pki), crl]))
        assert verdict.indication is Indication.INDETERMINATE, name
    good = _judge(person, pki, _demand(pki, [_root_crl(pki), make_crl(issuing, now - DAY)]))
    assert good.indication is Indication.TOTAL_PASSED


def test_who_is_revoked_stays_revoked_whatever_else_is_said(pki: OfficePki) -> None:
    person = _with_ocsp(pki)
    hour = timedelta(hours=1)
    revoking = make_crl(pki.issuing, pki.now - DAY, revoked=[person])
    clean = make_crl(pki.issuing, pki.now - 2 * DAY)
    newer = make_crl(pki.issuing, pki.now - hour)
    stale = make_crl(pki.issuing, pki.now - 40 * DAY, revoked=[person])
    good = _answer(pki, person, start=pki.now - 3 * DAY)
    revoked = _answer(pki, person, status=REVOKED)
    root = _root_crl(pki)
    for crls, answers in [
        ([root, revoking], []),
        ([root, clean, revoking], []),
        ([root, revoking, clean], []),
        ([root, revoking, newer], []),
        ([root, clean, stale], []),
        ([root, revoking], [good]),
        ([root], [revoked]),
        ([root], [good, revoked]),
        ([root], [revoked, good]),
        ([root, clean], [good, revoked]),
    ]:
        verdict = _judge(person, pki, _demand(pki, crls, answers))
        assert verdict.reasons[0] is Reason.CERTIFICATE_REVOKED
        assert verdict.indication is Indication.TOTAL_FAILED


def test_ignoring_revocation_does_not_ignore_what_is_at_hand(pki: OfficePki) -> None:
    person = pki.person("An", "an@example.gov.vn")
    demand = _demand(pki, [_root_crl(pki), make_crl(pki.issuing, pki.now - DAY, revoked=[person])])
    verdict = _judge(person, pki, replace(demand, revocation=RevocationDemand.IGNORE))
    assert verdict.reasons[0] is Reason.CERTIFICATE_REVOKED


def test_a_revoked_authority_takes_its_people_with_it(pki: OfficePki) -> None:
    person = pki.person("An", "an@example.gov.vn")
    crls = [make_crl(pki.root, pki.now - DAY, revoked=[pki.issuing]), make_crl(pki.issuing, pki.now - DAY)]
    verdict = _judge(person, pki, _demand(pki, crls))
    assert verdict.indication is Indication.INDETERMINATE
    assert Reason.CA_REVOKED in verdict.reasons


def test_a_forged_revocation_does_not_spoil_a_good_signer(pki: OfficePki) -> None:
    person, stranger = _with_ocsp(pki), OfficePki(pki.now)
    forged = make_crl(pki.issuing, pki.now - DAY, revoked=[person], key=stranger.issuing)
    accusing = _answer(pki, person, status=REVOKED, by=stranger.issuing)
    crls = [_root_crl(pki), make_crl(pki.issuing, pki.now - DAY), forged]
    verdict = _judge(person, pki, _demand(pki, crls, [_answer(pki, person), accusing]))
    assert verdict.indication is Indication.TOTAL_PASSED
    preflight(_key(person), _demand(pki, crls, [accusing]), Purpose.DOCUMENT)


def test_an_ocsp_answer_serves_instead_of_a_crl(pki: OfficePki) -> None:
    person = _with_ocsp(pki)
    verdict = _judge(person, pki, _demand(pki, [_root_crl(pki)], [_answer(pki, person)]))
    assert verdict.indication is Indication.TOTAL_PASSED
    assert verdict.revocation.source == "ocsp"


def test_ocsp_answers_that_do_not_speak_for_the_signer_now_are_no_evidence(pki: OfficePki) -> None:
    person, other = _with_ocsp(pki), _with_ocsp(pki, "Bình")
    stranger = OfficePki(pki.now)
    colleague = pki.person("Lan", "lan@example.gov.vn")
    foreign = stranger.issue("Responder", extended=(ExtendedKeyUsageOID.OCSP_SIGNING,))
    bad = {
        "another certificate": _answer(pki, other),
        "a colleague as responder": _answer(pki, person, by=colleague),
        "the signer as responder": _answer(pki, person, by=person),
        "a stranger's responder": _answer(pki, person, by=foreign),
        "the TSA as responder": _answer(pki, person, by=pki.tsa),
        "expired": _answer(pki, person, start=pki.now - 30 * DAY),
        "from the future": _answer(pki, person, start=pki.now + DAY),
        "unsuccessful": unsuccessful(),
        "junk": b"\x30\x03junk",
    }
    for name, answer in bad.items():
        verdict = _judge(person, pki, _demand(pki, [_root_crl(pki)], [answer]))
        assert verdict.indication is Indication.INDETERMINATE, name
    mixed = _demand(pki, [_root_crl(pki)], [*bad.values(), _answer(pki, person)])
    assert _judge(person, pki, mixed).indication is Indication.TOTAL_PASSED


def test_a_delegated_responder_of_the_issuer_is_believed(pki: OfficePki) -> None:
    person = _with_ocsp(pki)
    responder = pki.issue("OCSP", extended=(ExtendedKeyUsageOID.OCSP_SIGNING,))
    crls = [_root_crl(pki), make_crl(pki.issuing, pki.now - DAY, revoked=[responder])]
    # Its own certificate is revoked: nothing it says counts.
    bad = _judge(person, pki, _demand(pki, [_root_crl(pki), *crls[1:]], [_answer(pki, person, by=responder)]))
    assert Reason.CERTIFICATE_REVOKED not in bad.reasons
    revoked = _answer(
        pki, person, status=REVOKED, by=pki.issue("O2", extended=(ExtendedKeyUsageOID.OCSP_SIGNING,))
    )
    clean = make_crl(pki.issuing, pki.now - DAY)
    verdict = _judge(person, pki, _demand(pki, [_root_crl(pki), clean], [revoked]))
    assert verdict.reasons[0] is Reason.CERTIFICATE_REVOKED


def test_preflight_believes_a_crl_only_with_its_issuers_signature(pki: OfficePki) -> None:
    person, stranger = pki.person("An", "an@example.gov.vn"), OfficePki(pki.now)
    forged = make_crl(pki.issuing, pki.now - DAY, revoked=[person], key=stranger.issuing)
    preflight(_key(person), _demand(pki, [_root_crl(pki), forged]), Purpose.DOCUMENT)
    genuine = make_crl(pki.issuing, pki.now - DAY, revoked=[person])
    with pytest.raises(SigningRefused):
        preflight(_key(person), _demand(pki, [genuine]), Purpose.DOCUMENT)


def test_preflight_hears_an_ocsp_answer(pki: OfficePki) -> None:
    person = _with_ocsp(pki)
    answers = [
        _answer(pki, person, start=pki.now - 2 * DAY),
        _answer(pki, person, status=REVOKED),
    ]
    with pytest.raises(SigningRefused) as refused:
        preflight(_key(person), _demand(pki, [_root_crl(pki)], answers), Purpose.DOCUMENT)
    assert refused.value.params["reason"] == Reason.CERTIFICATE_REVOKED.value


def test_a_stranger_of_the_same_names_is_not_trusted(pki: OfficePki) -> None:
    stranger = OfficePki(pki.now)
    impostor = stranger.person("Nguyễn Văn An", "an@example.gov.vn")
    assert impostor.certificate.issuer == pki.issuing.certificate.subject
    name = impostor.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0]
    assert name.value == "Nguyễn Văn An"
    verdict = _judge(impostor, pki, pki.demand())
    assert verdict.indication is Indication.INDETERMINATE
