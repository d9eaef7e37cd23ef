"""Figures of search: 99 of 100 queries of each kind, SQLite's LIKE, and notmuch on the same letters.

They are printed, never asserted as times. ``CONGTHU_BENCH_ROWS`` sets how many messages, with commas,
``CONGTHU_BENCH_LETTERS`` how many letters are read and indexed beside notmuch, ``CONGTHU_BENCH_MAILDIR`` a
Maildir to take them from; without it they are made of drawn words, the text as HTML as well, and a file.
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
from email.message import EmailMessage
from pathlib import Path

import pytest

from client.model.mailbox import RemoteMailbox, SpecialUse
from client.model.text import fold
from client.services.indexing import read_message
from client.services.sync_bodies import INDEXED_AT_ONCE
from client.store.database import Database, open_cache, open_ledger
from client.store.messages import MessageStore
from client.store.numbers import MailboxNumbers
from client.store.operations import Operations
from client.store.reading import MessageReader
from client.store.rows import HeaderRecord, StoredBody
from client.store.search import IndexedText

pytestmark = pytest.mark.bench
SIZES = tuple(map(int, os.environ.get("CONGTHU_BENCH_ROWS", "100000,200000").split(",")))
MAILDIR = os.environ.get("CONGTHU_BENCH_MAILDIR", "")
LETTERS = int(os.environ.get("CONGTHU_BENCH_LETTERS", "10000"))
QUERIES = 200
"""Of each kind; their words are drawn as often as they are written."""
START = datetime(2024, 1, 1, tzinfo=UTC)
LIKE = "SELECT row_id FROM plain WHERE folded LIKE ?"
FORMS = {
    "word": "{0} ",
    "two words": "{0} {1} ",
    "phrase": '"{0} {1}"',
    "with marks": "{2} ",
    "number": "{3}/QĐ-UBND",
    "số:": "số:{3}",
    "từ: and word": "từ:{1} {0} ",
    "prefix of two letters": "{4}",
    "prefix of three letters": "{5}",
    "everywhere: word": "trong:tất-cả {0} ",
    "everywhere: two words": "trong:tất-cả {0} {1} ",
    "everywhere: with marks": "trong:tất-cả {2} ",
    "everywhere: prefix": "trong:tất-cả {5}",
}


class Vocabulary:
    """Vietnamese syllables with the frequencies of a natural text (Zipf)."""

    def __init__(self) -> None:
        parts = ("b c ch d đ g h kh l m n ng nh ph qu s t th tr v x", "a ă â e ê i o ô ơ u ư iê ươ uyê",
                 "c ch m n ng nh p t i o", "\u0300 \u0301 \u0303 \u0309 \u0323")  # fmt: skip
        found = ["".join(one) for one in itertools.product(*(part.split() for part in parts))]
        random.Random(1).shuffle(found)  # noqa: S311 - no secret is drawn
        self.words = found[:4000]
        self._weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(4000)))
        self.draw = random.Random(2)  # noqa: S311 - no secret is drawn

    def text(self, count: int) -> list[str]:
        return self.draw.choices(self.words, cum_weights=self._weights, k=count)

    def query(self, form: str) -> str:
        marked, first, second = self.text(3)
        plain, other = fold(first), fold(second)
        return form.format(plain, other, marked, self.draw.randrange(2000), plain[:2], plain[:3])


def taken(work: Callable[[], Sequence[object]]) -> tuple[float, int]:
    """Milliseconds of the processor's time, since other work on the machine is no part of it; how many."""
    begin = time.process_time()
    count = len(work())
    return (time.process_time() - begin) * 1000, count


def at(times: Sequence[float], share: float) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


