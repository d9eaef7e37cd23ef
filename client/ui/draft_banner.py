"""The line above a message of a drafts mailbox: that it was not sent, and the way to go on with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from client.ui import theme
from client.ui.widgets import plain_label


class DraftBanner(QFrame):
    """The line above a message that is a draft."""

    edit_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("draft")
        self.setStyleSheet(f"QFrame#draft {{ background: #eff1f4; border-bottom: 1px solid {theme.LINE}; }}")
        words = plain_label(self, self.tr("Đây là bản nháp, chưa gửi."), wrap=True)
        self.button = QToolButton(self)
        self.button.setObjectName("small")
        self.button.setText(self.tr("Sửa bản nháp"))
        self.button.clicked.connect(self.edit_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 8, 5)
        row.setSpacing(theme.SPACE)
        row.addWidget(words, 1)
        row.addWidget(self.button)
        self.hide()
