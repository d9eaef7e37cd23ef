"""What was done to mail here is done on the server: flags as differences, moves so that none is lost.

A change is forgotten when the server has taken it. A move is marked as started before its command:
after a crash it is looked for in its new mailbox before anything is copied again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from client.errors import (
    ClientError,
    ConnectionLost,
    MalformedMessage,
    QuotaExceeded,
    ServerBusy,
    TimedOut,
)
from client.model.mailbox import NAMES_TO_MAKE, SpecialUse
from client.model.message import Flag
from client.model.operation import NOT_EXPUNGED, Operation, OperationKind
from client.net.session import ChangeForbidden, ImapSession
from client.services.engine_obstacles import is_refusal
from client.services.pauses import is_over
from client.store.flags import apply_change
from client.store.messages import MessageStore
from client.store.operations import Operations
from client.store.rows import Location

BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (8, 60, 300, 900, 1800))
"""After as many refusals a change waits for a person."""
_LONGEST_AFTER_BREAK = 2
"""Of `BACK_OFF`, for a change at which the link broke: that is seldom the change's fault."""
_MADE = {NAMES_TO_MAKE[use]: use for use in (SpecialUse.TRASH, SpecialUse.ARCHIVE, SpecialUse.JUNK)}
"""What the window calls a mailbox that is to be made, and what it is for."""
_FAULTS = (ServerBusy, QuotaExceeded, ConnectionLost, TimedOut)


@dataclass(frozen=True, slots=True)
class OperationWork:
    """One account's tools."""

    session: ImapSession
    store: MessageStore
    operations: Operations
    clock: Callable[[], datetime]
    stop: Callable[[], bool]


def run_operations(work: OperationWork) -> frozenset[bytes]:
    """Do what is due, mailbox by mailbox; answers with the mailboxes whose rows came or went.

    A refusal concerns the change and is kept with it; a lost connection is raised, and the change it
    was lost at comes after the others.
    """
    touched: set[bytes] = set()
    for raw_name in dict.fromkeys(one.raw_name for one in due(work)):
        if work.stop():
            break
        mailbox_id = work.store.mailbox_id(raw_name)
        try:
            server = work.session.select(raw_name)
        except _FAULTS as error:
            _refused(work, [one for one in due(work) if one.raw_name == raw_name], error)
            continue
        if mailbox_id is None:
            continue  # the next listing of mailboxes makes it known or gone
        push_flags(work, raw_name, mailbox_id, server.uidvalidity)
        touched |= _leave(work, raw_name, mailbox_id, server.uidvalidity)
    return frozenset(touched)


def due(work: OperationWork) -> list[Operation]:
    """What may be tried now, oldest first."""
    now = work.clock()
    return [one for one in work.operations.pending() if is_due(one, now)]


def is_due(operation: Operation, now: datetime) -> bool:
    """Whether it may be tried."""
    return is_over(operation.not_before, now, BACK_OFF[-1])


def settle_strays(work: OperationWork) -> None:
    """After a look at every mailbox: a change follows its message to where it is now, or is parked.

    One that was started is left to `run_operations`, which looks for it on the server, unless its UID
    means nothing any more.
    """
    for operation in work.operations.pending():
        if work.store.has(operation.raw_name, operation.uidvalidity, operation.uid):
            continue
        if operation.started and _is_of_this_life(work, operation):
            continue
        places = work.store.places_of(operation.message_id) if operation.message_id else ()
        if len(places) != 1:
            work.operations.park([operation.operation_id], "message-gone")
        elif operation.kind is OperationKind.MOVE and places[0].raw_name == operation.target:
            work.operations.done([operation.operation_id])
        else:
            work.operations.follow(operation.operation_id, places[0])


def _is_of_this_life(work: OperationWork, operation: Operation) -> bool:
    """Whether its mailbox still has the UIDVALIDITY by which it names its message."""
    mailbox_id = work.store.mailbox_id(operation.raw_name)
    return mailbox_id is not None and work.store.cursor(mailbox_id).uidvalidity == operation.uidvalidity


