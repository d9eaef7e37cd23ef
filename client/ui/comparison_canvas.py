"""One page of a comparison, with what differs marked on it; it draws, it decides nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from client.model.change import ChangedPlace
from client.model.signing import PageImage
from client.ui import theme

_MARGIN = 8
DIFFERENT = QColor("#b3261e")
LATER = QColor("#2456a6")


class ComparisonPane(QScrollArea):
    """A page that can be scrolled; Ctrl with the wheel zooms, Page Up and Page Down turn the page."""

    turned = Signal(int)
    zoomed = Signal(int)
    resized = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = _Sheet(self)
        self.setWidget(self.sheet)
        self.setWidgetResizable(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_page(
        self, image: PageImage | None, places: Sequence[ChangedPlace] = (), later: Sequence[ChangedPlace] = ()
    ) -> None:
        """Another page with its marks; None where this revision has no such page."""
        self.sheet.show_page(image, places, later)

    def say(self, message: str) -> None:
        """Words where the page would be."""
        self.sheet.say(message)

    def set_zoom(self, zoom: float) -> None:
        """1 fits the page's width into the view."""
        self.sheet.set_size(zoom, self.viewport().width())

    def choose(self, place: ChangedPlace | None) -> None:
        """Bring one place into view and mark it stronger than the others."""
        self.sheet.choose(place)
        if place is not None:
            box = self.sheet.box_of(place)
            self.ensureVisible(
                round(box.center().x()),
                round(box.center().y()),
                round(box.width() / 2) + 40,
                round(box.height() / 2) + 40,
            )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: turn pages and zoom by keys."""
        key = Qt.Key(event.key())
        if key in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
            self.turned.emit(-1 if key == Qt.Key.Key_PageUp else 1)
        elif event.text() in {"+", "-"}:
            self.zoomed.emit(1 if event.text() == "+" else -1)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: zoom with Ctrl, scroll without."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoomed.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: the page follows the width."""
        super().resizeEvent(event)
        self.resized.emit()


class _Sheet(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._page: PageImage | None = None
        self._picture = QPixmap()
        self._places: tuple[ChangedPlace, ...] = ()
        self._later: tuple[ChangedPlace, ...] = ()
        self._chosen: ChangedPlace | None = None
        self._message = ""
        self._width = 300

    def show_page(
        self, image: PageImage | None, places: Sequence[ChangedPlace], later: Sequence[ChangedPlace]
    ) -> None:
        self._page, self._places, self._later = image, tuple(places), tuple(later)
        self._picture = QPixmap()
        if image is not None:
            self._picture.loadFromData(image.png)
        self._message = ""
        self._chosen = None
        self._fit()

    def say(self, message: str) -> None:
        self._page, self._message = None, message
        self._fit()

    def set_size(self, zoom: float, room: int) -> None:
        self._width = max(round((room - 2 * _MARGIN - 2) * zoom), 80)
        self._fit()

    def choose(self, place: ChangedPlace | None) -> None:
        self._chosen = place
        self.update()

    def box_of(self, place: ChangedPlace) -> QRectF:
        """Where a place is on this widget."""
        if self._page is None or place.right <= place.left:
            return QRectF(self.rect())
        scale, height = self._scale(), self._page.height_pt
        corner = QPointF(_MARGIN + place.left * scale, _MARGIN + (height - place.top) * scale)
        size = QSize(round((place.right - place.left) * scale), round((place.top - place.bottom) * scale))
        return QRectF(corner, size).adjusted(-3, -3, 3, 3)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor("#e3e7ec"))
        if self._page is None:
            painter.setPen(QColor(theme.MUTED))
            room = self.rect().adjusted(24, 24, -24, -24)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._message)
            return
        paper = QRectF(_MARGIN, _MARGIN, self._width, self._page.height_pt * self._scale())
        painter.drawPixmap(paper, self._picture, QRectF(self._picture.rect()))
        painter.setPen(QColor(theme.LINE))
        painter.drawRect(paper)
        for place in self._later:
            self._mark(painter, place, LATER, Qt.PenStyle.DashLine, filled=False)
        for place in self._places:
            self._mark(painter, place, DIFFERENT, Qt.PenStyle.SolidLine, filled=True)

    def _mark(
        self, painter: QPainter, place: ChangedPlace, colour: QColor, style: Qt.PenStyle, *, filled: bool
    ) -> None:
        box = self.box_of(place)
        if filled:
            wash = QColor(colour)
            wash.setAlpha(34)
            painter.fillRect(box, wash)
        pen = QPen(colour, 3.5 if place == self._chosen else 1.5)
        pen.setStyle(style)
        painter.setPen(pen)
        painter.drawRect(box)

    def _scale(self) -> float:
        return self._width / max(self._page.width_pt, 1.0) if self._page is not None else 1.0

    def _fit(self) -> None:
        if self._page is None:
            self.setMinimumSize(0, 0)
        else:
            height = self._page.height_pt * self._scale()
            self.setMinimumSize(self._width + 2 * _MARGIN, round(height) + 2 * _MARGIN)
        self.update()
