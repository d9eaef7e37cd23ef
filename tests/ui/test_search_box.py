"""The search box tells what it understands, and its keys lead to the list and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from client.model.search import parse_query
from client.ui.main_window import MainWindow
from client.ui.texts import Texts
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_samples import INBOX

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def window(qtbot: QtBot, desk: FakeDesk, texts: Texts, tmp_path: Path) -> MainWindow:
    made = MainWindow(desk, texts, compose=lambda _: None, is_demo=False, state_file=tmp_path / "w.ini")
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    made.commands.search.setFocus()
    return made


def test_every_example_in_the_tool_tip_is_understood(window: MainWindow) -> None:
    lines = window.commands.search.accessibleDescription().splitlines()[1:]
    assert window.commands.search.toolTip().count("<br>") == len(lines)
    examples = [line.split(" – ")[0] for line in lines]
    assert {one.split(":")[0] for one in examples} == {"từ", "đến", "số", "có", "sau", "trước", "trong"}
    for one in examples:
        understood = parse_query(one)
        assert not understood.is_empty
        assert all(term.text in one.split(":")[1] for term in understood.terms), one
    also = {"có:chữ-ký", "có:sao", "có:chưa-đọc"}
    assert all(one in "".join(lines) and parse_query(one).having for one in also)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down])
def test_enter_and_down_go_to_the_first_hit(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot, key: Qt.Key
) -> None:
    work = window.workspace
    desk.hold_finding = True
    QTest.keyClicks(window.commands.search, "dieu dong")
    QTest.keyClick(window.commands.search, key)
    assert work.reader.current == (0, 0)  # nothing is found yet
    desk.release_finding()
    qtbot.waitUntil(lambda: work.reader.current == (INBOX, work.list_model.row_id(0)))
    assert work.list_model.rowCount() == 25
    assert window.focusWidget() is work.list


def test_another_question_drops_the_wish(window: MainWindow, desk: FakeDesk, qtbot: QtBot) -> None:
    work = window.workspace
    desk.hold_finding = True
    QTest.keyClicks(window.commands.search, "dieu dong")
    QTest.keyClick(window.commands.search, Qt.Key.Key_Return)
    work.search("dieu")
    desk.release_finding()
    qtbot.waitUntil(lambda: work.list_model.query == "dieu")
    assert work.reader.current == (0, 0)


def test_esc_empties_the_box_and_goes_back_to_the_list(window: MainWindow, qtbot: QtBot) -> None:
    work = window.workspace
    QTest.keyClicks(window.commands.search, "dieu dong")
    qtbot.waitUntil(lambda: work.list_model.rowCount() == 25)
    QTest.keyClick(window.commands.search, Qt.Key.Key_Escape)
    assert window.commands.search.text() == ""
    assert work.list_model.rowCount() == 200
    assert window.focusWidget() is work.list
    assert work.reader.current == (0, 0)  # to come by is not to choose
