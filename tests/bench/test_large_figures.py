"""Figures of the window on an account with 200,000 messages: start, scrolling, searching, memory.

They are printed, never asserted as times. ``CONGTHU_BENCH_ACCOUNT`` sets how many messages.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.config.paths import Paths
from client.model.mailbox import RemoteMailbox, SpecialUse
from client.store.database import open_cache, open_ledger
from client.store.messages import MessageStore
from client.store.numbers import MailboxNumbers
from client.store.objects import ObjectStore
from client.store.rows import HeaderRecord, StoredBody
from client.store.search import IndexedText

pytestmark = pytest.mark.bench
MESSAGES = int(os.environ.get("CONGTHU_BENCH_ACCOUNT", "200000"))
ROOT = Path(__file__).resolve().parents[2]
PROBE = Path(__file__).with_name("large_probe.py")
START = datetime(2024, 1, 1, tzinfo=UTC)
LETTER = b"From: an@x.vn\r\nSubject: =?UTF-8?Q?Quy=E1=BA=BFt?=\r\n\r\nKinh gui.\r\n"
KINDS = ("Quyết định", "Báo cáo", "Kế hoạch", "Tờ trình", "Giấy mời họp giao ban", "Công văn về việc")
PEOPLE = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Hoàng Cường", "Phạm Minh Đức")


def fill(paths: Paths) -> None:
    """One mailbox with everything, and one letter whose body is here."""
    folder = paths.account("an")
    folder.mkdir(parents=True)
    ledger, cache = open_ledger(paths.ledger), open_cache(folder / "cache.db")
    store = MessageStore(cache, "an", MailboxNumbers(ledger))
    inbox = store.upsert_mailboxes([RemoteMailbox(b"INBOX", "INBOX", SpecialUse.INBOX)])[b"INBOX"]
    draw = random.Random(5)  # noqa: S311 - no secret is drawn
    for start in range(0, MESSAGES, 1000):
        records = [
            HeaderRecord(
                number + 1, START + timedelta(minutes=number), frozenset(), 900,
                subject=f"{draw.choice(KINDS)} số {number % 2000}/QĐ-UBND", sender_name=draw.choice(PEOPLE),
                sender_address="an@x.vn", message_id=f"<{number}@x>",
            )
            for number in range(start, min(start + 1000, MESSAGES))
        ]  # fmt: skip
        rows = store.insert(inbox, records)
    store.set_bodies([StoredBody(rows[-1], ObjectStore(folder).put(LETTER), False, IndexedText())])
    cache.close()
    ledger.close()


def test_window_on_a_large_account(tmp_path: Path) -> None:
    fill(Paths(tmp_path / "data"))
    given = json.dumps({"data": str(tmp_path / "data"), "messages": MESSAGES})
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    for number in range(4):
        done = subprocess.run(
            [sys.executable, str(PROBE), given],
            capture_output=True, text=True, cwd=ROOT, env=environment, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        print(f"\n{'first start' if number == 0 else 'warm start '}  {done.stdout.strip()}", end="")
    print()
