"""The real `LettersDesk`: keys, and letters opened with them, stay in the workshop that holds keys."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime

from client.errors import ClientError
from client.model.picture import DrawnPicture
from client.services import letters_bench, reading_bench
from client.services.futures import then
from client.services.letters_desk import OpenedLetter
from client.services.requests import KeyUse, TrustSources
from client.services.tasks import Lane


class OfficeLetters:
    """See `client.services.letters_desk.LettersDesk`."""

    def __init__(
        self,
        lanes: tuple[Lane, Lane],
        sources: TrustSources,
        clock: Callable[[], datetime],
        whole: Callable[[KeyUse], KeyUse],
    ) -> None:
        """``lanes``: where strangers' files are read, and where keys are used.

        ``whole`` adds to a key what else is known of it: drivers, the certificate that was shown.
        """
        self._reading, self._lane = lanes
        self._sources, self._clock, self._whole = sources, clock, whole

    def open(self, raw: Future[bytes], use: KeyUse) -> Future[OpenedLetter]:
        """See `LettersDesk.open`."""
        whole = self._whole(use)
        return then(
            raw,
            lambda data: self._lane.submit(
                letters_bench.open_letter, data, whole, self._sources, self._clock()
            ),
        )

    def attachment(self, section: str) -> Future[bytes]:
        """See `LettersDesk.attachment`."""
        return self._lane.submit(letters_bench.letter_attachment, section)

    def picture(self, section: str) -> Future[DrawnPicture | None]:
        """See `LettersDesk.picture`: a decoder that a stranger's file breaks has no key beside it."""
        return then(
            self.attachment(section), lambda content: self._reading.submit(reading_bench.draw, content)
        )

    def close(self) -> None:
        """See `LettersDesk.close`."""
        with suppress(ClientError):
            self._lane.submit(letters_bench.close_letter)
