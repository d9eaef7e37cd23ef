"""A letter with a secrecy marking: it is not stored, whom to turn to is said, its traces can be removed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from client.config.catalogue import Text
from client.errors import ClientError
from client.model.finding import CheckReport, Severity
from client.services.desk import MailDesk
from client.ui import dialogs
from client.ui.compose_watch import DraftKeeper
from client.ui.notice_bar import NoticeBar
from client.ui.texts import Texts

_RULE = "state-secret-marking"


class SecretGuard(QObject):
    """Never says what was found, nor that anything ought to be classified."""

    purged = Signal()
    failed = Signal(object)

    def __init__(
        self, desk: MailDesk, texts: Texts, keeper: DraftKeeper, draft_id: str, window: QWidget
    ) -> None:
        super().__init__(window)
        self._desk, self._texts, self._keeper = desk, texts, keeper
        self._draft_id, self._window = draft_id, window
        self.notice = NoticeBar()
        self.notice.pressed.connect(self.ask)
        self.question: QMessageBox | None = None

    @property
    def active(self) -> bool:
        """The newest check found a marking."""
        return self._keeper.secret

    def judge(self, report: CheckReport) -> None:
        """Stop or allow what is stored, by the newest answer."""
        was, self._keeper.secret = self._keeper.secret, report.holds_secret
        if report.holds_secret:
            finding = next(one for one in report.findings if one.code == _RULE)
            text = self._texts.finding(finding)
            stays = self.tr("Bản nháp không được lưu nữa. Liên hệ cán bộ bảo mật của cơ quan.")
            button = self.tr("Xóa bản nháp trên máy")
            self.notice.show_notice(Severity.BLOCK, text.title, f"{text.action}\n{stays}".strip(), button)
        elif was:
            self.notice.clear()

    def ask(self) -> None:
        """Purge on the author's word only."""
        if self.question is not None:
            return
        text = Text(
            self.tr("Xóa bản nháp của thư này trên máy?"),
            self.tr("Nội dung trong cửa sổ vẫn còn cho đến khi bạn đóng cửa sổ."),
        )
        self.question = dialogs.ask_deletion(self._window, text, self._purge)
        self.question.finished.connect(self._forget_question)

    def purge(self) -> bool:
        """Remove every trace of the draft from this computer; False where that failed."""
        self._keeper.forget()
        try:
            self._desk.checks().purge(self._draft_id)
        except ClientError as error:
            self.failed.emit(error)
            return False
        self.purged.emit()
        return True

    def _purge(self) -> None:
        self.purge()

    def _forget_question(self) -> None:
        self.question = None
