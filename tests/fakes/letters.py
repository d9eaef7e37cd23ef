"""A `LettersDesk` that opens whatever the test put into it."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING

from client.errors import MalformedMessage
from client.model.picture import DrawnPicture
from client.services.letters_desk import OpenedLetter
from client.services.requests import KeyUse

if TYPE_CHECKING:
    from tests.fakes.desk import FakeDesk


class FakeLetters:
    """``letter`` is what `open` answers; ``is_open`` tells whether one lies open now."""

    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk
        self.letter: OpenedLetter | None = None
        self.is_open = False

    def open(self, raw: Future[bytes], use: KeyUse) -> Future[OpenedLetter]:
        def answer() -> OpenedLetter:
            assert self.letter is not None
            self.is_open = True
            return self.letter

        return self._desk.answer("open_letter", answer, use.key, use.password)

    def attachment(self, section: str) -> Future[bytes]:
        def answer() -> bytes:
            if not self.is_open:
                raise MalformedMessage(reason="no-such-part")
            return b"inside"

        return self._desk.answer("letter_attachment", answer, section)

    def picture(self, section: str) -> Future[DrawnPicture | None]:
        return self._desk.answer(
            "letter_picture", lambda: self._desk.reading_room.pictures.get(section), section
        )

    def close(self) -> None:
        self._desk.calls.append(("close_letter",))
        self.is_open = False
