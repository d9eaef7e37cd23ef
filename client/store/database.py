"""The two kinds of database: a cache that can be fetched again, a ledger that cannot.

Both live in WAL mode, so that the window reads while the engine writes. The cache is
``synchronous=NORMAL``: a power cut may cost the newest rows, the server still has them. The
ledger is ``synchronous=FULL``: a committed row is on the disk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import apsw

from client.config.paths import resources_dir
from client.errors import StorageFailed, StoreBusy, StoreCorrupt
from client.model.at_rest import AtRest
from client.model.text import fold
from client.store.connecting import connect
from client.store.examining import is_damaged
from client.store.faults import mapped_faults
from client.store.links import link_of
from client.store.words import document_numbers, marked_words

BUSY_TIMEOUT_MS = 5000
Value = str | bytes | int | float | None


class Database:
    """One connection. Threads may share it: each statement or transaction has it alone.

    Every method raises `StorageFull`, `StoreCorrupt`, `StoreBusy` or `StorageFailed` for the
    world's faults; a transaction that fails leaves nothing behind.
    """

    def __init__(self, connection: apsw.Connection, path: Path, at_rest: AtRest | None = None) -> None:
        self.path = path
        self._at_rest = at_rest
        self._connection = connection
        self._lock = threading.RLock()
        self._life = threading.Lock()

    @contextmanager
    def _working(self) -> Iterator[None]:
        """The connection alone, and its faults as ours: damage also shows as rules that rows break."""
        with self._lock, mapped_faults(self.path):
            try:
                yield
            except (apsw.SQLError, apsw.ConstraintError, apsw.MismatchError) as error:
                if is_damaged(self._connection):
                    raise StoreCorrupt(path=str(self.path)) from error
                raise

    def rows(self, sql: str, bindings: Sequence[Value] = ()) -> list[tuple[Any, ...]]:
        """All result rows."""
        with self._working():
            return self._connection.execute(sql, tuple(bindings)).fetchall()

    def row(self, sql: str, bindings: Sequence[Value] = ()) -> tuple[Any, ...] | None:
        """The first result row, or None."""
        found = self.rows(sql, bindings)
        return found[0] if found else None

    def run(self, sql: str, bindings: Sequence[Value] = ()) -> int:
        """Execute and answer with the number of rows changed."""
        with self._working():
            before = self._connection.total_changes()
            self._connection.execute(sql, tuple(bindings)).fetchall()
            return self._connection.total_changes() - before

    def run_many(self, sql: str, bindings: Iterable[Sequence[Value]]) -> None:
        """Execute once for each set of bindings, for all or for none: synced to the disk once."""
        with self.transaction():
            self._connection.executemany(sql, bindings).fetchall()

    def run_overwriting(self, sql: str, bindings: Sequence[Value] = ()) -> None:
        """Execute a DELETE so that its rows are in no file any more: freed pages are zeroed, the write-ahead
        log, with its older versions, is written back and cut, copies from before a migration lose them too.

        Raises `StoreBusy` where somebody still reads an older version: the rows are gone, what the log
        holds of them is not; it may be called again.
        """
        with self._working():
            self._connection.execute(sql, tuple(bindings)).fetchall()
            busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            for copy in self.path.parent.glob(f"{self.path.name}.v*"):
                self._run_on_copy(copy, sql, bindings)
        if busy and busy[0][0]:
            raise StoreBusy(path=str(self.path))

    def _run_on_copy(self, copy: Path, sql: str, bindings: Sequence[Value]) -> None:
        connection = connect(copy, apsw.SQLITE_OPEN_READWRITE, self._at_rest, of=self.path)
        try:
            connection.pragma("foreign_keys", True)
            connection.pragma("secure_delete", True)
            connection.execute(sql, tuple(bindings)).fetchall()
        finally:
            connection.close()

    def insert(self, sql: str, bindings: Sequence[Value] = ()) -> int:
        """Execute an INSERT and answer with the new row's id."""
        with self._working():
            self._connection.execute(sql, tuple(bindings)).fetchall()
            return self._connection.last_insert_rowid()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; the write lock is taken at the start, so that what is read stays true.

        Within another one it is a part of that.
        """
        with self._working():
            inner = self._connection.in_transaction
            if inner:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                # A full disk may have made SQLite roll back already.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def version(self) -> tuple[int, int] | None:
        """Another one whenever rows may have changed, by whomever; None within a transaction: what is read
        there may still be taken back."""
        with self._working():
            if self._connection.in_transaction:
                return None
            return int(self._connection.pragma("data_version")), self._connection.total_changes()

    def limit_pages(self, pages: int) -> None:
        """Let the file grow to ``pages`` pages at most: the organisation's quota, and full-disk tests."""
        with self._working():
            self._connection.pragma("max_page_count", pages)

    def interrupt(self) -> None:
        """End the statement that runs in another thread, if one does: it raises `Cancelled` there."""
        with self._life, suppress(apsw.ConnectionClosedError):
            self._connection.interrupt()

    def close(self) -> None:
        """Close the connection; a second call does nothing."""
        # SQLite may be interrupted by another thread, but not while it closes.
        with self._working(), self._life:
            self._connection.close()


