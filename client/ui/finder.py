"""What a mailbox's list has to show, asked for while the window goes on; only the newest answer counts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from client.services.desk import MailDesk
from client.ui.bridge import Bridge

_SLOW_MS = 250
"""A search that takes longer is said to be under way; a quicker one would only flicker."""


class Finder(QObject):
    """Asks the desk for rows."""

    found = Signal(int, str, object)
    """Mailbox, query, row numbers (a sequence of int) of the question asked last."""
    failed = Signal(object)
    """A `ClientError` in their place."""
    slow = Signal()
    """The question asked last is still being answered."""

    def __init__(self, desk: MailDesk, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._bridge = bridge
        self._turn = 0
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self.slow)

    def ask(self, mailbox_id: int, query: str) -> None:
        """Answered by `found` or `failed`, unless something else is asked meanwhile."""
        self._turn += 1
        turn = self._turn

        def answer(row_ids: Sequence[int]) -> None:
            if turn == self._turn:
                self._patience.stop()
                self.found.emit(mailbox_id, query, row_ids)

        def complain(error: BaseException) -> None:
            if turn == self._turn:
                self._patience.stop()
                self.failed.emit(error)

        if query:
            self._patience.start(_SLOW_MS)
        self._bridge.watch(self._desk.find(mailbox_id, query), answer, complain)

    def forget(self) -> None:
        """Nobody waits for an answer any more."""
        self._turn += 1
        self._patience.stop()
