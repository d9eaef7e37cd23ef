"""What the list and the status bar say of signatures that were checked without opening anything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from client.model.event import Event, EventKind
from client.model.verdict import Display
from client.services.verdict_desk import CheckingProgress
from client.ui.judged_rows import JudgedRows
from client.ui.main_window import MainWindow
from client.ui.message_list import MessageList
from client.ui.models import CARD_ROLE, UNCHECKED, Card, MessageListModel
from client.ui.texts import Texts
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_samples import INBOX
from tests.ui.conftest import NOW as CLOCK

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
SIGNED, UNSIGNED = 200, 196  # the sample rows with and without the shape of a signature
Index = QModelIndex | QPersistentModelIndex


@pytest.fixture
def model(desk: FakeDesk, texts: Texts) -> MessageListModel:
    made = MessageListModel(desk, texts, clock=lambda: CLOCK)
    made.show_mailbox(INBOX)
    return made


def card(model: MessageListModel, row_id: int) -> Card:
    found = model.index(model.line_of(row_id), 0).data(CARD_ROLE)
    assert isinstance(found, Card)
    return found


def said_of(model: MessageListModel, row_id: int) -> str:
    """What a screen reader says of a row."""
    return str(model.index(model.line_of(row_id), 0).data(Qt.ItemDataRole.AccessibleTextRole))


@pytest.mark.parametrize(
    ("display", "spoken"),
    [
        (Display.VALID, "chữ ký số: hợp lệ"),
        (Display.WARNING, "chữ ký số: hợp lệ, có cảnh báo"),
        (Display.UNKNOWN, "chữ ký số: chưa kết luận"),
        (Display.INVALID, "chữ ký số: không hợp lệ"),
        (Display.NONE, "chữ ký số: không có chữ ký"),
        (None, "chưa kiểm tra"),
    ],
)
def test_each_word_is_spoken_told_by_the_pointer_and_has_a_sign(
    desk: FakeDesk, texts: Texts, display: Display | None, spoken: str
) -> None:
    desk.verified.known.found[SIGNED] = display
    model = MessageListModel(desk, texts, clock=lambda: CLOCK)
    model.show_mailbox(INBOX)
    shown = card(model, SIGNED)
    assert spoken in said_of(model, SIGNED)
    assert shown.mark == (display.value if display is not None else UNCHECKED)
    tip = model.index(model.line_of(SIGNED), 0).data(Qt.ItemDataRole.ToolTipRole)
    assert shown.word in tip


def test_what_was_not_checked_is_never_called_valid(model: MessageListModel) -> None:
    assert card(model, SIGNED).mark == UNCHECKED
    assert "hợp lệ" not in said_of(model, SIGNED)
    assert card(model, UNSIGNED).mark == ""


def test_a_signed_attachment_is_known_by_its_verdict_alone(desk: FakeDesk, texts: Texts) -> None:
    desk.verified.known.found = {UNSIGNED: Display.INVALID, 191: Display.NONE, 186: None}
    model = MessageListModel(desk, texts, clock=lambda: CLOCK)
    model.show_mailbox(INBOX)
    assert [card(model, one).mark for one in (UNSIGNED, 191, 186)] == ["INVALID", "", UNCHECKED]


def test_a_verdict_changes_its_row_alone(qtbot: QtBot, desk: FakeDesk, model: MessageListModel) -> None:
    changed: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last, *_: changed.append((first.row(), last.row())))
    rows = JudgedRows(model, model)
    desk.calls.clear()
    desk.verified.known.found = {198: Display.INVALID, SIGNED: Display.VALID}
    for row_id in (198, SIGNED, 5000):
        rows.take(Event(EventKind.JUDGED, "an", row_id, done=1, total=3))
    with qtbot.assertNotEmitted(model.modelReset):
        qtbot.waitUntil(lambda: len(changed) == 2)
    assert sorted(changed) == [(0, 0), (2, 2)]
    assert [call[:2] for call in desk.calls] == [("rows", INBOX)]  # read once, not the whole page
    assert desk.calls[0][2] == 2
    assert (card(model, SIGNED).mark, card(model, 198).mark) == ("VALID", "INVALID")


@pytest.mark.parametrize(
    "event",
    [
        Event(EventKind.TRUST),
        Event(EventKind.REVOCATION, code="renewed"),
        Event(EventKind.JUDGED),
    ],
)
def test_green_goes_when_what_it_rests_on_changes(
    qtbot: QtBot, desk: FakeDesk, texts: Texts, event: Event
) -> None:
    desk.verified.known.found[SIGNED] = Display.VALID
    model = MessageListModel(desk, texts, clock=lambda: CLOCK)
    model.show_mailbox(INBOX)
    rows = JudgedRows(model, model)
    desk.verified.known.found[SIGNED] = None
    with qtbot.waitSignal(model.dataChanged), qtbot.assertNotEmitted(model.modelReset):
        rows.take(event)
    assert card(model, SIGNED).mark == UNCHECKED


def painted(view: MessageList, row_id: int) -> QImage:
    model = view.model()
    assert isinstance(model, MessageListModel)
    rect = view.visualRect(model.index(model.line_of(row_id), 0))
    area = QRect(rect.left(), rect.top(), rect.width(), rect.height())
    return view.viewport().grab(area).toImage().convertToFormat(QImage.Format.Format_Grayscale8)


def test_the_signs_differ_without_their_colours(
    qtbot: QtBot, desk: FakeDesk, model: MessageListModel
) -> None:
    view = MessageList(model)
    qtbot.addWidget(view)
    view.resize(260, 400)  # narrow: signs alone, no word beside them
    view.show()
    pictures = []
    for display in (*Display, None):
        desk.verified.known.found[SIGNED] = display
        model.word_again([SIGNED])
        image = painted(view, SIGNED)
        # Every ink as black: what is left is the shape.
        pictures.append(bytes(255 if value > 235 else 0 for value in bytes(image.constBits())))
    assert len(set(pictures)) == len(pictures)


@pytest.fixture
def window(qtbot: QtBot, desk: FakeDesk, texts: Texts, tmp_path: Path) -> MainWindow:
    made = MainWindow(desk, texts, compose=lambda _: None, is_demo=False, state_file=tmp_path / "w.ini")
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_status_bar_counts_and_a_press_pauses(qtbot: QtBot, desk: FakeDesk, window: MainWindow) -> None:
    checking = window.checking
    assert not checking.isVisible()
    desk.verified.known.state = CheckingProgress(120, 1000)
    desk.emit(Event(EventKind.JUDGED, "an", SIGNED, done=120, total=1000))
    qtbot.waitUntil(checking.isVisible)
    assert checking.accessibleName() == "Đang kiểm tra chữ ký 120/1\N{NO-BREAK SPACE}000"
    checking.click()
    assert desk.verified.known.progress().is_paused
    assert checking.text().startswith("Tạm dừng kiểm tra chữ ký")
    checking.click()
    assert not desk.verified.known.progress().is_paused
    desk.verified.known.state = replace(desk.verified.known.state, done=0, total=0)
    desk.emit(Event(EventKind.JUDGED, "an", SIGNED, done=1000, total=1000))
    qtbot.waitUntil(lambda: not checking.isVisible())


def test_another_language_keeps_the_count(
    qtbot: QtBot, desk: FakeDesk, window: MainWindow, texts: Texts
) -> None:
    desk.verified.known.state = CheckingProgress(1, 2)
    window.rebuild(texts)
    qtbot.waitUntil(window.checking.isVisible)
    assert window.checking.text() == "Đang kiểm tra chữ ký 1/2"
