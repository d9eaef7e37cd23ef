"""What the window asks for when mail is moved, deleted or marked: part of `client.services.desk`.

Every change is kept and shown at once and done on the server when it can be reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from client.model.operation import Operation


class ChangesDesk(Protocol):
    """Rows are named by a mailbox of their account, as everywhere in `MailDesk`, and their numbers."""

    def flag(self, mailbox_id: int, row_ids: Sequence[int], *, flagged: bool) -> None:
        """Put a star on messages, or take it off."""

    def mark_seen(self, mailbox_id: int, row_ids: Sequence[int], *, seen: bool) -> None:
        """Mark messages as read or unread."""

    def move(self, mailbox_id: int, row_ids: Sequence[int], target_id: int) -> int:
        """Move messages to a mailbox of the same account; answers with a number for `undo`.

        Raises `ConfigInvalid` for a mailbox of another account.
        """

    def archive(self, mailbox_id: int, row_ids: Sequence[int]) -> int:
        """Move messages to the archive, which is made where there is none."""

    def delete(self, mailbox_id: int, row_ids: Sequence[int], *, forever: bool = False) -> int:
        """Move messages to the trash; those that are in the trash, or all with ``forever``, go for good."""

    def is_final(self, mailbox_id: int) -> bool:
        """Whether `delete` in this mailbox is for good, so that the window asks first."""

    def undo(self, number: int = 0) -> int:
        """Take back a move or deletion (0: the last one); answers how many messages come back."""

    def waiting(self) -> tuple[Operation, ...]:
        """What has not been done on the server yet, and why, oldest first."""

    def retry(self, operation_id: int) -> None:
        """Try again now, also what waits for a person."""

    def discard(self, operation_id: int) -> bool:
        """Give a change up; False when the server has it already."""
