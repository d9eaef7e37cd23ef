"""Flags that were changed elsewhere: told since a moment, or looked for where a server tells nothing.

Without CONDSTORE the flags of 300,000 messages are 14 MB. SEARCH names the unread, the answered and so on,
which are few: where that is not what is known here, the flags are read. Nothing is taken from SEARCH itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from client.errors import ClientError
from client.model.message import Flag
from client.model.operation import Operation
from client.services.engine_obstacles import is_refusal
from client.services.sync_plan import flag_windows
from client.services.sync_work import SyncWork
from client.store.flags import BITS, SEEN, apply_change, to_bits
from client.store.known import KnownUids

MOST_SUSPECTS = 5_000
"""Read in one round, the newest first."""
SEARCHED = {
    b"UNSEEN": SEEN,
    b"ANSWERED": BITS[Flag.ANSWERED],
    b"FLAGGED": BITS[Flag.FLAGGED],
    b"DELETED": BITS[Flag.DELETED],
    b"DRAFT": BITS[Flag.DRAFT],
}


def read_flags(work: SyncWork, raw_name: bytes, mailbox_id: int, since: int, *, is_told: bool) -> bool:
    """Take over what changed ``since`` a modification sequence; with 0 look for it. True where anything did.

    ``is_told``: from the next time on the server tells, so that nothing may be left for later rounds.
    """
    turn = work.turns[mailbox_id] = work.turns.get(mailbox_id, -1) + 1
    known = work.store.known(mailbox_id)
    ranges = ((1, None),) if since else flag_windows(known.ascending(), turn, whole=is_told)
    changed = False
    for low, high in ranges:
        before = {one.operation_id: one for one in work.operations.pending(raw_name)}
        fetched = work.session.fetch_flags(low, since, high)
        changed |= take_flags(work, mailbox_id, raw_name, fetched, before)
        # A message whose answer got lost and one that has gone unseen leave the number as it was.
        asked = {uid for uid in known.ascending() if low <= uid <= (high or uid)}
        if not since and fetched.keys() != asked:
            work.doubtful.add(mailbox_id)
    if ranges != ((1, None),) and not work.stop() and (suspects := _suspects(work, mailbox_id, known)):
        before = {one.operation_id: one for one in work.operations.pending(raw_name)}
        changed |= take_flags(work, mailbox_id, raw_name, work.session.fetch_flags_of(suspects), before)
    return changed


def take_flags(
    work: SyncWork,
    mailbox_id: int,
    raw_name: bytes,
    told: Mapping[int, frozenset[str]],
    before: Mapping[int, Operation],
) -> bool:
    """Take over the server's flags. What was pending ``before`` they were read may be done by now.

    Then the server has it, and the answer may be older than that.
    """
    if not told:
        return False
    bits = {uid: to_bits(flags) for uid, flags in told.items()}
    left = {one.operation_id for one in work.operations.pending(raw_name)} if before else set[int]()
    for number, one in before.items():
        if number not in left and one.flag and one.uid in bits:
            bits[one.uid] = apply_change(bits[one.uid], one.flag, one.present)
    return work.store.update_flags(mailbox_id, bits) > 0


def _suspects(work: SyncWork, mailbox_id: int, known: KnownUids) -> list[int]:
    """UIDs of which SEARCH tells other flags than are known here, the newest first."""
    here = work.store.flags_but_seen(mailbox_id)
    suspects: set[int] = set()
    for key, bit in SEARCHED.items():
        try:
            there = work.session.search_uids(1, known.newest(), key)
        except ClientError as error:
            if is_refusal(error):
                continue  # in some rounds all flags are read
            raise
        suspects.update(
            {uid for uid, bits in here.items() if bool(bits & bit) != (bit == SEEN)}.symmetric_difference(
                there
            )
        )
    return [uid for uid in sorted(suspects, reverse=True) if uid in known][:MOST_SUSPECTS]
