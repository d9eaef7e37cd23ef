"""Making the local rows of a mailbox equal to the server's, newest first.

`sync_plan.plan` decides from numbers alone; `apply` does it. What is interrupted goes on where it
stopped: the cursor is written after the rows it speaks of. After each round the numbers are held
against each other; where they do not add up, this mailbox is compared UID by UID, and no body is lost.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from client.model.event import Event, EventKind
from client.model.mailbox import SyncCursor
from client.net.session import FetchedHeader, ImapSession, SelectedMailbox
from client.services import sync_operations
from client.services.sync_flags import read_flags, take_flags
from client.services.sync_operations import OperationWork, push_flags
from client.services.sync_plan import SyncPlan, plan
from client.services.sync_rows import header_record
from client.services.sync_work import SyncWork as SyncWork
from client.store.known import KnownUids
from client.store.messages import MessageStore

_LOG = logging.getLogger(__name__)
INDEX_AT_ONCE = 200
"""Headers of a larger batch are shown first and can be searched when all are here."""
NEWER = 50_000
"""How far beyond UIDNEXT a message may have come since SELECT."""


def apply(work: SyncWork, raw_name: bytes, mailbox_id: int) -> bool:
    """Synchronise one mailbox; True when rows came, went or changed. Raises `TransientError`."""
    cursor = work.store.cursor(mailbox_id)
    before = {one.operation_id: one for one in work.operations.pending(raw_name)}
    server = work.session.select(raw_name, cursor if cursor.uidnext else None)
    known = work.store.known(mailbox_id)
    todo = plan(cursor, server, known)
    if cursor.uidvalidity != server.uidvalidity:
        _start_again(work, mailbox_id, server)
        cursor, known = SyncCursor(server.uidvalidity, 0, 0), work.store.known(mailbox_id)
    newest = work.store.newest_row()
    changed = take_flags(work, mailbox_id, raw_name, todo.told, before)
    push_flags(_operation_work(work), raw_name, mailbox_id, server.uidvalidity)
    if todo.compare:
        todo = _compare(work, raw_name, cursor, server, known, todo.broken)
    changed |= _carry_out(work, raw_name, mailbox_id, todo, server, known)
    known = work.store.known(mailbox_id) if todo.moves_rows else known
    if (len(known) != server.exists or mailbox_id in work.doubtful) and not work.stop():
        work.doubtful.discard(mailbox_id)
        late = _late(work, raw_name, server, known)
        changed |= _carry_out(work, raw_name, mailbox_id, late, server, known)
        changed |= _is_miscounted(work, raw_name, mailbox_id, late, server)
        known = work.store.known(mailbox_id)
    if changed:
        work.notify(Event(EventKind.MESSAGES, work.account_id, mailbox_id))
        _tell_arrivals(work, mailbox_id, cursor, newest)
    if not work.stop():
        _finish(work, raw_name, mailbox_id, server, known)
    while not work.stop() and work.store.index_headers(mailbox_id):
        pass
    return changed or todo.reset


def _tell_arrivals(work: SyncWork, mailbox_id: int, cursor: SyncCursor, newest: int) -> None:
    """Unread mail that came since the last whole round; a mailbox read for the first time has none."""
    if not cursor.uidnext:
        return
    count, row_id = work.store.arrived(mailbox_id, cursor.uidnext, newest)
    if count:
        work.notify(Event(EventKind.ARRIVED, work.account_id, row_id, total=count))


def settle_strays(work: SyncWork) -> None:
    """After `apply` of every mailbox: what became of changes whose message is no longer where it was."""
    sync_operations.settle_strays(_operation_work(work))


def is_current(store: MessageStore, mailbox_id: int, server: SelectedMailbox) -> bool:
    """Whether SELECT's answer tells nothing that the last `apply` did not see; False where in doubt."""
    cursor = store.cursor(mailbox_id)
    seen = (cursor.uidvalidity, cursor.uidnext, cursor.highestmodseq)
    uidnext = server.uidnext or cursor.uidnext
    told = (server.uidvalidity, uidnext, server.highestmodseq)
    return seen == told and len(store.known(mailbox_id)) == server.exists


def _operation_work(work: SyncWork) -> OperationWork:
    return OperationWork(work.session, work.store, work.operations, work.clock, work.stop)


