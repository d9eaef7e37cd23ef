"""Files that are named by the SHA-256 of what is in them, in the clear or encrypted.

An encrypted one does not bear the digest itself: whoever guessed a message could see that it is here.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from client.errors import ClientError, StoreCorrupt
from client.model.at_rest import AtRest, Readable
from client.store.atomic import UNFINISHED, write_atomically
from client.store.faults import mapped_faults

SEALED = ".sealed"
_START = 8
_DIGEST = re.compile(r"[0-9a-f]{64}")


def is_digest(text: str) -> bool:
    """Whether it is a SHA-256 in hex."""
    return _DIGEST.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class ClearFile:
    """One of them in the clear; a `Readable`. What the disk has spoiled is not handed out as the message."""

    path: Path
    digest: str

    def __str__(self) -> str:
        return str(self.path)

    @property
    def name(self) -> str:
        """See `Readable.name`."""
        return self.path.name

    @property
    def suffix(self) -> str:
        """See `Readable.suffix`."""
        return self.path.suffix

    def read_bytes(self) -> bytes:
        """Its content. Raises OSError, and `StoreCorrupt` where it is no longer what it is named by."""
        content = self.path.read_bytes()
        if hashlib.sha256(content).hexdigest() != self.digest:
            raise StoreCorrupt(path=str(self.path))
        return content

    def is_whole(self) -> bool:
        """Whether its content is what it is named by; it is not read into memory. Raises OSError."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == self.digest

    def head(self, length: int) -> bytes:
        """The first ``length`` octets, not compared with anything. Raises OSError."""
        with self.path.open("rb") as file:
            return file.read(length)

    def is_file(self) -> bool:
        """See `Readable.is_file`."""
        return self.path.is_file()

    def stat(self) -> os.stat_result:
        """See `Readable.stat`."""
        return self.path.stat()


class DigestFiles:
    """One folder of them, spread over sub-folders by the first two signs of their names.

    A file is complete before anything points to it: temporary file, fsync, rename.
    """

    def __init__(self, folder: Path, suffix: str, at_rest: AtRest | None) -> None:
        """``suffix`` is what names in the clear end with."""
        self._folder, self._suffix, self._at_rest = folder, suffix, at_rest

    def plain(self, digest: str) -> Path:
        """Where it lies in the clear; ValueError for what is no digest."""
        if not is_digest(digest):
            raise ValueError(digest)
        return self._folder / digest[:2] / f"{digest[2:]}{self._suffix}"

    def file(self, digest: str) -> Readable:
        """The file, which need not be there."""
        plain = self.plain(digest)
        if self._at_rest is None:
            return ClearFile(plain, digest)
        return self._at_rest.file(self._sealed(digest), plain, digest)

    def get(self, digest: str) -> bytes:
        """The bytes; `StoreCorrupt` when they no longer have that digest, `StorageFailed` without them."""
        with mapped_faults(self.plain(digest)):
            return self.file(digest).read_bytes()

    def is_whole(self, digest: str) -> bool:
        """Whether it is here with that content: what the disk has spoiled is made good by `put`."""
        file = self.file(digest)
        try:
            with mapped_faults(self.plain(digest)):
                if isinstance(file, ClearFile):
                    return file.is_whole()
                file.read_bytes()
        except ClientError:
            return False
        return True

    def put(self, digest: str, content: bytes) -> Path:
        """Write it anew, as files are written now; answers with where it lies."""
        if self._at_rest is not None and self._at_rest.seals:
            path = self._sealed(digest)
            write_atomically(path, self._at_rest.seal(path, content))
        else:
            path = self.plain(digest)
            write_atomically(path, content)
        return path

    def touch(self, digest: str) -> bool:
        """Make it as young as a new one; whether it is there."""
        for path in self._places(digest):
            with mapped_faults(path), suppress(FileNotFoundError):
                os.utime(path)
                return True
        return False

    def delete(self, digest: str) -> None:
        """Remove it in both forms."""
        for path in self._places(digest):
            with mapped_faults(path):
                path.unlink(missing_ok=True)

    def listed(self) -> Iterator[tuple[str, Path]]:
        """Digest and place of every file, ``""`` for what is none of ours: one that was never finished.

        An encrypted one whose name this key does not open is another key's, and nobody's to look at.
        """
        for path in self._folder.glob("*/*"):
            digest = self._digest_of(path)
            if digest or path.suffix != SEALED:
                yield digest, path

    def unknown(self) -> Iterator[Path]:
        """Encrypted files whose name this key does not open."""
        for path in self._folder.glob(f"*/*{SEALED}"):
            if not self._digest_of(path):
                yield path

    def misplaced(self) -> Iterator[str]:
        """Digests of the files that are not in the form that is written now."""
        seals = self._at_rest is not None and self._at_rest.seals
        for digest, path in self.listed():
            if digest and (path.suffix == SEALED) != seals:
                yield digest

    def clear_away(self) -> None:
        """Where files are encrypted, remove what a writer that was killed left behind in the clear."""
        if self._at_rest is None or not self._at_rest.seals:
            return
        for path in self._folder.glob(f"*/{UNFINISHED}"):
            with mapped_faults(path), suppress(FileNotFoundError):
                with path.open("rb") as file:
                    start = file.read(_START)
                # A shorter one is being written at this moment.
                if len(start) == _START and not self._at_rest.is_sealed(start):
                    path.unlink()

    def rewrite(self, digest: str) -> bool:
        """Bring one file into the form that is written now; at every moment one of the two is whole.

        What is damaged already is carried over as it is, and stays damaged; what was tampered with in its
        encrypted form cannot be, and stays where it is. Whether it was done.
        """
        seals = self._at_rest is not None and self._at_rest.seals
        other = self.plain(digest) if seals else self._sealed(digest)
        with mapped_faults(other):
            try:
                before, content = other.stat(), self._carried_over(digest, other)
            except (StoreCorrupt, FileNotFoundError):
                return False
            # When it came here is evidence.
            os.utime(self.put(digest, content), ns=(before.st_atime_ns, before.st_mtime_ns))
            with suppress(PermissionError):  # on Windows while somebody reads it: the next pass removes it
                other.unlink(missing_ok=True)
        return True

    def _carried_over(self, digest: str, other: Path) -> bytes:
        """The true content in whichever form it is here; where there is none, what ``other`` has instead."""
        try:
            return self.file(digest).read_bytes()
        except StoreCorrupt:
            raw = other.read_bytes()
            if self._at_rest is None or other.suffix != SEALED:
                return raw
            return self._at_rest.unseal(other, raw)

    def _sealed(self, digest: str) -> Path:
        if self._at_rest is None:
            raise ValueError(digest)
        name = self._at_rest.name_of(self._folder, digest)
        return self._folder / name[:2] / f"{name[2:]}{SEALED}"

    def _places(self, digest: str) -> tuple[Path, ...]:
        plain = self.plain(digest)
        return (plain,) if self._at_rest is None else (self._sealed(digest), plain)

    def _digest_of(self, path: Path) -> str:
        if path.suffix == SEALED:
            if self._at_rest is None:
                return ""
            try:
                return self._at_rest.digest_of(self._folder, path.parent.name + path.stem)
            except ValueError:
                return ""
        found = path.parent.name + path.name.removesuffix(self._suffix)
        return found if path.name.endswith(self._suffix) and is_digest(found) else ""
