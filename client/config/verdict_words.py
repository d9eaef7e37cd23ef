"""The sentences for a judgement, each with what to do: the same in the panel and on the command line."""

from __future__ import annotations

from collections.abc import Iterable

from client.config.catalogue import Catalogue, Text
from client.model.verdict import (
    NOT_THE_SENDER,
    NOTES,
    WARNING_REASONS,
    Display,
    Reason,
    SignatureVerdict,
    VerificationReport,
)


def verdict_texts(catalogue: Catalogue, verdict: SignatureVerdict) -> tuple[Text, ...]:
    """Why it is judged so, the weightiest first; ``()`` where nothing has to be said.

    A verdict that did not pass is never without one: where no reason explains it, its
    sub-indication of EN 319 102-1 does.
    """
    told = [_of_reason(catalogue, reason) for reason in verdict.reasons]
    if not verdict.explained:
        told.insert(0, sub_indication_text(catalogue, verdict))
    return tuple(told)


def sub_indication_text(catalogue: Catalogue, verdict: SignatureVerdict) -> Text:
    """What the sub-indication means in words; that the check did not run where there is none."""
    if verdict.sub_indication is None:
        return _of_reason(catalogue, Reason.CHECK_NOT_RUN)
    return catalogue.text("sub_indication", verdict.sub_indication.value)


def leading_text(catalogue: Catalogue, report: VerificationReport) -> Text | None:
    """What to say first: why the word is no better than it is; None where nothing has to be said."""
    decisive = next((one for one in report.signatures if one.display is report.display), None)
    own = _heaviest(report.reasons)
    if decisive is None:
        return _of_reason(catalogue, own) if own is not None else None
    if not decisive.explained:
        return sub_indication_text(catalogue, decisive)
    theirs = _heaviest(decisive.reasons)
    if own is None or (theirs is not None and _leads(theirs, own, report.display)):
        return _of_reason(catalogue, theirs) if theirs is not None else None
    return _of_reason(catalogue, own)


def _leads(theirs: Reason, own: Reason, display: Display) -> bool:
    return display is Display.INVALID or _weight(theirs) > _weight(own)


def _heaviest(reasons: Iterable[Reason]) -> Reason | None:
    return max(reasons, key=_weight, default=None)


def _weight(reason: Reason) -> int:
    if reason in NOTES:
        return 0
    return 1 if reason in WARNING_REASONS | NOT_THE_SENDER else 2


def _of_reason(catalogue: Catalogue, reason: Reason) -> Text:
    return catalogue.text("reason", reason.value)
