"""Suggestions while a recipient is typed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from client.model.address import MailAddress
from client.model.directory import Suggestion, Suggestions
from client.ui.compose_model import last_piece, with_last_piece
from client.ui.recipient_edit import RecipientEdit

pytestmark = pytest.mark.qt_log_ignore(
    "propagateSizeHints", "does not support raise", "grabbing the keyboard"
)
HUONG = MailAddress("huong@x.vn", "Trần, Hường")
KNOWN = (Suggestion(HUONG), Suggestion(MailAddress("dat@x.vn", "Lê Đạt"), "Trưởng phòng", "Sở Nội vụ"))


def suggest(text: str) -> Suggestions:
    found = tuple(one for one in KNOWN if text.lower() in str(one.address).lower())
    return Suggestions(found, datetime(2026, 3, 2, 9, 0, tzinfo=UTC) if text == "dat" else None)


@pytest.fixture
def edit(qtbot: QtBot) -> RecipientEdit:
    made = RecipientEdit("Đến", suggest)
    qtbot.addWidget(made)
    made.show()
    return made


def test_enter_takes_the_first_suggestion_and_the_next_can_be_typed(edit: RecipientEdit) -> None:
    QTest.keyClicks(edit.line, "hu")
    assert edit.suggestions() == ['"Trần, Hường" <huong@x.vn>']
    popup = edit.completer.popup()
    assert popup is not None
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert edit.field().addresses == (HUONG,)
    QTest.keyClicks(edit.line, "da")
    assert edit.suggestions() == ["Lê Đạt <dat@x.vn>"]


def test_nobody_is_suggested_twice_and_nothing_for_one_letter(edit: RecipientEdit) -> None:
    edit.set_addresses((HUONG,))
    QTest.keyClicks(edit.line, ", hu")
    assert edit.suggestions() == []
    edit.line.clear()
    QTest.keyClicks(edit.line, "h")
    assert edit.suggestions() == []


def test_title_and_unit_are_shown_and_not_taken(edit: RecipientEdit) -> None:
    QTest.keyClicks(edit.line, "at@")
    assert edit.offered() == ["Lê Đạt <dat@x.vn>\nTrưởng phòng, Sở Nội vụ"]
    popup = edit.completer.popup()
    assert popup is not None
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert edit.field().addresses == (KNOWN[1].address,)
    assert edit.field().invalid == ()


def test_an_old_directory_says_since_when(edit: RecipientEdit) -> None:
    QTest.keyClicks(edit.line, "da")
    assert edit.note() == ""
    QTest.keyClicks(edit.line, "t")
    assert "02/03/2026" in edit.note()
    edit.line.clear()
    QTest.keyClicks(edit.line, "at@")
    assert edit.note() == ""


@pytest.mark.parametrize(
    ("text", "piece", "taken"),
    [
        ("hu", "hu", "A <a@x.vn>, "),
        ("b@x.vn, hu", "hu", "b@x.vn, A <a@x.vn>, "),
        ('"Trần, B" <b@x.vn>; hu ', "hu", '"Trần, B" <b@x.vn>; A <a@x.vn>, '),
        ("b@x.vn, ", "", "b@x.vn, A <a@x.vn>, "),
    ],
)
def test_only_what_is_being_typed_is_replaced(text: str, piece: str, taken: str) -> None:
    assert last_piece(text) == piece
    assert with_last_piece(text, "A <a@x.vn>") == taken
