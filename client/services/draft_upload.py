"""A draft's copy on the mail server: the new one first, then the old one goes, by UID and by name.

A copy is written down before APPEND. What is interrupted is looked for on the server by the token in the
copy, so that there are two copies at worst and never none. Nothing is removed that does not bear the token;
what another program wrote goes to the trash. A copy that is no longer there was removed by somebody else:
that is said, and nothing of either side is given up for it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from client.errors import ClientError, MalformedMessage, MessageTooLarge
from client.mime.draft_message import build_draft
from client.model.account import Account
from client.model.message import Flag
from client.model.server_draft import COPY_FIELD, DRAFT_FIELD, CopyState, DraftCopy, Note
from client.net.commands import append_limit
from client.net.session import ImapSession
from client.services.engine_obstacles import is_refusal
from client.services.mailbox_roles import drafts_mailbox, trash_mailbox
from client.services.pauses import BACK_OFF
from client.services.sent_copy import MOST_HITS, head_of, is_named, newest
from client.store.drafts import Drafts
from client.store.operations import Operations
from client.store.rows import Location
from client.store.server_drafts import ServerDrafts, Waiting

LOOKS = 4
"""So often a copy that may have arrived is looked for again, within about twenty minutes."""


@dataclass(frozen=True, slots=True)
class DraftWork:
    """One account's tools."""

    account: Account
    session: ImapSession
    drafts: Drafts
    server: ServerDrafts
    operations: Operations
    clock: Callable[[], datetime]


def settle(work: DraftWork, copy: DraftCopy) -> None:
    """What became of a copy that was under way when the link or the program ended.

    A server may still be storing what a client sent that is no longer there: not found at once is no answer.
    """
    uid = _find(work, copy)
    if uid:
        work.server.placed(copy, work.session.selected[1], uid)
    elif copy.tries < LOOKS:
        work.server.not_done(copy, "", work.clock() + BACK_OFF[copy.tries])
    else:
        work.server.removed(copy)


def upload(work: DraftWork, waiting: Waiting) -> None:
    """Put the stored version on the server. Raises what a session does, `MessageTooLarge`, `MailboxMissing`.

    A version that was replaced meanwhile, or whose clearance was taken back, is left alone.
    """
    account, session = work.account, work.session
    draft, version = work.drafts.versioned(waiting.draft_id)
    if draft is None or version != waiting.version:
        return
    token = secrets.token_hex(16)
    name = f"<{token}@{account.identity.address.domain or 'localhost'}>"
    raw = build_draft(draft, work.clock(), message_id=name, token=token, identity=waiting.identity)
    limit = append_limit(session.capabilities)
    if limit and len(raw) > limit:
        raise MessageTooLarge(size=len(raw), limit=limit)
    for known in newest_of_each(work.server.copies(account.account_id, waiting.draft_id)):
        look(work, known, is_changed=True)
    mailbox = drafts_mailbox(session, account.imap.host)
    validity = session.select(mailbox).uidvalidity
    now = {(one.draft_id, one.version) for one in work.server.wanted(account.account_id)}
    if (waiting.draft_id, waiting.version) not in now:
        return
    place = Location(0, 0, mailbox, validity, 0, name, "")
    copy = _begun(work, waiting, token, place)
    try:
        uid = session.append(mailbox, raw, (Flag.DRAFT, Flag.SEEN), work.clock())
    except ClientError as error:
        if is_refusal(error):
            work.server.removed(copy)
        raise
    if not uid or session.select(mailbox).uidvalidity != validity:
        uid = _find(work, copy)
        validity = session.selected[1]
    work.server.placed(copy, validity, uid)


def look(work: DraftWork, copy: DraftCopy, *, is_changed: bool) -> None:
    """Whether a draft's newest copy is still there; what somebody else did to it is noted.

    ``is_changed``: the draft differs from that copy here, so that both are kept.
    """
    uid = _find(work, copy)
    if uid:
        work.server.moved(copy, work.session.selected[1], uid)
        return
    changed = is_changed or _has_sibling(work, copy)
    work.server.lost(copy, Note.CHANGED if changed else Note.GONE)


