"""What the user decides about messages on their way: part of `client.services.desk`."""

from __future__ import annotations

from typing import Protocol


class OutboxDesk(Protocol):
    """Each method raises `OutboxConflict` when the entry is no longer in a state that allows it."""

    def retry(self, outbox_id: int) -> None:
        """Send a rejected message again, or, on the user's word, an uncertain one; try now what waits."""

    def cancel(self, outbox_id: int) -> None:
        """Take a message that is not being submitted out of the queue; its draft stays."""

    def confirm_sent(self, outbox_id: int) -> None:
        """The user knows that an uncertain message did arrive: file it, do not send it."""

    def forget_finished(self) -> int:
        """Take what was filed or cancelled off the list; how many entries went. Drafts of the latter stay."""
