"""Changes to received mail that are made here first and on the server when it can be reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class OperationKind(StrEnum):
    """What is done to a message."""

    FLAG = "flag"
    """A flag is set or cleared."""
    MOVE = "move"
    """It goes to another mailbox; deleting into the trash is a move, too."""
    DELETE = "delete"
    """It goes for good."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One change that waits; it names its message as the server does, so a rebuilt cache does not matter."""

    operation_id: int
    account_id: str
    raw_name: bytes
    uidvalidity: int
    uid: int
    message_id: str
    kind: OperationKind
    flag: str = ""
    present: bool = True
    target: bytes = b""
    """Raw name of the mailbox a message goes to."""
    subject: str = ""
    created_at: datetime | None = None
    started: bool = False
    """The command may have reached the server."""
    undone: bool = False
    """Taken back after it was started: shown as if it had not been, and moved back once it is done."""
    tries: int = 0
    not_before: datetime | None = None
    error_code: str = ""
    """Why it was not taken at the last try, ``""`` before the first."""
    error_text: str = ""
    """The server's words, for the details; never shown alone."""
    parked: str = ""
    """Error code of one that is not tried again by itself."""

    @property
    def hides(self) -> bool:
        """The message is shown as no longer in its mailbox."""
        leaves = self.kind is not OperationKind.FLAG and not self.undone
        return leaves and self.parked in ("", NOT_EXPUNGED)

    @property
    def is_old_draft(self) -> bool:
        """It merely hides an old version of a draft: nobody has to decide anything."""
        return self.kind is OperationKind.DELETE and bool(self.flag)


NOT_EXPUNGED = "not-expunged"
"""Parked as done: the server can only delete others' messages along with this one, so it is merely hidden."""
