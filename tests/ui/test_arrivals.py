"""New mail is told beside the clock, as much of it as was chosen, and not while the window is in use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget
from pytestqt.qtbot import QtBot

from client.model.event import Event, EventKind
from client.ui.arrivals import Arrivals, Telling
from client.ui.main_window import MainWindow
from client.ui.texts import Texts
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_samples import INBOX

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "systemTrayWindowChanged", "raise")


class Tray(QSystemTrayIcon):
    """Remembers what it would show."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, str]] = []

    def showMessage(  # type: ignore[override]  # noqa: N802 - Qt's name
        self, title: str, msg: str, icon: QIcon | QPixmap | None = None, msecs: int = 0
    ) -> None:
        self.told.append((title, msg))


class Window(QWidget):
    """One that is in use when the test says so."""

    in_use = False

    def isActiveWindow(self) -> bool:  # noqa: N802 - Qt's name
        return self.in_use


class Stage:
    def __init__(self, qtbot: QtBot, desk: FakeDesk, texts: Texts, folder: Path) -> None:
        self.memory = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        self.tray, self.window = Tray(), Window()
        qtbot.addWidget(self.window)
        self.arrivals = Arrivals(desk, texts, self.memory, self.window, self.tray)
        self.account_id = desk.account_list[0].account_id
        self._qtbot = qtbot

    def come(self, row_id: int, total: int = 1) -> None:
        self.arrivals.take(Event(EventKind.ARRIVED, self.account_id, row_id, total=total))

    def told(self) -> tuple[str, str]:
        self._qtbot.waitUntil(lambda: bool(self.tray.told), timeout=10_000)
        return self.tray.told.pop()

    def choose(self, telling: Telling) -> None:
        choices = self.arrivals.menu(QMenu(self.window)).actions()
        choices[list(Telling).index(telling)].trigger()


@pytest.fixture
def stage(qtbot: QtBot, desk: FakeDesk, texts: Texts, tmp_path: Path) -> Stage:
    return Stage(qtbot, desk, texts, tmp_path)


def test_one_letter_is_told_by_its_sender_and_subject(stage: Stage, desk: FakeDesk) -> None:
    desk.message_rows[INBOX][9] = replace(
        desk.message_rows[INBOX][9], sender_name="Lê  Đạt\n", subject="Giấy mời\n số 12 " + "x" * 500
    )
    stage.come(9)
    title, line = stage.told()
    assert title == "Lê Đạt"
    assert line.startswith("Giấy mời số 12 x")
    assert len(line) < 130


def test_a_desktop_finds_no_page_in_what_a_letter_says(stage: Stage, desk: FakeDesk) -> None:
    """Else a received letter would have it fetch a picture, and tell its sender who is there."""
    desk.message_rows[INBOX][9] = replace(
        desk.message_rows[INBOX][9], sender_name="<b>An", subject='Hop <img src="http://la.example/1.png">'
    )
    stage.come(9)
    assert stage.told() == ("‹b›An", 'Hop ‹img src="http://la.example/1.png"›')
    stage.come(9, 2)
    assert "<" not in "".join(stage.told())


def test_what_comes_together_is_told_at_once_and_opens_the_newest(stage: Stage, desk: FakeDesk) -> None:
    opened: list[tuple[int, int]] = []
    stage.arrivals.opened.connect(lambda *place: opened.append(place))
    stage.come(8, 2)
    stage.come(9)
    title, line = stage.told()
    assert title == "3 thư mới"
    assert desk.message_rows[INBOX][9].subject in line
    assert stage.tray.told == []
    stage.tray.messageClicked.emit()
    assert opened == [(INBOX, 9)]


def test_only_their_number_where_that_was_chosen_also_after_the_next_start(
    stage: Stage, desk: FakeDesk, texts: Texts
) -> None:
    stage.choose(Telling.COUNT)
    stage.come(9)
    assert stage.told() == ("Công Thư", "1 thư mới")
    assert Arrivals(desk, texts, stage.memory, stage.window, Tray()).telling is Telling.COUNT


def test_nothing_is_told_where_that_was_chosen_or_the_window_is_in_use(stage: Stage) -> None:
    stage.choose(Telling.OFF)
    stage.come(7)
    stage.choose(Telling.FULL)
    stage.window.in_use = True
    stage.come(8)
    stage.window.in_use = False
    stage.come(9)
    assert "mới" not in stage.told()[0], "the last one alone"


def test_a_letter_that_has_gone_meanwhile_is_still_counted(stage: Stage) -> None:
    stage.come(999_999)
    assert stage.told() == ("Công Thư", "1 thư mới")
    stage.tray.messageClicked.emit()


def test_a_click_brings_the_window_and_the_letter(
    qtbot: QtBot, desk: FakeDesk, texts: Texts, tmp_path: Path
) -> None:
    window = MainWindow(
        desk, texts, compose=lambda _: None, is_demo=False, state_file=tmp_path / "window.ini"
    )
    qtbot.addWidget(window)
    window.showMinimized()
    window.workspace.tree.choose(2)
    window.arrivals.opened.emit(INBOX, 9)
    window.arrivals.woken.emit()
    qtbot.waitUntil(lambda: window.workspace.reader.current == (INBOX, 9), timeout=10_000)
    assert not window.isMinimized()
    texts_of_menu = [one.text() for one in window.commands.view.actions()]
    assert "Báo thư mới" in texts_of_menu
