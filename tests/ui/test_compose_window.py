from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from client.config.catalogue import Catalogue
from client.errors import KeyPasswordIncorrect, SigningRefused, StorageFull, TimestampUnavailable
from client.model.address import MailAddress
from client.model.finding import CheckReport, Finding, Severity
from client.model.outgoing import Draft, DraftAttachment
from client.model.secret import Secret
from client.model.signing import Placement, SigningRole
from client.services.desk import SendRequest
from client.ui.acknowledge_dialog import AcknowledgeDialog
from client.ui.check_panel import CheckPanel
from client.ui.compose_window import ComposeWindow
from client.ui.signing_dialog import SigningDialog
from client.ui.texts import Texts
from client.ui.timestamp_dialog import TimestampDialog
from client.ui.warning_dialog import WarningDialog, seen
from tests.fakes.desk import FakeDesk

Opener = Callable[..., ComposeWindow]

# The off-screen platform says so of every top-level window; no fault of the window's.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk(rows=1)


@pytest.fixture
def compose(qtbot: QtBot, desk: FakeDesk) -> Iterator[Opener]:
    opened: list[ComposeWindow] = []

    def build(**fields: object) -> ComposeWindow:
        draft = replace(desk.new_draft("an"), to=(MailAddress("b@x.vn"),), sign_message=False)
        draft = replace(draft, **fields)  # type: ignore[arg-type] # field names are the test's business
        window = ComposeWindow(desk, Texts(Catalogue({}, "vi")), draft, desk.accounts()[0])
        opened.append(window)
        qtbot.addWidget(window, before_close_func=lambda one: setattr(one, "_may_close", True))
        window.show()
        return window

    yield build
    for window in opened:
        window.form.files.close_reader()


def report(*findings: tuple[str, Severity, str]) -> CheckReport:
    return CheckReport(tuple(Finding(code, sev, place) for code, sev, place in findings), "hcm", "1")


def requests(desk: FakeDesk) -> list[SendRequest]:
    return [call[1] for call in desk.calls if call[0] == "send" and isinstance(call[1], SendRequest)]


def saved(desk: FakeDesk) -> list[Draft]:
    return [call[1] for call in desk.calls if call[0] == "save_draft" and isinstance(call[1], Draft)]


def open_dialog(qtbot: QtBot, window: ComposeWindow, kind: type) -> object:
    qtbot.waitUntil(lambda: isinstance(window.flow.dialog, kind))
    return window.flow.dialog


def type_in(dialog: SigningDialog, password: str) -> None:
    dialog.pin.field.setText(password)
    dialog.pin.field.textEdited.emit(password)


def unlock(qtbot: QtBot, dialog: SigningDialog, password: str) -> None:
    qtbot.waitUntil(lambda: dialog.pin.allowed)
    type_in(dialog, password)
    dialog.go_on.click()
    qtbot.waitUntil(lambda: not dialog.owner.isHidden())
    assert dialog.pin.field.text() == ""
    dialog.go_on.click()


def test_a_letter_without_signature_is_sent_and_the_window_closes(
    qtbot: QtBot, desk: FakeDesk, compose: Opener
) -> None:
    window = compose(subject="Báo cáo")
    with qtbot.waitSignal(window.sent) as sent:
        window.send()
    assert sent.args == [max(desk.entries)]
    assert requests(desk)[0].draft.subject == "Báo cáo"
    assert not window.isVisible()


def test_only_the_newest_check_answer_is_shown(qtbot: QtBot, desk: FakeDesk, compose: Opener) -> None:
    window = compose()
    desk.hold = True
    desk.report = report(("old", Severity.BLOCK, "subject"))
    window.check.check_now()
    window.form.subject.setText("mới")
    desk.report = report(("new", Severity.WARN, "body"))
    window.check.check_now()
    assert desk.count("check") == 1  # none waits behind another
    desk.hold = False
    with qtbot.waitSignal(window.check.reported):
        desk.release()
    assert desk.count("check") == 2
    assert len(list(window.panel.cards())) == 1
    assert window.send_button.isEnabled()