def filled(store: MessageStore, boxes: list[int], count: int, vocabulary: Vocabulary) -> float:
    """Seconds for storing and indexing; three of five letters in the first box, each box newest first."""
    draw = vocabulary.draw
    minutes: dict[int, list[int]] = {box: [] for box in boxes}
    for minute in range(count):
        minutes[boxes[0] if draw.random() < 0.6 else draw.choice(boxes[1:])].append(minute)
    seconds = 0.0
    for box, times in minutes.items():
        for start in range(0, len(times), 1000):
            batch = times[::-1][start : start + 1000]
            texts = [vocabulary.text(50) for _ in batch]
            records = [
                HeaderRecord(
                    minute + 1, START + timedelta(minutes=minute), frozenset(), 900,
                    subject=f"{' '.join(text[:8])} {minute % 2000}/QĐ-UBND", sender_name=" ".join(text[8:11]),
                )
                for minute, text in zip(batch, texts, strict=True)
            ]  # fmt: skip
            begin = time.process_time()
            rows = store.insert(box, records)
            inside = [IndexedText(" ".join(text[11:])) for text in texts]
            store.set_texts(zip(rows, inside, strict=True))
            seconds += time.process_time() - begin
            write_plain(store._cache, rows, texts)
    return seconds


def write_plain(cache: Database, rows: Sequence[int], texts: Sequence[Sequence[str]]) -> None:
    """The same text for LIKE to look through."""
    with cache.transaction():
        cache.run_many(
            "INSERT INTO plain VALUES (?, ?)",
            [(row_id, f"{fold(' '.join(text))} ") for row_id, text in zip(rows, texts, strict=True)],
        )


@pytest.mark.parametrize("count", SIZES)
def test_search_against_like(tmp_path: Path, count: int) -> None:
    vocabulary = Vocabulary()
    ledger, cache = open_ledger(tmp_path / "ledger.db"), open_cache(tmp_path / "cache.db")
    store = MessageStore(cache, "an", MailboxNumbers(ledger))
    others = [RemoteMailbox(b"F%d" % n, f"F{n}") for n in range(11)]
    numbers = store.upsert_mailboxes([RemoteMailbox(b"INBOX", "INBOX", SpecialUse.INBOX), *others])
    cache.run("CREATE TABLE plain (row_id INTEGER PRIMARY KEY, folded TEXT)")
    seconds = filled(store, list(numbers.values()), count, vocabulary)
    print(
        f"\n{count} messages in 12 mailboxes stored and indexed: {count / seconds:.0f} a second of one core"
    )
    reader = MessageReader(tmp_path / "cache.db", "an", Operations(ledger, "an", lambda: START))
    for name, form in FORMS.items():
        queries = [vocabulary.query(form) for _ in range(QUERIES)]
        ours = [taken(lambda q=q: reader.row_ids(numbers[b"INBOX"], q)) for q in queries]  # type: ignore[misc] # a default
        likes = [f"%{fold(q.split(':')[-1].strip(chr(34)))}%" for q in queries[:3]]
        theirs = [taken(lambda q=q: cache.rows(LIKE, (q,)))[0] for q in likes]  # type: ignore[misc] # a default
        times = [one for one, _ in ours]
        print(
            f"{name:24} 50 % {at(times, 0.5):6.1f}, 99 % {at(times, 0.99):6.1f}, most {max(times):6.1f} ms;"
            f" {at([float(n) for _, n in ours], 0.5):5.0f} listed; LIKE {min(theirs):6.1f} ms"
        )
    reader.close()
    cache.close()
    ledger.close()


