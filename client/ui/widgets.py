"""Small widgets used all over the window."""

from __future__ import annotations

import html

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from client.config.catalogue import Text
from client.ui import theme


def plain_label(parent: QWidget, text: str = "", *, wrap: bool = False) -> QLabel:
    """A label that shows text as it is: a ``<b>`` in somebody's name stays a ``<b>``."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setWordWrap(wrap)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return label


def heading_label(text: str) -> QLabel:
    """A few words over a group of widgets."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setStyleSheet("font-weight: 600;")
    return label


def plain_tooltip(text: str) -> str:
    """``text`` for `setToolTip`, which would otherwise take a name that looks like HTML for HTML."""
    return f"<span>{html.escape(text)}</span>"


def elided_tooltip(label: QLabel) -> None:
    """Let a long one-line label shrink, with the whole text as its tool tip."""
    label.setToolTip(plain_tooltip(label.text()))
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)


def pretty_scroll(content: QWidget, parent: QWidget) -> QScrollArea:
    """A frameless, see-through scroll area around ``content``."""
    area = QScrollArea(parent)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    area.viewport().setAutoFillBackground(False)
    content.setAutoFillBackground(False)
    return area


class PlainTable(QTableView):
    """A table read line by line: one row chosen at a time, nothing edited, Tab leaves it."""

    def __init__(
        self, model: QAbstractItemModel, name: str, widths: tuple[int, ...], *, stretched: int
    ) -> None:
        super().__init__()
        self.setModel(model)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setStyleSheet(
            f"QTableView::item:selected {{ background: {theme.SELECTION}; color: {theme.TEXT}; }}"
        )
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 16)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate(widths):
            if column != stretched:
                header.resizeSection(column, width)
        header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)


class Notice(QWidget):
    """An icon and a few words in the middle: an empty list, a load under way, an error."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = QLabel(self)
        self._title = plain_label(self, wrap=True)
        self._action = plain_label(self, wrap=True)
        self._action.setObjectName("muted")
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.addStretch(1)
        for label in (self._icon, self._title, self._action):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addStretch(2)

    def say(self, icon: str, text: Text, colour: str = theme.MUTED) -> None:
        """Show another notice."""
        self._icon.setPixmap(theme.pixmap(icon, colour, 36, self.devicePixelRatioF()))
        self._title.setText(text.title)
        self._action.setText(text.action)
        self._action.setVisible(bool(text.action))
        self.setAccessibleName(f"{text.title} {text.action}".strip())

    def title(self) -> str:
        """The words on show."""
        return self._title.text()
