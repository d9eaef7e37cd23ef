"""What a detached signature is over: bytes at hand, or a file read piece by piece however large it is."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Protocol

from client.crypto.integrity import digest_of

_PIECE = 1 << 20


class Content(Protocol):
    """Something that has a digest."""

    def digest(self, name: str) -> bytes:
        """The digest under a hash algorithm's name (``sha256``); ValueError for an unknown one."""
        ...

    def first_byte(self) -> bytes:
        """The first byte, ``b""`` for nothing."""
        ...


class BytesContent:
    """Content in memory; hashed once for each algorithm, however many signers there are."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._known: dict[str, bytes] = {}

    def digest(self, name: str) -> bytes:
        """See `Content`."""
        if name not in self._known:
            self._known[name] = digest_of(name, self._data)
        return self._known[name]

    def first_byte(self) -> bytes:
        """See `Content`."""
        return self._data[:1]


class FileContent:
    """Content on disk, never held as a whole. Raises OSError where it cannot be read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, bytes] = {}

    def digest(self, name: str) -> bytes:
        """See `Content`."""
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def first_byte(self) -> bytes:
        """See `Content`."""
        with self._path.open("rb") as file:
            return file.read(1)

    def _read(self, name: str) -> bytes:
        shake = name.startswith("shake256")
        running = hashlib.shake_256() if shake else hashlib.new(name)
        with self._path.open("rb") as file:
            while piece := file.read(_PIECE):
                running.update(piece)
        return running.digest(64) if shake else running.digest()  # type: ignore[call-arg] # SHAKE asks for a length
