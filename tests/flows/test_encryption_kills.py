"""SIGKILL at any moment of switching encryption on or off: everything is still there, and opens.

``CONGTHU_KILLS`` sets how many (60 without it), ``CONGTHU_SEED`` where.
"""

from __future__ import annotations

import contextlib
import os
import random
import time
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context, set_forkserver_preload
from pathlib import Path
from typing import Any

import pytest

from client.config.paths import Paths
from client.model.outgoing import OutgoingMessage
from client.services.data_key import open_vault, read_mark
from client.store.database import open_cache, open_ledger
from client.store.drafts import Drafts
from client.store.evidence_files import EvidenceFiles
from client.store.objects import ObjectStore
from client.store.outbox import Outbox
from tests.fakes import killable
from tests.fakes.keyrings import FileSecrets

KILLS = int(os.environ.get("CONGTHU_KILLS", "60"))
SEED = int(os.environ.get("CONGTHU_SEED", "20261126"))
PATIENCE_S = 120
CANARY = b"chim-hoang-yen-2026"
MOST_STEPS = 130
"""A conversion that is not broken off has about as many."""


@pytest.fixture(scope="module", autouse=True)
def _ready() -> None:
    set_forkserver_preload(["tests.fakes.killable"])


def clock() -> datetime:
    return datetime.now(UTC)


class Folder:
    """A data folder in use, and what has to be in it whatever happens."""

    def __init__(self, place: Path) -> None:
        self.paths = Paths(place / "data")
        self.secrets = FileSecrets(place / "keyring.json")
        self.messages = [
            b"Message-ID: <%d@x>\r\n\r\n%s %d\r\n" % (number, CANARY, number) for number in range(12)
        ]
        with contextlib.closing(open_ledger(self.paths.ledger)) as ledger:
            Drafts(ledger, clock).save(killable.draft(1))
            for number, raw in enumerate(self.messages):
                Outbox(ledger, clock).enqueue(OutgoingMessage("an", f"<{number}@x>", "a@x", ("b@x",), raw))
        copy = self.paths.ledger.with_name("ledger.db.v2")
        copy.write_bytes(self.paths.ledger.read_bytes())
        with contextlib.closing(open_cache(self.cache)) as cache:
            cache.run("CREATE TABLE canary (word TEXT)")
            cache.run_many("INSERT INTO canary VALUES (?)", [(CANARY.decode() * 50,)] * 500)
        objects, evidence = ObjectStore(self.account), EvidenceFiles(self.paths.evidence)
        self.objects = [objects.put(raw) for raw in self.messages]
        self.evidence = [evidence.put(raw) for raw in self.messages]

    @property
    def account(self) -> Path:
        return self.paths.account("an")

    @property
    def cache(self) -> Path:
        return self.account / "cache.db"

    def check(self) -> None:
        """Every word is there, with the key that the keyring has."""
        vault = open_vault(self.paths, self.secrets)
        assert read_mark(self.paths).in_clear == (), "what was broken off is nobody's doing"
        with contextlib.closing(open_ledger(self.paths.ledger, vault)) as ledger:
            outbox = Outbox(ledger, clock)
            assert [outbox.raw(number) for number in range(1, 13)] == self.messages
            assert Drafts(ledger, clock).load("d") == killable.draft(1)
        with contextlib.closing(open_cache(self.cache, vault)) as cache:
            assert cache.rows("SELECT count(*), min(word) FROM canary") == [(500, CANARY.decode() * 50)]
        assert not self.cache.with_name("cache.db.corrupt").exists()
        objects, evidence = ObjectStore(self.account, vault), EvidenceFiles(self.paths.evidence, vault)
        assert [objects.get(one) for one in self.objects] == self.messages
        assert [evidence.get(one) for one in self.evidence] == self.messages

    def files_with_words(self) -> list[str]:
        found = (one for one in self.paths.data.rglob("*") if one.is_file())
        return [one.name for one in found if CANARY in one.read_bytes()]

    def switch(self, fuse: killable.Fuse, *, wanted: bool, kill_after_s: float | None = None) -> bool:
        """Start the program once; whether it came to its end."""
        context: Any = get_context("forkserver")
        ours, theirs = context.Pipe()
        target = partial(killable.encryption, wanted=wanted)
        process = context.Process(target=target, args=(theirs, self.paths, self.secrets, fuse))
        process.start()
        theirs.close()
        if kill_after_s is not None:
            time.sleep(kill_after_s)
            process.kill()
        process.join(PATIENCE_S)
        assert process.exitcode in {0, -9}
        with contextlib.suppress(EOFError, OSError):
            return bool(ours.poll()) and ours.recv() == "done"
        return False


def test_switched_on_and_off_under_kills_nothing_is_lost(tmp_path: Path) -> None:
    draw = random.Random(SEED)  # noqa: S311 - no secret is drawn
    print(f"seed {SEED}")  # noqa: T201 - the way to see it again
    folder = Folder(tmp_path)
    whole, wanted, ended, never = 0, False, True, killable.Fuse(-1, after=False)
    for number in range(KILLS):
        # What came to its end leaves nothing to interrupt; what did not may be gone on with, or turned back.
        wanted = not wanted if ended else draw.random() < 0.5
        if number % 2:
            fuse = killable.Fuse(draw.randint(1, MOST_STEPS), after=draw.random() < 0.5)
            ended = folder.switch(fuse, wanted=wanted)
        else:
            ended = folder.switch(never, wanted=wanted, kill_after_s=draw.uniform(0.0, 0.4))
        whole += ended
        folder.check()
    print(f"{KILLS} starts, {KILLS - whole} of them killed on the way")  # noqa: T201 - the figure
    assert whole < KILLS
    assert folder.switch(never, wanted=True)
    folder.check()
    assert folder.files_with_words() == []
    assert folder.switch(never, wanted=False)
    assert folder.switch(never, wanted=False)
    folder.check()
    assert not folder.paths.encryption.exists()
    assert len(folder.files_with_words()) >= 26
