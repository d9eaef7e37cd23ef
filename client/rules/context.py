"""What the rules look at: one message on its way out, already read, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from client.model.account import Identity
from client.model.address import MailAddress
from client.model.document import AdministrativeDocument, DocumentText
from client.model.filekind import FileKind
from client.model.verdict import SignatureVerdict


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
    unread: str = ""
    """Code of why its text could not be read, ``""`` when it could or there is none."""
    sign: bool = False
    """The author asked for a signature on this file."""
    inline: bool = False
    """A picture inside the text, such as a logo."""
    forwarded: bool = False
    """It lies in a message that is attached whole: somebody else sent it once."""

    @property
    def location(self) -> str:
        """The place a finding on this attachment points to."""
        return f"attachment:{self.name}"


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
