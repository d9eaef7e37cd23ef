"""The sentences for a judgement, each with what to do: the same in the panel and on the command line."""

from __future__ import annotations

from collections.abc import Iterable

from client.config.catalogue import Catalogue, Text
from client.model.change import FieldChange
from client.model.text import printable
from client.model.verdict import (
    NOT_THE_SENDER,
    NOTES,
    WARNING_REASONS,
    Display,
    Reason,
    SignatureVerdict,
    VerificationReport,
)

_CHANGES = frozenset({Reason.FORM_CHANGED_AFTER_SIGNING, Reason.LOOKS_DIFFERENT})
"""Warnings about the content itself, which are said before those about time and revocation."""


def verdict_texts(catalogue: Catalogue, verdict: SignatureVerdict) -> tuple[Text, ...]:
    """Why it is judged so, the weightiest first; ``()`` where nothing has to be said.

    A verdict that did not pass is never without one: where no reason explains it, its
    sub-indication of EN 319 102-1 does.
    """
    told = [_of_reason(catalogue, reason) for reason in verdict.reasons]
    if not verdict.explained:
        told.insert(0, sub_indication_text(catalogue, verdict))
    return tuple(told)


def change_lines(catalogue: Catalogue, verdict: SignatureVerdict) -> tuple[str, ...]:
    """What changed after this signature: kinds of change, then fields with both values, as plain text."""
    fields = {change.name for change in verdict.changed_fields}
    kinds = [code for code in verdict.changes_after_signing if code not in fields]
    told = [printable(catalogue.text("change", code).title) for code in kinds]
    return (*told, *(field_line(catalogue, change) for change in verdict.changed_fields))


def field_line(catalogue: Catalogue, change: FieldChange) -> str:
    """A form field with what was signed and what stands there now.

    One that only looks otherwise says so: its value alone would hide the change.
    """
    empty = catalogue.text("report", "empty").title
    before, after = change.before or empty, change.after or empty
    form = "field-value" if before != after else "field-look"
    return printable(catalogue.text("report", form, name=change.name, before=before, after=after).title)


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
    if reason in _CHANGES:
        return 2
    return 1 if reason in WARNING_REASONS | NOT_THE_SENDER else 3


def _of_reason(catalogue: Catalogue, reason: Reason) -> Text:
    return catalogue.text("reason", reason.value)
