from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from client.errors import DocumentEncrypted, PinIncorrect, SigningRefused
from client.model.account import Role
from client.model.secret import Secret
from client.model.signing import Placement, SigningRole
from client.model.token import KeyChoice, PinState
from client.model.verdict import Profile
from client.services.signing_desk import SigningImages
from client.ui.certificate_dialog import CertificateDialog
from client.ui.placing import MM
from client.ui.signing_dialog import SigningDialog
from client.ui.signing_task import (
    SigningChoice,
    SigningTask,
    TaskDocument,
    signed_name,
    targets_in,
    usual_role,
)
from client.ui.texts import Texts
from tests.fakes import signing_desk as fakes
from tests.fakes.desk import FakeDesk

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
Opener = Callable[..., SigningDialog]
PDF = TaskDocument("1245-QĐ.pdf", b"%PDF-", True, SigningRole.APPROVE)


@pytest.fixture
def dialog(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> Opener:
    def build(*documents: TaskDocument, key: KeyChoice | None = None, message: bool = False) -> SigningDialog:
        signing = desk.signing()
        if key is not None:
            signing.choices.append(key)
        account = replace(
            desk.accounts()[0], personal_key=key.key if key else desk.accounts()[0].personal_key
        )
        made = SigningDialog(desk, texts, SigningTask(documents, message, sends=False), account)
        qtbot.addWidget(made)
        made.open()
        qtbot.waitUntil(lambda: bool(made.keys.choices()))
        return made

    return build


def type_in(dialog: SigningDialog, text: str) -> None:
    dialog.pin.field.setText(text)
    dialog.pin.field.textEdited.emit(text)


def with_stamp(qtbot: QtBot, dialog: SigningDialog) -> Placement:
    qtbot.waitUntil(lambda: dialog.preview.canvas.stamp_box() is not None)
    place = dialog.preview.canvas.placement()
    assert place is not None
    return place


def confirmed(qtbot: QtBot, dialog: SigningDialog) -> SigningChoice:
    with qtbot.waitSignal(dialog.confirmed) as told:
        dialog.go_on.click()
    assert told.args is not None
    choice = told.args[0]
    assert isinstance(choice, SigningChoice)
    return choice


def test_a_token_s_owner_is_known_so_that_one_press_signs(
    qtbot: QtBot, desk: FakeDesk, dialog: Opener
) -> None:
    key = fakes.token_choice()
    assert key.signer is not None
    desk.signer = key.signer
    shown = dialog(PDF, key=key)
    type_in(shown, "123456")
    choice = confirmed(qtbot, shown)
    assert (choice.key, choice.secret) == (key.key, Secret("123456"))
    assert choice.profile is Profile.B_T
    assert choice.appearances[0][1].role is SigningRole.APPROVE
    assert shown.pin.field.text() == ""


def test_another_certificate_than_the_one_shown_wants_a_second_press(
    qtbot: QtBot, desk: FakeDesk, dialog: Opener
) -> None:
    shown = dialog(PDF, key=fakes.token_choice())
    type_in(shown, "123456")
    shown.go_on.click()
    qtbot.waitUntil(lambda: not shown.owner.isHidden())
    assert desk.signer.name in shown.owner.text()
    assert shown.pin.isHidden()
    assert confirmed(qtbot, shown).secret == Secret("123456")


def test_a_locked_token_is_never_asked_for_its_pin(dialog: Opener) -> None:
    shown = dialog(PDF, key=fakes.token_choice(PinState.LOCKED))
    assert shown.pin.field.isHidden()
    assert "khóa" in shown.pin.warning.text()
    assert not shown.go_on.isEnabled()


@pytest.mark.parametrize(
    ("state", "words"), [(PinState.COUNT_LOW, "nhập sai"), (PinState.FINAL_TRY, "Chỉ còn một lần")]
)
def test_few_tries_are_told_before_the_pin_is_typed(dialog: Opener, state: PinState, words: str) -> None:
    shown = dialog(PDF, key=fakes.token_choice(state))
    assert words in shown.pin.warning.text()
    assert not shown.pin.field.isHidden()


def test_a_pin_that_cannot_be_right_is_not_tried(desk: FakeDesk, dialog: Opener) -> None:
    shown = dialog(PDF, key=fakes.token_choice())
    type_in(shown, "12345")
    assert "ít nhất 6" in shown.pin.hint.text()
    assert not shown.go_on.isEnabled()
    shown.pin.field.returnPressed.emit()
    assert desk.count("hold_key") == 0


def test_a_reader_with_a_pad_is_told_to_and_nothing_is_typed(
    qtbot: QtBot, desk: FakeDesk, dialog: Opener
) -> None:
    shown = dialog(PDF, key=fakes.token_choice(protected_path=True))
    assert shown.pin.field.isHidden()
    desk.hold = True
    shown.go_on.click()
    assert not shown.pin.progress.isHidden()
    assert "đầu đọc" in shown.pin.hint.text()
    desk.release()
    qtbot.waitUntil(lambda: shown.pin.progress.isHidden())
    assert [call[2] for call in desk.calls if call[0] == "hold_key"] == [Secret("")]


def test_an_unusable_key_says_why_and_asks_for_nothing(dialog: Opener) -> None:
    shown = dialog(PDF, key=fakes.token_choice(problem="certificate-expired"))
    item = shown.keys.list.currentItem()
    assert "hết" in item.text().lower()
    assert shown.pin.field.isHidden()
    assert not shown.go_on.isEnabled()


def test_after_a_wrong_pin_the_token_is_asked_anew_how_it_stands(
    qtbot: QtBot, desk: FakeDesk, dialog: Opener
) -> None:
    shown = dialog(PDF, key=fakes.token_choice())
    desk.failures["hold_key"] = PinIncorrect()
    desk.signing().choices[0] = fakes.token_choice(PinState.FINAL_TRY)
    type_in(shown, "654321")
    shown.go_on.click()
    qtbot.waitUntil(lambda: "Chỉ còn một lần" in shown.pin.warning.text())
    assert "PIN" in shown.notice.text()
    assert shown.pin.field.text() == ""


def test_f5_finds_a_token_that_was_just_put_in(qtbot: QtBot, desk: FakeDesk, dialog: Opener) -> None:
    shown = dialog(PDF)
    before = len(shown.keys.choices())
    desk.signing().choices.append(fakes.token_choice())
    shown.keys.refresh_button.click()
    qtbot.waitUntil(lambda: len(shown.keys.choices()) == before + 1)


def test_arrow_keys_move_the_stamp_by_millimetres(qtbot: QtBot, dialog: Opener) -> None:
    shown = dialog(PDF, key=fakes.token_choice())
    start = with_stamp(qtbot, shown)
    canvas = shown.preview.canvas
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    moved = canvas.placement()
    assert moved is not None
    assert moved.left - start.left == pytest.approx(MM)
    assert moved.bottom - start.bottom == pytest.approx(10 * MM)
    type_in(shown, "123456")
    shown.go_on.click()
    qtbot.waitUntil(lambda: not shown.owner.isHidden())
    assert confirmed(qtbot, shown).appearances[0][1].placement == moved


def test_the_mouse_carries_the_stamp_and_never_off_the_page(qtbot: QtBot, dialog: Opener) -> None:
    shown = dialog(PDF, key=fakes.token_choice())
    with_stamp(qtbot, shown)
    canvas = shown.preview.canvas
    box = canvas.stamp_box()
    assert box is not None
    grip = box.center().toPoint()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, grip)
    QTest.mouseMove(canvas, grip - QPoint(20, 0))
    QTest.mouseMove(canvas, grip - QPoint(5000, 5000))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, grip)
    place = canvas.placement()
    assert place is not None
    assert place.left == pytest.approx(0.0)
    assert place.top == pytest.approx(842.0)


