from __future__ import annotations

import pytest

from client.model.returning import LetterKind, ReturnReason, letter_kinds, return_reason
from client.model.verdict import Indication, Reason, SignatureFormat, SignatureVerdict, VerificationReport


def report(indication: Indication, *reasons: Reason) -> VerificationReport:
    verdict = SignatureVerdict(SignatureFormat.PADES, indication, reasons=reasons)
    return VerificationReport("a.pdf", indication, signatures=(verdict,))


@pytest.mark.parametrize(
    ("judged", "ground"),
    [
        (report(Indication.TOTAL_PASSED), None),
        (VerificationReport("a", Indication.NONE), None),
        (report(Indication.TOTAL_FAILED, Reason.DOCUMENT_ALTERED), ReturnReason.NOT_INTACT),
        (report(Indication.TOTAL_FAILED, Reason.CERTIFICATE_REVOKED), ReturnReason.NOT_AUTHENTIC),
        (report(Indication.TOTAL_FAILED), ReturnReason.NOT_AUTHENTIC),
        (report(Indication.TOTAL_PASSED, Reason.FORM_CHANGED_AFTER_SIGNING), ReturnReason.NOT_INTACT),
        (report(Indication.INDETERMINATE, Reason.SIGNER_NOT_SENDER), ReturnReason.NOT_AUTHENTIC),
        (report(Indication.TOTAL_PASSED, Reason.TIMESTAMP_MISSING), None),
        (report(Indication.INDETERMINATE, Reason.UNTRUSTED_ISSUER), ReturnReason.NOT_AUTHENTIC),
        (report(Indication.INDETERMINATE, Reason.REVOCATION_UNKNOWN), None),
        (report(Indication.INDETERMINATE, Reason.REVOCATION_STALE, Reason.UNTRUSTED_ISSUER), None),
        (report(Indication.INDETERMINATE, Reason.WORKSHOP_LOST), None),
        (report(Indication.INDETERMINATE), None),
    ],
)
def test_a_document_goes_back_only_on_a_ground(
    judged: VerificationReport, ground: ReturnReason | None
) -> None:
    assert return_reason(judged) is ground
    assert (LetterKind.RETURN in letter_kinds(judged)) == (ground is not None)


def test_receipt_is_confirmed_only_for_what_is_valid() -> None:
    assert letter_kinds(report(Indication.TOTAL_PASSED)) == (LetterKind.ACKNOWLEDGE,)
    assert letter_kinds(VerificationReport("a", Indication.NONE)) == ()
    assert letter_kinds(report(Indication.TOTAL_PASSED, Reason.TIMESTAMP_MISSING)) == ()
