"""An area that is as high as what it holds, but never takes more than its share of the pane."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from client.ui.widgets import pretty_scroll


class BoundedArea(QFrame):
    """Its widgets one below the other, scrolled beyond the share of ``pane``; without any it is gone.

    What stands above a letter's text may so never push the text out of sight.
    """

    def __init__(self, pane: QWidget, share: float, *widgets: QWidget) -> None:
        super().__init__(pane)
        self._pane, self._share = pane, share
        self._content = QWidget(self)
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in widgets:
            column.addWidget(widget)
        self._scroll: QScrollArea = pretty_scroll(self._content, self)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it can be reached
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(self._scroll)
        self._content.installEventFilter(self)
        pane.installEventFilter(self)
        self.fit()

    def fit(self) -> None:
        """Take the height that is needed or allowed."""
        layout = self._content.layout()
        if layout is None:
            raise RuntimeError("no layout")
        needed = layout.heightForWidth(self.width()) if layout.hasHeightForWidth() else self._hint().height()
        self.setVisible(needed > 0)
        self.setFixedHeight(max(1, min(needed, round(self._pane.height() * self._share))))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Qt: the content or the pane changed its size."""
        if event.type() in {QEvent.Type.LayoutRequest, QEvent.Type.Resize}:
            self.fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: narrower is higher."""
        super().resizeEvent(event)
        self.fit()

    def _hint(self) -> QSize:
        layout = self._content.layout()
        return layout.sizeHint() if layout is not None else QSize()
