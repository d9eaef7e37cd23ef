"""A line of recipients that says at once which piece is no address."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from client.model.address import MailAddress
from client.ui import theme
from client.ui.compose_model import AddressField, join_addresses, split_addresses


class RecipientEdit(QWidget):
    """Addresses separated by commas or semicolons; what is wrong is named below the line."""

    changed = Signal()

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QLineEdit()
        self.line.setAccessibleName(label)
        self._problem = QLabel()
        self._problem.setStyleSheet(f"color: {theme.BAD};")
        self._problem.setWordWrap(True)
        self._problem.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.line)
        layout.addWidget(self._problem)
        self.setFocusProxy(self.line)
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
