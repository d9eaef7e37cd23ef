"""Drafts: saved whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import msgspec

from client.errors import StoreCorrupt
from client.model.outgoing import Draft
from client.store.database import Database
from client.store.times import to_text


class Drafts:
    """The ledger's drafts; attachments lie beside the JSON as they are, and are rewritten only if changed."""

    def __init__(self, ledger: Database, clock: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._clock = clock

    def save(self, draft: Draft) -> None:
        """Store this version; `StorageFull` leaves the previous one untouched."""
        bare = replace(draft, attachments=tuple(replace(one, content=b"") for one in draft.attachments))
        with self._ledger.transaction():
            self._ledger.run(
                "INSERT INTO draft (draft_id, account_id, saved_at, content) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (draft_id) DO UPDATE SET account_id = excluded.account_id,"
                " saved_at = excluded.saved_at, content = excluded.content",
                (draft.draft_id, draft.account_id, to_text(self._clock()), msgspec.json.encode(bare)),
            )
            self._save_attachments(draft)

    def load(self, draft_id: str) -> Draft | None:
        """The stored draft, None when there is none."""
        row = self._ledger.row("SELECT content FROM draft WHERE draft_id = ?", (draft_id,))
        return None if row is None else self._whole(draft_id, row[0])

    def list(self, account_id: str) -> tuple[Draft, ...]:
        """The account's drafts, newest first, without the content of their attachments: `load` has that."""
        rows = self._ledger.rows(
            "SELECT content FROM draft WHERE account_id = ? ORDER BY saved_at DESC", (account_id,)
        )
        return tuple(self._bare(content) for (content,) in rows)

    def delete(self, draft_id: str) -> None:
        """Forget the draft and its attachments."""
        self._ledger.run("DELETE FROM draft WHERE draft_id = ?", (draft_id,))

    def purge(self, draft_id: str) -> None:
        """Forget the draft so that nothing of it is left in the file; see `Database.run_overwriting`."""
        self._ledger.run_overwriting("DELETE FROM draft WHERE draft_id = ?", (draft_id,))

    def _save_attachments(self, draft: Draft) -> None:
        stored = dict(
            self._ledger.rows(
                "SELECT position, sha256 FROM draft_attachment WHERE draft_id = ?", (draft.draft_id,)
            )
        )
        for position, attachment in enumerate(draft.attachments):
            if stored.pop(position, "") != attachment.sha256:
                self._ledger.run(
                    "INSERT OR REPLACE INTO draft_attachment (draft_id, position, sha256, content)"
                    " VALUES (?, ?, ?, ?)",
                    (draft.draft_id, position, attachment.sha256, attachment.content),
                )
        self._ledger.run_many(
            "DELETE FROM draft_attachment WHERE draft_id = ? AND position = ?",
            [(draft.draft_id, position) for position in stored],
        )

    def _bare(self, content: bytes) -> Draft:
        try:
            return msgspec.json.decode(content, type=Draft)
        except msgspec.DecodeError as error:
            raise StoreCorrupt(path=str(self._ledger.path)) from error

    def _whole(self, draft_id: str, content: bytes) -> Draft:
        bare = self._bare(content)
        blobs = dict(
            self._ledger.rows(
                "SELECT position, content FROM draft_attachment WHERE draft_id = ?", (draft_id,)
            )
        )
        attachments = tuple(
            replace(one, content=bytes(blobs.get(position, b"")))
            for position, one in enumerate(bare.attachments)
        )
        return replace(bare, attachments=attachments)
