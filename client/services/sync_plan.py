"""What one mailbox needs, decided from numbers alone: no session, no store, no clock."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from client.model.mailbox import SyncCursor
from client.net.session import MailboxStatus, SelectedMailbox

ALL_FLAGS_UP_TO = 60_000
"""Without CONDSTORE the flags of all messages of a mailbox of this size are read in every `ALL_FLAGS_EVERY`th
round; in between those of the newest, and of those that SEARCH names."""
ALL_FLAGS_EVERY = 3
NEWEST_FLAGS = 2_000
FLAGS_WINDOW = 20_000
"""In a larger one there is beside them a window further down that moves from round to round."""


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """What one mailbox needs."""

    reset: bool = False
    """UIDVALIDITY changed: no known UID means anything any more."""
    fetch: tuple[tuple[int, int | None], ...] = ()
    """UID ranges whose headers are to be read, newest first; None = up to the newest."""
    remove: tuple[int, ...] = ()
    """Known UIDs the server no longer has."""
    vanished: tuple[tuple[int, int], ...] = ()
    """Ranges of UIDs the server no longer has; some may never have been known."""
    compare: bool = False
    """The numbers do not add up: ask for the server's UIDs and plan again with them."""
    flags: bool = False
    """Flags of known rows are to be read again."""
    flags_since: int = 0
    """… of those changed since this modification sequence only (RFC 7162); 0 = of all."""
    told: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """Flags that came along with SELECT."""
    broken: str = ""
    """Code of a promise the server did not keep; what it says of changes is not believed this time."""

    @property
    def moves_rows(self) -> bool:
        """Whether rows may come or go; counting those of a large mailbox again takes a while."""
        return bool(self.fetch or self.remove or self.vanished)


def plan(
    cursor: SyncCursor,
    server: SelectedMailbox,
    known: Collection[int],
    server_uids: Collection[int] | None = None,
    *,
    distrust: bool = False,
) -> SyncPlan:
    """Decide what to do; ``server_uids`` is given when an earlier plan asked to compare.

    With ``distrust`` the flags of all messages are read, whatever the modification sequence says.
    """
    if cursor.uidvalidity != server.uidvalidity:
        return SyncPlan(reset=cursor.uidvalidity != 0, fetch=((1, None),) if server.exists else ())
    flags, since = (True, 0) if distrust else _flags_needed(cursor, server)
    if server_uids is not None:
        return _plan_by_comparison(set(known), set(server_uids), flags, since)
    unfinished = cursor.uidnext == 0
    if unfinished and not known:
        return SyncPlan(fetch=((1, None),) if server.exists else ())
    broken = "" if unfinished else violation(cursor, server)
    if unfinished or broken:
        return SyncPlan(compare=True, broken=broken)
    new_possible = server.uidnext == 0 or server.uidnext > cursor.uidnext
    fetch: tuple[tuple[int, int | None], ...] = ((cursor.uidnext, None),) if new_possible else ()
    if server.resumed:
        told = {uid: value for uid, value in server.changed.items() if uid < cursor.uidnext}
        return SyncPlan(fetch=fetch, vanished=server.vanished, told=told)
    if not new_possible and len(known) != server.exists:
        return SyncPlan(compare=True)
    return SyncPlan(fetch=fetch, flags=flags and bool(known), flags_since=since)


def violation(cursor: SyncCursor, server: SelectedMailbox) -> str:
    """The promise of RFC 9051 section 2.3.1.1 or RFC 7162 section 3.1.1 that is broken, ``""`` for none."""
    if 0 < server.uidnext < cursor.uidnext:
        return "uidnext-went-back"
    if 0 < server.highestmodseq < cursor.highestmodseq:
        return "modseq-went-back"
    return ""


def is_unchanged(cursor: SyncCursor, status: MailboxStatus, total: int, unread: int) -> bool:
    """Whether a mailbox that is not selected has nothing new; flags other than \\Seen only with CONDSTORE."""
    return cursor.uidnext > 0 and (
        (cursor.uidvalidity, cursor.uidnext, cursor.highestmodseq, total, unread)
        == (status.uidvalidity, status.uidnext, status.highestmodseq, status.messages, status.unseen)
    )


def flag_windows(
    known: Sequence[int], turn: int, *, whole: bool = False
) -> tuple[tuple[int, int | None], ...]:
    """UID ranges whose flags are read in round ``turn``; ``known`` ascending. Some rounds see them all.

    With ``whole`` this one does, unless the mailbox is very large.
    """
    if len(known) <= NEWEST_FLAGS:
        return ((1, None),)
    newest = known[-NEWEST_FLAGS]
    if len(known) <= ALL_FLAGS_UP_TO:
        return ((1, None),) if whole or turn % ALL_FLAGS_EVERY == 0 else ((newest, None),)
    rest = known[:-NEWEST_FLAGS]
    count = -(-len(rest) // FLAGS_WINDOW)
    start = (count - 1 - turn % count) * FLAGS_WINDOW
    window = rest[start : start + FLAGS_WINDOW]
    return ((newest, None), (window[0], window[-1]))


def _plan_by_comparison(known: set[int], server_uids: set[int], flags: bool, since: int) -> SyncPlan:
    return SyncPlan(
        fetch=_ranges(sorted(server_uids | known, reverse=True), server_uids - known),
        remove=tuple(sorted(known - server_uids)),
        flags=flags and bool(known & server_uids),
        flags_since=since,
    )


def _flags_needed(cursor: SyncCursor, server: SelectedMailbox) -> tuple[bool, int]:
    if not server.highestmodseq or not cursor.highestmodseq or server.highestmodseq < cursor.highestmodseq:
        return True, 0
    return server.highestmodseq != cursor.highestmodseq, cursor.highestmodseq


def _ranges(descending: Sequence[int], wanted: set[int]) -> tuple[tuple[int, int | None], ...]:
    """Runs of wanted UIDs with no other existing UID between them."""
    runs: list[tuple[int, int | None]] = []
    run: list[int] = []
    for uid in [*descending, 0]:
        if uid in wanted:
            run.append(uid)
        elif run:
            runs.append((run[-1], run[0]))
            run = []
    return tuple(runs)
