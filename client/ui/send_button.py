"""The send button: it says what pressing it would do, and when."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QDateTime, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QDateTimeEdit,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from client.ui.compose_model import SendFace, SendKind
from client.ui.texts import Texts


class SendButton(QWidget):
    """The button and, beside it, the menu that sets a time."""

    pressed = Signal()
    scheduled = Signal()
    """Another time, or none, was chosen."""

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._face = SendFace(SendKind.SEND)
        self._checking = False
        self.at: datetime | None = None
        """When the letter is to leave; None: at once."""
        self.dialog: ScheduleDialog | None = None
        self.button = QPushButton()
        self.button.setObjectName("send")
        self.button.setDefault(True)
        self.button.clicked.connect(self.pressed)
        self.more = QToolButton()
        self.more.setObjectName("small")
        self.more.setStyleSheet("padding: 5px 18px 5px 4px;")
        self.more.setAccessibleName(self.tr("Chọn giờ gửi"))
        self.more.setToolTip(self.tr("Hẹn giờ gửi"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.later = QAction(self.tr("Hẹn giờ gửi…"), self)
        self.at_once = QAction(self.tr("Gửi ngay, không hẹn giờ"), self)
        menu = QMenu(self)
        menu.addActions([self.later, self.at_once])
        self.more.setMenu(menu)
        self.later.triggered.connect(self._ask)
        self.at_once.triggered.connect(lambda: self.schedule(None))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.button)
        layout.addWidget(self.more)
        self.setFocusProxy(self.button)

    def show_face(self, face: SendFace, *, checking: bool, locked: bool) -> None:
        """Say what pressing would do; while a check runs nothing is promised and pressing checks first."""
        self._face, self._checking = face, checking
        words = self.words()
        self.button.setText(words)
        # Grows and stays: a button must not run away from the pointer with every keystroke.
        self.button.setMinimumWidth(max(self.button.minimumWidth(), self.button.sizeHint().width()))
        self.button.setEnabled(face.enabled and not locked)
        self.more.setEnabled(not locked)
        self.at_once.setVisible(self.at is not None)
        self.button.setProperty("state", "blocked" if face.kind is SendKind.BLOCKED else "waiting")
        self.button.style().polish(self.button)
        self.button.setAccessibleName(words)
        self.button.setToolTip(self.tr("{what} (Ctrl+Enter)").format(what=words) if face.enabled else words)

    def words(self) -> str:
        """What the button says."""
        words = self._act()
        return self.tr("{what} · đang kiểm tra…").format(what=words) if self._checking else words

    def _act(self) -> str:
        face = self._face
        when = self._texts.when(self.at) if self.at is not None else ""
        if when and face.kind in {SendKind.SEND, SendKind.SIGN_AND_SEND}:
            signs = face.kind is SendKind.SIGN_AND_SEND
            text = self.tr("Ký và hẹn giờ gửi {when}") if signs else self.tr("Hẹn giờ gửi {when}")
            return text.format(when=when)
        return {
            SendKind.SEND: self.tr("Gửi"),
            SendKind.SIGN_AND_SEND: self.tr("Ký và gửi"),
            SendKind.NEEDS_REASON: self.tr("Cần lý do ({n})").format(n=face.count),
            SendKind.BLOCKED: self.tr("Bị chặn: {n} lỗi").format(n=face.count),
            SendKind.NO_RECIPIENT: self.tr("Chưa có người nhận"),
            SendKind.INVALID_RECIPIENT: self.tr("Sai địa chỉ người nhận"),
        }[face.kind]

    def schedule(self, moment: datetime | None) -> None:
        """Have the letter leave at this moment; None: as soon as it is sent."""
        self.at = moment
        self.scheduled.emit()

    def _ask(self) -> None:
        dialog = ScheduleDialog(self.at, self.window())
        dialog.chosen.connect(self.schedule)
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()


class ScheduleDialog(QDialog):
    """Day and time, not in the past."""

    chosen = Signal(object)
    """An aware `datetime`."""

    def __init__(self, at: datetime | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Hẹn giờ gửi"))
        now = datetime.now().astimezone()
        start = at or _next_morning(now)
        self.moment = QDateTimeEdit(QDateTime.fromSecsSinceEpoch(int(start.timestamp())))
        self.moment.setDisplayFormat("dd/MM/yyyy HH:mm")
        self.moment.setCalendarPopup(True)
        self.moment.setMinimumDateTime(QDateTime.fromSecsSinceEpoch(int(now.timestamp()) + 60))
        self.moment.setAccessibleName(self.tr("Ngày giờ gửi"))
        told = QLabel(
            self.tr(
                "Thư được kiểm tra và ký ngay bây giờ, chờ trong Thư chờ gửi, và được kiểm tra lại "
                "trước khi đi. Chương trình phải đang chạy vào giờ hẹn; "
                "nếu không, thư đi khi chương trình mở lại."
            )
        )
        told.setWordWrap(True)
        told.setObjectName("muted")
        buttons = QDialogButtonBox()
        self.go_on = buttons.addButton(self.tr("Hẹn giờ"), QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.tr("Hủy"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self.moment, told, buttons):
            layout.addWidget(widget)
        self.setMinimumWidth(380)

    def _accept(self) -> None:
        self.accept()
        self.chosen.emit(datetime.fromtimestamp(self.moment.dateTime().toSecsSinceEpoch()).astimezone())


def _next_morning(now: datetime) -> datetime:
    """Eight o'clock, today or tomorrow."""
    morning = now.replace(hour=8, minute=0, second=0, microsecond=0)
    return morning if morning > now else morning + timedelta(days=1)
