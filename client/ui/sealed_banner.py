"""The line above a letter that came encrypted: closed, with the way to open it; or open for this one look."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from client.model.encryption import Encryption
from client.ui import theme
from client.ui.widgets import plain_label


class SealedBanner(QFrame):
    """Outside the message's own area, as the signature panel is."""

    open_requested = Signal()
    close_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sealed")
        self.setStyleSheet(f"QFrame#sealed {{ background: #eff1f4; border-bottom: 1px solid {theme.LINE}; }}")
        icon = QLabel(self)
        icon.setPixmap(theme.pixmap("sealed", theme.MUTED, 18, self.devicePixelRatioF()))
        self._text = plain_label(self, wrap=True)
        self.open_button = self._button(self.tr("Mở bằng khóa…"))
        self.open_button.clicked.connect(self.open_requested)
        self.close_button = self._button(self.tr("Đóng lại"))
        self.close_button.setToolTip(self.tr("Bỏ nội dung đã giải mã khỏi bộ nhớ"))
        self.close_button.clicked.connect(self.close_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 8, 5)
        row.setSpacing(theme.SPACE)
        row.addWidget(icon)
        row.addWidget(self._text, 1)
        row.addWidget(self.open_button)
        row.addWidget(self.close_button)
        self.hide()

    def show_state(self, encryption: Encryption | None) -> None:
        """Say what is known; None hides the line."""
        self.setVisible(encryption is not None)
        if encryption is None:
            return
        self.open_button.setVisible(not encryption.opened)
        self.open_button.setEnabled(True)
        self.close_button.setVisible(encryption.opened)
        cipher = encryption.cipher or self.tr("không rõ thuật toán")
        if not encryption.opened:
            words = self.tr("Thư được mã hóa ({cipher}). Chỉ khóa của người nhận mở được.")
        elif encryption.authenticated:
            words = self.tr("Đã mở để đọc lần này ({cipher}). Nội dung không được lưu trên máy.")
        else:
            words = self.tr(
                "Đã mở để đọc lần này ({cipher}: không tự phát hiện được sửa đổi). "
                "Nội dung không được lưu trên máy."
            )
        self._text.setText(words.format(cipher=cipher))
        self.setAccessibleName(self._text.text())

    def show_opening(self) -> None:
        """The key is at work."""
        self.open_button.setEnabled(False)
        self._text.setText(self.tr("Đang mở thư…"))

    def text(self) -> str:
        """What is said now, ``""`` when hidden."""
        return "" if self.isHidden() else self._text.text()

    def _button(self, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("small")
        button.setText(text)
        return button