def open_cache(path: Path, at_rest: AtRest | None = None, *, readonly: bool = False) -> Database:
    """Open an account's cache; a writer finding it corrupt sets it aside and starts a new one.

    Raises `StorageFailed` (``newer-version``) for one of a later version, `DataKeyMissing` and
    `DataKeyWrong` for one that ``at_rest`` does not open; both stay as they are.
    """
    return _open_fetched(path, "cache", at_rest, readonly=readonly)


def open_directory(path: Path, at_rest: AtRest | None = None, *, readonly: bool = False) -> Database:
    """Open the copy of the organisation's directory, in the same way."""
    return _open_fetched(path, "directory", at_rest, readonly=readonly)


def open_ledger(path: Path, at_rest: AtRest | None = None, *, readonly: bool = False) -> Database:
    """Open the ledger; raises `StoreCorrupt` and leaves the file as it is when it is damaged.

    `StorageFailed` (``newer-version``) for one of a later version, `DataKeyMissing`, `DataKeyWrong`.
    """
    return _open(path, "ledger", at_rest, readonly=readonly)


def open_verdicts(path: Path, at_rest: AtRest | None = None) -> Database:
    """Open what is known of signatures, all of which can be found again; a corrupt file is set aside."""
    return _open_fetched(path, "verdicts", at_rest, readonly=False)


def drop_database(path: Path) -> None:
    """Remove a database that can be fetched again. Raises `StorageFailed`."""
    with mapped_faults(path):
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def set_cache_aside(path: Path) -> Path:
    """Rename a corrupt cache to ``….corrupt`` (the newest one is kept) and answer with that path.

    Raises `StorageFailed` while another process has it open and the platform forbids renaming.
    """
    aside = path.with_name(path.name + ".corrupt")
    with mapped_faults(path):
        path.replace(aside)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    return aside


def _open_fetched(path: Path, family: str, at_rest: AtRest | None, *, readonly: bool) -> Database:
    if readonly:
        return _open(path, family, at_rest, readonly=True)
    try:
        return _open(path, family, at_rest, readonly=False)
    except StoreCorrupt:
        set_cache_aside(path)
        return _open(path, family, at_rest, readonly=False)


def _open(path: Path, family: str, at_rest: AtRest | None, *, readonly: bool) -> Database:
    folder = resources_dir() / "sql" / family
    with mapped_faults(path):
        if readonly:
            flags = apsw.SQLITE_OPEN_READONLY
        else:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
        connection = connect(path, flags, at_rest)
        try:
            connection.set_busy_timeout(BUSY_TIMEOUT_MS)
            connection.pragma("foreign_keys", True)
            if not readonly:
                connection.pragma("journal_mode", "WAL")
                connection.pragma("synchronous", "FULL" if family == "ledger" else "NORMAL")
                # What a draft's older versions leave behind could not be overwritten later.
                connection.pragma("secure_delete", family == "ledger")
                _migrate(connection, path, folder)
            else:
                _require_tables(connection, path, max(_scripts(folder)))
        except BaseException as error:
            is_ours = not isinstance(error, apsw.SQLError | apsw.ConstraintError) or not is_damaged(
                connection
            )
            with suppress(apsw.Error):
                connection.close()
            if not is_ours:
                raise StoreCorrupt(path=str(path)) from error
            raise
    return Database(connection, path, at_rest)


def _require_tables(connection: apsw.Connection, path: Path, latest: int) -> None:
    """A writer has made the file and not yet (all of) its tables: for a reader it is not there yet."""
    if connection.pragma("user_version") < latest:
        raise StorageFailed(path=str(path), reason="access")


def _migrate(connection: apsw.Connection, path: Path, folder: Path) -> None:
    scripts = _scripts(folder)
    latest = max(scripts)
    version = connection.pragma("user_version")
    if version > latest:
        # Whole, and not ours to replace: the newer program it belongs to may come back.
        raise StorageFailed(path=str(path), reason="newer-version")
    if 0 < version < latest:
        _back_up(connection, path.with_name(f"{path.name}.v{version}"))
    for function in (fold, document_numbers, marked_words, link_of):
        _offer(connection, function)
    for number in sorted(scripts):
        _apply(connection, number, scripts[number].read_text(encoding="utf-8"))


def _scripts(folder: Path) -> dict[int, Path]:
    scripts = {int(script.stem): script for script in folder.glob("[0-9][0-9][0-9].sql")}
    if not scripts:
        raise StorageFailed(path=str(folder), reason="migrations-missing")
    return scripts


def _offer(connection: apsw.Connection, function: Callable[[str], str | int]) -> None:
    """Let migration scripts call a function on text by its name."""

    def called(*values: Any) -> str | int:
        return function(str(values[0]))

    connection.create_scalar_function(function.__name__, called, 1, deterministic=True)


def _back_up(connection: apsw.Connection, target: Path) -> None:
    target.unlink(missing_ok=True)
    connection.execute("VACUUM INTO ?", (str(target),))


def _apply(connection: apsw.Connection, number: int, script: str) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again under the lock: another process may have migrated meanwhile.
        if connection.pragma("user_version") < number:
            connection.execute(script)
            connection.pragma("user_version", number)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
