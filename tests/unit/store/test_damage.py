"""Real damage to real files, at many places: it is noticed, nothing else goes with it."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest

from client.errors import ClientError, StoreCorrupt
from client.model.address import MailAddress
from client.model.mailbox import RemoteMailbox, SpecialUse
from client.model.outgoing import Draft, OutgoingMessage
from client.model.search import parse_query
from client.store.database import open_cache, open_ledger, set_cache_aside
from client.store.drafts import Drafts
from client.store.examining import EVERY, examine_when_due
from client.store.messages import MessageStore
from client.store.numbers import MailboxNumbers
from client.store.operations import Operations
from client.store.outbox import Outbox
from client.store.reading import MessageReader
from client.store.rows import HeaderRecord, StoredBody
from client.store.search import IndexedText

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PAGE = 4096
INBOX = RemoteMailbox(b"INBOX", "INBOX", SpecialUse.INBOX)
DRAFT = Draft("d1", "an", "<2@x>", MailAddress("an@x.vn"), subject="Tờ trình", body="Kính gửi")
RAW = b"Message-ID: <1@x>\r\n\r\nfrozen\r\n"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with mail, a draft, a message to be sent and a change to be made."""
    folder = tmp_path_factory.mktemp("whole")
    ledger, cache = open_ledger(folder / "ledger.db"), open_cache(folder / "cache.db")
    store = MessageStore(cache, "an", MailboxNumbers(ledger))
    inbox = store.upsert_mailboxes([INBOX])[b"INBOX"]
    records = [HeaderRecord(n + 1, NOW, frozenset(), 9, subject=f"Quyết định {n}/QĐ") for n in range(300)]
    for row in store.insert(inbox, records):
        store.set_bodies([StoredBody(row, f"objects/{row}.eml", False, IndexedText("nội dung " * 20))])
    reader = MessageReader(folder / "cache.db", "an", Operations(ledger, "an", lambda: NOW))
    place = reader.locate(7)
    assert place is not None
    Operations(ledger, "an", lambda: NOW).delete(place)
    Drafts(ledger, lambda: NOW).save(DRAFT)
    Outbox(ledger, lambda: NOW).enqueue(OutgoingMessage("an", "<1@x>", "an@x.vn", ("b@x.vn",), RAW, "Thư"))
    cache.run("VACUUM")  # a page that nothing stands on may be damaged without anybody's loss
    for one in (reader, cache, ledger):
        one.close()
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Iterator[Path]:
    for name in ("ledger.db", "cache.db"):
        shutil.copy(whole / name, tmp_path / name)
    yield tmp_path
    ledger = open_ledger(tmp_path / "ledger.db")
    assert [one.subject for one in Drafts(ledger, lambda: NOW).list("an")] == ["Tờ trình"]
    assert Outbox(ledger, lambda: NOW).raw(1) == RAW
    assert [one.uid for one in Operations(ledger, "an", lambda: NOW).pending()] == [7]
    ledger.close()


def spoil(path: Path, offset: int, count: int = 64) -> None:
    draw = random.Random(offset)  # noqa: S311 - no secret is drawn
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(draw.randbytes(count))


def use(folder: Path) -> str:
    """Open the cache as the engine does and use it; what came of it. No fault but ours may come out."""
    ledger = open_ledger(folder / "ledger.db")
    reader = MessageReader(folder / "cache.db", "an", Operations(ledger, "an", lambda: NOW))
    cache = None
    try:
        cache = open_cache(folder / "cache.db")
        store = MessageStore(cache, "an", MailboxNumbers(ledger))
        inbox = store.upsert_mailboxes([INBOX])[b"INBOX"]
        reader.rows(reader.row_ids(inbox))
        reader.search(parse_query("quyet dinh "), inbox)
        store.insert(inbox, [HeaderRecord(1000, NOW, frozenset(), 9, subject="mới")])
    except StoreCorrupt:
        return "corrupt"
    except (TypeError, ValueError):
        return "odd"  # a page that is one, with other rows: found by the examination
    finally:
        for one in (reader, cache, ledger):
            if one is not None:
                one.close()
    return "aside" if (folder / "cache.db.corrupt").exists() else "fine"


