"""The blobs that evidence rests on, as files named by their own digest. Nothing here deletes one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from client.model.at_rest import AtRest, Readable
from client.model.evidence import digest_of
from client.store.digest_files import DigestFiles


class EvidenceFiles:
    """A file is complete before any row names it: temporary file, fsync, rename. The same bytes lie once."""

    def __init__(self, folder: Path, at_rest: AtRest | None = None) -> None:
        self._files = DigestFiles(folder, "", at_rest)

    def put(self, content: bytes) -> str:
        """Store ``content`` unless it is there; answers with its digest. `StorageFull`, `StorageFailed`."""
        digest = digest_of(content)
        if not self._files.is_whole(digest):
            self._files.put(digest, content)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes; `StoreCorrupt` when they no longer have that digest, `StorageFailed` without them."""
        return self._files.get(digest)

    def file(self, digest: str) -> Readable:
        """The file with that digest; ValueError for what is no digest."""
        return self._files.file(digest)

    def misplaced(self) -> Iterator[str]:
        """See `DigestFiles.misplaced`."""
        return self._files.misplaced()

    def unknown(self) -> Iterator[Path]:
        """See `DigestFiles.unknown`."""
        return self._files.unknown()

    def clear_away(self) -> None:
        """See `DigestFiles.clear_away`."""
        self._files.clear_away()

    def rewrite(self, digest: str) -> bool:
        """See `DigestFiles.rewrite`."""
        return self._files.rewrite(digest)
