"""The blobs that evidence rests on, as files named by their own digest. Nothing here deletes one."""

from __future__ import annotations

import re
from pathlib import Path

from client.errors import StoreCorrupt
from client.model.evidence import digest_of
from client.store.atomic import write_atomically
from client.store.faults import mapped_faults

_DIGEST = re.compile(r"[0-9a-f]{64}")


class EvidenceFiles:
    """A file is complete before any row names it: temporary file, fsync, rename. The same bytes lie once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Store ``content`` unless it is there; answers with its digest. `StorageFull`, `StorageFailed`."""
        digest = digest_of(content)
        if not self._is_whole(digest):
            write_atomically(self.path(digest), content)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes; `StoreCorrupt` when they no longer have that digest, `StorageFailed` without them."""
        path = self.path(digest)
        with mapped_faults(path):
            content = path.read_bytes()
        if digest_of(content) != digest:
            raise StoreCorrupt(path=str(path))
        return content

    def path(self, digest: str) -> Path:
        """Where the file with that digest lies; ValueError for what is no digest."""
        if not _DIGEST.fullmatch(digest):
            raise ValueError(digest)
        return self._folder / digest[:2] / digest[2:]

    def _is_whole(self, digest: str) -> bool:
        """A file that the disk has spoiled is made good when its content comes by again."""
        path = self.path(digest)
        with mapped_faults(path):
            return path.is_file() and digest_of(path.read_bytes()) == digest
