"""Databases from the clear into their encrypted form, and back.

A new file is written beside the old one, synced, looked through, and takes its name; until then the old
one is untouched, and a start that was broken off begins anew. Nobody else may have the database open:
whoever calls sees to that, and where somebody has it open nevertheless, nothing is changed.
"""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import apsw

from client.errors import ClientError, StoreBusy, StoreCorrupt
from client.model.at_rest import AtRest
from client.store.atomic import sync_folder
from client.store.connecting import Form, connect, form_of
from client.store.examining import is_damaged
from client.store.faults import from_sqlite, mapped_faults

_PATIENCE_MS = 2000
_UNFINISHED = ".converting"


def needs_converting(path: Path, at_rest: AtRest) -> bool:
    """Whether the database is not in the form that ``at_rest`` writes."""
    form, _ = form_of(path)
    return form is (Form.PLAIN if at_rest.seals else Form.SEALED)


def convert_database(path: Path, at_rest: AtRest, *, of: Path | None = None) -> None:
    """Bring the database at ``path``, a copy of ``of`` where that is given, into the form of ``at_rest``.

    Raises `StoreBusy` where somebody has it open, `StoreCorrupt` where it is damaged, `StorageFull`,
    `StorageFailed`, `DataKeyMissing`, `DataKeyWrong`; the database is then what it was.
    """
    made = path.with_name(f"{path.name}{_UNFINISHED}")
    with mapped_faults(path):
        made.unlink(missing_ok=True)
        with closing(connect(path, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_URI, at_rest, of=of)) as old:
            old.set_busy_timeout(_PATIENCE_MS)
            _take_alone(old, path)
            error = _copy_into(old, made, at_rest, of or path)
        if error is None:
            error = _examine(made, at_rest, of or path)
        if error is not None:
            made.unlink(missing_ok=True)
            raise error
        made.replace(path)
        sync_folder(path.parent)


def discard_unfinished(path: Path) -> None:
    """Remove what a conversion that was broken off left behind."""
    with mapped_faults(path):
        for left in path.parent.glob(f"{path.name}*{_UNFINISHED}*"):
            left.unlink(missing_ok=True)


def _take_alone(connection: apsw.Connection, path: Path) -> None:
    """Bring the write-ahead log home, which only the last connection can: there is one file then.

    The lock that this takes is kept until the connection is closed.
    """
    connection.pragma("locking_mode", "EXCLUSIVE")
    if connection.pragma("journal_mode", "DELETE") != "delete":
        raise StoreBusy(path=str(path))
    connection.execute("BEGIN EXCLUSIVE; COMMIT")


def _copy_into(old: apsw.Connection, made: Path, at_rest: AtRest, of: Path) -> ClientError | None:
    """Write the copy; the fault, where there is one.

    The key has to stand in the new file's name, and the library's errors cite that. So none of them may
    leave, not even as the cause of ours.
    """
    key = at_rest.database_key(of).reveal() if at_rest.seals else ""
    name = f"file:{_in_uri(made)}?cipher=chacha20&key={key}"
    try:
        old.execute("VACUUM INTO ?", (name,))
    except apsw.Error as fault:
        return from_sqlite(fault, of) or StoreCorrupt(path=str(of))
    except OSError:
        return StoreCorrupt(path=str(of))
    with made.open("r+b") as file:
        os.fsync(file.fileno())
    return None


def _examine(made: Path, at_rest: AtRest, of: Path) -> ClientError | None:
    form, _ = form_of(made)
    if form is not (Form.SEALED if at_rest.seals else Form.PLAIN):
        return StoreCorrupt(path=str(of))
    with closing(connect(made, apsw.SQLITE_OPEN_READONLY, at_rest, of=of)) as connection:
        return StoreCorrupt(path=str(of)) if is_damaged(connection) else None


def _in_uri(path: Path) -> str:
    """A path as SQLite's URIs have it: a drive letter stands after a slash, a server after two more."""
    text = path.absolute().as_posix()
    return f"//{quote(text if text.startswith('/') else f'/{text}', safe='/:')}"
