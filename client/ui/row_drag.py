"""Dragging the chosen messages out of the list, onto a folder."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QMimeData, QPoint, Qt
from PySide6.QtGui import QDrag, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QTableView

from client.ui.chosen_lines import chosen_runs

ROWS_TYPE = "application/x-congthu-rows"
"""Its content is the number of a mailbox of the messages' account; which they are, the list knows."""


class RowDrag:
    """Follows the left button over a list: a press that moves away drags.

    Qt's own way asks the model about every chosen row at every movement, which a million rows forbid.
    """

    def __init__(
        self, view: QTableView, dragged: Callable[[], tuple[int, str]], ended: Callable[[], None]
    ) -> None:
        """``dragged`` is asked, as it begins, for the mailbox and a few words for what is chosen."""
        self._view, self._dragged, self._ended = view, dragged, ended
        self._from: QPoint | None = None
        self._line = -1

    def pressed(self, event: QMouseEvent) -> bool:
        """A button went down; True: the view is not to see it, or what is chosen would no longer be."""
        self._from, self._line = None, -1
        index = self._view.indexAt(event.position().toPoint())
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.button() is not Qt.MouseButton.LeftButton or not plain or not index.isValid():
            return False
        self._from = event.position().toPoint()
        if _is_several(self._view) and self._view.selectionModel().isSelected(index):
            self._line = index.row()
            self._view.setFocus(Qt.FocusReason.MouseFocusReason)
            return True
        return False

    def moved(self, event: QMouseEvent) -> bool:
        """The pointer moved; True: that is a drag, and no more rows are to be chosen by it."""
        if self._from is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return False
        way = (event.position().toPoint() - self._from).manhattanLength()
        if way >= QApplication.startDragDistance():
            self._from, self._line = None, -1
            self.start()
        return True

    def released(self) -> int:
        """The button is up: the line to be chosen, where the press was kept back; else -1."""
        line, self._from, self._line = self._line, None, -1
        return line

    def start(self) -> None:
        """Drag what is chosen until it is dropped."""
        mailbox_id, words = self._dragged()
        drag = QDrag(self._view)
        drag.setMimeData(mime_of(mailbox_id))
        drag.setPixmap(_picture(self._view, words))
        drag.exec(Qt.DropAction.MoveAction)
        self._ended()


def mime_of(mailbox_id: int) -> QMimeData:
    """What is dragged, for the folders to look at."""
    data = QMimeData()
    data.setData(ROWS_TYPE, QByteArray(str(mailbox_id).encode()))
    return data


def mailbox_in(data: QMimeData) -> int:
    """The mailbox of what is dragged; 0 where it is nothing of ours."""
    content = bytes(data.data(ROWS_TYPE).data()).decode("ascii", "replace")
    return int(content) if content.isdecimal() else 0


def _is_several(view: QTableView) -> bool:
    runs = chosen_runs(view.selectionModel())
    return len(runs) > 1 or any(last > first for first, last in runs)


def _picture(view: QTableView, text: str) -> QPixmap:
    metrics = view.fontMetrics()
    picture = QPixmap(metrics.horizontalAdvance(text) + 20, metrics.height() + 10)
    picture.fill(view.palette().base().color())
    painter = QPainter(picture)
    painter.setPen(view.palette().text().color())
    painter.drawRect(picture.rect().adjusted(0, 0, -1, -1))
    painter.drawText(picture.rect(), Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return picture
