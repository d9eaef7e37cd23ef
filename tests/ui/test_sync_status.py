"""One line for all accounts: offline is no fault of an account, and equal causes are told once."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from client.config.catalogue import Text
from client.model.event import Event, EventKind
from client.ui.status import SyncStatus
from client.ui.texts import Texts
from tests.fakes.desk import FakeDesk


@pytest.fixture
def status(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> SyncStatus:
    made = SyncStatus(texts, desk.accounts())
    qtbot.addWidget(made)
    return made


def lost(account_id: str, code: str = "connection-lost") -> Event:
    params = (("host", "imap.hcm.example"), ("user", account_id), ("port", "993"))
    return Event(EventKind.ACCOUNT_PROBLEM, account_id, code=code, params=params)


def told(status: SyncStatus, qtbot: QtBot) -> str:
    with qtbot.waitSignal(status.problem_clicked) as caught:
        status.summary.click()
    text: Text = caught.args[0]
    return text.action


def test_without_a_network_the_line_says_what_still_works(status: SyncStatus, qtbot: QtBot) -> None:
    status.take(lost("vanthu"))
    status.take(lost("an"))
    assert status.line().startswith("Ngoại tuyến: chưa kết nối được máy chủ; vẫn đọc và soạn được")
    said = told(status, qtbot)
    assert said.count("imap.hcm.example") == 1
    assert said.startswith("Nguyễn Văn An, Sở Nội vụ (hộp thư cơ quan): ")


def test_one_account_that_is_not_reached_is_named(status: SyncStatus) -> None:
    status.take(lost("vanthu"))
    status.take(Event(EventKind.ACCOUNT_OK, "an"))
    assert status.line().startswith("Sở Nội vụ")


def test_a_fault_of_an_account_is_not_called_offline(status: SyncStatus, qtbot: QtBot) -> None:
    status.take(lost("vanthu"))
    status.take(lost("an", "authentication-failed"))
    names = "Nguyễn Văn An, Sở Nội vụ (hộp thư cơ quan)"
    assert status.line() == f"2 tài khoản có vấn đề: {names}"
    assert len(told(status, qtbot).split("\n\n")) == 2
