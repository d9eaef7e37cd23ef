"""What a synchronisation works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from client.model.event import Event
from client.net.session import ImapSession
from client.store.messages import MessageStore
from client.store.operations import Operations


def _ignore(_: str) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True)
class SyncWork:
    """One account's tools for `apply`."""

    account_id: str
    session: ImapSession
    store: MessageStore
    operations: Operations
    notify: Callable[[Event], None]
    clock: Callable[[], datetime]
    stop: Callable[[], bool]
    """Asked between batches; True ends the work early, the next run goes on from there."""
    distrust: Callable[[str], None] = _ignore
    """Told the code of a promise the server broke."""
    turns: dict[int, int] = field(default_factory=dict)
    """Rounds done so far by mailbox: which flags of a very large one come next."""
    doubtful: set[int] = field(default_factory=set)
    """Mailboxes where the UIDs that flags were told of are not those known here, though as many."""
