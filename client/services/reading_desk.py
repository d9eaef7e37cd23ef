"""What the window asks about the letter on show beside its text: part of `client.services.desk`."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

from client.model.message import MessageView
from client.model.picture import DrawnPicture
from client.model.piece import FoundPieces
from client.model.verdict import VerificationReport


@dataclass(frozen=True, slots=True)
class JoinedLetter:
    """A letter that came in pieces, put together for one look; it is kept nowhere."""

    view: MessageView = field(repr=False)
    report: VerificationReport = field(repr=False)
    """On the joined bytes."""
    raw: bytes = field(repr=False)


class ReadingDesk(Protocol):
    """Messages are named by their mailbox and row, as everywhere in `MailDesk`."""

    def picture(self, mailbox_id: int, row_id: int, section: str) -> Future[DrawnPicture | None]:
        """One picture the message's HTML shows (`AttachmentInfo.drawn`); None where it cannot be drawn."""

    def pieces(self, mailbox_id: int, row_id: int) -> Future[FoundPieces]:
        """Whether all pieces of a letter that came in pieces are on this computer, in this mailbox."""

    def join(self, mailbox_id: int, row_id: int) -> Future[JoinedLetter]:
        """Put the pieces together and judge the whole; `MalformedMessage` where they are not `COMPLETE`."""

    def joined_attachment(self, letter: JoinedLetter, section: str) -> Future[bytes]:
        """The decoded content of one attachment of a joined letter."""

    def joined_picture(self, letter: JoinedLetter, section: str) -> Future[DrawnPicture | None]:
        """As `picture`, of a joined letter."""
