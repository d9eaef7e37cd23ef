from __future__ import annotations

import errno
import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest

from client.errors import AlreadyRunning, StorageFailed, StorageFull, StoreBusy, StoreCorrupt
from client.model.mailbox import RemoteMailbox, SpecialUse, SyncCursor
from client.model.message import Flag
from client.model.secret import Secret
from client.store.connecting import connect
from client.store.database import Database, open_cache, open_ledger
from client.store.faults import from_os, from_sqlite
from client.store.instance import InstanceLock
from client.store.messages import MessageStore
from client.store.numbers import MailboxNumbers
from client.store.objects import ObjectStore
from client.store.operations import Operations
from client.store.reading import MessageReader
from client.store.rows import HeaderRecord, StoredBody
from client.store.search import IndexedText
from client.store.secrets import MemorySecrets
from client.vault.sealing import Vault, new_key
from tests.fakes.lock_holder import hold_lock

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
INBOX = RemoteMailbox(b"INBOX", "INBOX", SpecialUse.INBOX)
SENT = RemoteMailbox(b"Sent", "Sent", SpecialUse.SENT)


@dataclass
class Account:
    cache: Database
    ledger: Database
    store: MessageStore
    reader: MessageReader
    operations: Operations
    inbox: int
    sent: int


@pytest.fixture(params=["plain", "encrypted"])
def account(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Account]:
    at_rest = Vault(tmp_path, new_key()) if request.param == "encrypted" else None
    ledger = open_ledger(tmp_path / "ledger.db", at_rest)
    cache = open_cache(tmp_path / "an" / "cache.db", at_rest)
    store = MessageStore(cache, "an", MailboxNumbers(ledger))
    operations = Operations(ledger, "an", lambda: NOW)
    reader = MessageReader(tmp_path / "an" / "cache.db", "an", operations, at_rest)
    numbers = store.upsert_mailboxes([SENT, INBOX])
    yield Account(cache, ledger, store, reader, operations, numbers[b"INBOX"], numbers[b"Sent"])
    reader.close()
    cache.close()
    ledger.close()


@contextmanager
def open_file(path: Path) -> Iterator[Database]:
    database = open_cache(path)
    yield database
    database.close()


def record(uid: int, subject: str = "", minutes: int = 0, **flags: bool) -> HeaderRecord:
    names = {"seen": "\\Seen"}
    return HeaderRecord(
        uid,
        NOW + timedelta(minutes=minutes),
        frozenset(names[name] for name, on in flags.items() if on),
        100,
        subject=subject or f"Thư {uid}",
        sender_name="Nguyễn Văn Đường",
        message_id=f"<{uid}@x>",
    )


def test_rows_are_listed_newest_first(account: Account) -> None:
    numbers = account.store.insert(account.inbox, [record(1, minutes=5), record(2, minutes=9), record(3)])
    assert list(account.reader.row_ids(account.inbox)) == [numbers[1], numbers[0], numbers[2]]


def test_search_needs_no_marks_and_every_word(account: Account) -> None:
    found, _ = account.store.insert(
        account.inbox, [record(1, "Quyết định 123/QĐ-UBND"), record(2, "Giấy mời")]
    )
    assert list(account.reader.row_ids(account.inbox, "duong quyet 123/qd")) == [found]
    assert list(account.reader.row_ids(account.inbox, "Quyết Giấy")) == []


def test_a_row_reads_back_as_inserted(account: Account) -> None:
    (number,) = account.store.insert(account.inbox, [record(7, "Tờ trình", seen=True)])
    row = account.reader.row(number)
    assert row is not None
    assert (row.uid, row.subject, row.seen, row.received_at, row.body_path) == (7, "Tờ trình", True, NOW, "")


