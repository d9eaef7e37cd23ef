"""The table of a batch: a document a row, with its check box, its state, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QColor

from client.config.catalogue import Text
from client.model.batch import BatchItem, ItemState
from client.ui import theme
from client.ui.table_model import Index, LinesModel
from client.ui.texts import Texts

_ICONS = {
    ItemState.SIGNING: ("sync", theme.ACCENT),
    ItemState.SIGNED: ("sig-valid", theme.GOOD),
    ItemState.SKIPPED: ("sig-none", theme.MUTED),
    ItemState.FAILED: ("block", theme.BAD),
    ItemState.STOPPED: ("sig-warning", theme.CAUTION),
    ItemState.WAITING: ("waiting", theme.MUTED),
}


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One document: before the batch begins it is only a file and a check mark."""

    source: Path
    wanted: bool = True
    item: BatchItem | None = None

    @property
    def state(self) -> ItemState:
        """Where it stands."""
        if self.item is not None:
            return self.item.state
        return ItemState.WAITING if self.wanted else ItemState.SKIPPED


class BatchModel(LinesModel):
    """Files in the order they were added, each once."""

    COLUMNS = 3

    toggled = Signal(int, bool)
    """A check box was used: row, and whether the document is wanted."""

    def __init__(self, texts: Texts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts = texts
        self._rows: list[BatchRow] = []
        self._locked = False

    def add(self, paths: Sequence[Path]) -> int:
        """Add the files that are not there yet; answers how many."""
        known = {row.source for row in self._rows}
        fresh = [path for path in dict.fromkeys(paths) if path not in known]
        if fresh:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(fresh) - 1)
            self._rows += [BatchRow(path) for path in fresh]
            self.endInsertRows()
        return len(fresh)

    def remove(self, row: int) -> None:
        """Take a file off the list."""
        if 0 <= row < len(self._rows):
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._rows[row]
            self.endRemoveRows()

    def rows(self) -> tuple[BatchRow, ...]:
        """All rows as they are now."""
        return tuple(self._rows)

    def wanted(self) -> tuple[int, ...]:
        """Rows with a check mark that are not yet done."""
        return tuple(number for number, row in enumerate(self._rows) if row.wanted)

    def take(self, row: int, item: BatchItem) -> None:
        """Note where a document stands now."""
        self._rows[row] = replace(self._rows[row], item=item, wanted=item.state is not ItemState.SKIPPED)
        self.dataChanged.emit(self.index(row, 0), self.index(row, self.columnCount() - 1))

    def lock(self, locked: bool) -> None:
        """While a batch runs only what waits can be left out."""
        self._locked = locked

    def row(self, number: int) -> BatchRow | None:
        """One row."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def words(self, row: BatchRow) -> Text:
        """The state in words, and for what went wrong the reason and what to do."""
        state = self.state_word(row.state)
        if row.item is None or not row.item.code:
            return Text(state)
        params = dict(row.item.params)
        for family in ("reason", "error", "detail"):
            if self._texts.knows(family, row.item.code):
                why = self._texts.text(family, row.item.code, **params)
                return Text(f"{state}: {why.title}", why.action)
        return Text(f"{state}: {self._texts.text('error', row.item.code).title}")

    def state_word(self, state: ItemState) -> str:
        """The word for a state."""
        return {
            ItemState.WAITING: self.tr("Chờ ký"),
            ItemState.SIGNING: self.tr("Đang ký…"),
            ItemState.SIGNED: self.tr("Đã ký"),
            ItemState.SKIPPED: self.tr("Bỏ qua"),
            ItemState.FAILED: self.tr("Lỗi"),
            ItemState.STOPPED: self.tr("Chưa ký"),
        }[state]

    def lines(self) -> int:
        """Number of documents."""
        return len(self._rows)

    def headings(self) -> tuple[str, ...]:
        """The columns' names."""
        return (self.tr("Tài liệu"), self.tr("Kết quả"), self.tr("Cần làm"))

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Qt: the check box is free until the document's turn."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        row = self._rows[index.row()]
        free = (
            row.state in {ItemState.WAITING, ItemState.SKIPPED}
            if not self._locked
            else (row.state is ItemState.WAITING)
        )
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 and free else flags

    def setData(  # noqa: N802 - Qt's name
        self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Qt: the check box was used."""
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != 0:
            return False
        wanted = Qt.CheckState(value) is Qt.CheckState.Checked
        self._rows[index.row()] = replace(self._rows[index.row()], wanted=wanted)
        self.dataChanged.emit(index, self.index(index.row(), self.columnCount() - 1))
        self.toggled.emit(index.row(), wanted)
        return True

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Qt: words, icon, check mark."""
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            words = self.words(row)
            return (row.source.name, words.title, words.action)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            words = self.words(row)
            return "\n".join(part for part in (str(row.source), words.title, words.action) if part)
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0:
            return Qt.CheckState.Checked if row.wanted else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 1:
            return theme.icon(*_ICONS[row.state])
        if role == Qt.ItemDataRole.ForegroundRole and row.state is ItemState.SKIPPED:
            return QColor(theme.MUTED)
        return None


def remaining(done: int, total: int, elapsed: timedelta) -> timedelta | None:
    """How long the rest takes at the pace so far; None before there is a pace."""
    if done < 1 or total <= done:
        return None
    return elapsed / done * (total - done)
