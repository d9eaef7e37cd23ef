from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from client.config.paths import resources_dir
from client.ui.about import AboutDialog
from client.ui.account_wizard import AccountWizard
from client.ui.compose_window import ComposeWindow
from client.ui.main_window import MainWindow
from client.ui.shell import open_shell
from tests.fakes.desk import FakeDesk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "does not support raise")


@pytest.fixture
def window(qtbot: QtBot, desk: FakeDesk, tmp_path: Path) -> MainWindow:
    made = open_shell(desk, resources_dir(), state_file=tmp_path / "window.ini", is_demo=True)
    qtbot.addWidget(made)
    return made


def letters() -> list[ComposeWindow]:
    return [
        one for one in QApplication.topLevelWidgets() if isinstance(one, ComposeWindow) and one.isVisible()
    ]


def test_the_shell_opens_the_window_and_writes_letters(
    qtbot: QtBot, desk: FakeDesk, window: MainWindow
) -> None:
    assert window.isVisible()
    window.commands.actions["compose"].trigger()
    (letter,) = letters()
    letter.close()
    qtbot.waitUntil(lambda: letters() == [])
    assert desk.stored_drafts == {}


def test_a_draft_is_opened_in_one_window_only_and_the_list_follows(
    qtbot: QtBot, desk: FakeDesk, window: MainWindow
) -> None:
    desk.stored_drafts["one"] = replace(desk.new_draft("an"), draft_id="one", subject="Dở dang")
    window.workspace.refresh_drafts()
    window.commands.actions["drafts"].trigger()
    view = window.workspace.drafts
    view.open_button.click()
    view.open_button.click()
    qtbot.waitUntil(lambda: letters() != [])
    QTest.qWait(0)  # the second click's answer, too, is on the way by now
    (letter,) = letters()
    assert letter.draft().subject == "Dở dang"
    letter.form.subject.setText("Dở dang, thêm nữa")
    letter.save()
    assert view.model.index(0, 1).data() == "Dở dang, thêm nữa"
    letter.close()
    qtbot.waitUntil(lambda: letters() == [])


def test_a_second_answer_to_an_invitation_goes_into_the_open_letter(
    qtbot: QtBot, desk: FakeDesk, window: MainWindow
) -> None:
    for answer, words in (("ACCEPTED", "Chấp nhận"), ("DECLINED", "Từ chối")):
        calendar = f"ATTENDEE;PARTSTAT={answer}:mailto:a@x.vn\r\nSUMMARY;LANGUAGE=vi:Họp gi\r\n ao ban\r\n"
        draft = replace(desk.new_draft("an"), calendar=calendar, in_reply_to="<m@x>", subject=f"{words}: Họp")
        window.workspace.draft_ready.emit(draft)
        (letter,) = letters()
        assert letter.form.answer.isVisible()
        assert letter.form.answer.text() == f"Kèm trả lời lịch họp: {words}: Họp giao ban"
        assert letter.draft().calendar == calendar
        assert letter.draft().subject == f"{words}: Họp"
    letter._may_close = True
    letter.close()
    qtbot.waitUntil(lambda: letters() == [])


def test_about_opens_from_the_menu_and_closes_with_its_button(qtbot: QtBot, window: MainWindow) -> None:
    seen: list[str] = []

    def close() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, AboutDialog)
        seen.append(dialog.windowTitle())
        next(one for one in dialog.findChildren(QPushButton) if one.text() == "Đóng").click()

    QTimer.singleShot(0, window, close)
    window.commands.actions["about"].trigger()
    assert seen == ["Giới thiệu Công Thư"]


def test_a_first_start_asks_for_an_account(desk: FakeDesk, tmp_path: Path, qtbot: QtBot) -> None:
    desk.account_list = ()
    desk.mailbox_list = ()
    window = open_shell(desk, resources_dir(), state_file=tmp_path / "window.ini")
    qtbot.addWidget(window)
    (wizard,) = window.findChildren(AccountWizard)
    assert wizard.isVisible()


def test_changed_accounts_open_the_office_anew_unless_a_letter_is_open(
    desk: FakeDesk, tmp_path: Path, qtbot: QtBot
) -> None:
    opened: list[bool] = []
    window = open_shell(
        desk, resources_dir(), state_file=tmp_path / "window.ini", reopen=lambda: opened.append(True)
    )
    qtbot.addWidget(window)
    window.accounts_changed.emit()
    assert opened == [True]
    window.commands.actions["compose"].trigger()
    window.accounts_changed.emit()
    assert opened == [True]
    for letter in letters():
        letter.close()