def test_bodies_near_are_the_senders_in_the_mailbox_about_that_time(account: Account) -> None:
    day = 24 * 60
    times = (0, 30 * day, -30 * day, 40 * day, 1)
    rows = [replace(record(at, minutes=when), sender_address="an@x") for at, when in enumerate(times, 1)]
    rows.append(replace(record(6), sender_address="eve@x"))
    numbers = account.store.insert(account.inbox, rows)
    account.store.insert(account.sent, [replace(record(7), sender_address="an@x")])
    for at, number in enumerate(numbers[:-2] + numbers[-1:], 1):
        account.store.set_bodies([StoredBody(number, f"objects/{at}.eml", False, IndexedText())])
    assert account.reader.bodies_near(numbers[0]) == ("objects/1.eml", "objects/2.eml", "objects/3.eml")
    assert account.reader.bodies_near(12345) == ()


def test_mailboxes_come_inbox_first_with_counts(account: Account) -> None:
    account.store.insert(account.inbox, [record(1), record(2, seen=True)])
    inbox, sent = account.reader.mailboxes()
    assert (inbox.raw_name, inbox.total, inbox.unread) == (b"INBOX", 2, 1)
    assert (sent.raw_name, sent.total, sent.unread) == (b"Sent", 0, 0)


def test_shown_flags_are_the_servers_and_the_pending_ones(account: Account) -> None:
    account.store.set_cursor(account.inbox, SyncCursor(7, 3, 0))
    (number,) = account.store.insert(account.inbox, [record(1)])
    account.operations.change_flag(b"INBOX", 7, 1, "<1@x>", Flag.SEEN, present=True)
    # A fetch that started before the change still says "unseen".
    account.store.update_flags(account.inbox, {1: 0})
    row = account.reader.row(number)
    assert row is not None
    assert row.seen
    assert account.reader.mailboxes()[0].unread == 0


def test_a_pending_change_of_another_uidvalidity_touches_nothing(account: Account) -> None:
    account.store.set_cursor(account.inbox, SyncCursor(8, 3, 0))
    (number,) = account.store.insert(account.inbox, [record(1)])
    account.operations.change_flag(b"INBOX", 7, 1, "<1@x>", Flag.SEEN, present=True)
    row = account.reader.row(number)
    assert row is not None
    assert not row.seen


def test_a_moved_message_keeps_its_row_and_body(account: Account) -> None:
    (number,) = account.store.insert(account.inbox, [record(1)])
    account.store.set_bodies([StoredBody(number, "objects/aa/bb.eml", True, IndexedText())])
    account.store.unlink(account.inbox, [1], NOW)
    assert list(account.reader.row_ids(account.inbox)) == []
    moved = HeaderRecord(44, NOW, frozenset(), 100, subject="Thư 1", message_id="<1@x>")
    assert account.store.insert(account.sent, [moved]) == [number]
    row = account.reader.row(number)
    assert row is not None
    assert (row.uid, row.body_path) == (44, "objects/aa/bb.eml")


def test_purge_spares_recent_rows_and_shared_bodies(account: Account) -> None:
    first, second, third = account.store.insert(account.inbox, [record(1), record(2), record(3)])
    for number, path in ((first, "a"), (second, "b"), (third, "b")):
        account.store.set_bodies([StoredBody(number, path, False, IndexedText())])
    account.store.unlink(account.inbox, [1, 2], NOW)
    assert account.store.purge(NOW) == ()
    assert account.store.purge(NOW + timedelta(seconds=1)) == ("a",)


COUNTED = (
    "SELECT count(*), count(*) FILTER (WHERE (flags & 1) = 0) FROM message"
    " WHERE mailbox_id = ? AND uid IS NOT NULL"
)