def test_a_blocked_letter_has_no_way_out(qtbot: QtBot, desk: FakeDesk, compose: Opener) -> None:
    desk.report = report(("subject-empty", Severity.BLOCK, "subject"))
    window = compose()
    with qtbot.waitSignal(window.flow.stopped):
        window.send()
    assert requests(desk) == []
    assert window.send_button.text() == "Bị chặn: 1 lỗi"
    assert not window.send_button.isEnabled()


def test_an_override_needs_a_reason_and_carries_it(qtbot: QtBot, desk: FakeDesk, compose: Opener) -> None:
    desk.report = report(("from-not-official-domain", Severity.CONFIRM, "from"))
    window = compose()
    window.send()
    dialog = open_dialog(qtbot, window, AcknowledgeDialog)
    assert isinstance(dialog, AcknowledgeDialog)
    assert not dialog.go_on.isEnabled()
    dialog.reason.setPlainText("Lãnh đạo Sở đồng ý")
    with qtbot.waitSignal(window.sent):
        dialog.go_on.click()
    acknowledgement = requests(desk)[0].acknowledgement
    assert acknowledgement is not None
    assert acknowledgement.finding_codes == ("from-not-official-domain",)


def test_a_wrong_password_asks_again_and_is_kept_nowhere(
    qtbot: QtBot, desk: FakeDesk, compose: Opener
) -> None:
    desk.failures["hold_key"] = KeyPasswordIncorrect(path="an.p12")
    window = compose(sign_message=True)
    window.send()
    dialog = open_dialog(qtbot, window, SigningDialog)
    assert isinstance(dialog, SigningDialog)
    qtbot.waitUntil(lambda: dialog.pin.allowed)
    type_in(dialog, "sai")
    dialog.go_on.click()
    qtbot.waitUntil(lambda: bool(dialog.notice.text()))
    assert "key-password-incorrect" in dialog.notice.text()
    assert dialog.pin.field.text() == ""
    with qtbot.waitSignal(window.sent):
        unlock(qtbot, dialog, "đúng")
    assert requests(desk)[0].key_password == Secret("đúng")


def test_without_timestamp_only_on_the_users_word(qtbot: QtBot, desk: FakeDesk, compose: Opener) -> None:
    desk.failures["send"] = TimestampUnavailable(url="http://tsa")
    window = compose(sign_message=True)
    window.send()
    signing = open_dialog(qtbot, window, SigningDialog)
    assert isinstance(signing, SigningDialog)
    unlock(qtbot, signing, "đúng")
    choice = open_dialog(qtbot, window, TimestampDialog)
    assert isinstance(choice, TimestampDialog)
    with qtbot.waitSignal(window.sent):
        choice.bare.click()
    assert [one.allow_without_timestamp for one in requests(desk)] == [False, True]


def test_a_failed_sending_leaves_the_letter_as_it_was(qtbot: QtBot, desk: FakeDesk, compose: Opener) -> None:
    desk.failures["send"] = StorageFull(path="x")
    window = compose(body="giữ lại")
    with qtbot.waitSignal(window.flow.failed):
        window.send()
    assert window.isVisible()
    assert window.draft().body == "giữ lại"
    assert "storage-full" in window.notice.text()
    assert window.form.isEnabled()


def test_a_change_is_saved_by_itself(qtbot: QtBot, desk: FakeDesk, compose: Opener) -> None:
    window = compose()
    window.form.subject.setText("Tự lưu")
    with qtbot.waitSignal(window.keeper.saved, timeout=10_000):
        pass
    assert saved(desk)[-1].subject == "Tự lưu"


def test_a_full_disk_says_so_until_a_save_works(desk: FakeDesk, compose: Opener) -> None:
    window = compose()
    desk.failures["save_draft"] = StorageFull(path="x")
    window.save()
    assert "storage-full" in window.storage_notice.text()
    window.form.files.reading_failed.emit("Chưa đính kèm “a.pdf”.")
    assert "storage-full" in window.storage_notice.text()
    assert "a.pdf" in window.notice.text()
    window.save()
    assert window.storage_notice.text() == ""
    assert "a.pdf" in window.notice.text()


