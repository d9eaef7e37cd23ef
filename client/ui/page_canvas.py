"""A page with the stamp on it, to be moved by mouse and keys; it draws, it decides nothing else."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from client.model.signing import PageImage, Placement
from client.ui import theme
from client.ui.placing import MM, grown, kept_on_page

_HANDLE = 9.0
"""Side of the corner that resizes, in device-independent pixels."""
_STEPS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, 1.0),
    Qt.Key.Key_Down: (0.0, -1.0),
}


class PageCanvas(QWidget):
    """Arrow keys move by 1 mm, with Shift by 10 mm; ``+`` and ``-`` resize where that makes sense."""

    moved = Signal(object)
    """The stamp's new `Placement`."""
    turned = Signal(int)
    """Another page is asked for: -1 or +1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 300)
        self._page: PageImage | None = None
        self._picture = QPixmap()
        self._place: Placement | None = None
        self._stamp = QPixmap()
        self._movable = self._resizable = False
        self._message = ""
        self._grip: QPointF | None = None
        self._resizing = False

    def show_page(self, page: PageImage | None) -> None:
        """Show another page, or none."""
        self._page = page
        self._picture = QPixmap()
        if page is not None:
            self._picture.loadFromData(page.png)
        self._message = ""
        self.update()

    def show_stamp(
        self, place: Placement | None, png: bytes = b"", *, movable: bool = True, resizable: bool = False
    ) -> None:
        """Show the stamp where it will be; it is seen on its own page only."""
        self._place, self._movable, self._resizable = place, movable, resizable
        self._stamp = QPixmap()
        if png:
            self._stamp.loadFromData(png)
        self.update()

    def say(self, message: str) -> None:
        """Show words where the page would be."""
        self._message = message
        self.update()

    def page(self) -> PageImage | None:
        """What is on show."""
        return self._page

    def placement(self) -> Placement | None:
        """Where the stamp is."""
        return self._place

    def place(self, place: Placement) -> None:
        """Put the stamp elsewhere, never off its page."""
        if self._page is not None and place.page == self._page.page:
            place = kept_on_page(place, self._page.width_pt, self._page.height_pt)
        if place != self._place:
            self._place = place
            self.update()
            self.moved.emit(place)

    def stamp_box(self) -> QRectF | None:
        """The stamp's box in the widget's own coordinates; None when it is not on this page."""
        if self._page is None or self._place is None or self._place.page != self._page.page:
            return None
        sheet, scale = self.sheet(), self._scale()
        top = sheet.bottom() - self._place.top * scale
        left = sheet.left() + self._place.left * scale
        return QRectF(left, top, self._place.width * scale, self._place.height * scale)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Qt: a page in the proportions of A4."""
        return QSize(460, 640)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: the page, the stamp, and how to take hold of it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor("#e3e7ec"))
        if self._page is None or self._message:
            painter.setPen(QColor(theme.MUTED))
            margin = self.rect().adjusted(24, 24, -24, -24)
            painter.drawText(margin, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._message)
        else:
            sheet = self.sheet()
            painter.fillRect(sheet, QColor("white"))
            painter.drawPixmap(sheet, self._picture, QRectF(self._picture.rect()))
            painter.setPen(QColor(theme.LINE))
            painter.drawRect(sheet)
            self._paint_stamp(painter)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.ACCENT), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: take hold of the stamp, or of its corner."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        box = self.stamp_box()
        if box is None or not self._movable or event.button() != Qt.MouseButton.LeftButton:
            return
        self._resizing = self._resizable and self._handle(box).contains(event.position())
        if self._resizing or box.contains(event.position()):
            self._grip = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: carry the stamp along."""
        if self._grip is None or self._place is None:
            return
        way = (event.position() - self._grip) / self._scale()
        self._grip = event.position()
        if self._resizing:
            self.place(grown(self._place, way.x()))
        else:
            self.place(self._place.moved(way.x(), -way.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: let go."""
        self._grip = None

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: move, resize, turn the page."""
        key = Qt.Key(event.key())
        if key in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
            self.turned.emit(-1 if key == Qt.Key.Key_PageUp else 1)
        elif self._place is not None and self._movable and key in _STEPS:
            far = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            across, up = _STEPS[key]
            step = MM * (10 if far else 1)
            self.place(self._place.moved(across * step, up * step))
        elif self._place is not None and self._resizable and event.text() in {"+", "-"}:
            self.place(grown(self._place, MM if event.text() == "+" else -MM))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: show who has the keyboard."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: show who has the keyboard."""
        self.update()
        super().focusOutEvent(event)

    def _paint_stamp(self, painter: QPainter) -> None:
        box = self.stamp_box()
        if box is None:
            return
        if not self._stamp.isNull():
            painter.drawPixmap(box, self._stamp, QRectF(self._stamp.rect()))
        pen = QPen(QColor(theme.ACCENT), 1.5 if self.hasFocus() else 1)
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawRect(box)
        if self._resizable:
            painter.fillRect(self._handle(box), QColor(theme.ACCENT))

    def _handle(self, box: QRectF) -> QRectF:
        corner = box.bottomRight()
        return QRectF(corner.x() - _HANDLE / 2, corner.y() - _HANDLE / 2, _HANDLE, _HANDLE)

    def _scale(self) -> float:
        """Device-independent pixels per point."""
        if self._page is None:
            return 1.0
        room = QRectF(self.rect()).adjusted(8, 8, -8, -8)
        return float(max(min(room.width() / self._page.width_pt, room.height() / self._page.height_pt), 0.01))

    def sheet(self) -> QRectF:
        """Where the page is drawn; empty without one."""
        if self._page is None:
            return QRectF()
        scale = self._scale()
        width, height = self._page.width_pt * scale, self._page.height_pt * scale
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)
