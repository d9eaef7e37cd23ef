"""Kinds of revocation data that must not be read for "good", and what a revocation in time means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509 import ocsp
from cryptography.x509.oid import ObjectIdentifier

from client.crypto import cms
from client.crypto.keys import Purpose
from client.crypto.timestamps import Timestamper
from client.model.trust import TrustMaterial, VerificationDemand
from client.model.verdict import Indication, Profile, Reason, SignatureVerdict, SubIndication
from tests.fakes.pki import Holder, OfficePki
from tests.fakes.revocation_data import DAY, make_answer, make_crl, with_addresses
from tests.fakes.signing import key_of

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
CRL_URL = "http://crl.test/part-1.crl"


@pytest.fixture(scope="module")
def pki() -> OfficePki:
    return OfficePki(NOW)


@pytest.fixture(scope="module")
def person(pki: OfficePki) -> Holder:
    return with_addresses(pki, "an@example.gov.vn", crl=(CRL_URL,), ocsp_url="http://ocsp.test/")


def judge(
    pki: OfficePki,
    person: Holder,
    crls: Sequence[bytes] = (),
    answers: Sequence[bytes] = (),
    *,
    at: datetime = NOW,
    stamped: datetime | None = None,
) -> SignatureVerdict:
    pki.timestamp_time = stamped
    stamper = Timestamper(("http://tsa.test",), pki.post_timestamp) if stamped else None
    profile = Profile.B_T if stamped else Profile.B_B
    der = cms.sign_detached(
        b"x", key_of(person), signing_time=stamped or NOW, profile=profile, timestamper=stamper
    )
    root = make_crl(pki.root, at - DAY)
    trust = TrustMaterial(
        (pki.root.certificate_der,), (pki.issuing.certificate_der,), (root, *crls), tuple(answers)
    )
    (verdict,) = cms.verify_detached(
        b"x", der, VerificationDemand(trust, at), purpose=Purpose.DOCUMENT, where=""
    )
    return verdict


def scope(url: str | None = None, reasons: frozenset[x509.ReasonFlags] | None = None) -> x509.ExtensionType:
    names = [x509.UniformResourceIdentifier(url)] if url else None
    return x509.IssuingDistributionPoint(names, None, False, False, reasons, False, False)


def test_a_list_that_is_not_wholly_understood_says_nothing(pki: OfficePki, person: Holder) -> None:
    strange = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    some = frozenset({x509.ReasonFlags.key_compromise})
    for extension in (strange, scope("http://crl.test/part-2.crl"), scope(CRL_URL, some)):
        verdict = judge(pki, person, [make_crl(pki.issuing, NOW - DAY, extra=[(extension, True)])])
        assert verdict.indication is Indication.INDETERMINATE, extension
    # The part of the list that the certificate itself names is the right one.
    part = make_crl(pki.issuing, NOW - DAY, extra=[(scope(CRL_URL), True)])
    assert judge(pki, person, [part]).indication is Indication.TOTAL_PASSED
    loose = make_crl(pki.issuing, NOW - DAY, extra=[(strange, False)])
    assert judge(pki, person, [loose]).indication is Indication.TOTAL_PASSED


def test_a_responder_that_does_not_know_says_nothing(pki: OfficePki, person: Holder) -> None:
    answer = make_answer(pki, person, status=ocsp.OCSPCertStatus.UNKNOWN)
    verdict = judge(pki, person, answers=[answer])
    assert verdict.indication is not Indication.TOTAL_PASSED
    good = make_crl(pki.issuing, NOW - DAY)
    assert judge(pki, person, [good], [answer]).indication is not Indication.TOTAL_FAILED


def test_a_certificate_on_hold_is_not_good_and_what_was_taken_off_is(pki: OfficePki, person: Holder) -> None:
    held = make_crl(pki.issuing, NOW - DAY, revoked=[person], reason=x509.ReasonFlags.certificate_hold)
    assert judge(pki, person, [held]).indication is not Indication.TOTAL_PASSED
    released = make_crl(pki.issuing, NOW - HOUR)
    stale_hold = make_crl(
        pki.issuing, NOW - 20 * DAY, revoked=[person], reason=x509.ReasonFlags.certificate_hold
    )
    assert judge(pki, person, [stale_hold, released]).indication is Indication.TOTAL_PASSED


def test_revoked_after_a_proven_time_is_valid_and_without_proof_it_is_not(
    pki: OfficePki, person: Holder
) -> None:
    signed, revoked = NOW - 3 * DAY, NOW - 2 * DAY
    lists = [make_crl(pki.issuing, NOW - DAY, revoked=[person], at=revoked)]
    without = judge(pki, person, lists)
    assert without.indication is Indication.TOTAL_FAILED
    assert without.reasons[0] is Reason.CERTIFICATE_REVOKED
    proven = judge(pki, person, lists, stamped=signed)
    assert proven.indication is Indication.TOTAL_PASSED, proven
    late = judge(pki, person, lists, stamped=NOW - DAY)
    assert late.indication is Indication.TOTAL_FAILED


def test_a_list_that_has_run_out_is_told_from_one_that_was_never_there(
    pki: OfficePki, person: Holder
) -> None:
    stale = judge(pki, person, [make_crl(pki.issuing, NOW - 30 * DAY)])
    assert (stale.sub_indication, stale.reasons[0]) == (
        SubIndication.TRY_LATER,
        Reason.REVOCATION_STALE,
    )
    missing = judge(pki, person)
    assert missing.reasons[0] is Reason.REVOCATION_UNKNOWN


def test_a_list_from_before_the_signature_serves_while_it_lasts(pki: OfficePki, person: Holder) -> None:
    lists = [make_crl(pki.issuing, NOW - 2 * DAY)]
    fresh = judge(pki, person, lists, stamped=NOW - HOUR)
    assert fresh.indication is Indication.TOTAL_PASSED
    assert fresh.revocation.as_of == NOW - 2 * DAY
    later = judge(pki, person, lists, at=NOW + 20 * DAY, stamped=NOW - HOUR)
    assert later.reasons[0] is Reason.REVOCATION_STALE
