"""What encryption costs: the same work encrypted and in the clear, in turn, in one run.

The figures are printed as ratios, never asserted. ``CONGTHU_BENCH_ENCRYPTED`` sets how many messages
(20,000 without it).
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.config.paths import Paths
from client.model.mailbox import RemoteMailbox, SpecialUse
from client.services.at_rest import prepare, rewrite_files
from client.services.data_key import open_vault
from client.store.database import open_cache, open_ledger
from client.store.messages import MessageStore
from client.store.numbers import MailboxNumbers
from client.store.objects import ObjectStore
from client.store.operations import Operations
from client.store.reading import MessageReader
from client.store.rows import HeaderRecord
from client.store.search import IndexedText
from client.store.secrets import MemorySecrets
from client.vault.sealing import Vault, new_key

pytestmark = pytest.mark.bench
COUNT = int(os.environ.get("CONGTHU_BENCH_ENCRYPTED", "20000"))
START = datetime(2024, 1, 1, tzinfo=UTC)
WORDS = [f"từ{number}" for number in range(4000)]
QUERIES = ("từ40 ", "từ1 ", "từ2 từ3 ", "từ50 từ60 ", "từ12")


class Box:
    """An account's databases and files, encrypted or not."""

    def __init__(self, folder: Path, *, encrypts: bool) -> None:
        self.paths = Paths(folder)
        self.vault = Vault(folder, new_key()) if encrypts else None
        self.cache_path = self.paths.account("an") / "cache.db"
        open_ledger(self.paths.ledger, self.vault).close()
        open_cache(self.cache_path, self.vault).close()
        self.objects = ObjectStore(self.paths.account("an"), self.vault)
        self.written = 0

    def fill(self) -> None:
        """Rows and index, as the engine writes them."""
        draw = random.Random(2)  # noqa: S311 - no secret is drawn
        with (
            closing(open_ledger(self.paths.ledger, self.vault)) as ledger,
            closing(open_cache(self.cache_path, self.vault)) as cache,
        ):
            store = MessageStore(cache, "an", MailboxNumbers(ledger))
            inbox = store.upsert_mailboxes([RemoteMailbox(b"INBOX", "INBOX", SpecialUse.INBOX)])[b"INBOX"]
            for start in range(0, COUNT, 1000):
                texts = [draw.choices(WORDS, k=50) for _ in range(1000)]
                records = [
                    HeaderRecord(start + n + 1, START + timedelta(minutes=start + n), frozenset(), 900,
                                 subject=" ".join(text[:8]))
                    for n, text in enumerate(texts)
                ]  # fmt: skip
                rows = store.insert(inbox, records)
                inside = [IndexedText(" ".join(text[8:])) for text in texts]
                store.set_texts(zip(rows, inside, strict=True))

    def open(self) -> None:
        """As a start of the program opens them."""
        open_ledger(self.paths.ledger, self.vault).close()
        open_cache(self.cache_path, self.vault, readonly=True).close()

    def search(self) -> None:
        with closing(open_ledger(self.paths.ledger, self.vault)) as ledger:
            reader = MessageReader(self.cache_path, "an", Operations(ledger, "an", lambda: START), self.vault)
            (mailbox,) = reader.mailboxes()
            for query in QUERIES:
                assert len(reader.row_ids(mailbox.mailbox_id, query)) > 0
            reader.close()

    def messages(self) -> None:
        """Write and read 200 messages of some 100 kB, others each time."""
        for _ in range(200):
            self.written += 1
            raw = (b"%6d" % self.written) * 16_000
            assert self.objects.file(self.objects.put(raw)).read_bytes() == raw


def compared(name: str, on: Callable[[], object], off: Callable[[], object], times: int) -> None:
    taken: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(times):
        for encrypts, work in ((False, off), (True, on)):
            begin = time.perf_counter()
            work()
            taken[encrypts].append(time.perf_counter() - begin)
    best = {encrypts: min(found) for encrypts, found in taken.items()}
    print(f"{name:32} {best[True] / best[False]:5.2f} times {best[False] * 1000:9.1f} ms in the clear")


def test_encrypted_against_in_the_clear(tmp_path: Path) -> None:
    off, on = Box(tmp_path / "off", encrypts=False), Box(tmp_path / "on", encrypts=True)
    print(f"\n{COUNT} messages")
    compared("rows and index written", on.fill, off.fill, 1)
    compared("ledger and cache opened", on.open, off.open, 30)
    compared("five searches", on.search, off.search, 5)
    compared("200 messages put and read", on.messages, off.messages, 5)


def test_switching_on_and_off(tmp_path: Path) -> None:
    box, secrets = Box(tmp_path, encrypts=False), MemorySecrets()
    box.fill()
    box.messages()
    for wanted in (True, False):
        begin = time.perf_counter()
        vault = prepare(box.paths, secrets, wanted=wanted)
        start = time.perf_counter()
        assert vault is not None
        done = rewrite_files(box.paths, vault, lambda: False)
        print(
            f"{COUNT} rows ({box.cache_path.stat().st_size / 1e6:.0f} MB)"
            f" {'encrypted' if wanted else 'decrypted'} before the window opens:"
            f" {start - begin:.2f} s; then {done / (time.perf_counter() - start):.0f} files/s"
        )
    assert open_vault(box.paths, secrets) is not None
