"""This program's two halves on one account, a second client beside it, and what must hold between them."""

from __future__ import annotations

import contextlib
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from client.errors import TransientError
from client.model.at_rest import AtRest
from client.model.message import Flag
from client.net.session import ImapSession
from client.services import sync
from client.services.sync_operations import OperationWork, run_operations
from client.store.database import open_cache, open_ledger
from client.store.messages import MessageStore
from client.store.numbers import MailboxNumbers
from client.store.operations import Operations
from client.store.reading import MessageReader

SEED = int(os.environ.get("CONGTHU_SEED", "20261124"))
BOXES = (b"INBOX", b"Sent", b"Trash")
FLAGS = (Flag.SEEN, Flag.FLAGGED, Flag.ANSWERED)
Shown = Counter[tuple[bytes, str, frozenset[str]]]


class Client:
    """This program's two halves on one account."""

    def __init__(
        self, folder: Path, connect: Callable[[], ImapSession], at_rest: AtRest | None = None
    ) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.connect = connect
        self.session: ImapSession | None = None
        self.broken: list[str] = []
        self.turns: dict[int, int] = {}
        self.ledger = open_ledger(folder / "ledger.db", at_rest)
        self.cache = open_cache(folder / "cache.db", at_rest)
        self.store = MessageStore(self.cache, "an", MailboxNumbers(self.ledger))
        self.operations = Operations(self.ledger, "an", lambda: self.now)
        self.reader = MessageReader(folder / "cache.db", "an", self.operations, at_rest)

    def look(self) -> None:
        with self.linked() as session:
            work = sync.SyncWork(
                "an",
                session,
                self.store,
                self.operations,
                lambda _: None,
                lambda: self.now,
                lambda: False,
                self.broken.append,
                self.turns,
            )
            numbers = self.store.upsert_mailboxes(session.list_mailboxes())
            for name in BOXES:
                sync.apply(work, name, numbers[name])
            sync.settle_strays(work)

    def run(self) -> None:
        with self.linked() as session:
            run_operations(
                OperationWork(session, self.store, self.operations, lambda: self.now, lambda: False)
            )

    @contextlib.contextmanager
    def linked(self) -> Iterator[ImapSession]:
        """The session, a new one after a fault: as in the engine."""
        session, self.session = self.session or self.connect(), None
        try:
            yield session
        except BaseException:
            session.logout()
            raise
        self.session = session

    def rows(self, name: bytes) -> list[int]:
        number = self.store.mailbox_id(name)
        return [] if number is None else list(self.reader.row_ids(number))

    def shown(self) -> Shown:
        found: Shown = Counter()
        for name in BOXES:
            for row in self.reader.rows(self.rows(name)).values():
                marks = ((row.seen, Flag.SEEN), (row.flagged, Flag.FLAGGED), (row.answered, Flag.ANSWERED))
                found[name, row.message_id, frozenset(str(flag) for on, flag in marks if on)] += 1
        return found

    def act(self, draw: random.Random) -> set[str]:
        """Do something to a message as it is shown; answers with what was deleted for good."""
        name = draw.choice(BOXES)
        shown = self.rows(name)
        if not shown:
            return set()
        place = self.reader.locate(draw.choice(shown))
        if place is None:
            return set()
        match draw.randrange(5):
            case 0 | 1:
                self.operations.change_flag(
                    place.raw_name, place.uidvalidity, place.uid, place.message_id, draw.choice(FLAGS),
                    present=draw.random() < 0.6,
                )  # fmt: skip
            case 2 | 3:
                self.operations.move(place, draw.choice(BOXES))
            case _ if draw.random() < 0.3:
                self.operations.delete(place)
                return {place.message_id}
        return set()

    def close(self) -> None:
        if self.session is not None:
            self.session.logout()
        self.reader.close()
        self.cache.close()
        self.ledger.close()


def letter(number: int) -> bytes:
    return f"Subject: thu {number}\r\nMessage-ID: <fuzz-{number}@x>\r\n\r\n{number}\r\n".encode()


class Other:
    """The second client, and what it knows to be on the server."""

    def __init__(self, connect: Callable[[], ImapSession]) -> None:
        self.session = connect()
        self.made = 0
        self.deleted: set[str] = set()

    def act(self, draw: random.Random) -> None:
        name = draw.choice(BOXES)
        self.session.select(name)
        uids = self.session.search_uids(1, 1_000_000)
        if not uids or draw.random() < 0.35:
            self.made += 1
            flags = [flag for flag in FLAGS if draw.random() < 0.3]
            when = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=self.made)
            self.session.append(name, letter(self.made), flags, when)
            return
        uid = draw.choice(uids)
        match draw.randrange(6):
            case 0 | 1:
                self.session.store_flags((uid,), add=(draw.choice(FLAGS),))
            case 2:
                self.session.store_flags((uid,), remove=(draw.choice(FLAGS),))
            case 3 | 4:
                self.session.move((uid,), draw.choice([other for other in BOXES if other != name]))
            case _:
                self.deleted.add(message_id(self.session.fetch_body(uid)))
                self.session.store_flags((uid,), add=(Flag.DELETED,))
                self.session.expunge((uid,))

    def there(self) -> Shown:
        found: Shown = Counter()
        for name in BOXES:
            self.session.select(name)
            for batch in self.session.fetch_headers(1):
                for one in batch:
                    flags = frozenset(flag for flag in one.flags if flag in set(map(str, FLAGS)))
                    found[name, message_id(one.header), flags] += 1
        return found


def message_id(raw: bytes) -> str:
    return raw.split(b"Message-ID: ")[1].split(b"\r\n")[0].decode()


def agree(client: Client, other: Other, gone: set[str], *, may_double: bool) -> None:
    """Let this client finish; then nothing may differ, be lost or be there twice.

    Without MOVE a message is in two mailboxes while it is moved: another client may take hold of
    either, and then both stay.
    """
    for _ in range(4):
        client.now += timedelta(hours=1)
        client.run()
        client.look()
    for parked in client.operations.parked():
        assert parked.parked == "message-gone"
        client.operations.done([parked.operation_id])
    assert client.operations.all() == (), client.operations.all()
    there = other.there()
    shown = client.shown()
    assert shown == there, f"only here {shown - there}, only there {there - shown}"
    names = Counter(name for (_, name, _), times in there.items() for _ in range(times))
    assert may_double or not [name for name, times in names.items() if times > 1]
    expected = {f"<fuzz-{number}@x>" for number in range(1, other.made + 1)}
    assert expected - other.deleted - gone <= set(names)


def fuzz(
    client: Client,
    other: Other,
    rounds: int,
    disturb: Callable[[random.Random | None], None],
    every: int,
    *,
    may_double: bool = False,
) -> None:
    draw = random.Random(SEED)  # noqa: S311 - no secret is drawn
    print(f"seed {SEED}, {rounds} rounds")  # noqa: T201 - the way to see it again
    gone: set[str] = set()
    for number in range(1, rounds + 1):
        disturb(None)
        for _ in range(draw.randrange(3)):
            other.act(draw)
        for _ in range(draw.randrange(3)):
            gone |= client.act(draw)
        disturb(draw)
        with contextlib.suppress(TransientError):
            draw.choice((client.run, client.look))()
        if number % every == 0:
            disturb(None)
            agree(client, other, gone, may_double=may_double)
