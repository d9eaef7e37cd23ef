"""What the window asks for when mail is moved, deleted or marked: part of `client.services.desk`.

Every change is kept and shown at once and done on the server when it can be reached.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from client.model.operation import Operation

Progress = Callable[[int, int], None]
"""Told how many messages of how many are done; may be called on any thread."""


class MailAct(StrEnum):
    """What is done to messages."""

    DELETE = "delete"
    """Into the trash; what is in the trash goes for good."""
    DELETE_FOREVER = "delete_forever"
    ARCHIVE = "archive"
    MOVE = "move"
    JUNK = "junk"
    NOT_JUNK = "not_junk"
    """Back to the inbox."""
    STAR = "star"
    UNSTAR = "unstar"
    MARK_READ = "mark_read"
    MARK_UNREAD = "mark_unread"


@dataclass(frozen=True, slots=True)
class MailOrder:
    """One thing done to one message or ten thousand."""

    act: MailAct
    mailbox_id: int
    """Any of the account's, for rows that are named; else the one that is meant as a whole."""
    row_ids: Sequence[int] = ()
    is_whole: bool = False
    """Everything in the mailbox, whatever `row_ids` says."""
    target_id: int = 0
    """Where `MailAct.MOVE` goes: a mailbox of the same account."""


@dataclass(frozen=True, slots=True)
class MailDone:
    """What became of an order."""

    number: int
    """By which it is taken back; 0: nothing was changed."""
    count: int
    """How many messages it changed."""


class ChangesDesk(Protocol):
    """Rows are named by a mailbox of their account, as everywhere in `MailDesk`, and their numbers."""

    def change(self, order: MailOrder, progress: Progress | None = None) -> Future[MailDone]:
        """Do it: here and now where it is little, else in portions beside the window.

        Fails with `ConfigInvalid` where a message is to go to another account. A mailbox for
        deleted, archived or junk mail is made where there is none.
        """

    def is_final(self, mailbox_id: int) -> bool:
        """Whether deleting in this mailbox is for good, so that the window asks first."""

    def take_back(self, number: int, progress: Progress | None = None) -> Future[int]:
        """Undo an order; answers how many messages are again as they were."""

    def waiting(self) -> tuple[Operation, ...]:
        """What has not been done on the server yet, and why, oldest first."""

    def waiting_counts(self) -> tuple[int, int]:
        """How many that are, and how many of them need a person; cheap where there are thousands."""

    def retry(self, operation_id: int) -> None:
        """Try again now, also what waits for a person."""

    def discard(self, operation_id: int) -> bool:
        """Give a change up; False when the server has it already."""
