"""A meeting invitation as it came by mail (iTIP, RFC 5546), and the three answers to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from client.model.address import MailAddress


class InvitationKind(StrEnum):
    """What the calendar object asks or tells: METHOD (RFC 5546 section 1.4)."""

    REQUEST = "REQUEST"
    """An invitation, or a change of one."""
    CANCEL = "CANCEL"
    REPLY = "REPLY"
    """Somebody answered an invitation of ours."""
    PUBLISH = "PUBLISH"
    """For information; nobody expects an answer."""
    ADD = "ADD"
    """One more date of a meeting that repeats."""
    COUNTER = "COUNTER"
    """Somebody invited asks for another time."""
    DECLINECOUNTER = "DECLINECOUNTER"
    REFRESH = "REFRESH"
    """Somebody invited asks for the invitation once more."""


class Attendance(StrEnum):
    """The answer: PARTSTAT (RFC 5545 section 3.2.12)."""

    ACCEPTED = "ACCEPTED"
    TENTATIVE = "TENTATIVE"
    DECLINED = "DECLINED"


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody invited, and what they have answered."""

    address: MailAddress
    answer: Attendance | None = None
    """None: not answered yet, or delegated."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """One meeting; all text is plain: NFC, nothing unseen in it."""

    kind: InvitationKind
    uid: str
    summary: str = ""
    organizer: MailAddress | None = None
    start: datetime | None = None
    """UTC. A time without a zone is read as Vietnam's."""
    end: datetime | None = None
    """UTC; for whole days the first moment after the last day."""
    all_day: bool = False
    location: str = ""
    description: str = ""
    attendees: tuple[Attendee, ...] = ()
    repeats: bool = False
    more: int = 0
    """Further meetings in the same object that are not shown."""

    @property
    def wants_answer(self) -> bool:
        """Whether accepting and declining make sense."""
        return self.kind is InvitationKind.REQUEST and self.organizer is not None and bool(self.uid)
