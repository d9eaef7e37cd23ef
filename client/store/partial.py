"""What has been received of a large message, so that a broken link costs only the piece on its way."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from client.model.at_rest import AtRest
from client.store.atomic import move_into_place
from client.store.faults import mapped_faults

KEEP_SECONDS = 7 * 24 * 3600.0
_PLAIN, SEALED_PIECES = ".part", ".part-sealed"
PIECE_HEAD = 4
"""Octets before each encrypted piece: how many it has.

How many it had in the clear follows from that. A number of its own for it would be nobody's to verify.
"""


class PartialBody:
    """A file that grows at its end. Its name says of which message; what is in it is nothing yet.

    Where files are encrypted, each piece is by itself, and of its own place in the row of pieces.
    """

    def __init__(
        self,
        folder: Path,
        mailbox_id: int,
        uidvalidity: int,
        uid: int,
        at_rest: AtRest | None = None,
        *,
        apart: bool = False,
    ) -> None:
        self._at_rest = at_rest if at_rest is not None and at_rest.seals else None
        suffix = _PLAIN if self._at_rest is None else SEALED_PIECES
        self._path = folder / "partial" / f"{mailbox_id}-{uidvalidity}-{uid}{'-b' if apart else ''}{suffix}"

    def size(self) -> int:
        """Octets that are here."""
        with mapped_faults(self._path):
            if not self._path.is_file():
                return 0
            if self._at_rest is None:
                return self._path.stat().st_size
            extra = self._at_rest.extra
            return sum(max(0, end - start - extra) for start, end in self._pieces())

    def append(self, piece: bytes) -> None:
        """Put a piece behind what is here; on the disk when this returns."""
        with mapped_faults(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self._path.open("ab") as file:
                file.write(piece if self._at_rest is None else self._sealed(piece, file, self._at_rest))
                file.flush()
                os.fsync(file.fileno())

    @property
    def name(self) -> str:
        """Of which message it is."""
        return self._path.name

    @property
    def is_sealed(self) -> bool:
        """Whether its pieces are encrypted."""
        return self._at_rest is not None

    def head(self, length: int) -> bytes:
        """The first ``length`` octets that are here. Only for what is in the clear."""
        with mapped_faults(self._path):
            if not self._path.is_file():
                return b""
            with self._path.open("rb") as file:
                return file.read(length)

    def tail(self, length: int) -> bytes:
        """The last ``length`` octets that are here; `StoreCorrupt` where they were tampered with."""
        with mapped_faults(self._path), self._path.open("rb") as file:
            if self._at_rest is None:
                file.seek(-length, os.SEEK_END)
                return file.read()
            found = b""
            for number, (start, end) in reversed(list(enumerate(self._pieces()))):
                if len(found) >= length:
                    break
                file.seek(start)
                found = self._at_rest.unseal(self._place(number), file.read(end - start)) + found
            return found[-length:]

    def become(self, name: Callable[[str], Path]) -> str:
        """Give all that is here the place that ``name`` answers for its SHA-256, and answer with that.

        It is not here any more. Only for what is in the clear.
        """
        with mapped_faults(self._path):
            with self._path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            move_into_place(self._path, name(digest))
        return digest

    def content(self) -> bytes:
        """All that is here; `StoreCorrupt` where a piece is not what was put there."""
        with mapped_faults(self._path):
            raw = self._path.read_bytes()
            if self._at_rest is None:
                return raw
            pieces = enumerate(self._pieces())
            return b"".join(
                self._at_rest.unseal(self._place(number), raw[start:end]) for number, (start, end) in pieces
            )

    def discard(self) -> None:
        """Forget it."""
        with mapped_faults(self._path):
            self._path.unlink(missing_ok=True)

    def _sealed(self, piece: bytes, file: IO[bytes], at_rest: AtRest) -> bytes:
        """The piece as it is appended; what a crash left behind the last whole one is cut off first."""
        whole = list(self._pieces())
        file.truncate(whole[-1][1] if whole else 0)
        sealed = at_rest.seal(self._place(len(whole)), piece)
        return len(sealed).to_bytes(PIECE_HEAD, "big") + sealed

    def _pieces(self) -> Iterator[tuple[int, int]]:
        """Where in the file each whole piece begins and ends."""
        length = self._path.stat().st_size
        with self._path.open("rb") as file:
            while len(head := file.read(PIECE_HEAD)) == PIECE_HEAD:
                start = file.tell()
                end = start + int.from_bytes(head, "big")
                if end > length:
                    return
                yield start, end
                file.seek(end)

    def _place(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}#{number}")


def forget_old(folder: Path, at_rest: AtRest | None = None) -> None:
    """Remove what nobody has gone on with for a week, and what is in the clear where it should not be."""
    place = folder / "partial"
    seals = at_rest is not None and at_rest.seals
    with mapped_faults(place):
        for path in (*place.glob(f"*{_PLAIN}"), *place.glob(f"*{SEALED_PIECES}")):
            is_ours = (path.suffix == SEALED_PIECES) == seals
            if not is_ours or path.stat().st_mtime < time.time() - KEEP_SECONDS:
                path.unlink(missing_ok=True)
