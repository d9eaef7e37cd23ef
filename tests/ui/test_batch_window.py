from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from client.errors import PinIncorrect
from client.model.account import Role
from client.model.batch import ItemState
from client.model.secret import Secret
from client.model.signing import SigningRole
from client.services.signing_desk import SignOrder
from client.ui.batch_model import remaining
from client.ui.batch_window import BatchWindow
from client.ui.texts import Texts
from tests.fakes import signing_desk as fakes
from tests.fakes.desk import FakeDesk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "does not support raise")
S = ItemState
Opener = Callable[..., BatchWindow]


@pytest.fixture
def opened() -> list[Path]:
    return []


@pytest.fixture
def window(qtbot: QtBot, desk: FakeDesk, texts: Texts, tmp_path: Path, opened: list[Path]) -> Opener:
    def build(count: int = 4) -> BatchWindow:
        key = fakes.token_choice()
        desk.signing().choices.append(key)
        account = desk.accounts()[0]
        leader = replace(account, identity=replace(account.identity, role=Role.LEADER), personal_key=key.key)
        made = BatchWindow(desk, texts, leader, open_folder=opened.append)
        qtbot.addWidget(made)
        made.show()
        files = []
        for number in range(count):
            file = tmp_path / f"{number}.pdf"
            file.write_bytes(b"%PDF-")
            files.append(file)
        made.add_files(files)
        qtbot.waitUntil(lambda: made.view.keys.choice() is not None)
        return made

    return build


def start(qtbot: QtBot, desk: FakeDesk, window: BatchWindow, pin: str = "123456") -> fakes.FakeBatch:
    before = len(desk.signing().batches)
    enter(window, pin)
    qtbot.waitUntil(lambda: len(desk.signing().batches) > before)
    return desk.signing().batches[-1]


def enter(window: BatchWindow, pin: str) -> None:
    window.view.pin.field.setText(pin)
    window.view.pin.field.textEdited.emit(pin)
    window.view.go_on.click()


def states(window: BatchWindow) -> list[ItemState]:
    return [row.state for row in window.model.rows()]


def uncheck(window: BatchWindow, row: int) -> None:
    window.model.setData(
        window.model.index(row, 0), Qt.CheckState.Unchecked.value, Qt.ItemDataRole.CheckStateRole
    )


def test_one_pin_signs_what_is_checked_and_leaves_out_the_rest(
    qtbot: QtBot, desk: FakeDesk, window: Opener
) -> None:
    shown = window()
    uncheck(shown, 1)
    assert shown.view.go_on.text() == "Ký 3 tệp"
    batch = start(qtbot, desk, shown)
    assert [item.source.name for item in batch.list] == ["0.pdf", "2.pdf", "3.pdf"]
    assert batch.list[0].target.name == "0-da-ky.pdf"
    assert desk.count("hold_key") == 1
    order = next(call[2] for call in desk.calls if call[0] == "batch")
    assert isinstance(order, SignOrder)
    assert order.appearance is not None
    assert order.appearance.role is SigningRole.APPROVE
    assert shown.view.pin.field.text() == ""


def test_a_wrong_pin_begins_nothing_and_says_so(qtbot: QtBot, desk: FakeDesk, window: Opener) -> None:
    shown = window()
    desk.failures["hold_key"] = PinIncorrect()
    enter(shown, "654321")
    qtbot.waitUntil(lambda: "Chưa tệp nào được ký" in shown.view.notice.text())
    assert desk.signing().batches == []
    assert states(shown) == [S.WAITING] * 4
    assert shown.view.pin.field.text() == ""


def test_the_bar_shows_how_far_and_which(qtbot: QtBot, desk: FakeDesk, window: Opener) -> None:
    shown = window()
    batch = start(qtbot, desk, shown)
    batch.set(0, S.SIGNED)
    batch.set(1, S.SIGNING)
    qtbot.waitUntil(lambda: states(shown)[1] is S.SIGNING)
    assert (shown.view.progress.value(), shown.view.progress.maximum()) == (1, 4)
    assert "1.pdf" in shown.view.current.text()
    shown.view.cancel_button.click()
    assert ("cancel",) in batch.calls


def test_the_result_names_each_reason_and_only_failures_are_retried(
    qtbot: QtBot, desk: FakeDesk, window: Opener
) -> None:
    shown = window()
    batch = start(qtbot, desk, shown)
    for number in (0, 1, 3):
        batch.set(number, S.SIGNED)
    batch.set(2, S.FAILED, "document-encrypted")
    qtbot.waitUntil(lambda: shown.view.summary.text() == "Đã ký 3 tệp, lỗi 1.")
    assert "mật khẩu" in shown.model.index(2, 1).data()
    assert shown.model.index(2, 2).data()
    assert shown.view.resume_button.isHidden()
    shown.view.retry_button.click()
    assert shown.view.go_on.text() == "Ký tiếp 1 tệp"
    enter(shown, "123456")
    qtbot.waitUntil(lambda: any(call[0] == "retry_failed" for call in batch.calls))


