"""A check as it is asked of the workshop: plain values, without the content of files it has read before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from client.config.policy import Policy
from client.model.account import Identity
from client.model.at_rest import Readable
from client.model.outgoing import Draft
from client.model.register import RegisterEntry
from client.rules.context import SentDocument
from client.services.recent_traffic import RecentTraffic
from client.services.requests import TrustSources


@dataclass(frozen=True, slots=True)
class CheckOrder:
    """One draft, and what of the world around it the rules ask."""

    draft: Draft
    """Its attachments may lack their content where ``digests`` name it."""
    identity: Identity
    policy: Policy
    sources: TrustSources
    now: datetime
    digests: tuple[str, ...] = ()
    """SHA-256 of each attachment, in order."""
    sent: tuple[SentDocument, ...] = ()
    original: Readable | None = None
    """The received message that is answered, where it lies on this computer."""
    recent: RecentTraffic = field(default_factory=RecentTraffic)
    listed: frozenset[str] | None = None
    """See `Surroundings.listed`."""


@dataclass(frozen=True, slots=True)
class ReadingOrder:
    """A received message whose documents are to be read for the register."""

    path: Readable
    policy: Policy
    sources: TrustSources
    now: datetime
    came: datetime | None = None
    """When it came in (INTERNALDATE)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a received message."""

    sha256: str
    """Of the whole message."""
    message_id: str = ""
    entries: tuple[RegisterEntry, ...] = ()
    holds_secret: bool = False
    """A secrecy marking was found: nothing of the message is told or kept."""


class FilesWanted(Exception):
    """The content of the files with these digests is needed after all."""

    @property
    def digests(self) -> frozenset[str]:
        """SHA-256, hex."""
        return frozenset(map(str, self.args))
