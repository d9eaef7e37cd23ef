"""SIGKILL at any step: of sending, saving, uploading, moving, migrating, confirming: nothing lost or doubled.

``CONGTHU_KILLS`` sets how many (60 without it), ``CONGTHU_SEED`` where.
"""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context, set_forkserver_preload
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from client.config.paths import Paths
from client.mime.parser import parse_message
from client.model.account import Account, Endpoint, Identity, SentCopy
from client.model.address import MailAddress
from client.model.outgoing import Draft, DraftAttachment, OutboxState, OutgoingMessage
from client.model.secret import Secret
from client.model.server_draft import CopyState, Held, Standing
from client.net import imap
from client.services.engine_setup import Channel, EngineSetup
from client.store.database import Database, open_cache, open_ledger
from client.store.drafts import Drafts
from client.store.operations import Operations
from client.store.outbox import Outbox
from client.store.reading import MessageReader
from client.store.receipts import Receipts
from client.store.secrets import MemorySecrets
from client.store.server_drafts import ServerDrafts
from tests.fakes import killable
from tests.fakes.mail_servers import MailServers

KILLS = int(os.environ.get("CONGTHU_KILLS", "60"))
SEED = int(os.environ.get("CONGTHU_SEED", "20261124"))
KEPT = Path(__file__).resolve().parents[1] / "data" / "store"
PASSWORD = Secret("mật khẩu")
AN, BINH = "an-kill@sothu.example", "binh-kill@sothu.example"
PATIENCE_S = 120
FEWER = KILLS // 8 + 1
"""Of each kind but sending, which has the other half."""
MOST_STEPS = 140
"""A round of the engine with one letter and two moves has about as many."""
MOST_DRAFT_STEPS = 220
"""One with two drafts that are replaced."""


@pytest.fixture(scope="module", autouse=True)
def _ready() -> None:
    # A process begins with everything loaded: only what it does is under test, 60 times over.
    set_forkserver_preload(["tests.fakes.killable"])


def clock() -> datetime:
    return datetime.now(UTC)


def start(target: Callable[..., None], *arguments: object) -> tuple[BaseProcess, Channel]:
    context: Any = get_context("forkserver")
    ours, theirs = context.Pipe()
    process = context.Process(target=target, args=(theirs, *arguments))
    process.start()
    theirs.close()
    return process, ours


def watch(process: BaseProcess, connection: Channel, is_done: Callable[[], bool]) -> list[object]:
    """What the process says until it dies; it is killed once there is nothing left to interrupt."""
    said: list[object] = []
    end = time.monotonic() + PATIENCE_S
    with contextlib.suppress(EOFError, OSError):
        while True:
            assert time.monotonic() < end
            if connection.poll(0.05):
                said.append(connection.recv())
            elif is_done():
                process.kill()
    process.join(PATIENCE_S)
    assert process.exitcode is not None
    connection.close()
    return said


def fuse(draw: random.Random, most: int = MOST_STEPS) -> killable.Fuse:
    return killable.Fuse(draw.randint(1, most), after=draw.random() < 0.5)


class Office:
    """One account: what its window wrote down, and what the servers have."""

    def __init__(self, servers: MailServers, data: Path) -> None:
        for address in (AN, BINH):
            servers.add_user(address, PASSWORD.reveal())
        self.servers = servers
        account = Account(
            "a", Identity(MailAddress(AN)), servers.imap_endpoint, servers.smtp_endpoint, AN,
            sent_copy=SentCopy.APPEND,
        )  # fmt: skip
        self.paths = Paths(data)
        self.setup = EngineSetup(self.paths, (account,), MemorySecrets({"a": PASSWORD}), servers.anchors_pem)
        self.ledger: Database = open_ledger(self.paths.ledger)
        self.outbox = Outbox(self.ledger, clock)
        self.operations = Operations(self.ledger, "a", clock)
        self.reader = MessageReader(self.paths.account("a") / "cache.db", "a", self.operations)

    def queue(self, number: int) -> None:
        message_id = f"<kill-{number}@sothu.example>"
        raw = f"From: {AN}\r\nTo: {BINH}\r\nSubject: thu {number}\r\nMessage-ID: {message_id}\r\n\r\nx\r\n"
        self.outbox.enqueue(OutgoingMessage("a", message_id, AN, (BINH,), raw.encode()))

    def move_some(self, draw: random.Random) -> None:
        """Move messages to and fro between INBOX and Trash, as they are shown now."""
        boxes = {one.raw_name: one.mailbox_id for one in self.reader.mailboxes()}
        for source, target in ((b"INBOX", b"Trash"), (b"Trash", b"INBOX")):
            shown = list(self.reader.row_ids(boxes[source])) if source in boxes else []
            for row_id in draw.sample(shown, min(len(shown), 2)):
                place = self.reader.locate(row_id)
                if place is not None:
                    self.operations.move(place, target)

    def is_quiet(self) -> bool:
        """Nothing is left to be done by itself."""
        waiting = (OutboxState.QUEUED, OutboxState.SUBMITTING, OutboxState.SUBMITTED)
        return not self.outbox.in_state("a", *waiting) and not self.operations.pending()

    def on_server(self, address: str, *mailboxes: bytes) -> Counter[bytes]:
        """How often each Message-ID is there."""
        found: Counter[bytes] = Counter()
        session = imap.connect(self.servers.imap_endpoint, address, PASSWORD, self.servers.anchors_pem)
        for name in mailboxes:
            session.select(name)
            for batch in session.fetch_headers(1):
                for one in batch:
                    lines = one.header.splitlines()
                    found.update(line[12:] for line in lines if line.lower().startswith(b"message-id: "))
        session.logout()
        return found


