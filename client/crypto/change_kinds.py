"""What kind of thing was changed after a signature, in codes that have words (family ``change``)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader

from client.crypto.form_changes import changed_between
from client.crypto.object_digests import Digests, entry
from client.crypto.pages import pages_of
from client.crypto.pdf_files import PDF_ERRORS
from client.crypto.signature_fields import signature_fields_of
from client.model.change import ChangeKind

_HARMLESS = frozenset(
    {ChangeKind.NOTES, ChangeKind.VALIDATION_DATA, ChangeKind.METADATA, ChangeKind.LATER_SIGNATURE}
)
_CATALOG = {
    "/OpenAction": ChangeKind.ACTIONS,
    "/AA": ChangeKind.ACTIONS,
    "/OCProperties": ChangeKind.LAYERS,
    "/ViewerPreferences": ChangeKind.VIEW_SETTINGS,
    "/PageMode": ChangeKind.VIEW_SETTINGS,
    "/PageLayout": ChangeKind.VIEW_SETTINGS,
    "/PageLabels": ChangeKind.PAGE_LABELS,
    "/AF": ChangeKind.EMBEDDED_FILES,
    "/Collection": ChangeKind.EMBEDDED_FILES,
    "/Metadata": ChangeKind.METADATA,
    "/DSS": ChangeKind.VALIDATION_DATA,
    "/Extensions": ChangeKind.METADATA,
    "/Perms": ChangeKind.PERMISSIONS,
    "/StructTreeRoot": ChangeKind.STRUCTURE,
    "/MarkInfo": ChangeKind.STRUCTURE,
    "/Outlines": ChangeKind.STRUCTURE,
    "/Dests": ChangeKind.STRUCTURE,
}
_NAME_TREES = {"/JavaScript": ChangeKind.ACTIONS, "/EmbeddedFiles": ChangeKind.EMBEDDED_FILES}
_ELSEWHERE = frozenset({"/Pages", "/AcroForm", "/Type", "/Version"})
_UNSEEN = frozenset({ChangeKind.VALIDATION_DATA, ChangeKind.METADATA})
_SETTINGS = ("/NeedAppearances", "/DA", "/Q", "/CO", "/XFA")


def kinds_of_change(reader: PdfFileReader, revision: int) -> tuple[ChangeKind, ...]:
    """Codes of what is not what it was in ``revision``; empty where that cannot be told."""
    try:
        old, new = reader.get_historical_resolver(revision).root, reader.root
        return tuple(dict.fromkeys(_kinds(old, new)))
    except PDF_ERRORS:
        return ()


def only_evidence(old: Any, new: Any) -> bool:
    """Whether nothing but long-term data and descriptions is another between two catalogues.

    Nothing of that is read by anybody. What cannot be compared is not only that.
    """
    try:
        kinds = set(_kinds(old, new))
        return bool(kinds) and kinds <= _UNSEEN and not changed_between(old, new)
    except PDF_ERRORS:
        return False


def only_notes(kinds: tuple[ChangeKind, ...]) -> bool:
    """Whether people wrote notes on the pages, and nothing else happened that counts."""
    return ChangeKind.NOTES in kinds and _HARMLESS.issuperset(kinds)


def form_settings_changed(reader: PdfFileReader, revision: int) -> bool:
    """Whether fields that stay what they were may be drawn otherwise from now on; raises for broken files."""
    old, new = reader.get_historical_resolver(revision).root, reader.root
    was, now = (entry(root, "/AcroForm", {}) for root in (old, new))
    return _settings_changed(was, now, Digests(pages_apart=True), Digests(pages_apart=True))


def _settings_changed(was: Any, now: Any, before: Digests, after: Digests) -> bool:
    """By ISO 32000-1 table 218; fonts that a later signature adds for itself change nothing."""
    fields = entry(was, "/Fields", ())
    if all(entry(fields[at], "/FT") == "/Sig" for at in range(len(fields))):
        return False
    if before.of_entries(was, _SETTINGS) != after.of_entries(now, _SETTINGS):
        return True
    old, new = entry(was, "/DR", {}), entry(now, "/DR", {})
    for kind in old:
        ours, theirs = old[kind], entry(new, kind, {})
        if not isinstance(ours, dict):
            if before.of_entries(old, (kind,)) != after.of_entries(new, (kind,)):
                return True
        elif not isinstance(theirs, dict) or before.of_entries(ours, sorted(ours)) != after.of_entries(
            theirs, sorted(ours)
        ):
            return True
    return False


def _kinds(old: Any, new: Any) -> Iterator[ChangeKind]:
    before, after = Digests(pages_apart=True), Digests(pages_apart=True)
    yield from _on_pages(pages_of(old), pages_of(new), before, after)
    yield from _in_form(old, new, before, after)
    for name in sorted((set(old) | set(new)) - _ELSEWHERE):
        if name == "/Names":
            yield from _in_names(old, new, before, after)
        elif before.of_entries(old, (name,)) != after.of_entries(new, (name,)):
            yield _CATALOG.get(name, ChangeKind.CATALOG)


def _on_pages(
    old: list[dict[str, Any]], new: list[dict[str, Any]], before: Digests, after: Digests
) -> Iterator[ChangeKind]:
    if len(old) != len(new):
        yield ChangeKind.PAGES_ADDED if len(new) > len(old) else ChangeKind.PAGES_REMOVED
    drawn: tuple[str, ...]
    nothing: dict[str, Any] = {}
    for was, now in zip_longest(old, new, fillvalue=nothing):
        drawn = tuple(sorted((was.keys() | now.keys()) - {"/Annots", "/AA"}))
        if was and now and before.of_entries(was, drawn) != after.of_entries(now, drawn):
            yield ChangeKind.PAGE_CONTENT
        if before.of_entries(was, ("/AA",)) != after.of_entries(now, ("/AA",)):
            yield ChangeKind.ACTIONS
        if _notes(was, before) != _notes(now, after):
            yield ChangeKind.NOTES
        if _widgets(was) != _widgets(now):
            yield ChangeKind.FIELDS_ON_PAGE


def _notes(page: dict[str, Any], digests: Digests) -> list[bytes]:
    """Digests of the annotations that are no form fields."""
    return [digests.of(one) for one in _annotations(page) if entry(one, "/Subtype") != "/Widget"]


def _widgets(page: dict[str, Any]) -> list[str]:
    """Form fields that are shown on the page, but for signatures."""
    widgets = (one for one in _annotations(page) if entry(one, "/Subtype") == "/Widget")
    kinds = ((one["/Parent"] if "/FT" not in one and "/Parent" in one else one, one) for one in widgets)
    return sorted(
        str(entry(one, "/T", entry(kind, "/T", ""))) for kind, one in kinds if entry(kind, "/FT") != "/Sig"
    )


def _annotations(page: dict[str, Any]) -> list[Any]:
    listed = entry(page, "/Annots", ())
    found = [listed[at] for at in range(len(listed))]
    return [one for one in found if isinstance(one, dict)]


def _in_form(old: Any, new: Any, before: Digests, after: Digests) -> Iterator[ChangeKind]:
    was, now = (entry(root, "/AcroForm", {}) for root in (old, new))
    if before.of_entries(was, ("/XFA",)) != after.of_entries(now, ("/XFA",)):
        yield ChangeKind.XFA
    if _settings_changed(was, now, before, after):
        yield ChangeKind.FORM_SETTINGS
    signed_before, signed_after = _signatures(old), _signatures(new)
    for name, field in signed_before.items():
        other = signed_after.get(name)
        if "/V" not in field:
            if other is not None and "/V" in other:
                yield _added(other)
        elif other is None or _face(field, before) != _face(other, after):
            yield ChangeKind.SIGNATURE_FIELD
    yield from (_added(field) for name, field in signed_after.items() if name not in signed_before)


def _face(field: Any, digests: Digests) -> bytes:
    """All of a signed field but its flags, which readers set as they like."""
    return digests.of_entries(field, sorted(set(field) - {"/Ff"}))


def _added(field: Any) -> ChangeKind:
    """A time-stamp that nobody sees is long-term data, not a signature."""
    stamp = entry(entry(field, "/V", {}), "/Type") == "/DocTimeStamp"
    seen = "/Rect" in field and any(float(field["/Rect"][at]) for at in range(4))
    return ChangeKind.VALIDATION_DATA if stamp and not seen else ChangeKind.LATER_SIGNATURE


def _signatures(root: Any) -> dict[str, Any]:
    """Signature fields by their full name, wherever in the form they stand."""
    found = (field for field in signature_fields_of(root) if field.reference is not None)
    return {field.name: field.reference.get_object() for field in found}


def _in_names(old: Any, new: Any, before: Digests, after: Digests) -> Iterator[ChangeKind]:
    was, now = (entry(root, "/Names", {}) for root in (old, new))
    for name in sorted(set(was) | set(now)):
        if before.of_entries(was, (name,)) != after.of_entries(now, (name,)):
            yield _NAME_TREES.get(name, ChangeKind.STRUCTURE)
