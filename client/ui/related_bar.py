"""What belongs to the message on show: its conversation and other mail about the same document."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from client.model.mailbox import MessageRow, Related
from client.ui.texts import Texts
from client.ui.widgets import plain_tooltip

_LONGEST_SUBJECT = 60
_MOST_LISTED = 25


class RelatedBar(QFrame):
    """Two buttons with lists; hidden while there is nothing."""

    chosen = Signal(int, int)
    """Mailbox and row of the message to open."""
    changed = Signal()
    """It appeared, went or says something else."""

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self.conversation = self._button()
        self.document = self._button()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.conversation)
        row.addWidget(self.document)
        self.setAccessibleName(self.tr("Thư liên quan"))
        self.hide()

    def show_related(self, related: Related) -> None:
        """Offer what there is."""
        talk = self.tr("Hội thoại: {count} thư khác").format(count=len(related.conversation))
        self._fill(self.conversation, related.conversation, talk)
        words = self.tr("Cùng số {number}: {count} thư khác")
        told = words.format(number=related.number, count=len(related.same_document))
        self._fill(self.document, related.same_document, told)
        self.setVisible(bool(related.conversation or related.same_document))
        self.changed.emit()

    def _fill(self, button: QToolButton, rows: tuple[MessageRow, ...], text: str) -> None:
        button.setText(text.replace("&", "&&"))
        button.setVisible(bool(rows))
        menu = QMenu(button)
        for row in rows[-_MOST_LISTED:][::-1]:
            who = row.sender_name or row.sender_address
            subject = row.subject[:_LONGEST_SUBJECT] or self.tr("(không có tiêu đề)")
            action = menu.addAction(
                f"{self._texts.when(row.received_at)}  {who} – {subject}".replace("&", "&&")
            )
            action.triggered.connect(partial(self.chosen.emit, row.mailbox_id, row.row_id))
        old = button.menu()
        button.setMenu(menu)
        if old is not None:
            old.deleteLater()

    def _button(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("small")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolTip(plain_tooltip(self.tr("Chọn một thư để mở")))
        button.hide()
        return button
