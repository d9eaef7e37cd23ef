"""What the window asks of the rest of the client: one door, no Qt behind it.

Everything that takes longer than a look into the local store answers with a ``Future``.
Futures fail with a `client.errors.ClientError`; judgements arrive as values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from client.model.account import Account, KeyRef
from client.model.directory import Suggestions
from client.model.event import Event
from client.model.finding import CheckReport
from client.model.invitation import Attendance
from client.model.mailbox import Mailbox, MessageRow, Related
from client.model.message import MessageView
from client.model.outgoing import Draft, OutboxEntry
from client.model.secret import Secret
from client.model.signing import Appearance
from client.model.verdict import Profile, SignerInfo
from client.services.account_desk import AccountDesk
from client.services.changes_desk import ChangesDesk
from client.services.check_desk import CheckDesk
from client.services.drafts_desk import DraftsDesk
from client.services.outbox_desk import OutboxDesk
from client.services.reading_desk import ReadingDesk
from client.services.receipt_desk import ReceiptDesk
from client.services.signing_desk import SigningDesk
from client.services.trust_desk import TrustDesk
from client.services.verification_desk import VerificationDesk


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The reason somebody gave for sending in spite of CONFIRM findings; goes to the override log."""

    finding_codes: tuple[str, ...]
    reason: str
    role: str = ""
    """In what role it was decided: a `client.model.account.Role`; without one the gate stays shut."""


@dataclass(frozen=True, slots=True)
class SendRequest:
    """Everything needed to turn a draft into a queued message."""

    draft: Draft
    key: KeyRef | None = None
    """The key for the documents marked ``sign`` and, if asked for, the whole message."""
    key_password: Secret = field(default_factory=lambda: Secret(""))
    profile: Profile = Profile.B_T
    tsa_urls: tuple[str, ...] = ()
    """Time-stamp authorities chosen for this letter; empty means those of the settings."""
    appearances: tuple[tuple[str, Appearance], ...] = ()
    """What the signature on an attachment looks like, by its name; others are signed unseen."""
    document_passwords: tuple[tuple[str, Secret], ...] = ()
    """What opens encrypted attachments, by their name."""
    allow_without_timestamp: bool = False
    """The user chose B-B after `TimestampUnavailable`; never set by itself."""
    acknowledgement: Acknowledgement | None = None
    undo_seconds: float = 0.0
    """How long after queueing `MailDesk.cancel` can still take the message back."""
    not_before: datetime | None = None
    """Scheduled: it leaves at this moment, or when the program runs next after it."""


