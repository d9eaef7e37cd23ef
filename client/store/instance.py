"""One instance per data folder, proved by a lock the operating system releases."""

from __future__ import annotations

from pathlib import Path

import apsw

from client.errors import AlreadyRunning
from client.store.faults import mapped_faults


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
