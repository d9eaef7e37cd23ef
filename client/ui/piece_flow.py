"""A letter that came in pieces: look for the others, join them when the reader asks, forget it afterwards."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from client.model.picture import DrawnPicture
from client.model.piece import FoundPieces
from client.services.desk import MailDesk
from client.services.futures import resolved
from client.services.reading_desk import JoinedLetter
from client.ui.bridge import Bridge
from client.ui.piece_banner import PieceBanner

T = TypeVar("T")


class PieceFlow(QObject):
    """One letter at a time; an answer for one that is no longer on show is dropped."""

    opened = Signal(object)
    """A `JoinedLetter`."""
    failed = Signal(object)

    def __init__(self, desk: MailDesk, bridge: Bridge, banner: PieceBanner) -> None:
        super().__init__(banner)
        self._desk, self._bridge, self._banner = desk, bridge, banner
        self._turn = 0
        self._current = (0, 0)
        self._found: FoundPieces | None = None
        self._letter: JoinedLetter | None = None
        banner.join_requested.connect(self._join)

    @property
    def is_open(self) -> bool:
        """Whether a joined letter is on show."""
        return self._letter is not None

    def look(self, mailbox_id: int, row_id: int) -> None:
        """A piece is on show: look for the others."""
        self.forget()
        self._current = (mailbox_id, row_id)
        future = self._desk.reading().pieces(mailbox_id, row_id)
        self._bridge.watch(future, self._fresh(self._show_found), self._fresh(self.failed.emit))

    def forget(self) -> None:
        """Another message is chosen."""
        self._turn += 1
        self._letter = self._found = None

    def attachment(self, section: str) -> Future[bytes]:
        """An attachment of the joined letter."""
        return self._desk.reading().joined_attachment(self._joined(), section)

    def picture(self, section: str) -> Future[DrawnPicture | None]:
        """A picture of the joined letter."""
        return self._desk.reading().joined_picture(self._joined(), section)

    def raw(self) -> Future[bytes]:
        """The joined letter, to be opened with a key."""
        return resolved(self._joined().raw)

    def _joined(self) -> JoinedLetter:
        if self._letter is None:
            raise RuntimeError
        return self._letter

    def _show_found(self, found: FoundPieces) -> None:
        self._found = found
        self._banner.show_found(found)

    def _join(self) -> None:
        self._banner.show_joining()
        future = self._desk.reading().join(*self._current)
        self._bridge.watch(future, self._fresh(self._open), self._fresh(self._give_up))

    def _open(self, letter: JoinedLetter) -> None:
        self._letter = letter
        self.opened.emit(letter)
        self._banner.show_joined(self._found.total if self._found is not None else 0)

    def _give_up(self, error: BaseException) -> None:
        if self._found is not None:
            self._banner.show_found(self._found)
        self.failed.emit(error)

    def _fresh(self, callback: Callable[[T], object]) -> Callable[[T], None]:
        turn = self._turn

        def call(answer: T) -> None:
            if turn == self._turn:
                callback(answer)

        return call
