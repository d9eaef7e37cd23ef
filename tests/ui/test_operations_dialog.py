"""The queue of changes, on a fake desk."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytestqt.qtbot import QtBot

from client.model.event import Event, EventKind
from client.model.message import Flag
from client.model.operation import Operation, OperationKind
from client.ui.operations_dialog import OperationsDialog
from client.ui.status import SyncStatus
from client.ui.texts import Texts
from tests.fakes.desk import FakeDesk

WHEN = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def operation(
    account_id: str, number: int, kind: OperationKind = OperationKind.MOVE, **more: object
) -> Operation:
    values: dict[str, object] = {
        "subject": f"Tờ trình {number}",
        "created_at": WHEN,
        "target": b"Trash",
    } | more
    return Operation(number, account_id, b"INBOX", 1, number, f"<{number}@x>", kind, **values)  # type: ignore[arg-type]


@pytest.fixture
def queue(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> OperationsDialog:
    account_id = desk.accounts()[0].account_id
    busy = {"error_code": "server-busy", "error_text": "NO [INUSE] later", "not_before": WHEN}
    desk.changed.operations = (
        operation(account_id, 1),
        operation(account_id, 2, OperationKind.FLAG, flag=str(Flag.FLAGGED), **busy),
        operation(account_id, 3, OperationKind.DELETE, parked="message-gone", error_code="message-gone"),
    )
    dialog = OperationsDialog(desk, texts)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def row(queue: OperationsDialog, number: int) -> list[object]:
    return [queue.model.data(queue.model.index(number, column)) for column in range(4)]


def test_each_change_says_what_it_is_and_how_it_stands(queue: OperationsDialog) -> None:
    states = [row(queue, number)[:3] for number in range(3)]
    assert states[0] == ["Đang chờ", "Chuyển tới Thùng rác", "Tờ trình 1"]
    assert states[1] == ["Sẽ thử lại", "Gắn sao", "Tờ trình 2"]
    assert states[2] == ["Cần xử lý", "Xóa hẳn", "Tờ trình 3"]


def test_why_is_told_with_the_servers_words_and_when_it_is_tried_again(queue: OperationsDialog) -> None:
    assert not queue.retry_button.isEnabled()
    queue.table.selectRow(1)
    assert "NO [INUSE] later" in queue.explanation()
    assert "Tự thử lại lúc" in queue.explanation()
    assert queue.retry_button.isEnabled()


def test_the_folder_and_the_account_of_a_change_are_named(queue: OperationsDialog, desk: FakeDesk) -> None:
    queue.table.selectRow(0)
    assert queue.explanation().startswith(
        f"Thư mục Hộp thư đến, tài khoản {queue._texts.account(desk.accounts()[0])}"
    )


@pytest.mark.parametrize("code", ["server-busy", "mailbox-refused"])
def test_what_is_no_longer_tried_again_is_not_said_to_be(
    queue: OperationsDialog, desk: FakeDesk, code: str
) -> None:
    account_id = desk.accounts()[0].account_id
    desk.changed.operations = (operation(account_id, 1, parked=code, error_code=code),)
    queue.load()
    assert "không tự thử nữa" in queue.explanation()
    assert "sẽ tự thử lại" not in queue.explanation()
    assert "“”" not in queue.explanation()


def test_what_only_a_person_can_help_keeps_its_own_advice(queue: OperationsDialog, desk: FakeDesk) -> None:
    account_id = desk.accounts()[0].account_id
    desk.changed.operations = (
        operation(account_id, 1, parked="change-forbidden", error_code="change-forbidden"),
    )
    queue.load()
    assert "chỉ cho đọc" in queue.explanation()
    assert "không tự thử nữa" not in queue.explanation()


def test_what_was_taken_back_is_not_said_to_be_done(queue: OperationsDialog, desk: FakeDesk) -> None:
    desk.changed.operations = (operation(desk.accounts()[0].account_id, 1, undone=True, started=True),)
    queue.load()
    assert "chuyển về chỗ cũ" in queue.explanation()
    assert "như đã xong" not in queue.explanation()


def test_retry_and_discard_concern_the_chosen_change(queue: OperationsDialog, desk: FakeDesk) -> None:
    queue.table.selectRow(2)
    queue.retry_button.click()
    queue.discard_button.click()
    assert desk.changed.calls == [("retry", 3), ("discard", 3)]


def test_an_empty_queue_says_so(queue: OperationsDialog, desk: FakeDesk) -> None:
    desk.changed.operations = ()
    queue.load()
    assert queue._stack.currentIndex() == 0
    assert not queue.discard_button.isEnabled()


def test_the_status_bar_counts_what_waits_and_hides_when_nothing_does(
    qtbot: QtBot, desk: FakeDesk, texts: Texts
) -> None:
    status = SyncStatus(texts, desk.accounts())
    qtbot.addWidget(status)
    assert status.operations_line() == ""
    status.show_operations(2, 0)
    assert status.operations_line() == "2 thay đổi chưa gửi lên máy chủ"
    status.show_operations(2, 1)
    assert status.operations_line() == "1 thay đổi cần xử lý"
    status.take(Event(EventKind.ACCOUNT_OK, desk.accounts()[0].account_id))
    assert status.line().endswith(", còn 2 thay đổi chờ gửi lên máy chủ")
    status.show_operations(0, 0)
    assert "thay đổi" not in status.line()
