"""Links that end anywhere, servers that lie: nothing hangs, and when all is well again nothing differs."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from client.errors import ConnectionLost
from client.model.account import Endpoint
from client.model.mailbox import SpecialUse, SyncCursor
from client.model.secret import Secret
from client.net import imap, imap_login
from client.net.imap_login import Patience
from client.net.session import ImapSession
from client.net.wire import Wire
from tests.fakes.flapping import flapping_proxy
from tests.fakes.imap import FakeImapServer, FakeMailbox
from tests.fakes.imap_faults import KINDS, Faults, wire_server
from tests.fakes.imap_profiles import DOVECOT, PROFILES
from tests.fakes.imap_wire import Conversation, Ended
from tests.fakes.scripted import Link
from tests.fakes.sync_client import BOXES, Client, Other, fuzz
from tests.fakes.tls import ServerAuthority

SEED = int(os.environ.get("CONGTHU_SEED", "20261124"))
ROUNDS = int(os.environ.get("CONGTHU_ROUNDS", "0"))
WHEN = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)


@dataclass
class CutSocket:
    """A socket whose stream has a seam after ``cut`` octets: no reading goes over it, or it ends there."""

    sock: socket.socket
    cut: int
    ends: bool
    seen: int = 0

    def recv(self, size: int) -> bytes:
        if self.seen < self.cut:
            size = min(size, self.cut - self.seen)
        elif self.ends:
            return b""
        chunk = self.sock.recv(size)
        self.seen += len(chunk)
        return chunk

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sock, name)


class Office:
    """A small mailbox, read over a stream that is cut; nothing is changed by reading it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.inbox = FakeMailbox(SpecialUse.INBOX)
        self.inbox.add(b"Subject: {3}\r\nMessage-ID: <1@x>\r\n\r\n)\r\n", "\\Seen", when=WHEN)
        self.inbox.add(b"Subject: hai\r\n\r\nQ9 OK\r\n", when=WHEN)
        self.server = FakeImapServer({b"INBOX": self.inbox, b'a"b': FakeMailbox()}, condstore=True)
        self.cut, self.ends = 1 << 30, False
        self.octets = 0
        self._socket: CutSocket | None = None
        monkeypatch.setattr(imap_login, "open_wire", self._open)

    def _open(self, *_: object) -> Wire:
        ours, theirs = socket.socketpair()
        ours.settimeout(5)

        def talk() -> None:
            with contextlib.suppress(OSError, Ended):
                Conversation(self.server, DOVECOT, Link(theirs, None)).run()  # type: ignore[arg-type] # no TLS
            theirs.close()

        self.close()
        threading.Thread(target=talk, daemon=True).start()
        self._socket = CutSocket(ours, self.cut, self.ends)
        return Wire(self._socket, "fake")  # type: ignore[arg-type] # as good as one

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()

    def read_all(self) -> list[object]:
        session = imap.connect(Endpoint("fake", 1), "an", Secret("pw"))
        try:
            return self._read(session)
        finally:
            session.logout()
            self.octets = max(self.octets, self._socket.seen if self._socket else 0)

    def _read(self, session: ImapSession) -> list[object]:
        since = SyncCursor(self.inbox.uidvalidity, 3, 2)
        return [
            session.list_mailboxes(),
            session.statuses([b"INBOX", b'a"b']),
            session.select(b"INBOX", since),
            [header for batch in session.fetch_headers(1) for header in batch],
            session.fetch_flags(1),
            session.search_uids(1, 9),
            session.fetch_body(1),
            session.fetch_part(1, 3, 9),
            session.idle(5, lambda: True),
        ]


def test_a_whole_session_reads_the_same_wherever_the_stream_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(monkeypatch)
    whole = office.read_all()
    assert office.octets > 1500
    for cut in range(1, office.octets):
        office.cut = cut
        assert office.read_all() == whole, cut


def test_a_session_that_ends_anywhere_is_a_lost_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(monkeypatch)
    whole = office.read_all()
    last = office.octets
    office.ends = True
    complete = 0
    for cut in range(last):
        office.cut = cut
        try:
            found = office.read_all()
        except ConnectionLost:
            continue
        assert found == whole, cut
        complete += 1
    # Only one that ends in the goodbye is whole.
    assert complete < 60


