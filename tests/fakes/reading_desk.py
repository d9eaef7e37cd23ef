"""A `ReadingDesk` that answers what the test laid out."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING

from client.errors import MalformedMessage
from client.model.picture import DrawnPicture
from client.model.piece import FoundPieces, PieceState
from client.services.reading_desk import JoinedLetter

if TYPE_CHECKING:
    from tests.fakes.desk import FakeDesk


class FakeReadingDesk:
    """``pictures`` by section; ``found`` and ``letter`` of a letter in pieces."""

    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk
        self.pictures: dict[str, DrawnPicture] = {}
        self.found = FoundPieces(PieceState.MISSING)
        self.letter: JoinedLetter | None = None

    def picture(self, mailbox_id: int, row_id: int, section: str) -> Future[DrawnPicture | None]:
        return self._desk.answer("picture", lambda: self.pictures.get(section), mailbox_id, row_id, section)

    def pieces(self, mailbox_id: int, row_id: int) -> Future[FoundPieces]:
        return self._desk.answer("pieces", lambda: self.found, mailbox_id, row_id)

    def join(self, mailbox_id: int, row_id: int) -> Future[JoinedLetter]:
        def answer() -> JoinedLetter:
            if self.letter is None:
                raise MalformedMessage(reason="pieces-missing")
            return self.letter

        return self._desk.answer("join", answer, mailbox_id, row_id)

    def joined_attachment(self, letter: JoinedLetter, section: str) -> Future[bytes]:
        return self._desk.answer("joined_attachment", lambda: letter.raw, section)

    def joined_picture(self, letter: JoinedLetter, section: str) -> Future[DrawnPicture | None]:
        return self._desk.answer("joined_picture", lambda: self.pictures.get(section), section)
