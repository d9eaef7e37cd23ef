"""What one account's engine notices, and when."""

from __future__ import annotations

import contextlib
import queue
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.config.paths import Paths
from client.model.account import Account, Endpoint, Identity, TlsMode
from client.model.address import MailAddress
from client.model.event import Event, EventKind
from client.model.mailbox import SpecialUse, SyncCursor
from client.model.outgoing import SubmitOutcome
from client.model.secret import Secret
from client.net.session import SelectedMailbox
from client.services.engine_account import AccountEngine
from client.services.engine_context import Net
from client.services.engine_setup import EngineSetup, Report
from client.store.database import open_ledger
from client.store.secrets import MemorySecrets
from tests.fakes.imap import FakeImapServer, FakeImapSession, FakeMailbox

PATIENCE_S = 60
SERVER = Endpoint("localhost", 1, TlsMode.IMPLICIT)


def raw(number: int) -> bytes:
    return f"From: An <an@x.vn>\r\nSubject: Thu {number}\r\nMessage-ID: <{number}@x>\r\n\r\nbody\r\n".encode()


class Office:
    """An engine on a server in memory; `between` runs when the engine turns to the Sent mailbox.

    SELECT counts ``claims`` messages more than there are.
    """

    def __init__(self, folder: Path) -> None:
        self.inbox = FakeMailbox(SpecialUse.INBOX)
        self.inbox.add(raw(1), when=datetime.now(UTC))
        self.server = FakeImapServer({b"INBOX": self.inbox, b"Sent": FakeMailbox(SpecialUse.SENT)})
        self.between: list[Callable[[], object]] = []
        self.claims = 0
        self.events: queue.Queue[Report] = queue.Queue()
        self.ledger = open_ledger(folder / "ledger.db")
        account = Account("an", Identity(MailAddress("an@x.vn")), SERVER, SERVER, "an@x.vn")
        setup = EngineSetup(Paths(folder), (account,), MemorySecrets({"an": Secret("x")}), ())
        net = Net(connect=self._connect, submit=_nothing_to_send, get=lambda url: b"")
        self.engine = AccountEngine(
            account, setup, net, self.ledger, self.events.put, lambda: datetime.now(UTC)
        )

    def _connect(
        self, endpoint: Endpoint, user: str, password: Secret, anchors: tuple[bytes, ...] = ()
    ) -> FakeImapSession:
        return _Session(self)

    def close(self) -> None:
        self.engine.stop()
        self.engine.join()
        self.ledger.close()


class _Session(FakeImapSession):
    def __init__(self, office: Office) -> None:
        super().__init__(office.server)
        self._office = office

    def select(self, raw_name: bytes, since: SyncCursor | None = None) -> SelectedMailbox:
        if raw_name == b"Sent" and self._office.between:
            self._office.between.pop()()
        told = super().select(raw_name, since)
        return replace(told, exists=told.exists + self._office.claims)


def _nothing_to_send(*_: object, **__: object) -> SubmitOutcome:
    raise AssertionError("nothing was to be sent")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.close()


def test_mail_that_comes_while_another_mailbox_is_looked_at_is_not_left_until_the_next_poll(
    office: Office,
) -> None:
    office.between.append(lambda: office.inbox.add(raw(2), when=datetime.now(UTC)))
    office.engine.start()
    bodies = 0
    while bodies < 2:  # the headers of both are read, so are their bodies
        report = office.events.get(timeout=PATIENCE_S)
        bodies += isinstance(report, Event) and report.kind is EventKind.BODY
    assert office.server.calls.count("fetch_body") == 2


def test_a_server_whose_numbers_never_agree_is_waited_for_all_the_same(office: Office) -> None:
    office.claims = 1
    office.engine.start()
    end = time.monotonic() + PATIENCE_S
    while "idle" not in office.server.calls:
        assert time.monotonic() < end
        with contextlib.suppress(queue.Empty):
            office.events.get(timeout=0.1)
    assert office.server.calls.count("select") <= 10