@pytest.mark.parametrize("seed", range(6))
def test_the_counts_kept_are_those_of_the_rows(account: Account, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 - no secret is drawn
    store, boxes = account.store, (account.inbox, account.sent)
    for turn in range(120):
        box, other = draw.sample(boxes, 2)
        uids = list(store.server_flags(box))
        some = draw.sample(uids, min(len(uids), draw.randrange(4)))
        match draw.randrange(6):
            case 0 | 1:
                new = [draw.randrange(1, 60) for _ in range(draw.randrange(5))]
                store.insert(box, [record(uid, seen=draw.random() < 0.5) for uid in new])
            case 2:
                store.update_flags(box, {uid: draw.randrange(8) for uid in some})
            case 3:
                store.unlink(box, some, NOW)
            case 4 if some:
                store.relocate(box, some[0], other, 100 + turn)
            case 5 if draw.random() < 0.2:
                store.unlink_all(box, NOW)
                store.purge(NOW + timedelta(seconds=draw.randrange(2)))
        for one in boxes:
            row = account.cache.row(COUNTED, (one,))
            assert store.counts(one) == row
            assert len(store.known(one)) == row[0]
            assert store.known(one).newest() == max(store.server_flags(one), default=0)


def test_a_mailbox_keeps_its_number_when_the_cache_is_rebuilt(account: Account, tmp_path: Path) -> None:
    with open_file(tmp_path / "new.db") as cache:
        store = MessageStore(cache, "an", MailboxNumbers(account.ledger))
        assert store.upsert_mailboxes([INBOX])[b"INBOX"] == account.inbox
    assert MailboxNumbers(account.ledger).account_of(account.inbox) == "an"


def test_a_mailbox_that_went_away_takes_its_rows_along_unless_they_turn_up_elsewhere(
    account: Account,
) -> None:
    (first, second) = account.store.insert(account.sent, [record(1), record(2)])
    account.store.upsert_mailboxes([INBOX])
    assert [one.raw_name for one in account.reader.mailboxes()] == [b"INBOX"]
    assert account.reader.row(first) is None
    assert account.store.insert(account.inbox, [record(2)]) == [second]
    account.store.purge(datetime.now(UTC) + timedelta(minutes=1))
    assert account.cache.rows("SELECT row_id, mailbox_id FROM message") == [(second, account.inbox)]


def test_a_corrupt_cache_is_set_aside_and_started_anew(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    path.write_bytes(b"not a database" * 1000)
    with open_file(path) as cache:
        assert cache.rows("SELECT * FROM message") == []
    assert (tmp_path / "cache.db.corrupt").read_bytes() == b"not a database" * 1000


def test_a_damaged_page_is_reported_as_corruption(account: Account, tmp_path: Path) -> None:
    account.store.insert(account.inbox, [record(uid) for uid in range(1, 500)])
    account.cache.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    account.cache.close()
    path = tmp_path / "an" / "cache.db"
    content = bytearray(path.read_bytes())
    content[8192:] = os.urandom(len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(StoreCorrupt):
        account.reader.row_ids(account.inbox, "thu")


def test_the_reader_follows_a_replaced_cache(account: Account, tmp_path: Path) -> None:
    account.store.insert(account.inbox, [record(1)])
    assert account.reader.mailboxes()[0].total == 1
    path = tmp_path / "an" / "cache.db"
    account.cache.close()
    path.replace(path.with_name("cache.db.corrupt"))
    assert account.reader.mailboxes() == ()


def test_a_full_disk_keeps_the_rows_there_were(account: Account) -> None:
    account.store.insert(account.inbox, [record(1)])
    pages = account.cache.row("PRAGMA page_count")
    assert pages is not None
    account.cache.limit_pages(pages[0] + 1)
    with pytest.raises(StorageFull):
        account.store.insert(account.inbox, [record(uid, "x" * 500) for uid in range(2, 400)])
    assert len(account.reader.row_ids(account.inbox)) == 1


def test_a_full_disk_leaves_no_half_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    objects = ObjectStore(tmp_path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull):
        objects.put(b"From: a\r\n\r\n")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_stored_message_is_named_by_its_digest(tmp_path: Path) -> None:
    objects = ObjectStore(tmp_path)
    relative = objects.put(b"raw")
    assert objects.get(relative) == b"raw"
    assert objects.put(b"raw") == relative
    objects.path(relative).write_bytes(b"other")
    with pytest.raises(StoreCorrupt):
        objects.get(relative)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (apsw.FullError(), StorageFull),
        (apsw.CorruptError(), StoreCorrupt),
        (apsw.NotADBError(), StoreCorrupt),
        (apsw.BusyError(), StoreBusy),
        (apsw.LockedError(), StoreBusy),
        (apsw.IOError(), StorageFailed),
        (apsw.CantOpenError(), StorageFailed),
        (apsw.ReadOnlyError(), StorageFailed),
    ],
)
def test_every_fault_of_sqlite_has_its_code(error: apsw.Error, expected: type, tmp_path: Path) -> None:
    assert type(from_sqlite(error, tmp_path)) is expected


def test_a_mistake_in_our_sql_is_not_a_fault_of_the_world(account: Account) -> None:
    with pytest.raises(apsw.SQLError):
        account.cache.rows("SELEKT 1")


def test_disk_full_of_the_file_system_is_told_from_other_faults(tmp_path: Path) -> None:
    assert isinstance(from_os(OSError(errno.ENOSPC, ""), tmp_path), StorageFull)
    assert isinstance(from_os(PermissionError(errno.EACCES, ""), tmp_path), StorageFailed)


def test_a_writer_waits_no_longer_than_the_busy_timeout(account: Account, tmp_path: Path) -> None:
    other = connect(tmp_path / "an" / "cache.db", apsw.SQLITE_OPEN_READWRITE, account.cache._at_rest)
    other.execute("BEGIN IMMEDIATE")
    account.cache.rows("PRAGMA busy_timeout = 1")
    with pytest.raises(StoreBusy):
        account.store.insert(account.inbox, [record(1)])
    other.close()


def test_a_second_instance_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with InstanceLock(tmp_path / "instance.db"), pytest.raises(AlreadyRunning):
        InstanceLock(tmp_path / "instance.db")
    InstanceLock(tmp_path / "instance.db").release()


def test_a_killed_instance_leaves_no_lock(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=hold_lock, args=(tmp_path / "instance.db", theirs))
    process.start()
    assert ours.recv() == "held"
    with pytest.raises(AlreadyRunning):
        InstanceLock(tmp_path / "instance.db")
    process.kill()
    process.join()
    InstanceLock(tmp_path / "instance.db").release()
    ours.close()
    theirs.close()


def test_memory_secrets_hide_in_a_repr() -> None:
    secrets = MemorySecrets()
    secrets.set("an", Secret("mật khẩu"))
    assert secrets.get("an") == Secret("mật khẩu")
    assert "mật khẩu" not in repr(secrets)
    secrets.delete("an")
    secrets.delete("an")
    assert secrets.get("an") is None


def test_a_reader_takes_a_file_without_tables_for_one_that_is_not_there_yet(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    path.touch()
    ledger = open_ledger(tmp_path / "ledger.db")
    reader = MessageReader(path, "an", Operations(ledger, "an", lambda: NOW))
    assert reader.mailboxes() == ()
    open_cache(path).close()
    assert reader.mailboxes() == ()
    reader.close()
    ledger.close()


def test_only_what_is_old_and_pointed_to_by_nothing_is_collected(account: Account, tmp_path: Path) -> None:
    objects = ObjectStore(tmp_path)
    wanted, orphan, again = (objects.put(raw) for raw in (b"wanted", b"orphan", b"again"))
    left = objects.path(orphan).with_name(".half.tmp")
    left.write_bytes(b"x")
    (row,) = account.store.insert(account.inbox, [HeaderRecord(77, NOW, frozenset(), 1)])
    account.store.set_bodies([StoredBody(row, wanted, False, IndexedText())])
    assert objects.collect(account.store.points_to, time.time() - 60) == 0
    for path in (tmp_path / "objects").glob("*/*"):
        os.utime(path, (1, 1))
    assert objects.put(b"again") == again
    assert objects.collect(account.store.points_to, time.time() - 60, lambda: True) == 0
    assert objects.collect(account.store.points_to, time.time() - 60) == 2
    assert (objects.get(wanted), objects.get(again)) == (b"wanted", b"again")
    assert not objects.path(orphan).exists()
    assert not left.exists()