class MailDesk(Protocol):
    """The door. `client.services.office.Office` is the real one, tests bring a fake."""

    def accounts(self) -> tuple[Account, ...]:
        """The configured accounts in the user's order."""

    def subscribe(self, listener: Callable[[Event], None]) -> None:
        """Have ``listener`` called for every event, on a thread that is not the caller's."""

    def mailboxes(self, account_id: str) -> tuple[Mailbox, ...]:
        """The account's mailboxes: INBOX first, then by special use, then by name."""

    def row_ids(self, mailbox_id: int, query: str = "") -> Sequence[int]:
        """Numbers of the rows to list, newest first; ``query``: see `client.model.search.parse_query`."""

    def find(self, mailbox_id: int, query: str = "", keep: Sequence[int] = ()) -> Future[Sequence[int]]:
        """`row_ids` while the caller goes on; an earlier one that has not begun yet is cancelled.

        ``keep``: rows that stay though they were read or lost their star since they were listed.
        """

    def next_unread(self, mailbox_id: int, row_id: int, *, older: bool) -> int:
        """The next unread row of the mailbox below ``row_id`` in its list, or above; 0 for none.

        Row 0: from that end of the list on.
        """

    def rows(self, mailbox_id: int, row_ids: Sequence[int]) -> dict[int, MessageRow]:
        """The rows with these numbers; one that has gone meanwhile is missing."""

    def related(self, mailbox_id: int, row_id: int) -> Related:
        """What belongs to a message: its conversation, and other mail about the same document."""

    def open_message(self, mailbox_id: int, row_id: int) -> Future[MessageView]:
        """Fetch the message if need be and make it safe to show."""

    def verification(self) -> VerificationDesk:
        """Judging messages, and what follows from a judgement."""

    def trust(self) -> TrustDesk:
        """Trust anchors, and the revocation data at hand."""

    def suggest(self, text: str, limit: int = 8) -> Suggestions:
        """Addresses that what is being typed may mean: people written to, then the copy of the directory."""

    def account_desk(self) -> AccountDesk:
        """Finding servers; adding, changing and removing accounts."""

    def receipts(self) -> ReceiptDesk:
        """Reports about sent mail, and receipts others ask for."""

    def attachment(self, mailbox_id: int, row_id: int, section: str) -> Future[bytes]:
        """The decoded content of one attachment."""

    def reading(self) -> ReadingDesk:
        """Pictures of the letter on show, and letters that came in pieces."""

    def raw_message(self, mailbox_id: int, row_id: int) -> Future[bytes]:
        """The message as the server has it, byte for byte."""

    def source(self, mailbox_id: int, row_id: int) -> Future[bytes]:
        """The same for a person to keep or to look at; `MessageFrozen` where it carries a secrecy marking."""

    def mark_seen(self, mailbox_id: int, row_id: int, *, seen: bool) -> None:
        """Set or clear \\Seen here at once and on the server when it can be reached."""

    def changes(self) -> ChangesDesk:
        """Moving, deleting and marking mail, and taking it back."""

    def sync_now(self, account_id: str = "") -> None:
        """Ask for new mail now; of every account when none is named."""

    def network_changed(self) -> None:
        """Tell the engine that the computer's network is another one now."""

    def new_draft(self, account_id: str) -> Draft:
        """An empty draft with sender block and a fixed Message-ID."""

    def reply_draft(self, mailbox_id: int, row_id: int, *, reply_all: bool) -> Future[Draft]:
        """A reply with the text quoted; encrypted or foreign parts are never quoted."""

    def forward_draft(self, mailbox_id: int, row_id: int) -> Future[Draft]:
        """A forward with the original attached as ``.eml``, so that its signature stays whole."""

    def answer_draft(self, mailbox_id: int, row_id: int, attendance: Attendance) -> Future[Draft]:
        """The answer to an invitation, ready to be sent to its organiser."""

    def save_draft(self, draft: Draft) -> None:
        """Store the draft locally; `StorageFull` leaves the previous version untouched."""

    def drafts(self, account_id: str) -> tuple[Draft, ...]:
        """Stored drafts, newest first, without their attachments' content: `draft` has that."""

    def draft(self, draft_id: str) -> Future[Draft]:
        """A stored draft whole; `MalformedMessage` when it is gone."""

    def delete_draft(self, draft_id: str) -> None:
        """Forget a draft."""

    def server_drafts(self) -> DraftsDesk:
        """Drafts on the mail server."""

    def check(self, draft: Draft) -> Future[CheckReport]:
        """Hold the draft against the regulation's rules."""

    def checks(self) -> CheckDesk:
        """Remedies that make files, the override log, the register of incoming documents."""

    def key_info(self, key: KeyRef, password: Secret) -> Future[SignerInfo]:
        """Open the key and say whose it is; the checks that refuse signing are made here too."""

    def signing(self) -> SigningDesk:
        """Keys, pages and signatures on files."""

    def send(self, request: SendRequest) -> Future[int]:
        """Check, sign, verify what was signed, queue; answers with the outbox number.

        Fails with `SigningRefused`, `KeyPasswordIncorrect`, `TimestampUnavailable`, `StorageFull` ...;
        then nothing has been queued and the draft is as it was.
        """

    def outbox(self) -> tuple[OutboxEntry, ...]:
        """Messages on their way and those that need a decision, newest first."""

    def outgoing(self) -> OutboxDesk:
        """What can be done about them."""

    def save_file(self, path: Path, content: bytes) -> None:
        """Write a file the user asked for; `StorageFull` leaves no half file."""

    def close(self) -> None:
        """Let a started submission finish, then let go of the processes."""
