"""An area that is as high as what it holds, but never takes more than its share of the pane."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

_COMES_OR_GOES = frozenset({QEvent.Type.ShowToParent, QEvent.Type.HideToParent})


class BoundedArea(QScrollArea):
    """Its widgets one below the other, scrolled beyond the share of ``pane``; without any it is gone.

    What stands above a letter's text may so never push the text out of sight.
    """

    def __init__(self, pane: QWidget, share: float, *widgets: QWidget) -> None:
        super().__init__(pane)
        self._pane, self._share = pane, share
        self._content = QWidget(self)
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._held = frozenset(widgets)
        for widget in widgets:
            self._column.addWidget(widget)
            widget.installEventFilter(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it can be reached
        self.setWidget(self._content)  # not resizable by itself: `fit` knows the height at the present width
        self.viewport().setAutoFillBackground(False)
        self._content.setAutoFillBackground(False)
        self._content.installEventFilter(self)
        pane.installEventFilter(self)
        self.fit()

    def fit(self) -> None:
        """Take the height that is needed or allowed."""
        allowed, width = max(1, round(self._pane.height() * self._share)), self.width()
        needed = self._needed(width)
        if needed > allowed:
            width -= self.verticalScrollBar().sizeHint().width()
            needed = self._needed(width)
        self.setVisible(needed > 0)
        self.setFixedHeight(max(1, min(needed, allowed)))
        self._content.resize(width, needed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Qt: the content or the pane changed."""
        if "_content" not in self.__dict__:
            return False  # what Python held is gone already, Qt's half still hears events
        ours = watched is self._content and event.type() is QEvent.Type.LayoutRequest
        if event.type() in _COMES_OR_GOES and watched in self._held:
            # As long as nothing is in sight, Qt lays out nothing and asks for it no second time.
            QCoreApplication.postEvent(self._content, QEvent(QEvent.Type.LayoutRequest))
        if ours or (watched is self._pane and event.type() is QEvent.Type.Resize):
            self.fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: narrower is higher."""
        super().resizeEvent(event)
        self.fit()

    def _needed(self, width: int) -> int:
        column = self._column
        return column.heightForWidth(width) if column.hasHeightForWidth() else column.sizeHint().height()
