"""A page of an attached document, with the height of the place a finding means."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from client.model.outgoing import DraftAttachment
from client.model.signing import PageImage
from client.services.desk import MailDesk
from client.ui import theme
from client.ui.bridge import Bridge
from client.ui.page_canvas import PageCanvas
from client.ui.texts import Texts
from client.ui.widgets import open_at

_PIXELS = 1000
_BAND = 0.03
"""Height of the mark as a share of the page's."""


class PageDialog(QDialog):
    """Shows one page; the workshop draws it."""

    def __init__(
        self, desk: MailDesk, texts: Texts, file: DraftAttachment, page: int, top: float, parent: QWidget
    ) -> None:
        """``top`` is the distance of the place from the page's top as a share of its height, 0 for none."""
        super().__init__(parent)
        self._texts = texts
        self.setWindowTitle(self.tr("{name} – trang {n}").format(name=file.name, n=page))
        open_at(self, 560, 760)
        self.canvas = _MarkedPage(top, self)
        self.canvas.setAccessibleName(self.windowTitle())
        self.canvas.say(self.tr("Đang mở trang…"))
        layout = QVBoxLayout(self)
        layout.addWidget(self.canvas)
        self._bridge = Bridge(self)
        self._bridge.watch(desk.signing().page(file.content, page, _PIXELS, None), self._show, self._complain)

    def _show(self, page: PageImage) -> None:
        self.canvas.show_page(page)

    def _complain(self, error: BaseException) -> None:
        self.canvas.say(self._texts.error_lines(error))


class _MarkedPage(PageCanvas):
    def __init__(self, top: float, parent: QWidget) -> None:
        super().__init__(parent)
        self._top = top

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: the page, and a band over the place."""
        super().paintEvent(event)
        if self.page() is None or not self._top:
            return
        sheet = self.sheet()
        colour = QColor(theme.CAUTION)
        colour.setAlpha(60)
        painter = QPainter(self)
        height = sheet.height() * _BAND
        painter.fillRect(
            QRectF(
                sheet.left(), sheet.top() + self._top * sheet.height() - height / 4, sheet.width(), height
            ),
            colour,
        )
        painter.end()
