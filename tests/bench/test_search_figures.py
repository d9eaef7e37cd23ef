"""Figures of the full-text index against SQLite's LIKE, and notmuch where it is installed, in one run.

They are printed as ratios, never asserted as times. ``CONGTHU_BENCH_ROWS`` sets how many
messages, with commas.
"""

from __future__ import annotations

import itertools
import os
import random
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.model.mailbox import RemoteMailbox, SpecialUse
from client.model.text import fold
from client.store.database import open_cache, open_ledger
from client.store.messages import MessageStore
from client.store.numbers import MailboxNumbers
from client.store.operations import Operations
from client.store.reading import MessageReader
from client.store.rows import HeaderRecord
from client.store.search import IndexedText

pytestmark = pytest.mark.bench
SIZES = tuple(map(int, os.environ.get("CONGTHU_BENCH_ROWS", "100000,200000").split(",")))
START = datetime(2024, 1, 1, tzinfo=UTC)
LIKE = "SELECT row_id FROM plain WHERE folded LIKE ?"
FORMS = {
    "word": "{0} ",
    "most frequent word": "{3} ",
    "two frequent words": "{3} {4} ",
    "word of every letter": "ubnd ",
    "two words": "{0} {1} ",
    "phrase": '"{0} {1}"',
    "number": "123/QĐ-UBND",
    "số:": "số:123",
    "từ: and word": "từ:{2} {0} ",
    "prefix being typed": "{0}",
}


def syllables() -> tuple[list[str], list[float]]:
    """Vietnamese syllables with the frequencies of a natural text (Zipf)."""
    parts = ("b c ch d đ g h kh l m n ng nh ph qu s t th tr v x", "a ă â e ê i o ô ơ u ư iê ươ uyê",
             "c ch m n ng nh p t i o", "\u0300 \u0301 \u0303 \u0309 \u0323")  # fmt: skip
    found = ["".join(one) for one in itertools.product(*(part.split() for part in parts))]
    random.Random(1).shuffle(found)  # noqa: S311 - no secret is drawn
    return found[:4000], list(itertools.accumulate(1 / (rank + 3) for rank in range(4000)))


def quickest(work: Callable[[], Sequence[object]]) -> tuple[float, float, int]:
    """Milliseconds of the best and the worst of five, and how much was found.

    Of the processor's time, since other work on the machine is no part of a search in memory.
    """
    times = []
    for _ in range(5):
        begin = time.process_time()
        count = len(work())
        times.append(time.process_time() - begin)
    return min(times) * 1000, max(times) * 1000, count


@pytest.mark.parametrize("count", SIZES)
def test_search_against_like(tmp_path: Path, count: int) -> None:
    words, frequencies = syllables()
    draw = random.Random(2)  # noqa: S311 - no secret is drawn
    ledger, cache = open_ledger(tmp_path / "ledger.db"), open_cache(tmp_path / "cache.db")
    store = MessageStore(cache, "an", MailboxNumbers(ledger))
    inbox = store.upsert_mailboxes([RemoteMailbox(b"INBOX", "INBOX", SpecialUse.INBOX)])[b"INBOX"]
    cache.run("CREATE TABLE plain (row_id INTEGER PRIMARY KEY, folded TEXT)")
    indexing = 0.0
    for start in range(0, count, 1000):
        texts = [draw.choices(words, cum_weights=frequencies, k=50) for _ in range(1000)]
        records = [
            HeaderRecord(
                start + n + 1, START + timedelta(minutes=start + n), frozenset(), 900,
                subject=f"{' '.join(text[:8])} {(start + n) % 2000}/QĐ-UBND",
                sender_name=" ".join(draw.choices(words[:300], k=3)),
            )
            for n, text in enumerate(texts)
        ]  # fmt: skip
        begin = time.perf_counter()
        rows = store.insert(inbox, records)
        with cache.transaction():
            for row_id, text in zip(rows, texts, strict=True):
                store._index(row_id, IndexedText(" ".join(text[8:])))
        indexing += time.perf_counter() - begin
        plain = [
            (row_id, fold(f"{record.subject} {record.sender_name} {' '.join(text[8:])}"))
            for row_id, record, text in zip(rows, records, texts, strict=True)
        ]
        with cache.transaction():
            cache.run_many("INSERT INTO plain VALUES (?, ?)", plain)
    print(f"\n{count} messages stored and indexed: {count / indexing:.0f}/s")
    reader = MessageReader(tmp_path / "cache.db", "an", Operations(ledger, "an", lambda: START))
    for name, form in FORMS.items():
        query = form.format(words[40], words[90], words[7], words[0], words[1])
        ours, worst, found = quickest(lambda query=query: reader.row_ids(inbox, query))  # type: ignore[misc] # a default
        like = fold(query.split(":")[-1].strip(' "'))
        theirs, _, _ = quickest(lambda like=like: cache.rows(LIKE, (f"%{like}%",)))  # type: ignore[misc] # a default
        ratio = f"LIKE takes {theirs / ours:6.1f} times as long"
        print(f"{name:20} {ours:7.1f} to {worst:7.1f} ms, {found:6} listed, {ratio}")
    reader.close()
    cache.close()
    ledger.close()


def test_search_against_notmuch(tmp_path: Path) -> None:
    if shutil.which("notmuch") is None:
        print("\nnotmuch: not installed")
        pytest.skip("notmuch is not installed")
    words, frequencies = syllables()
    draw = random.Random(3)  # noqa: S311 - no secret is drawn
    mail = tmp_path / "mail" / "cur"
    for folder in (mail, mail.parent / "new", mail.parent / "tmp"):
        folder.mkdir(parents=True, exist_ok=True)
    texts = [" ".join(draw.choices(words, cum_weights=frequencies, k=50)) for _ in range(5000)]
    for number, text in enumerate(texts):
        head = f"From: an@x.vn\nMessage-ID: <{number}@x>\nContent-Type: text/plain; charset=utf-8\n"
        (mail / f"{number}:2,").write_text(f"{head}\n{text}\n", "utf-8")
    config = tmp_path / "config"
    config.write_text(f"[database]\npath={mail.parent}\n[user]\nprimary_email=an@x.vn\n", "utf-8")
    environment = {**os.environ, "NOTMUCH_CONFIG": str(config)}
    begin = time.perf_counter()
    subprocess.run(["notmuch", "new"], env=environment, check=True, capture_output=True)
    theirs = time.perf_counter() - begin
    ledger, cache = open_ledger(tmp_path / "ledger.db"), open_cache(tmp_path / "cache.db")
    store = MessageStore(cache, "an", MailboxNumbers(ledger))
    inbox = store.upsert_mailboxes([RemoteMailbox(b"INBOX", "INBOX", SpecialUse.INBOX)])[b"INBOX"]
    begin = time.perf_counter()
    rows = store.insert(inbox, [HeaderRecord(n + 1, START, frozenset(), 1) for n in range(len(texts))])
    with cache.transaction():
        for row_id, text in zip(rows, texts, strict=True):
            store._index(row_id, IndexedText(text))
    ratio = theirs / (time.perf_counter() - begin)
    print(f"\nnotmuch takes {ratio:.1f} times as long to index (it parses the files, too)")
    cache.close()
    ledger.close()
