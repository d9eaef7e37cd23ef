"""The real `ReadingDesk`: pictures, and letters that came in pieces, through the workshop."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

from client.model.at_rest import Readable
from client.model.picture import DrawnPicture
from client.model.piece import FoundPieces
from client.services import reading_bench
from client.services.futures import then
from client.services.reading_desk import JoinedLetter
from client.services.requests import TrustSources
from client.services.tasks import Lane


@dataclass(frozen=True, slots=True)
class ReadingPlaces:
    """Where received messages are found."""

    body: Callable[[int, int], Future[Readable]]
    """The raw message of a mailbox's row as a file, fetched if need be."""
    near: Callable[[int, int], tuple[Readable, ...]]
    """The files of what else came in the mailbox from the row's sender about that time."""


class OfficeReading:
    """See `client.services.reading_desk.ReadingDesk`."""

    def __init__(
        self, places: ReadingPlaces, lane: Lane, sources: TrustSources, clock: Callable[[], datetime]
    ) -> None:
        self._places, self._lane, self._sources, self._clock = places, lane, sources, clock

    def picture(self, mailbox_id: int, row_id: int, section: str) -> Future[DrawnPicture | None]:
        """See `ReadingDesk.picture`."""
        body = self._places.body(mailbox_id, row_id)
        return then(body, lambda path: self._lane.submit(reading_bench.picture, path, section))

    def pieces(self, mailbox_id: int, row_id: int) -> Future[FoundPieces]:
        """See `ReadingDesk.pieces`."""
        near = self._places.near(mailbox_id, row_id)
        body = self._places.body(mailbox_id, row_id)
        return then(body, lambda path: self._lane.submit(reading_bench.pieces, path, near))

    def join(self, mailbox_id: int, row_id: int) -> Future[JoinedLetter]:
        """See `ReadingDesk.join`."""
        near = self._places.near(mailbox_id, row_id)
        body = self._places.body(mailbox_id, row_id)
        return then(
            body,
            lambda path: self._lane.submit(reading_bench.join, path, near, self._sources, self._clock()),
        )

    def joined_attachment(self, letter: JoinedLetter, section: str) -> Future[bytes]:
        """See `ReadingDesk.joined_attachment`."""
        return self._lane.submit(reading_bench.content, letter.raw, section)

    def joined_picture(self, letter: JoinedLetter, section: str) -> Future[DrawnPicture | None]:
        """See `ReadingDesk.joined_picture`."""
        return then(
            self.joined_attachment(letter, section),
            lambda content: self._lane.submit(reading_bench.draw, content),
        )
