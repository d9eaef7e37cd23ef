"""The words for a judgement: one by one for every sub-indication, and what no combination may ever do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.model.verdict import (
    NOT_THE_SENDER,
    NOTES,
    WARNING_REASONS,
    Coverage,
    Display,
    Indication,
    Reason,
    SignatureFormat,
    SignatureVerdict,
    SubIndication,
    VerificationReport,
    display_of,
    indication_of,
    worst_display,
    worst_of,
)

WORDS = {
    SubIndication.FORMAT_FAILURE: Display.INVALID,
    SubIndication.HASH_FAILURE: Display.INVALID,
    SubIndication.SIG_CRYPTO_FAILURE: Display.INVALID,
    SubIndication.REVOKED: Display.INVALID,
    SubIndication.EXPIRED: Display.INVALID,
    SubIndication.NOT_YET_VALID: Display.INVALID,
    SubIndication.SIG_CONSTRAINTS_FAILURE: Display.UNKNOWN,
    SubIndication.CHAIN_CONSTRAINTS_FAILURE: Display.UNKNOWN,
    SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE: Display.UNKNOWN,
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE: Display.UNKNOWN,
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: Display.UNKNOWN,
    SubIndication.POLICY_PROCESSING_ERROR: Display.UNKNOWN,
    SubIndication.SIGNATURE_POLICY_NOT_AVAILABLE: Display.UNKNOWN,
    SubIndication.TIMESTAMP_ORDER_FAILURE: Display.UNKNOWN,
    SubIndication.NO_SIGNING_CERTIFICATE_FOUND: Display.UNKNOWN,
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND: Display.UNKNOWN,
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE: Display.UNKNOWN,
    SubIndication.REVOKED_NO_POE: Display.UNKNOWN,
    SubIndication.REVOKED_CA_NO_POE: Display.UNKNOWN,
    SubIndication.OUT_OF_BOUNDS_NOT_REVOKED: Display.UNKNOWN,
    SubIndication.OUT_OF_BOUNDS_NO_POE: Display.UNKNOWN,
    SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE: Display.UNKNOWN,
    SubIndication.NO_POE: Display.UNKNOWN,
    SubIndication.TRY_LATER: Display.UNKNOWN,
    SubIndication.SIGNED_DATA_NOT_FOUND: Display.UNKNOWN,
    SubIndication.GENERIC: Display.UNKNOWN,
    SubIndication.CHECK_NOT_RUN: Display.UNKNOWN,
}
BADNESS = (Display.VALID, Display.NONE, Display.WARNING, Display.UNKNOWN, Display.INVALID)
NOT_PASSED = (Indication.INDETERMINATE, Indication.TOTAL_FAILED)

reasons = st.lists(st.sampled_from(list(Reason)), max_size=4, unique=True).map(tuple)


@st.composite
def signatures(draw: st.DrawFn, indications: tuple[Indication, ...] = tuple(Indication)) -> SignatureVerdict:
    return SignatureVerdict(
        draw(st.sampled_from(list(SignatureFormat))),
        draw(st.sampled_from(indications)),
        draw(st.none() | st.sampled_from(list(SubIndication))),
        coverage=draw(st.sampled_from(list(Coverage))),
        reasons=draw(reasons),
    )


@st.composite
def reports(draw: st.DrawFn) -> VerificationReport:
    return VerificationReport(
        "x",
        draw(st.sampled_from(list(Indication))),
        signatures=tuple(draw(st.lists(signatures(), max_size=4))),
        reasons=draw(reasons),
        unreadable=draw(st.booleans()),
    )


def test_the_table_names_every_sub_indication() -> None:
    assert set(WORDS) == set(SubIndication)


@pytest.mark.parametrize("sub", SubIndication, ids=str)
def test_each_sub_indication_has_its_word(sub: SubIndication) -> None:
    verdict = SignatureVerdict(SignatureFormat.CADES, indication_of(sub), sub)
    assert verdict.display is WORDS[sub]
    assert VerificationReport("x", verdict.indication, signatures=(verdict,)).display is WORDS[sub]


@pytest.mark.parametrize("reason", Reason, ids=str)
def test_only_a_note_stands_beside_a_plain_valid(reason: Reason) -> None:
    passed = display_of(Indication.TOTAL_PASSED, (reason,))
    assert (passed is Display.VALID) == (reason in NOTES)
    if reason not in NOTES | WARNING_REASONS | NOT_THE_SENDER:
        assert passed is Display.UNKNOWN


def test_the_kinds_of_reasons_do_not_overlap() -> None:
    assert not NOTES & WARNING_REASONS
    assert not NOTES & NOT_THE_SENDER
    assert not WARNING_REASONS & NOT_THE_SENDER


@given(st.sampled_from(NOT_PASSED), reasons)
def test_what_did_not_pass_is_never_valid_nor_unsigned(
    indication: Indication, why: tuple[Reason, ...]
) -> None:
    assert display_of(indication, why) not in (Display.VALID, Display.NONE)


@given(reports(), signatures(NOT_PASSED))
def test_one_more_bad_signature_never_improves_the_word(
    report: VerificationReport, bad: SignatureVerdict
) -> None:
    before = report.display
    after = VerificationReport(
        report.path, report.indication, signatures=(*report.signatures, bad), reasons=report.reasons,
        unreadable=report.unreadable,
    )  # fmt: skip
    assert BADNESS.index(after.display) >= BADNESS.index(before)
    assert after.display not in (Display.VALID, Display.NONE)
    assert worst_of((after.worst, report.worst)) is after.worst


@given(reports())
def test_a_file_is_valid_only_where_everything_in_it_is(report: VerificationReport) -> None:
    if report.display is Display.VALID:
        assert report.worst is Indication.TOTAL_PASSED
        assert all(one.display is Display.VALID for one in report.signatures)
        assert not report.unreadable
        assert set(report.reasons) <= NOTES


@given(reports())
def test_unreadable_is_never_no_signature(report: VerificationReport) -> None:
    if report.unreadable:
        assert report.display in (Display.UNKNOWN, Display.INVALID)
        assert report.worst in NOT_PASSED


@given(st.lists(st.sampled_from(list(Display))), st.sampled_from(list(Display)))
def test_the_worst_word_does_not_depend_on_the_order(words: list[Display], more: Display) -> None:
    assert worst_display([*words, more]) is worst_display([more, *reversed(words)])
    assert BADNESS.index(worst_display([*words, more])) >= BADNESS.index(more)


@given(signatures())
def test_what_did_not_pass_is_explained_by_a_reason_or_needs_its_sub_indication(
    verdict: SignatureVerdict,
) -> None:
    decisive = set(verdict.reasons) - WARNING_REASONS - NOTES
    assert verdict.explained == (verdict.indication is Indication.TOTAL_PASSED or bool(decisive))