@pytest.fixture
def office(mail_servers: MailServers, tmp_path: Path) -> Iterator[Office]:
    office = Office(mail_servers, tmp_path)
    session = imap.connect(mail_servers.imap_endpoint, AN, PASSWORD, mail_servers.anchors_pem)
    for number in range(12):
        raw = f"From: {BINH}\r\nSubject: cu {number}\r\nMessage-ID: <old-{number}@x>\r\n\r\nx\r\n"
        session.append(b"INBOX", raw.encode(), (), clock())
    session.logout()
    yield office
    office.reader.close()
    office.ledger.close()


@pytest.mark.real_servers
def test_an_engine_killed_at_any_step_loses_nothing_and_sends_nothing_twice(office: Office) -> None:
    draw = random.Random(SEED)  # noqa: S311 - no secret is drawn
    print(f"seed {SEED}")  # noqa: T201 - the way to see it again
    rounds = KILLS // 2
    for number in range(rounds):
        office.queue(number)
        office.move_some(draw)
        process, connection = start(killable.engine, office.setup, fuse(draw))
        watch(process, connection, office.is_quiet)
        assert process.exitcode == -9
    process, connection = start(killable.engine, office.setup, killable.Fuse(-1, after=False))
    watch(process, connection, office.is_quiet)
    states = {entry.message_id.encode(): entry.state for entry in office.outbox.entries("a")}
    assert len(states) == rounds
    assert set(states.values()) <= {OutboxState.FILED, OutboxState.UNCERTAIN}
    filed = {name for name, state in states.items() if state is OutboxState.FILED}
    end = time.monotonic() + PATIENCE_S
    while not filed <= set(office.on_server(BINH, b"INBOX")):
        assert time.monotonic() < end, "a letter the server took has not arrived"
        time.sleep(0.2)
    delivered = office.on_server(BINH, b"INBOX")
    assert max(delivered.values()) == 1, [name for name, times in delivered.items() if times > 1]
    in_sent = office.on_server(AN, b"Sent")
    assert {name: in_sent[name] for name in filed} == dict.fromkeys(filed, 1)
    old = office.on_server(AN, b"INBOX", b"Trash")
    assert old == Counter({b"<old-%d@x>" % number: 1 for number in range(12)})
    assert office.operations.all() == ()
    print(f"{rounds} kills: {len(filed)} filed, {rounds - len(filed)} to be asked about")  # noqa: T201 - the figure


