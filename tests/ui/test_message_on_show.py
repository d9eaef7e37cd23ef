"""What is on show, what is chosen in the list, and what a key acts upon are one and the same letter."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from client.model.event import Event, EventKind
from client.ui.main_window import MainWindow
from client.ui.texts import Texts
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_samples import EMPTY, INBOX, message_row

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
SENT, OTHER = 2, 1010


@pytest.fixture
def window(qtbot: QtBot, desk: FakeDesk, texts: Texts, tmp_path: Path) -> MainWindow:
    made = MainWindow(desk, texts, compose=lambda _: None, is_demo=False, state_file=tmp_path / "w.ini")
    qtbot.addWidget(made)
    made.show()
    return made


def show_a_related_one(window: MainWindow) -> None:
    window.workspace.list.choose(199)
    window.workspace.viewer.related.chosen.emit(SENT, OTHER)


def click(window: MainWindow, row_id: int) -> None:
    view = window.workspace.list
    spot = view.visualRect(view.model().index(window.workspace.list_model.line_of(row_id), 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def test_no_row_is_chosen_while_a_letter_from_elsewhere_is_on_show(window: MainWindow) -> None:
    show_a_related_one(window)
    work = window.workspace
    assert work.reader.current == (SENT, OTHER)
    assert not work.list.selectionModel().hasSelection()
    assert work.list.current_row_id() == 0
    click(window, 199)
    assert work.reader.current == (INBOX, 199)
    assert work.list.selectionModel().hasSelection()


def test_the_list_does_not_put_its_first_row_in_place_of_it(window: MainWindow) -> None:
    show_a_related_one(window)
    back = QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.ActiveWindowFocusReason)
    QApplication.sendEvent(window.workspace.list, back)
    assert window.workspace.reader.current == (SENT, OTHER)


@pytest.mark.parametrize("name", ["delete", "archive"])
def test_a_letter_from_elsewhere_is_not_on_show_once_it_is_gone(
    window: MainWindow, desk: FakeDesk, name: str
) -> None:
    show_a_related_one(window)
    window.commands.actions[name].trigger()
    assert desk.changed.calls[0][:3] == (name, SENT, (OTHER,))
    assert window.workspace.reader.current == (0, 0)
    assert not window.commands.actions["delete"].isEnabled()


def test_from_a_listed_letter_the_list_goes_on_to_the_next(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot
) -> None:
    window.workspace.list.choose(199)
    qtbot.waitUntil(lambda: desk.count("verify") == 1)
    del desk.message_rows[INBOX][199]
    window.commands.actions["delete"].trigger()
    qtbot.waitUntil(lambda: window.workspace.reader.current == (INBOX, 198))
    assert window.workspace.list.current_row_id() == 198


def test_another_folder_takes_the_place_of_a_letter_from_elsewhere(window: MainWindow) -> None:
    show_a_related_one(window)
    window.workspace.tree.choose(EMPTY)
    assert window.workspace.reader.current == (0, 0)


def test_what_a_search_finds_is_listed_from_its_top(window: MainWindow, qtbot: QtBot) -> None:
    work = window.workspace
    bar = work.list.verticalScrollBar()
    bar.setValue(bar.maximum())
    work.search("bao cao")
    qtbot.waitUntil(lambda: work.list_model.rowCount() == 25)
    assert bar.value() == 0
    bar.setValue(bar.maximum())
    work.search("")
    assert bar.value() == 0
    bar.setValue(bar.maximum())
    work.tree.setCurrentIndex(work.tree_model.index_of(SENT))
    assert bar.value() == 0


def test_a_letter_that_a_search_left_out_is_chosen_again_after_it(window: MainWindow, qtbot: QtBot) -> None:
    work = window.workspace
    work.list.choose(90)
    work.search("dieu dong")
    qtbot.waitUntil(lambda: work.list_model.rowCount() == 25)
    assert work.list_model.line_of(90) == -1
    assert work.reader.current == (0, 0)
    work.search("dieu")
    work.search("")
    assert (work.list.current_row_id(), work.reader.current) == (90, (INBOX, 90))
    work.tree.setCurrentIndex(work.tree_model.index_of(SENT))
    work.tree.setCurrentIndex(work.tree_model.index_of(INBOX))
    assert work.reader.current == (0, 0)


def test_a_letter_chosen_among_the_hits_stays_chosen(window: MainWindow, qtbot: QtBot) -> None:
    work = window.workspace
    work.list.choose(90)
    work.search("dieu dong")
    qtbot.waitUntil(lambda: work.list_model.rowCount() == 25)
    hit = work.list_model.row_id(20)
    work.list.choose(hit)
    work.search("")
    assert work.reader.current == (INBOX, hit)


def test_what_comes_on_show_after_a_deleted_one_is_not_marked_as_read_at_once(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot
) -> None:
    work = window.workspace
    work.list.choose(199)
    qtbot.waitUntil(lambda: desk.count("verify") == 1)
    for gone in (199, 198):
        del desk.message_rows[INBOX][gone]
        window.commands.actions["delete"].trigger()
        wanted = (INBOX, gone - 1)
        qtbot.waitUntil(partial(lambda one: work.reader.current == one, wanted))
        qtbot.waitUntil(work.reader._glance.isActive)
        assert work.reader._glance.interval() == 1500
    marked = [call for call in desk.calls if call[0] == "mark_seen"]
    assert marked == [("mark_seen", INBOX, 199, True)]
    work.reader._glance.start(0)
    qtbot.waitUntil(lambda: ("mark_seen", INBOX, 197, True) in desk.calls)
    work.list.choose(150)
    qtbot.waitUntil(lambda: ("mark_seen", INBOX, 150, True) in desk.calls)
    assert ("mark_seen", INBOX, 198, True) not in desk.calls


def test_a_hit_from_the_trash_is_deleted_only_after_a_question(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot
) -> None:
    work = window.workspace
    trash = 4
    desk.changed.final.add(trash)
    # A search in every mailbox lists what is elsewhere too.
    desk.message_rows[INBOX] |= {300: replace(message_row(300, trash), subject="Phiếu trình cũ")}
    desk.message_rows[trash] = {300: desk.message_rows[INBOX][300]}
    work.search("phieu trinh")
    qtbot.waitUntil(lambda: work.list_model.rowCount() == 1)
    work.list.choose(300)
    assert work.reader.current == (trash, 300)
    window.commands.actions["delete"].trigger()
    assert desk.changed.calls == []
    assert window._mail.question is not None


def test_a_letter_from_elsewhere_that_another_program_moved_goes_from_sight(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot
) -> None:
    show_a_related_one(window)
    qtbot.waitUntil(lambda: ("mark_seen", SENT, OTHER, True) in desk.calls)
    desk.emit(Event(EventKind.MESSAGES, "an", SENT))
    qtbot.waitUntil(lambda: not window.workspace.pace.is_waiting)
    assert window.workspace.reader.current == (SENT, OTHER)
    del desk.message_rows[SENT][OTHER]
    desk.emit(Event(EventKind.MESSAGES, "an", SENT))
    qtbot.waitUntil(lambda: window.workspace.reader.current == (0, 0))
