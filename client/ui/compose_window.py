"""The compose window: puts the form, the checks, the draft on disk and the sending together."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from client.model.account import Account
from client.model.finding import CheckReport, Gate, Severity
from client.model.outgoing import Draft
from client.services.desk import MailDesk
from client.ui.check_panel import CheckPanel
from client.ui.compose_form import ComposeForm
from client.ui.compose_model import has_content, jump_target, send_face
from client.ui.compose_watch import DraftKeeper, LiveCheck
from client.ui.fix_flow import FixFlow
from client.ui.notice_bar import NoticeBar
from client.ui.page_dialog import PageDialog
from client.ui.secret_guard import SecretGuard
from client.ui.send_button import SendButton
from client.ui.send_flow import SendFlow
from client.ui.server_draft_watch import ServerDraftWatch
from client.ui.texts import Texts
from client.ui.widgets import open_at


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
        self.page: PageDialog | None = None
        self.form = ComposeForm(texts, draft, _with(account, desk.accounts()), desk.suggest)
        self.fixes = FixFlow(desk, self.draft, self)
        self.panel = CheckPanel(texts, self.fixes.label)
        self.notice = NoticeBar()
        self.storage_notice = NoticeBar()
        self.fix_notice = NoticeBar()
        self.check = LiveCheck(desk, self)
        self.keeper = DraftKeeper(desk, self.check, self)
        self.secrets = SecretGuard(desk, texts, self.keeper, draft.draft_id, self)
        self.server = ServerDraftWatch(desk, draft.draft_id, self)
        self.flow = SendFlow(desk, texts, self)
        self.send_control = SendButton(texts)
        self.send_button = self.send_control.button
        self.save_button = QPushButton(self.tr("Lưu bản nháp"))
        self.state = QLabel()
        self.state.setObjectName("muted")
        self.state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setFixedWidth(80)
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
        self.flow.start(self.draft(), self.send_control.at)

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
            self.server.close()
            event.accept()
        else:
            event.ignore()
            self._ask()

    def _lay_out(self) -> None:
        open_at(self, 1180, 720)
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 8, 12, 8)
        bar.setSpacing(8)
        for tool in (self.send_control, self.save_button):
            bar.addWidget(tool)
        for wish in (self.form.sign_message, self.form.urgent, self.form.receipt):
            bar.addWidget(wish)
        bar.addWidget(self.state, 1)
        bar.addWidget(self.progress)
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
        own = (self.notice, self.fix_notice, self.server.notice)
        for bar_of in (self.secrets.notice, self.storage_notice, *own):
            layout.addWidget(bar_of)
        layout.addWidget(split, 1)

    def _connect(self) -> None:
        self.form.changed.connect(self._on_change)
        self.form.files.reading_failed.connect(lambda text: self.notice.show_notice(Severity.WARN, text))
        self.panel.jump_requested.connect(self.form.jump)
        self.panel.page_requested.connect(self._show_page)
        self.panel.fix_requested.connect(self.fixes.run)
        self.fixes.changed.connect(self._on_fixed)
        self.fixes.said.connect(self._say_fixed)
        self.fixes.working.connect(self.progress.setVisible)
        self.fixes.failed.connect(self._show_error)
        self.fixes.files_wanted.connect(self.form.files.choose_files)
        self.fix_notice.pressed.connect(self.undo_fix)
        self.check.started.connect(self.panel.show_checking)
        self.check.reported.connect(self._on_report)
        self.check.failed.connect(self._on_check_failed)
        self.keeper.saved.connect(self._on_saved)
        self.keeper.failed.connect(lambda error: self._show_error(error, self.storage_notice))
        self.flow.progress.connect(self.state.setText)
        self.flow.reported.connect(self._on_final_report)
        self.flow.sent.connect(self._on_sent)
        self.flow.failed.connect(self._on_failed)
        self.flow.stopped.connect(lambda: self._set_busy(False))
        self.secrets.purged.connect(self._on_purged)
        self.secrets.failed.connect(self._show_error)
        self.send_control.pressed.connect(self.send)
        self.send_control.scheduled.connect(self._refresh_button)
        self.save_button.clicked.connect(self.save)

    def _add_shortcuts(self) -> None:
        keys = (
            ("Ctrl+Return", self.send),
            ("Ctrl+Enter", self.send),
            ("Ctrl+S", self.save),
            ("Ctrl+Shift+A", self.form.files.choose_files),
            ("Esc", self.close),
            ("Ctrl+Z", self.undo_fix),
        )
        for keys_text, act in keys:
            QShortcut(QKeySequence(keys_text), self).activated.connect(act)
        for field in self.findChildren(QWidget):
            if isinstance(field, QLineEdit | QPlainTextEdit):
                field.installEventFilter(self)

    def undo_fix(self) -> None:
        """Take the last remedy back."""
        told = self.tr("Chỗ này đã được sửa tiếp, không hoàn tác tự động được.")
        if self.fixes.undo():
            self.fix_notice.clear()
        else:
            self.fix_notice.show_notice(Severity.INFO, told)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Right after a remedy Ctrl+Z means that one, whatever line the keyboard is in."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            taken = self.fixes.fresh and event.matches(QKeySequence.StandardKey.Undo)
            if taken:
                event.ignore()
            return taken
        return super().eventFilter(watched, event)

    def _on_change(self) -> None:
        draft = self.draft()
        self.fixes.fresh = False
        self.check.touch(draft)
        self.keeper.touch(draft)
        self.panel.show_stale()
        self._retitle()
        self._refresh_button()
        self.state.setText("")

    def _on_fixed(self, draft: Draft) -> None:
        self.form.apply(draft)
        self.check.check_now()

    def _say_fixed(self, what: str) -> None:
        told = self.tr("Đã làm: {what}").format(what=what)
        self.fix_notice.show_notice(Severity.INFO, told, button=self.tr("Hoàn tác"))

    def _show_page(self, location: str) -> None:
        target = jump_target(location)
        file = next((one for one in self.draft().attachments if one.name == target.name), None)
        if file is not None:
            self.page = PageDialog(self._desk, self._texts, file, target.page, target.top, self)
            self.page.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self.page.open()

    def _on_check_failed(self, error: BaseException) -> None:
        self._report = None
        self.panel.show_failure(error)
        self._refresh_button()

    def _on_final_report(self, report: CheckReport) -> None:
        self.check.settle()
        self._on_report(report)

    def _on_report(self, report: CheckReport) -> None:
        self._report = report
        self.secrets.judge(report)
        self.panel.show_report(report)
        if not report.holds_secret:
            self.form.document.recognise(report.documents)
        if self.flow.active and report.gate is not Gate.BLOCKED:
            self.keeper.touch(self.draft())
            self.keeper.save_now()  # a message taken out of the queue later leaves its draft
        self._retitle()
        self._refresh_button()

    def _on_saved(self) -> None:
        self.stored.emit()
        self.state.setText(self.tr("Đã lưu bản nháp"))
        self.storage_notice.clear()

    def _on_purged(self) -> None:
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
        # An answer on an older version says nothing of this one.
        report = None if self.check.pending else self._report
        face = send_face(self.draft(), report, self.form.invalid_recipients())
        self.send_control.show_face(face, checking=self.check.pending, locked=self.flow.active)

    def _retitle(self) -> None:
        subject = "" if self.secrets.active else self.form.subject.text().strip()
        self.setWindowTitle(subject or self.tr("Thư mới"))

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
        save.setEnabled(not self.secrets.active)
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
        if self.secrets.active:
            if not self.secrets.purge():
                return
        elif self._was_stored:
            self.keeper.touch(self._pristine)
            if not self.keeper.save_now():
                return
        else:
            self._desk.delete_draft(self._pristine.draft_id)
            self.stored.emit()
        self._may_close = True
        self.close()


def _with(account: Account, accounts: tuple[Account, ...]) -> tuple[Account, ...]:
    """The user's accounts, this one among them in any case."""
    return accounts if any(one.account_id == account.account_id for one in accounts) else (account, *accounts)
