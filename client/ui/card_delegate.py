"""How a row of the message list is painted: a card of two lines and fixed height."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from client.model.verdict import Display
from client.ui import theme
from client.ui.models import CARD_ROLE, UNCHECKED, Card

_MARGIN = 10
_ICON = 15
_SPELT = frozenset({Display.INVALID.value, Display.UNKNOWN.value, Display.WARNING.value, UNCHECKED})
_WIDE = 300
"""From this width of a card on, in device-independent pixels, these words have room beside the subject."""


class CardDelegate(QStyledItemDelegate):
    """Paints a `Card`: sender and date above, subject and marks below."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        ratio = parent.devicePixelRatioF()
        names = {"flag": "#b07700", "answered": theme.MUTED, "attachment": theme.MUTED}
        self._icons = {name: theme.pixmap(name, ink, _ICON, ratio) for name, ink in names.items()}
        styles = {word.value: theme.display_style(word) for word in Display}
        inks = {mark: (ink, icon) for mark, (ink, _, icon) in styles.items()}
        inks[UNCHECKED] = (theme.MUTED, "sig-unchecked")
        self._icons |= {mark: theme.pixmap(icon, ink, _ICON, ratio) for mark, (ink, icon) in inks.items()}
        self._mark_inks = {mark: QColor(ink) for mark, (ink, _) in inks.items()}
        self._ink, self._muted, self._accent = map(QColor, (theme.TEXT, theme.MUTED, theme.ACCENT))
        self._selected, self._line, self._hover = map(QColor, (theme.SELECTION, theme.LINE, theme.HOVER))

    def sizeHint(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Qt: the fixed height of a card."""
        return QSize(200, card_height(self._plain_metrics()))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Qt: draw one card."""
        card = index.data(CARD_ROLE)
        state, area = _state(option), _area(option)
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, self._selected)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, self._hover)
        painter.setPen(self._line)
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        if state & QStyle.StateFlag.State_HasFocus:
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), self._accent)
        if isinstance(card, Card):
            self._paint_card(painter, area.adjusted(_MARGIN, 7, -_MARGIN, -8), card)
        else:
            painter.setPen(self._muted)
            painter.drawText(area.adjusted(_MARGIN, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, "…")
        painter.restore()

    def _paint_card(self, painter: QPainter, area: QRect, card: Card) -> None:
        font = QFont(painter.font())
        height = area.height() // 2
        font.setBold(card.unread)
        metrics = QFontMetrics(font)
        if card.unread:
            painter.setBrush(self._accent)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawEllipse(area.left(), area.top() + height // 2 - 4, 8, 8)
        area = area.adjusted(14, 0, 0, 0)
        date_width = metrics.horizontalAdvance(card.when) + 4
        painter.setFont(font)
        painter.setPen(self._accent if card.unread else self._muted)
        upper = QRect(area.left(), area.top(), area.width(), height)
        painter.drawText(upper, _RIGHT, card.when)
        painter.setPen(self._ink)
        room = upper.width() - date_width - 8
        painter.drawText(upper, _LEFT, metrics.elidedText(card.sender, Qt.TextElideMode.ElideRight, room))
        lower = QRect(area.left(), area.top() + height, area.width(), height)
        right = self._paint_marks(painter, lower, card)
        painter.setPen(self._ink if card.unread else self._muted)
        room = right - lower.left() - 6
        painter.drawText(lower, _LEFT, metrics.elidedText(card.subject, Qt.TextElideMode.ElideRight, room))

    def _paint_marks(self, painter: QPainter, area: QRect, card: Card) -> int:
        right = area.right() + 1
        if card.mark in _SPELT and area.width() >= _WIDE:
            right = self._paint_word(painter, area, card)
        for present, name in (
            (card.flagged, "flag"),
            (bool(card.mark), card.mark),
            (card.has_attachment, "attachment"),
            (card.answered, "answered"),
        ):
            if present:
                right -= _ICON
                mark: QPixmap = self._icons[name]
                painter.drawPixmap(right, area.top() + (area.height() - _ICON) // 2, mark)
                right -= 4
        return right

    def _paint_word(self, painter: QPainter, area: QRect, card: Card) -> int:
        """What must not be overlooked is written out beside its sign."""
        painter.setPen(self._mark_inks[card.mark])
        painter.drawText(area, _RIGHT, card.short)
        return area.right() + 1 - painter.fontMetrics().horizontalAdvance(card.short) - 5

    def _plain_metrics(self) -> QFontMetrics:
        parent = self.parent()
        return parent.fontMetrics() if isinstance(parent, QWidget) else QFontMetrics(QFont())


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def card_height(metrics: QFontMetrics) -> int:
    """Two lines and the air around them."""
    return 2 * (metrics.height() + 4) + 15


def _state(option: QStyleOptionViewItem) -> QStyle.StateFlag:
    state: QStyle.StateFlag = option.state
    return state


def _area(option: QStyleOptionViewItem) -> QRect:
    return QRect(option.rect)
