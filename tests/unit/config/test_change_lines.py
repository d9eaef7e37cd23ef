from __future__ import annotations

import pytest

from client.config.catalogue import LANGUAGES, Catalogue
from client.config.paths import resources_dir
from client.config.verdict_words import change_lines, leading_text
from client.model.change import ChangeKind, FieldChange
from client.model.verdict import Indication, Reason, SignatureFormat, SignatureVerdict, VerificationReport

FORGERY = ("giả mạo", "forge", "tampered")
RED = (
    Reason.DOCUMENT_ALTERED,
    Reason.SIGNATURE_BROKEN,
    Reason.NONSTANDARD_COVERAGE,
    Reason.CHANGED_AFTER_SIGNING,
    Reason.NOTES_AFTER_SIGNING,
    Reason.FORM_CHANGED_AFTER_SIGNING,
    Reason.LOOKS_DIFFERENT,
)


def verdict(*changes: str, fields: tuple[FieldChange, ...] = ()) -> SignatureVerdict:
    return SignatureVerdict(
        SignatureFormat.PADES,
        Indication.INDETERMINATE,
        changes_after_signing=(*changes, *(one.name for one in fields)),
        changed_fields=fields,
    )


def test_kinds_come_first_and_fields_have_both_values() -> None:
    changed = verdict(
        "notes", fields=(FieldChange("SoTien", "1", "9"), FieldChange("Che", "", "", looks=True))
    )
    assert change_lines(Catalogue.load(resources_dir()), changed) == (
        "ghi chú trên trang",
        "Ô “SoTien”: khi ký là “1”, nay là “9”",
        "Ô “Che”: nhìn khác bản đã ký; giá trị ghi trong tệp vẫn là “(trống)”",
    )


def test_a_value_cannot_turn_the_line_around_or_break_it() -> None:
    field = FieldChange("{a}\u202e", "1\n2", "{before}")
    (line,) = change_lines(Catalogue.load(resources_dir()), verdict(fields=(field,)))
    assert "\u202e" not in line
    assert "\n" not in line
    assert "{before}" in line


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_for_a_change_accuses_anybody(language: str) -> None:
    catalogue = Catalogue.load(resources_dir(), language)
    words = [catalogue.text("change", kind.value).title for kind in ChangeKind]
    words += [catalogue.text("reason", reason.value).whole for reason in RED]
    assert not [one for one in words if any(bad in one.lower() for bad in FORGERY)]


def test_what_was_changed_is_told_before_a_missing_time_stamp() -> None:
    catalogue = Catalogue.load(resources_dir())
    reasons = (Reason.TIMESTAMP_MISSING, Reason.FORM_CHANGED_AFTER_SIGNING)
    filled = SignatureVerdict(SignatureFormat.PADES, Indication.TOTAL_PASSED, reasons=reasons)
    report = VerificationReport("", Indication.TOTAL_PASSED, signatures=(filled,))
    told = leading_text(catalogue, report)
    assert told == catalogue.text("reason", Reason.FORM_CHANGED_AFTER_SIGNING.value)
