"""One instance per data folder, proved by a lock the operating system releases."""

from __future__ import annotations

from pathlib import Path

import apsw

from client.errors import AlreadyRunning, StoreBusy
from client.store.faults import mapped_faults

_PATIENCE_MS = 30_000
"""A conversion of everything takes about as long as copying it."""


class InstanceLock:
    """Holds an exclusive SQLite transaction on ``path`` until `release` or the end of the process.

    A lock of the database, unlike a file with a process id in it, cannot be left behind by a
    crash, and works the same on Windows. Raises `AlreadyRunning` when somebody else holds it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with mapped_faults(path):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._connection = apsw.Connection(str(path))
            try:
                self._connection.execute("BEGIN EXCLUSIVE")
            except apsw.BusyError as error:
                self._connection.close()
                raise AlreadyRunning(path=str(path.parent)) from error

    def release(self) -> None:
        """Let the next instance in; a second call does nothing."""
        with mapped_faults(self.path):
            self._connection.close()

    def __enter__(self) -> InstanceLock:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.release()


class FolderUse:
    """Whoever works on the data folder beside the window holds this shared, and whoever converts it alone.

    As with `InstanceLock` a crash leaves nothing behind. Raises `StoreBusy` where the folder is held the
    other way for longer than a moment.
    """

    def __init__(self, folder: Path, *, alone: bool = False) -> None:
        path = self._path = folder / "use.db"
        with mapped_faults(path):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._connection = apsw.Connection(str(path))
            try:
                self._connection.set_busy_timeout(0 if alone else _PATIENCE_MS)
                # A shared lock is taken by reading, and kept as long as the transaction.
                self._connection.execute("BEGIN EXCLUSIVE" if alone else "BEGIN")
                self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
            except apsw.BusyError as error:
                self._connection.close()
                raise StoreBusy(path=str(folder)) from error

    def release(self) -> None:
        """Let go of it; a second call does nothing."""
        with mapped_faults(self._path):
            self._connection.close()

    def __enter__(self) -> FolderUse:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.release()
