"""Whether a received document may be returned to its sender, and as what (Decree 30/2020, Art. 21 (2) b).

Basis: the Decree's text, read in a conversion; not compared with the Official Gazette.
"""

from __future__ import annotations

from enum import StrEnum

from client.model.reasons import NOT_THE_SENDER, Reason
from client.model.verdict import Display, VerificationReport


class LetterKind(StrEnum):
    """Letters that follow from a judgement."""

    RETURN = "return"
    ACKNOWLEDGE = "acknowledge"


class ReturnReason(StrEnum):
    """Why it goes back."""

    NOT_INTACT = "not-intact"
    """It was changed after it was signed."""
    NOT_AUTHENTIC = "not-authentic"
    """It cannot be told to be from whom it says it is."""


_CHANGED = frozenset(
    {
        Reason.DOCUMENT_ALTERED,
        Reason.CHANGED_AFTER_SIGNING,
        Reason.FORM_CHANGED_AFTER_SIGNING,
        Reason.LOOKS_DIFFERENT,
        Reason.NONSTANDARD_COVERAGE,
    }
)
_WAIT = frozenset(
    {
        Reason.REVOCATION_UNKNOWN,
        Reason.REVOCATION_STALE,
        Reason.REVOCATION_NOT_CHECKED,
        Reason.DOCUMENT_ENCRYPTED,
        Reason.MESSAGE_ENCRYPTED,
        Reason.PIECE_OF_LETTER,
        Reason.WORKSHOP_LOST,
        Reason.CHECK_NOT_RUN,
    }
)
"""What lies with this computer, or comes to be known later: nothing to send anything back for."""


def return_reason(report: VerificationReport) -> ReturnReason | None:
    """Why a document with this judgement may be returned; None where there is no ground to.

    Never for VALID, nor where nothing is signed, nor while the doubt is on this side.
    """
    if report.display in {Display.VALID, Display.NONE}:
        return None
    worst = [one for one in report.signatures if one.display is report.display] or report.signatures
    reasons = {reason for one in worst for reason in one.reasons} | set(report.reasons)
    if reasons & _CHANGED:
        return ReturnReason.NOT_INTACT
    if report.display is Display.INVALID:
        return ReturnReason.NOT_AUTHENTIC
    grounds = reasons & NOT_THE_SENDER if report.display is Display.WARNING else reasons - _WAIT
    sure = report.display is Display.WARNING or not reasons & _WAIT
    return ReturnReason.NOT_AUTHENTIC if grounds and sure else None


def letter_kinds(report: VerificationReport) -> tuple[LetterKind, ...]:
    """What may be written to the sender: a return on a ground, a receipt only for what is VALID."""
    if report.display is Display.VALID and report.signatures:
        return (LetterKind.ACKNOWLEDGE,)
    return (LetterKind.RETURN,) if return_reason(report) is not None else ()
