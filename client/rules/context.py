"""What the rules look at: one message on its way out, already read, as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from client.model.account import Identity
from client.model.address import MailAddress
from client.model.document import AdministrativeDocument, DocumentText
from client.model.filekind import FileKind
from client.model.signing import SigningRole
from client.model.verdict import SignatureVerdict, SignerKind


@dataclass(frozen=True, slots=True)
class SignatureMark:
    """Where one signature of a PDF stands; lengths in points from the lower left of the page as shown."""

    field: str
    page: int
    """From 1."""
    left: float
    bottom: float
    right: float
    top: float
    page_width: float = 0.0
    page_height: float = 0.0

    @property
    def is_visible(self) -> bool:
        """It covers some of the page."""
        return self.right - self.left > 1 and self.top - self.bottom > 1


@dataclass(frozen=True, slots=True)
class CheckedAttachment:
    """One attachment, with what could be read of it."""

    name: str
    size: int
    """Decoded size in bytes; 0 for one that lies inside another attachment."""
    kind: FileKind
    text: DocumentText | None = None
    document: AdministrativeDocument | None = None
    signatures: tuple[SignatureVerdict, ...] = ()
    unread: tuple[str, ...] = ()
    """Codes of what could not be read of it; empty when all there is to read was read."""
    sign: bool = False
    """The author asked for a signature on this file."""
    role: SigningRole | None = None
    """What that signature will do to the document."""
    inline: bool = False
    """A picture inside the text, such as a logo."""
    forwarded: bool = False
    """It lies in a message that is attached whole: somebody else sent it once."""
    nested: bool = False
    """It lies in an archive or a message that is attached."""
    number: int = 0
    """Which of the message's attachments it is or lies in, from 1."""
    sha256: str = ""
    """Hex digest of the content."""
    marks: tuple[SignatureMark, ...] = ()
    """Where its signatures stand on the pages."""

    @property
    def location(self) -> str:
        """The place a finding on this attachment points to."""
        return f"attachment:{self.name}"

    def place(self, field: str) -> str:
        """The place of one of the document's fields, the attachment where it was not found."""
        found = self.document.place_of(field) if self.document else None
        return f"{self.location}#{found.location}" if found else self.location

    @property
    def is_pdf(self) -> bool:
        """By its bytes, not its name."""
        return self.kind.extension == "pdf"

    @property
    def is_issued(self) -> bool:
        """A document with number and symbol that does not call itself a draft."""
        return self.document is not None and self.document.is_issued and not self.document.is_draft

    @property
    def is_readable(self) -> bool:
        """Its words were read: what is not found in them is not there."""
        return self.text is not None and not self.text.scanned and not self.unread

    def signed_as(self, kind: SignerKind) -> tuple[SignatureVerdict, ...]:
        """Its signatures by certificates of this kind."""
        return tuple(one for one in self.signatures if one.signer is not None and one.signer.kind is kind)


@dataclass(frozen=True, slots=True)
class SourceMessage:
    """What is known of the message that is answered or passed on."""

    addresses: tuple[str, ...] = ()
    """Everybody it was from and to."""
    is_signed: bool = False
    """Signed as a whole, or with a signed document attached."""
    is_internal: bool = False
    """It carries LƯU HÀNH NỘI BỘ or the like."""
    holds_secret: bool = False
    """A secrecy marking was found in it."""


@dataclass(frozen=True, slots=True)
class SentDocument:
    """A numbered document that left this computer."""

    number: str
    """Number and symbol, ``15/QĐ-SNV``."""
    sent_on: date
    sha256: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What of the world around the message the rules ask; all optional."""

    user: str = ""
    """Mail address of the person who sends, where it is not the mailbox's own."""
    recent_external: int = 0
    """Recipients outside the state's domains in the minutes before (``window_minutes``), taken together."""
    recent_messages: int = 0
    """Messages to such recipients in that time."""
    source: SourceMessage | None = None
    sent: tuple[SentDocument, ...] = ()
    forward_targets: tuple[str, ...] = ()
    """Addresses that filters, absence notices or Sieve scripts pass official mail on to."""
    listed: frozenset[str] | None = None
    """Those of the recipients that the organisation's directory has, as `canonical_addr_spec`; None where
    there is no whole copy of it to look in."""


@dataclass(frozen=True, slots=True)
class CheckContext:
    """One message as the rules see it."""

    identity: Identity
    sender: MailAddress | None
    from_count: int
    to: tuple[MailAddress, ...]
    cc: tuple[MailAddress, ...]
    bcc: tuple[MailAddress, ...]
    subject: str
    body_text: str
    """The author's text; quoted text of earlier messages may still be in it."""
    is_reply: bool
    attachments: tuple[CheckedAttachment, ...]
    document_type: str
    size_limit: int | None
    """The server's SIZE in bytes (RFC 1870), None when it is not known."""
    now: datetime
    signing_planned: bool
    """Attachments marked ``sign`` will be signed before the message leaves."""
    headers: tuple[tuple[str, str], ...] = ()
    """Fields the rules ask for, names in lower case."""
    is_urgent: bool = False
    """It is marked as of high importance."""
    charsets: tuple[str, ...] = ()
    """Character sets its text parts are declared in, where they hold more than ASCII."""
    raw_headers: str = ""
    """``utf-8`` or ``unknown`` where header fields hold bytes beyond ASCII without RFC 2047."""
    decomposed: tuple[str, ...] = ()
    """``subject`` and ``body`` where they came in the combining form (NFD)."""
    message_signers: tuple[str, ...] = ()
    """Addresses in the certificates that sign the whole message."""
    around: Surroundings = Surroundings()

    @property
    def recipients(self) -> tuple[MailAddress, ...]:
        """Everybody it goes to, in order, without repetition."""
        return tuple(dict.fromkeys(self.to + self.cc + self.bcc))

    @property
    def own(self) -> Iterator[CheckedAttachment]:
        """The attachments the author answers for: not what lies in a message passed on."""
        return (attachment for attachment in self.attachments if not attachment.forwarded)

    @property
    def issued(self) -> Iterator[CheckedAttachment]:
        """Those of `own` that are issued documents."""
        return (attachment for attachment in self.own if attachment.is_issued)

    def header(self, name: str) -> str:
        """The first field of this name, ``""`` without one."""
        return next((value for field, value in self.headers if field == name), "")
