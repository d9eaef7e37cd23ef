"""A line across the window that stays until its cause is gone."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from client.model.finding import Severity
from client.ui import theme


class NoticeBar(QFrame):
    """What happened and what to do, with at most one button."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._icon = QLabel()
        self._label = QLabel()
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self.button = QPushButton()
        self.button.clicked.connect(self.pressed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.addWidget(self._icon)
        layout.addWidget(self._label, 1)
        layout.addWidget(self.button)
        self.hide()

    def show_notice(self, severity: Severity, title: str, action: str = "", button: str = "") -> None:
        """Say it, until `clear`."""
        ink, paper, icon = theme.severity_style(severity)
        self.setStyleSheet(f"QFrame#notice {{ background: {paper}; border-bottom: 1px solid {ink}; }}")
        self._icon.setPixmap(theme.pixmap(icon, ink, 20, self.devicePixelRatioF()))
        self._label.setText("\n".join(part for part in (title, action) if part))
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self.setAccessibleName(self._label.text())
        self.show()

    def text(self) -> str:
        """What is said now, ``""`` when hidden."""
        return "" if self.isHidden() else self._label.text()

    def clear(self) -> None:
        """The cause is gone."""
        self.hide()
