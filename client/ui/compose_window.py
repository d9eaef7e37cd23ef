"""The compose window: puts the form, the checks, the draft on disk and the sending together."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from client.config.catalogue import Text
from client.errors import ClientError
from client.model.account import Account
from client.model.finding import CheckReport, Gate, Severity
from client.model.outgoing import Draft
from client.services.desk import MailDesk
from client.ui import dialogs
from client.ui.check_panel import CheckPanel
from client.ui.compose_form import ComposeForm
from client.ui.compose_model import SendKind, has_content, send_face
from client.ui.compose_watch import DraftKeeper, LiveCheck
from client.ui.notice_bar import NoticeBar
from client.ui.send_flow import SendFlow
from client.ui.texts import Texts


class ComposeWindow(QWidget):
    """One letter in a window of its own.

    Signals:
        sent: the outbox number, once the letter is queued; the window closes by itself.
        stored: the draft is on disk in another version than before, or no longer.

    """

    sent = Signal(int)
    stored = Signal()

    def __init__(
        self, desk: MailDesk, texts: Texts, draft: Draft, account: Account, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._desk, self._texts, self._pristine = desk, texts, draft
        self._report: CheckReport | None = None
        self._was_stored = any(one.draft_id == draft.draft_id for one in desk.drafts(draft.account_id))
        self._may_close = False
        self.question: QMessageBox | None = None
        self.form = ComposeForm(texts, draft, account)
        self.panel = CheckPanel(texts)
        self.notice = NoticeBar()
        self.storage_notice = NoticeBar()
        self.secret_notice = NoticeBar()
        self.check = LiveCheck(desk, self)
        self.keeper = DraftKeeper(desk, self.check, self)
        self.flow = SendFlow(desk, texts, account, self)
        self.send_button = QPushButton()
        self.send_button.setObjectName("send")
        self.save_button = QPushButton(self.tr("Lưu bản nháp"))
        self.state = QLabel()
        self.state.setObjectName("muted")
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setFixedWidth(120)
        self.progress.hide()
        self._lay_out()
        self._connect()
        self._add_shortcuts()
        self._retitle()
        self._refresh_button()
        (self.form.body if draft.to else self.form.to).setFocus()
        self.check.touch(self.draft())

    def draft(self) -> Draft:
        """The letter as it stands."""
        return self.form.draft()

    def send(self) -> None:
        """What the send button does."""
        if self.flow.active or self.form.files.reading or not self.send_button.isEnabled():
            return
        self.notice.clear()
        self._set_busy(True)
        self.flow.start(self.draft())

    def save(self) -> None:
        """Save now, because the author asked."""
        draft = self.draft()
        self.keeper.touch(draft)
        if self.keeper.save_now():
            self._pristine, self._was_stored = draft, True

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Ask before anything is lost; never close under a sending."""
        if self.flow.active:
            event.ignore()
        elif self._may_close or not has_content(self.draft(), self._pristine):
            self.check.stop()
            self.keeper.forget()
            self.form.files.close_reader()
            event.accept()
        else:
            event.ignore()
            self._ask()

    def _lay_out(self) -> None:
        self.resize(1180, 720)
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 8, 12, 8)
        bar.setSpacing(8)
        self.send_button.setDefault(True)
        bar.addWidget(self.send_button)
        bar.addWidget(self.save_button)
        bar.addWidget(self.form.sign_message)
        bar.addStretch(1)
        bar.addWidget(self.progress)
        bar.addWidget(self.state)
        split = QSplitter()
        split.addWidget(self.form)
        split.addWidget(self.panel)
        split.setStretchFactor(0, 1)
        split.setSizes([840, 340])
        split.setChildrenCollapsible(False)
        self.panel.setMinimumWidth(280)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        for bar_of in (self.secret_notice, self.storage_notice, self.notice):
            layout.addWidget(bar_of)
        layout.addWidget(split, 1)

    def _connect(self) -> None:
        self.form.changed.connect(self._on_change)
        self.form.files.reading_failed.connect(lambda text: self.notice.show_notice(Severity.WARN, text))
        self.panel.jump_requested.connect(self.form.jump)
        self.check.started.connect(self.panel.show_checking)
        self.check.reported.connect(self._on_report)
        self.check.failed.connect(self.panel.show_failure)
        self.keeper.saved.connect(self._on_saved)
        self.keeper.failed.connect(self._on_save_failed)
        self.flow.progress.connect(self.state.setText)
        self.flow.reported.connect(self._on_report)
        self.flow.sent.connect(self._on_sent)
        self.flow.failed.connect(self._on_failed)
        self.flow.stopped.connect(lambda: self._set_busy(False))
        self.secret_notice.pressed.connect(self._ask_purge)
        self.send_button.clicked.connect(self.send)
        self.save_button.clicked.connect(self.save)

    def _add_shortcuts(self) -> None:
        keys = (
            ("Ctrl+Return", self.send),
            ("Ctrl+Enter", self.send),
            ("Ctrl+S", self.save),
            ("Ctrl+Shift+A", self.form.files.choose_files),
            ("Esc", self.close),
        )
        for keys_text, act in keys:
            QShortcut(QKeySequence(keys_text), self).activated.connect(act)

    def _on_change(self) -> None:
        draft = self.draft()
        self.check.touch(draft)
        self.keeper.touch(draft)
        self._retitle()
        self._refresh_button()
        self.state.setText("")

    def _on_report(self, report: CheckReport) -> None:
        self._report = report
        self.panel.show_report(report)
        secret = report.holds_secret
        was_secret, self.keeper.secret = self.keeper.secret, secret
        if secret:
            self._show_secret_notice(report)
        elif was_secret:
            self.secret_notice.clear()
        if self.flow.active and report.gate is not Gate.BLOCKED:
            self.keeper.touch(self.draft())
            self.keeper.save_now()  # a message taken out of the queue later leaves its draft
        self._refresh_button()

    def _show_secret_notice(self, report: CheckReport) -> None:
        finding = next(one for one in report.findings if one.code == "state-secret-marking")
        text = self._texts.finding(finding)
        stays = self.tr("Bản nháp không được lưu nữa. Liên hệ cán bộ bảo mật của cơ quan.")
        action = f"{text.action}\n{stays}".strip()
        button = self.tr("Xóa bản nháp trên máy")
        self.secret_notice.show_notice(Severity.BLOCK, text.title, action, button)

    def _on_saved(self) -> None:
        self.stored.emit()
        self.state.setText(self.tr("Đã lưu bản nháp"))
        self.storage_notice.clear()

    def _on_save_failed(self, error: BaseException) -> None:
        self._show_error(error, self.storage_notice)

    def _ask_purge(self) -> None:
        if self.question is not None:
            return
        text = Text(
            self.tr("Xóa bản nháp của thư này trên máy?"),
            self.tr("Nội dung trong cửa sổ vẫn còn cho đến khi bạn đóng cửa sổ."),
        )
        self.question = dialogs.ask_deletion(self, text, self._purge)
        self.question.finished.connect(self._forget_question)

    def _forget_question(self) -> None:
        self.question = None

    def _purge(self) -> None:
        self.keeper.forget()
        try:
            self._desk.delete_draft(self._pristine.draft_id)
        except ClientError as error:
            self._show_error(error)
            return
        self.stored.emit()
        self.state.setText(self.tr("Đã xóa bản nháp trên máy"))

    def _on_sent(self, outbox_id: int) -> None:
        self.keeper.forget()
        self._may_close = True
        self.stored.emit()
        self.sent.emit(outbox_id)
        self.close()

    def _on_failed(self, error: BaseException) -> None:
        self._set_busy(False)
        self._show_error(error)

    def _show_error(self, error: BaseException, bar: NoticeBar | None = None) -> None:
        words = self._texts.error(error)
        kept = self.tr("Nội dung thư vẫn còn nguyên trong cửa sổ này.")
        (bar or self.notice).show_notice(Severity.BLOCK, words.title, f"{words.action}\n{kept}".strip())

    def _set_busy(self, busy: bool) -> None:
        self.form.setEnabled(not busy)
        self.save_button.setEnabled(not busy)
        self.form.sign_message.setEnabled(not busy)
        self.progress.setVisible(busy)
        if not busy:
            self.state.setText("")
        self._refresh_button()

    def _refresh_button(self) -> None:
        face = send_face(self.draft(), self._report, self.form.invalid_recipients())
        label = {
            SendKind.SEND: self.tr("Gửi"),
            SendKind.SIGN_AND_SEND: self.tr("Ký và gửi"),
            SendKind.NEEDS_REASON: self.tr("Cần lý do"),
            SendKind.BLOCKED: self.tr("Bị chặn: {n} lỗi").format(n=face.count),
            SendKind.NO_RECIPIENT: self.tr("Chưa có người nhận"),
            SendKind.INVALID_RECIPIENT: self.tr("Sai địa chỉ người nhận"),
        }[face.kind]
        self.send_button.setText(label)
        self.send_button.setEnabled(face.enabled and not self.flow.active)
        self.send_button.setProperty("state", "blocked" if face.kind is SendKind.BLOCKED else "waiting")
        self.send_button.style().polish(self.send_button)

    def _retitle(self) -> None:
        self.setWindowTitle(self.form.subject.text().strip() or self.tr("Thư mới"))

    def _ask(self) -> None:
        if self.question is not None:
            return
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Đóng thư"))
        box.setText(self.tr("Lưu thư này thành bản nháp?"))
        save = box.addButton(self.tr("Lưu"), QMessageBox.ButtonRole.AcceptRole)
        drop = box.addButton(self.tr("Bỏ"), QMessageBox.ButtonRole.DestructiveRole)
        box.setEscapeButton(box.addButton(self.tr("Hủy"), QMessageBox.ButtonRole.RejectRole))
        save.setEnabled(not self.keeper.secret)
        save.clicked.connect(self._save_and_close)
        drop.clicked.connect(self._drop_and_close)
        box.finished.connect(self._question_done)
        self.question = box
        box.open()

    def _question_done(self) -> None:
        if self.question is not None:
            self.question.deleteLater()
        self.question = None

    def _save_and_close(self) -> None:
        self.keeper.touch(self.draft())
        if self.keeper.save_now():
            self._may_close = True
            self.close()

    def _drop_and_close(self) -> None:
        # What was stored before this window opened is the author's; only our autosaves go.
        self.keeper.forget()
        if self._was_stored and not self.keeper.secret:
            self.keeper.touch(self._pristine)
            if not self.keeper.save_now():
                return
        else:
            self._desk.delete_draft(self._pristine.draft_id)
            self.stored.emit()
        self._may_close = True
        self.close()
