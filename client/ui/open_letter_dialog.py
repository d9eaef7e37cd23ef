"""Which key opens an encrypted letter, and its PIN or password."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from client.model.account import KeyRef
from client.model.finding import Severity
from client.model.token import KeyChoice
from client.model.verdict import Reason
from client.services.desk import MailDesk
from client.services.requests import KeyUse
from client.ui.key_picker import KeyPicker
from client.ui.notice_bar import NoticeBar
from client.ui.pin_prompt import PinPrompt
from client.ui.texts import Texts
from client.ui.widgets import plain_label

_NO_PROBLEM = frozenset(
    {
        Reason.CERTIFICATE_EXPIRED.value,
        Reason.CERTIFICATE_NOT_YET_VALID.value,
        Reason.KEY_USAGE_NOT_ALLOWED.value,
    }
)
"""What forbids signing and does not forbid reading what was sent to this certificate."""

_WIDTH = 440


class OpenLetterDialog(QDialog):
    """Keeps no secret: what is typed goes out with `chosen` and is gone from here."""

    chosen = Signal(object)
    """A `KeyUse`."""

    def __init__(
        self, desk: MailDesk, texts: Texts, preferred: KeyRef | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._texts = texts
        self.setWindowTitle(self.tr("Mở thư mã hóa"))
        self.notice = NoticeBar(self)
        self.picker = KeyPicker(desk, texts, preferred, self)
        self.picker.list.setAccessibleName(self.tr("Chứng thư số để mở thư"))
        self.prompt = PinPrompt(texts, self)
        self.buttons = QDialogButtonBox()
        self.open_button = self.buttons.addButton(self.tr("Mở thư"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(self.tr("Hủy"), QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        self.picker.changed.connect(self._on_key)
        self.prompt.changed.connect(self._refresh)
        intro = plain_label(
            self,
            self.tr("Chọn khóa mà người gửi đã dùng để mã hóa. Thư chỉ mở trong bộ nhớ, không lưu trên máy."),
            wrap=True,
        )
        intro.setMinimumWidth(_WIDTH)
        layout = QVBoxLayout(self)
        # The list grows when keys are found, the notice when one does not fit.
        self._grow = QTimer(self)
        self._grow.setSingleShot(True)
        self._grow.timeout.connect(self._fit)
        for widget in (self.notice, intro, self.picker, self.prompt, self.buttons):
            layout.addWidget(widget)
        self._on_key()

    def show_error(self, error: BaseException) -> None:
        """Why the last try did not open it."""
        words = self._texts.error(error)
        self.notice.show_notice(Severity.BLOCK, words.title, words.action)
        self._grow.start()

    def _on_key(self) -> None:
        choice = self.picker.choice()
        if choice is not None and choice.problem in _NO_PROBLEM:
            choice = replace(choice, problem="")
        before = self.prompt.choice()
        if before is None or choice is None or _another(before, choice):
            self.prompt.show_key(choice)
        self._refresh()
        self._grow.start()

    def _fit(self) -> None:
        layout = self.layout()
        wanted = layout.totalHeightForWidth(self.width()) if layout is not None else 0
        if wanted > self.height():
            self.resize(self.width(), wanted)

    def _refresh(self) -> None:
        self.open_button.setEnabled(self.prompt.ready)

    def _accept(self) -> None:
        choice = self.prompt.choice()
        if choice is None or not self.prompt.ready:
            return
        der = choice.certificate_der if choice.token is not None else b""
        use = KeyUse(choice.key, self.prompt.take(), certificate_der=der)
        self.accept()
        self.chosen.emit(use)


def _another(one: KeyChoice, other: KeyChoice) -> bool:
    """The list is filled anew while somebody types: the same key keeps what was typed for it."""
    return (one.key, one.problem, one.token) != (other.key, other.problem, other.token)
