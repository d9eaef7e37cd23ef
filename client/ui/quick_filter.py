"""The row above the list that narrows it at a press: unread, starred, with attachments, signed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from client.ui import theme
from client.ui.flow import FlowLayout


class QuickFilter(QWidget):
    """Filters that can be combined with each other and with what is typed into the search box."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Bộ lọc nhanh"))
        self.setObjectName("filters")
        self.setStyleSheet(f"QWidget#filters {{ border-bottom: 1px solid {theme.LINE}; }}")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = FlowLayout(self, spacing=4)
        row.setContentsMargins(8, 4, 8, 5)
        self.buttons: dict[str, QToolButton] = {}
        for operator, text, tip in self._kinds():
            button = self._button(text, tip)
            row.addWidget(button)
            self.buttons[operator] = button

    def query(self, typed: str) -> str:
        """The query for what was typed, narrowed by what is pressed.

        In front: the last word that was typed may still be the beginning of one.
        """
        operators = (one for one, button in self.buttons.items() if button.isChecked())
        return " ".join(filter(None, (*operators, typed)))

    def is_on(self) -> bool:
        """Whether any is pressed."""
        return any(button.isChecked() for button in self.buttons.values())

    def clear(self) -> None:
        """Release all."""
        if self.is_on():
            for button in self.buttons.values():
                button.setChecked(False)
            self.changed.emit()

    def _kinds(self) -> tuple[tuple[str, str, str], ...]:
        # "ký-số" rather than "chữ-ký": whoever types "số" after it does not mean "chữ ký số".
        return (
            ("có:chưa-đọc", self.tr("Chưa đọc"), self.tr("Chỉ hiện thư chưa đọc")),
            ("có:sao", self.tr("Gắn sao"), self.tr("Chỉ hiện thư gắn sao")),
            ("có:đính-kèm", self.tr("Đính kèm"), self.tr("Chỉ hiện thư có tệp đính kèm")),
            ("có:ký-số", self.tr("Đã ký"), self.tr("Chỉ hiện thư có chữ ký số, dù đã kiểm tra hay chưa")),
        )

    def _button(self, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("chip")
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(self.changed)
        return button
