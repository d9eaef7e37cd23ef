"""A line of recipients that says at once which piece is no address."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLabel, QLineEdit, QVBoxLayout, QWidget

from client.model.address import MailAddress
from client.model.directory import Suggestion, Suggestions
from client.ui import theme
from client.ui.compose_model import (
    AddressField,
    join_addresses,
    last_piece,
    split_addresses,
    with_last_piece,
)

Suggest = Callable[[str], Suggestions]
_LEAST_TYPED = 2
"""Letters from which on suggestions are made."""
_ADDRESS_ROLE = Qt.ItemDataRole.UserRole
"""What is taken into the line; shown are name, address, title and unit."""


class RecipientEdit(QWidget):
    """Addresses separated by commas or semicolons; what is wrong is named below the line."""

    changed = Signal()

    def __init__(self, label: str, suggest: Suggest | None = None, parent: QWidget | None = None) -> None:
        """``suggest`` answers with addresses for what is being typed."""
        super().__init__(parent)
        self._suggest = suggest
        self._found = QStandardItemModel(self)
        self.completer = QCompleter(self._found, self)
        self.completer.setCompletionRole(_ADDRESS_ROLE)
        self.line = QLineEdit()
        self.line.setAccessibleName(label)
        self._problem = QLabel()
        self._problem.setStyleSheet(f"color: {theme.BAD};")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._note = QLabel()
        self._note.setStyleSheet(f"color: {theme.MUTED};")
        self._note.setWordWrap(True)
        self._note.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.line)
        layout.addWidget(self._problem)
        layout.addWidget(self._note)
        self.setFocusProxy(self.line)
        self.completer.setWidget(self.line)
        self.completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.completer.activated.connect(self._take)
        self.line.textEdited.connect(self._look)
        self.line.textChanged.connect(self._on_text)
        self.line.editingFinished.connect(self._judge)

    def field(self) -> AddressField:
        """The addresses and the pieces that are none."""
        return split_addresses(self.line.text())

    def set_addresses(self, addresses: Iterable[MailAddress]) -> None:
        """Show these addresses."""
        self.line.setText(join_addresses(addresses))
        self._judge()

    def problem(self) -> str:
        """What the line below says, ``""`` when all is well."""
        return self._problem.text() if not self._problem.isHidden() else ""

    def suggestions(self) -> list[str]:
        """The addresses that are offered now, as they would be taken."""
        return [str(self._found.item(row).data(_ADDRESS_ROLE)) for row in range(self._found.rowCount())]

    def offered(self) -> list[str]:
        """What people see of them: a line for name and address, one for title and unit."""
        return [self._found.item(row).text() for row in range(self._found.rowCount())]

    def note(self) -> str:
        """What is said of the directory, ``""`` when all is well."""
        return self._note.text() if not self._note.isHidden() else ""

    def _look(self, text: str) -> None:
        piece = last_piece(text)
        asked = self._suggest is not None and len(piece) >= _LEAST_TYPED
        offer = self._suggest(piece) if self._suggest is not None and asked else Suggestions()
        chosen = {one.addr_spec.casefold() for one in self.field().addresses}
        self._offer(one for one in offer.found if one.address.addr_spec.casefold() not in chosen)
        self._say_age(offer)
        popup = self.completer.popup()
        if popup is None:
            return
        if self._found.rowCount():
            self.completer.complete()
            # Enter takes the first one; arrows choose another.
            popup.setCurrentIndex(self.completer.completionModel().index(0, 0))
        else:
            popup.hide()

    def _offer(self, suggestions: Iterable[Suggestion]) -> None:
        self._found.clear()
        for one in suggestions:
            item = QStandardItem("\n".join(filter(None, (str(one.address), one.details))))
            item.setData(str(one.address), _ADDRESS_ROLE)
            self._found.appendRow(item)

    def _say_age(self, offer: Suggestions) -> None:
        since = offer.stale_since
        text = self.tr("Danh bạ cơ quan chưa cập nhật được từ {date}: có thể thiếu người mới.")
        shown = since.astimezone().strftime("%d/%m/%Y") if since is not None else ""
        self._note.setText(text.format(date=shown))
        self._note.setVisible(since is not None)

    def _take(self, chosen: str) -> None:
        self.line.setText(with_last_piece(self.line.text(), chosen))
        self._found.clear()
        self._note.hide()
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_text(self) -> None:
        # A piece still being typed at the end of the line is not held against the author.
        pieces = self.field().invalid
        typing = bool(pieces) and self.line.hasFocus() and self.line.text().rstrip().endswith(pieces[-1])
        self._show(pieces[:-1] if typing else pieces)
        self.changed.emit()

    def _judge(self) -> None:
        self._show(self.field().invalid)

    def _show(self, pieces: tuple[str, ...]) -> None:
        text = self.tr("Không phải địa chỉ thư: {pieces}").format(pieces=", ".join(pieces))
        self._problem.setText(f"✕ {text}" if pieces else "")
        self._problem.setVisible(bool(pieces))
        self.line.setAccessibleDescription(self._problem.text())
