"""An encrypted letter in the window: the line above it, the key, one look, and nothing kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from client.errors import ConnectionLost, KeyPasswordIncorrect, MessageNotOpened
from client.model.encryption import Encryption
from client.model.message import AttachmentInfo, MessageView
from client.model.verdict import Coverage, Indication, VerificationReport
from client.services.letters_desk import OpenedLetter
from client.ui import dialogs
from client.ui.bridge import Bridge
from client.ui.message_view import MessageViewer
from client.ui.open_letter_dialog import OpenLetterDialog
from client.ui.reader import Reader
from client.ui.texts import Texts
from tests.fakes.desk import FakeDesk
from tests.fakes.desk_samples import INBOX, message_view
from tests.fakes.signing_desk import token_choice

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
CLOSED = Encryption("AES-256-GCM", authenticated=True)
OPEN = Encryption("AES-256-GCM", authenticated=True, opened=True)


@dataclass
class Stage:
    qtbot: QtBot
    desk: FakeDesk
    viewer: MessageViewer
    reader: Reader

    def settle(self, what: object) -> None:
        assert callable(what)
        self.qtbot.waitUntil(what, timeout=3000)

    @property
    def dialog(self) -> OpenLetterDialog:
        found = self.reader.letters.dialog
        assert isinstance(found, OpenLetterDialog)
        return found

    def ask(self) -> OpenLetterDialog:
        """Press the button and wait for the keys."""
        self.viewer.sealed.open_button.click()
        self.settle(lambda: bool(self.dialog.picker.choices()))
        return self.dialog

    def unlock(self, password: str = "bi-mat") -> None:  # noqa: S107 - a test's password
        dialog = self.ask()
        QTest.keyClicks(dialog.prompt.field, password)
        dialog.open_button.click()


def _view(encryption: Encryption | None, text: str = "", **fields: object) -> MessageView:
    base = message_view(FakeDesk().message_rows[INBOX][200])
    return MessageView(base.envelope, "", text, encryption=encryption, **fields)  # type: ignore[arg-type] # the test names fields


@pytest.fixture
def stage(qtbot: QtBot, desk: FakeDesk, texts: Texts, monkeypatch: pytest.MonkeyPatch) -> Stage:
    viewer = MessageViewer(texts)
    qtbot.addWidget(viewer)
    reader = Reader(desk, texts, viewer, Bridge(viewer))
    made = Stage(qtbot, desk, viewer, reader)
    monkeypatch.setattr(desk, "open_message", lambda *_: desk.answer("open_message", lambda: _view(CLOSED)))
    attached = (AttachmentInfo("2", "bang.xlsx", "application/vnd.ms-excel", 6),)
    report = VerificationReport("", Indication.NONE, Coverage.NONE, encryption=OPEN)
    desk.signatures.opened.letter = OpenedLetter(
        _view(OPEN, "Mật khẩu họp: 4711", attachments=attached), report
    )
    viewer.show()
    reader.open(INBOX, 200)
    made.settle(lambda: bool(viewer.sealed.text()))
    return made


def test_a_closed_letter_says_so_and_offers_the_key(stage: Stage) -> None:
    assert "được mã hóa (AES-256-GCM)" in stage.viewer.sealed.text()
    assert stage.viewer.sealed.open_button.isVisible()
    assert "mã hóa" in stage.viewer.shown_text()


def test_it_opens_with_key_and_password_and_is_verified(stage: Stage, texts: Texts) -> None:
    stage.unlock()
    stage.settle(lambda: "4711" in stage.viewer.shown_text())
    (call,) = [one for one in stage.desk.calls if one[0] == "open_letter"]
    assert call[2].reveal() == "bi-mat"  # type: ignore[attr-defined] # a Secret
    assert "không được lưu" in stage.viewer.sealed.text()
    assert stage.viewer.signatures.isVisible()
    # What follows from a judgement would carry names from inside.
    assert not stage.viewer.verification.isVisible()


def test_the_dialog_keeps_no_secret(stage: Stage) -> None:
    dialog = stage.ask()
    QTest.keyClicks(dialog.prompt.field, "bi-mat")
    dialog.open_button.click()
    assert dialog.prompt.field.text() == ""


def test_a_wrong_password_asks_again_and_says_why(stage: Stage, texts: Texts) -> None:
    stage.desk.failures["open_letter"] = KeyPasswordIncorrect(path="x.p12")
    stage.unlock()
    stage.settle(lambda: stage.reader.letters.dialog is not None and bool(stage.dialog.notice.text()))
    assert texts.error(KeyPasswordIncorrect(path="x.p12")).title in stage.dialog.notice.text()
    assert stage.viewer.sealed.open_button.isEnabled()


def test_another_readers_letter_asks_for_another_key(stage: Stage) -> None:
    stage.desk.failures["open_letter"] = MessageNotOpened(reason="other-recipient")
    stage.unlock()
    stage.settle(lambda: stage.reader.letters.dialog is not None and bool(stage.dialog.notice.text()))
    assert "chứng thư số khác" in stage.dialog.notice.text()


@pytest.mark.parametrize(
    "error", [MessageNotOpened(reason="damaged"), ConnectionLost(host="imap.test", port=993)]
)
def test_what_no_other_key_would_open_is_told(
    stage: Stage, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    monkeypatch.setattr(dialogs, "show_problem", lambda _, text: told.append(text))
    stage.desk.failures["open_letter"] = error
    stage.unlock()
    stage.settle(lambda: bool(told))
    assert stage.reader.letters.dialog is None
    assert "được mã hóa" in stage.viewer.sealed.text()
    assert stage.viewer.sealed.open_button.isEnabled()


def test_closing_it_forgets_it(stage: Stage) -> None:
    stage.unlock()
    stage.settle(lambda: "4711" in stage.viewer.shown_text())
    stage.viewer.sealed.close_button.click()
    stage.settle(lambda: "4711" not in stage.viewer.shown_text())
    assert not stage.desk.signatures.opened.is_open


def test_another_letter_forgets_it(stage: Stage) -> None:
    stage.unlock()
    stage.settle(lambda: "4711" in stage.viewer.shown_text())
    stage.reader.open(INBOX, 199)
    assert not stage.desk.signatures.opened.is_open


def test_an_answer_that_comes_too_late_is_closed_and_not_shown(stage: Stage) -> None:
    dialog = stage.ask()
    QTest.keyClicks(dialog.prompt.field, "bi-mat")
    stage.desk.hold = True
    dialog.open_button.click()
    stage.desk.hold = False
    stage.reader.open(INBOX, 199)
    stage.desk.release()
    stage.settle(lambda: stage.desk.count("close_letter") > 0)
    assert "4711" not in stage.viewer.shown_text()
    assert not stage.desk.signatures.opened.is_open


def test_its_attachments_come_from_the_open_letter(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.unlock()
    stage.settle(lambda: "4711" in stage.viewer.shown_text())
    saved: list[bytes] = []
    monkeypatch.setattr(dialogs, "ask_save_path", lambda *_: tmp_path / "bang.xlsx")
    monkeypatch.setattr(stage.desk, "save_file", lambda _, content: saved.append(content))
    stage.reader.save_attachment("2")
    stage.settle(lambda: bool(saved))
    assert saved == [b"inside"]
    assert stage.desk.count("attachment") == 0


def test_an_old_certificate_or_one_for_encryption_alone_may_open_a_letter(stage: Stage) -> None:
    for problem in ("certificate-expired", "key-usage-not-allowed"):
        stage.desk.signatures.choices = [token_choice(problem=problem)]
        dialog = stage.ask()
        dialog.picker.list.setCurrentRow(len(dialog.picker.choices()) - 1)
        assert dialog.prompt.allowed
        QTest.keyClicks(dialog.prompt.field, "123456")
        assert dialog.open_button.isEnabled()
        dialog.reject()


def test_a_locked_token_is_not_asked(stage: Stage) -> None:
    from client.model.token import PinState

    stage.desk.signatures.choices = [token_choice(PinState.LOCKED)]
    dialog = stage.ask()
    dialog.picker.list.setCurrentRow(len(dialog.picker.choices()) - 1)
    assert not dialog.prompt.allowed
    assert not dialog.open_button.isEnabled()
    dialog.reject()


def test_a_letter_that_is_frozen_when_it_opens_shows_no_judgement(stage: Stage) -> None:
    report = VerificationReport("", Indication.NONE, Coverage.NONE, encryption=OPEN)
    stage.desk.signatures.opened.letter = OpenedLetter(_view(OPEN, frozen=True), report)
    stage.unlock()
    stage.settle(lambda: stage.reader.letters.is_open)
    assert not stage.viewer.signatures.isVisible()
    assert not stage.viewer.verification.isVisible()