def recover(folder: Path) -> None:
    """What the engine does about it; afterwards the cache is as good as new."""
    if not (folder / "cache.db.corrupt").exists():
        set_cache_aside(folder / "cache.db")
    assert use(folder) in {"aside", "fine"}


@pytest.mark.parametrize("offset", [0, 16, 18, 24, 28, 40, 44, 56, 60, 92])
def test_a_damaged_header_is_noticed(folder: Path, offset: int) -> None:
    spoil(folder / "cache.db", offset)
    assert use(folder) in {"corrupt", "aside"}
    recover(folder)


@pytest.mark.parametrize("within", [0, 3, 5, 8, 100, 2000])
def test_no_damaged_page_does_more_than_be_reported(folder: Path, whole: Path, within: int) -> None:
    results = set()
    for page in range(1, (whole / "cache.db").stat().st_size // PAGE):
        shutil.copy(whole / "cache.db", folder / "cache.db")
        for beside in folder.glob("cache.db?*"):
            beside.unlink()
        spoil(folder / "cache.db", page * PAGE + within)
        results.add(use(folder))
    assert "corrupt" in results
    recover(folder)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.7, 0.99])
def test_a_file_cut_short_is_noticed_or_empty(folder: Path, share: float) -> None:
    path = folder / "cache.db"
    with path.open("r+b") as file:
        file.truncate(int(path.stat().st_size * share))
    assert use(folder) in ({"fine"} if share == 0.0 else {"corrupt", "aside"})
    recover(folder)


def test_a_log_that_is_no_log_costs_nothing(folder: Path) -> None:
    (folder / "cache.db-wal").write_bytes(random.Random(1).randbytes(40_000))  # noqa: S311 - no secret is drawn
    (folder / "cache.db-shm").write_bytes(b"\xff" * 32768)
    assert use(folder) == "fine"


def test_what_is_not_looked_at_is_found_by_the_weekly_look(folder: Path) -> None:
    path = folder / "cache.db"
    assert examine_when_due(path, NOW)
    assert not examine_when_due(path, NOW + EVERY / 2)
    spoil(path, path.stat().st_size - PAGE, PAGE)
    assert not examine_when_due(path, NOW + EVERY / 2)
    with pytest.raises(StoreCorrupt):
        examine_when_due(path, NOW + EVERY)
    with pytest.raises(StoreCorrupt):
        examine_when_due(path, NOW + EVERY)  # not forgotten by having been said
    recover(folder)


def test_a_clock_that_went_back_or_a_look_that_was_stopped_is_no_look(folder: Path) -> None:
    path = folder / "cache.db"
    assert not examine_when_due(path, NOW, lambda: True)
    assert examine_when_due(path, NOW)
    assert examine_when_due(path, NOW - timedelta(days=1))


def test_a_row_that_breaks_a_rule_in_a_whole_file_is_our_own_mistake(folder: Path) -> None:
    cache = open_cache(folder / "cache.db")
    with pytest.raises(apsw.ConstraintError):
        cache.run("INSERT INTO mailbox SELECT * FROM mailbox")
    cache.close()


@pytest.mark.parametrize("offset", [0, 18, 44, 60, PAGE, 3 * PAGE + 5, 6 * PAGE + 8])
def test_a_damaged_ledger_is_never_replaced(whole: Path, tmp_path: Path, offset: int) -> None:
    path = tmp_path / "ledger.db"
    shutil.copy(whole / "ledger.db", path)
    spoil(path, offset, 200)
    before = path.read_bytes()
    try:
        ledger = open_ledger(path)
        try:
            Drafts(ledger, lambda: NOW).list("an")
            Outbox(ledger, lambda: NOW).entries("an")
        finally:
            ledger.close()
    except ClientError:
        pass
    assert not path.with_name("ledger.db.corrupt").exists()
    assert path.stat().st_size >= len(before)
    if offset < PAGE:
        assert path.read_bytes()[100:PAGE] == before[100:PAGE]
