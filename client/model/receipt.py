"""What comes back about a message that was sent: delivery reports (RFC 3464) and read receipts (RFC 8098)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReceiptKind(StrEnum):
    """What is reported. None of it is signed: it is what a server or a program says."""

    DELIVERED = "delivered"
    """A server put it into the mailbox (DSN ``delivered``)."""
    RELAYED = "relayed"
    """Passed on to a server that reports nothing further (DSN ``relayed``, ``expanded``)."""
    DELAYED = "delayed"
    FAILED = "failed"
    DISPLAYED = "displayed"
    """Opened by the recipient's program (MDN ``displayed``): not proof that it was read."""
    DELETED = "deleted"
    """Deleted, possibly unread (MDN ``deleted``)."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One report about one recipient of one message."""

    message_id: str
    """Of the message that was sent, with angle brackets."""
    recipient: str
    kind: ReceiptKind
    reported_at: datetime | None = None
    """The report's Date, UTC: a claim of whoever reports."""
    reported_by: str = ""
    """From address of the report."""
    detail: str = ""
    """Status code and the server's words of a failed or delayed delivery."""


class ReceiptHabit(StrEnum):
    """What the program does when a sender asks for a read receipt."""

    ASK = "ask"
    NEVER = "never"
    ALWAYS = "always"
    """Still asks where RFC 8098 section 2.1 forbids to answer unasked."""
