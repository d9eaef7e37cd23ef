"""What of the drafts may lie on the mail server and what does: the window judges, the engine uploads.

Nothing here is a list of things to do: what is to be uploaded or removed follows from what the ledger says
now, so that whatever is interrupted, or done by another part of the program, leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from client.errors import ConnectionLost, TimedOut
from client.model.outgoing import IN_HAND, OutboxState
from client.model.server_draft import CopyState, DraftCopy, DraftStanding, Held, Note, Standing, identity_of
from client.store.database import Database
from client.store.rows import Location
from client.store.times import from_text_or_none, to_text, to_text_or_none

_COPY = (
    "c.copy_id, c.account_id, c.draft_id, c.version, c.token, c.message_id, c.raw_name, c.uidvalidity,"
    " c.uid, c.state, c.tries, c.not_before"
)
_IN_HAND = ", ".join(f"'{state}'" for state in sorted(IN_HAND))
_TAKEN = f"'{OutboxState.SUBMITTED}', '{OutboxState.FILED}'"
_WANTED = f"""
SELECT draft_id, version, identity, changed_at, hurried, tries, not_before FROM draft
WHERE account_id = ? AND version <> '' AND cleared = version AND held = '' AND parked = 0
    AND uploaded <> version AND NOT EXISTS
    (SELECT 1 FROM outbox WHERE outbox.draft_id = draft.draft_id AND state IN ({_IN_HAND}))
ORDER BY changed_at
"""  # noqa: S608 - constants only
_UNWANTED = f"""
SELECT {_COPY} FROM draft_copy c LEFT JOIN draft d ON d.draft_id = c.draft_id
WHERE c.account_id = ?1 AND c.state <> 'sending'
    AND (c.state = 'leaving' OR d.draft_id IS NULL OR d.account_id <> c.account_id
    OR (c.state <> 'foreign' AND (d.held = 'marked' OR NOT ?2))
    OR EXISTS (SELECT 1 FROM outbox WHERE outbox.draft_id = c.draft_id AND state IN ({_TAKEN}))
    OR EXISTS (SELECT 1 FROM draft_copy n WHERE n.draft_id = c.draft_id AND n.account_id = c.account_id
        AND n.state = 'there' AND n.copy_id > c.copy_id))
ORDER BY c.copy_id
"""  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft whose newest version the server lacks and may have."""

    draft_id: str
    version: str
    identity: str
    changed_at: datetime | None
    hurried: bool
    tries: int
    not_before: datetime | None


