"""Receipts in the reading pane."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from client.model.address import MailAddress
from client.model.message import MessageView
from client.model.receipt import Receipt, ReceiptHabit, ReceiptKind
from client.ui.bridge import Bridge
from client.ui.message_view import MessageViewer
from client.ui.reader import Reader
from client.ui.receipt_care import ReceiptCare
from client.ui.texts import Texts
from tests.fakes import desk_samples as samples
from tests.fakes.desk import FakeDesk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


class Stage:
    def __init__(self, qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
        self.desk = desk
        self.viewer = MessageViewer(texts)
        qtbot.addWidget(self.viewer)
        self.reader = Reader(desk, texts, self.viewer, Bridge(self.viewer))
        self.care = ReceiptCare(desk, texts, self.viewer.receipts, self.reader)
        self.bar = self.viewer.receipts
        self.reader.open(samples.INBOX, 200)
        qtbot.waitUntil(lambda: self.viewer.sender_line() != "", timeout=3000)

    def show(self, **fields: object) -> MessageView:
        view = samples.message_view(self.desk.message_rows[samples.INBOX][200])
        shown: MessageView = replace(view, **fields)  # type: ignore[arg-type] # the test names fields
        self.reader.shown.emit(shown)
        return shown


@pytest.fixture
def stage(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> Stage:
    return Stage(qtbot, desk, texts)


STRANGER = (MailAddress("thu-thap@y.example"),)


def test_a_request_is_asked_about_and_a_strange_address_called_out(stage: Stage) -> None:
    stage.show(receipt_to=STRANGER)
    assert "thu-thap@y.example" in stage.bar.text()
    assert "không phải địa chỉ người gửi" in stage.bar.text()
    stage.bar.confirm_button.click()
    assert stage.desk.receipt_desk.calls == [("confirm", samples.INBOX, 200, False)]
    assert stage.bar.isHidden()


def test_a_refusal_is_remembered(stage: Stage) -> None:
    stage.show(receipt_to=STRANGER)
    stage.bar.refuse_button.click()
    assert stage.desk.receipt_desk.calls[0][0] == "refuse"
    stage.show(receipt_to=STRANGER)
    assert stage.bar.isHidden()


@pytest.mark.parametrize(
    ("habit", "unasked", "calls"),
    [
        (ReceiptHabit.NEVER, True, []),
        (ReceiptHabit.ALWAYS, False, []),
        (ReceiptHabit.ALWAYS, True, [("confirm", samples.INBOX, 200, True)]),
    ],
)
def test_the_habit_decides(stage: Stage, habit: ReceiptHabit, unasked: bool, calls: list[object]) -> None:
    stage.desk.receipt_desk.habit = habit
    stage.show(receipt_to=STRANGER, receipt_unasked=unasked)
    assert stage.desk.receipt_desk.calls == calls
    assert stage.bar.isHidden() is (habit is ReceiptHabit.NEVER or unasked)


def test_what_came_back_is_listed_the_bad_news_first(stage: Stage) -> None:
    message_id = stage.show().envelope.message_id
    stage.desk.receipt_desk.received[message_id] = (
        Receipt(message_id, "a@x.vn", ReceiptKind.DELIVERED, samples.NOW),
        Receipt(message_id, "b@x.vn", ReceiptKind.FAILED, samples.NOW, detail="5.1.1 no such user"),
    )
    stage.show()
    lines = stage.bar.text().splitlines()
    assert lines[1].startswith("b@x.vn: không giao được")
    assert "5.1.1 no such user" in lines[1]
    assert "không được ký số" in lines[-1]
