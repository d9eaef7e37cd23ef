"""The field to search by: what can be asked for is in its tool tip, and its keys lead to the list."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from client.ui.widgets import plain_tooltip

_AROUND = 52
"""Border, padding, cursor and the button that empties it, in pixels."""
_TO_THE_HITS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down})


class SearchBox(QLineEdit):
    """Esc empties it and leaves, Enter and Down go to what was found."""

    left = Signal()
    """Emptied; the list is wanted again."""
    hits_wanted = Signal()
    """The first of what is found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(self.tr("Tìm thư (Ctrl+E) – từ: số: có: sau:…"))
        self.setAccessibleName(self.tr("Tìm kiếm trong thư mục đang mở"))
        self.setToolTip(plain_tooltip(self._help()))
        self.setAccessibleDescription(self._help())
        self.setClearButtonEnabled(True)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Qt: wide enough for what it says while it is empty; it gives way down to its minimum."""
        hint = super().sizeHint()
        said = self.fontMetrics().horizontalAdvance(self.placeholderText())
        return hint.expandedTo(QSize(said + _AROUND, hint.height()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: a key."""
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        elif event.key() in _TO_THE_HITS:
            self.hits_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _help(self) -> str:
        return "\n".join(
            (
                self.tr("Gõ vài từ, không cần dấu; có thể thêm:"),
                self.tr("từ:hường – người gửi"),
                self.tr("đến:vanthu – người nhận"),
                self.tr("số:1245/QĐ-SNV – số, ký hiệu văn bản"),
                self.tr("có:đính-kèm – có tệp đính kèm (hoặc có:chữ-ký, có:sao, có:chưa-đọc)"),
                self.tr("sau:01/11/2026 – từ ngày này trở đi"),
                self.tr("trước:11/2026 – trước tháng này"),
                self.tr("trong:tất-cả – mọi thư mục (hoặc tên một thư mục)"),
            )
        )
