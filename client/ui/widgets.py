"""Small widgets used all over the window."""

from __future__ import annotations

import html

from PySide6.QtCore import QAbstractItemModel, QSize, Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QListWidget,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from client.config.catalogue import Text
from client.ui import theme

_LEAST_BUTTON = 110
_FRAME, _TITLE_BAR = 16, 48
"""What the desktop draws around a window, in pixels, at the least."""


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
    lines = "<br>".join(html.escape(text).split("\n"))
    return f"<span>{lines}</span>"


def elided_tooltip(label: QLabel) -> None:
    """Let a long one-line label shrink, with the whole text as its tool tip."""
    label.setToolTip(plain_tooltip(label.text()))
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)


class ElidedLabel(QLabel):
    """One line of plain text, cut with "…" where there is no room; the tool tip has the whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.full_text = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        """Show ``text``, or as much of it as fits."""
        self.full_text = text
        self.setToolTip(plain_tooltip(text))
        self.setAccessibleName(text)
        self._cut()

    def needs(self) -> int:
        """Pixels the whole line takes."""
        return self.fontMetrics().horizontalAdvance(self.full_text)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: cut anew."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        cut = self.fontMetrics().elidedText(self.full_text, Qt.TextElideMode.ElideRight, self.width())
        self.setText(cut)


class ShrinkingButton(QPushButton):
    """A button that may get narrower than its words, which are then cut with "…"; `text` stays whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Qt: room for a word at least."""
        whole = self.sizeHint()
        return QSize(min(_LEAST_BUTTON, whole.width()), whole.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: draw the button with as much of its words as fits."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        missing = self.sizeHint().width() - self.width()
        if missing > 0:
            room = self.fontMetrics().horizontalAdvance(self.text()) - missing
            option.text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, option)


def open_at(window: QWidget, width: int, height: int) -> None:
    """Give ``window`` this size in pixels, or as much of it as the screen has room for."""
    room = window.screen().availableGeometry().size() - QSize(_FRAME, _TITLE_BAR)
    window.resize(QSize(width, height).boundedTo(room))


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


def card_list(parent: QWidget, name: str) -> QListWidget:
    """A list of entries of several lines, wrapped rather than scrolled sideways."""
    made = QListWidget(parent)
    made.setAccessibleName(name)
    made.setWordWrap(True)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setStyleSheet(theme.CARD_LIST)
    return made


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
        self.button = QPushButton(self)
        self.button.hide()
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(2)

    def say(self, icon: str, text: Text, colour: str = theme.MUTED, offer: str = "") -> None:
        """Show another notice; ``offer`` names what `button` does, ``""`` where there is nothing to do."""
        self._icon.setPixmap(theme.pixmap(icon, colour, 36, self.devicePixelRatioF()))
        self._title.setText(text.title)
        self._action.setText(text.action)
        self._action.setVisible(bool(text.action))
        self.button.setVisible(bool(offer))
        self.button.setText(offer)
        self.setAccessibleName(text.whole)

    def title(self) -> str:
        """The words on show."""
        return self._title.text()