def test_after_the_token_is_back_the_rest_goes_on(qtbot: QtBot, desk: FakeDesk, window: Opener) -> None:
    shown = window()
    batch = start(qtbot, desk, shown)
    batch.set(0, S.SIGNED)
    batch.set(1, S.STOPPED, "token-absent")
    batch.set(2, S.STOPPED)
    batch.set(3, S.STOPPED)
    qtbot.waitUntil(lambda: "Các tệp đã ký vẫn còn nguyên" in shown.view.notice.text())
    assert shown.view.summary.text() == "Đã ký 1 tệp, chưa ký 3."
    shown.view.resume_button.click()
    assert not shown.view.roles.isEnabled()
    enter(shown, "123456")
    qtbot.waitUntil(lambda: any(call[0] == "resume" for call in batch.calls))
    resumed = next(call for call in batch.calls if call[0] == "resume")
    assert resumed[1].password == Secret("123456")  # type: ignore[attr-defined] # a KeyUse


def test_without_a_time_stamp_only_on_the_user_s_word(qtbot: QtBot, desk: FakeDesk, window: Opener) -> None:
    shown = window(2)
    batch = start(qtbot, desk, shown)
    batch.set(0, S.STOPPED, "timestamp-unavailable")
    batch.set(1, S.STOPPED)
    qtbot.waitUntil(lambda: shown.dialog is not None)
    assert shown.dialog is not None
    shown.dialog.bare.click()
    enter(shown, "123456")
    qtbot.waitUntil(lambda: any(call[0] == "resume" for call in batch.calls))
    order = next(call[2] for call in batch.calls if call[0] == "resume")
    assert isinstance(order, SignOrder)
    assert order.without_timestamp


def test_a_document_is_skipped_while_the_batch_runs(qtbot: QtBot, desk: FakeDesk, window: Opener) -> None:
    shown = window()
    uncheck(shown, 0)
    batch = start(qtbot, desk, shown)
    batch.set(0, S.SIGNING)
    qtbot.waitUntil(lambda: states(shown)[1] is S.SIGNING)
    assert not shown.model.flags(shown.model.index(1, 0)) & Qt.ItemFlag.ItemIsUserCheckable
    uncheck(shown, 3)
    assert ("skip", 2) in batch.calls


def test_the_folder_of_what_was_signed_can_be_opened(
    qtbot: QtBot, desk: FakeDesk, window: Opener, tmp_path: Path, opened: list[Path]
) -> None:
    shown = window(1)
    batch = start(qtbot, desk, shown)
    batch.set(0, S.SIGNED)
    qtbot.waitUntil(lambda: shown.view.open_button.isVisible())
    shown.view.open_button.click()
    assert opened == [tmp_path]


def test_each_document_is_seen_and_after_signing_as_it_became(
    qtbot: QtBot, desk: FakeDesk, window: Opener
) -> None:
    shown = window(2)
    qtbot.waitUntil(lambda: shown.view.preview.canvas.stamp_box() is not None)
    batch = start(qtbot, desk, shown)
    batch.set(0, S.SIGNED)
    batch.set(1, S.SIGNED)
    target = batch.list[0].target
    qtbot.waitUntil(lambda: any(call[:2] == ("page", target) for call in desk.calls))


def test_a_file_is_listed_once_and_can_be_taken_off(window: Opener, tmp_path: Path) -> None:
    shown = window(2)
    shown.add_files([tmp_path / "0.pdf", tmp_path / "không-có.pdf"])
    assert shown.model.rowCount() == 2
    shown.view.remove_button.click()
    assert [row.source.name for row in shown.model.rows()] == ["1.pdf"]


def test_an_existing_signed_file_is_never_written_over(
    qtbot: QtBot, desk: FakeDesk, window: Opener, tmp_path: Path
) -> None:
    shown = window(1)
    (tmp_path / "0-da-ky.pdf").write_bytes(b"signed before")
    batch = start(qtbot, desk, shown)
    assert batch.list[0].target.name == "0-da-ky (2).pdf"


def test_no_file_of_a_batch_takes_anothers_place(
    qtbot: QtBot, desk: FakeDesk, window: Opener, tmp_path: Path
) -> None:
    shown = window(1)
    (tmp_path / "0-da-ky.pdf").write_bytes(b"%PDF-")
    shown.add_files([tmp_path / "0-da-ky.pdf"])
    batch = start(qtbot, desk, shown)
    assert [item.target.name for item in batch.list] == ["0-da-ky (2).pdf", "0-da-ky (3).pdf"]


def test_an_annex_without_its_number_waits_for_it(qtbot: QtBot, desk: FakeDesk, window: Opener) -> None:
    shown = window()
    shown.view.roles.role.setCurrentIndex(shown.view.roles.role.findData(SigningRole.ANNEX.value))
    shown.view.pin.field.setText("123456")
    shown.view.pin.field.textEdited.emit("123456")
    assert not shown.view.go_on.isEnabled()
    assert "số, ký hiệu" in shown.view.roles.effect.text()
    shown.view.roles.number.setText("15/QĐ-SNV")
    shown.view.roles.number.textEdited.emit("15/QĐ-SNV")
    qtbot.waitUntil(shown.view.go_on.isEnabled)


def test_closing_lets_go_of_the_key(qtbot: QtBot, desk: FakeDesk, window: Opener) -> None:
    shown = window(1)
    batch = start(qtbot, desk, shown)
    shown.close()
    assert ("cancel",) in batch.calls
    assert desk.count("release_key") == 1


def test_the_rest_is_reckoned_from_the_pace_so_far() -> None:
    assert remaining(0, 10, timedelta(seconds=5)) is None
    assert remaining(5, 10, timedelta(seconds=5)) == timedelta(seconds=5)
    assert remaining(10, 10, timedelta(seconds=5)) is None
