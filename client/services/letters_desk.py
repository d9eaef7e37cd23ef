"""What the window asks about encrypted letters: part of `client.services.signing_desk`.

An opened letter lives in the memory of the workshop that holds keys, for as long as it is on show.
Nothing of it is written to the disk: no cache, no index, no evidence, no draft.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

from client.model.message import MessageView
from client.model.picture import DrawnPicture
from client.model.verdict import VerificationReport
from client.services.requests import KeyUse


@dataclass(frozen=True, slots=True)
class OpenedLetter:
    """What the window shows of it."""

    view: MessageView = field(repr=False)
    report: VerificationReport = field(repr=False)


class LettersDesk(Protocol):
    """One letter is open at a time."""

    def open(self, raw: Future[bytes], use: KeyUse) -> Future[OpenedLetter]:
        """Open the message that ``raw`` brings, verify what is inside, and keep it until `close`.

        Fails with `MessageNotOpened`, and with what opening a key fails with (`KeyPasswordIncorrect`,
        `PinIncorrect`, `TokenAbsent` …); then nothing is open.
        """

    def attachment(self, section: str) -> Future[bytes]:
        """The decoded content of one attachment of the open letter; `MalformedMessage` when none is open."""

    def picture(self, section: str) -> Future[DrawnPicture | None]:
        """One picture the open letter's HTML shows; None where it cannot be drawn. Decoded away from keys."""

    def close(self) -> None:
        """Forget the open letter, if any."""
