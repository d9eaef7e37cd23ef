"""Mailboxes and how far they are synchronised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from client.errors import NeedsUserError


class MailboxRefused(NeedsUserError):
    """The server lists a mailbox and does not let it be read (``mailbox``, ``reply``)."""

    code = "mailbox-refused"


class SpecialUse(StrEnum):
    """RFC 6154 roles, and INBOX beside them."""

    INBOX = "inbox"
    SENT = "sent"
    DRAFTS = "drafts"
    TRASH = "trash"
    JUNK = "junk"
    ARCHIVE = "archive"
    NONE = ""


@dataclass(frozen=True, slots=True)
class SyncCursor:
    """How far a mailbox has been read (RFC 9051 sections 2.3.1, RFC 7162)."""

    uidvalidity: int = 0
    uidnext: int = 0
    highestmodseq: int = 0


@dataclass(frozen=True, slots=True)
class RemoteMailbox:
    """A mailbox as LIST shows it; ``raw_name`` is its identity, byte for byte."""

    raw_name: bytes
    name: str
    special_use: SpecialUse = SpecialUse.NONE
    selectable: bool = True


NAMES_TO_MAKE: Mapping[SpecialUse, bytes] = MappingProxyType(
    {
        SpecialUse.INBOX: b"INBOX",
        SpecialUse.SENT: b"Sent",
        SpecialUse.DRAFTS: b"Drafts",
        SpecialUse.TRASH: b"Trash",
        SpecialUse.JUNK: b"Junk",
        SpecialUse.ARCHIVE: b"Archive",
    }
)
"""What a missing mailbox is called when it is made: servers and clients know these; see `name_to_make`."""


def name_to_make(name: bytes, known: Iterable[bytes]) -> bytes:
    """``name`` as a mailbox to be made must be called beside ``known``: some servers keep all below INBOX."""
    others = [one for one in known if one.upper() != b"INBOX"]
    prefixes = {one[:6] for one in others}
    below_inbox = len(prefixes) == 1 and others[0][:6].upper() in {b"INBOX.", b"INBOX/"}
    return others[0][:6] + name if below_inbox else name


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox in the local store."""

    mailbox_id: int
    account_id: str
    raw_name: bytes
    name: str
    special_use: SpecialUse
    total: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One line of the message list."""

    row_id: int
    """The message's number in the local store; events and the window speak of it by this."""
    mailbox_id: int
    uid: int
    subject: str
    sender_name: str
    sender_address: str
    recipients: str
    received_at: datetime
    """INTERNALDATE, aware UTC."""
    size: int
    seen: bool
    flagged: bool
    answered: bool
    has_attachment: bool
    signed_shape: bool
    """The header promises a signature; this says nothing about its validity."""
    message_id: str
    body_path: str
    """File with the raw message relative to the account's folder, ``""`` until fetched."""


@dataclass(frozen=True, slots=True)
class Related:
    """What belongs to one message; both lists are without it, oldest first."""

    conversation: tuple[MessageRow, ...] = ()
    """Answers and what was answered, across the account's mailboxes."""
    number: str = ""
    """Số, ký hiệu of a document the message names, ``""`` where it names none or several."""
    same_document: tuple[MessageRow, ...] = ()
    """Further messages that name this number and are no part of the conversation."""
