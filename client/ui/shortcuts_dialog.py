"""The keys of the main window, read from the table its menus are made of."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QVBoxLayout, QWidget

from client.ui.table_model import Index, LinesModel
from client.ui.widgets import PlainTable, open_at, plain_label


class ShortcutsModel(LinesModel):
    """What is done, and by which keys."""

    COLUMNS = 2

    def __init__(self, entries: tuple[tuple[str, str], ...], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries = entries

    def lines(self) -> int:
        """Number of entries."""
        return len(self.entries)

    def headings(self) -> tuple[str, ...]:
        """The columns' names."""
        return (self.tr("Việc"), self.tr("Phím"))

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: the words."""
        if role != Qt.ItemDataRole.DisplayRole or not index.isValid():
            return None
        return self.entries[index.row()][index.column()]


class ShortcutsDialog(QDialog):
    """One line for each action that has keys, then those of the list itself."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Phím tắt"))
        open_at(self, 520, 620)
        self.model = ShortcutsModel((*_of(actions), *self._of_the_list()), self)
        table = PlainTable(self.model, self.windowTitle(), (0, 190), stretched=0)
        close = QPushButton(self.tr("Đóng"), self)
        close.setDefault(True)
        buttons = QDialogButtonBox(self)
        buttons.addButton(close, QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        advice = self.tr("Trong ô soạn thảo, các phím này giữ nghĩa thông thường của ô đó.")
        column.addWidget(plain_label(self, advice, wrap=True))
        column.addWidget(table, 1)
        column.addWidget(buttons)

    def _of_the_list(self) -> tuple[tuple[str, str], ...]:
        return (
            (self.tr("Chọn tất cả thư trong danh sách"), "Ctrl+A"),
            (self.tr("Chọn thêm thư liền kề"), "Shift+↑, Shift+↓"),
            (self.tr("Chọn thêm hoặc bỏ một thư"), "Ctrl+Space"),
            (self.tr("Mở trình đơn của thư hoặc thư mục"), "Shift+F10"),
        )


def _of(actions: Mapping[str, QAction]) -> tuple[tuple[str, str], ...]:
    native = QKeySequence.SequenceFormat.NativeText
    return tuple(
        (action.text(), ", ".join(keys.toString(native) for keys in action.shortcuts()))
        for action in actions.values()
        if action.shortcuts()
    )
