"""Several messages chosen together: one order for all of them, one way back, and none is read by it."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from client.errors import StorageFull
from client.model.event import Event, EventKind
from client.model.mailbox import SpecialUse
from client.services.changes_desk import MailAct, MailOrder
from client.ui.folder_picker import FolderPicker
from client.ui.mailbox_tree import OUTBOX
from client.ui.main_window import MainWindow
from client.ui.row_drag import mime_of
from client.ui.texts import Texts
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_samples import INBOX

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qtbot: QtBot, desk: FakeDesk, texts: Texts, tmp_path: Path) -> MainWindow:
    made = MainWindow(desk, texts, compose=lambda _: None, is_demo=False, state_file=tmp_path / "w.ini")
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    return made


def spot_of(window: MainWindow, row_id: int) -> QPoint:
    view = window.workspace.list
    return view.visualRect(view.model().index(window.workspace.list_model.line_of(row_id), 0)).center()


def click(
    window: MainWindow, row_id: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    spot = spot_of(window, row_id)
    QTest.mouseClick(window.workspace.list.viewport(), Qt.MouseButton.LeftButton, keys, spot)


def choose_three(window: MainWindow) -> None:
    click(window, 200)
    click(window, 198, SHIFT)


def mailbox(desk: FakeDesk, use: SpecialUse, account_id: str = "an") -> int:
    return next(one.mailbox_id for one in desk.mailboxes(account_id) if one.special_use is use)


def test_shift_and_ctrl_choose_several_and_the_reader_says_how_many(window: MainWindow) -> None:
    choose_three(window)
    work = window.workspace
    assert list(work.list.chosen_ids()) == [200, 199, 198]
    assert work.viewer.shown_text() == "3 thư được chọn"
    assert work.reader.current == (0, 0)
    click(window, 196, CTRL)
    assert list(work.list.chosen_ids()) == [200, 199, 198, 196]
    assert work.viewer.shown_text() == "4 thư được chọn"
    click(window, 195)
    assert work.reader.current == (INBOX, 195)


def test_choosing_more_by_the_keyboard_marks_nothing_as_read(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot
) -> None:
    view = window.workspace.list
    click(window, 200)
    qtbot.waitUntil(lambda: ("mark_seen", INBOX, 200, True) in desk.calls)
    opened = desk.count("open_message")
    for _ in range(5):
        QTest.keyClick(view, Qt.Key.Key_Down, SHIFT)
    assert view.chosen_count() == 6
    assert desk.count("open_message") == opened


def test_all_in_the_list_is_one_range_and_stays_cheap(window: MainWindow, desk: FakeDesk) -> None:
    model, view = window.workspace.list_model, window.workspace.list
    model.show_mailbox(INBOX, "", range(1, 1_000_001))
    desk.calls.clear()
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_A, CTRL)
    assert view.chosen_count() == 1_000_000
    assert window.workspace.viewer.shown_text() == "1\u00a0000\u00a0000 thư được chọn"
    assert sum(int(str(call[2])) for call in desk.calls if call[0] == "rows") <= 400
    window.commands.actions["star"].trigger()
    assert len(desk.changed.orders[0].row_ids) == 1_000_000


@pytest.mark.parametrize("name", ["delete", "archive", "junk", "star", "unstar", "mark_read", "mark_unread"])
def test_what_is_asked_for_is_done_to_all_that_is_chosen(
    window: MainWindow, desk: FakeDesk, name: str
) -> None:
    choose_three(window)
    window.commands.actions[name].trigger()
    assert desk.changed.calls == [(name, INBOX, (200, 199, 198))]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("delete", "Đã chuyển 3 thư tới Thùng rác."),
        ("archive", "Đã chuyển 3 thư tới Lưu trữ."),
        ("mark_read", "Đã đánh dấu 3 thư là đã đọc."),
    ],
)
def test_the_line_below_says_what_was_done_and_takes_all_of_it_back(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot, name: str, said: str
) -> None:
    choose_three(window)
    window.commands.actions[name].trigger()
    bar = window._undo_mail
    assert bar.text() == said
    bar.button.click()
    qtbot.waitUntil(lambda: bar.text() == "Đã hoàn tác 3 thư.")
    assert desk.changed.calls[-1] == ("take_back", 1)


def test_two_deletions_are_taken_back_one_after_the_other_newest_first(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot
) -> None:
    choose_three(window)
    window.commands.actions["delete"].trigger()
    click(window, 196)
    window.commands.actions["archive"].trigger()
    bar, undo = window._undo_mail, window.commands.actions["undo"]
    assert bar.text() == "Đã chuyển thư tới Lưu trữ."
    undo.trigger()
    before = "Đã hoàn tác. Trước đó: Đã chuyển 3 thư tới Thùng rác."
    qtbot.waitUntil(lambda: bar.text() == before)
    undo.trigger()
    qtbot.waitUntil(lambda: bar.text() == "Đã hoàn tác 3 thư.")
    assert [call for call in desk.changed.calls if call[0] == "take_back"] == [
        ("take_back", 2),
        ("take_back", 1),
    ]
    undo.trigger()
    assert bar.text() == "Không có gì để hoàn tác."


def test_what_the_server_has_done_for_good_is_said_when_it_is_taken_back(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot
) -> None:
    choose_three(window)
    window.commands.actions["delete"].trigger()
    desk.changed.back = 1
    window.commands.actions["undo"].trigger()
    qtbot.waitUntil(lambda: window._undo_mail.text().startswith("Đã hoàn tác 1/3 thư"))


def test_a_long_order_says_how_far_it_is_and_the_window_goes_on(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot
) -> None:
    choose_three(window)
    desk.changed.hold = True
    window.commands.actions["archive"].trigger()
    desk.changed.progress[0](100, 10_000)
    bar = window._undo_mail
    qtbot.waitUntil(lambda: bar.text().startswith("Đang xử lý 100/10\u00a0000 thư"))
    assert bar.button.isHidden()
    click(window, 195)
    assert window.workspace.reader.current == (INBOX, 195)
    desk.changed.finish()
    qtbot.waitUntil(lambda: bar.text() == "Đã chuyển 3 thư tới Lưu trữ.")


def test_an_order_that_fails_is_told(window: MainWindow, desk: FakeDesk, texts: Texts) -> None:
    choose_three(window)
    desk.changed.failure = StorageFull(path="ledger.db")
    window.commands.actions["archive"].trigger()
    box = window.findChildren(QMessageBox)[-1]
    assert texts.error(StorageFull(path="ledger.db")).title in box.text()
    assert window._undo_mail.text() == ""
    box.close()


def test_an_undoing_that_fails_can_be_tried_again(
    window: MainWindow, desk: FakeDesk, texts: Texts, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    choose_three(window)
    window.commands.actions["archive"].trigger()
    failed: Future[int] = Future()
    failed.set_exception(StorageFull(path="ledger.db"))
    monkeypatch.setattr(desk.changed, "take_back", lambda *_: failed)
    window.commands.actions["undo"].trigger()
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)))
    window.findChildren(QMessageBox)[-1].close()
    monkeypatch.undo()
    window.commands.actions["undo"].trigger()
    qtbot.waitUntil(lambda: ("take_back", 1) in desk.changed.calls)


@pytest.mark.parametrize(("name", "act"), [("delete_forever", MailAct.DELETE_FOREVER)])
def test_for_good_only_after_a_question_with_the_count(
    window: MainWindow, desk: FakeDesk, name: str, act: MailAct
) -> None:
    choose_three(window)
    QTest.keyClick(window, Qt.Key.Key_Delete, SHIFT)
    question = window._mail.question
    assert question is not None
    assert question.text().startswith("Xóa hẳn 3 thư?")
    assert desk.changed.orders == []
    next(button for button in question.buttons() if button.text() == "Xóa").click()
    assert desk.changed.orders == [MailOrder(act, INBOX, window.workspace.list.chosen_ids())]
    assert window._undo_mail.text() == "Đã xóa hẳn 3 thư."
    assert window._undo_mail.button.isHidden()


def test_after_all_that_was_chosen_went_the_list_goes_on_below_it(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot
) -> None:
    click(window, 199)
    click(window, 197, SHIFT)
    for gone in (199, 198, 197):
        del desk.message_rows[INBOX][gone]
    window.commands.actions["delete"].trigger()
    qtbot.waitUntil(lambda: window.workspace.reader.current == (INBOX, 196))
    assert list(window.workspace.list.chosen_ids()) == [196]


def test_of_what_is_chosen_only_that_goes_which_went(
    window: MainWindow, desk: FakeDesk, qtbot: QtBot
) -> None:
    choose_three(window)
    del desk.message_rows[INBOX][199]
    desk.emit(Event(EventKind.MESSAGES, "an", INBOX))
    qtbot.waitUntil(lambda: window.workspace.viewer.shown_text() == "2 thư được chọn")
    assert list(window.workspace.list.chosen_ids()) == [200, 198]


def test_several_stay_chosen_when_the_whole_list_is_read_anew(window: MainWindow) -> None:
    choose_three(window)
    model = window.workspace.list_model
    ids = list(model.row_ids(0, 199))
    model.refresh(ids[::-1])  # another order is no row that comes or goes
    assert sorted(window.workspace.list.chosen_ids()) == [198, 199, 200]
    model.show_mailbox(INBOX, "x", [5, 4])
    assert window.workspace.list.chosen_count() == 0


def test_the_outbox_leaves_nothing_chosen_to_act_upon(window: MainWindow) -> None:
    choose_three(window)
    assert window.commands.actions["delete"].isEnabled()
    assert not window.commands.actions["reply"].isEnabled()
    window.workspace.tree.choose(OUTBOX)
    assert not window.commands.actions["delete"].isEnabled()
    window.commands.actions["select_all"].trigger()
    assert window.workspace.list.chosen_count() == 3
    window.workspace.list.selectAll()
    assert not window.commands.actions["delete"].isEnabled()


def test_a_folder_is_found_without_marks_and_taken_by_the_keyboard(
    window: MainWindow, desk: FakeDesk
) -> None:
    choose_three(window)
    QTest.keyClick(window, Qt.Key.Key_V, CTRL | SHIFT)
    picker = window._mail.picker
    assert picker is not None
    assert "Hộp thư đến" not in picker.names()  # they are there already
    QTest.keyClicks(picker.search, "da gui")
    assert picker.names() == ["Thư đã gửi"]
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    sent = mailbox(desk, SpecialUse.SENT)
    assert [one.target_id for one in desk.changed.orders] == [sent]
    assert window._undo_mail.text() == "Đã chuyển 3 thư tới Thư đã gửi."
    window.commands.actions["move"].trigger()
    again = window._mail.picker
    assert again is not None
    assert again.names()[0] == "Thư đã gửi · vừa dùng"
    again.reject()
    assert len(desk.changed.orders) == 1


def test_the_arrows_choose_in_the_list_while_one_types(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
    picker = FolderPicker(desk.mailboxes("an"), (), texts)
    qtbot.addWidget(picker)
    first = picker.target_id()
    QTest.keyClick(picker.search, Qt.Key.Key_Down)
    assert picker.target_id() not in {0, first}
    QTest.keyClicks(picker.search, "khong co thu muc nay")
    assert picker.target_id() == 0
    assert not picker.move_button.isEnabled()


def drop_on(window: MainWindow, mailbox_id: int) -> tuple[bool, bool]:
    """Whether the folder takes what is dragged over it, and whether it took what was dropped."""
    tree = window.workspace.tree
    index = window.workspace.tree_model.index_of(mailbox_id)
    tree.scrollTo(index)
    spot = tree.visualRect(index).center()
    data, left = mime_of(INBOX), Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    over = QDragMoveEvent(spot, Qt.DropAction.MoveAction, data, left, none)
    tree.dragMoveEvent(over)
    dropped = QDropEvent(QPointF(spot), Qt.DropAction.MoveAction, data, left, none)
    tree.dropEvent(dropped)
    return over.isAccepted(), dropped.isAccepted()


def test_rows_are_dropped_onto_a_folder_of_the_same_mailbox_only(
    window: MainWindow, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("client.ui.mailbox_tree.QToolTip.showText", lambda _, text, __: said.append(text))
    choose_three(window)
    assert drop_on(window, mailbox(desk, SpecialUse.INBOX, "vanthu")) == (False, False)
    assert drop_on(window, INBOX) == (False, False)
    assert desk.changed.orders == []
    assert said == ["Chỉ di chuyển được giữa các thư mục của cùng một hộp thư.", ""]
    trash = mailbox(desk, SpecialUse.TRASH)
    assert drop_on(window, trash) == (True, True)
    (order,) = desk.changed.orders
    assert (order.act, order.target_id, list(order.row_ids)) == (MailAct.MOVE, trash, [200, 199, 198])


def test_what_is_dropped_is_what_was_taken_up_though_the_list_has_gone_on(
    window: MainWindow, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """Dragging takes seconds in which new mail comes, and the message may have been deleted elsewhere."""
    view, trash = window.workspace.list, mailbox(desk, SpecialUse.TRASH)
    click(window, 199)
    qtbot.waitUntil(lambda: desk.count("verify") == 1)

    def carry(_: object, __: object) -> Qt.DropAction:
        del desk.message_rows[INBOX][199]
        window.workspace.take(Event(EventKind.MESSAGES, "an", INBOX))
        qtbot.waitUntil(lambda: list(view.chosen_ids()) == [198])
        assert drop_on(window, trash) == (True, True)
        return Qt.DropAction.MoveAction

    monkeypatch.setattr("client.ui.row_drag.QDrag.exec", carry)
    view._drag.start()
    (order,) = desk.changed.orders
    assert list(order.row_ids) == [199]
    click(window, 197)
    assert list(view.dragged_ids()) == [197]


def test_a_press_on_one_of_several_drags_them_all_and_a_click_chooses_it(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_three(window)
    view = window.workspace.list
    dragged: list[int] = []
    monkeypatch.setattr(view._drag, "start", lambda: dragged.append(view.chosen_count()))
    spot = spot_of(window, 199)
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert view.chosen_count() == 3
    QTest.mouseMove(view.viewport(), spot + QPoint(0, 60))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=spot + QPoint(0, 60))
    assert dragged == [3]
    assert view.chosen_count() == 3
    click(window, 199)
    assert list(view.chosen_ids()) == [199]


def test_the_menu_on_the_list_has_what_can_be_done_now(window: MainWindow) -> None:
    choose_three(window)
    named = {action.text() for action in window._menus.list_menu().actions()}
    assert {"Xóa", "Di chuyển tới…", "Thư rác"} <= named
    assert not named & {"Trả lời", "Không phải thư rác", "In…"}
    click(window, 200)
    named = {action.text() for action in window._menus.list_menu().actions()}
    assert {"Trả lời", "Xem mã nguồn thư"} <= named


def test_a_folder_is_marked_as_read_and_the_trash_is_emptied_after_a_question(
    window: MainWindow, desk: FakeDesk
) -> None:
    trash = mailbox(desk, SpecialUse.TRASH)
    desk.message_rows[trash] = dict(list(desk.message_rows[INBOX].items())[:7])
    entries = {action.text(): action for action in window._menus.folder_menu(trash).actions()}
    entries["Đánh dấu tất cả đã đọc"].trigger()
    entries["Dọn sạch thùng rác…"].trigger()
    question = window._mail.question
    assert question is not None
    assert question.text().startswith("Xóa hẳn cả 7 thư trong Thùng rác?")
    assert desk.changed.orders == [MailOrder(MailAct.MARK_READ, trash, is_whole=True)]
    next(button for button in question.buttons() if button.text() == "Xóa").click()
    assert desk.changed.orders[1] == MailOrder(MailAct.DELETE_FOREVER, trash, is_whole=True)
    assert "Dọn sạch thùng rác…" not in {one.text() for one in window._menus.folder_menu(INBOX).actions()}
    assert window._menus.folder_menu(OUTBOX).isEmpty()


def test_next_and_previous_unread(window: MainWindow, desk: FakeDesk) -> None:
    rows = desk.message_rows[INBOX]
    unread = [number for number, row in rows.items() if not row.seen]
    work = window.workspace
    work.list.choose(200)
    work.tree.choose(OUTBOX)
    below = [one for one in unread if one < 200]
    QTest.keyClick(window, Qt.Key.Key_Period, CTRL)
    assert work.reader.current == (INBOX, below[0])
    assert work.list.isVisible()
    desk.mark_seen(INBOX, below[0], seen=False)
    window.commands.actions["next_unread"].trigger()
    assert work.reader.current == (INBOX, below[1])
    window.commands.actions["previous_unread"].trigger()
    assert work.reader.current == (INBOX, below[0])
    for number in unread:
        desk.mark_seen(INBOX, number, seen=True)
    window.commands.actions["next_unread"].trigger()
    assert window._undo_mail.text() == "Không còn thư chưa đọc trong danh sách này."
