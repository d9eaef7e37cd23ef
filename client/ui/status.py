"""What the status bar says: one line for all accounts, and what waits in the outbox."""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from client.config.catalogue import Text
from client.errors import ConnectionLost, TimedOut
from client.model.account import Account
from client.model.event import Event, EventKind
from client.ui import theme
from client.ui.texts import Texts
from client.ui.widgets import plain_tooltip

_OFFLINE = frozenset({ConnectionLost.code, TimedOut.code})
"""Nothing is wrong with the account; the server was not reached."""
_LONGEST = 110
"""Characters of the line; the whole text is in its tool tip."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SyncStatus(QWidget):
    """All well, under way, or who has a problem; a click on a problem tells the whole text."""

    problem_clicked = Signal(object)
    """The `Text` of the problems."""
    outbox_clicked = Signal()
    operations_clicked = Signal()
    drafts_clicked = Signal()

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
        self._names = {account.account_id: texts.account(account) for account in accounts}
        self._problems: dict[str, Event] = {}
        self._waiting: set[str] = set()
        self._progress: dict[tuple[str, int], tuple[int, int]] = {}
        self._done_at: datetime | None = None
        self._changes = 0
        self.summary = self._button()
        self.summary.clicked.connect(self._tell)
        self._outbox = self._button()
        self._outbox.clicked.connect(self.outbox_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 0)
        row.addWidget(self.summary)
        row.addStretch(1)
        self._operations = self._button()
        self._operations.clicked.connect(self.operations_clicked)
        row.addWidget(self._operations)
        self._drafts = self._button()
        self._drafts.clicked.connect(self.drafts_clicked)
        row.addWidget(self._drafts)
        row.addWidget(self._outbox)
        self._show()
        self.show_outbox(0)
        self.show_operations(0, 0)
        self.show_drafts(0)

    def go_on_from(self, other: SyncStatus) -> None:
        """Know what ``other`` knew; it spoke another language."""
        self._problems, self._waiting = other._problems, other._waiting
        self._progress, self._done_at = other._progress, other._done_at
        self._changes = other._changes
        self._show()

    def take(self, event: Event) -> None:
        """Show what an event says about its account."""
        account_id = event.account_id
        if account_id not in self._names:
            return
        if event.kind is EventKind.PROGRESS:
            self._waiting.add(account_id)
            self._progress[account_id, event.subject_id] = (event.done, event.total)
        elif event.kind in {EventKind.ACCOUNT_OK, EventKind.ACCOUNT_PROBLEM}:
            self._waiting.discard(account_id)
            self._progress = {key: value for key, value in self._progress.items() if key[0] != account_id}
            self._problems.pop(account_id, None)
            if event.kind is EventKind.ACCOUNT_OK:
                self._done_at = self._clock()
            else:
                self._problems[account_id] = event
        self._show()

    def show_syncing(self) -> None:
        """The user asked for new mail, or nothing is known of any account."""
        self._waiting = set(self._names)
        self._show()

    def show_outbox(self, pending: int) -> None:
        """How many messages wait."""
        text = (
            self.tr("{count} thư chờ gửi").format(count=pending)
            if pending
            else self.tr("Không có thư chờ gửi")
        )
        self._outbox.setText(text)
        self._outbox.setIcon(theme.icon("outbox", theme.CAUTION if pending else theme.MUTED))

    def show_operations(self, waiting: int, parked: int) -> None:
        """How many changes the server has not taken, and how many of them wait for a person."""
        text = self.tr("{count} thay đổi chưa gửi lên máy chủ").format(count=waiting)
        if parked:
            text = self.tr("{count} thay đổi cần xử lý").format(count=parked)
        self._operations.setText(text)
        self._operations.setIcon(theme.icon("sync", theme.BAD if parked else theme.MUTED))
        self._operations.setVisible(waiting > 0)
        self._changes = waiting
        self._show()

    def show_drafts(self, refused: int) -> None:
        """How many drafts the mail server did not take; they are kept here, so that is said quietly."""
        self._drafts.setText(self.tr("{count} bản nháp chưa lên được máy chủ").format(count=refused))
        self._drafts.setIcon(theme.icon("drafts", theme.MUTED))
        self._drafts.setVisible(refused > 0)

    def drafts_line(self) -> str:
        """What is said of them; nothing while there are none."""
        return self._drafts.text() if self._drafts.isVisibleTo(self) else ""

    def operations_line(self) -> str:
        """What is said of them; nothing while there are none."""
        return self._operations.text() if self._operations.isVisibleTo(self) else ""

    def line(self) -> str:
        """What is said of the accounts."""
        return self.summary.accessibleName()

    def _button(self) -> QToolButton:
        button = QToolButton(self)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setStyleSheet("QToolButton { padding: 1px 6px; }")
        return button

    def _show(self) -> None:
        if self._problems:
            offline = all(event.code in _OFFLINE for event in self._problems.values())
            ink = theme.CAUTION if offline else theme.BAD
            line = self._problem_line(offline=offline)
            self._say("sig-warning", ink, line, self.tr("Bấm để xem chi tiết."))
        elif self._progress:
            done, total = (sum(pair[at] for pair in self._progress.values()) for at in (0, 1))
            text = self.tr("Đang đồng bộ: {done}/{total} thư")
            self._say(
                "sync",
                theme.ACCENT,
                text.format(done=self._texts.count(done), total=self._texts.count(total)),
            )
        elif self._waiting:
            self._say("sync", theme.ACCENT, self.tr("Đang kết nối…"))
        elif self._done_at is not None:
            self._say("sig-valid", theme.GOOD, self._done_line(self._done_at))
        else:
            self._say("waiting", theme.MUTED, self.tr("Chưa đồng bộ"))

    def _done_line(self, done_at: datetime) -> str:
        line = self.tr("Đã đồng bộ {when}")
        if self._changes:
            line = self.tr("Đã đồng bộ {when}, còn {count} thay đổi chờ gửi lên máy chủ")
        return line.format(when=done_at.astimezone().strftime("%H:%M"), count=self._changes)

    def _problem_line(self, *, offline: bool) -> str:
        if offline and len(self._problems) == len(self._names):
            return self.tr("Ngoại tuyến: chưa kết nối được máy chủ; vẫn đọc và soạn được, thư sẽ tự gửi sau")
        if len(self._problems) == 1:
            (event,) = self._problems.values()
            return f"{self._names[event.account_id]}: {self._text(event).title}"
        count, names = len(self._problems), ", ".join(self._named(self._problems))
        return self.tr("{count} tài khoản có vấn đề: {names}").format(count=count, names=names)

    def _named(self, account_ids: Container[str]) -> list[str]:
        """In the accounts' own order, whichever spoke first."""
        return [name for one, name in self._names.items() if one in account_ids]

    def _say(self, icon: str, ink: str, line: str, more: str = "") -> None:
        short = line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
        self.summary.setIcon(theme.icon(icon, ink))
        self.summary.setText(short.replace("&", "&&"))
        self.summary.setToolTip(plain_tooltip(f"{line} {more}".strip()))
        self.summary.setAccessibleName(line)

    def _tell(self) -> None:
        if len(self._problems) == 1:
            (event,) = self._problems.values()
            self.problem_clicked.emit(self._text(event))
        elif self._problems:
            title = self.tr("Có tài khoản chưa đồng bộ được.")
            self.problem_clicked.emit(Text(title, "\n\n".join(self._causes())))

    def _causes(self) -> list[str]:
        """Each said once, after the accounts that have it."""
        causes: dict[Text, list[str]] = {}
        for account_id in self._names:
            if account_id in self._problems:
                causes.setdefault(self._text(self._problems[account_id]), []).append(account_id)
        return [f"{', '.join(self._named(who))}: {text.title}\n{text.action}" for text, who in causes.items()]

    def _text(self, event: Event) -> Text:
        return self._texts.text("error", event.code, **dict(event.params))
