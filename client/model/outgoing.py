"""A message on its way out, from draft to filed copy."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from client.model.address import MailAddress
from client.model.signing import SigningRole

CORRELATION_FIELD = "X-CongThu-Id"
"""Stands beside the Message-ID, for a server that gives the copy in Sent another one (Exchange)."""


def correlation_id(message_id: str) -> str:
    """What ``CORRELATION_FIELD`` says of the message with that identifier: 32 hexadecimal digits."""
    return hashlib.sha256(f"congthu {message_id}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class DraftAttachment:
    """A file the author attached."""

    name: str
    media_type: str
    content: bytes
    sign: bool = False
    """The author asked for a signature on this file itself (PAdES for a PDF)."""
    role: SigningRole | None = None
    """What the signature does to the document; None: the account's usual act."""

    @property
    def sha256(self) -> str:
        """Hex digest of the content."""
        return hashlib.sha256(self.content).hexdigest()


class DocumentSystem(StrEnum):
    """Mail is not the statutory channel for issued documents: what is said of the other one."""

    UNSAID = ""
    SENT = "sent"
    """Đã gửi qua QLVB."""
    TO_BE_SENT = "to-be-sent"
    """Sẽ gửi qua QLVB."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the author is writing. Frozen: an edit makes a new value."""

    draft_id: str
    account_id: str
    message_id: str
    """Fixed when the draft is made, so that a sent copy can always be found again."""
    sender: MailAddress | None
    to: tuple[MailAddress, ...] = ()
    cc: tuple[MailAddress, ...] = ()
    bcc: tuple[MailAddress, ...] = ()
    subject: str = ""
    body: str = ""
    attachments: tuple[DraftAttachment, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    document_type: str = ""
    """Code of one of the 29 types of Decree 30/2020 (``CV``, ``QĐ`` ...), ``""`` = not a document."""
    sign_message: bool = True
    urgent: bool = False
    """Sent with high importance, as an urgent document asks (KHẨN, THƯỢNG KHẨN, HỎA TỐC)."""
    want_receipt: bool = False
    """Ask for a delivery report (RFC 3461) and a read receipt (RFC 8098)."""
    calendar: str = ""
    """The answer to an invitation as an iCalendar object, beside the text (RFC 6047 section 2.4)."""
    urgency: str = ""
    """The marking itself, for the field ``X-CongThu-Urgency``; only with ``urgent``."""
    type_chosen: bool = False
    """The author chose ``document_type``; else it follows what is read of the attachments."""
    document_system: DocumentSystem = DocumentSystem.UNSAID
    """Whether the document goes through the document management system (QLVB) as well."""

    about_sha256: str = ""
    """Of the received message that this letter returns or confirms, as its evidence knows it."""
    return_reason: str = ""
    """`client.model.returning.ReturnReason` of a letter that returns a document."""

    @property
    def recipients(self) -> tuple[MailAddress, ...]:
        """Everybody the message goes to, in order, without repetition."""
        return tuple(dict.fromkeys(self.to + self.cc + self.bcc))


class OutboxState(StrEnum):
    """Where an outgoing message is. Each state is stored *before* the act it names."""

    SCHEDULED = "scheduled"
    """Waits for an hour somebody chose, and for the check at that hour; the engine leaves it alone."""
    QUEUED = "queued"
    SUBMITTING = "submitting"
    """Written and synced before DATA: found at start-up, it means we do not know."""
    SUBMITTED = "submitted"
    """The server took it; only the copy in Sent is missing."""
    FILED = "filed"
    UNCERTAIN = "uncertain"
    """The link broke after the final dot; only a person may decide to send again."""
    REJECTED = "rejected"
    CANCELLED = "cancelled"


LEGAL_TRANSITIONS: dict[OutboxState, frozenset[OutboxState]] = {
    OutboxState.SCHEDULED: frozenset({OutboxState.QUEUED, OutboxState.REJECTED, OutboxState.CANCELLED}),
    OutboxState.QUEUED: frozenset({OutboxState.SUBMITTING, OutboxState.CANCELLED}),
    OutboxState.SUBMITTING: frozenset(
        {OutboxState.SUBMITTED, OutboxState.QUEUED, OutboxState.REJECTED, OutboxState.UNCERTAIN}
    ),
    OutboxState.SUBMITTED: frozenset({OutboxState.FILED}),
    OutboxState.UNCERTAIN: frozenset({OutboxState.SUBMITTED, OutboxState.QUEUED, OutboxState.CANCELLED}),
    OutboxState.REJECTED: frozenset({OutboxState.QUEUED, OutboxState.SCHEDULED, OutboxState.CANCELLED}),
    OutboxState.FILED: frozenset(),
    OutboxState.CANCELLED: frozenset(),
}
"""What may follow what. UNCERTAIN → QUEUED happens on a person's word only."""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """The frozen bytes and their envelope: bytes signed = bytes sent = bytes filed."""

    account_id: str
    message_id: str
    mail_from: str
    rcpt_to: tuple[str, ...]
    raw: bytes
    subject: str = ""
    draft_id: str = ""
    not_before: datetime | None = None
    scheduled: bool = False
    """``not_before`` is an hour somebody chose: rules and certificates are checked again then."""
    files: tuple[str, ...] = ()
    """SHA-256 of each attachment as it leaves, in the draft's order."""

    @property
    def sha256(self) -> str:
        """Hex digest of ``raw``."""
        return hashlib.sha256(self.raw).hexdigest()


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A row of the outbox as the window and the engine see it."""

    outbox_id: int
    account_id: str
    message_id: str
    subject: str
    mail_from: str
    rcpt_to: tuple[str, ...]
    sha256: str
    size: int
    state: OutboxState
    created_at: datetime
    not_before: datetime | None = None
    attempts: int = 0
    error_code: str = ""
    error_text: str = ""
    """The server's reply, for the details view; never shown alone."""
    draft_id: str = ""
    error_reason: str = ""
    """The error's own ``reason`` where it has one (``wrong-name``, ``no-password`` ...)."""

    @property
    def is_receipt(self) -> bool:
        """A read receipt: it alone leaves without a sender (RFC 8098 section 3)."""
        return not self.mail_from


IN_HAND = frozenset(
    {
        OutboxState.SCHEDULED,
        OutboxState.QUEUED,
        OutboxState.SUBMITTING,
        OutboxState.SUBMITTED,
        OutboxState.FILED,
        OutboxState.UNCERTAIN,
    }
)
"""The message may reach, or has reached, its recipients: sending it once more would send it twice."""


class SubmitResult(StrEnum):
    """How one SMTP submission ended."""

    ACCEPTED = "accepted"
    RETRY_LATER = "retry-later"
    REJECTED = "rejected"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class SubmitOutcome:
    """A value, not an exception: the outbox decides what follows."""

    result: SubmitResult
    code: str = ""
    """Error code with a text (``recipient-refused``, ``connection-lost`` ...), ``""`` when accepted."""
    reply: str = ""
    """The server's words."""
    refused: tuple[str, ...] = ()
    """Recipients the server did not take."""
    reason: str = ""
    """The error's own ``reason`` where it has one (``wrong-name``, ``unknown-issuer`` ...)."""
    certificate: bytes = field(default=b"", repr=False)
    """What the server showed and was accepted, DER."""
    problem: tuple[str, tuple[tuple[str, str], ...]] | None = None
    """Code and parameters of what is said of the account, where more is known than ``code`` tells."""


GIVEN_UP = "given-up"
"""Error code of a CANCELLED entry that was UNCERTAIN: it may have arrived all the same."""
REFUSED_AT_HOUR = "schedule-refused"
"""Error code of an entry that did not pass at its hour; ``error_reason`` says why. No server has seen it."""


class Situation(StrEnum):
    """What is said of an entry: its state, told apart where the same state means different things."""

    SCHEDULED = "scheduled"
    PAUSED = "paused"
    """Can still be taken back."""
    QUEUED = "queued"
    RETRYING = "retrying"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    UNFILED = "unfiled"
    """Sent; only the copy could not be filed yet."""
    FILED = "filed"
    UNCERTAIN = "uncertain"
    REJECTED = "rejected"
    HELD = "held"
    """Refused here, at its hour; no server has seen it."""
    RECEIPT_REFUSED = "receipt-refused"
    """A read receipt that the server did not take: nobody wrote it, and nobody waits for it."""
    CANCELLED = "cancelled"
    GIVEN_UP = "given-up"


def situation(entry: OutboxEntry) -> Situation:
    """What is to be said of ``entry``."""
    match entry.state:
        case OutboxState.QUEUED if entry.error_code:
            return Situation.RETRYING
        case OutboxState.QUEUED if entry.not_before is not None:
            return Situation.PAUSED
        case OutboxState.SUBMITTED if entry.error_code:
            return Situation.UNFILED
        case OutboxState.REJECTED if entry.error_code == REFUSED_AT_HOUR:
            return Situation.HELD
        case OutboxState.REJECTED if entry.is_receipt:
            return Situation.RECEIPT_REFUSED
        case OutboxState.CANCELLED if entry.error_code == GIVEN_UP:
            return Situation.GIVEN_UP
        case state:
            return Situation(state.value)


def refused_recipients(entry: OutboxEntry) -> tuple[str, ...]:
    """Whom the server did not take, as ``error_text`` ends with them; everybody where it names nobody."""
    named = entry.error_text.rpartition("(")[2].removesuffix(")").split(", ")
    return tuple(one for one in entry.rcpt_to if one in named) or entry.rcpt_to
