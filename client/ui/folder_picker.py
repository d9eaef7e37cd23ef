"""Where to: the folders of one account, found as their name is typed, those used last first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from client.model.mailbox import Mailbox
from client.model.text import fold
from client.ui import theme
from client.ui.texts import Texts
from client.ui.widgets import card_list, open_at, plain_label

_ID_ROLE = int(Qt.ItemDataRole.UserRole)
_TO_THE_LIST = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class FolderPicker(QDialog):
    """Typing narrows the list, the arrows choose in it, Enter takes what is chosen."""

    def __init__(
        self, mailboxes: Sequence[Mailbox], recent: Sequence[int], texts: Texts, parent: QWidget | None = None
    ) -> None:
        """``recent`` are numbers of mailboxes, the last used first; others may be among them."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Di chuyển tới"))
        open_at(self, 420, 460)
        rank = {number: place for place, number in enumerate(recent)}
        self._recent = frozenset(recent)
        self._all = sorted(mailboxes, key=lambda one: rank.get(one.mailbox_id, len(rank)))
        self._names = {one.mailbox_id: texts.mailbox(one) for one in self._all}
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Gõ tên thư mục, không cần dấu"))
        self.search.setAccessibleName(self.tr("Tìm thư mục"))
        self.search.setClearButtonEnabled(True)
        self.search.installEventFilter(self)
        self.list: QListWidget = card_list(self, self.tr("Thư mục"))
        self._nothing = plain_label(self, self.tr("Không có thư mục nào tên như vậy."), wrap=True)
        self.move_button = QPushButton(self.tr("Di chuyển"), self)
        self.move_button.setDefault(True)
        self._build()
        self._fill("")

    def target_id(self) -> int:
        """The chosen mailbox, 0 for none."""
        item = self.list.currentItem()
        return int(item.data(_ID_ROLE)) if self.list.currentRow() >= 0 else 0

    def names(self) -> list[str]:
        """What is listed."""
        return [self.list.item(line).text() for line in range(self.list.count())]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Qt: the arrows go to the list though one types on."""
        if isinstance(event, QKeyEvent) and _leads_to_the_list(event):
            self.list.event(event)
            return True
        return super().eventFilter(watched, event)

    def _fill(self, typed: str) -> None:
        self.list.clear()
        words = fold(typed).split()
        found = [one for one in self._all if all(word in fold(self._path(one)) for word in words)]
        if words:
            # What begins as typed is meant more often than what has it somewhere.
            found.sort(key=lambda one: not fold(self._names[one.mailbox_id]).startswith(words[0]))
        for one in found:
            item = QListWidgetItem(
                theme.icon(one.special_use.value or "folder", theme.MUTED), self._label(one)
            )
            item.setData(_ID_ROLE, one.mailbox_id)
            self.list.addItem(item)
        self.list.setCurrentRow(0 if found else -1)
        self.list.setVisible(bool(found))
        self._nothing.setVisible(not found)
        self.move_button.setEnabled(bool(found))

    def _path(self, one: Mailbox) -> str:
        return f"{self._names[one.mailbox_id]} {one.name}"

    def _label(self, one: Mailbox) -> str:
        name = self._names[one.mailbox_id]
        return self.tr("{name} · vừa dùng").format(name=name) if one.mailbox_id in self._recent else name

    def _build(self) -> None:
        self.search.textChanged.connect(self._fill)
        self.list.itemDoubleClicked.connect(lambda _: self.accept())
        self.move_button.clicked.connect(self.accept)
        buttons = QDialogButtonBox(self)
        buttons.addButton(self.move_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(QPushButton(self.tr("Hủy"), self), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self._nothing, 1, Qt.AlignmentFlag.AlignTop)
        column.addWidget(buttons)
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)


def _leads_to_the_list(event: QKeyEvent) -> bool:
    return event.type() is QEvent.Type.KeyPress and event.key() in _TO_THE_LIST
