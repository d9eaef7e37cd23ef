"""What the status bar says: how far each account is, and what waits in the outbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from client.config.catalogue import Text
from client.model.account import Account
from client.model.event import Event, EventKind
from client.ui import theme
from client.ui.texts import Texts
from client.ui.widgets import plain_tooltip


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SyncStatus(QWidget):
    """A short line per account; an account with a problem can be clicked for the whole text."""

    problem_clicked = Signal(object)
    """The `Text` of the problem."""
    outbox_clicked = Signal()

    def __init__(
        self,
        texts: Texts,
        accounts: tuple[Account, ...],
        parent: QWidget | None = None,
        *,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        super().__init__(parent)
        self._texts = texts
        self._clock = clock
        self._problems: dict[str, Text] = {}
        self._names = {account.account_id: texts.account(account) for account in accounts}
        self._buttons = {account_id: self._button() for account_id in self._names}
        self._outbox = self._button()
        self._outbox.clicked.connect(self.outbox_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 0)
        for account_id, button in self._buttons.items():
            button.clicked.connect(partial(self._tell, account_id))
            self._say(account_id, "waiting", theme.MUTED, self.tr("chưa đồng bộ"))
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self._outbox)
        self.show_outbox(0)

    def take(self, event: Event) -> None:
        """Show what an event says about its account."""
        account_id = event.account_id
        if account_id not in self._buttons:
            return
        if event.kind is EventKind.PROGRESS:
            done, total = map(self._texts.count, (event.done, event.total))
            text = self.tr("đang tải {done}/{total} thư").format(done=done, total=total)
            self._say(account_id, "sync", theme.ACCENT, text)
        elif event.kind is EventKind.ACCOUNT_OK:
            self._problems.pop(account_id, None)
            when = self._clock().astimezone().strftime("%H:%M")
            self._say(
                account_id, "sig-valid", theme.GOOD, self.tr("đã cập nhật lúc {when}").format(when=when)
            )
        elif event.kind is EventKind.ACCOUNT_PROBLEM:
            text_of = self._texts.text("error", event.code, **dict(event.params))
            self._problems[account_id] = text_of
            self._say(account_id, "sig-warning", theme.BAD, text_of.title, text_of.action)

    def show_syncing(self) -> None:
        """The user asked for new mail."""
        for account_id in self._buttons:
            self._say(account_id, "sync", theme.ACCENT, self.tr("đang kết nối…"))

    def show_outbox(self, pending: int) -> None:
        """How many messages wait."""
        text = (
            self.tr("{count} thư chờ gửi").format(count=pending)
            if pending
            else self.tr("Không có thư chờ gửi")
        )
        self._outbox.setText(text)
        self._outbox.setIcon(theme.icon("outbox", theme.CAUTION if pending else theme.MUTED))

    def line(self, account_id: str) -> str:
        """What is said of an account."""
        return self._buttons[account_id].text()

    def _button(self) -> QToolButton:
        button = QToolButton(self)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setStyleSheet("QToolButton { padding: 1px 6px; }")
        return button

    def _say(self, account_id: str, icon: str, ink: str, text: str, more: str = "") -> None:
        button = self._buttons[account_id]
        line = f"{self._names[account_id]}: {text}"
        button.setIcon(theme.icon(icon, ink))
        button.setText((line if len(line) <= 70 else f"{line[:69]}…").replace("&", "&&"))
        button.setToolTip(plain_tooltip(f"{line} {more}".strip()))
        button.setAccessibleName(line)

    def _tell(self, account_id: str) -> None:
        if account_id in self._problems:
            self.problem_clicked.emit(self._problems[account_id])
