from __future__ import annotations

import pytest

from client.model.imitation import claims_a_result, has_foreign_letters, has_marks, seen


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("an@example.gov.vn", "an@example.gov.vn"),
        ("a\u200dn@example.gov.vn", "a‹U+200D›n@example.gov.vn"),
        ("a\u202en@example.gov.vn", "a‹U+202E›n@example.gov.vn"),
        ("an@sở.example", "an@sở.example (xn--s-qum.example)"),
        ("", ""),
    ],
)
def test_what_is_not_seen_in_an_address_is_made_visible(address: str, shown: str) -> None:
    if "sở" in address:
        shown = f"an@sở.example ({'sở.example'.encode('idna').decode()})"
    assert seen(address) == shown


@pytest.mark.parametrize("address", ["аn@example.gov.vn", "an@ехample.vn", "an@example.gοv.vn"])
def test_letters_of_another_script_are_found(address: str) -> None:
    assert has_foreign_letters(address)


@pytest.mark.parametrize("address", ["an.nguyen-2@example.gov.vn", "nguyễn.đức@sở.example", "an+1@a.vn"])
def test_vietnamese_letters_are_latin(address: str) -> None:
    assert not has_foreign_letters(address)


def test_marks_and_claims() -> None:
    assert has_marks("✅ Văn bản")
    assert not has_marks("Văn bản số 12/QĐ-UBND")
    assert claims_a_result("HỢP LỆ")
    assert not claims_a_result("Nguyễn Văn An")
