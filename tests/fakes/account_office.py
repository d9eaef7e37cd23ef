"""One account's engine on a server in memory."""

from __future__ import annotations

import contextlib
import queue
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from client.config.paths import Paths
from client.errors import ClientError, StorageFailed
from client.model.account import Account, Endpoint, Identity, SentCopy, TlsMode
from client.model.address import MailAddress
from client.model.mailbox import SpecialUse, SyncCursor
from client.model.outgoing import SubmitOutcome, SubmitResult
from client.model.secret import Secret
from client.net.session import SelectedMailbox
from client.services.engine_account import AccountEngine
from client.services.engine_context import Net
from client.services.engine_setup import EngineSetup, Report
from client.store.database import open_cache, open_ledger
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
        self.withheld: list[frozenset[str]] = []
        self.refusal: ClientError | None = None
        """Why nobody is let in, neither for reading nor for sending."""
        self.submissions = 0
        self.events: queue.Queue[Report] = queue.Queue()
        self.ledger = open_ledger(folder / "ledger.db")
        account = Account(
            "an", Identity(MailAddress("an@x.vn")), SERVER, SERVER, "an@x.vn", sent_copy=SentCopy.APPEND
        )
        setup = EngineSetup(Paths(folder), (account,), MemorySecrets({"an": Secret("x")}), ())
        net = Net(
            connect=self._connect,
            submit=self._submit,
            fetch=lambda *_, **__: None,
            post_ocsp=lambda *_: b"",
        )
        self.engine = AccountEngine(
            account, setup, net, self.ledger, self.events.put, lambda: datetime.now(UTC)
        )

    def _connect(
        self,
        endpoint: Endpoint,
        user: str,
        password: Secret,
        anchors: tuple[bytes, ...] = (),
        *,
        without: frozenset[str] = frozenset(),
    ) -> FakeImapSession:
        self.withheld.append(without)
        if self.refusal is not None:
            raise self.refusal
        return _Session(self)

    def _submit(self, *_: object, before_data: Callable[[], None], **__: object) -> SubmitOutcome:
        self.submissions += 1
        if self.refusal is not None:
            return SubmitOutcome(SubmitResult.REJECTED, self.refusal.code, "535 no")
        before_data()
        return SubmitOutcome(SubmitResult.ACCEPTED)

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


def bodies_in(cache_path: Path) -> int:
    """Bodies the cache knows of, read as the window does: the engine may replace the file meanwhile."""
    try:
        cache = open_cache(cache_path, readonly=True)
    except StorageFailed:
        return 0
    try:
        return len(cache.rows("SELECT 1 FROM message WHERE body_path <> ''"))
    finally:
        cache.close()


def until(office: Office, condition: Callable[[], bool]) -> list[Report]:
    """Look again with every report, and now and then without one; answers with the reports."""
    seen: list[Report] = []
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, office.server.calls[-30:]
        with contextlib.suppress(queue.Empty):
            seen.append(office.events.get(timeout=0.05))
    while not office.events.empty():
        seen.append(office.events.get())
    return seen
