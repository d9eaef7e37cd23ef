"""An encrypted letter on show: ask for the key, open, show, and forget it when another one is chosen."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from client.errors import Cancelled, MessageNotOpened
from client.model.account import KeyRef
from client.model.picture import DrawnPicture
from client.services.desk import MailDesk
from client.services.letters_desk import OpenedLetter
from client.services.requests import KeyUse
from client.ui.bridge import Bridge
from client.ui.open_letter_dialog import OpenLetterDialog
from client.ui.signing_errors import is_key_trouble
from client.ui.texts import Texts


class LetterFlow(QObject):
    """One letter at a time; an answer for a letter that is no longer on show is closed, not shown."""

    working = Signal()
    opened = Signal(object)
    """An `OpenedLetter`."""
    failed = Signal(object)
    """The error, where another key would not help."""
    stopped = Signal()
    """Nothing was opened: the reader turned back."""

    def __init__(self, desk: MailDesk, texts: Texts, bridge: Bridge, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._texts, self._bridge, self._window = desk, texts, bridge, window
        self._raw: Callable[[], Future[bytes]] | None = None
        self._turn = self._asked = 0
        self._tried: KeyRef | None = None
        self.is_open = False
        self.dialog: QDialog | None = None

    def ask(self, raw: Callable[[], Future[bytes]]) -> None:
        """Ask which key opens the message that ``raw`` brings."""
        self._raw = raw
        self._show_dialog(None)

    def forget(self) -> None:
        """Another message is chosen, or the reader closes this one."""
        self._turn += 1
        self._raw = None
        if self.dialog is not None:
            self.dialog.reject()
        if self.is_open:
            self.is_open = False
            self._desk.signing().letters().close()

    def attachment(self, section: str) -> Future[bytes]:
        """An attachment of the open letter."""
        return self._desk.signing().letters().attachment(section)

    def picture(self, section: str) -> Future[DrawnPicture | None]:
        """A picture of the open letter."""
        return self._desk.signing().letters().picture(section)

    def _show_dialog(self, error: BaseException | None) -> None:
        dialog = OpenLetterDialog(self._desk, self._texts, self._tried or self._own_key(), self._window)
        if error is not None:
            dialog.show_error(error)
        dialog.chosen.connect(self._open)
        dialog.rejected.connect(self.stopped)
        dialog.finished.connect(self._on_closed)
        self.dialog = dialog
        dialog.open()

    def _on_closed(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()

    def _own_key(self) -> KeyRef | None:
        keys = (account.personal_key for account in self._desk.accounts())
        return next((key for key in keys if key is not None), None)

    def _open(self, use: KeyUse) -> None:
        if self._raw is None:
            return
        self._tried = use.key
        self.working.emit()
        turn = self._asked = self._turn
        future = self._desk.signing().letters().open(self._raw(), use)
        self._bridge.watch(
            future, lambda letter: self._on_opened(letter, turn), lambda error: self._on_error(error, turn)
        )

    def _on_opened(self, letter: OpenedLetter, turn: int) -> None:
        if turn != self._turn:
            if turn == self._asked:  # a letter opened later has taken its place by itself
                self._desk.signing().letters().close()
            return
        self.is_open = True
        self.opened.emit(letter)

    def _on_error(self, error: BaseException, turn: int) -> None:
        if turn != self._turn:
            return
        other = isinstance(error, MessageNotOpened) and error.params.get("reason") == "other-recipient"
        if isinstance(error, Cancelled):
            self.stopped.emit()
        elif other or is_key_trouble(error):
            self.stopped.emit()
            self._show_dialog(error)
        else:
            self.failed.emit(error)
