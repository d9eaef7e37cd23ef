"""What can be done about the judgement on show: a row of buttons under the signature panel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QMenu, QToolButton, QWidget

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
    is_rare: bool = False
    """Offered in the menu at the end of the row: what most readers of a letter do not need."""


class VerificationActions(QFrame):
    """Buttons in the order they were offered; hidden while there is no judgement or nothing to do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._judged: Judged | None = None
        self._offers: list[tuple[Offer, QToolButton | QAction]] = []
        self._hosted: list[QWidget] = []
        self._row = FlowLayout(self)
        self._row.setContentsMargins(16, 4, 8, 4)
        self.more = QToolButton(self)
        self.more.setObjectName("small")
        self.more.setText(self.tr("Lưu, xuất"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self.more)
        self._menu.setToolTipsVisible(True)
        self.more.setMenu(self._menu)
        self.more.hide()
        self.setAccessibleName(self.tr("Việc có thể làm với kết quả kiểm tra"))
        self.setStyleSheet(f"VerificationActions {{ border-bottom: 1px solid {theme.LINE}; }}")
        self.hide()

    def offer(self, offer: Offer) -> None:
        """Add a button at the end of the row, or a line to the menu there."""
        made = self._entry(offer) if offer.is_rare else self._button(offer)
        self._offers.append((offer, made))
        self._row.removeWidget(self.more)
        self._row.addWidget(self.more)
        self._show()

    def host(self, widget: QWidget, changed: SignalInstance) -> None:
        """Give ``widget`` a place at the head of the row; ``changed`` tells that it appeared or went."""
        self._hosted.append(widget)
        self._row.addWidget(widget)
        changed.connect(self._show)
        self._show()

    def button(self, name: str) -> QToolButton:
        """The button of the offer with that name; KeyError without one."""
        return {offer.name: one for offer, one in self._offers if isinstance(one, QToolButton)}[name]

    def entry(self, name: str) -> QAction:
        """The menu's line for the offer with that name; KeyError without one."""
        return {offer.name: one for offer, one in self._offers if isinstance(one, QAction)}[name]

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
        for (_, one), visible in zip(self._offers, shown, strict=True):
            one.setVisible(visible)
        rare = any(visible for (offer, _), visible in zip(self._offers, shown, strict=True) if offer.is_rare)
        self.more.setVisible(rare)
        self.setVisible(any(shown) or any(not one.isHidden() for one in self._hosted))
        self._row.invalidate()

    def _button(self, offer: Offer) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("small")
        button.setText(offer.text)
        button.setToolTip(offer.tip)
        button.clicked.connect(lambda: self._act(offer))
        self._row.addWidget(button)
        return button

    def _entry(self, offer: Offer) -> QAction:
        entry = self._menu.addAction(offer.text)
        entry.setToolTip(offer.tip)
        entry.triggered.connect(lambda: self._act(offer))
        return entry

    def _act(self, offer: Offer) -> None:
        if self._judged is not None:
            offer.act(self._judged)