def test_a_state_secret_is_not_stored_and_can_be_purged(
    qtbot: QtBot, desk: FakeDesk, compose: Opener
) -> None:
    desk.report = report(("state-secret-marking", Severity.BLOCK, "body"))
    window = compose()
    with qtbot.waitSignal(window.check.reported):
        window.check.check_now()
    window.save()
    assert saved(desk) == []
    assert "Liên hệ cán bộ bảo mật" in window.secrets.notice.text()
    window.form.files.reading_failed.emit("Chưa đính kèm “a.pdf”.")
    window.secrets.notice.button.click()
    assert desk.count("delete_draft") == 0
    assert window.secrets.question is not None
    next(one for one in window.secrets.question.buttons() if one.text() == "Xóa").click()
    assert desk.count("purge") == 1
    assert "Liên hệ cán bộ bảo mật" in window.secrets.notice.text()


def test_a_letter_is_kept_as_a_draft_before_it_is_queued(
    qtbot: QtBot, desk: FakeDesk, compose: Opener
) -> None:
    window = compose(subject="Chưa kịp tự lưu")
    with qtbot.waitSignal(window.sent):
        window.send()
    names = [call[0] for call in desk.calls]
    assert saved(desk)[-1].subject == "Chưa kịp tự lưu"
    assert names.index("save_draft") < names.index("send")


def test_a_stored_draft_opens_as_it_was_and_closes_without_a_question(
    desk: FakeDesk, compose: Opener
) -> None:
    window = compose(subject="Dở dang", document_type="CV")
    assert (window.draft().subject, window.draft().document_type) == ("Dở dang", "CV")
    window.close()
    assert not window.isVisible()


def test_closing_with_content_asks_and_save_keeps_it(qtbot: QtBot, desk: FakeDesk, compose: Opener) -> None:
    window = compose()
    window.form.subject.setText("Dở dang")
    window.close()
    assert window.isVisible()
    assert window.question is not None
    window.question.buttons()[0].click()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert saved(desk)[-1].subject == "Dở dang"


def test_a_document_type_marks_attached_pdfs_for_signing(
    qtbot: QtBot, compose: Opener, tmp_path: Path
) -> None:
    path = tmp_path / "Công văn.pdf"
    path.write_bytes(b"%PDF-1.7")
    window = compose()
    with qtbot.waitSignal(window.form.files.changed):
        window.form.files.add_files([path])
    assert not window.draft().attachments[0].sign
    window.form.document.types.setCurrentIndex(1)
    window.form.document.types.activated.emit(1)
    assert window.draft().attachments[0].sign
    qtbot.waitUntil(lambda: window.send_button.text() == "Ký và gửi")


def test_a_missing_file_is_named(qtbot: QtBot, compose: Opener, tmp_path: Path) -> None:
    window = compose()
    with qtbot.waitSignal(window.form.files.reading_failed):
        window.form.files.add_files([tmp_path / "mất.pdf"])
    assert "mất.pdf" in window.notice.text()


def test_an_invalid_recipient_is_named_and_holds_the_button(compose: Opener) -> None:
    window = compose()
    window.form.cc.line.setText("khong-phai-dia-chi")
    assert "khong-phai-dia-chi" in window.form.cc.problem()
    assert not window.send_button.isEnabled()


def test_a_finding_leads_to_its_field(qtbot: QtBot, desk: FakeDesk, compose: Opener) -> None:
    desk.report = report(("subject-empty", Severity.CONFIRM, "subject"))
    window = compose()
    window.activateWindow()
    with qtbot.waitSignal(window.check.reported):
        window.check.check_now()
    next(window.panel.cards()).head.click()
    assert window.focusWidget() is window.form.subject


