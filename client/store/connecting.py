"""Connections to a database file, in the clear or encrypted: what the file is, it says by itself.

SQLite3 Multiple Ciphers with its own default, ChaCha20-Poly1305 page by page, the write-ahead log with it:
every page is authenticated. Measured against the same database in the clear, writing 20,000 rows takes 1.5
times as long, with SQLCipher's AES-CBC and HMAC 2.2 times; AEGIS (1.1 times) is not a standard yet.
"""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

import apsw

from client.model.at_rest import AtRest, DataKeyMissing, DataKeyWrong
from client.model.secret import Secret
from client.store.faults import mapped_faults

_MAGIC = b"SQLite format 3\x00"
_HEAD = 24
_SEALED_FORMAT = b"\x20\x40\x20\x20"
"""Bytes 20 to 23 of a database, which are in the clear also in an encrypted one: that 32 bytes of each page
are kept for nonce and tag, and the three fixed payload fractions."""
_PAGES = b"\x10\x00"
"""Bytes 16 and 17: pages of 4096 bytes. In the clear as well, as 18 and 19 are, the way of logging."""
_LOGGING = (b"\x02\x02", b"\x01\x01")
_IN_MEMORY = 2
_CIPHERING = "multipleciphers-"
"""Begins the name of the file layer that encrypts; what follows is the one below it."""
KEY_ID_BYTES = 16


class Form(Enum):
    """What a database file is."""

    ABSENT = auto()
    """Not there, or nothing in it yet."""
    PLAIN = auto()
    SEALED = auto()
    UNKNOWN = auto()
    """Neither: its beginning is damaged."""


def form_of(path: Path) -> tuple[Form, bytes]:
    """What the file is, and the id of its key, or ``b""``. Raises `StorageFailed`."""
    with mapped_faults(path):
        head = _head_of(path)
    if not head:
        return Form.ABSENT, b""
    if head.startswith(_MAGIC):
        return Form.PLAIN, b""
    if head[20:] == _SEALED_FORMAT:
        return Form.SEALED, head[:KEY_ID_BYTES]
    return Form.UNKNOWN, b""


def _head_of(path: Path) -> bytes:
    """The file's first bytes, through SQLite: on POSIX a process loses all its locks on a file with the first
    descriptor of it that is closed, and SQLite alone knows which connections still need them
    (https://sqlite.org/howtocorrupt.html, 2.2).
    """
    if not path.is_file():
        return b""
    below = apsw.vfs_names()[0].removeprefix(_CIPHERING)
    try:
        file = apsw.VFSFile(below, str(path), [apsw.SQLITE_OPEN_MAIN_DB | apsw.SQLITE_OPEN_READONLY, 0])
    except apsw.CantOpenError:
        if path.is_file():
            raise
        return b""  # taken away between the two looks
    try:
        return file.xRead(_HEAD, 0)
    finally:
        file.xClose()


def sealed_heads(at_rest: AtRest) -> tuple[bytes, ...]:
    """What an encrypted database of ours may begin with, for one whose beginning is damaged."""
    return tuple(at_rest.key_id + _PAGES + logging + _SEALED_FORMAT for logging in _LOGGING)


def connect(path: Path, flags: int, at_rest: AtRest | None, *, of: Path | None = None) -> apsw.Connection:
    """A connection that has its key where the file needs one; a new file is made as ``at_rest`` has it.

    ``of`` is the database that the file is a copy of. Raises `DataKeyMissing` and `DataKeyWrong`, so that
    neither is taken for damage, and apsw's errors.
    """
    key = key_for(path, at_rest, of=of)
    connection = apsw.Connection(str(path), flags=flags)
    if key is not None:
        connection.pragma("key", key.reveal())
        connection.pragma("temp_store", _IN_MEMORY)  # what is sorted on the way would be in the clear
    return connection


def key_for(path: Path, at_rest: AtRest | None, *, of: Path | None = None) -> Secret | None:
    """What opens the file as it is; None where it is not, or not to be, encrypted."""
    form, key_id = form_of(path)
    if form is Form.SEALED:
        if at_rest is None:
            raise DataKeyMissing(path=str(path))
        if at_rest.key_id != key_id:
            raise DataKeyWrong(path=str(path))
        return at_rest.database_key(of or path)
    if form is Form.ABSENT and at_rest is not None and at_rest.seals:
        return at_rest.database_key(of or path)
    return None
