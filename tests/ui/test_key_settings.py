from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QSettings
from pytestqt.qtbot import QtBot

from client.errors import StorageFull
from client.model.account import KeyRef
from client.model.certificate import threshold_of
from client.model.token import DriverReport
from client.services.signing_desk import SigningImages
from client.ui.driver_list import DriverList
from client.ui.key_settings import KeySettings
from client.ui.main_window import MainWindow
from client.ui.reminders import ExpiryReminder
from client.ui.texts import Texts
from tests.fakes import signing_desk as fakes
from tests.fakes.desk import FakeDesk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "does not support raise")
Looker = Callable[..., ExpiryReminder]


@pytest.fixture
def settings(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> KeySettings:
    desk.signing().choices.append(fakes.token_choice())
    made = KeySettings(desk, texts, "an")
    qtbot.addWidget(made)
    made.open()
    qtbot.waitUntil(lambda: len(made.keys.choices()) == 3)
    return made


@pytest.fixture
def reminder(qtbot: QtBot, desk: FakeDesk, texts: Texts, tmp_path: Path) -> Looker:
    def look(days: float, now: datetime = fakes.NOW) -> ExpiryReminder:
        signer = replace(fakes.signer(), not_after=now + timedelta(days=days))
        desk.signing().known = {"an.p12": signer}
        memory = QSettings(str(tmp_path / "memory.ini"), QSettings.Format.IniFormat)
        made = ExpiryReminder(desk, texts, memory, clock=lambda: now)
        qtbot.addWidget(made)
        made.look()
        QCoreApplication.processEvents()
        return made

    return look


def test_a_token_s_certificate_becomes_the_account_s_key(desk: FakeDesk, settings: KeySettings) -> None:
    settings.keys.list.setCurrentRow(2)
    assert not settings.seal_button.isEnabled()
    settings.personal_button.click()
    assert desk.accounts()[0].personal_key == fakes.token_choice().key
    assert "Nguyễn Văn An" in settings.personal.text()


def test_a_key_can_be_taken_away_again(desk: FakeDesk, settings: KeySettings) -> None:
    settings.drop_personal.click()
    assert desk.accounts()[0].personal_key is None
    assert settings.personal.text() == "chưa có"


def test_a_key_file_becomes_the_office_s_key(desk: FakeDesk, settings: KeySettings, tmp_path: Path) -> None:
    settings.keys.add_file(tmp_path / "con-dau.p12")
    settings.seal_button.click()
    assert desk.accounts()[0].seal_key == KeyRef("p12", str(tmp_path / "con-dau.p12"))


def test_an_image_is_kept_and_a_full_disk_is_told(
    qtbot: QtBot, desk: FakeDesk, settings: KeySettings, tmp_path: Path
) -> None:
    desk.signing().signing_images = SigningImages()
    file = tmp_path / "chu-ky.png"
    file.write_bytes(fakes.stamp_png())
    settings.set_image(file, seal=False)
    qtbot.waitUntil(lambda: not settings.hand.picture.pixmap().isNull())
    desk.failures["set_image"] = StorageFull(path="x")
    settings.set_image(None, seal=False)
    qtbot.waitUntil(lambda: "đầy" in settings.notice.text())


def test_each_driver_says_how_it_fares(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
    desk.signing().reports = (
        DriverReport("/opt/good.so", "Tốt", True, True, (fakes.token_info(),)),
        DriverReport("/opt/none.so", "Mất", False, problem="driver-unusable"),
    )
    drivers = DriverList(desk, texts)
    qtbot.addWidget(drivers)
    drivers.show()
    qtbot.waitUntil(lambda: drivers.list.count() == 2)
    assert "Nguyễn Văn An" in drivers.list.item(0).text()
    assert "Không có tệp này" in drivers.list.item(1).text()


def test_a_driver_of_one_s_own_is_kept_and_can_be_taken_away(
    qtbot: QtBot, desk: FakeDesk, texts: Texts
) -> None:
    own = Path("/opt/own.so")
    desk.signing().reports = (DriverReport(str(own), "own.so", True, True),)
    drivers = DriverList(desk, texts)
    qtbot.addWidget(drivers)
    with qtbot.waitSignal(drivers.changed):
        drivers.add(own)
    assert desk.signing().own_drivers() == (own,)
    qtbot.waitUntil(lambda: drivers.list.count() == 1)
    drivers.list.setCurrentRow(0)
    drivers.remove_button.click()
    assert desk.signing().own_drivers() == ()


@pytest.mark.parametrize(
    ("days", "threshold"), [(31, None), (30, 30), (16, 30), (15, 15), (7.5, 15), (7, 7), (0.5, 7), (-1, 0)]
)
def test_a_threshold_holds_until_the_next(days: float, threshold: int | None) -> None:
    assert threshold_of(fakes.NOW + timedelta(days=days), fakes.NOW) == threshold


def test_a_certificate_near_its_end_is_told_with_what_to_do(qtbot: QtBot, reminder: Looker) -> None:
    told = reminder(12)
    qtbot.waitUntil(lambda: not told.isHidden())
    assert "còn 12 ngày" in told.notice.text()
    assert "Liên hệ nơi cấp" in told.notice.text()


def test_what_was_heard_is_not_said_again_that_day_but_the_next(qtbot: QtBot, reminder: Looker) -> None:
    first = reminder(12)
    qtbot.waitUntil(lambda: not first.isHidden())
    first.notice.button.click()
    assert first.isHidden()
    assert reminder(12).isHidden()
    tomorrow = reminder(11, fakes.NOW + timedelta(days=1))
    qtbot.waitUntil(lambda: not tomorrow.isHidden())


def test_a_far_end_reminds_of_nothing(reminder: Looker) -> None:
    assert reminder(200).isHidden()


def test_the_menu_leads_to_signing(qtbot: QtBot, desk: FakeDesk, texts: Texts, tmp_path: Path) -> None:
    window = MainWindow(desk, texts, compose=lambda _: None, is_demo=False, state_file=tmp_path / "w.ini")
    qtbot.addWidget(window)
    window.commands.actions["sign_batch"].trigger()
    assert window.signing.batch is not None
    assert window.signing.batch.isVisible()
    window.commands.actions["my_keys"].trigger()
    assert window.signing.settings is not None
    window.signing.settings.close()
    window.close()


def test_one_file_is_signed_and_its_place_told(
    qtbot: QtBot, desk: FakeDesk, texts: Texts, tmp_path: Path
) -> None:
    window = MainWindow(desk, texts, compose=lambda _: None, is_demo=False, state_file=tmp_path / "w.ini")
    qtbot.addWidget(window)
    source = tmp_path / "tờ trình.pdf"
    source.write_bytes(b"%PDF-")
    window.signing.sign_file(source)
    flow = window.signing.file
    assert flow is not None
    dialog = flow.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.pin.allowed)  # type: ignore[attr-defined] # a SigningDialog
    pin, go_on = dialog.pin, dialog.go_on  # type: ignore[attr-defined] # a SigningDialog
    pin.field.setText("x")
    pin.field.textEdited.emit("x")
    go_on.click()
    qtbot.waitUntil(lambda: pin.isHidden())
    with qtbot.waitSignal(flow.done):
        go_on.click()
    assert [order[:2] for order in desk.signing().orders] == [(source, tmp_path / "tờ trình-da-ky.pdf")]
    assert flow.box is not None
    assert "tờ trình-da-ky.pdf" in flow.box.text()
    flow.box.close()
    assert desk.count("release_key") == 1