def test_search_against_notmuch(tmp_path: Path) -> None:
    if shutil.which("notmuch") is None:
        print("\nnotmuch: not installed")
        pytest.skip("notmuch is not installed")
    vocabulary = Vocabulary()
    mail = tmp_path / "mail"
    for name in ("cur", "new", "tmp"):
        (mail / name).mkdir(parents=True)
    taken_from = sorted((Path(MAILDIR) / "cur").iterdir())[:LETTERS] if MAILDIR else []
    for number in range(LETTERS):
        place = mail / "cur" / f"{number}:2,"
        shutil.copy(taken_from[number], place) if MAILDIR else write_letter(place, number, vocabulary)
    environment = {**os.environ, "NOTMUCH_CONFIG": str(tmp_path / "config")}
    (tmp_path / "config").write_text(f"[database]\npath={mail}\n[user]\nprimary_email=an@x.vn\n", "utf-8")
    before, wall = os.times(), time.perf_counter()
    subprocess.run(["notmuch", "new"], env=environment, check=True, capture_output=True)
    used, their_wall = os.times(), time.perf_counter() - wall
    theirs = used.children_user + used.children_system - before.children_user - before.children_system
    size = sum(one.stat().st_size for one in (mail / ".notmuch").rglob("*") if one.is_file())
    ledger, cache = open_ledger(tmp_path / "ledger.db"), open_cache(tmp_path / "cache.db")
    store = MessageStore(cache, "an", MailboxNumbers(ledger))
    inbox = store.upsert_mailboxes([RemoteMailbox(b"INBOX", "INBOX", SpecialUse.INBOX)])[b"INBOX"]
    begin, wall = time.process_time(), time.perf_counter()
    paths = sorted((mail / "cur").iterdir(), key=lambda path: int(path.name.partition(":")[0]))
    rows = store.insert(inbox, [HeaderRecord(n + 1, START, frozenset(), 1) for n in range(LETTERS)])
    pairs = list(zip(rows, paths, strict=True))
    for start in range(0, len(pairs), INDEXED_AT_ONCE):
        part = pairs[start : start + INDEXED_AT_ONCE]
        store.set_bodies(
            [StoredBody(row, f"objects/{row}", False, read_message(path.read_bytes())) for row, path in part]
        )
    ours, our_wall = time.process_time() - begin, time.perf_counter() - wall
    kept = (tmp_path / "cache.db").stat().st_size
    print(
        f"\n{LETTERS} letters read, parsed and indexed: {ours:.1f} s of one core ({our_wall:.1f} s),"
        f" {kept / 1e6:.0f} MB with the list; notmuch {theirs:.1f} s = {theirs / ours:.1f} times as long"
        f" ({their_wall:.1f} s = {their_wall / our_wall:.1f} times), {size / 1e6:.0f} MB"
    )
    compare_recall(
        vocabulary,
        environment,
        MessageReader(tmp_path / "cache.db", "an", Operations(ledger, "an", lambda: START)),
        inbox,
    )
    cache.close()
    ledger.close()


def write_letter(path: Path, number: int, vocabulary: Vocabulary) -> None:
    """About 17 KB, as an office's mail has on average: plain text, the same as HTML, a file."""
    letter = EmailMessage()
    letter["From"], letter["Message-ID"], letter["Subject"] = "an@x.vn", f"<{number}@x>", f"{number}/QĐ-UBND"
    words = " ".join(vocabulary.text(200))
    letter.set_content(words)
    letter.add_alternative(f"<p>{words}</p>", subtype="html")
    filler = vocabulary.draw.randbytes(9_000)
    letter.add_attachment(filler, maintype="application", subtype="pdf", filename=f"{number}.pdf")
    path.write_bytes(letter.as_bytes())


def compare_recall(
    vocabulary: Vocabulary, environment: dict[str, str], reader: MessageReader, inbox: int
) -> None:
    """What is found by a word typed without its marks, and how long it takes, by both."""
    words = [fold(one) for one in vocabulary.words[200:240]]
    begin = time.perf_counter()
    ours = sum(len(reader.row_ids(inbox, f"{word} ")) for word in words)
    our_time = time.perf_counter() - begin
    begin = time.perf_counter()
    theirs = 0
    for word in words:
        command = ["notmuch", "count", "--", f"body:{word}"]
        theirs += int(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)
    their_time = time.perf_counter() - begin
    reader.close()
    print(
        f"{len(words)} words without marks: {ours} found in {our_time / len(words) * 1000:.1f} ms each;"
        f" notmuch {theirs} in {their_time / len(words) * 1000:.1f} ms each with its process's start"
    )
