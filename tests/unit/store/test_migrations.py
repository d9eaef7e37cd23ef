"""Databases as older versions of the program left them, kept in tests/data/store."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest

from client.config.paths import resources_dir
from client.errors import StorageFailed
from client.model.outgoing import OutboxState
from client.store.database import Database, open_cache, open_ledger
from client.store.drafts import Drafts
from client.store.messages import MessageStore
from client.store.numbers import MailboxNumbers
from client.store.operations import Operations
from client.store.outbox import Outbox
from client.store.overrides import OverrideLog
from client.store.reading import MessageReader
from client.store.search import IndexedText

KEPT = Path(__file__).resolve().parents[2] / "data" / "store"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def shape(path: Path) -> list[tuple[str, ...]]:
    """Tables, columns, indexes and triggers."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    names = connection.execute("SELECT type, name, tbl_name FROM sqlite_schema ORDER BY 1, 2").fetchall()
    columns = [
        (str(name), *map(str, column))
        for kind, name, _ in names
        if kind == "table"
        for column in connection.execute(
            'SELECT name, type, "notnull", dflt_value FROM pragma_table_info(?)', (name,)
        )
    ]
    connection.close()
    return [tuple(map(str, row)) for row in names] + sorted(columns)


@pytest.mark.parametrize("family", ["cache", "ledger"])
def test_an_old_database_becomes_what_a_new_one_is(family: str, tmp_path: Path) -> None:
    opened = open_cache if family == "cache" else open_ledger
    new = tmp_path / "new.db"
    opened(new).close()
    kept = sorted(KEPT.glob(f"{family}-*.db"))
    versions = {int(script.stem) for script in (resources_dir() / "sql" / family).glob("*.sql")}
    # Every schema that was in use has its database here.
    assert {int(one.stem.rpartition("-")[2]) for one in kept} >= versions - {max(versions)}
    for one in kept:
        old = tmp_path / one.name
        shutil.copy(one, old)
        opened(old).close()
        assert shape(old) == shape(new)


def test_an_old_cache_is_searchable_at_once_and_its_bodies_after_a_look(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    shutil.copy(KEPT / "cache-001.db", path)
    ledger = open_ledger(tmp_path / "ledger.db")
    reader = MessageReader(path, "an", Operations(ledger, "an", lambda: NOW))
    assert reader.mailboxes() == ()  # a reader does not migrate: it waits for the engine
    cache = open_cache(path)
    store = MessageStore(cache, "an", MailboxNumbers(ledger))
    inbox = reader.mailboxes()[0].mailbox_id
    (first,) = reader.row_ids(inbox, "quyet dinh 123/qd-ubnd từ:đường đến:binh số:123")
    assert list(reader.row_ids(inbox, "tờ trình")) == []  # unlinked: no longer in the mailbox
    assert store.without_text(inbox, 9) == [(first, "objects/aa/bb.eml")]
    store.set_text(first, IndexedText("phụ lục"))
    assert list(reader.row_ids(inbox, "phu luc")) == [first]
    assert path.with_name("cache.db.v1").is_file()
    reader.close()
    cache.close()
    ledger.close()


def test_an_old_ledger_keeps_everything(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    shutil.copy(KEPT / "ledger-001.db", path)
    ledger = open_ledger(path)
    outbox = Outbox(ledger, lambda: NOW)
    assert [entry.state for entry in outbox.entries("an")] == [
        OutboxState.SUBMITTED,
        OutboxState.SUBMITTING,
        OutboxState.QUEUED,
    ]
    assert outbox.raw(1).startswith(b"Message-ID: <out1@x>")
    (draft,) = Drafts(ledger, lambda: NOW).list("an")
    assert draft.subject == "Nháp"
    operations = Operations(ledger, "an", lambda: NOW)
    assert [one.uid for one in operations.pending()] == [2]
    assert [one.uid for one in operations.parked()] == [1]
    assert [one.reason for one in OverrideLog(ledger).entries()] == ["gấp"]
    ledger.close()


@pytest.mark.parametrize("opened", [open_cache, open_ledger])
def test_a_database_of_a_later_version_is_left_alone(
    opened: Callable[[Path], Database], tmp_path: Path
) -> None:
    path = tmp_path / "some.db"
    opened(path).close()
    connection = apsw.Connection(str(path))
    connection.pragma("user_version", 999)
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StorageFailed, match="newer-version"):
        opened(path)
    assert path.read_bytes() == before
    assert not path.with_name("some.db.corrupt").exists()


KILLED = """
import os, signal, sys
from pathlib import Path
import apsw
from client.store.database import open_cache, open_ledger

left = int(sys.argv[3])

def step():
    global left
    left -= 1
    if left <= 0:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    return False

apsw.connection_hooks.append(lambda connection: connection.set_progress_handler(step, 1))
(open_cache if sys.argv[1] == "cache" else open_ledger)(Path(sys.argv[2])).close()
"""


def contents(path: Path) -> dict[str, int]:
    """How many rows each table has, the search's own tables aside."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    kept = [str(name) for (name,) in names if not str(name).startswith(("message_", "sqlite_"))]
    counts: dict[str, int] = {}
    for name in kept:
        (row,) = connection.execute(f"SELECT count(*) FROM {name}")  # noqa: S608 - our own tables
        counts[name] = int(str(row[0]))
    connection.close()
    return counts


@pytest.mark.parametrize("kept", sorted(KEPT.glob("*.db")), ids=lambda path: path.stem)
def test_a_migration_killed_at_any_point_is_finished_by_the_next_start(kept: Path, tmp_path: Path) -> None:
    family = kept.stem.partition("-")[0]
    opened = open_cache if family == "cache" else open_ledger
    new = tmp_path / "new.db"
    opened(new).close()
    before = contents(kept)
    killed = 0
    for steps in (60, 700, 2500, 9000):
        path = tmp_path / f"{steps}.db"
        shutil.copy(kept, path)
        command = [sys.executable, "-c", KILLED, family, str(path), str(steps)]
        killed += subprocess.run(command, check=False, capture_output=True).returncode != 0
        opened(path).close()
        assert shape(path) == shape(new)
        after = contents(path)
        assert {name: after[name] for name in before if name in after} == {
            name: count for name, count in before.items() if name in after
        }
        assert not path.with_name(f"{path.name}.corrupt").exists()
    assert killed >= 2
