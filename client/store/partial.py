"""What has been received of a large message, so that a broken link costs only the piece on its way."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from client.store.atomic import move_into_place
from client.store.faults import mapped_faults

KEEP_SECONDS = 7 * 24 * 3600.0


class PartialBody:
    """A file that grows at its end. Its name says of which message; what is in it is nothing yet."""

    def __init__(self, folder: Path, mailbox_id: int, uidvalidity: int, uid: int) -> None:
        self._path = folder / "partial" / f"{mailbox_id}-{uidvalidity}-{uid}.part"

    def size(self) -> int:
        """Octets that are here."""
        with mapped_faults(self._path):
            return self._path.stat().st_size if self._path.is_file() else 0

    def append(self, piece: bytes) -> None:
        """Put a piece behind what is here; on the disk when this returns."""
        with mapped_faults(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self._path.open("ab") as file:
                file.write(piece)
                file.flush()
                os.fsync(file.fileno())

    def tail(self, length: int) -> bytes:
        """The last ``length`` octets that are here."""
        with mapped_faults(self._path), self._path.open("rb") as file:
            file.seek(-length, os.SEEK_END)
            return file.read()

    def become(self, name: Callable[[str], Path]) -> Path:
        """Give all that is here the place that ``name`` answers for its SHA-256; it is not here any more."""
        with mapped_faults(self._path):
            with self._path.open("rb") as file:
                target = name(hashlib.file_digest(file, "sha256").hexdigest())
            move_into_place(self._path, target)
        return target

    def discard(self) -> None:
        """Forget it."""
        with mapped_faults(self._path):
            self._path.unlink(missing_ok=True)


def forget_old(folder: Path) -> None:
    """Remove what nobody has gone on with for a week."""
    place = folder / "partial"
    with mapped_faults(place):
        for path in place.glob("*.part"):
            if path.stat().st_mtime < time.time() - KEEP_SECONDS:
                path.unlink(missing_ok=True)
