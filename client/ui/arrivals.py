"""New mail is told beside the clock while the window is not the one in use; a click opens it."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon, QWidget

from client.errors import ClientError
from client.model.event import Event, EventKind
from client.model.mailbox import MessageRow, SpecialUse
from client.services.desk import MailDesk
from client.ui import theme
from client.ui.texts import Texts

_TOGETHER_MS = 1500
"""What comes within this time is told at once: one line for ten letters."""
_SHOWN_MS = 8000
_LONGEST = 120
"""In characters: a notice beside the clock has room for no more."""
_ENTRY = "new-mail"
_NO_TAGS = str.maketrans("<>", "‹›")


class Telling(StrEnum):
    """How much of new mail may be read over somebody's shoulder."""

    FULL = "full"
    COUNT = "count"
    OFF = "off"


class Arrivals(QObject):
    """Gathers the engine's `EventKind.ARRIVED`; ``memory`` keeps how much is told."""

    opened = Signal(int, int)
    """Mailbox and row of the newest letter that was told of, when the notice is clicked."""
    woken = Signal()
    """The sign beside the clock was clicked."""

    def __init__(
        self,
        desk: MailDesk,
        texts: Texts,
        memory: QSettings,
        window: QWidget,
        tray: QSystemTrayIcon | None = None,
    ) -> None:
        super().__init__(window)
        self._desk, self._texts, self._memory, self._window = desk, texts, memory, window
        self._new: dict[str, tuple[int, int]] = {}
        self._newest = (0, 0)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TOGETHER_MS)
        self._pause.timeout.connect(self._tell)
        self._tray: QSystemTrayIcon | None = None
        if tray is not None or QSystemTrayIcon.isSystemTrayAvailable():
            self._settle_in(tray or QSystemTrayIcon(self))

    @property
    def telling(self) -> Telling:
        """How much is told now."""
        kept = str(self._memory.value(_ENTRY, Telling.FULL))
        return Telling(kept) if kept in set(Telling) else Telling.FULL

    def menu(self, parent: QMenu) -> QMenu:
        """The choice of how much is told, as a part of a menu."""
        menu = parent.addMenu(self.tr("Báo thư mới"))
        group = QActionGroup(menu)
        names = {
            Telling.FULL: self.tr("Người gửi và tiêu đề"),
            Telling.COUNT: self.tr("Chỉ số thư"),
            Telling.OFF: self.tr("Không báo"),
        }
        for telling, name in names.items():
            action = QAction(name, group)
            action.setCheckable(True)
            action.setChecked(telling is self.telling)
            action.triggered.connect(lambda _=False, telling=telling: self._choose(telling))
            menu.addAction(action)
        return menu

    def take(self, event: Event) -> None:
        """Note what has come; it is told once the burst is over, or never while the window is in use."""
        if (
            event.kind is not EventKind.ARRIVED
            or self.telling is Telling.OFF
            or self._window.isActiveWindow()
        ):
            return
        count, _ = self._new.get(event.account_id, (0, 0))
        self._new[event.account_id] = (count + event.total, event.subject_id)
        self._pause.start()

    def remove(self) -> None:
        """Take the sign away: another window is about to have its own."""
        self._show_sign(shown=False)
        self.deleteLater()

    def _choose(self, telling: Telling) -> None:
        self._memory.setValue(_ENTRY, str(telling))
        self._memory.sync()
        self._show_sign(shown=telling is not Telling.OFF)

    def _settle_in(self, tray: QSystemTrayIcon) -> None:
        self._tray = tray
        tray.setIcon(theme.icon("app", theme.ACCENT))
        tray.setToolTip(self.tr("Công Thư"))
        tray.messageClicked.connect(self._open)
        tray.activated.connect(self._wake)
        self._show_sign(shown=self.telling is not Telling.OFF)

    def _show_sign(self, *, shown: bool) -> None:
        if self._tray is not None:
            self._tray.setVisible(shown)

    def _tell(self) -> None:
        new, self._new = self._new, {}
        if self._window.isActiveWindow():
            return
        count = sum(one for one, _ in new.values())
        row = self._newest_of(new)
        title, line = self._words(count, row)
        if self._tray is not None:
            self._tray.showMessage(title, line, theme.icon("app", theme.ACCENT), _SHOWN_MS)
        QApplication.alert(self._window)

    def _newest_of(self, new: dict[str, tuple[int, int]]) -> MessageRow | None:
        """The newest of all accounts; None where it has gone again meanwhile."""
        found: list[tuple[MessageRow, int]] = []
        for account_id, (_, row_id) in new.items():
            try:
                inbox = self._inbox(account_id)
                row = self._desk.rows(inbox, (row_id,)).get(row_id) if inbox else None
            except ClientError:
                continue  # the list says what is the matter with the store
            if row is not None:
                found.append((row, inbox))
        if not found:
            self._newest = (0, 0)
            return None
        row, inbox = max(found, key=lambda one: one[0].received_at)
        self._newest = (inbox, row.row_id)
        return row

    def _inbox(self, account_id: str) -> int:
        boxes = self._desk.mailboxes(account_id)
        return next((one.mailbox_id for one in boxes if one.special_use is SpecialUse.INBOX), 0)

    def _words(self, count: int, row: MessageRow | None) -> tuple[str, str]:
        several = self.tr("{count} thư mới").format(count=self._texts.count(count))
        if self.telling is Telling.COUNT or row is None:
            return self.tr("Công Thư"), several
        sender = _line(row.sender_name or row.sender_address)
        subject = _line(row.subject) or self.tr("(không có tiêu đề)")
        if count == 1:
            return sender, subject
        newest = self.tr("Mới nhất: {sender} – {subject}").format(sender=sender, subject=subject)
        return several, newest

    def _open(self) -> None:
        self.woken.emit()
        if self._newest[1]:
            self.opened.emit(*self._newest)

    def _wake(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in {QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick}:
            self.woken.emit()


def _line(text: str) -> str:
    """One line. Some desktops read it as a page (``body-markup``) and would fetch its pictures."""
    line = " ".join(text.split()).translate(_NO_TAGS)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def bring_forward(window: QWidget) -> None:
    """Before the others, and out of the task bar."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