class Drafting:
    """The drafts of an `Office`: written, marked, thrown away, sent; and what the server has of them."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.drafts = Drafts(office.ledger, clock)
        self.known = ServerDrafts(office.ledger, clock)
        self.newest: dict[str, str] = {}
        """By draft: the subject it was stored with last."""
        self.sent: dict[str, str] = {}
        """By draft, too: what it left with, its Message-ID being the draft's name."""
        self.looks = 1

    def change(self, draw: random.Random, number: int) -> None:
        """What somebody does between two starts of the engine."""
        for name in draw.sample(sorted(self.newest), min(2, len(self.newest))):
            done = draw.random()
            if done < 0.15:
                self.drafts.delete(name)
                del self.newest[name]
            elif done < 0.3:
                self.send(name)
            else:
                self.write(name, number)
                if done > 0.9:
                    self.known.judge(name, "on the screen", Held.MARKED)
        for one in range(len(self.newest), 4):
            self.write(f"{number}-{one}", number)

    def write(self, name: str, number: int) -> None:
        subject = f"{name}, ban {number}"
        file = DraftAttachment("tệp.pdf", "application/pdf", subject.encode() * 1000)
        draft = Draft(name, "a", f"<{name}@x>", MailAddress(AN), (MailAddress(BINH),), subject=subject)
        self.known.judge(name, self.drafts.save(replace(draft, attachments=(file,))), Held.NO)
        self.known.hurry(name)
        self.newest[name] = subject

    def send(self, name: str) -> None:
        message_id = f"<{name}@x>"
        raw = f"From: {AN}\r\nTo: {BINH}\r\nSubject: gui\r\nMessage-ID: {message_id}\r\n\r\nx\r\n".encode()
        self.office.outbox.enqueue(OutgoingMessage("a", message_id, AN, (BINH,), raw, draft_id=name))
        self.sent[name] = self.newest.pop(name)

    def is_quiet(self) -> bool:
        waiting = self.known.wanted("a") or self.known.unwanted("a", allowed=True)
        # One that was not found at once is looked for again while other things are done.
        on_their_way = any(
            one.state is CopyState.SENDING and one.tries < self.looks for one in self.known.copies("a")
        )
        return not waiting and not on_their_way and self.office.is_quiet()

    def there(self) -> set[str]:
        """Drafts of which the ledger knows a copy on the server, and that are to have one."""
        told = self.known.standings(allowed=True)
        held = {name for name, one in told.items() if one.standing is Standing.MARKED}
        copies = {one.draft_id for one in self.known.copies("a") if one.state is CopyState.THERE}
        return (copies & set(self.newest)) - held

    def subjects(self) -> Counter[str]:
        """Of what is in the drafts mailbox, by draft and version."""
        servers = self.office.servers
        session = imap.connect(servers.imap_endpoint, AN, PASSWORD, servers.anchors_pem)
        session.select(b"Drafts")
        raws = [session.fetch_body(uid) for uid in session.search_uids(1, 1_000_000)]
        session.logout()
        return Counter(parse_message(raw).envelope.subject for raw in raws)


@pytest.mark.real_servers
def test_drafts_on_their_way_to_the_server_are_never_lost_and_never_sent(office: Office) -> None:
    draw = random.Random(SEED + 5)  # noqa: S311 - no secret is drawn
    drafting, rounds = Drafting(office), KILLS // 4 + 1
    earlier = set(office.on_server(BINH, b"INBOX"))
    for number in range(rounds):
        drafting.change(draw, number)
        before = drafting.there()
        process, connection = start(killable.engine, office.setup, fuse(draw, MOST_DRAFT_STEPS))
        watch(process, connection, drafting.is_quiet)
        assert process.exitcode == -9
        seen = drafting.subjects()
        assert before <= {subject.partition(",")[0] for subject in seen}
        kept = {name: drafting.drafts.load(name) for name in drafting.newest}
        assert {name: one.subject for name, one in kept.items() if one} == drafting.newest
    drafting.looks = 2  # what Dovecot was still storing for a client that had died has arrived by then
    process, connection = start(killable.engine, office.setup, killable.Fuse(-1, after=False))
    watch(process, connection, drafting.is_quiet)
    told = drafting.known.standings(allowed=True)
    held = {name for name in drafting.newest if told[name].standing is Standing.MARKED}
    expected = Counter(subject for name, subject in drafting.newest.items() if name not in held)
    # Of a letter that may have left, or not, the draft is still needed.
    doubtful = {one.draft_id for one in office.outbox.in_state("a", OutboxState.UNCERTAIN)}
    seen = drafting.subjects()
    assert expected - seen == Counter()
    assert {one.partition(",")[0] for one in seen - expected} <= doubtful
    assert max(seen.values()) == 1
    arrived = set(office.on_server(BINH, b"INBOX")) - earlier
    assert arrived <= {f"<{name}@x>".encode() for name in drafting.sent}
    print(f"{rounds} kills, {len(drafting.sent)} sent, {len(held)} held back")  # noqa: T201 - the figure


def test_a_window_killed_while_saving_keeps_the_last_version_it_was_told_is_safe(tmp_path: Path) -> None:
    draw = random.Random(SEED + 1)  # noqa: S311 - no secret is drawn
    for number in range(FEWER):
        path = tmp_path / f"{number}.db"
        open_ledger(path).close()
        process, connection = start(killable.window, path, fuse(draw, 30))
        said = watch(process, connection, lambda: False)
        assert process.exitcode == -9
        safe = max((one for one in said if isinstance(one, int)), default=0)
        ledger = open_ledger(path)
        kept = Drafts(ledger, clock).load("d")
        version = int(kept.subject) if kept is not None else 0
        assert version in {safe, safe + 1}
        assert kept == (killable.draft(version) if version else None)
        assert killable.moves(ledger)[:safe] == list(range(1, safe + 1))
        ledger.close()