def _start_again(work: SyncWork, mailbox_id: int, server: SelectedMailbox) -> None:
    work.store.unlink_all(mailbox_id, work.clock())
    # From here on an interruption is "unfinished", not another change of UIDVALIDITY.
    work.store.set_cursor(mailbox_id, SyncCursor(server.uidvalidity, 0, 0))


def _compare(
    work: SyncWork,
    raw_name: bytes,
    cursor: SyncCursor,
    server: SelectedMailbox,
    known: KnownUids,
    broken: str,
) -> SyncPlan:
    """Plan by the server's own list of UIDs; after a broken promise without believing anything else."""
    if broken:
        _LOG.warning("mailbox %r: %s, compared as a whole", raw_name, broken)
        work.distrust(broken)
    return plan(cursor, server, known, _all_uids(work.session, server), distrust=bool(broken))


def _late(work: SyncWork, raw_name: bytes, server: SelectedMailbox, known: KnownUids) -> SyncPlan:
    """What came and went meanwhile; or what a server said of changes was not all there was to say."""
    there = _all_uids(work.session, server)
    late = plan(SyncCursor(server.uidvalidity, server.uidnext), server, known, there)
    # Told with SELECT were all that had gone: what goes later is told as well, so it must be a few at most.
    if server.resumed and late.remove:
        _LOG.warning("mailbox %r: %d gone without a word", raw_name, len(late.remove))
        work.distrust("vanished-untold")
    return SyncPlan(fetch=late.fetch, remove=late.remove)


def _is_miscounted(
    work: SyncWork, raw_name: bytes, mailbox_id: int, late: SyncPlan, server: SelectedMailbox
) -> bool:
    """Count anew where the rows are the server's and their number is not; True where it was wrong."""
    if late.fetch or late.remove or work.store.counts(mailbox_id)[0] == server.exists:
        return False
    if wrong := work.store.recount(mailbox_id):
        _LOG.warning("mailbox %r: counted anew", raw_name)
    return wrong


def _carry_out(
    work: SyncWork,
    raw_name: bytes,
    mailbox_id: int,
    todo: SyncPlan,
    server: SelectedMailbox,
    known: KnownUids,
) -> bool:
    gone = todo.remove or (known.within(todo.vanished) if todo.vanished else ())
    if gone:
        work.store.unlink(mailbox_id, gone, work.clock())
    here = len(known) - len(gone)
    read = 0
    for low, high in todo.fetch:
        if read and work.stop():
            break
        for batch in _batches(work, low, high):
            records = [header_record(fetched) for fetched in batch]
            work.store.insert(mailbox_id, records, index_later=len(batch) > INDEX_AT_ONCE)
            read += len(batch)
            work.notify(Event(EventKind.MESSAGES, work.account_id, mailbox_id))
            if server.exists - here > len(batch):
                total = max(server.exists, here + read)
                work.notify(Event(EventKind.PROGRESS, work.account_id, mailbox_id, here + read, total))
    changed = bool(gone) or read > 0
    if todo.flags and not work.stop():
        told = bool(server.highestmodseq)
        changed |= read_flags(work, raw_name, mailbox_id, todo.flags_since, is_told=told)
    return changed


def _batches(work: SyncWork, low: int, high: int | None) -> Iterator[tuple[FetchedHeader, ...]]:
    """What the session reads until it has all or the work is to stop; it is free for other use then."""
    batches = work.session.fetch_headers(low, high)
    for batch in batches:
        yield batch
        if work.stop():
            batches.close()
            return


def _finish(
    work: SyncWork, raw_name: bytes, mailbox_id: int, server: SelectedMailbox, known: KnownUids
) -> None:
    uidnext = max(server.uidnext, known.newest() + 1)
    work.store.set_cursor(mailbox_id, SyncCursor(server.uidvalidity, uidnext, server.highestmodseq))
    for operation in work.operations.pending(raw_name):
        if operation.uidvalidity != server.uidvalidity and operation.message_id:
            uids = work.store.uids_of(mailbox_id, operation.message_id)
            if len(uids) == 1:
                work.operations.retarget(operation.operation_id, server.uidvalidity, uids[0])


def _all_uids(session: ImapSession, server: SelectedMailbox) -> set[int]:
    """What is there now; mail that came since SELECT as well, for it has been read, too."""
    return set(session.search_uids(1, max(server.uidnext, 1) + NEWER))