def test_the_place_can_be_given_back_to_the_document_s_text(qtbot: QtBot, dialog: Opener) -> None:
    shown = dialog(PDF, key=fakes.token_choice())
    start = with_stamp(qtbot, shown)
    QTest.keyClick(shown.preview.canvas, Qt.Key.Key_Left)
    assert shown.preview.placement() is not None
    shown.preview.reset.click()
    qtbot.waitUntil(lambda: shown.preview.canvas.placement() == start)
    assert shown.preview.placement() is None


def test_what_the_decree_would_have_otherwise_of_an_image_is_said(
    qtbot: QtBot, desk: FakeDesk, dialog: Opener
) -> None:
    desk.signing().concerns = ("image-not-blue",)
    shown = dialog(PDF)
    qtbot.waitUntil(lambda: "không phải màu xanh" in shown.preview.concerns.text())
    assert not shown.preview.concerns.isHidden()
    desk.signing().concerns = ()
    shown.preview.reset.click()
    shown.roles.role.setCurrentIndex(shown.roles.role.findData(""))
    qtbot.waitUntil(shown.preview.concerns.isHidden)


def test_a_seal_keeps_its_true_size(qtbot: QtBot, dialog: Opener) -> None:
    shown = dialog(replace(PDF, role=SigningRole.ISSUE))
    start = with_stamp(qtbot, shown)
    QTest.keyClicks(shown.preview.canvas, "+++")
    assert shown.preview.canvas.placement() == start


