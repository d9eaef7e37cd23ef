"""The engine process against real servers: what arrives is listed, what is queued is sent and filed."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.config.paths import Paths
from client.model.account import Account, Identity, SentCopy
from client.model.address import MailAddress
from client.model.event import Event, EventKind
from client.model.outgoing import OutboxState, OutgoingMessage
from client.model.secret import Secret
from client.net import imap
from client.services.engine_link import EngineLink
from client.services.engine_setup import EngineSetup, OutboxChanged
from client.store.database import Database, open_ledger
from client.store.habits import SentHabits
from client.store.operations import Operations
from client.store.outbox import Outbox
from client.store.reading import MessageReader
from client.store.secrets import MemorySecrets
from tests.fakes.mail_servers import MailServers

pytestmark = pytest.mark.real_servers
PATIENCE_S = 120
PASSWORD = Secret("mật khẩu")
AN = "an-engine@sothu.example"
BINH = "binh-engine@sothu.example"


def raw(number: int) -> bytes:
    return (
        f"From: An <{AN}>\r\nTo: {BINH}\r\nSubject: =?utf-8?q?T=E1=BB=9D_tr=C3=ACnh?= {number}\r\n"
        f"Message-ID: <engine-{number}@sothu.example>\r\nDate: Mon, 23 Nov 2026 08:00:00 +0700\r\n\r\n"
        f"Noi dung {number}\r\n.\r\n"
    ).encode()


class Office:
    """One account's engine and the window's side of its data."""

    def __init__(
        self, servers: MailServers, data: Path, address: str, sent_copy: SentCopy = SentCopy.APPEND
    ) -> None:
        servers.add_user(address, PASSWORD.reveal())
        identity = Identity(MailAddress(address))
        account = Account(
            "a", identity, servers.imap_endpoint, servers.smtp_endpoint, address, sent_copy=sent_copy
        )
        self.paths = Paths(data)
        self.setup = EngineSetup(self.paths, (account,), MemorySecrets({"a": PASSWORD}), servers.anchors_pem)
        self.ledger: Database = open_ledger(self.paths.ledger)
        self.outbox = Outbox(self.ledger, lambda: datetime.now(UTC))
        operations = Operations(self.ledger, "a", lambda: datetime.now(UTC))
        self.operations = operations
        self.reader = MessageReader(self.paths.account("a") / "cache.db", "a", operations)
        self.events: queue.Queue[Event] = queue.Queue()
        self.link = EngineLink(self.setup)
        self.link.subscribe(self.events.put)

    def until(self, condition: Callable[[], bool]) -> None:
        """Look again with every event; a busy machine may take its time between two of them."""
        end = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < end
            with contextlib.suppress(queue.Empty):
                self.events.get(timeout=1)

    def wait_for(self, kind: EventKind) -> None:
        while self.events.get(timeout=PATIENCE_S).kind is not kind:
            pass

    def state(self, outbox_id: int) -> OutboxState:
        entry = self.outbox.entry(outbox_id)
        assert entry is not None
        return entry.state

    def rows(self, name: bytes) -> list[tuple[int, int]]:
        found = [one.mailbox_id for one in self.reader.mailboxes() if one.raw_name == name]
        return [(found[0], number) for number in self.reader.row_ids(found[0])] if found else []

    def close(self) -> None:
        assert self.link.close(60)
        self.reader.close()
        self.ledger.close()


@pytest.fixture
def offices(mail_servers: MailServers, tmp_path: Path) -> Iterator[tuple[Office, Office]]:
    both = (Office(mail_servers, tmp_path / "an", AN), Office(mail_servers, tmp_path / "binh", BINH))
    yield both
    for office in both:
        office.close()


def test_a_queued_message_is_sent_filed_and_read_byte_for_byte(
    offices: tuple[Office, Office], mail_servers: MailServers
) -> None:
    sender, receiver = offices
    message = OutgoingMessage("a", "<engine-1@sothu.example>", AN, (BINH,), raw(1))
    number = sender.outbox.enqueue(message)
    sender.link.send(OutboxChanged())
    sender.until(lambda: sender.state(number) is OutboxState.FILED)
    session = imap.connect(mail_servers.imap_endpoint, AN, PASSWORD, mail_servers.anchors_pem)
    sent = next(one.raw_name for one in session.list_mailboxes() if str(one.special_use) == "sent")
    (uid,) = session.find_by_message_id(sent, message.message_id)
    assert session.fetch_body(uid) == message.raw
    session.logout()
    receiver.until(lambda: receiver.events.empty() and bool(receiver.rows(b"INBOX")))
    mailbox_id, row_id = receiver.rows(b"INBOX")[0]
    row = receiver.reader.row(row_id)
    assert row is not None
    assert (row.subject, row.sender_address) == ("Tờ trình 1", AN)
    assert receiver.link.body(mailbox_id, row_id).result(30).read_bytes().endswith(message.raw)


def test_a_server_that_files_under_another_message_id_is_waited_for_and_nothing_is_doubled(
    mail_servers: MailServers, tmp_path: Path
) -> None:
    address = "tu-luu@sothu.example"
    office = Office(mail_servers, tmp_path, address, SentCopy.AUTO)
    message_id = "<tu-luu-1@sothu.example>"
    frozen = raw(7).replace(b"<engine-7@sothu.example>", message_id.encode())
    number = office.outbox.enqueue(OutgoingMessage("a", message_id, address, (address,), frozen))
    office.link.send(OutboxChanged())
    office.until(lambda: office.state(number) is OutboxState.SUBMITTED)
    session = imap.connect(mail_servers.imap_endpoint, address, PASSWORD, mail_servers.anchors_pem)
    sent = next(one.raw_name for one in session.list_mailboxes() if str(one.special_use) == "sent")
    renamed = (
        b"Message-ID: <hk1@prod.outlook.example>\r\nX-Microsoft-Original-"
        + frozen[frozen.index(b"Message-ID") :]
    )
    session.append(sent, renamed, (), datetime.now(UTC))
    office.until(lambda: office.state(number) is OutboxState.FILED)
    session.select(sent)
    (uid,) = session.search_uids(1, 1000)
    assert session.fetch_body(uid) == renamed
    assert SentHabits(office.ledger, lambda: datetime.now(UTC)).of("a") is SentCopy.SERVER_SAVES
    session.logout()
    office.close()


def test_a_killed_engine_is_replaced_and_mail_goes_on(offices: tuple[Office, Office]) -> None:
    sender, _ = offices
    sender.wait_for(EventKind.ACCOUNT_OK)
    before = sender.link.process_id
    os.kill(before, signal.SIGTERM)
    number = sender.outbox.enqueue(OutgoingMessage("a", "<engine-2@sothu.example>", AN, (BINH,), raw(2)))
    sender.until(lambda: sender.state(number) is OutboxState.FILED)
    assert sender.link.process_id != before