def test_what_waits_for_its_hour_is_released_once_and_only_checked(tmp_path: Path) -> None:
    draw = random.Random(SEED + 3)  # noqa: S311 - no secret is drawn
    for number in range(FEWER):
        ledger = open_ledger(tmp_path / f"{number}.db")
        outbox = Outbox(ledger, clock)
        names = [f"<hour-{one}@x>" for one in range(6)]
        held = frozenset(draw.sample(names, 2))
        for name in names:
            raw = f"Message-ID: {name}\r\n\r\nx\r\n".encode()
            outbox.enqueue(
                OutgoingMessage("an", name, "a@x", ("b@x",), raw, not_before=clock(), scheduled=True)
            )
        checked: set[object] = set()
        for steps in (fuse(draw, 6), fuse(draw, 6), killable.Fuse(-1, after=False)):
            process, connection = start(killable.release, tmp_path / f"{number}.db", steps, held)
            checked.update(watch(process, connection, lambda: False))
            states = {one.message_id: one.state for one in outbox.entries()}
            left = {name for name, state in states.items() if state is OutboxState.QUEUED}
            assert left <= checked - held
            assert {name for name, state in states.items() if state is OutboxState.REJECTED} <= held & checked
        assert left == set(names) - held
        assert sorted(outbox.message(one.outbox_id).message_id for one in outbox.entries()) == names
        ledger.close()


def test_a_letter_is_confirmed_once_or_asked_about_again(tmp_path: Path) -> None:
    draw = random.Random(SEED + 4)  # noqa: S311 - no secret is drawn
    endpoint, letters = Endpoint("x.example", 1), 4
    account = Account("a", Identity(MailAddress(AN)), endpoint, endpoint, AN)
    for number in range(FEWER):
        folder = tmp_path / str(number)
        folder.mkdir()
        for one in range(letters):
            head = f"From: {BINH}\r\nDisposition-Notification-To: {BINH}\r\nMessage-ID: <ask-{one}@x>\r\n"
            (folder / f"{one}.eml").write_bytes(f"{head}\r\nx\r\n".encode())
        ledger = open_ledger(folder / "ledger.db")
        for steps in (fuse(draw, 8), fuse(draw, 8), killable.Fuse(-1, after=False)):
            process, connection = start(killable.confirm, folder, steps, account, letters)
            watch(process, connection, lambda: False)
            queued = [answered_in(Outbox(ledger, clock).raw(one)) for one in range(1, letters + 1)
                      if Outbox(ledger, clock).entry(one)]  # fmt: skip
            settled = [f"<ask-{one}@x>" for one in range(letters)
                       if Receipts(ledger).is_settled("a", f"<ask-{one}@x>")]  # fmt: skip
            assert sorted(queued) == settled
        assert len(settled) == letters
        ledger.close()


def answered_in(raw: bytes) -> str:
    """Which letter a receipt is about."""
    (line,) = [one for one in raw.decode().splitlines() if one.startswith("Original-Message-ID: ")]
    return line.partition(": ")[2]


def test_a_migration_killed_at_any_step_is_made_by_the_next_start(tmp_path: Path) -> None:
    draw = random.Random(SEED + 2)  # noqa: S311 - no secret is drawn
    kept = sorted(KEPT.glob("*.db"))
    for number in range(FEWER):
        source, path = kept[number % len(kept)], tmp_path / f"{number}.db"
        process, connection = start(killable.migration, source, path, fuse(draw, 6))
        watch(process, connection, lambda: False)
        if source.name.startswith("cache"):
            with contextlib.closing(
                sqlite3.connect(f"file:{source}?mode=ro&immutable=1", uri=True)
            ) as before:
                messages = before.execute("SELECT count(*) FROM message").fetchall()
            assert messages >= [(3,)]
            with contextlib.closing(open_cache(path)) as cache:
                assert cache.rows("SELECT count(*) FROM message") == messages
                assert cache.rows("SELECT count(*) FROM message_text_docsize") == messages
        else:
            with contextlib.closing(open_ledger(path)) as ledger:
                assert len(Outbox(ledger, clock).entries()) == 3
                assert len(Operations(ledger, "an", clock).all()) >= 2
                assert Drafts(ledger, clock).load("d1") is not None
