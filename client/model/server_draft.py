"""A draft's copies on the mail server: what they are known by, and what is said of them.

A copy has a Message-ID of its own, never the one the letter will leave with: changes that wait for the
server follow a message by its Message-ID, and a draft must not be taken for what was sent of it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from client.model.finding import CheckReport, Severity
from client.model.outgoing import Draft

DRAFT_FIELD = "X-CongThu-Draft"
"""The same in every copy of a draft, whichever computer wrote it."""
COPY_FIELD = "X-CongThu-Draft-Copy"
"""Another one in every copy; Exchange may give a message another Message-ID."""
UNFINISHED_FIELD = "X-CongThu-Unfinished"
"""What was typed as a recipient and is no address yet."""
SECRECY_RULES = frozenset({"state-secret-marking", "secret-hint", "restricted-circulation"})
"""A finding of these that stops the letter keeps its draft on this computer."""


class Held(StrEnum):
    """Why the newest version must not lie on the server."""

    NO = ""
    MARKED = "marked"
    """A rule on state secrets stops it; no version may, what is there goes."""
    UNREAD = "unread"
    """Something of it could not be read, so that nobody knows."""
    UNCHECKED = "unchecked"
    """The check did not come to its end."""


class Note(StrEnum):
    """What somebody else did to the copy on the server; stays with the draft."""

    NONE = ""
    GONE = "gone"
    """It was deleted; not uploaded again before the draft is changed."""
    CHANGED = "changed"
    """It was changed or deleted elsewhere while the draft was changed here: both are kept."""


class CopyState(StrEnum):
    """Where a copy is. Each state is stored *before* the act it names."""

    SENDING = "sending"
    """Found when the engine starts, it means we do not know."""
    THERE = "there"
    LEAVING = "leaving"
    """We are removing it: that it is not found is no news."""
    FOREIGN = "foreign"
    """Another program's message that this draft goes on from."""


class Standing(StrEnum):
    """What is said of a draft and the server."""

    HERE_ONLY = "here-only"
    """The organisation's policy keeps drafts off the server, or it was not checked yet."""
    WAITING = "waiting"
    UPLOADED = "uploaded"
    MARKED = "marked"
    UNREAD = "unread"
    UNCHECKED = "unchecked"
    FAILED = "failed"
    """It is tried again by itself."""
    PARKED = "parked"
    """Too large, or no room: tried again when it is changed."""
    GONE = "gone"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class DraftStanding:
    """One draft's."""

    draft_id: str
    standing: Standing
    error_code: str = ""
    note: Note = Note.NONE

    @property
    def wants_a_look(self) -> bool:
        """The server lacks it, and not because it was written a moment ago."""
        return self.standing in {Standing.FAILED, Standing.PARKED}


@dataclass(frozen=True, slots=True)
class DraftCopy:
    """One message on the server."""

    copy_id: int
    account_id: str
    draft_id: str
    version: str
    token: str
    message_id: str
    raw_name: bytes
    uidvalidity: int
    uid: int
    state: CopyState
    tries: int = 0
    not_before: datetime | None = None
    """When something is tried with it again that failed."""

    @property
    def is_foreign(self) -> bool:
        """Another program's."""
        return self.state is CopyState.FOREIGN

    @property
    def is_kept(self) -> bool:
        """It is to be there, and was."""
        return self.state in {CopyState.THERE, CopyState.FOREIGN}


@dataclass(frozen=True, slots=True)
class ReadDraft:
    """A message of the drafts mailbox as one to go on writing."""

    draft: Draft
    token: str = ""
    identity: str = ""
    """Both of a draft of this program; of another computer's only the second means something."""


def identity_of(draft_id: str) -> str:
    """What ``DRAFT_FIELD`` says in the copies of a draft that was begun here."""
    return hashlib.sha256(f"congthu draft {draft_id}".encode()).hexdigest()[:32]


def held_by(report: CheckReport) -> Held:
    """Whether a draft with this report may lie on the server: only where nothing was left unread."""
    stopped = any(one.code in SECRECY_RULES and one.severity is Severity.BLOCK for one in report.findings)
    if report.holds_secret or stopped:
        return Held.MARKED
    return Held.UNREAD if report.unchecked else Held.NO
