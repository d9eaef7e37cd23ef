"""Drafts: saved whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

import msgspec

from client.errors import StoreCorrupt
from client.model.outgoing import Draft
from client.store.database import Database
from client.store.times import to_text

_SAVE = """
INSERT INTO draft (draft_id, account_id, saved_at, content, version, changed_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?3)
ON CONFLICT (draft_id) DO UPDATE SET account_id = ?2, saved_at = ?3, content = ?4, version = ?5,
    changed_at = CASE WHEN uploaded = ?5 THEN NULL ELSE coalesce(changed_at, ?3) END,
    hurried = CASE WHEN version = ?5 THEN hurried ELSE 0 END,
    parked = CASE WHEN version = ?5 THEN parked ELSE 0 END
"""


def version_of(draft: Draft, digests: Iterable[str] | None = None) -> str:
    """Digest of all that is stored of a draft; ``digests`` are its attachments' where they are known."""
    known = tuple(digests) if digests is not None else tuple(one.sha256 for one in draft.attachments)
    return _version(_encoded(draft), known)


def _encoded(draft: Draft) -> bytes:
    bare = replace(draft, attachments=tuple(replace(one, content=b"") for one in draft.attachments))
    return msgspec.json.encode(bare)


def _version(content: bytes, digests: Iterable[str]) -> str:
    digest = hashlib.sha256(content)
    for one in digests:
        digest.update(one.encode("ascii"))
    return digest.hexdigest()


class Drafts:
    """The ledger's drafts; attachments lie beside the JSON as they are, and are rewritten only if changed."""

    def __init__(self, ledger: Database, clock: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._clock = clock

    def save(self, draft: Draft) -> str:
        """Store this version, answer with its digest; `StorageFull` leaves the previous one untouched."""
        content, digests = _encoded(draft), tuple(one.sha256 for one in draft.attachments)
        version = _version(content, digests)
        with self._ledger.transaction():
            now = to_text(self._clock())
            self._ledger.run(_SAVE, (draft.draft_id, draft.account_id, now, content, version))
            self._save_attachments(draft, digests)
        return version

    def load(self, draft_id: str) -> Draft | None:
        """The stored draft, None when there is none."""
        row = self._ledger.row("SELECT content FROM draft WHERE draft_id = ?", (draft_id,))
        return None if row is None else self._whole(draft_id, row[0])

    def versioned(self, draft_id: str) -> tuple[Draft | None, str]:
        """`load`, and the digest that `save` answered with; ``""`` for one from before digests."""
        with self._ledger.transaction():
            row = self._ledger.row("SELECT content, version FROM draft WHERE draft_id = ?", (draft_id,))
            return (None, "") if row is None else (self._whole(draft_id, row[0]), row[1])

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

    def _save_attachments(self, draft: Draft, digests: tuple[str, ...]) -> None:
        stored = dict(
            self._ledger.rows(
                "SELECT position, sha256 FROM draft_attachment WHERE draft_id = ?", (draft.draft_id,)
            )
        )
        for position, (attachment, digest) in enumerate(zip(draft.attachments, digests, strict=True)):
            if stored.pop(position, "") != digest:
                self._ledger.run(
                    "INSERT OR REPLACE INTO draft_attachment (draft_id, position, sha256, content)"
                    " VALUES (?, ?, ?, ?)",
                    (draft.draft_id, position, digest, attachment.content),
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
