"""What a server may hold or say that no ordinary one does: read as far as it can be, and never for long."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.errors import MalformedMessage
from client.model.account import Endpoint
from client.model.mailbox import SpecialUse
from client.model.secret import Secret
from client.net import fetch, imap
from client.net.imap_login import Patience
from client.net.session import ImapSession
from client.services import sync_bodies
from client.store.objects import ObjectStore
from tests.fakes.imap import FakeImapServer, FakeMailbox
from tests.fakes.imap_faults import wire_server
from tests.fakes.imap_profiles import BROKEN, DOVECOT, EXCHANGE, Profile
from tests.fakes.imap_wire import Conversation
from tests.fakes.sync_client import Client
from tests.fakes.tls import ServerAuthority

WHEN = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)


class Account:
    """One INBOX behind a server that speaks IMAP."""

    def __init__(self, authority: ServerAuthority, folder: Path) -> None:
        self.inbox = FakeMailbox(SpecialUse.INBOX)
        boxes = {b"INBOX": self.inbox, b"Sent": FakeMailbox(), b"Trash": FakeMailbox()}
        self.server = FakeImapServer(boxes, condstore=True)
        self.folder, self._identity = folder, authority.issue()
        self._closing = contextlib.ExitStack()

    def client(self, profile: Profile = DOVECOT) -> Client:
        endpoint = self._closing.enter_context(wire_server(self._identity, self.server, profile))
        client = Client(self.folder, lambda: self._connect(endpoint))
        self._closing.callback(client.close)
        return client

    def _connect(self, endpoint: Endpoint) -> ImapSession:
        anchors = self._identity.anchors_pem
        return imap.connect(endpoint, "an", Secret("pw"), anchors, patience=Patience(5, 20))

    def close(self) -> None:
        self._closing.close()


@pytest.fixture
def account(server_authority: ServerAuthority, tmp_path: Path) -> Iterator[Account]:
    made = Account(server_authority, tmp_path)
    yield made
    made.close()


def letter(number: int, more: bytes = b"") -> bytes:
    return b"Subject: thu %d\r\nMessage-ID: <%d@x>\r\n%s\r\n%d\r\n" % (number, number, more, number)


def subjects(client: Client) -> list[str]:
    return [
        row[0] for row in client.cache.rows("SELECT subject FROM message WHERE uid IS NOT NULL ORDER BY uid")
    ]


@pytest.mark.parametrize("profile", [EXCHANGE, BROKEN], ids=lambda one: one.name)
def test_gaps_of_millions_between_uids_cost_no_command_each(
    account: Account, monkeypatch: pytest.MonkeyPatch, profile: Profile
) -> None:
    asked: list[bytes] = []

    def counted(name: str) -> None:
        really = getattr(Conversation, name)

        def ask(conversation: Conversation, *words: bytes) -> bytes:
            asked.append(words[0])
            answer: bytes = really(conversation, *words)
            return answer

        monkeypatch.setattr(Conversation, name, ask)

    counted("_do_uid_fetch")
    counted("_do_uid_search")
    for number in range(300):
        account.inbox.uidnext = 14_000_000 * number + 7
        account.inbox.add(letter(number), when=WHEN)
    client = account.client(profile)
    client.look()
    assert subjects(client) == [f"thu {number}" for number in range(300)]
    assert len(asked) < 60
    asked.clear()
    for uid in list(account.inbox.messages)[::3]:
        del account.inbox.messages[uid]
    client.look()
    assert len(subjects(client)) == 200
    assert len(asked) < 60


def test_a_hundred_thousand_keywords_of_every_message_are_not_kept() -> None:
    before = resident_mib()
    for number in range(40):
        words = b" ".join(b"k%d-%d" % (number, one) for one in range(100_000))
        pieces = [b"* 1 FETCH (UID 7 FLAGS (\\Seen %s))\r\n" % words]
        parsed = fetch.parse_flags(pieces)
        assert parsed is not None
        assert len(parsed[1]) == 100_001
        del parsed
    assert resident_mib() - before < 100


def resident_mib() -> float:
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def test_keywords_of_all_kinds_and_system_flags_in_any_case(account: Account) -> None:
    odd = ("\\SEEN", "$Forwarded", "$MDNSent", "NonJunk", "\\X-Odd", "a+b", "&AOk-", "Label/một"[:6])
    account.inbox.add(letter(1), *odd, when=WHEN)
    account.inbox.add(letter(2), *(f"k{n}" for n in range(30_000)), when=WHEN)
    client = account.client()
    client.look()
    assert subjects(client) == ["thu 1", "thu 2"]
    assert client.cache.rows("SELECT flags FROM message ORDER BY uid") == [(1,), (0,)]


def test_a_header_of_a_megabyte_is_listed_soon_and_not_at_its_length(account: Account) -> None:
    for number, more in enumerate(
        (
            b"X-Long: " + b"a" * 1_000_000 + b"\r\n",
            b"To: " + b", ".join(b"n%d <n%d@x.vn>" % (n, n) for n in range(50_000)) + b"\r\n",
            b"References: " + b" ".join(b"<%d@y>" % n for n in range(90_000)) + b"\r\n",
            b"Cc: " + b"=?UTF-8?B?" + b"4bqt" * 250_000 + b"?=\r\n",
        ),
        start=1,
    ):
        account.inbox.add(letter(number, more), when=WHEN)
    account.inbox.add(b"Subject: " + b"a " * 500_000 + b"\r\nMessage-ID: <5@x>\r\n\r\nx\r\n", when=WHEN)
    client = account.client()
    begin = time.monotonic()
    client.look()
    assert time.monotonic() - begin < 20
    assert subjects(client)[:4] == ["thu 1", "thu 2", "thu 3", "thu 4"]
    assert max(len(one) for one in subjects(client)) <= 10_000
    assert client.cache.rows("SELECT max(length(recipients)) FROM message")[0][0] <= 20_000
    assert client.cache.rows("SELECT count(*) FROM message_link")[0][0] < 5_000


def test_messages_of_no_size_without_a_date_and_without_a_body(account: Account) -> None:
    account.inbox.add(b"", when=WHEN)
    account.inbox.add(b"\r\n\r\n", when=WHEN)
    account.inbox.add(b"no header at all", when=WHEN)
    client = account.client()
    client.look()
    assert len(subjects(client)) == 3
    with client.linked() as session:
        session.select(b"INBOX")
        assert session.fetch_body(1) == b""


def test_a_body_that_the_server_says_is_nothing_is_not_taken_for_the_message(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.inbox.add(letter(1), when=WHEN)
    client = account.client()
    client.look()
    (row_id,) = client.rows(b"INBOX")
    place = client.store.locate(row_id)
    assert place is not None
    good, account.inbox.messages[1].raw = account.inbox.messages[1].raw, b""
    with client.linked() as session:
        session.select(b"INBOX")
        work = sync_bodies.BodyWork(session, client.store, ObjectStore(account.folder))
        with pytest.raises(MalformedMessage):
            sync_bodies.fetch_body(work, place)
        account.inbox.messages[1].raw = good
        path = sync_bodies.fetch_body(work, place)
    assert work.objects.get(path) == good


def test_a_binary_literal_is_read(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = [b"* 1 FETCH (UID 3 BODY[] ~{3}\r\n", b"a\0b", b")\r\n"]
    assert fetch.parse_body(pieces) == (3, b"a\0b")


NAMES = (
    b"H&1ED9-p", b"&", b"&-", b"&AOk", b"\xc3\xa9t\xc3\xa9", b"\xff\xfe", b"a/b//c", b"/", b"a.b.c",
    b"a\\b", b'q"q', b"INBOX/INBOX", b"Th&AbA-", b"[Gmail]/Sent", b"x" * 900, b"{5}", b"(", b"*", b"%",
    b" lead", b"trail ", b"NIL",
)  # fmt: skip


def test_names_of_all_kinds_are_told_apart_by_their_octets_and_read(account: Account) -> None:
    for number, name in enumerate(NAMES):
        box = account.server.mailboxes[name] = FakeMailbox()
        box.add(letter(number), when=WHEN)
    client = account.client(EXCHANGE)
    with client.linked() as session:
        listed = session.list_mailboxes()
        assert {one.raw_name for one in listed} >= set(NAMES)
        assert {name for name in NAMES if session.select(name).exists != 1} == set()
        assert set(session.statuses(NAMES)) == set(NAMES)


def test_five_thousand_folders_are_listed_and_looked_at(account: Account) -> None:
    for number in range(5000):
        account.server.mailboxes[b"Du an/%d" % number] = FakeMailbox()
    client = account.client()
    begin = time.monotonic()
    with client.linked() as session:
        listed = session.list_mailboxes()
        numbers = client.store.upsert_mailboxes(listed)
        told = session.statuses([one.raw_name for one in listed])
    taken = time.monotonic() - begin
    assert len(numbers) == len(told) == 5003
    print(f"5000 folders: {taken:.1f} s")  # noqa: T201 - the figure
    assert taken < 30
    assert len({replace(one, name="").raw_name for one in listed}) == 5003