def push_flags(work: OperationWork, raw_name: bytes, mailbox_id: int, uidvalidity: int) -> None:
    """Send the flag changes of the selected mailbox, as differences."""
    groups: dict[tuple[str, bool, int], list[Operation]] = {}
    for operation in due(work):
        here = operation.raw_name == raw_name and operation.uidvalidity == uidvalidity
        if here and operation.kind is OperationKind.FLAG:
            groups.setdefault((operation.flag, operation.present, _apart(operation)), []).append(operation)
    for (flag, present, _), operations in groups.items():
        uids = [operation.uid for operation in operations]
        try:
            work.session.store_flags(uids, add=(flag,) if present else (), remove=() if present else (flag,))
        except _FAULTS as error:
            _refused(work, operations, error)
            continue
        known = work.store.server_flags(mailbox_id)
        # Taken over here as well, so that nothing flickers between the answer and the next FETCH.
        work.store.update_flags(
            mailbox_id, {uid: apply_change(known[uid], flag, present) for uid in uids if uid in known}
        )
        work.operations.done(operation.operation_id for operation in operations)


def _leave(work: OperationWork, raw_name: bytes, mailbox_id: int, uidvalidity: int) -> set[bytes]:
    """Move and delete out of the selected mailbox."""
    touched: set[bytes] = set()
    tried: set[int] = set()
    while operations := _next_group(work, raw_name, uidvalidity, tried):
        tried |= {one.operation_id for one in operations}
        kind, target, was_started = operations[0].kind, operations[0].target, operations[0].started
        if target == raw_name:
            # It followed its message to where it was to go.
            work.operations.done(one.operation_id for one in operations)
            continue
        work.operations.start(one.operation_id for one in operations)
        try:
            if kind is OperationKind.DELETE:
                _delete(work, mailbox_id, operations)
            else:
                _move(work, raw_name, mailbox_id, target, operations, was_started)
        except _FAULTS as error:
            _refused(work, operations, error)
            continue
        touched |= {raw_name, target} - {b""}
    return touched


def _next_group(work: OperationWork, raw_name: bytes, uidvalidity: int, tried: set[int]) -> list[Operation]:
    """The oldest that is due here and those like it; asked anew, for a move takes others along."""
    here = [
        one
        for one in due(work)
        if (one.raw_name, one.uidvalidity) == (raw_name, uidvalidity)
        and one.kind is not OperationKind.FLAG
        and one.operation_id not in tried
    ]
    like = [(one.kind, one.target, one.started, _apart(one)) for one in here[:1]]
    return [one for one in here if (one.kind, one.target, one.started, _apart(one)) in like]


def _apart(operation: Operation) -> int:
    """What was refused before is tried by itself, so that it takes no other along; 0 for the rest."""
    return operation.operation_id if operation.tries else 0


def _delete(work: OperationWork, mailbox_id: int, operations: Sequence[Operation]) -> None:
    if _remove_from_selected(work.session, [one.uid for one in operations]):
        work.store.unlink(mailbox_id, [one.uid for one in operations], work.clock())
        work.operations.done(one.operation_id for one in operations)
    else:
        work.operations.park([one.operation_id for one in operations], NOT_EXPUNGED)


def _move(
    work: OperationWork,
    raw_name: bytes,
    mailbox_id: int,
    target: bytes,
    operations: Sequence[Operation],
    was_started: bool,
) -> None:
    arrived, left = _begun_before(work.session, raw_name, target, operations) if was_started else ({}, [])
    missing = [one.uid for one in operations if one.uid not in arrived]
    if missing and "MOVE" in work.session.capabilities:
        arrived |= _with_target(work.session, target, lambda: work.session.move(missing, target))
    elif missing:
        work.session.require_flags((Flag.DELETED,))  # else there would be two in the end
        arrived |= _with_target(work.session, target, lambda: work.session.copy(missing, target))
        left += missing
    gone = not left or _remove_from_selected(work.session, left)
    unplaced = [one for one in operations if one.uid not in arrived and one.message_id]
    if unplaced:
        arrived |= _found_in(work.session, target, unplaced)
        work.session.select(raw_name)
    validity = _validity(work, raw_name, target) if arrived else 0
    for operation in operations:
        place = _take_over(work, mailbox_id, target, validity, operation, arrived.get(operation.uid, 0))
        if gone:
            work.operations.moved(operation, place)
        else:
            work.operations.park([operation.operation_id], NOT_EXPUNGED)


