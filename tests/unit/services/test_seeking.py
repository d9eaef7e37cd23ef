from __future__ import annotations

import threading
import time
from array import array
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.errors import Cancelled
from client.model.mailbox import RemoteMailbox, SpecialUse
from client.services.seeking import Seeking
from client.store.database import open_cache, open_ledger, set_cache_aside
from client.store.messages import MessageStore
from client.store.numbers import MailboxNumbers
from client.store.operations import Operations
from client.store.reading import MessageReader
from client.store.rows import HeaderRecord

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
INBOX = 1


class Shelf:
    """A cache with 30 letters, and how its readers were used."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "cache.db"
        self.ledger = open_ledger(folder / "ledger.db")
        cache = open_cache(self.path)
        store = MessageStore(cache, "an", MailboxNumbers(self.ledger))
        assert store.upsert_mailboxes([RemoteMailbox(b"INBOX", "INBOX", SpecialUse.INBOX)]) == {
            b"INBOX": INBOX
        }
        subjects = ("Quyết định", "Tờ trình", "Đường Lê Lợi")
        store.insert(
            INBOX,
            [
                HeaderRecord(n, NOW + timedelta(minutes=n), frozenset(), 9, subject=subjects[n % 3])
                for n in range(1, 31)
            ],
        )
        cache.close()
        self.threads: set[int] = set()
        self.gate = threading.Event()
        self.gate.set()

    def reader(self, account_id: str) -> MessageReader:
        self.threads.add(threading.get_ident())
        self.gate.wait(30)
        return MessageReader(self.path, account_id, Operations(self.ledger, account_id, lambda: NOW))


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path)
    yield made
    made.ledger.close()


@pytest.fixture
def seeking(shelf: Shelf) -> Iterator[Seeking]:
    made = Seeking(shelf.reader, lambda _: "an")
    yield made
    shelf.gate.set()
    made.close()


def test_what_is_found_is_what_a_reader_finds_and_the_asking_thread_is_free(
    shelf: Shelf, seeking: Seeking
) -> None:
    reader = shelf.reader("an")
    shelf.threads.clear()
    for query in ("", "quyet dinh", "duong", "Đường", "không có"):
        assert list(seeking.find(INBOX, query).result(30)) == list(reader.row_ids(INBOX, query))
    assert threading.get_ident() not in shelf.threads
    assert len(shelf.threads) == 1
    reader.close()


def test_a_question_that_is_overtaken_before_it_begins_is_not_asked(shelf: Shelf, seeking: Seeking) -> None:
    shelf.gate.clear()
    running = seeking.find(INBOX, "quyet")
    waiting, last = seeking.find(INBOX, "quyet di"), seeking.find(INBOX, "quyet dinh")
    shelf.gate.set()
    assert len(last.result(30)) == 10
    with pytest.raises(CancelledError):
        waiting.result(30)
    assert running.done()


def test_a_search_that_runs_is_broken_off_for_the_next(shelf: Shelf) -> None:
    class Endless(MessageReader):
        """Looks something up that takes hours."""

        def row_ids(self, mailbox_id: int, query: str = "", keep: Sequence[int] = ()) -> array[int]:
            started.set()
            count = "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n) SELECT count(*) FROM n"
            return (
                array("q", [row[0] for row in self._select(count)]) if query else super().row_ids(mailbox_id)
            )

    started = threading.Event()
    seeking = Seeking(
        lambda one: Endless(shelf.path, one, Operations(shelf.ledger, one, lambda: NOW)), lambda _: "an"
    )
    endless = seeking.find(INBOX, "x")
    assert started.wait(30)
    end = time.monotonic() + 30
    while not endless.done() and time.monotonic() < end:  # it may not have come to its statement yet
        last = seeking.find(INBOX, "")
    assert isinstance(endless.exception(), Cancelled)
    assert len(last.result(30)) == 30
    seeking.close()


def test_no_file_is_held_between_questions(shelf: Shelf, seeking: Seeking) -> None:
    assert len(seeking.find(INBOX, "").result(30)) == 30
    set_cache_aside(shelf.path)  # Windows refuses this while somebody has the file
    assert len(seeking.find(INBOX, "").result(30)) == 0


def test_nothing_begins_after_the_end(shelf: Shelf) -> None:
    seeking = Seeking(shelf.reader, lambda _: "an")
    seeking.close()
    with pytest.raises(RuntimeError):
        seeking.find(INBOX, "")
