"""The disk is full, a folder cannot be written, a mailbox is enormous: told, survived, bounded."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from client.model.address import MailAddress
from client.model.event import Event, EventKind
from client.model.mailbox import SpecialUse
from client.model.outgoing import Draft
from client.services import engine_worker, sync
from client.services.engine_setup import BodyReady, FetchBody, Report
from client.services.sync import SyncWork
from client.store.database import open_cache, open_ledger
from client.store.drafts import Drafts
from client.store.messages import MessageStore
from client.store.numbers import MailboxNumbers
from client.store.operations import Operations
from client.store.reading import MessageReader
from tests.fakes.account_office import Office, bodies_in, raw, until
from tests.fakes.imap import FakeImapServer, FakeMailbox, FakeMessage

LARGE = int(os.environ.get("CONGTHU_LARGE", "40000"))
"""Messages in the enormous mailbox; 300000 in a full run."""


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(engine_worker, "STORAGE_SECONDS", 0.05)
    office = Office(tmp_path)
    yield office
    office.close()


def watched(office: Office) -> Callable[[str], bool]:
    """Whether a problem with that code has been told, or the account is well again (``ok``)."""
    seen: list[Report] = []

    def told(code: str) -> bool:
        while not office.events.empty():
            seen.append(office.events.get())
        events = [one for one in seen if isinstance(one, Event)]
        if code == "ok":
            return bool(events) and any(one.kind is EventKind.ACCOUNT_OK for one in events[-3:])
        return any(one.code == code for one in events)

    return told


def test_a_full_disk_is_told_and_the_mail_comes_when_there_is_room_again(office: Office) -> None:
    office.engine.start()
    until(office, lambda: "idle" in office.server.calls)
    cache = office.engine._context._cache
    assert cache is not None
    cache.limit_pages(1)  # SQLite takes it as: no page more than there are
    for number in range(2, 400):
        office.inbox.add(raw(number) + b"x" * 3000, when=datetime.now(UTC))
    told = watched(office)
    office.engine.sync_now()
    until_told(office, told, "storage-full")
    cache.limit_pages(1_000_000)
    until(office, lambda: len(cache.rows("SELECT 1 FROM message WHERE body_path <> ''")) == 399)


def until_told(office: Office, told: Callable[[str], bool], code: str) -> None:
    end = time.monotonic() + 60
    while not told(code):
        assert time.monotonic() < end, code
        time.sleep(0.01)


def test_no_room_for_a_message_is_told_and_its_header_is_listed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = [True]
    really = os.fsync

    def fsync(handle: int) -> None:
        if full[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        really(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    told = watched(office)
    office.engine.start()
    until_told(office, told, "storage-full")
    cache = office.engine._context._cache
    assert cache is not None
    assert cache.rows("SELECT subject, body_path FROM message") == [("Thu 1", "")]
    full[0] = False
    until(office, lambda: cache.rows("SELECT 1 FROM message WHERE body_path <> ''") != [])


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, office: Office) -> None:
    folder = office.engine._context.objects.path("objects")
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("a file where a folder should be")
    told = watched(office)
    office.engine.start()
    until_told(office, told, "storage-failed")
    folder.unlink()
    cache = office.engine._context._cache
    assert cache is not None
    until(office, lambda: cache.rows("SELECT 1 FROM message WHERE body_path <> ''") != [])


def test_a_very_large_message_is_fetched_when_somebody_opens_it(office: Office) -> None:
    office.inbox.add(raw(2) + b"y" * (11 * 1024 * 1024), when=datetime.now(UTC))
    office.engine.start()
    until(office, lambda: "idle" in office.server.calls)
    cache = office.engine._context._cache
    assert cache is not None
    assert cache.rows("SELECT uid FROM message WHERE body_path = ''") == [(2,)]
    ((row_id, mailbox_id),) = cache.rows("SELECT row_id, mailbox_id FROM message WHERE uid = 2")
    office.engine.fetch_body(FetchBody(mailbox_id, row_id))
    reports = until(office, lambda: cache.rows("SELECT 1 FROM message WHERE body_path = ''") == [])
    until_ready: list[Report] = reports
    while not any(isinstance(one, BodyReady) for one in until_ready):
        until_ready.append(office.events.get(timeout=60))
    progress = [one for one in until_ready if isinstance(one, Event) and one.kind is EventKind.BODY_PROGRESS]
    assert len(progress) > 5
    assert {one.total for one in progress} == {len(raw(2)) + 11 * 1024 * 1024}


class Generated(Mapping[int, FakeMessage]):
    """Messages that are made up when asked for."""

    def __init__(self, count: int) -> None:
        self._uids = range(1, count + 1)

    def __getitem__(self, uid: int) -> FakeMessage:
        if uid not in self._uids:
            raise KeyError(uid)
        when = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=uid)
        return FakeMessage(raw(uid), {"\\Seen"} if uid % 3 else set(), when, uid)

    def __iter__(self) -> Iterator[int]:
        return iter(self._uids)

    def __len__(self) -> int:
        return len(self._uids)


def resident_mib() -> float:
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="tells memory otherwise")
def test_an_enormous_mailbox_takes_bounded_memory_and_its_newest_come_first(tmp_path: Path) -> None:
    generated: Any = Generated(LARGE)
    inbox = FakeMailbox(SpecialUse.INBOX, 1, LARGE + 1, generated, LARGE)
    server = FakeImapServer({b"INBOX": inbox}, condstore=True, batch=1000)
    ledger, cache = open_ledger(tmp_path / "ledger.db"), open_cache(tmp_path / "cache.db")
    store = MessageStore(cache, "an", MailboxNumbers(ledger))
    operations = Operations(ledger, "an", lambda: datetime.now(UTC))
    reader = MessageReader(tmp_path / "cache.db", "an", operations)
    session = server.session()
    number = store.upsert_mailboxes(session.list_mailboxes())[b"INBOX"]
    first: list[str] = []
    before, most = resident_mib(), [0.0]

    def notify(event: Event) -> None:
        most[0] = max(most[0], resident_mib())
        if not first:
            newest = reader.row_ids(number)[0]
            first.append(reader.rows([newest])[newest].subject)

    work = SyncWork("an", session, store, operations, notify, lambda: datetime.now(UTC), lambda: False)
    assert sync.apply(work, b"INBOX", number)
    assert first == [f"Thu {LARGE}"]
    assert len(store.known(number)) == LARGE
    grown = most[0] - before
    print(f"{LARGE} messages: memory grew by {grown:.0f} MiB")  # noqa: T201 - the figure
    assert grown < 60 + LARGE / 5000
    server.calls.clear()
    assert not sync.apply(work, b"INBOX", number)
    assert [call for call in server.calls if call.startswith(("fetch", "search"))] == []
    reader.close()
    cache.close()
    ledger.close()


def test_a_damaged_cache_is_found_set_aside_and_fetched_again_while_the_ledger_stays(office: Office) -> None:
    office.engine.start()
    until(office, lambda: "idle" in office.server.calls)
    cache = office.engine._context._cache
    assert cache is not None
    draft = Draft("d1", "an", "<2@x>", MailAddress("an@x.vn"), subject="Tờ trình")
    Drafts(office.ledger, lambda: datetime.now(UTC)).save(draft)
    for number in range(2, 60):
        office.inbox.add(raw(number), when=datetime.now(UTC))
    office.engine.sync_now()
    until(office, lambda: len(cache.rows("SELECT 1 FROM message WHERE body_path <> ''")) == 59)
    until(office, cache.path.with_name("cache.db.checked").is_file)
    cache.run("PRAGMA wal_checkpoint(TRUNCATE)")
    with cache.path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(3 * 4096)
        file.write(os.urandom(size - 3 * 4096))
    cache.path.with_name("cache.db.checked").unlink()
    told = watched(office)
    office.engine.sync_now()
    until_told(office, told, "store-corrupt")
    until(office, lambda: bool(office.engine._context._cache) and office.engine._context._cache is not cache)
    until(office, lambda: bodies(office) == 59)
    assert cache.path.with_name("cache.db.corrupt").is_file()
    assert [one.subject for one in Drafts(office.ledger, lambda: datetime.now(UTC)).list("an")] == [
        "Tờ trình"
    ]


def bodies(office: Office) -> int:
    return bodies_in(office.engine._context._path)
