from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.model.text import fold, is_decomposed, nfc

VIETNAMESE = "aáàảãạăắằẳẵặâấầẩẫậeéèẻẽẹêếềểễệiíìỉĩịoóòỏõọôốồổỗộơớờởỡợuúùủũụưứừửữựyýỳỷỹỵđĐ"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Nguyễn Văn Đường", "nguyen van duong"),
        ("15/QĐ-UBND", "15/qd-ubnd"),
        ("15/QÐ-UBND", "15/qd-ubnd"),
        ("HUỆ", "hue"),
        ("ðường", "duong"),
    ],
)
def test_marks_and_strokes_are_left_off(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(alphabet=VIETNAMESE + " 0123456789/-"))
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)
    assert fold(text).isascii()


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_composed_text_can_be_written_as_utf8(text: str) -> None:
    composed = nfc(text)
    composed.encode("utf-8")
    assert not is_decomposed(composed)


def test_decomposed_text_is_noticed() -> None:
    assert is_decomposed(unicodedata.normalize("NFD", "Việt"))
    assert nfc("a\ud800b") == "a\ufffdb"