def boxes() -> dict[bytes, FakeMailbox]:
    uses = (SpecialUse.INBOX, SpecialUse.SENT, SpecialUse.TRASH)
    return {name: FakeMailbox(use) for name, use in zip(BOXES, uses, strict=True)}


@pytest.fixture
def clients() -> Iterator[list[Client]]:
    opened: list[Client] = []
    yield opened
    for client in opened:
        client.close()


def over(endpoint: Endpoint, anchors: tuple[bytes, ...], read: float) -> Callable[[], ImapSession]:
    patience = Patience(5, read)
    return lambda: imap.connect(endpoint, "an", Secret("pw"), anchors, patience=patience)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_kind_of_server_is_kept_up_with_through_every_fault(
    profile: str, server_authority: ServerAuthority, tmp_path: Path, clients: list[Client]
) -> None:
    identity = server_authority.issue()
    server = FakeImapServer(boxes(), condstore=True)
    faults = Faults(random.Random(SEED))  # noqa: S311 - no secret is drawn
    known = PROFILES[profile]
    with wire_server(identity, server, known, faults) as endpoint:
        client = Client(tmp_path, over(endpoint, identity.anchors_pem, 0.5))
        clients.append(client)

        def disturb(draw: random.Random | None) -> None:
            faults.chance = 0.02 if draw is not None else 0.0
            if draw is None and client.session is not None:
                client.session.logout()
                client.session = None
            if draw is not None and draw.random() > 0.97:
                server.mailboxes[draw.choice(BOXES)].renumber()

        doubles = "MOVE" not in known.after_login
        fuzz(client, Other(server.session), ROUNDS or 60, disturb, 10, may_double=doubles)
    # Which of them is drawn depends on the seed; with the usual one it is all of them.
    assert len(set(faults.happened)) >= len(KINDS) - 2, faults.happened


def test_octets_that_come_one_by_one_make_no_difference(
    server_authority: ServerAuthority, tmp_path: Path, clients: list[Client]
) -> None:
    identity = server_authority.issue()
    server = FakeImapServer(boxes(), condstore=True)
    with wire_server(identity, server, DOVECOT, Faults(chop=1)) as endpoint:
        client = Client(tmp_path, over(endpoint, identity.anchors_pem, 10))
        clients.append(client)
        fuzz(client, Other(server.session), 10, lambda _: None, 5)


@pytest.mark.real_servers
def test_a_link_that_flaps_costs_time_and_nothing_else(
    dovecot_account: tuple[Endpoint, tuple[bytes, ...], str], tmp_path: Path, clients: list[Client]
) -> None:
    endpoint, anchors, user = dovecot_account
    direct = imap.connect(endpoint, user, Secret("pw"), anchors)
    with flapping_proxy(endpoint) as proxy:
        patience = Patience(5, 5)
        client = Client(
            tmp_path, lambda: imap.connect(proxy.endpoint, user, Secret("pw"), anchors, patience=patience)
        )
        clients.append(client)

        def disturb(draw: random.Random | None) -> None:
            proxy.budget = draw.randrange(200, 8_000) if draw is not None else None

        fuzz(client, Other(lambda: direct), ROUNDS or 60, disturb, 10)
    assert proxy.cut > 3
    direct.logout()


def test_uidvalidity_of_zero_and_uids_that_go_back_lose_nothing(
    tmp_path: Path, clients: list[Client]
) -> None:
    server = FakeImapServer(boxes(), condstore=True)
    server.extensions |= {"QRESYNC"}
    inbox = server.mailboxes[b"INBOX"]
    inbox.uidvalidity = 0
    client = Client(tmp_path, server.session)
    clients.append(client)
    other = Other(server.session)
    draw = random.Random(SEED)  # noqa: S311 - no secret is drawn
    for round_ in range(30):
        other.act(draw)
        client.look()
        assert client.shown() == other.there(), round_
    for kept in (b"INBOX", b"Sent"):
        box = server.mailboxes[kept]
        box.uidnext, box.highestmodseq = 1, 1  # as after a restored backup
        client.look()
        assert client.shown() == other.there()
    assert client.broken


@pytest.fixture
def dovecot_account(request: pytest.FixtureRequest) -> tuple[Endpoint, tuple[bytes, ...], str]:
    dovecot = request.getfixturevalue("dovecot")
    dovecot.add_user("flap@sothu.example", "pw")
    return dovecot.imap_endpoint, dovecot.anchors_pem, "flap@sothu.example"
