"""Files that are either whole or not there."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from client.errors import StorageFailed
from client.store.faults import mapped_faults

UNFINISHED = ".*.tmp"
"""What the files match that are being written, or that a crash has left."""


def write_atomically(path: Path, content: bytes, *, new: bool = False) -> None:
    """Write beside ``path``, sync, rename; `StorageFull` leaves what was there before untouched.

    With ``new`` nothing is replaced. Raises `StorageFailed`: ``exists``, and ``not-a-file`` for a
    folder or a device, which a rename would take away.
    """
    with mapped_faults(path):
        if path.exists() and not path.is_file():
            raise StorageFailed(path=str(path), reason="not-a-file")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if new:
                _put_new(temporary, path)
            else:
                temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
        sync_folder(path.parent)


def move_into_place(source: Path, path: Path) -> None:
    """Let a file that is synced already take its place, on the same disk."""
    with mapped_faults(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        source.replace(path)
        sync_folder(path.parent)


def _put_new(temporary: Path, path: Path) -> None:
    """Take a name that nobody has, so that the rename replaces nobody's file; let go of it if that fails."""
    try:
        path.touch(exist_ok=False)
    except FileExistsError as error:
        raise StorageFailed(path=str(path), reason="exists") from error
    try:
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def sync_folder(folder: Path) -> None:
    """Have a rename in ``folder`` reach the disk; raises OSError."""
    # The rename itself reaches the disk with the folder; Windows has no such call and needs none.
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