@pytest.mark.parametrize("width", [280, 330, 400])
def test_a_finding_is_readable_to_its_last_line(qtbot: QtBot, texts: Texts, width: int) -> None:
    panel = CheckPanel(texts)
    qtbot.addWidget(panel)
    panel.resize(width, 500)
    panel.show()
    panel.show_report(report(("state-secret-marking", Severity.BLOCK, "subject")))
    card = next(panel.cards())
    card.more.click()
    labels = card.findChildren(QLabel)
    assert len(labels) == 3
    qtbot.waitUntil(lambda: all(one.isVisible() for one in labels))
    qtbot.waitUntil(lambda: all(one.height() >= one.heightForWidth(one.width()) for one in labels))


def test_a_refused_signature_does_not_cost_the_place_that_was_chosen(
    qtbot: QtBot, desk: FakeDesk, compose: Opener
) -> None:
    pdf = DraftAttachment("1245.pdf", "application/pdf", b"%PDF-", sign=True, role=SigningRole.APPROVE)
    desk.failures["send"] = SigningRefused(reason="seal-came-first")
    window = compose(attachments=(pdf,))
    window.send()
    first = open_dialog(qtbot, window, SigningDialog)
    assert isinstance(first, SigningDialog)
    qtbot.waitUntil(lambda: first.preview.canvas.stamp_box() is not None)
    first.preview.canvas.place(Placement(3, 10, 20, 150, 90))
    unlock(qtbot, first, "đúng")
    qtbot.waitUntil(lambda: window.flow.dialog is not first)
    again = window.flow.dialog
    assert isinstance(again, SigningDialog)
    qtbot.waitUntil(lambda: again.preview.placement() == Placement(3, 10, 20, 150, 90))


def test_a_receipt_is_asked_for_only_where_the_author_says_so(compose: Opener) -> None:
    window = compose()
    assert not window.draft().want_receipt
    window.form.receipt.click()
    assert window.draft().want_receipt


def test_warnings_are_asked_about_once(qtbot: QtBot, desk: FakeDesk, compose: Opener) -> None:
    """A click on "Vẫn gửi", not the Enter key; and not again for the same warning on the same text."""
    desk.report = report(("no-sender-block", Severity.WARN, "body"))
    window = compose(subject="x", body="Chào anh")
    window.send_button.click()
    dialog = open_dialog(qtbot, window, WarningDialog)
    assert isinstance(dialog, WarningDialog)
    assert not requests(desk)
    assert dialog.back.isDefault()
    dialog.back.click()
    qtbot.waitUntil(lambda: not window.flow.active)
    assert not requests(desk)
    window.flow.start(window.draft())
    qtbot.waitUntil(lambda: window.flow.dialog is not dialog)
    second = window.flow.dialog
    assert isinstance(second, WarningDialog)
    second.go_on.click()
    qtbot.waitUntil(lambda: len(requests(desk)) == 1)
    assert requests(desk)[0].acknowledgement is None


def test_a_kept_warning_comes_back_with_other_words(qtbot: QtBot, desk: FakeDesk, compose: Opener) -> None:
    desk.report = report(("no-sender-block", Severity.WARN, "body"))
    window = compose(subject="x", body="Chào anh")
    window.flow._kept = seen(desk.report.findings, window.draft())
    window.flow.start(replace(window.draft(), body="Chào chị"))
    again = open_dialog(qtbot, window, WarningDialog)
    assert isinstance(again, WarningDialog)
    assert not requests(desk)
    again.back.click()
    qtbot.waitUntil(lambda: not window.flow.active)
    window.flow.start(window.draft())
    qtbot.waitUntil(lambda: len(requests(desk)) == 1)


def test_warnings_stand_beside_what_needs_a_reason(qtbot: QtBot, desk: FakeDesk, compose: Opener) -> None:
    desk.report = report(
        ("from-not-official-domain", Severity.CONFIRM, "from"), ("no-sender-block", Severity.WARN, "body")
    )
    window = compose(subject="x", body="Chào anh")
    window.send_button.click()
    dialog = open_dialog(qtbot, window, AcknowledgeDialog)
    assert isinstance(dialog, AcknowledgeDialog)
    assert any("no-sender-block" in label.text() for label in dialog.findChildren(QLabel))
