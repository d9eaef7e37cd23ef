"""How what lies in the data folder is written and read, in the clear or encrypted; `client.vault` does it."""

from __future__ import annotations

import os
from collections.abc import Hashable
from pathlib import Path
from typing import Protocol

from client.errors import NeedsUserError
from client.model.secret import Secret


class DataKeyLocked(NeedsUserError):
    """The data folder is encrypted and the password store with its key does not answer (``reason``)."""

    code = "data-key-locked"


class DataKeyMissing(NeedsUserError):
    """A file is encrypted and the password store has no key for it (``path``); nothing was changed."""

    code = "data-key-missing"


class DataKeyWrong(NeedsUserError):
    """The key that is there is not the one a file was encrypted with (``path``); nothing was changed."""

    code = "data-key-wrong"


class Readable(Hashable, Protocol):
    """A file to read as it was before it was encrypted; a `Path` is one. Picklable, for the workshop."""

    @property
    def name(self) -> str:
        """The last part of its path in the clear."""

    @property
    def suffix(self) -> str:
        """What `name` ends with, the dot included."""

    def read_bytes(self) -> bytes:
        """Its content. Raises OSError as `Path.read_bytes`, `StoreCorrupt` where it was tampered with."""

    def is_file(self) -> bool:
        """Whether it is there."""

    def stat(self) -> os.stat_result:
        """Of the file on the disk; raises OSError where it is gone."""


class AtRest(Protocol):
    """The encryption of one data folder; whoever has None of it reads and writes in the clear.

    What is read may always be either, so that a folder can be converted while it is in use.
    """

    @property
    def seals(self) -> bool:
        """Whether what is written is encrypted; what was encrypted before is read in any case."""

    @property
    def key_id(self) -> bytes:
        """16 bytes that name the key and tell nothing of it; every encrypted database begins with them."""

    def database_key(self, path: Path) -> Secret:
        """What the SQLite binding is given for the database at ``path`` in the data folder."""

    def seal(self, path: Path, content: bytes) -> bytes:
        """``content`` as the file at ``path``; it can be read nowhere else than there."""

    def unseal(self, path: Path, sealed: bytes) -> bytes:
        """What `seal` was given for ``path``; `StoreCorrupt` for anything that is not exactly that."""

    @property
    def extra(self) -> int:
        """How many bytes `seal` adds to any content."""

    def is_sealed(self, start: bytes) -> bool:
        """Whether what begins with these 8 bytes was made by `seal`."""

    def name_of(self, folder: Path, digest: str) -> str:
        """The name in ``folder`` of the file with that SHA-256 (hex), which it does not tell."""

    def digest_of(self, folder: Path, name: str) -> str:
        """The SHA-256 behind a name of `name_of`; ValueError for any other."""

    def file(self, sealed: Path, plain: Path, digest: str) -> Readable:
        """The content with that SHA-256 (hex), of whichever of the two has it; `StoreCorrupt` where neither.

        It carries the key of this one file.
        """
