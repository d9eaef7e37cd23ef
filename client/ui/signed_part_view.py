"""The part of a message that is signed, framed by the window; everything else stands outside the frame."""

from __future__ import annotations

import html

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from client.model.message import SignedPart
from client.ui import theme
from client.ui.safe_browser import SafeBrowser
from client.ui.widgets import plain_label


class SignedPartView(QFrame):
    """The frame tells what the signature is about, not whether it is valid: that is the panel's to say."""

    link_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("signed-part")
        self.setStyleSheet(
            f"QFrame#signed-part {{ border: 2px solid {theme.NEUTRAL}; background: {theme.SURFACE}; }}"
        )
        icon = QLabel(self)
        icon.setPixmap(theme.pixmap("signed", theme.NEUTRAL, 16, self.devicePixelRatioF()))
        title = plain_label(
            self, self.tr("Phần có chữ ký (kết quả kiểm tra ở bảng Chữ ký số phía trên)"), wrap=True
        )
        title.setStyleSheet("font-weight: 600;")
        self.browser = SafeBrowser(self)
        self.browser.setAccessibleName(self.tr("Phần có chữ ký"))
        self.browser.link_clicked.connect(self.link_clicked)
        head = QHBoxLayout()
        head.addWidget(icon)
        head.addWidget(title, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 6)
        layout.addLayout(head)
        layout.addWidget(self.browser, 1)
        self.setAccessibleName(title.text())
        self.hide()

    def show_part(self, part: SignedPart | None) -> None:
        """Show it; None hides the frame."""
        self.setVisible(part is not None)
        self.browser.forget_pictures()
        if part is None:
            self.browser.clear()
            return
        text = part.text or self.tr("(phần này không có chữ để đọc: xem tệp đính kèm)")
        words = f'<div style="white-space: pre-wrap">{html.escape(text)}</div>'
        self.browser.show_page(part.html or words)