def test_the_stamp_goes_to_another_page_only_when_asked(qtbot: QtBot, dialog: Opener) -> None:
    shown = dialog(PDF)
    with_stamp(qtbot, shown)
    shown.preview.back.click()
    qtbot.waitUntil(lambda: shown.preview.canvas.stamp_box() is None)
    assert not shown.preview.here.isHidden()
    shown.preview.here.click()
    place = shown.preview.placement()
    assert place is not None
    assert place.page == 2


def test_each_document_keeps_its_own_act_and_place(qtbot: QtBot, dialog: Opener) -> None:
    shown = dialog(PDF, replace(PDF, name="Phụ lục.pdf", role=SigningRole.ANNEX))
    with_stamp(qtbot, shown)
    QTest.keyClick(shown.preview.canvas, Qt.Key.Key_Left)
    moved = shown.preview.placement()
    shown.documents.setCurrentRow(1)
    assert not shown.roles.number.isHidden()
    shown.roles.number.setText("1245/QĐ-SNV")
    shown.roles.number.editingFinished.emit()
    shown.documents.setCurrentRow(0)
    qtbot.waitUntil(lambda: shown.preview.canvas.placement() == moved)
    type_in(shown, "x")
    shown.go_on.click()
    qtbot.waitUntil(lambda: not shown.owner.isHidden())
    looks = dict(confirmed(qtbot, shown).appearances)
    assert looks["1245-QĐ.pdf"].placement == moved
    assert (looks["Phụ lục.pdf"].role, looks["Phụ lục.pdf"].number) == (SigningRole.ANNEX, "1245/QĐ-SNV")


def test_without_an_image_the_signature_is_not_seen_and_that_is_said(
    qtbot: QtBot, desk: FakeDesk, dialog: Opener
) -> None:
    desk.signing().signing_images = SigningImages()
    shown = dialog(PDF)
    qtbot.waitUntil(lambda: shown.preview.canvas.page() is not None)
    assert "Chưa có ảnh chữ ký" in shown.advice.text()
    type_in(shown, "x")
    shown.go_on.click()
    qtbot.waitUntil(lambda: not shown.owner.isHidden())
    assert confirmed(qtbot, shown).appearances == ()


def test_an_encrypted_document_asks_for_its_own_password(
    qtbot: QtBot, desk: FakeDesk, dialog: Opener
) -> None:
    desk.failures["stamp"] = DocumentEncrypted(name="")
    shown = dialog(PDF)
    qtbot.waitUntil(lambda: shown.preview.needs_password)
    type_in(shown, "x")
    assert not shown.go_on.isEnabled()
    shown.preview.password.setText("mở")
    shown.preview.open_button.click()
    qtbot.waitUntil(lambda: not shown.preview.needs_password)
    assert shown.preview.password.text() == ""
    shown.go_on.click()
    qtbot.waitUntil(lambda: not shown.owner.isHidden())
    assert confirmed(qtbot, shown).passwords == (("1245-QĐ.pdf", Secret("mở")),)


