"""How much of a PDF a signature covers, and what changed after it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from pyhanko.sign.diff_analysis import DiffResult
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from client.crypto import verdicts
from client.crypto.change_kinds import form_settings_changed, kinds_of_change, only_notes
from client.crypto.form_changes import changed_fields
from client.crypto.looks import changed_places, signed_length
from client.crypto.pages import pages_changed
from client.crypto.pdf_files import PDF_ERRORS
from client.crypto.revisions import RevisionSteps
from client.crypto.verdicts import Judgement
from client.model.change import ChangedPlace, ChangeKind, FieldChange
from client.model.secret import Secret
from client.model.verdict import Coverage, Reason

_GAP = re.compile(rb"<[0-9A-Fa-f\s]*>")


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of a document after a signature."""

    coverage: Coverage
    problem: Judgement | None = None
    reasons: tuple[Reason, ...] = ()
    names: tuple[str, ...] = ()
    """Names of form fields that were changed, or codes of what happened."""
    places: tuple[ChangedPlace, ...] = ()
    """Where pages look different."""
    fields: tuple[FieldChange, ...] = ()
    """Form fields with their values before and after."""
    revision_bytes: int = 0
    """Length of the signed revision; 0 where the signature does not tell."""


@dataclass(frozen=True, slots=True)
class Look:
    """That the pages are to be drawn and compared as well."""

    password: Secret | None = None


def review_changes(
    embedded: EmbeddedPdfSignature, pdf: bytes, steps: RevisionSteps | None, look: Look | None = None
) -> Changes:
    """Compare the signed revision with the file as it is (EN 319 142-1 section 5.5).

    ``steps`` is the document's own, shared by all its signatures; without it nothing is compared.
    With ``look`` the pages that an update touched are drawn and compared too.
    """
    if not _frames_contents(embedded, pdf):
        return Changes(Coverage.UNCLEAR, verdicts.NONSTANDARD, names=(ChangeKind.NONSTANDARD.value,))
    return replace(_compared(embedded, pdf, steps, look), revision_bytes=signed_length(embedded))


def _compared(
    embedded: EmbeddedPdfSignature, pdf: bytes, steps: RevisionSteps | None, look: Look | None
) -> Changes:
    if steps is None:
        return _without_comparison(embedded)
    try:
        embedded.compute_integrity_info(diff_policy=steps)  # type: ignore[no-untyped-call] # pyHanko has no types here
        summary = embedded.summarise_integrity_info()
    except PDF_ERRORS:
        return _without_comparison(embedded)
    level = summary["coverage"]
    if level is None or level < SignatureCoverageLevel.ENTIRE_REVISION:
        return Changes(Coverage.PARTIAL, verdicts.NONSTANDARD, names=(ChangeKind.NONSTANDARD.value,))
    if level is SignatureCoverageLevel.ENTIRE_FILE:
        return Changes(Coverage.WHOLE)
    changes = _of_update(embedded, summary, pdf)
    if changes.problem is None and not _reads_alike(embedded, pdf, steps):
        changes = replace(changes, coverage=Coverage.CHANGED_AFTER_SIGNING, problem=verdicts.READ_DIFFERENTLY)
    return _seen(embedded, pdf, look, steps, changes)


def _reads_alike(embedded: EmbeddedPdfSignature, pdf: bytes, steps: RevisionSteps) -> bool:
    return steps.shapes.alike(embedded.reader, pdf, int(embedded.signed_revision), signed_length(embedded))


def _seen(
    embedded: EmbeddedPdfSignature, pdf: bytes, look: Look | None, steps: RevisionSteps, changes: Changes
) -> Changes:
    """What the eye adds to what the rules say; the rules may be wrong about an update they permit."""
    if look is None:
        return changes
    places = changed_places(embedded, pdf, look.password, steps.looks)
    if places is None:
        return replace(changes, reasons=(*changes.reasons, Reason.LOOKS_NOT_COMPARED))
    if not places:
        return changes
    return replace(changes, places=places, reasons=(*changes.reasons, Reason.LOOKS_DIFFERENT))


def _of_update(embedded: EmbeddedPdfSignature, summary: dict[str, Any], pdf: bytes) -> Changes:
    difference = summary["diff_result"]
    revision = int(embedded.signed_revision)
    fields = _fields(embedded, revision)
    names = tuple(change.name for change in fields or ())
    settings = _form_settings(embedded, revision)
    reasons = [Reason.FORM_CHANGED_AFTER_SIGNING] if fields or fields is None or settings else []
    if has_trailing_data(embedded, pdf):
        reasons.append(Reason.TRAILING_DATA)
    if isinstance(difference, DiffResult) and summary["docmdp_ok"] and fields is not None:
        return Changes(
            Coverage.WHOLE_WITH_LATER_UPDATES, None, tuple(reasons), (*settings, *names), fields=fields
        )
    kinds = kinds_of_change(embedded.reader, revision)
    problem = verdicts.NOTED_LATER if only_notes(kinds) and not fields else verdicts.CHANGED_LATER
    if pages_changed(embedded.reader, revision):
        problem = verdicts.PAGES_CHANGED_LATER
    codes = (ChangeKind.CHANGED.value, *(kind.value for kind in kinds), *names)
    return Changes(Coverage.CHANGED_AFTER_SIGNING, problem, tuple(reasons), codes, fields=fields or ())


def _form_settings(embedded: EmbeddedPdfSignature, revision: int) -> tuple[str, ...]:
    try:
        changed = form_settings_changed(embedded.reader, revision)
    except PDF_ERRORS:
        changed = True
    return (ChangeKind.FORM_SETTINGS.value,) if changed else ()


def _fields(embedded: EmbeddedPdfSignature, revision: int) -> tuple[FieldChange, ...] | None:
    """None where the forms of the two revisions cannot be compared."""
    try:
        return changed_fields(embedded.reader, revision)
    except PDF_ERRORS:
        return None


def has_trailing_data(embedded: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """Bytes behind the signed revision that belong to no revision of the file."""
    _, _, start, length = (int(number) for number in embedded.byte_range)
    if embedded.signed_revision == embedded.reader.xrefs.total_revisions - 1:
        return bool(pdf[start + length :].strip(b"\x00\t\n\x0c\r "))
    return bool(pdf[pdf.rfind(b"%%EOF") + len(b"%%EOF") :].strip(b"\x00\t\n\x0c\r "))


def _without_comparison(embedded: EmbeddedPdfSignature) -> Changes:
    """The comparison failed or was left out: whole or nothing, never "unchanged"."""
    try:
        embedded.compute_integrity_info(skip_diff=True)  # type: ignore[no-untyped-call] # pyHanko has no types here
    except PDF_ERRORS:
        return Changes(Coverage.UNCLEAR, verdicts.UNREADABLE)
    coverage: SignatureCoverageLevel | None = embedded.evaluate_signature_coverage()
    if coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return Changes(Coverage.WHOLE)
    return Changes(Coverage.UNCLEAR, verdicts.NOT_RUN)


def _frames_contents(embedded: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """Whether exactly the /Contents string is left out (EN 319 142-1 section 5.2).

    pyHanko compares lengths only; a gap elsewhere could hide another document.
    """
    try:
        zero, length, start, rest = (int(number) for number in embedded.byte_range)
    except (ValueError, TypeError):
        return False
    if zero != 0 or length <= 0 or start <= length or rest < 0 or start + rest > len(pdf):
        return False
    gap = pdf[length:start]
    if _GAP.fullmatch(gap) is None:
        return False
    digits = b"".join(gap[1:-1].split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode()) == bytes(embedded.pkcs7_content)