def _with_target(session: ImapSession, target: bytes, act: Callable[[], dict[int, int]]) -> dict[int, int]:
    """Make the mailbox if it is missing; the server says so before it has done anything."""
    try:
        return act()
    except ServerBusy as error:
        if "TRYCREATE" not in str(error.params.get("reply", "")).upper():
            raise
    session.create(target, _use_of(target))
    return act()


def _use_of(target: bytes) -> SpecialUse:
    last = re.split(rb"[./]", target)[-1]
    return _MADE.get(last, SpecialUse.NONE)


def _remove_from_selected(session: ImapSession, uids: Sequence[int]) -> bool:
    """Delete exactly these; False where the server could only delete others' along with them."""
    session.store_flags(uids, add=(Flag.DELETED,))
    if "UIDPLUS" not in session.capabilities:
        return False
    session.expunge(uids)
    return True


def _begun_before(
    session: ImapSession, raw_name: bytes, target: bytes, operations: Sequence[Operation]
) -> tuple[dict[int, int], list[int]]:
    """What had reached ``target`` when the link broke, and of that what is still here, too.

    The latter is only removed here: moved again it would be there twice. An equal Message-ID does
    not prove that, equal bytes do. ``raw_name`` is the selected mailbox before and after.
    """
    arrived: dict[int, int] = {}
    left: list[int] = []
    candidates = {one.uid: _with_message_id(session, target, one.message_id) for one in operations}
    for uid, there in candidates.items():
        session.select(raw_name)
        here = _body(session, uid)
        if there:
            session.select(target)
        same = [one for one in there if here is None or _body(session, one) == here]
        if same:
            arrived[uid] = same[-1]
            left += [uid] if here is not None else []
    session.select(raw_name)
    return arrived, left


def _body(session: ImapSession, uid: int) -> bytes | None:
    try:
        return session.fetch_body(uid)
    except MalformedMessage:
        return None  # not there


def _with_message_id(session: ImapSession, target: bytes, message_id: str) -> tuple[int, ...]:
    try:
        return session.find_by_message_id(target, message_id) if message_id else ()
    except ServerBusy:
        return ()  # no such mailbox: nothing has arrived


def _found_in(session: ImapSession, target: bytes, operations: Sequence[Operation]) -> dict[int, int]:
    """Which of the messages are in ``target`` already. ``target`` is the selected mailbox afterwards."""
    found: dict[int, int] = {}
    for operation in operations:
        there = _with_message_id(session, target, operation.message_id)
        if there:
            found[operation.uid] = there[-1]
    return found


def _validity(work: OperationWork, raw_name: bytes, target: bytes) -> int:
    """The UIDVALIDITY of ``target``; without it a UID there means nothing."""
    server = work.session.select(target)
    work.session.select(raw_name)
    return server.uidvalidity


def _take_over(
    work: OperationWork, mailbox_id: int, target: bytes, validity: int, operation: Operation, uid: int
) -> Location | None:
    """Let the row follow its message at once, where that is known; the next look finds it otherwise."""
    target_id = work.store.mailbox_id(target)
    known = target_id is not None and work.store.cursor(target_id).uidvalidity == validity
    if target_id is None or not uid or not known:
        work.store.unlink(mailbox_id, [operation.uid], work.clock())
    else:
        work.store.relocate(mailbox_id, operation.uid, target_id, uid)
    return Location(0, target_id or 0, target, validity, uid, operation.message_id, "") if uid else None


def _refused(work: OperationWork, operations: Sequence[Operation], error: ClientError) -> None:
    """Remember why; after the last pause, or when only a person can help, it is parked.

    A link that broke parks nothing and is raised.
    """
    text, broke = str(error.params.get("reply", "")), not is_refusal(error)
    for operation in operations:
        again = operation.tries < len(BACK_OFF) and not isinstance(error, QuotaExceeded | ChangeForbidden)
        longest = _LONGEST_AFTER_BREAK if broke else len(BACK_OFF) - 1
        later = work.clock() + BACK_OFF[min(operation.tries, longest)] if again or broke else None
        work.operations.failed([operation.operation_id], error.code, text, later)
    if broke:
        raise error
