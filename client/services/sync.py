"""Making the local rows of a mailbox equal to the server's, newest first.

`plan` decides from numbers alone; `apply` does it. What is interrupted goes on where it
stopped: the cursor is written after the rows it speaks of.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from client.errors import ClientError, MalformedMessage
from client.model.event import Event, EventKind
from client.model.mailbox import SyncCursor
from client.net.session import ImapSession, SelectedMailbox
from client.services import sync_operations
from client.services.indexing import read_message
from client.services.sync_operations import OperationWork, push_flags
from client.services.sync_rows import header_record, looks_attached
from client.store.flags import to_bits
from client.store.messages import MessageStore
from client.store.objects import ObjectStore
from client.store.operations import Operations
from client.store.search import IndexedText

SEARCH_WINDOW = 50_000
"""UIDs asked for at once: a list of all of a large mailbox exceeds the line limits of clients and servers."""


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """What one mailbox needs."""

    reset: bool = False
    """UIDVALIDITY changed: no known UID means anything any more."""
    fetch: tuple[tuple[int, int | None], ...] = ()
    """UID ranges whose headers are to be read, newest first; None = up to the newest."""
    remove: tuple[int, ...] = ()
    """Known UIDs the server no longer has."""
    compare: bool = False
    """The numbers do not add up: ask for the server's UIDs and plan again with them."""
    flags: bool = False
    """Flags of known rows are to be read again."""
    flags_since: int = 0
    """… of those changed since this modification sequence only (RFC 7162); 0 = of all."""


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


def plan(
    cursor: SyncCursor,
    server: SelectedMailbox,
    known: Collection[int],
    server_uids: Collection[int] | None = None,
) -> SyncPlan:
    """Decide what to do; ``server_uids`` is given when an earlier plan asked to compare."""
    if cursor.uidvalidity != server.uidvalidity:
        return SyncPlan(reset=cursor.uidvalidity != 0, fetch=((1, None),) if server.exists else ())
    if server_uids is not None:
        return _plan_by_comparison(cursor, server, set(known), set(server_uids))
    unfinished = cursor.uidnext == 0
    if unfinished and not known:
        return SyncPlan(fetch=((1, None),) if server.exists else ())
    went_back = 0 < server.uidnext < cursor.uidnext
    new_possible = server.uidnext == 0 or server.uidnext > cursor.uidnext
    if unfinished or went_back or (not new_possible and len(known) != server.exists):
        return SyncPlan(compare=True)
    fetch: tuple[tuple[int, int | None], ...] = ((cursor.uidnext, None),) if new_possible else ()
    flags, since = _flags_needed(cursor, server)
    return SyncPlan(fetch=fetch, flags=flags and bool(known), flags_since=since)


def apply(work: SyncWork, raw_name: bytes, mailbox_id: int) -> bool:
    """Synchronise one mailbox; True when rows came, went or changed. Raises `TransientError`."""
    server = work.session.select(raw_name)
    push_flags(_operation_work(work), raw_name, mailbox_id, server.uidvalidity)
    cursor = work.store.cursor(mailbox_id)
    known = work.store.server_flags(mailbox_id)
    todo = plan(cursor, server, known)
    if cursor.uidvalidity != server.uidvalidity:
        work.store.unlink_all(mailbox_id, work.clock())
        known = {}
        # From here on an interruption is "unfinished", not another change of UIDVALIDITY.
        work.store.set_cursor(mailbox_id, SyncCursor(server.uidvalidity, 0, 0))
        cursor = SyncCursor(server.uidvalidity, 0, 0)
    if todo.compare:
        todo = plan(cursor, server, known, _all_uids(work.session, server))
    changed = _carry_out(work, mailbox_id, todo, server.exists - len(known))
    now_known = work.store.server_flags(mailbox_id)
    if len(now_known) != server.exists and not work.stop():
        late = plan(
            SyncCursor(server.uidvalidity, server.uidnext),
            server,
            now_known,
            _all_uids(work.session, server),
        )
        changed |= _carry_out(work, mailbox_id, SyncPlan(fetch=late.fetch, remove=late.remove), 0)
        now_known = work.store.server_flags(mailbox_id)
    if not work.stop():
        _finish(work, raw_name, mailbox_id, server, now_known)
    return changed or todo.reset


def settle_strays(work: SyncWork) -> None:
    """After `apply` of every mailbox: what became of changes whose message is no longer where it was."""
    sync_operations.settle_strays(_operation_work(work))


