"""What a mailbox's list has to show, asked for while the window goes on; only the newest question counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future

from PySide6.QtCore import QObject, QTimer, Signal

from client.errors import ClientError
from client.services.desk import MailDesk
from client.ui.bridge import Bridge

_SLOW_MS = 250
"""A search that takes longer is said to be under way; a quicker one would only flicker."""


class Finder(QObject):
    """Asks the desk for rows, and knows what the list is to show once they are there."""

    found = Signal(int, str, object)
    """Mailbox, query, row numbers (a sequence of int)."""
    failed = Signal(object)
    """A `ClientError` in their place."""
    slow = Signal()
    """What the user asked for is still being looked up."""

    def __init__(self, desk: MailDesk, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._bridge = bridge
        self._mailbox_id, self._query = 0, ""
        self._kept: list[int] = []
        self._turn = 0
        self._is_out = self._is_stale = False
        self._after: Callable[[], None] | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self.slow)

    @property
    def query(self) -> str:
        """The words that were asked for last, be it that their answer is not here yet."""
        return self._query

    def keep(self, row_id: int) -> None:
        """Until another question is asked this row stays among the answers, read or not."""
        if row_id not in self._kept:
            self._kept.append(row_id)

    @property
    def is_out(self) -> bool:
        """A question waits for its answer."""
        return self._is_out

    def ask(self, mailbox_id: int, query: str) -> None:
        """A new question, answered by `found` or `failed` unless another one is asked meanwhile."""
        self.settle(mailbox_id, query)
        self._patience.start(_SLOW_MS)
        self._send()

    def again(self) -> None:
        """Something came or went: the same question, after the one that is out has been answered."""
        if self._is_out:
            self._is_stale = True
        elif self._mailbox_id:
            self._send()

    def then(self, act: Callable[[], None]) -> None:
        """Do it once what was asked for is found; another question drops it."""
        if self._is_out:
            self._after = act
        else:
            act()

    def settle(self, mailbox_id: int, query: str) -> None:
        """This is what is on show now; no answer to an earlier question counts any more."""
        self._mailbox_id, self._query, self._kept = mailbox_id, query, []
        self._turn += 1
        self._is_out = self._is_stale = False
        self._after = None
        self._patience.stop()

    def _send(self) -> None:
        turn, self._is_out, self._is_stale = self._turn, True, False

        def answer(row_ids: Sequence[int]) -> None:
            if self._ends(turn):
                after, self._after = self._after, None
                self.found.emit(self._mailbox_id, self._query, row_ids)
                if after is not None:
                    after()
                self._catch_up()

        def complain(error: BaseException) -> None:
            if self._ends(turn):
                self.failed.emit(error)

        self._bridge.watch(self._asked(), answer, complain)

    def _asked(self) -> Future[Sequence[int]]:
        try:
            return self._desk.find(self._mailbox_id, self._query, tuple(self._kept))
        except ClientError as error:
            refused: Future[Sequence[int]] = Future()
            refused.set_exception(error)
            return refused

    def _ends(self, turn: int) -> bool:
        """Whether that question is the one that is out; it is no longer."""
        if turn != self._turn:
            return False
        self._is_out = False
        self._patience.stop()
        return True

    def _catch_up(self) -> None:
        if self._is_stale and not self._is_out:
            self._send()
