"""What can still be read of a damaged ledger. The ledger itself is not even opened: a copy is."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import apsw
import msgspec

from client.model.at_rest import AtRest, DataKeyWrong
from client.model.outgoing import Draft
from client.store.connecting import connect, sealed_heads
from client.store.faults import mapped_faults

_MOST_ROWS = 100_000


@dataclass(slots=True)
class Rescued:
    """What came out."""

    messages: list[tuple[str, str, bytes]] = field(default_factory=list)
    """State, subject and frozen bytes of each message of the outbox, oldest first."""
    drafts: list[Draft] = field(default_factory=list)
    """With those attachments that are still what they were."""
    is_whole: bool = True
    """False where something could not be read any more."""


def rescue_ledger(path: Path, at_rest: AtRest | None = None) -> Rescued:
    """Read the outbox and the drafts row by row, going on after each that is damaged.

    Raises `StorageFailed` where the file cannot be copied, `DataKeyMissing`, `DataKeyWrong`; a file without
    a readable beginning gives nothing.
    """
    found = Rescued()
    with mapped_faults(path), _copy(path, at_rest) as copy:
        for raw, digest, state, subject in _rows(copy, "outbox", "raw, sha256, state, subject", found):
            if hashlib.sha256(raw).hexdigest() == digest:
                found.messages.append((str(state), str(subject), bytes(raw)))
            else:
                found.is_whole = False
        attachments: dict[tuple[str, int], bytes] = {}
        for draft_id, position, digest, content in _rows(
            copy, "draft_attachment", "draft_id, position, sha256, content", found
        ):
            if hashlib.sha256(content).hexdigest() == digest:
                attachments[str(draft_id), int(position)] = bytes(content)
        for draft_id, content in _rows(copy, "draft", "draft_id, content", found):
            try:
                draft = msgspec.json.decode(content, type=Draft)
            except (msgspec.DecodeError, TypeError):
                found.is_whole = False
                continue
            found.drafts.append(_with(draft, str(draft_id), attachments, found))
    return found


def is_of_key(path: Path, at_rest: AtRest) -> bool:
    """Whether a database is encrypted with this key, whatever its damaged beginning says; a copy is tried."""
    try:
        with mapped_faults(path), _copy(path, at_rest) as copy:
            return _can_be_read(copy)
    except DataKeyWrong:
        return False


def _with(draft: Draft, draft_id: str, attachments: dict[tuple[str, int], bytes], found: Rescued) -> Draft:
    kept = []
    for position, one in enumerate(draft.attachments):
        content = attachments.get((draft_id, position))
        if content is None:
            found.is_whole = False
        else:
            kept.append(replace(one, content=content))
    return replace(draft, attachments=tuple(kept))


@contextmanager
def _copy(path: Path, at_rest: AtRest | None) -> Iterator[apsw.Connection]:
    with tempfile.TemporaryDirectory(prefix="congthu-") as folder:
        connection = _opened(path, Path(folder), at_rest)
        with suppress(apsw.Error):  # no database at all: nothing comes out
            # A file that is shorter than its head says is otherwise refused as a whole.
            connection.pragma("writable_schema", True)
        try:
            yield connection
        finally:
            connection.close()


def _opened(path: Path, folder: Path, at_rest: AtRest | None) -> apsw.Connection:
    """A connection to a copy, with the beginning that it must have had where it cannot be read as it is."""
    heads = sealed_heads(at_rest) if at_rest is not None else ()
    for number, head in enumerate((b"", *heads)):
        with suppress(DataKeyWrong):
            connection = _connected(path, folder / f"{number}.db", at_rest, head)
            if _can_be_read(connection):
                return connection
            connection.close()
    return _connected(path, folder / path.name, at_rest, b"")


def _connected(path: Path, copy: Path, at_rest: AtRest | None, head: bytes) -> apsw.Connection:
    shutil.copyfile(path, copy)
    # What is in the log and not yet in the file belongs to it.
    with suppress(FileNotFoundError):
        shutil.copyfile(path.with_name(f"{path.name}-wal"), copy.with_name(f"{copy.name}-wal"))
    with copy.open("r+b") as file:
        file.write(head)
    return connect(copy, apsw.SQLITE_OPEN_READWRITE, at_rest, of=path)


def _can_be_read(connection: apsw.Connection) -> bool:
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
    except apsw.Error:
        return False
    return True


def _rows(connection: apsw.Connection, table: str, columns: str, found: Rescued) -> Iterator[tuple[Any, ...]]:
    """Each row by its number, since a walk through a table ends at the first damaged page."""
    for number in range(1, _last(connection, table, found) + 1):
        try:
            rows = connection.execute(f"SELECT {columns} FROM {table} WHERE rowid = ?", (number,)).fetchall()  # noqa: S608 - constants only
        except (apsw.Error, UnicodeDecodeError):
            found.is_whole = False
            continue
        yield from rows


def _last(connection: apsw.Connection, table: str, found: Rescued) -> int:
    try:
        (row,) = connection.execute(f"SELECT coalesce(max(rowid), 0) FROM {table}").fetchall()  # noqa: S608 - constants only
    except (apsw.SQLError, apsw.NotADBError):
        found.is_whole = False
        return 0
    except apsw.Error:
        return _MOST_ROWS
    return min(int(str(row[0])), _MOST_ROWS)
