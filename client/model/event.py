"""What the engine tells the window: that something changed, and its number; never content."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EventKind(StrEnum):
    """Which part of the local store is worth reading again."""

    MAILBOXES = "mailboxes"
    """The list of mailboxes or their counts changed; ``subject_id`` is 0."""
    MESSAGES = "messages"
    """Rows of a mailbox came, went or changed; ``subject_id`` is the mailbox's id."""
    ARRIVED = "arrived"
    """``total`` unread messages are new in the inbox; ``subject_id`` is the newest one's row."""
    BODY = "body"
    """The raw message of a row is here; ``subject_id`` is the row's id."""
    BODY_PROGRESS = "body-progress"
    """``done`` of about ``total`` octets of the raw message of row ``subject_id`` are here."""
    OUTBOX = "outbox"
    """An outbox entry changed state; ``subject_id`` is its id."""
    OPERATIONS = "operations"
    """What waits to be done on the server changed; ``subject_id`` is 0."""
    DRAFTS = "drafts"
    """A draft was uploaded, or was not, or its copy on the server is another one; ``subject_id`` is 0."""
    PROGRESS = "progress"
    """``done`` of ``total`` headers of mailbox ``subject_id`` have been read."""
    REVOCATION = "revocation"
    """Revocation data has come in, to be examined; or, as ``code`` says, new data is in use (``renewed``),
    a server has nothing newer (``unchanged``) or did not answer (``failed``)."""
    DIRECTORY = "directory"
    """The directory was read, ``total`` people; or, as ``code`` says, it was not, and the old copy stays."""
    TRUST = "trust"
    """Somebody or something else is trusted now; ``subject_id`` is 0."""
    VERDICT = "verdict"
    """A message judged again is judged otherwise: ``subject_id`` is its row, ``code`` the new word."""
    JUDGED = "judged"
    """What is known of the signature of row ``subject_id`` may be another word now; 0: of every row.
    From the background, ``done`` of ``total`` messages are checked."""
    ACCOUNT_OK = "account-ok"
    """The account is connected and up to date."""
    ACCOUNT_PROBLEM = "account-problem"
    """The account cannot work; ``code`` and ``params`` say why."""


@dataclass(frozen=True, slots=True)
class Event:
    """One change. Whoever hears of it reads the store again."""

    kind: EventKind
    account_id: str = ""
    subject_id: int = 0
    done: int = 0
    total: int = 0
    code: str = ""
    params: tuple[tuple[str, str], ...] = ()