def is_current(store: MessageStore, mailbox_id: int, server: SelectedMailbox) -> bool:
    """Whether SELECT's answer tells nothing that the last `apply` did not see; False where in doubt."""
    cursor = store.cursor(mailbox_id)
    seen = (cursor.uidvalidity, cursor.uidnext, cursor.highestmodseq)
    uidnext = server.uidnext or cursor.uidnext
    told = (server.uidvalidity, uidnext, server.highestmodseq)
    return seen == told and len(store.server_flags(mailbox_id)) == server.exists


def fetch_bodies(
    work: SyncWork, objects: ObjectStore, mailbox_id: int, newer_than: timedelta, limit: int
) -> None:
    """Read the raw messages of recent rows of the selected mailbox, newest first."""
    since = work.clock() - newer_than
    for row_id, uid in work.store.without_body(mailbox_id, since, limit):
        if work.stop():
            return
        try:
            fetch_body(work.session, work.store, objects, row_id, uid)
        except MalformedMessage:
            continue  # expunged meanwhile: the next run removes the row
        work.notify(Event(EventKind.BODY, work.account_id, row_id))


def fetch_body(session: ImapSession, store: MessageStore, objects: ObjectStore, row_id: int, uid: int) -> str:
    """Read one raw message; the file is on the disk before the row points to it. Answers its path."""
    raw = session.fetch_body(uid)
    path = objects.put(raw)
    store.set_body(row_id, path, has_attachment=looks_attached(raw), text=read_message(raw))
    return path


def index_bodies(work: SyncWork, objects: ObjectStore, mailbox_id: int, limit: int) -> None:
    """Index what older versions of the program fetched without indexing it."""
    for row_id, path in work.store.without_text(mailbox_id, limit):
        if work.stop():
            return
        try:
            text = read_message(objects.get(path))
        except ClientError:
            text = IndexedText()  # a lost or damaged file: it is fetched anew when somebody opens it
        work.store.set_text(row_id, text)


def _operation_work(work: SyncWork) -> OperationWork:
    return OperationWork(work.session, work.store, work.operations, work.clock, work.stop)


def _plan_by_comparison(
    cursor: SyncCursor, server: SelectedMailbox, known: set[int], server_uids: set[int]
) -> SyncPlan:
    flags, since = _flags_needed(cursor, server)
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


def _carry_out(work: SyncWork, mailbox_id: int, todo: SyncPlan, expected: int) -> bool:
    if todo.remove:
        work.store.unlink(mailbox_id, todo.remove, work.clock())
    changed = bool(todo.remove)
    for low, high in todo.fetch:
        changed |= _fetch_range(work, mailbox_id, low, high, max(expected, 0))
    if todo.flags and not work.stop():
        fetched = work.session.fetch_flags(1, todo.flags_since)
        bits = {uid: to_bits(flags) for uid, flags in fetched.items()}
        known = work.store.server_flags(mailbox_id)
        different = {uid: value for uid, value in bits.items() if known.get(uid, value) != value}
        changed |= work.store.update_flags(mailbox_id, different) > 0
    if changed:
        work.notify(Event(EventKind.MESSAGES, work.account_id, mailbox_id))
    return changed


def _fetch_range(work: SyncWork, mailbox_id: int, low: int, high: int | None, expected: int) -> bool:
    done = 0
    batches = work.session.fetch_headers(low, high)
    for batch in batches:
        work.store.insert(mailbox_id, [header_record(fetched) for fetched in batch])
        done += len(batch)
        work.notify(Event(EventKind.MESSAGES, work.account_id, mailbox_id))
        if expected > len(batch):
            work.notify(Event(EventKind.PROGRESS, work.account_id, mailbox_id, done, max(expected, done)))
        if work.stop():
            _close(batches)
            break
    return done > 0


def _close(batches: Iterable[object]) -> None:
    close = getattr(batches, "close", None)
    if close is not None:
        close()


def _finish(
    work: SyncWork, raw_name: bytes, mailbox_id: int, server: SelectedMailbox, known: Collection[int]
) -> None:
    uidnext = max(server.uidnext, max(known, default=0) + 1)
    work.store.set_cursor(mailbox_id, SyncCursor(server.uidvalidity, uidnext, server.highestmodseq))
    for operation in work.operations.pending(raw_name):
        if operation.uidvalidity != server.uidvalidity and operation.message_id:
            uids = work.store.uids_of(mailbox_id, operation.message_id)
            if len(uids) == 1:
                work.operations.retarget(operation.operation_id, server.uidvalidity, uids[0])


def _all_uids(session: ImapSession, server: SelectedMailbox) -> set[int]:
    found: set[int] = set()
    low = 1
    highest = max(server.uidnext - 1, 1)
    while low <= highest:
        found.update(session.search_uids(low, low + SEARCH_WINDOW - 1))
        low += SEARCH_WINDOW
    return found
