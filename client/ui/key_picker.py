"""The list of keys to sign with: files and tokens, found without a PIN; unusable ones say why."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from client.model.account import KeyRef
from client.model.token import KeyChoice, PinState
from client.services.desk import MailDesk
from client.ui import theme
from client.ui.bridge import Bridge
from client.ui.certificate_dialog import CertificateDialog
from client.ui.signing_words import key_lines, pin_ask, problem_text
from client.ui.texts import Texts

_ROWS_IN_SIGHT = 3


class KeyPicker(QWidget):
    """Asks for the keys by itself; ``preferred`` is chosen when it is among them."""

    changed = Signal()
    """Another key is chosen, or the same one says something else of itself."""

    def __init__(
        self, desk: MailDesk, texts: Texts, preferred: KeyRef | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._texts, self._preferred, self._first = desk, texts, preferred, preferred
        self._bridge = Bridge(self)
        self._choices: list[KeyChoice] = []
        self._files: list[KeyRef] = []
        self._asked = 0
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Chứng thư số để ký"))
        self.list.setWordWrap(True)
        self.list.setStyleSheet(theme.CARD_LIST)
        self.list.currentRowChanged.connect(lambda _: self._on_row())
        self.state = QLabel(self)
        self.state.setObjectName("muted")
        self.state.setWordWrap(True)
        self.refresh_button = self._tool(self.tr("Tìm lại (F5)"), self.refresh)
        self.refresh_button.setToolTip(self.tr("Tìm lại thiết bị ký vừa cắm vào"))
        self.file_button = self._tool(self.tr("Chọn tệp .p12…"), self._choose_file)
        self.details_button = self._tool(self.tr("Chi tiết…"), self._show_details)
        self._lay_out()
        QShortcut(QKeySequence("F5"), self, self.refresh, context=Qt.ShortcutContext.WindowShortcut)
        self.refresh()

    def choice(self) -> KeyChoice | None:
        """The key chosen, usable or not."""
        row = self.list.currentRow()
        return self._choices[row] if 0 <= row < len(self._choices) else None

    def choices(self) -> tuple[KeyChoice, ...]:
        """All that are listed."""
        return tuple(self._choices)

    def refresh(self) -> None:
        """Look again, for example after a token was put in."""
        self._asked += 1
        asked = self._asked
        self.refresh_button.setEnabled(False)
        self.state.setText(self.tr("Đang tìm chứng thư số…"))
        self.state.show()
        self._bridge.watch(
            self._desk.signing().keys(),
            lambda found: self._show(found) if asked == self._asked else None,
            lambda error: self._fail(error) if asked == self._asked else None,
        )

    def add_file(self, path: Path) -> None:
        """Offer a key file for this time."""
        key = KeyRef("p12", str(path))
        if key not in self._files:
            self._files.append(key)
        self._preferred = key
        self._fill([one for one in self._choices if one.key != key])
        self.changed.emit()

    def _show(self, found: tuple[KeyChoice, ...]) -> None:
        before = self.choice()
        if before is not None:
            self._preferred = before.key
        self.refresh_button.setEnabled(True)
        self._fill(list(found))
        self.changed.emit()

    def _fail(self, error: BaseException) -> None:
        """Tokens could not be looked for; key files are offered all the same."""
        self.refresh_button.setEnabled(True)
        words = self._texts.error(error)
        accounts = self._desk.accounts()
        files = [key for one in accounts for key in (one.personal_key, one.seal_key) if key is not None]
        self._fill([KeyChoice(key, None) for key in files if key.scheme == "p12"])
        self.state.setText(words.whole)
        self.state.show()
        self.changed.emit()

    def _fill(self, choices: list[KeyChoice]) -> None:
        listed = {one.key for one in choices}
        choices += [KeyChoice(key, None) for key in self._files if key not in listed]
        # The account's own key comes first; sorting is stable, the others stay as they were found.
        choices.sort(key=lambda one: one.key != self._first)
        self._choices = choices
        self.list.blockSignals(True)
        self.list.clear()
        for choice in choices:
            self.list.addItem(self._item(choice))
        self.list.setCurrentRow(self._best_row())
        self.list.blockSignals(False)
        self._fit()
        self.state.setText(
            ""
            if choices
            else self.tr("Chưa thấy chứng thư số nào. Cắm thiết bị ký rồi bấm Tìm lại, hoặc chọn tệp .p12.")
        )
        self.state.setVisible(not choices)
        self.details_button.setEnabled(self._has_details())

    def _best_row(self) -> int:
        keys = [one.key for one in self._choices]
        if self._preferred in keys:
            return keys.index(self._preferred)
        usable = (row for row, one in enumerate(self._choices) if pin_ask(one, self._texts).allowed)
        return next(usable, 0 if keys else -1)

    def _item(self, choice: KeyChoice) -> QListWidgetItem:
        first, second = key_lines(choice, self._texts)
        why = problem_text(choice, self._texts)[0]
        if choice.token is not None and choice.token.pin is PinState.LOCKED:
            why = pin_ask(choice, self._texts).notice
        item = QListWidgetItem("\n".join(line for line in (first, second, why) if line))
        usable = pin_ask(choice, self._texts).allowed
        ink = theme.ACCENT if usable else theme.BAD
        item.setIcon(theme.icon("signed" if usable else "block", ink))
        if not usable:
            item.setForeground(QColor(theme.MUTED))
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, why)
        return item

    def _on_row(self) -> None:
        self.details_button.setEnabled(self._has_details())
        self.changed.emit()

    def _has_details(self) -> bool:
        chosen = self.choice()
        return chosen is not None and bool(chosen.certificate_der)

    def _show_details(self) -> None:
        chosen = self.choice()
        if chosen is not None and chosen.certificate_der:
            CertificateDialog(self._desk, self._texts, chosen.certificate_der, self.window()).open()

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Chọn tệp chứng thư số"))
        dialog.setNameFilter("PKCS#12 (*.p12 *.pfx)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.add_file(Path(name)))
        dialog.open()

    def _fit(self) -> None:
        lines = [min(self.list.sizeHintForRow(row), 90) for row in range(self.list.count())]
        shown = sum(lines[:_ROWS_IN_SIGHT]) or self.fontMetrics().height() * 3
        self.list.setFixedHeight(shown + 6)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Qt: wide enough for a name and a serial number."""
        return QSize(420, super().sizeHint().height())

    def _tool(self, text: str, act: object) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("small")
        button.setText(text)
        button.clicked.connect(act)
        return button

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        for button in (self.refresh_button, self.file_button, self.details_button):
            line.addWidget(button)
        line.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.list)
        layout.addWidget(self.state)
        layout.addLayout(line)
