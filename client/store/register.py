"""The ledger's record of documents that came in and went out, by number and content."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from client.model.outgoing import DocumentSystem
from client.model.register import EarlierDocument, RegisterEntry
from client.store.database import Database
from client.store.times import from_text, to_text

_IN, _OUT = "in", "out"
MOST_SENT = 300
"""Numbers a draft's are held against; it goes to the workshop with every check."""


@dataclass(frozen=True, slots=True)
class MessageMark:
    """Which message documents belong to."""

    account_id: str
    message_id: str
    sha256: str
    """Digest of the whole message."""


@dataclass(frozen=True, slots=True)
class SentNumber:
    """A numbered document that left this computer."""

    number: str
    sent_at: datetime
    sha256: str


class Register:
    """Nothing of a message that holds a state secret comes in here: its caller sees to that."""

    def __init__(self, ledger: Database, clock: Callable[[], datetime]) -> None:
        self._ledger, self._clock = ledger, clock

    def received(self, sha256: str) -> tuple[RegisterEntry, ...] | None:
        """What was read of an incoming message; None when it has not been read yet."""
        rows = self._ledger.rows(
            "SELECT ordinal, entry FROM register WHERE direction = ? AND message_sha256 = ? ORDER BY ordinal",
            (_IN, sha256),
        )
        if not rows:
            return None
        return tuple(msgspec.json.decode(text, type=RegisterEntry) for ordinal, text in rows if ordinal)

    def keep_received(self, mark: MessageMark, entries: Iterable[RegisterEntry]) -> None:
        """Remember what was read; also that there was nothing to read."""
        self._keep(_IN, mark, entries, DocumentSystem.UNSAID)

    def keep_sent(
        self,
        mark: MessageMark,
        entries: Iterable[RegisterEntry],
        system: DocumentSystem,
        files: Sequence[str] = (),
    ) -> None:
        """Remember what is leaving, and what the sender says of the document system.

        ``files`` are the digests of all attachments as they leave: one that was signed on the way is the
        same document under either.
        """
        told = [
            replace(one, sha256=" ".join(dict.fromkeys((one.sha256, *files[one.ordinal - 1 : one.ordinal]))))
            for one in entries
        ]
        self._keep(_OUT, mark, told, system)

    def earlier(self, entry: RegisterEntry, mark: MessageMark) -> EarlierDocument | None:
        """The first other content under the same number, symbol and office; the same file again is none."""
        if not entry.key:
            return None
        row = self._ledger.row(
            "SELECT number, recorded_at, message_id, direction FROM register WHERE document_key = ?"
            " AND instr(sha256, ?) = 0 AND message_sha256 <> ? ORDER BY register_id LIMIT 1",
            (entry.key, entry.sha256, mark.sha256),
        )
        return None if row is None else EarlierDocument(row[0], from_text(row[1]), row[2], row[3] == _OUT)

    def sent(self) -> tuple[SentNumber, ...]:
        """The numbered documents that went out last, newest first."""
        rows = self._ledger.rows(
            "SELECT number, recorded_at, sha256 FROM register WHERE direction = ? AND number <> ''"
            " ORDER BY register_id DESC LIMIT ?",
            (_OUT, MOST_SENT),
        )
        return tuple(
            SentNumber(row[0], from_text(row[1]), digest) for row in rows for digest in row[2].split()
        )

    def document_systems(self, message_id: str) -> tuple[DocumentSystem, ...]:
        """What was said of the document system when this message was sent."""
        rows = self._ledger.rows(
            "SELECT DISTINCT document_system FROM register WHERE direction = ? AND message_id = ?",
            (_OUT, message_id),
        )
        return tuple(DocumentSystem(row[0]) for row in rows)

    def _keep(
        self, direction: str, mark: MessageMark, entries: Iterable[RegisterEntry], system: DocumentSystem
    ) -> None:
        listed = list(entries) or [RegisterEntry(0, "", "")]
        self._ledger.run_many(
            "INSERT OR IGNORE INTO register (direction, account_id, message_id, message_sha256, recorded_at,"
            " ordinal, sha256, number, document_key, document_system, entry)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    direction, mark.account_id, mark.message_id, mark.sha256, to_text(self._clock()),
                    one.ordinal, one.sha256, one.number, one.key, system.value,
                    msgspec.json.encode(one).decode(),
                )
                for one in listed
            ],
        )  # fmt: skip
