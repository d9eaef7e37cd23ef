from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from client.model.evidence import Basis, CertificateRole, Origin, UsedCertificate, UsedRevocation
from client.model.known_verdict import MOST_FAILURES, Ground, KnownVerdict, gist, in_date_until
from client.model.trust import RevocationDemand
from client.model.verdict import (
    Display,
    Indication,
    Reason,
    RevocationEvidence,
    SignatureFormat,
    SignatureVerdict,
    VerificationReport,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HERE = Ground("Công Thư 1", "lists of monday")
TUESDAY = Ground("Công Thư 1", "lists of tuesday")
NEW_PROGRAM = Ground("Công Thư 2", "lists of monday")
UNREAD = Ground("Công Thư 1", "")


def known(display: Display | None, **more: object) -> KnownVerdict:
    return replace(KnownVerdict("aa", display, HERE, NOW, NOW + timedelta(days=1)), **more)  # type: ignore[arg-type] # fields by name


@pytest.mark.parametrize("display", list(Display))
def test_a_word_of_now_is_said(display: Display) -> None:
    assert known(display).word(HERE, NOW) is display
    assert not known(display).is_worth_judging(HERE, NOW)


@pytest.mark.parametrize("ground", [TUESDAY, NEW_PROGRAM, UNREAD])
@pytest.mark.parametrize(
    ("display", "said"),
    [
        (Display.VALID, None),
        (Display.WARNING, None),
        (Display.UNKNOWN, Display.UNKNOWN),
        (Display.INVALID, Display.INVALID),
        (Display.NONE, Display.NONE),
    ],
)
def test_good_news_of_another_ground_is_not_said(
    ground: Ground, display: Display, said: Display | None
) -> None:
    assert known(display).word(ground, NOW) is said


@pytest.mark.parametrize("after", [timedelta(days=1), timedelta(days=400), -timedelta(hours=1)])
def test_good_news_is_not_said_once_a_list_is_out_of_date_or_before_it_was_found(after: timedelta) -> None:
    assert known(Display.VALID).word(HERE, NOW + after) is None
    assert known(Display.VALID).is_worth_judging(HERE, NOW + after)
    assert known(Display.VALID).word(HERE, NOW + timedelta(hours=23)) is Display.VALID


def test_lists_say_nothing_about_a_message_without_a_signature() -> None:
    assert not known(Display.NONE).is_worth_judging(TUESDAY, NOW + timedelta(days=400))
    assert known(Display.NONE).is_worth_judging(NEW_PROGRAM, NOW)


def test_what_ended_the_workshop_is_tried_again_but_not_for_ever() -> None:
    once, often = known(None, failures=1), known(None, failures=MOST_FAILURES)
    assert once.is_worth_judging(HERE, NOW)
    assert not often.is_worth_judging(HERE, NOW)
    assert not often.is_worth_judging(TUESDAY, NOW)
    assert often.is_worth_judging(NEW_PROGRAM, NOW)
    assert often.word(HERE, NOW) is None


def test_a_verdict_is_in_date_until_the_first_thing_it_rests_on_ends() -> None:
    def certificate(days: int) -> UsedCertificate:
        return UsedCertificate("c", CertificateRole.SIGNER, "", "", "", NOW + timedelta(days=days))

    def crl(days: int) -> UsedRevocation:
        return UsedRevocation("r", "crl", Origin.OFFICE, next_update=NOW + timedelta(days=days))

    basis = Basis(NOW, RevocationDemand.REQUIRE, (certificate(30), certificate(-1)), (crl(7), crl(-3)))
    assert in_date_until(basis) == NOW + timedelta(days=7)
    assert in_date_until(replace(basis, revocations=())) == NOW + timedelta(days=30)
    assert in_date_until(Basis(NOW, RevocationDemand.REQUIRE)) is None


def test_newer_lists_alone_change_nothing_of_what_is_said() -> None:
    one = SignatureVerdict(
        SignatureFormat.SMIME, Indication.TOTAL_PASSED, revocation=RevocationEvidence("crl", NOW)
    )
    later = replace(one, revocation=RevocationEvidence("crl", NOW + timedelta(days=1)))
    doubted = replace(one, indication=Indication.INDETERMINATE, reasons=(Reason.REVOCATION_STALE,))

    def report(signature: SignatureVerdict) -> VerificationReport:
        return VerificationReport("a", signature.indication, signatures=(signature,))

    assert gist(report(one)) == gist(report(later))
    assert gist(report(one)) != gist(report(doubted))