class ServerDrafts:
    """Of every account; used by the window (judge, hurry, adopt) and the engine (the rest)."""

    def __init__(self, ledger: Database, clock: Callable[[], datetime]) -> None:
        self._ledger, self._clock = ledger, clock

    # -- the window's side

    def judge(self, draft_id: str, version: str, held: Held) -> None:
        """Remember the check's answer; it clears this very version alone, a secret holds back every one."""
        self._ledger.run(
            "UPDATE draft SET held = CASE WHEN held = 'marked' AND ?1 = 'unchecked' THEN held ELSE ?1 END,"
            " cleared = CASE WHEN ?1 = '' THEN ?2 ELSE cleared END"
            " WHERE draft_id = ?3 AND (version = ?2 OR ?1 = 'marked' OR held = 'marked')",
            (str(held), version, draft_id),
        )

    def hurry(self, draft_id: str) -> None:
        """No more changes are to be waited for."""
        self._ledger.run("UPDATE draft SET hurried = 1 WHERE draft_id = ?", (draft_id,))

    def unjudged(self, draft_id: str = "") -> tuple[str, ...]:
        """Drafts of which no check has said that the stored version may be uploaded; one of them if named.

        Unnamed without those that a check has looked at and could not read. What was stored before the server
        was thought of is not among them.
        """
        rows = self._ledger.rows(
            "SELECT draft_id FROM draft WHERE version <> '' AND (cleared <> version OR held <> '')"
            " AND (draft_id = ?1 OR (?1 = '' AND held <> 'unread'))",
            (draft_id,),
        )
        return tuple(row[0] for row in rows)

    def known_as(self, account_id: str, place: Location, token: str = "") -> str:
        """The draft that a message of the drafts mailbox is a copy of, ``""`` for none.

        Not by its Message-ID, which other programs keep when they go on with it. A copy of ours is one also
        where its draft is here no more: it was sent or thrown away, and goes.
        """
        row = self._ledger.row(
            "SELECT c.draft_id FROM draft_copy c LEFT JOIN draft d ON d.draft_id = c.draft_id"
            " WHERE c.account_id = ?1 AND (d.draft_id IS NOT NULL OR c.token <> '')"
            " AND ((c.token <> '' AND c.token = ?2)"
            " OR (c.raw_name = ?3 AND c.uidvalidity = ?4 AND c.uid = ?5)) ORDER BY c.copy_id DESC",
            (account_id, token, place.raw_name, place.uidvalidity, place.uid),
        )
        return "" if row is None else str(row[0])

    def in_hand(self, draft_id: str) -> int:
        """The outbox's number of the letter that was made of it and may reach somebody, 0 for none."""
        row = self._ledger.row(
            f"SELECT outbox_id FROM outbox WHERE draft_id = ? AND state IN ({_IN_HAND})",  # noqa: S608 - constants only
            (draft_id,),
        )
        return 0 if row is None else int(row[0])

    def adopt(self, draft_id: str, place: Location, account_id: str, version: str, identity: str) -> None:
        """A stored draft was begun from this message: the server has it, and the next version replaces it."""
        with self._ledger.transaction():
            self._ledger.run(
                "UPDATE draft SET uploaded = version, changed_at = NULL, identity = ? WHERE draft_id = ?",
                (identity, draft_id),
            )
            self._insert(account_id, draft_id, version, "", place, CopyState.FOREIGN)

    def standings(self, *, allowed: bool) -> dict[str, DraftStanding]:
        """What is to be said of each stored draft."""
        rows = self._ledger.rows(
            "SELECT draft_id, version, cleared, held, uploaded, parked, error_code, note,"
            " EXISTS (SELECT 1 FROM draft_copy c WHERE c.draft_id = draft.draft_id"
            " AND c.state IN ('there', 'foreign'))"
            " FROM draft"
        )
        return {row[0]: _standing(row, allowed=allowed) for row in rows}

    # -- the engine's side

    def wanted(self, account_id: str) -> tuple[Waiting, ...]:
        """Drafts to upload, the one that waits longest first; when, the caller knows."""
        return tuple(map(_waiting, self._ledger.rows(_WANTED, (account_id,))))

    def unwanted(self, account_id: str, *, allowed: bool) -> tuple[DraftCopy, ...]:
        """Copies to remove, oldest first; without ``allowed`` none of ours may be there.

        One under way is not among them: whether there is one has to be known first.
        """
        return tuple(map(_copy, self._ledger.rows(_UNWANTED, (account_id, int(allowed)))))

    def copies(self, account_id: str, draft_id: str = "") -> tuple[DraftCopy, ...]:
        """All that are known, oldest first; of one draft if named."""
        rows = self._ledger.rows(
            f"SELECT {_COPY} FROM draft_copy c"  # noqa: S608 - constants only
            " WHERE c.account_id = ?1 AND (?2 = '' OR c.draft_id = ?2) ORDER BY c.copy_id",
            (account_id, draft_id),
        )
        return tuple(map(_copy, rows))

    def identity(self, draft_id: str) -> str:
        """What every copy of the draft bears."""
        row = self._ledger.row("SELECT identity FROM draft WHERE draft_id = ?", (draft_id,))
        return str(row[0]) if row is not None and row[0] else identity_of(draft_id)

    def begin(self, account_id: str, waiting: Waiting, token: str, place: Location) -> int:
        """Written before APPEND: whatever becomes of it, the copy can be found again."""
        return self._insert(account_id, waiting.draft_id, waiting.version, token, place, CopyState.SENDING)

    def placed(self, copy: DraftCopy, uidvalidity: int, uid: int) -> None:
        """The server has this copy; what changed since waits anew. One that comes late changes nothing."""
        with self._ledger.transaction():
            self.moved(copy, uidvalidity, uid)
            self._ledger.run("UPDATE draft_copy SET state = 'there' WHERE copy_id = ?", (copy.copy_id,))
            self._ledger.run(
                "UPDATE draft SET uploaded = ?1, tries = 0, not_before = NULL, error_code = '', parked = 0,"
                " hurried = CASE WHEN version = ?1 THEN 0 ELSE hurried END,"
                " note = CASE WHEN note = 'gone' THEN 'changed' ELSE note END,"
                " changed_at = CASE WHEN version = ?1 THEN NULL ELSE ?2 END"
                " WHERE draft_id = ?3 AND account_id = ?4 AND NOT EXISTS (SELECT 1 FROM draft_copy n"
                " WHERE n.draft_id = ?3 AND n.account_id = ?4 AND n.state = 'there' AND n.copy_id > ?5)",
                (copy.version, to_text(self._clock()), copy.draft_id, copy.account_id, copy.copy_id),
            )

    def moved(self, copy: DraftCopy, uidvalidity: int, uid: int) -> None:
        """Where a copy is."""
        if (copy.uidvalidity, copy.uid, copy.tries) != (uidvalidity, uid, 0):
            self._ledger.run(
                "UPDATE draft_copy SET uidvalidity = ?, uid = ?, tries = 0, not_before = NULL,"
                " error_code = '' WHERE copy_id = ?",
                (uidvalidity, uid, copy.copy_id),
            )

    def leaving(self, copy: DraftCopy) -> None:
        """Written before it is removed."""
        self._ledger.run("UPDATE draft_copy SET state = 'leaving' WHERE copy_id = ?", (copy.copy_id,))

    def removed(self, copy: DraftCopy) -> None:
        """It is no longer there by our own doing; a draft without any other waits to be uploaded."""
        with self._ledger.transaction():
            self._ledger.run("DELETE FROM draft_copy WHERE copy_id = ?", (copy.copy_id,))
            self._ledger.run(
                "UPDATE draft SET uploaded = '', changed_at = coalesce(changed_at, ?1) WHERE draft_id = ?2"
                " AND note <> 'gone' AND NOT EXISTS (SELECT 1 FROM draft_copy WHERE draft_id = ?2"
                " AND account_id = draft.account_id AND state IN ('there', 'foreign'))",
                (to_text(self._clock()), copy.draft_id),
            )

    def lost(self, copy: DraftCopy, note: Note) -> None:
        """Somebody else removed it: the draft stays, with a note."""
        with self._ledger.transaction():
            self._ledger.run("DELETE FROM draft_copy WHERE copy_id = ?", (copy.copy_id,))
            self._ledger.run("UPDATE draft SET note = ? WHERE draft_id = ?", (str(note), copy.draft_id))

    def failed(self, waiting: Waiting, code: str, later: datetime | None) -> None:
        """It was not taken; without a moment for the next try it is not tried before it is changed."""
        self._ledger.run(
            "UPDATE draft SET tries = tries + 1, error_code = ?, not_before = ?, parked = ?"
            " WHERE draft_id = ? AND version = ?",
            (code, to_text_or_none(later), int(later is None), waiting.draft_id, waiting.version),
        )

    def not_done(self, copy: DraftCopy, code: str, later: datetime) -> None:
        """It could not be removed, or not be looked for."""
        self._ledger.run(
            "UPDATE draft_copy SET tries = tries + 1, error_code = ?, not_before = ? WHERE copy_id = ?",
            (code, to_text(later), copy.copy_id),
        )

    def hasten(self, account_id: str, *, only_links: bool = False) -> None:
        """Somebody wants all of it tried now; with ``only_links`` the link works again."""
        broken = f" AND error_code IN ('{ConnectionLost.code}', '{TimedOut.code}')" if only_links else ""
        for table in ("draft", "draft_copy"):
            self._ledger.run(
                f"UPDATE {table} SET not_before = NULL"  # noqa: S608 - constants only
                f" WHERE account_id = ? AND not_before IS NOT NULL{broken}",
                (account_id,),
            )

    def _insert(
        self, account_id: str, draft_id: str, version: str, token: str, place: Location, state: CopyState
    ) -> int:
        return self._ledger.insert(
            "INSERT INTO draft_copy (account_id, draft_id, version, token, message_id, raw_name, uidvalidity,"
            " uid, state, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                account_id, draft_id, version, token, place.message_id, place.raw_name, place.uidvalidity,
                place.uid, str(state), to_text(self._clock()),
            ),
        )  # fmt: skip


def _waiting(row: tuple[Any, ...]) -> Waiting:
    since, later = from_text_or_none(row[3]), from_text_or_none(row[6])
    return Waiting(row[0], row[1], row[2] or identity_of(row[0]), since, bool(row[4]), row[5], later)


def _copy(row: tuple[Any, ...]) -> DraftCopy:
    number, account_id, draft_id, version, token, message_id, name, validity, uid, state, tries, later = row
    place = (name, validity, uid)
    return DraftCopy(
        number, account_id, draft_id, version, token, message_id, *place, CopyState(state), tries,
        from_text_or_none(later),
    )  # fmt: skip


def _standing(row: tuple[Any, ...], *, allowed: bool) -> DraftStanding:
    draft_id, version, cleared, held, uploaded, parked, code, note, has_copy = row
    if held:
        found = Standing(held)
    elif note and uploaded == version:
        found = Standing(note)
    elif uploaded == version and has_copy:
        found = Standing.UPLOADED
    elif not allowed or not version or cleared != version:
        found = Standing.HERE_ONLY
    elif parked:
        found = Standing.PARKED
    else:
        found = Standing.FAILED if code else Standing.WAITING
    return DraftStanding(draft_id, found, code, Note(note))