def remove(work: DraftWork, copy: DraftCopy) -> None:
    """Take a copy away; one that bears another's name, or none, is not ours to take."""
    session = work.session
    # Where this was broken off it is marked as deleted already.
    uid = _find(work, copy, marked=not copy.is_foreign)
    validity = session.selected[1]
    place = Location(0, 0, copy.raw_name, validity, uid, copy.message_id, "")
    if uid and copy.is_foreign:
        # Somebody's own words: they can be had again for a while.
        work.operations.move(place, trash_mailbox(session))
    elif uid:
        work.server.leaving(copy)
        session.store_flags((uid,), add=(Flag.DELETED,))
        if "UIDPLUS" in session.capabilities:
            session.expunge((uid,))
        else:
            work.operations.hide_draft(place)
    work.server.removed(copy)


def _begun(work: DraftWork, waiting: Waiting, token: str, place: Location) -> DraftCopy:
    number = work.server.begin(work.account.account_id, waiting, token, place)
    return DraftCopy(
        number, work.account.account_id, waiting.draft_id, waiting.version, token, place.message_id,
        place.raw_name, place.uidvalidity, 0, CopyState.SENDING,
    )  # fmt: skip


def _find(work: DraftWork, copy: DraftCopy, *, marked: bool = False) -> int:
    """The copy's UID in its mailbox, which is then selected; 0 where it is not there (any more).

    One that is marked as deleted is not there, unless ``marked``.
    """
    session = work.session
    if not _is_listed(session, copy.raw_name):
        return 0
    same = session.select(copy.raw_name).uidvalidity == copy.uidvalidity
    if same and copy.uid and _is_there(work, copy, copy.uid, marked):
        return copy.uid
    if copy.is_foreign:
        # A UID names the same bytes for ever; a Message-ID may be that of a version changed elsewhere.
        return 0
    for field, value in (_token(copy) | _message_id(copy)).items():
        hits = session.find_by_message_id(copy.raw_name, value, field)[-MOST_HITS:]
        if found := next((uid for uid in hits[::-1] if _is_there(work, copy, uid, marked)), 0):
            return found
    # A known place that is empty is an answer; otherwise SEARCH alone is none.
    return 0 if same and copy.uid else _among_newest(work, copy, marked)


def _token(copy: DraftCopy) -> dict[str, str]:
    """No other message has it; what Exchange gives another Message-ID has it still."""
    return {COPY_FIELD: copy.token}


def _message_id(copy: DraftCopy) -> dict[str, str]:
    """Found by it alone, it may be what another program made of the draft: some keep the Message-ID."""
    return {"Message-ID": copy.message_id}


def _among_newest(work: DraftWork, copy: DraftCopy, marked: bool) -> int:
    """The same where the server does not search."""
    work.session.select(copy.raw_name)
    return next((one.uid for one in newest(work.session) if _is_there(work, copy, one.uid, marked)), 0)


def _is_there(work: DraftWork, copy: DraftCopy, uid: int, marked: bool) -> bool:
    """Whether the message with that UID is this copy and, unless ``marked``, nobody has deleted it."""
    if not marked and not _is_alive(work.session, uid):
        return False
    is_known = uid == copy.uid and work.session.selected[1] == copy.uidvalidity
    names = _token(copy) | (_message_id(copy) if is_known else {})
    try:
        return copy.is_foreign or is_named(head_of(work.session, uid), names)
    except MalformedMessage:
        return False  # it went just now


def _has_sibling(work: DraftWork, copy: DraftCopy) -> bool:
    """Whether another copy of this draft is there: somebody went on with it on another computer."""
    session = work.session
    if not _is_listed(session, copy.raw_name):
        return False
    known = {one.uid for one in work.server.copies(copy.account_id, copy.draft_id)} - {copy.uid}
    for field, value in ({DRAFT_FIELD: work.server.identity(copy.draft_id)} | _message_id(copy)).items():
        hits = session.find_by_message_id(copy.raw_name, value, field)[-MOST_HITS:]
        if any(_is_alive(session, uid) for uid in hits if uid not in known):
            return True
    return False


def _is_listed(session: ImapSession, raw_name: bytes) -> bool:
    return any(one.raw_name == raw_name for one in session.list_mailboxes())


def _is_alive(session: ImapSession, uid: int) -> bool:
    flags = session.fetch_flags(uid, high=uid).get(uid)
    return flags is not None and Flag.DELETED not in flags


def newest_of_each(copies: Iterable[DraftCopy]) -> tuple[DraftCopy, ...]:
    """The newest copy of each draft, those that come or go left aside."""
    return tuple({one.draft_id: one for one in copies if one.is_kept}.values())
