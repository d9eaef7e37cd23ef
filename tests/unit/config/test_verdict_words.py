"""What people read of a judgement: for every sub-indication its own sentence and its own advice."""

from __future__ import annotations

import pytest

from client.config.catalogue import LANGUAGES, Catalogue
from client.config.paths import resources_dir
from client.config.verdict_words import leading_text, verdict_texts
from client.crypto import verdicts
from client.model.verdict import (
    Display,
    Indication,
    Reason,
    SignatureFormat,
    SignatureVerdict,
    SubIndication,
    VerificationReport,
    indication_of,
)


@pytest.fixture(params=LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> Catalogue:
    return Catalogue.load(resources_dir(), request.param)


def verdict(sub: SubIndication, *reasons: Reason) -> SignatureVerdict:
    return SignatureVerdict(SignatureFormat.CADES, indication_of(sub), sub, reasons=reasons)


@pytest.mark.parametrize("sub", SubIndication, ids=str)
def test_each_sub_indication_leads_with_its_own_sentence_and_advice(
    catalogue: Catalogue, sub: SubIndication
) -> None:
    for reasons in ((), (Reason.TIMESTAMP_MISSING,), (Reason.SEVERAL_SIGNERS,)):
        found = verdict(sub, *reasons)
        text = leading_text(catalogue, VerificationReport("x", found.indication, signatures=(found,)))
        assert text == catalogue.text("sub_indication", sub.value)
        assert verdict_texts(catalogue, found)[0] == text
        assert text is not None
        assert text.title != sub.value
        assert text.action


def test_no_two_sub_indications_are_worded_alike(catalogue: Catalogue) -> None:
    titles = [catalogue.text("sub_indication", sub.value).title for sub in SubIndication]
    assert len(set(titles)) == len(titles)


def test_no_two_reasons_are_worded_alike(catalogue: Catalogue) -> None:
    titles = [catalogue.text("reason", reason.value).title for reason in Reason]
    assert len(set(titles)) == len(titles)


JUDGEMENTS = {name: value for name, value in vars(verdicts).items() if isinstance(value, verdicts.Judgement)}


@pytest.mark.parametrize("name", JUDGEMENTS)
def test_each_judgement_the_verifier_makes_is_said_by_its_reason(catalogue: Catalogue, name: str) -> None:
    """The words come from a reason that explains the outcome, never from one that only adds to it."""
    made = JUDGEMENTS[name]
    found = SignatureVerdict(
        SignatureFormat.CADES, made.indication, made.sub_indication, reasons=(made.reason,)
    )
    assert found.explained
    assert found.display is not Display.VALID
    text = leading_text(catalogue, VerificationReport("x", made.indication, signatures=(found,)))
    assert text == catalogue.text("reason", made.reason.value)
    assert text is not None
    assert text.action


PARSER_FAILURES = (
    Reason.FILE_UNREADABLE,
    Reason.MESSAGE_UNREADABLE,
    Reason.SIGNATURE_UNREADABLE,
    Reason.DOCUMENT_ENCRYPTED,
    Reason.MESSAGE_ENCRYPTED,
    Reason.CHECK_NOT_RUN,
    Reason.PIECE_OF_LETTER,
    Reason.WORKSHOP_LOST,
    Reason.SIGNED_DATA_MISSING,
)


@pytest.mark.parametrize("reason", PARSER_FAILURES, ids=str)
def test_what_could_not_be_read_says_so_and_what_to_do(catalogue: Catalogue, reason: Reason) -> None:
    report = VerificationReport("x", Indication.INDETERMINATE, reasons=(reason,), unreadable=True)
    text = leading_text(catalogue, report)
    assert report.display is Display.UNKNOWN
    assert text == catalogue.text("reason", reason.value)
    assert text is not None
    assert text.action


def test_the_sentence_said_first_explains_the_word_shown_first(catalogue: Catalogue) -> None:
    unknown = verdict(SubIndication.TRY_LATER, Reason.REVOCATION_UNKNOWN)
    report = VerificationReport(
        "x", Indication.INDETERMINATE, signatures=(unknown,), reasons=(Reason.REPLY_TO_DIFFERS,)
    )
    assert leading_text(catalogue, report) == catalogue.text("reason", "revocation-unknown")
    altered = verdict(SubIndication.HASH_FAILURE, Reason.DOCUMENT_ALTERED)
    report = VerificationReport(
        "x", Indication.TOTAL_FAILED, signatures=(unknown, altered), reasons=(Reason.MESSAGE_UNREADABLE,)
    )
    assert leading_text(catalogue, report) == catalogue.text("reason", "document-altered")


def test_a_weak_algorithm_is_never_worded_as_altered(catalogue: Catalogue) -> None:
    weak = catalogue.text("reason", Reason.WEAK_ALGORITHM.value)
    said = "không có nghĩa là nội dung đã bị sửa" if catalogue.language == "vi" else "does not mean"
    assert said in weak.action.lower()
