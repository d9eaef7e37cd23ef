"""A line below the panes: what was done to mail, how far a long order is, and the way back."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from client.model.finding import Severity
from client.services.desk import MailDesk
from client.ui import dialogs
from client.ui.bridge import Bridge
from client.ui.change_words import ChangeWords
from client.ui.notice_bar import NoticeBar
from client.ui.texts import Texts

_SHOWN_MS = 20_000
"""The line goes by itself; the keys for undoing work on."""
_MOST = 50


class UndoMail(NoticeBar):
    """Remembers what can be taken back, newest on top; one press takes back one order, whole."""

    undone = Signal()
    """Messages are again where they were."""
    _progressed = Signal(int, int)

    def __init__(self, desk: MailDesk, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._texts = desk, texts
        self._words = ChangeWords(texts, self)
        self._bridge = Bridge(self)
        self._done: list[tuple[int, int, str]] = []
        self._going = QTimer(self)
        self._going.setSingleShot(True)
        self._going.setInterval(_SHOWN_MS)
        self._going.timeout.connect(self.clear)
        self._progressed.connect(self._show_progress)
        self.pressed.connect(self.undo)

    def offer(self, number: int, count: int, said: str) -> None:
        """An order is done and can be taken back by its number."""
        self._done = [*self._done[1 - _MOST :], (number, count, said)]
        self._say(said, can_undo=True)

    def tell(self, said: str) -> None:
        """Something to know, without a way back."""
        self._say(said, can_undo=False)

    def progress(self, done: int, total: int) -> None:
        """How far a long order is; may be called on any thread."""
        if done < total:
            self._progressed.emit(done, total)

    def undo(self) -> None:
        """Take the newest back."""
        if not self._done:
            self.tell(self.tr("Không có gì để hoàn tác."))
            return
        order = self._done.pop()
        number, count, _ = order

        def complain(error: BaseException) -> None:
            self._done.append(order)  # it can be tried again once there is room, say
            self._complain(error)

        future = self._desk.changes().take_back(number, self.progress)
        self._bridge.watch(future, lambda back: self._show_undone(back, count), complain)

    def _show_undone(self, back: int, count: int) -> None:
        self.undone.emit()
        said = self._words.taken_back(back, count)
        if self._done:
            before = self.tr("Trước đó: {what}").format(what=self._done[-1][2])
            self._say(f"{said} {before}", can_undo=True)
        else:
            self.tell(said)

    def _show_progress(self, done: int, total: int) -> None:
        self._say(self._words.under_way(done, total), can_undo=False)

    def _say(self, said: str, *, can_undo: bool) -> None:
        self.show_notice(Severity.INFO, said, button=self.tr("Hoàn tác") if can_undo else "")
        self.button.setToolTip(self.tr("Hoàn tác (Ctrl+Z)"))
        self._going.start()

    def _complain(self, error: BaseException) -> None:
        self.clear()
        self.undone.emit()
        dialogs.show_problem(self.window(), self._texts.error(error))
