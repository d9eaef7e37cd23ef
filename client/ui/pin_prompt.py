"""The one place where a PIN or a key's password is typed; it keeps nothing."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QProgressBar, QVBoxLayout, QWidget

from client.model.secret import Secret
from client.model.token import KeyChoice
from client.ui.notice_bar import NoticeBar
from client.ui.signing_words import PinAsk, pin_ask, pin_length_problem
from client.ui.texts import Texts
from client.ui.widgets import plain_label

_FORGET_MS = 120_000
"""A typed PIN that nobody uses does not stay for whoever sits down next."""


class PinPrompt(QWidget):
    """Says what the token says of its PIN, then asks for it, or does not."""

    changed = Signal()
    """What is typed, or whether it can be used, is another than before."""

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._choice: KeyChoice | None = None
        self._ask = PinAsk(allowed=False, field=False)
        self._busy = False
        self.warning = NoticeBar(self)
        self.label = plain_label(self, wrap=True)
        self.field = QLineEdit(self)
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.textEdited.connect(self._on_typed)
        self.label.setBuddy(self.field)
        self.hint = QLabel(self)
        self.hint.setObjectName("muted")
        self.hint.setWordWrap(True)
        self.progress = QProgressBar(self)
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(_FORGET_MS)
        self._idle.timeout.connect(self.clear)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self.warning, self.label, self.field, self.hint, self.progress):
            layout.addWidget(widget)
        self.show_key(None)

    def show_key(self, choice: KeyChoice | None) -> None:
        """Ask for this key; what was typed for another is gone."""
        self._choice, self._ask = choice, pin_ask(choice, self._texts)
        self.clear()
        if self._ask.notice:
            self.warning.show_notice(self._ask.severity, self._ask.notice, self._ask.action)
        else:
            self.warning.clear()
        self.label.setText(self._ask.label)
        self.field.setAccessibleName(self._ask.label)
        self.field.setAccessibleDescription(f"{self._ask.notice} {self._ask.action}".strip())
        self._refresh()

    def choice(self) -> KeyChoice | None:
        """The key that is asked for."""
        return self._choice

    @property
    def allowed(self) -> bool:
        """Whether the key may be used at all as it stands."""
        return self._ask.allowed

    @property
    def ready(self) -> bool:
        """Whether `take` gives something worth trying."""
        if self._busy or not self._ask.allowed:
            return False
        return not self._ask.field or (bool(self.field.text()) and not self._length_problem())

    def take(self) -> Secret:
        """What was typed; the field is empty afterwards. An empty secret where the reader has a pad."""
        secret = Secret(self.field.text() if self._ask.field else "")
        self.clear()
        return secret

    def clear(self) -> None:
        """Forget what was typed."""
        self._idle.stop()
        self.field.clear()
        self.hint.hide()
        self.changed.emit()

    def set_busy(self, busy: bool) -> None:
        """The key is being opened: the pad's turn, or a moment's patience."""
        self._busy = busy
        self._refresh()
        if busy and not self._ask.field and self._ask.allowed:
            self._say(self.tr("Nhập PIN trên đầu đọc rồi nhấn phím xác nhận của đầu đọc."))
        self.changed.emit()

    def take_focus(self) -> None:
        """Put the keyboard into the field, if there is one."""
        if self._ask.field:
            self.field.setFocus()

    def _refresh(self) -> None:
        self.label.setVisible(bool(self._ask.label))
        self.field.setVisible(self._ask.field)
        self.field.setEnabled(not self._busy)
        self.progress.setVisible(self._busy)
        if not self._busy:
            self.hint.hide()

    def _on_typed(self, text: str) -> None:
        self._idle.start()
        # Qt cannot ask for the Caps Lock key on every platform; what was typed tells enough.
        problem = self._length_problem()
        self._say(
            problem or (self.tr("Chữ cuối viết hoa: xem lại phím Caps Lock.") if text[-1:].isupper() else "")
        )
        self.changed.emit()

    def _length_problem(self) -> str:
        return pin_length_problem(self._choice, self.field.text())

    def _say(self, text: str) -> None:
        self.hint.setText(text)
        self.hint.setVisible(bool(text))
