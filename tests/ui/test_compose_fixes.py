"""Findings are mended from the panel, taken back, and lead to their place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from client.errors import ConversionFailed
from client.model.account import Role
from client.model.address import MailAddress
from client.model.finding import CheckReport, Finding, Severity
from client.model.outgoing import DocumentSystem, DraftAttachment
from client.model.register import RegisterEntry
from client.services.desk import SendRequest
from client.ui.acknowledge_dialog import AcknowledgeDialog
from client.ui.compose_window import ComposeWindow
from client.ui.finding_card import FindingCard
from client.ui.texts import Texts
from tests.fakes.desk import FakeDesk

Opener = Callable[..., ComposeWindow]

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

NUMBER = Finding(
    "subject-no-number", Severity.INFO, "subject", (("number", "15/QĐ-SNV"),), "use-abstract-as-subject",
    mend=(("subject", "[15/QĐ-SNV] Về việc"),),
)  # fmt: skip
BCC = Finding(
    "mass-cc-should-bcc", Severity.WARN, "to", (("n", "2"),), "move-to-bcc",
    mend=(("addresses", "a@gmail.com b@gmail.com"),),
)  # fmt: skip
WORD = DraftAttachment("Công văn.docx", "application/vnd.openxmlformats", b"PK")
TO_PDF = Finding(
    "signed-doc-must-be-pdf", Severity.WARN, f"attachment:{WORD.name}", (), "convert-to-pdf", attachment=1
)


@pytest.fixture
def compose(qtbot: QtBot, desk: FakeDesk, texts: Texts) -> Iterator[Opener]:
    opened: list[ComposeWindow] = []

    def build(
        *findings: Finding, documents: tuple[RegisterEntry, ...] = (), **fields: object
    ) -> ComposeWindow:
        desk.report = CheckReport(findings, "hcm", "1", documents=documents)
        draft = replace(desk.new_draft("an"), to=(MailAddress("b@x.vn"),), sign_message=False)
        draft = replace(draft, **fields)  # type: ignore[arg-type] # field names are the test's business
        window = ComposeWindow(desk, texts, draft, desk.accounts()[0])
        opened.append(window)
        qtbot.addWidget(window, before_close_func=lambda one: setattr(one, "_may_close", True))
        window.show()
        window.activateWindow()
        with qtbot.waitSignal(window.check.reported):
            window.check.check_now()
        return window

    yield build
    for window in opened:
        window.form.files.close_reader()


def card(window: ComposeWindow, index: int = 0) -> FindingCard:
    return list(window.panel.cards())[index]


def test_a_press_mends_and_a_press_takes_it_back(compose: Opener) -> None:
    window = compose(NUMBER, subject="Về việc")
    assert card(window).fix.text() == "Ghi số lên đầu tiêu đề"
    card(window).fix.click()
    assert window.draft().subject == "[15/QĐ-SNV] Về việc"
    assert window.fix_notice.button.text() == "Hoàn tác"
    window.fix_notice.button.click()
    assert window.draft().subject == "Về việc"


def test_undo_touches_what_the_remedy_changed_and_nothing_else(compose: Opener) -> None:
    to = (MailAddress("a@gmail.com"), MailAddress("b@gmail.com"), MailAddress("c@x.vn"))
    window = compose(BCC, to=to)
    card(window).fix.click()
    assert window.draft().bcc == to[:2]
    window.form.body.setPlainText("viết tiếp")
    window.undo_fix()
    assert (window.draft().to, window.draft().bcc, window.draft().body) == (to, (), "viết tiếp")


def test_what_was_written_over_is_not_undone_and_that_is_said(compose: Opener) -> None:
    window = compose(NUMBER, subject="Về việc")
    card(window).fix.click()
    window.form.subject.setText("khác hẳn")
    window.undo_fix()
    assert window.draft().subject == "khác hẳn"
    assert "không hoàn tác" in window.fix_notice.text()


def test_ctrl_z_right_after_a_remedy_means_it_and_later_the_line_it_is_in(
    qtbot: QtBot, compose: Opener
) -> None:
    window = compose(NUMBER, subject="Về việc")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.form.body.setFocus()
    card(window).fix.click()
    QTest.keyClick(window.form.body, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.draft().subject == "Về việc")
    card(window).set_current(True)
    card(window).fix.click()
    QTest.keyClicks(window.form.body, "abc")
    QTest.keyClick(window.form.body, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert "abc" not in window.draft().body
    assert window.draft().subject == "[15/QĐ-SNV] Về việc"


def test_a_remedy_of_the_body_is_one_step_of_the_text_s_own_undo(compose: Opener) -> None:
    finding = Finding("unicode-decomposed", Severity.INFO, "body", (), "compose-unicode")
    window = compose(finding, body="Ki\u0301nh gửi")
    card(window).fix.click()
    assert window.draft().body == "Kính gửi"
    window.form.body.undo()
    assert window.draft().body == "Ki\u0301nh gửi"


def test_an_old_answer_can_be_read_and_not_acted_on(compose: Opener) -> None:
    window = compose(NUMBER, subject="Về việc")
    assert card(window).fix.isEnabled()
    window.form.subject.setText("mới")
    assert not card(window).fix.isEnabled()
    assert "kiểm tra lại" in window.panel.state.text()
    assert "đang kiểm tra" in window.send_button.text()
    assert window.send_button.isEnabled()


def test_a_blocked_letter_that_was_mended_can_be_sent_at_once(
    qtbot: QtBot, desk: FakeDesk, compose: Opener
) -> None:
    window = compose(Finding("x", Severity.BLOCK, "subject"))
    assert window.send_button.text() == "Bị chặn: 1 lỗi"
    desk.report = CheckReport((), "hcm", "1")
    window.form.subject.setText("đã sửa")
    with qtbot.waitSignal(window.sent):
        QTest.keyClick(window.form.subject, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_a_file_is_made_and_takes_the_old_one_s_place(desk: FakeDesk, compose: Opener, qtbot: QtBot) -> None:
    window = compose(TO_PDF, attachments=(WORD,))
    card(window).fix.click()
    qtbot.waitUntil(lambda: window.draft().attachments == (desk.checking.made,))
    window.undo_fix()
    assert window.draft().attachments == (WORD,)


def test_without_the_program_there_is_no_button(desk: FakeDesk, compose: Opener) -> None:
    desk.checking.can = frozenset()
    window = compose(TO_PDF, attachments=(WORD,))
    assert card(window).fix.isHidden()
    assert "PDF" in card(window).message.text() + card(window).toolTip()


def test_a_file_that_could_not_be_made_leaves_the_old_one(
    qtbot: QtBot, desk: FakeDesk, compose: Opener
) -> None:
    desk.failures["make"] = ConversionFailed(reason="converter-too-slow")
    window = compose(TO_PDF, attachments=(WORD,))
    card(window).fix.click()
    qtbot.waitUntil(lambda: "LibreOffice" in window.notice.text())
    assert window.draft().attachments == (WORD,)


def test_a_finding_marks_the_characters_it_means(compose: Opener) -> None:
    body = "Chào 👋 anh,\nTên: ………… nhé"
    start = body.index("……")
    finding = Finding("placeholder-left", Severity.WARN, "body", (("gap", "…"),), span=(start, start + 4))
    window = compose(finding, body=body)
    card(window).head.click()
    assert window.form.body.textCursor().selectedText() == "…………"[:4]
    assert window.focusWidget() is window.form.body


def test_a_finding_on_a_page_shows_it(qtbot: QtBot, compose: Opener) -> None:
    pdf = DraftAttachment("a.pdf", "application/pdf", b"%PDF-")
    window = compose(
        Finding("date-line-format", Severity.INFO, "attachment:a.pdf#page=2&top=0.413", attachment=1),
        attachments=(pdf,),
    )
    card(window).page.click()
    assert window.page is not None
    page = window.page
    qtbot.waitUntil(lambda: page.canvas.page() is not None)
    assert "trang 2" in page.windowTitle()


def test_the_type_is_read_from_what_is_attached_and_the_author_has_the_last_word(compose: Opener) -> None:
    read = RegisterEntry(1, "a.pdf", "aa", "Quyết định", "QĐ", "15", "QĐ-SNV", subject="Về việc ban hành")
    window = compose(documents=(read,))
    picker = window.form.document
    assert (window.draft().document_type, window.draft().type_chosen) == ("QĐ", False)
    assert "15/QĐ-SNV" in picker.read.text()
    assert "Về việc ban hành" in picker.read.text()
    line = picker.types.lineEdit()
    assert line is not None
    line.setText("to tri")
    line.editingFinished.emit()
    assert (window.draft().document_type, window.draft().type_chosen) == ("TTr", True)
    picker.recognise((read,))
    assert window.draft().document_type == "TTr"
    picker.use_read.click()
    assert (window.draft().document_type, window.draft().type_chosen) == ("QĐ", False)


def test_what_is_typed_and_names_no_type_goes_back(compose: Opener) -> None:
    window = compose(document_type="CV", type_chosen=True)
    line = window.form.document.types.lineEdit()
    assert line is not None
    line.setText("xyz")
    line.editingFinished.emit()
    assert window.draft().document_type == "CV"
    assert line.text() == window.form.document.types.itemText(window.form.document.types.currentIndex())


def test_the_word_on_the_document_system_goes_along(qtbot: QtBot, desk: FakeDesk, compose: Opener) -> None:
    window = compose(document_type="CV", type_chosen=True)
    window.form.document.system.setCurrentIndex(1)
    with qtbot.waitSignal(window.sent):
        window.send()
    assert sent(desk).draft.document_system is DocumentSystem.SENT


def test_a_recognised_type_signs_nothing_by_itself(compose: Opener) -> None:
    pdf = DraftAttachment("a.pdf", "application/pdf", b"%PDF-")
    window = compose(documents=(RegisterEntry(1, "a.pdf", "aa", type_code="QĐ"),), attachments=(pdf,))
    assert window.draft().document_type == "QĐ"
    assert not window.draft().attachments[0].sign


def test_a_letter_leaves_at_the_time_chosen(qtbot: QtBot, desk: FakeDesk, compose: Opener) -> None:
    window = compose()
    moment = datetime.now().astimezone().replace(second=0, microsecond=0) + timedelta(days=1)
    window.send_control.later.trigger()
    dialog = window.send_control.dialog
    assert dialog is not None
    dialog.moment.setDateTime(dialog.moment.dateTime().fromSecsSinceEpoch(int(moment.timestamp())))
    dialog.go_on.click()
    assert window.send_button.text() == f"Hẹn giờ gửi {moment:%d/%m/%Y %H:%M}"
    with qtbot.waitSignal(window.sent):
        window.send()
    assert sent(desk).not_before == moment


def test_a_reason_comes_with_a_role(qtbot: QtBot, desk: FakeDesk, compose: Opener) -> None:
    window = compose(Finding("subject-empty", Severity.CONFIRM, "subject"))
    assert window.send_button.text() == "Cần lý do (1)"
    window.send()
    qtbot.waitUntil(lambda: isinstance(window.flow.dialog, AcknowledgeDialog))
    dialog = window.flow.dialog
    assert isinstance(dialog, AcknowledgeDialog)
    assert dialog.role.currentData() == desk.accounts()[0].identity.role.value
    dialog.role.setCurrentIndex(dialog.role.findData(Role.LEADER.value))
    dialog.reason.setPlainText("Giám đốc đã đồng ý gửi")
    with qtbot.waitSignal(window.sent):
        dialog.go_on.click()
    given = sent(desk).acknowledgement
    assert given is not None
    assert (given.role, given.reason) == ("leader", "Giám đốc đã đồng ý gửi")


def test_another_mailbox_is_chosen_in_the_from_line(compose: Opener, desk: FakeDesk) -> None:
    other = desk.accounts()[1]
    window = compose()
    window.form.sender_box.setCurrentIndex(1)
    assert window.draft().account_id == other.account_id
    assert window.draft().sender == other.identity.address


def sent(desk: FakeDesk) -> SendRequest:
    (request,) = [call[1] for call in desk.calls if call[0] == "send"]
    assert isinstance(request, SendRequest)
    return request


def test_the_basis_says_where_it_was_read_and_what_was_not_compared(compose: Opener) -> None:
    window = compose(
        Finding("from-not-official-domain", Severity.CONFIRM, "from"),
        Finding("subject-empty", Severity.WARN, "subject"),
    )
    told = card(window).basis.text()
    assert "QĐ 41/2011" in told
    assert "Ninh Bình" in told
    assert "chưa đối chiếu toàn văn" in told
    assert "chưa đối chiếu toàn văn" not in card(window, 1).basis.text()
    assert window.panel.state.text() == "Số điểm cần xem: 2 (Cần nêu lý do 1, Cảnh báo 1)"
