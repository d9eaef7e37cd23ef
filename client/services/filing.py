"""The copy in Sent: the server's own where it makes one, else ours, and never both.

Whether a server files what is submitted to it cannot be asked. With the first message of an account
its copy is waited for; what is seen is remembered, so that later ones are filed at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum

from client.errors import ServerBusy
from client.model.account import Account, SentCopy
from client.model.message import Flag
from client.model.outgoing import OutboxEntry
from client.net.session import ImapSession
from client.services.sent_copy import find_own
from client.store.habits import SentHabits
from client.store.outbox import Outbox

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 15.0


class Copy(StrEnum):
    """Whether there is a copy in Sent."""

    THERE = "there"
    AWAITED = "awaited"
    """The server's own may still come."""
    MISSING = "sent-copy-missing"
    """Only the server may file, and it has not."""


class Filing:
    """One account's; lives as long as the engine. Seconds are those of a clock nobody can set."""

    def __init__(
        self,
        account: Account,
        outbox: Outbox,
        habits: SentHabits,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._account, self._outbox, self._habits, self._seconds = account, outbox, habits, seconds
        self._accepted: set[int] = set()
        self._appended: set[int] = set()
        self._since: dict[int, float] = {}
        self._next: dict[int, float] = {}

    def accepted(self, outbox_id: int) -> None:
        """The server took it just now: a copy that is there before ours is the server's."""
        self._accepted.add(outbox_id)

    def due(self, outbox_id: int) -> bool:
        """Whether the copy is to be looked for now."""
        return self._seconds() >= self._next.get(outbox_id, 0.0)

    def file(self, session: ImapSession, sent: bytes, entry: OutboxEntry) -> Copy:
        """See to the copy in ``sent``; AWAITED: ask again when `due`. Raises what a session raises."""
        number, mode = entry.outbox_id, self._mode()
        copies = find_own(session, sent, entry, lambda: self._outbox.raw(number))
        if copies:
            if number in self._accepted - self._appended:
                self._learn(SentCopy.SERVER_SAVES)
            with suppress(ServerBusy):  # a copy that stays unread is a copy
                session.store_flags(copies, add=(Flag.SEEN,))
            self._forget(number)
            return Copy.THERE
        if self._wait(number, mode, session.quirks.own_copy_seconds):
            return Copy.AWAITED
        if self._account.sent_copy is SentCopy.SERVER_SAVES:
            return Copy.MISSING
        self._appended.add(number)
        session.append(sent, self._outbox.raw(number), (Flag.SEEN,), entry.created_at)
        self._learn(SentCopy.APPEND)
        self._forget(number)
        return Copy.THERE

    def _mode(self) -> SentCopy:
        """What is set goes before what was learnt."""
        chosen = self._account.sent_copy
        return chosen if chosen is not SentCopy.AUTO else self._habits.of(self._account.account_id)

    def _wait(self, number: int, mode: SentCopy, patience: float) -> bool:
        """Whether it is too early to do without the server's copy; says when to look again."""
        now = self._seconds()
        since = self._since.setdefault(number, now)
        left = since + patience - now
        if mode is SentCopy.APPEND or left <= 0:
            self._next.pop(number, None)
            return False
        pause = min(max(now - since, _FIRST_PAUSE), _LONGEST_PAUSE, left)
        self._next[number] = now + pause
        return True

    def _learn(self, seen: SentCopy) -> None:
        account = self._account
        if account.sent_copy is SentCopy.AUTO and self._habits.of(account.account_id) is not seen:
            self._habits.learn(account.account_id, seen)

    def _forget(self, number: int) -> None:
        for known in (self._since, self._next):
            known.pop(number, None)
        self._accepted.discard(number)
        self._appended.discard(number)
