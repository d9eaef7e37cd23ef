"""What the tables that are read line by line have in common: so many lines under the columns' names."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex


class LinesModel(QAbstractTableModel):
    """A flat table; whose lines they are, and what is said in them, is the subclass's."""

    COLUMNS = 0
    """As many as `headings` names."""

    def lines(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def headings(self) -> tuple[str, ...]:
        """The columns' names."""
        raise NotImplementedError

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        """Qt: number of lines."""
        return 0 if parent is not None and parent.isValid() else self.lines()

    def columnCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        """Qt: number of columns."""
        return 0 if parent is not None and parent.isValid() else self.COLUMNS

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Qt: the columns' names."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.headings()[section]