def test_an_act_of_the_office_with_a_personal_key_is_warned_of(dialog: Opener) -> None:
    shown = dialog(replace(PDF, role=SigningRole.ISSUE), key=fakes.token_choice())
    shown.keys.list.setCurrentRow(next(n for n, one in enumerate(shown.keys.choices()) if one.token))
    assert "cơ quan" in shown.advice.text()


def test_leaving_the_dialog_leaves_no_pin(dialog: Opener) -> None:
    shown = dialog(PDF, key=fakes.token_choice())
    type_in(shown, "123456")
    shown.reject()
    assert shown.pin.field.text() == ""


def test_a_certificate_can_be_read_and_copied(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> None:
    details = CertificateDialog(desk, texts, b"der")
    qtbot.addWidget(details)
    details.open()
    qtbot.waitUntil(lambda: details.copy.isEnabled())
    details.copy.click()
    copied = QApplication.clipboard().text()
    assert "5401020300BF" in copied
    assert "ABAB" in copied
    assert "chống chối bỏ" in copied


def test_a_key_file_can_be_used_for_once(dialog: Opener, tmp_path: Path) -> None:
    shown = dialog(PDF)
    shown.set_key_file(tmp_path / "khác.p12")
    chosen = shown.keys.choice()
    assert chosen is not None
    assert chosen.key.location.endswith("khác.p12")


@pytest.mark.parametrize(
    ("role", "expected"),
    [(Role.LEADER, SigningRole.APPROVE), (Role.CLERK, SigningRole.ISSUE), (Role.STAFF, None)],
)
def test_the_usual_act_follows_the_role(desk: FakeDesk, role: Role, expected: SigningRole | None) -> None:
    account = desk.accounts()[0]
    assert usual_role(replace(account, identity=replace(account.identity, role=role))) is expected


def test_what_is_signed_already_may_forbid_an_act_before_any_pin(
    qtbot: QtBot, desk: FakeDesk, dialog: Opener
) -> None:
    desk.failures["look_first"] = SigningRefused(reason="personal-signature-missing")
    shown = dialog(replace(PDF, role=SigningRole.ISSUE))
    qtbot.waitUntil(lambda: "1245-QĐ.pdf" in shown.advice.text())
    type_in(shown, "x")
    assert not shown.go_on.isEnabled()
    shown.roles.role.setCurrentIndex(shown.roles.role.findData(""))
    qtbot.waitUntil(lambda: shown.go_on.isEnabled())


def test_no_two_signed_files_get_one_name(tmp_path: Path) -> None:
    """`x-da-ky.pdf` and `x.pdf` become the same name by themselves, and so do files of two folders."""
    sources = [
        tmp_path / name for name in ("x.pdf", "x-da-ky.pdf", "a/y.pdf", "b/Y.pdf", "b/z.odt", "a/z.odt")
    ]
    for source in sources:
        source.parent.mkdir(exist_ok=True)
        source.touch()
    for folder in (None, tmp_path / "ra"):
        targets = targets_in(folder, sources)
        assert len({str(one).casefold() for one in targets}) == len(sources)
        assert not set(targets) & set(sources)


def test_a_file_signed_twice_keeps_a_readable_name(tmp_path: Path) -> None:
    once = signed_name(tmp_path / "quyết định.pdf", pdf=True)
    assert once.name == "quyết định-da-ky.pdf"
    once.write_bytes(b"%PDF-")
    assert signed_name(once, pdf=True).name == "quyết định-da-ky (2).pdf"
    assert signed_name(tmp_path / "bảng.xlsx", pdf=False).name == "bảng.xlsx.p7s"
