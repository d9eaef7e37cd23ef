"""The row above the list narrows it, beside what is typed; what is being read does not run away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from client.ui.main_window import MainWindow
from client.ui.texts import Texts
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_samples import EMPTY, INBOX

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def window(qtbot: QtBot, desk: FakeDesk, texts: Texts, tmp_path: Path) -> MainWindow:
    rows = desk.message_rows[INBOX]
    for number in rows:
        rows[number] = replace(rows[number], seen=number % 10 != 0, flagged=number % 20 == 0)
    made = MainWindow(desk, texts, compose=lambda _: None, is_demo=False, state_file=tmp_path / "w.ini")
    qtbot.addWidget(made)
    made.show()
    return made


def press(window: MainWindow, operator: str) -> None:
    window.workspace.pane.filter.buttons[operator].click()


def test_filters_are_combined_with_each_other_and_with_words(window: MainWindow, qtbot: QtBot) -> None:
    model, count = window.workspace.list_model, window.workspace.pane.count.line
    press(window, "có:chưa-đọc")
    qtbot.waitUntil(lambda: model.rowCount() == 20)
    assert count.text() == "Đang lọc: 20 thư"
    press(window, "có:sao")
    qtbot.waitUntil(lambda: model.rowCount() == 10)
    window.commands.search.setText("dieu dong")
    qtbot.waitUntil(lambda: model.query == "có:chưa-đọc có:sao dieu dong")
    window.commands.search.clear()
    press(window, "có:sao")
    qtbot.waitUntil(lambda: model.query == "có:chưa-đọc")
    press(window, "có:chưa-đọc")
    assert model.rowCount() == 200


def test_what_is_read_stays_listed_and_the_list_does_not_run_on(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot
) -> None:
    work = window.workspace
    press(window, "có:chưa-đọc")
    qtbot.waitUntil(lambda: work.list_model.rowCount() == 20)
    work.list.choose(190)
    qtbot.waitUntil(lambda: ("mark_seen", INBOX, 190, True) in desk.calls)
    asked = desk.count("find")
    work._read_again()
    work.pane.finder.again()
    qtbot.waitUntil(lambda: desk.count("find") > asked and not work.pane.finder.is_out)
    assert work.reader.current == (INBOX, 190)
    assert work.list_model.rowCount() == 20
    assert [call for call in desk.calls if call[0] == "mark_seen"] == [("mark_seen", INBOX, 190, True)]
    press(window, "có:chưa-đọc")
    press(window, "có:chưa-đọc")
    qtbot.waitUntil(lambda: work.list_model.rowCount() == 19)


def test_another_folder_is_filtered_too_and_says_why_it_is_empty(window: MainWindow, qtbot: QtBot) -> None:
    work = window.workspace
    press(window, "có:sao")
    qtbot.waitUntil(lambda: work.list_model.rowCount() == 10)
    work.tree.setCurrentIndex(work.tree_model.index_of(EMPTY))
    notice = work.pane.notice
    qtbot.waitUntil(lambda: notice.title() == "Không có thư nào qua được bộ lọc")
    notice.button.click()
    qtbot.waitUntil(lambda: notice.title() == "Thư mục này chưa có thư")
    assert not work.pane.filter.is_on()


def test_a_wider_search_does_not_take_the_filter_into_the_search_box(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.commands.search.setText("không có từ này")
    notice = window.workspace.pane.notice
    qtbot.waitUntil(lambda: notice.title().startswith("Không có kết quả"))
    press(window, "có:sao")
    qtbot.waitUntil(lambda: notice.title() == "Không có thư nào qua được bộ lọc")
    notice.button.click()
    qtbot.waitUntil(lambda: notice.title().startswith("Không có kết quả"))
    notice.button.click()
    assert window.commands.search.text() == "không có từ này trong:tất-cả"


def test_every_filter_can_be_reached_and_heard(window: MainWindow) -> None:
    for button in window.workspace.pane.filter.buttons.values():
        assert button.accessibleName().startswith("Chỉ hiện")
        assert button.isCheckable()
