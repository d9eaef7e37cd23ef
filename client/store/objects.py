"""Raw messages as files, named by their own digest."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from client.errors import StoreCorrupt
from client.model.at_rest import AtRest, Readable
from client.store.digest_files import DigestFiles, is_digest
from client.store.faults import mapped_faults
from client.store.partial import PartialBody, forget_old

_SUFFIX = ".eml"


def digest_in(relative: str) -> str:
    """The SHA-256 that a path of `ObjectStore.put` names its content by; the empty string for ``""``."""
    *_, folder, name = ("", "", *relative.split("/"))
    return folder + name.partition(".")[0]


class ObjectStore:
    """The ``objects`` folder of one account.

    Rows point to a message by where it would lie in the clear (``objects/ab/cd….eml``), whether or not
    it is encrypted. The same message in two mailboxes is stored once.
    """

    def __init__(self, account_folder: Path, at_rest: AtRest | None = None) -> None:
        self._folder = account_folder
        self._at_rest = at_rest
        self._files = DigestFiles(account_folder / "objects", _SUFFIX, at_rest)
        self._lock = threading.Lock()
        self._claimed: set[str] = set()

    def put(self, raw: bytes) -> str:
        """Store ``raw`` and answer with its path relative to the account's folder (``/`` separated)."""
        digest = hashlib.sha256(raw).hexdigest()
        with self._lock:
            # Wanted again: `collect` leaves it for the row that is about to point to it. One that the disk
            # has spoiled is made good.
            if not (self._files.touch(digest) and self._files.is_whole(digest)):
                self._files.put(digest, raw)
        return _relative(digest)

    def adopt(self, partial: PartialBody, length: int) -> tuple[str, bytes]:
        """Store what came in pieces; answers as `put` does, and with the first ``length`` octets of it.

        In the clear it is never whole in memory; to be encrypted it has to be. Raises `StoreCorrupt` where a
        piece is not what was put there.
        """
        if partial.is_sealed:
            content = partial.content()
            return self.put(content), content[:length]
        head = partial.head(length)
        with self._lock:
            digest = partial.become(self._files.plain)
            self._files.touch(digest)
        return _relative(digest), head

    def get(self, relative: str) -> bytes:
        """The stored bytes; `StoreCorrupt` when they no longer have the digest in their name."""
        digest = digest_in(relative)
        if not is_digest(digest):
            raise StoreCorrupt(path=str(self.path(relative)))
        return self._files.get(digest)

    def is_whole(self, relative: str) -> bool:
        """Whether the file of ``relative`` is here as it came."""
        digest = digest_in(relative)
        return is_digest(digest) and self._files.is_whole(digest)

    def file(self, relative: str) -> Readable:
        """The file of ``relative``, to be read here or in the workshop."""
        digest = digest_in(relative)
        return self._files.file(digest) if is_digest(digest) else self.path(relative)

    def path(self, relative: str) -> Path:
        """Where the file of ``relative`` lies in the clear."""
        return self._folder.joinpath(*relative.split("/"))

    def partial(self, mailbox_id: int, uidvalidity: int, uid: int, *, apart: bool = False) -> PartialBody:
        """What has come so far of a message; ``apart`` for who comes second and may not touch that."""
        return PartialBody(self._folder, mailbox_id, uidvalidity, uid, self._at_rest, apart=apart)

    @contextmanager
    def claimed(self, partial: PartialBody) -> Iterator[bool]:
        """Whether it is this thread's to go on with; not, where another one is at it."""
        with self._lock:
            is_free = partial.name not in self._claimed
            self._claimed.add(partial.name)
        try:
            yield is_free
        finally:
            if is_free:
                with self._lock:
                    self._claimed.discard(partial.name)

    def forget_old_partials(self) -> None:
        """Remove pieces that nobody has gone on with, and those that are not written as now."""
        forget_old(self._folder, self._at_rest)

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
        with self._lock:
            return self._files.rewrite(digest)

    def collect(
        self, is_wanted: Callable[[str], bool], before: float, stopping: Callable[[], bool] = lambda: False
    ) -> int:
        """Remove files that no row points to and nobody has put since ``before`` (POSIX time); how many.

        A crash between a row and its file leaves one; so does a cache that was begun anew.
        """
        gone = 0
        for digest, path in self._files.listed():
            if stopping():
                break
            with self._lock, mapped_faults(path):
                is_old = path.stat().st_mtime < before
                if is_old and not (digest and is_wanted(_relative(digest))):
                    path.unlink()
                    gone += 1
        return gone

    def delete(self, relatives: Iterable[str]) -> None:
        """Remove files that no row points to any more."""
        for digest in filter(is_digest, map(digest_in, relatives)):
            self._files.delete(digest)


def _relative(digest: str) -> str:
    return f"objects/{digest[:2]}/{digest[2:]}{_SUFFIX}"
