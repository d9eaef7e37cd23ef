"""Raw messages as files, named by their own digest."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from client.errors import StoreCorrupt
from client.store.atomic import write_atomically
from client.store.faults import mapped_faults
from client.store.partial import PartialBody, forget_old


def digest_in(relative: str) -> str:
    """The SHA-256 that a path of `ObjectStore.put` names its content by; the empty string for ``""``."""
    *_, folder, name = ("", "", *relative.split("/"))
    return folder + name.partition(".")[0]


def _relative(digest: str) -> str:
    return f"objects/{digest[:2]}/{digest[2:]}.eml"


class ObjectStore:
    """The ``objects`` folder of one account.

    A file is complete before anything points to it: temporary file, fsync, rename. The same
    message in two mailboxes is stored once.
    """

    def __init__(self, account_folder: Path) -> None:
        self._folder = account_folder
        self._lock = threading.Lock()

    def put(self, raw: bytes) -> str:
        """Store ``raw`` and answer with its path relative to the account's folder (``/`` separated)."""
        relative = _relative(hashlib.sha256(raw).hexdigest())
        target = self.path(relative)
        with self._lock, mapped_faults(target):
            if target.is_file():
                os.utime(target)  # wanted again: `collect` leaves it for the row that is about to point to it
            else:
                write_atomically(target, raw)
        return relative

    def adopt(self, partial: PartialBody) -> str:
        """Store what came in pieces, without ever having all of it in memory; answers as `put` does."""
        with self._lock:
            target = partial.become(lambda digest: self.path(_relative(digest)))
            with mapped_faults(target):
                os.utime(target)
        return target.relative_to(self._folder).as_posix()

    def head(self, relative: str, length: int) -> bytes:
        """The first octets of a stored message, unexamined: it has just been stored."""
        path = self.path(relative)
        with mapped_faults(path), path.open("rb") as file:
            return file.read(length)

    def get(self, relative: str) -> bytes:
        """The stored bytes; `StoreCorrupt` when they no longer have the digest in their name."""
        path = self.path(relative)
        with mapped_faults(path):
            raw = path.read_bytes()
        if hashlib.sha256(raw).hexdigest() != path.parent.name + path.stem:
            raise StoreCorrupt(path=str(path))
        return raw

    def path(self, relative: str) -> Path:
        """Where the file of ``relative`` lies."""
        return self._folder.joinpath(*relative.split("/"))

    def partial(self, mailbox_id: int, uidvalidity: int, uid: int) -> PartialBody:
        """What has come so far of a message that is fetched in pieces."""
        return PartialBody(self._folder, mailbox_id, uidvalidity, uid)

    def forget_old_partials(self) -> None:
        """Remove pieces that nobody has gone on with."""
        forget_old(self._folder)

    def collect(
        self, is_wanted: Callable[[str], bool], before: float, stopping: Callable[[], bool] = lambda: False
    ) -> int:
        """Remove files that no row points to and nobody has put since ``before`` (POSIX time); how many.

        A crash between a row and its file leaves one; so does a cache that was begun anew.
        """
        gone = 0
        for path in (self._folder / "objects").glob("*/*"):
            if stopping():
                break
            with self._lock, mapped_faults(path):
                is_old = path.stat().st_mtime < before
                if is_old and not is_wanted(f"objects/{path.parent.name}/{path.name}"):
                    path.unlink()
                    gone += 1
        return gone

    def delete(self, relatives: Iterable[str]) -> None:
        """Remove files that no row points to any more."""
        for relative in relatives:
            path = self.path(relative)
            with mapped_faults(path):
                path.unlink(missing_ok=True)
