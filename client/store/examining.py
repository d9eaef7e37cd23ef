"""Whether a database file is whole, before somebody misses what was in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import apsw

from client.errors import StoreCorrupt
from client.model.at_rest import AtRest
from client.store.atomic import write_atomically
from client.store.connecting import connect
from client.store.faults import mapped_faults

EVERY = timedelta(days=7)
_TABLES = "SELECT name, sql LIKE 'CREATE VIRTUAL%' FROM sqlite_schema WHERE type = 'table' ORDER BY 1"


def never() -> bool:
    """Nobody wants this to stop."""
    return False


def is_damaged(connection: apsw.Connection, stopping: Callable[[], bool] = never) -> bool:
    """Whether a table's pages are not what they should be; with ``stopping`` the rest is left for later.

    Table by table, since the check of a whole database reads every word list of the search as well,
    which takes a hundred times as long and finds what can be built anew.
    """
    try:
        for name, is_virtual in connection.execute(_TABLES).fetchall():
            if stopping():
                return False
            quoted = '"' + str(name).replace('"', '""') + '"'
            if is_virtual:
                connection.execute(f"SELECT rowid FROM {quoted} LIMIT 1").fetchall()  # noqa: S608 - quoted
            elif connection.execute(f"PRAGMA quick_check({quoted})").fetchall() != [("ok",)]:
                return True
    except (apsw.CorruptError, apsw.NotADBError, apsw.SQLError, apsw.FormatError):
        return True
    return False


def examine_when_due(
    path: Path, now: datetime, stopping: Callable[[], bool] = never, at_rest: AtRest | None = None
) -> bool:
    """Look at the file once a week, on a connection that holds nobody up; whether it was looked at.

    Raises `StoreCorrupt`; when the last look was is written beside the file.
    """
    mark = path.with_name(f"{path.name}.checked")
    if not _is_due(mark, now):
        return False
    with mapped_faults(path):
        connection = connect(path, apsw.SQLITE_OPEN_READONLY, at_rest)
        try:
            if is_damaged(connection, stopping):
                raise StoreCorrupt(path=str(path))
        finally:
            connection.close()
    if stopping():
        return False
    write_atomically(mark, now.isoformat().encode("ascii"))
    return True


def _is_due(mark: Path, now: datetime) -> bool:
    try:
        last = datetime.fromisoformat(mark.read_text("ascii"))
        # A clock that went back makes it due as well.
        return not last <= now < last + EVERY
    except (OSError, ValueError, TypeError):
        return True
