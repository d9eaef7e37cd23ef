"""Messages that came attached, below the message: each under its own sender, none of them this message's."""

from __future__ import annotations

import html

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from client.model.message import AttachedMessage
from client.ui import theme
from client.ui.safe_browser import SafeBrowser
from client.ui.texts import Texts
from client.ui.widgets import plain_label, pretty_scroll

_HEIGHT = 170
_SHARE = 0.4
"""Of the pane's height, where a letter with pictures wants more."""
_HEAD = 80
"""Pixels of a card that are not its text."""


class AttachedMessages(QFrame):
    """In the order they came; hidden where there are none."""

    link_clicked = Signal(str)
    save_requested = Signal(str)
    """Section of the picture to save."""

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._list = QWidget(self)
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(14, 6, 10, 6)
        self._scroll = pretty_scroll(self._list, self)
        self._scroll.setFixedHeight(_HEIGHT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll)
        self.setAccessibleName(self.tr("Thư được gửi kèm"))
        self.hide()

    def show_messages(self, messages: tuple[AttachedMessage, ...]) -> None:
        """Show these."""
        while (item := self._rows.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.setParent(None)
                old.deleteLater()
        for message in messages:
            self._rows.addWidget(self._card(message))
        self.setVisible(bool(messages))

    def fit(self, pane: int) -> None:
        """Give letters with pictures the room they want, within their share of a pane of that height."""
        most = max(_HEIGHT, round(pane * _SHARE))
        tallest = _HEIGHT
        for body in self.browsers():
            wanted = round(body.document().size().height()) if body.has_pictures() else 0
            height = max(_HEIGHT, min(wanted + _HEAD + 4, most))
            body.setFixedHeight(height - _HEAD)
            tallest = max(tallest, height)
        self._scroll.setFixedHeight(tallest)

    def shown_text(self) -> str:
        """Everything that is said here."""
        labels = [label.text() for label in self._list.findChildren(QLabel) if label.text()]
        return "\n".join([*labels, *(one.toPlainText() for one in self.browsers())])

    def browsers(self) -> list[SafeBrowser]:
        """Where their words and pictures are shown."""
        return self._list.findChildren(SafeBrowser)

    def _card(self, message: AttachedMessage) -> QWidget:
        card = QFrame(self._list)
        card.setObjectName("attached")
        card.setStyleSheet(f"QFrame#attached {{ border: 1px solid {theme.LINE}; }}")
        envelope = message.envelope
        icon = QLabel(card)
        icon.setPixmap(theme.pixmap("forward", theme.MUTED, 16, self.devicePixelRatioF()))
        who = "; ".join(str(one) for one in envelope.from_) or envelope.from_text or "–"
        title = self.tr("Thư được gửi kèm: {subject}").format(subject=envelope.subject[:200])
        under = self.tr("Từ: {sender} · Ngày: {when}").format(
            sender=who[:300], when=self._texts.when(envelope.date)
        )
        body = SafeBrowser(card)
        body.setObjectName("attached-body")
        body.link_clicked.connect(self.link_clicked)
        body.save_requested.connect(self.save_requested)
        body.show_page(
            message.html or f'<div style="white-space: pre-wrap">{html.escape(message.text)}</div>'
        )
        body.setFixedHeight(_HEIGHT - _HEAD)
        head = QHBoxLayout()
        head.addWidget(icon)
        head.addWidget(plain_label(card, title, wrap=True), 1)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(8, 4, 8, 6)
        layout.addLayout(head)
        line = plain_label(card, under, wrap=True)
        line.setObjectName("muted")
        layout.addWidget(line)
        layout.addWidget(body)
        return card
