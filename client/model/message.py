"""A received message as read from its bytes, without ever writing them again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from client.model.address import MailAddress
from client.model.encryption import Encryption
from client.model.invitation import Invitation
from client.model.piece import Piece


class Flag(StrEnum):
    """System flags (RFC 9051 section 2.3.2)."""

    SEEN = "\\Seen"
    ANSWERED = "\\Answered"
    FLAGGED = "\\Flagged"
    DELETED = "\\Deleted"
    DRAFT = "\\Draft"


@dataclass(frozen=True, slots=True)
class HeaderField:
    """One header field; ``name`` as written, ``value`` the unfolded raw bytes after the colon."""

    name: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """The fields a message list needs (RFC 9051 section 2.3.5), decoded to Unicode NFC."""

    subject: str = ""
    date: datetime | None = None
    """The Date field, aware, or None where it is missing or nonsense."""
    from_: tuple[MailAddress, ...] = ()
    sender: tuple[MailAddress, ...] = ()
    reply_to: tuple[MailAddress, ...] = ()
    to: tuple[MailAddress, ...] = ()
    cc: tuple[MailAddress, ...] = ()
    bcc: tuple[MailAddress, ...] = ()
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    from_count: int = 0
    """How many From fields the header has; anything but 1 makes the sender ambiguous."""
    from_text: str = ""
    """What From says where it holds no address, as reports of old servers have it."""
    to_text: str = ""
    """The same of To."""

    def bare(self) -> Envelope:
        """From whom and when, without a word that anybody wrote: of a letter that is held back."""
        senders = tuple(replace(one, display_name="") for one in self.from_)
        return replace(self, subject="", from_text="", to_text="", from_=senders)


@dataclass(frozen=True, slots=True)
class BodyPart:
    """A node of the MIME tree with its place in the raw bytes.

    ``raw[header_start:body_start]`` is its header block with the empty line,
    ``raw[body_start:end]`` its body without the line break that belongs to the boundary
    (RFC 2046 section 5.1.1); ``raw[header_start:end]`` is the entity a signature covers.
    """

    section: str
    """IMAP section number: ``""`` for the root, then ``1``, ``1.2`` ..."""
    content_type: str
    header_start: int
    body_start: int
    end: int
    charset: str = ""
    encoding: str = "7bit"
    disposition: str = ""
    filename: str = ""
    """Decoded and made safe to save; ``""`` when the part has no name."""
    original_filename: str = ""
    """Decoded, as the sender wrote it with all that turns it around: shown only through `printable`."""
    content_id: str = ""
    content_location: str = ""
    """Another name it may be referred to by (RFC 2557), as written."""
    parameters: tuple[tuple[str, str], ...] = ()
    children: tuple[BodyPart, ...] = ()

    def walk(self) -> Iterator[BodyPart]:
        """This part and all below it, depth first."""
        yield self
        for child in self.children:
            yield from child.walk()

    def parameter(self, name: str) -> str:
        """A Content-Type parameter by lower-case name, ``""`` when absent."""
        return next((value for key, value in self.parameters if key == name), "")


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """What `client.mime.parser.parse_message` makes of raw bytes."""

    headers: tuple[HeaderField, ...]
    envelope: Envelope
    root: BodyPart
    defects: tuple[str, ...] = ()
    """Codes of what was wrong or left out (``nesting-too-deep``, ``too-many-headers`` ...)."""
    incomplete: bool = False
    """A limit cut the reading short: the message must not be judged as a whole."""


@dataclass(frozen=True, slots=True)
class AttachmentInfo:
    """One attachment as the reading pane lists it."""

    section: str
    name: str
    media_type: str
    size: int
    """Decoded size in bytes."""
    unsigned: bool = False
    """It stands outside the part of the message that is signed."""
    drawn: bool = False
    """The HTML shows it in its place, as the picture ``cid:SECTION``."""


@dataclass(frozen=True, slots=True)
class SignedPart:
    """The one part of a message that a signature covers, where it does not cover the whole."""

    section: str
    html: str
    """Sanitised, as in `MessageView`."""
    text: str


@dataclass(frozen=True, slots=True)
class AttachedMessage:
    """A message attached to the one on show, as it is to be read: its own sender, date and pictures."""

    section: str
    envelope: Envelope
    text: str
    html: str = ""
    """Sanitised, as in `MessageView`."""
    pictures: tuple[AttachmentInfo, ...] = ()
    """Those its HTML shows."""


@dataclass(frozen=True, slots=True)
class MessageView:
    """What the reading pane shows of one message; made in the workshop, safe to display."""

    envelope: Envelope
    html: str
    """Sanitised HTML, without any reference that a viewer could fetch."""
    text: str
    attachments: tuple[AttachmentInfo, ...] = ()
    blocked_remote: int = 0
    """Number of remote references taken out."""
    legacy_encoding: str = ""
    """``tcvn3``, ``vni`` or ``utf-8`` (encoded twice) when the body looks like one of them."""
    defects: tuple[str, ...] = field(default_factory=tuple)
    converted_text: str = ""
    """``text`` read as ``legacy_encoding`` says; ``""`` without one."""
    invitation: Invitation | None = None
    """The meeting the message invites to, calls off or answers."""
    receipt_to: tuple[MailAddress, ...] = ()
    """Who asks for a read receipt (RFC 8098), nobody where none may be sent."""
    receipt_unasked: bool = False
    """A receipt may go there without a person's word: the message came from that address."""
    encryption: Encryption | None = None
    """The message came encrypted; ``opened`` tells whether this is what was inside."""
    signed_part: SignedPart | None = None
    """Then ``text`` is what stands outside of it, and nobody signed that."""
    piece: Piece | None = None
    """The message is one piece of a letter, and shows nothing alone."""
    frozen: bool = False
    """It carries a secrecy marking: nothing of it is here but from whom and when."""
    attached: tuple[AttachedMessage, ...] = ()
    """Messages that came along; whatever is said in them, and whoever signed them, is not this message's."""
