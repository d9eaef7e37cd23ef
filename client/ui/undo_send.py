"""A line across the window for some seconds after "send": the letter can still be taken back."""

from __future__ import annotations

import time
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

_LEAST_S = 0.5
"""A pause that ends sooner is over for whoever reads the line."""


class UndoSend(NoticeBar):
    """Shows the newest letter that waits out its pause, then the one sent before it if that still waits.

    The outbox, not this clock, holds them back.
    """

    taken_back = Signal()
    """An entry was cancelled."""

    def __init__(
        self, desk: MailDesk, texts: Texts, compose: Callable[[Draft], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._texts, self._compose = desk, texts, compose
        self._bridge = Bridge(self)
        self._waiting: list[tuple[OutboxEntry, float]] = []
        """With the moment each pause ends, the newest last."""
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._say)
        self.pressed.connect(self._take_back)

    def offer(self, outbox_id: int, seconds: float) -> None:
        """Offer to take this entry back for so long; one that does not wait is not spoken of."""
        entry = next((one for one in self._desk.outbox() if one.outbox_id == outbox_id), None)
        if entry is None or entry.state is not OutboxState.QUEUED or entry.not_before is None:
            return
        self._waiting.append((entry, time.monotonic() + seconds))
        self._second.start()
        self._say()

    def _say(self) -> None:
        """Speak of the newest; when its pause is over, of the one before."""
        now = time.monotonic()
        self._waiting = [one for one in self._waiting if one[1] - now > _LEAST_S]
        if not self._waiting:
            self._second.stop()
            self.clear()
            return
        entry, ends = self._waiting[-1]
        title = self.tr("Thư “{subject}” sẽ được gửi sau {seconds} giây.").format(
            subject=" ".join(entry.subject.split()) or self.tr("(không có tiêu đề)"),
            seconds=max(1, round(ends - now)),
        )
        if len(self._waiting) > 1:
            more = self.tr("(còn {count} thư gửi trước đó)").format(count=len(self._waiting) - 1)
            title = f"{title} {more}"
        self.show_notice(Severity.INFO, title, button=self.tr("Hoàn tác gửi"))

    def _take_back(self) -> None:
        if not self._waiting:
            return
        entry, _ = self._waiting.pop()
        self._say()
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
