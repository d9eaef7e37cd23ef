"""SQLite's and the file system's faults as `client.errors`."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from client.errors import Cancelled, ClientError, StorageFailed, StorageFull, StoreBusy, StoreCorrupt

_CORRUPT_IO = {
    apsw.SQLITE_IOERR_SHORT_READ,
    apsw.SQLITE_IOERR_CORRUPTFS,
    apsw.SQLITE_IOERR_DATA,
}
_FULL_ERRNOS = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}
_WINDOWS_DISK_FULL = {39, 112}
"""ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL."""


@contextmanager
def mapped_faults(path: Path) -> Iterator[None]:
    """Let SQLite and OSError leave as members of the error tree, with ``path`` in the parameters."""
    try:
        yield
    except apsw.InterruptError:
        raise Cancelled from None
    except apsw.Error as error:
        translated = from_sqlite(error, path)
        if translated is None:
            raise
        raise translated from error
    except OSError as error:
        raise from_os(error, path) from error


def from_sqlite(error: apsw.Error, path: Path) -> ClientError | None:
    """The world's fault behind ``error``; None when the fault is in our own SQL."""
    where = str(path)
    if isinstance(error, apsw.FullError):
        return StorageFull(path=where)
    if isinstance(error, apsw.CorruptError | apsw.NotADBError):
        return StoreCorrupt(path=where)
    # Closed by another thread: a damaged cache is being replaced.
    if isinstance(error, apsw.BusyError | apsw.LockedError | apsw.ConnectionClosedError):
        return StoreBusy(path=where)
    extended = getattr(error, "extendedresult", 0)
    if isinstance(error, apsw.IOError):
        if extended in _CORRUPT_IO:
            return StoreCorrupt(path=where)
        # The shared-memory file of WAL cannot be made larger: SQLite says IOERR, the disk is full.
        if extended == apsw.SQLITE_IOERR_SHMSIZE:
            return StorageFull(path=where)
        return StorageFailed(path=where, reason="io")
    if isinstance(error, apsw.CantOpenError | apsw.ReadOnlyError | apsw.PermissionsError):
        return StorageFailed(path=where, reason="access")
    return None


def from_os(error: OSError, path: Path) -> ClientError:
    """`StorageFull` for a full disk or quota, `StorageFailed` for anything else."""
    if error.errno in _FULL_ERRNOS or getattr(error, "winerror", None) in _WINDOWS_DISK_FULL:
        return StorageFull(path=str(path))
    return StorageFailed(path=str(path), reason="access" if isinstance(error, PermissionError) else "io")
