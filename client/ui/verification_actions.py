"""What can be done about the judgement on show: a row of buttons under the signature panel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QToolButton, QWidget

from client.model.secret import Secret
from client.model.verdict import VerificationReport
from client.ui import theme
from client.ui.flow import FlowLayout


@dataclass(frozen=True, slots=True)
class Judged:
    """The message on show and what was found."""

    mailbox_id: int
    row_id: int
    report: VerificationReport
    password: Secret | None = None
    """What opened its encrypted documents for this judgement."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to do: shown where ``when`` holds, done by ``act`` for the message then on show."""

    name: str
    """What `VerificationActions.button` knows it by."""
    text: str
    when: Callable[[Judged], bool]
    act: Callable[[Judged], object]
    tip: str = ""


class VerificationActions(QFrame):
    """Buttons in the order they were offered; hidden while there is no judgement or nothing to do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._judged: Judged | None = None
        self._offers: list[tuple[Offer, QToolButton]] = []
        self._row = FlowLayout(self)
        self._row.setContentsMargins(16, 6, 8, 6)
        self.setAccessibleName(self.tr("Việc có thể làm với kết quả kiểm tra"))
        self.setStyleSheet(f"VerificationActions {{ border-bottom: 1px solid {theme.LINE}; }}")
        self.hide()

    def offer(self, offer: Offer) -> QToolButton:
        """Add a button at the end of the row."""
        button = QToolButton(self)
        button.setObjectName("small")
        button.setText(offer.text)
        button.setToolTip(offer.tip)
        button.clicked.connect(lambda: self._act(offer))
        self._row.addWidget(button)
        self._offers.append((offer, button))
        self._show()
        return button

    def button(self, name: str) -> QToolButton:
        """The button of the offer with that name; KeyError without one."""
        return {offer.name: button for offer, button in self._offers}[name]

    def show_for(self, judged: Judged) -> None:
        """The judgement now on show."""
        self._judged = judged
        self._show()

    def clear(self) -> None:
        """No judgement is on show."""
        self._judged = None
        self._show()

    def _show(self) -> None:
        judged = self._judged
        shown = [judged is not None and offer.when(judged) for offer, _ in self._offers]
        for (_, button), visible in zip(self._offers, shown, strict=True):
            button.setVisible(visible)
        self.setVisible(any(shown))
        self._row.invalidate()

    def _act(self, offer: Offer) -> None:
        if self._judged is not None:
            offer.act(self._judged)
