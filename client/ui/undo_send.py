"""A line across the window for some seconds after "send": the letter can still be taken back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from client.errors import ClientError
from client.model.finding import Severity
from client.model.outgoing import Draft, OutboxEntry, OutboxState
from client.services.desk import MailDesk
from client.ui import dialogs
from client.ui.bridge import Bridge
from client.ui.notice_bar import NoticeBar
from client.ui.texts import Texts


class UndoSend(NoticeBar):
    """Shows the newest letter that waits out its pause; the outbox, not this clock, holds it back."""

    taken_back = Signal()
    """An entry was cancelled."""

    def __init__(
        self, desk: MailDesk, texts: Texts, compose: Callable[[Draft], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._texts, self._compose = desk, texts, compose
        self._bridge = Bridge(self)
        self._entry: OutboxEntry | None = None
        self._left = 0
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._count)
        self.pressed.connect(self._take_back)

    def offer(self, outbox_id: int, seconds: float) -> None:
        """Offer to take this entry back for so long; one that does not wait is not spoken of."""
        entry = next((one for one in self._desk.outbox() if one.outbox_id == outbox_id), None)
        if entry is None or entry.state is not OutboxState.QUEUED or entry.not_before is None:
            return
        self._entry, self._left = entry, round(seconds)
        self._second.start()
        self._say()

    def _count(self) -> None:
        self._left -= 1
        if self._left > 0:
            self._say()
        else:
            self._end()

    def _say(self) -> None:
        subject = " ".join(self._entry.subject.split()) if self._entry is not None else ""
        title = self.tr("Thư “{subject}” sẽ được gửi sau {seconds} giây.").format(
            subject=subject or self.tr("(không có tiêu đề)"), seconds=self._left
        )
        self.show_notice(Severity.INFO, title, button=self.tr("Hoàn tác gửi"))

    def _end(self) -> None:
        self._second.stop()
        self._entry = None
        self.clear()

    def _take_back(self) -> None:
        entry = self._entry
        self._end()
        if entry is None:
            return
        try:
            self._desk.outgoing().cancel(entry.outbox_id)
        except ClientError as error:
            # It has left meanwhile; what is said then is said by the outbox.
            self._complain(error)
            return
        self.taken_back.emit()
        self._bridge.watch(self._desk.draft(entry.draft_id), self._compose, self._complain)

    def _complain(self, error: BaseException) -> None:
        dialogs.show_problem(self.window(), self._texts.error(error))
