"""What the cache is told of a message, and where a row stands on the server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from client.store.search import IndexedText


@dataclass(frozen=True, slots=True)
class HeaderRecord:
    """One message as its header describes it; text is Unicode NFC."""

    uid: int
    received_at: datetime
    """INTERNALDATE, aware."""
    flags: frozenset[str]
    size: int
    subject: str = ""
    sender_name: str = ""
    sender_address: str = ""
    recipients: str = ""
    message_id: str = ""
    has_attachment: bool = False
    signed_shape: bool = False
    references: tuple[str, ...] = ()
    """Identifiers of the messages it answers (References, In-Reply-To), the oldest first."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a row is on the server."""

    row_id: int
    mailbox_id: int
    raw_name: bytes
    uidvalidity: int
    uid: int
    message_id: str
    body_path: str
    size: int = 0
    """RFC822.SIZE: a hint."""


@dataclass(frozen=True, slots=True)
class StoredBody:
    """A raw message that is on the disk, and what its row is to say of it."""

    row_id: int
    path: str
    has_attachment: bool
    text: IndexedText
