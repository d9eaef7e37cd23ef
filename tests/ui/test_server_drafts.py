"""Drafts on the mail server, as the window shows and opens them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from client.config.paths import resources_dir
from client.errors import MessageFrozen
from client.model.event import Event, EventKind
from client.model.outgoing import Draft
from client.model.server_draft import DraftStanding, Standing
from client.ui import dialogs
from client.ui.compose_window import ComposeWindow
from client.ui.draft_words import DraftWords
from client.ui.main_window import MainWindow
from client.ui.shell import open_shell
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_samples import INBOX, message_row

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "does not support raise")
DRAFTS_BOX = 3


@pytest.fixture
def desk() -> FakeDesk:
    made = FakeDesk(rows=3)
    made.message_rows[DRAFTS_BOX] = {number: message_row(number, DRAFTS_BOX) for number in (302, 301)}
    return made


@pytest.fixture
def window(qtbot: QtBot, desk: FakeDesk, tmp_path: Path) -> Iterator[MainWindow]:
    made = open_shell(desk, resources_dir(), state_file=tmp_path / "window.ini")
    qtbot.addWidget(made)
    yield made
    for letter in letters():
        letter._may_close = True
        letter.close()


def letters() -> list[ComposeWindow]:
    return [
        one for one in QApplication.topLevelWidgets() if isinstance(one, ComposeWindow) and one.isVisible()
    ]


def stored(desk: FakeDesk, standing: Standing, code: str = "") -> Draft:
    draft = replace(desk.new_draft("an"), draft_id="one", subject="Dở dang")
    desk.stored_drafts["one"] = draft
    desk.on_server.told = {"one": DraftStanding("one", standing, code)}
    return draft


def test_a_draft_of_the_server_is_opened_from_the_list_and_from_the_line_above_it(
    qtbot: QtBot, desk: FakeDesk, window: MainWindow
) -> None:
    desk.on_server.opening = replace(desk.new_draft("an"), draft_id="here", subject="Từ máy chủ")
    work = window.workspace
    work.tree.choose(DRAFTS_BOX)
    work.list.choose(302)
    qtbot.waitUntil(lambda: work.viewer.draft.isVisible())
    work.list.setFocus()
    QTest.keyClick(work.list, Qt.Key.Key_Return)
    work.viewer.draft.button.click()  # once more before the answer: one window
    qtbot.waitUntil(lambda: letters() != [])
    (letter,) = letters()
    assert letter.draft().subject == "Từ máy chủ"
    assert desk.calls.count(("open_draft", DRAFTS_BOX, 302)) == 1
    work.tree.choose(INBOX)
    work.list.choose(3)
    qtbot.waitUntil(lambda: not work.viewer.draft.isVisible())
    QTest.keyClick(work.list, Qt.Key.Key_Return)
    assert desk.count("open_draft") == 1


def test_why_a_draft_is_not_opened_is_said(
    qtbot: QtBot, desk: FakeDesk, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(dialogs, "show_problem", lambda _, text: said.append(text.title))
    desk.failures["open_draft"] = MessageFrozen()
    window.workspace.draft_editing.edit(DRAFTS_BOX, 302)
    qtbot.waitUntil(lambda: said != [])
    assert letters() == []
    window.workspace.draft_editing.edit(DRAFTS_BOX, 302)  # and can be asked again
    qtbot.waitUntil(lambda: letters() != [])


def test_the_list_of_drafts_and_the_status_say_where_a_draft_lies(
    qtbot: QtBot, desk: FakeDesk, window: MainWindow
) -> None:
    stored(desk, Standing.UPLOADED)
    window.workspace.refresh_drafts()
    model = window.workspace.drafts.model
    assert model.index(0, 4).data() == "Đã lưu cả trên máy chủ"
    assert window.status.drafts_line() == ""
    stored(desk, Standing.PARKED, "message-too-large")
    desk.emit(Event(EventKind.DRAFTS, "an"))
    qtbot.waitUntil(lambda: model.index(0, 4).data() == "Chỉ trên máy này: lớn hơn mức máy chủ nhận")
    assert "lớn hơn mức máy chủ nhận" in model.index(0, 4).data(Qt.ItemDataRole.ToolTipRole)
    assert window.status.drafts_line() == "1 bản nháp chưa lên được máy chủ"
    window.status.drafts_clicked.emit()
    assert window.workspace.drafts.isVisible()


@pytest.mark.parametrize(
    ("standing", "said"), [(Standing.GONE, "xóa hoặc thay ở nơi khác"), (Standing.CHANGED, "giữ cả hai")]
)
def test_a_letter_being_written_says_what_happened_to_its_copy(
    qtbot: QtBot, desk: FakeDesk, window: MainWindow, standing: Standing, said: str
) -> None:
    draft = stored(desk, Standing.UPLOADED)
    window.workspace.draft_ready.emit(draft)
    (letter,) = letters()
    assert letter.server.notice.text() == ""
    stored(desk, standing)
    desk.emit(Event(EventKind.DRAFTS, "an"))
    qtbot.waitUntil(lambda: said in letter.server.notice.text())
    stored(desk, Standing.WAITING)
    desk.emit(Event(EventKind.DRAFTS, "an"))
    qtbot.waitUntil(lambda: letter.server.notice.text() == "")


def test_a_closed_letter_goes_up_at_once(qtbot: QtBot, desk: FakeDesk, window: MainWindow) -> None:
    window.workspace.draft_ready.emit(stored(desk, Standing.WAITING))
    (letter,) = letters()
    letter.form.subject.setText("Xong")
    letter.save()
    letter.close()
    qtbot.waitUntil(lambda: letters() == [])
    saved = desk.calls.index(("save_draft", desk.stored_drafts["one"]))
    assert ("draft_closed", "one") in desk.calls[saved:]


def test_every_standing_has_words(qapp: object) -> None:
    words = DraftWords()
    lines = {words.line(DraftStanding("d", one)) for one in Standing}
    assert len(lines) == len(Standing)
    assert words.line(None)
