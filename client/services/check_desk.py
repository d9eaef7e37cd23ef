"""What the window asks around the regulation's check: part of `client.services.desk`.

Everything that takes time answers with a ``Future`` and fails with a `client.errors.ClientError`.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

from client.model.finding import Finding
from client.model.outgoing import Draft, DraftAttachment
from client.model.register import ReceivedMessage
from client.store.overrides import Override


class CheckDesk(Protocol):
    """The check itself is `MailDesk.check`."""

    def remedies(self) -> frozenset[str]:
        """The remedies of `fixes.IN_WORKSHOP` that can be done on this computer."""

    def make(self, draft: Draft, finding: Finding) -> Future[DraftAttachment]:
        """Do such a remedy: the attachment to put in the old one's place, or the original to attach.

        Fails with `ConversionFailed`, `MalformedDocument`; then nothing has changed.
        """

    def purge(self, draft_id: str) -> None:
        """Forget a draft so that its words are in no file any more, the database's free pages and log too."""

    def overrides(self) -> tuple[Override, ...]:
        """The override log, oldest first."""

    def received(self, mailbox_id: int, row_id: int) -> Future[ReceivedMessage]:
        """The documents of a message as the register of incoming documents has them, read once and kept."""
