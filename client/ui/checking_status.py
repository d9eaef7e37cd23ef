"""In the status bar: how far the background is with signatures, and a press that pauses it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QToolButton, QWidget

from client.model.event import Event, EventKind
from client.services.desk import MailDesk
from client.ui import theme
from client.ui.texts import Texts
from client.ui.widgets import plain_tooltip

_BURST_MS = 200


class CheckingStatus(QToolButton):
    """Not there while there is nothing to check."""

    def __init__(self, desk: MailDesk, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._texts = desk, texts
        self._burst = QTimer(self)
        self._burst.setSingleShot(True)
        self._burst.setInterval(_BURST_MS)
        self._burst.timeout.connect(self.look)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setStyleSheet("QToolButton { padding: 1px 6px; }")
        self.clicked.connect(self._toggle)
        self.look()

    def take(self, event: Event) -> None:
        """A message was checked in the background."""
        if event.kind is EventKind.JUDGED and not self._burst.isActive():
            self._burst.start()

    def look(self) -> None:
        """Say what is so now."""
        now = self._desk.verification().overview().progress()
        self.setVisible(now.total > 0)
        if not now.total:
            return
        counted = {"done": self._texts.count(now.done), "total": self._texts.count(now.total)}
        if now.is_paused:
            line = self.tr("Tạm dừng kiểm tra chữ ký {done}/{total}").format(**counted)
            tip = self.tr("Thư mở ra vẫn được kiểm tra. Bấm để kiểm tra tiếp các thư còn lại.")
        else:
            line = self.tr("Đang kiểm tra chữ ký {done}/{total}").format(**counted)
            tip = self.tr("Chỉ kiểm tra thư đã có trên máy, không dùng mạng. Bấm để tạm dừng.")
        self.setIcon(theme.icon("waiting" if now.is_paused else "verify", theme.MUTED))
        self.setText(line)
        self.setAccessibleName(line)
        self.setAccessibleDescription(tip)
        self.setToolTip(plain_tooltip(tip))

    def _toggle(self) -> None:
        overview = self._desk.verification().overview()
        overview.pause(paused=not overview.progress().is_paused)
        self.look()
