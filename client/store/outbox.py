"""Messages on their way out: frozen bytes, and a state written before the act it names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from client.errors import OutboxConflict, StoreCorrupt
from client.model.outgoing import (
    GIVEN_UP,
    IN_HAND,
    LEGAL_TRANSITIONS,
    OutboxEntry,
    OutboxState,
    OutgoingMessage,
)
from client.store.database import Database
from client.store.times import from_text, to_text

_COLUMNS = (
    "outbox_id, account_id, message_id, subject, mail_from, rcpt_to, sha256, length(raw), state, created_at,"
    " not_before, attempts, error_code, error_text, draft_id, error_reason"
)


class Outbox:
    """The ledger's outbox, used by the window (enqueue, cancel, retry) and the engine (the rest)."""

    def __init__(self, ledger: Database, clock: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._clock = clock

    def enqueue(self, message: OutgoingMessage) -> int:
        """Store the bytes and their envelope in one transaction; synced to disk on return.

        Raises `StorageFull`, and `OutboxConflict` for a message that is in hand already; then nothing
        has been queued.
        """
        with self._ledger.transaction():
            self._refuse_a_second(message.account_id, message.message_id, besides=0)
            return self._ledger.insert(
                "INSERT INTO outbox (account_id, message_id, subject, mail_from, rcpt_to, raw, sha256, state,"
                " created_at, not_before, draft_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    message.account_id,
                    message.message_id,
                    message.subject,
                    message.mail_from,
                    json.dumps(message.rcpt_to),
                    message.raw,
                    message.sha256,
                    str(OutboxState.SCHEDULED if message.scheduled else OutboxState.QUEUED),
                    to_text(self._clock()),
                    to_text(message.not_before) if message.not_before else None,
                    message.draft_id,
                ),
            )

    def advance(
        self,
        outbox_id: int,
        state: OutboxState,
        *,
        error_code: str = "",
        error_text: str = "",
        error_reason: str = "",
        not_before: datetime | None = None,
    ) -> None:
        """Move on to ``state``; committed and synced on return.

        Raises `OutboxConflict` where ``LEGAL_TRANSITIONS`` does not allow it (somebody else was
        first), `StoreCorrupt` when the bytes are no longer those that were queued.
        """
        with self._ledger.transaction():
            self._advance(outbox_id, state, (error_code, error_text, error_reason), not_before)

    def advance_unstarted(
        self,
        outbox_id: int,
        state: OutboxState,
        *,
        error_code: str = "",
        error_text: str = "",
        error_reason: str = "",
        not_before: datetime | None = None,
    ) -> None:
        """A QUEUED message's try ended before DATA: through SUBMITTING to ``state`` in one transaction.

        SUBMITTING is never on the disk, so that a crash cannot turn a harmless failure into UNCERTAIN.
        Raises `OutboxConflict` when the entry is no longer QUEUED.
        """
        later = to_text(not_before) if not_before else None
        values = (str(state), error_code, error_text, error_reason, later, outbox_id)
        if state not in LEGAL_TRANSITIONS[OutboxState.SUBMITTING]:
            raise OutboxConflict(outbox_id=outbox_id, state=str(OutboxState.SUBMITTING), wanted=str(state))
        with self._ledger.transaction():
            moved = self._ledger.run(
                "UPDATE outbox SET state = ?, error_code = ?, error_text = ?, error_reason = ?,"
                " not_before = ?, attempts = attempts + 1 WHERE outbox_id = ? AND state = ?",
                (*values, str(OutboxState.QUEUED)),
            )
            if not moved:
                raise OutboxConflict(outbox_id=outbox_id, state="", wanted=str(state))

    def entry(self, outbox_id: int) -> OutboxEntry | None:
        """One entry, None when there is none with this number."""
        found = self._select("outbox_id = ?", (outbox_id,))
        return found[0] if found else None

    def entries(self, account_id: str | None = None) -> tuple[OutboxEntry, ...]:
        """All entries, newest first; of one account if named."""
        return self._select("(?1 IS NULL OR account_id = ?1)", (account_id,))[::-1]

    def in_state(self, account_id: str, *states: OutboxState) -> tuple[OutboxEntry, ...]:
        """The account's entries in one of ``states``, oldest first."""
        marks = ",".join("?" * len(states))
        return self._select(f"account_id = ? AND state IN ({marks})", (account_id, *map(str, states)))

    def since(self, account_id: str, moment: datetime) -> tuple[OutboxEntry, ...]:
        """What was put there at ``moment`` or later, oldest first."""
        return self._select("account_id = ? AND created_at >= ?", (account_id, to_text(moment)))

    def scheduled(self) -> tuple[OutboxEntry, ...]:
        """What waits for its hour, of every account, oldest first."""
        return self._select("state = ?", (str(OutboxState.SCHEDULED),))

    def knows(self, account_id: str, message_id: str) -> bool:
        """Whether a message with that identifier was ever queued and is still listed."""
        return bool(self._select("account_id = ? AND message_id = ?", (account_id, message_id)))

    def raw(self, outbox_id: int) -> bytes:
        """The frozen bytes; `StoreCorrupt` when their digest is not the one stored with them."""
        row = self._ledger.row("SELECT raw, sha256 FROM outbox WHERE outbox_id = ?", (outbox_id,))
        if row is None:
            raise OutboxConflict(outbox_id=outbox_id, state="", wanted="")
        if hashlib.sha256(row[0]).hexdigest() != row[1]:
            raise StoreCorrupt(path=str(self._ledger.path))
        return bytes(row[0])

    def message(self, outbox_id: int) -> OutgoingMessage:
        """The frozen message as it was queued."""
        raw = self.raw(outbox_id)
        entry = self.entry(outbox_id)
        if entry is None:
            raise OutboxConflict(outbox_id=outbox_id, state="", wanted="")
        return OutgoingMessage(
            entry.account_id,
            entry.message_id,
            entry.mail_from,
            entry.rcpt_to,
            raw,
            entry.subject,
            entry.draft_id,
            entry.not_before,
        )

    def recover(self) -> tuple[int, ...]:
        """Call once when the engine starts: what was being submitted then is UNCERTAIN now."""
        lost = self._select("state = ?", (str(OutboxState.SUBMITTING),))
        for entry in lost:
            self.advance(entry.outbox_id, OutboxState.UNCERTAIN, error_code="submission-interrupted")
        return tuple(entry.outbox_id for entry in lost)

    def note_filing_problem(
        self, outbox_id: int, error_code: str, not_before: datetime, *, text: str = "", reason: str = ""
    ) -> None:
        """Filing failed: remember why and when to try again; the state stays SUBMITTED."""
        self._ledger.run(
            "UPDATE outbox SET error_code = ?, error_text = ?, error_reason = ?, not_before = ?"
            " WHERE outbox_id = ? AND state = ?",
            (error_code, text, reason, to_text(not_before), outbox_id, str(OutboxState.SUBMITTED)),
        )

    def hasten(self, outbox_id: int) -> None:
        """Do not wait for the next try of what failed to be sent, or to be filed."""
        moved = self._ledger.run(
            "UPDATE outbox SET not_before = NULL"
            " WHERE outbox_id = ? AND state IN (?, ?) AND error_code <> ''",
            (outbox_id, str(OutboxState.QUEUED), str(OutboxState.SUBMITTED)),
        )
        if not moved:
            raise OutboxConflict(outbox_id=outbox_id, state="", wanted=str(OutboxState.QUEUED))

    def hasten_all(self, account_id: str) -> None:
        """`hasten` for everything of an account; an hour somebody chose stays."""
        self._ledger.run(
            "UPDATE outbox SET not_before = NULL WHERE account_id = ? AND state IN (?, ?)"
            " AND error_code <> '' AND not_before IS NOT NULL",
            (account_id, str(OutboxState.QUEUED), str(OutboxState.SUBMITTED)),
        )

    def forget_finished(self, before: datetime) -> int:
        """Delete FILED and CANCELLED entries queued before that moment: the server has the filed ones.

        The draft of a filed message goes first, so that it cannot be taken for one still to be sent.
        """
        filed, cancelled = str(OutboxState.FILED), str(OutboxState.CANCELLED)
        with self._ledger.transaction():
            self._ledger.run(
                "DELETE FROM draft WHERE draft_id IN"
                " (SELECT draft_id FROM outbox WHERE state = ? AND created_at < ? AND draft_id <> '')",
                (filed, to_text(before)),
            )
            return self._ledger.run(
                "DELETE FROM outbox WHERE state IN (?, ?) AND created_at < ?",
                (filed, cancelled, to_text(before)),
            )

    def _advance(
        self, outbox_id: int, state: OutboxState, why: tuple[str, str, str], not_before: datetime | None
    ) -> None:
        entry = self.entry(outbox_id)
        if entry is None or state not in LEGAL_TRANSITIONS[entry.state]:
            known = "" if entry is None else str(entry.state)
            raise OutboxConflict(outbox_id=outbox_id, state=known, wanted=str(state))
        self.raw(outbox_id)
        if state in {OutboxState.QUEUED, OutboxState.SCHEDULED}:
            self._refuse_a_second(entry.account_id, entry.message_id, besides=outbox_id)
        if state is OutboxState.CANCELLED:
            # Why it was given up is what it failed with; of what may have arrived that is not all to be said.
            doubtful = entry.state is OutboxState.UNCERTAIN
            why = (GIVEN_UP if doubtful else entry.error_code, entry.error_text, entry.error_reason)
        started = int(state is OutboxState.SUBMITTING)
        later = to_text(not_before) if not_before else None
        self._ledger.run(
            "UPDATE outbox SET state = ?, error_code = ?, error_text = ?, error_reason = ?, not_before = ?,"
            " attempts = attempts + ? WHERE outbox_id = ?",
            (str(state), *why, later, started, outbox_id),
        )
        if state is OutboxState.FILED and entry.draft_id:
            self._ledger.run("DELETE FROM draft WHERE draft_id = ?", (entry.draft_id,))

    def _refuse_a_second(self, account_id: str, message_id: str, besides: int) -> None:
        """`OutboxConflict` when the same message is on its way, may have arrived, or has."""
        for entry in self._select("account_id = ? AND message_id = ?", (account_id, message_id)):
            if entry.state in IN_HAND and entry.outbox_id != besides:
                raise OutboxConflict(
                    outbox_id=entry.outbox_id, state=str(entry.state), wanted=str(OutboxState.QUEUED)
                )

    def _select(self, condition: str, bindings: tuple[str | int | None, ...]) -> tuple[OutboxEntry, ...]:
        sql = f"SELECT {_COLUMNS} FROM outbox WHERE {condition} ORDER BY outbox_id"  # noqa: S608 - constants only
        return tuple(_entry(row) for row in self._ledger.rows(sql, bindings))


def _entry(row: tuple[Any, ...]) -> OutboxEntry:
    return OutboxEntry(
        outbox_id=row[0],
        account_id=row[1],
        message_id=row[2],
        subject=row[3],
        mail_from=row[4],
        rcpt_to=tuple(json.loads(row[5])),
        sha256=row[6],
        size=row[7],
        state=OutboxState(row[8]),
        created_at=from_text(row[9]),
        not_before=from_text(row[10]) if row[10] else None,
        attempts=row[11],
        error_code=row[12],
        error_text=row[13],
        draft_id=row[14],
        error_reason=row[15],
    )
