"""What the window asks about drafts and the mail server: part of `client.services.desk`.

The uploading itself needs no asking: what is stored and was checked goes up by itself.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

from client.model.outgoing import Draft
from client.model.server_draft import DraftStanding


class DraftsDesk(Protocol):
    """One for all accounts."""

    def open(self, mailbox_id: int, row_id: int) -> Future[Draft]:
        """The draft that a message of a drafts mailbox is, stored on this computer and ready to go on with.

        A copy of a draft that is stored here answers with that; any other message becomes a new one, and is
        replaced when that is uploaded. Fails with `MessageFrozen` where it carries a secrecy marking,
        `MalformedMessage` where it cannot be read whole, `OutboxConflict` where its letter is on its way.
        """

    def closed(self, draft_id: str) -> None:
        """Its window is closed: what is stored goes up now."""

    def standings(self) -> dict[str, DraftStanding]:
        """Of each stored draft, by its id: whether the server has it, and why not."""
