"""The list of messages: two-line cards of fixed height in a table view (flat cost at a million rows)."""

from __future__ import annotations

from array import array

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QMouseEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QHeaderView, QTableView, QWidget

from client.ui import theme
from client.ui.card_delegate import CardDelegate, card_height
from client.ui.chosen_lines import chosen_runs
from client.ui.line_changes import runs
from client.ui.models import MessageListModel
from client.ui.row_drag import RowDrag

_ONLY = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class MessageList(QTableView):
    """What is chosen is told once it is settled: one message, none, or how many.

    A million chosen rows are one range; nothing here looks at them one by one.
    """

    opened = Signal(int)
    """The number of the message to show, 0 for none."""
    several = Signal(int)
    """So many are chosen together, so that none of them is shown."""

    def __init__(self, model: MessageListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._told = self._told_several = 0
        self._is_let_go = self._is_losing_rows = False
        self._next = 0
        self._anchor: tuple[int, str, int, array[int]] = (0, "", 0, array("q"))
        self._before_search = (0, 0)
        # Before the selection's own answer to it, which forgets what was chosen there.
        model.rowsAboutToBeRemoved.connect(self._lose_rows)
        self.setModel(model)
        model.lines_changed.connect(self._go_on)
        self.setItemDelegate(CardDelegate(self))
        self._drag = RowDrag(self, self._dragged, self._drag_ended)
        self._in_hand: array[int] = array("q")
        self._set_up()
        self.selectionModel().selectionChanged.connect(self._selection_changed)
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._restore)

    def current_row_id(self) -> int:
        """The chosen message, 0 for none."""
        return self._model.row_id(self.currentIndex().row())

    def chosen_count(self) -> int:
        """How many rows are chosen."""
        return sum(last - first + 1 for first, last in chosen_runs(self.selectionModel()))

    def chosen_ids(self) -> array[int]:
        """All chosen messages, in the list's order."""
        chosen: array[int] = array("q")
        for first, last in chosen_runs(self.selectionModel()):
            chosen.extend(self._model.row_ids(first, last))
        return chosen

    def dragged_ids(self) -> array[int]:
        """What was taken up to be dragged: where it has gone meanwhile, the list goes on to other rows."""
        return self._in_hand or self.chosen_ids()

    def choose(self, row_id: int) -> None:
        """Select a message and bring it into view; nothing happens when it is not listed."""
        line = self._model.line_of(row_id)
        if line >= 0:
            self._choose_line(line)

    def let_go(self) -> None:
        """Nothing listed is on show: no row may look as if it were what the next key acts upon."""
        self._told, self._told_several, self._is_let_go = 0, 0, True
        self.selectionModel().clear()

    def go_to_first(self) -> None:
        """With the keyboard to the list, and to the first message that was searched for."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._model.query and self._model.rowCount():
            self._choose_line(0)

    @property
    def goes_on(self) -> bool:
        """What is told now was chosen by nobody: the one before it went."""
        return self._is_losing_rows

    @property
    def is_let_go(self) -> bool:
        """A message from elsewhere is on show, and no row was chosen since."""
        return self._is_let_go

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Qt would open the first row where none is chosen, and not even highlight it."""
        if self.currentIndex().isValid():
            super().focusInEvent(event)
        else:
            QAbstractScrollArea.focusInEvent(self, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: choose, or begin to drag what is chosen."""
        if not self._drag.pressed(event):
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: the pointer moves; with the button held down it drags rather than chooses more."""
        if not self._drag.moved(event):
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Qt: a press on one of several chosen rows was a click after all."""
        line = self._drag.released()
        if line >= 0:
            self._choose_line(line)
        super().mouseReleaseEvent(event)

    def _dragged(self) -> tuple[int, str]:
        self._in_hand = self.chosen_ids()
        return self._model.mailbox_id, self.tr("{count} thư").format(count=len(self._in_hand))

    def _drag_ended(self) -> None:
        self._in_hand = array("q")

    def _lose_rows(self, _parent: QModelIndex, first: int, last: int) -> None:
        current = self.currentIndex().row()
        self._is_losing_rows = bool(self._told or self._told_several)
        if self._is_losing_rows and first <= current <= last:
            self._next = self._model.row_id(last + 1) or self._model.row_id(first - 1)

    def _go_on(self) -> None:
        """Where all that was chosen has gone, to the row after it."""
        if self._is_losing_rows and not self.selectionModel().hasSelection():
            row_id, self._next = self._next or self.current_row_id(), 0
            self.choose(row_id)
        self._tell()
        self._is_losing_rows, self._next = False, 0

    def _selection_changed(self) -> None:
        if not self._is_losing_rows:
            self._tell()

    def _tell(self) -> None:
        count = self.chosen_count()
        if count > 1:
            if count != self._told_several:
                self._told, self._told_several, self._is_let_go = 0, count, False
                self.several.emit(count)
            return
        row_id = self.chosen_ids()[0] if count else 0
        if row_id != self._told or self._told_several:
            self._told, self._told_several, self._is_let_go = row_id, 0, False
            self.opened.emit(row_id)

    def _remember(self) -> None:
        several = self.chosen_ids() if self.chosen_count() > 1 else array("q")
        self._anchor = (self._model.mailbox_id, self._model.query, self.current_row_id(), several)

    def _restore(self) -> None:
        mailbox_id, query, row_id, several = self._anchor
        is_same_mailbox = mailbox_id == self._model.mailbox_id
        is_same = is_same_mailbox and query == self._model.query
        if is_same_mailbox and not query and not is_same:
            self._before_search = (mailbox_id, row_id)
        if is_same and several and self._choose_again(several):
            return
        if is_same_mailbox and self._model.line_of(row_id) >= 0:
            self.choose(row_id)
            return
        if self._told or self._told_several or (self._is_let_go and not is_same):
            self._told, self._told_several, self._is_let_go = 0, 0, False
            self.opened.emit(0)
        if not is_same:
            self.scrollToTop()
            self._choose_as_before_search()

    def _choose_line(self, line: int) -> None:
        """This one alone: by `setCurrentIndex` the Ctrl of a shortcut would add it to what is chosen."""
        index = self._model.index(line, 0)
        self.selectionModel().setCurrentIndex(index, _ONLY)
        self.scrollTo(index)

    def _choose_again(self, row_ids: array[int]) -> bool:
        wanted = set(row_ids)
        listed = enumerate(self._model.row_ids(0, self._model.rowCount() - 1))
        selection = QItemSelection()
        for top, bottom in runs(line for line, row_id in listed if row_id in wanted):
            selection.select(self._model.index(top, 0), self._model.index(bottom, 0))
        self.selectionModel().select(selection, _ONLY)
        return bool(selection)

    def _choose_as_before_search(self) -> None:
        mailbox_id, row_id = self._before_search
        if not self._model.query:
            self._before_search = (0, 0)
            if mailbox_id == self._model.mailbox_id:
                self.choose(row_id)

    def _set_up(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName(self.tr("Danh sách thư"))
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        vertical = self.verticalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setMinimumSectionSize(10)
        vertical.setDefaultSectionSize(card_height(self.fontMetrics()))
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Highlight, QColor(theme.SELECTION))
        self.setPalette(palette)
