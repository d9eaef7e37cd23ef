"""The engine's own process on real servers, and the window's side of its data."""

from __future__ import annotations

import contextlib
import queue
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from client.config.paths import Paths
from client.model.account import Account, Endpoint, Identity, SentCopy
from client.model.address import MailAddress
from client.model.event import Event, EventKind
from client.model.outgoing import OutboxState
from client.model.secret import Secret
from client.net.imap import connect
from client.net.session import ImapSession
from client.services.engine_link import EngineLink
from client.services.engine_setup import EngineSetup
from client.store.database import Database, open_ledger
from client.store.drafts import Drafts
from client.store.operations import Operations
from client.store.outbox import Outbox
from client.store.reading import MessageReader
from client.store.secrets import MemorySecrets
from tests.fakes.mail_servers import MailServers

PASSWORD = Secret("mật khẩu")
PATIENCE_S = 120


def now() -> datetime:
    """The real time."""
    return datetime.now(UTC)


class ProcessOffice:
    """One account, ``me``; its engine goes over ``imap`` and ``smtp`` where they are given."""

    def __init__(
        self,
        servers: MailServers,
        data: Path,
        me: str,
        imap: Endpoint | None = None,
        smtp: Endpoint | None = None,
    ) -> None:
        servers.add_user(me, PASSWORD.reveal())
        self.servers, self.me = servers, me
        account = Account(
            "a",
            Identity(MailAddress(me)),
            imap or servers.imap_endpoint,
            smtp or servers.smtp_endpoint,
            me,
            sent_copy=SentCopy.APPEND,
        )
        self.paths = Paths(data)
        self.setup = EngineSetup(self.paths, (account,), MemorySecrets({"a": PASSWORD}), servers.anchors_pem)
        self.events: queue.Queue[Event] = queue.Queue()
        self.seen: list[Event] = []
        self.opened: tuple[MessageReader, Database] | tuple[()] = ()
        self.link = EngineLink(self.setup)
        self.link.subscribe(self.events.put)

    def open(self) -> None:
        """The window's side, once there is something to open."""
        self.ledger: Database = open_ledger(self.paths.ledger)
        self.outbox, self.drafts = Outbox(self.ledger, now), Drafts(self.ledger, now)
        self.operations = Operations(self.ledger, "a", now)
        self.reader = MessageReader(self.paths.account("a") / "cache.db", "a", self.operations)
        self.opened = (self.reader, self.ledger)

    def until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < end, self.seen[-20:]
            with contextlib.suppress(queue.Empty):
                self.seen.append(self.events.get(timeout=0.2))

    def is_told(self, code: str) -> bool:
        return any(one.code == code for one in self.seen)

    def is_well(self) -> bool:
        return any(one.kind is EventKind.ACCOUNT_OK for one in self.seen)

    def listed(self) -> dict[str, bool]:
        """Subjects in INBOX, and whether their bodies are here."""
        for box in self.reader.mailboxes():
            if box.raw_name == b"INBOX":
                rows = self.reader.rows(self.reader.row_ids(box.mailbox_id)).values()
                return {one.subject: bool(one.body_path) for one in rows}
        return {}

    def session(self, address: str) -> ImapSession:
        """A second client, not over what is between the engine and the servers."""
        return connect(self.servers.imap_endpoint, address, PASSWORD, self.servers.anchors_pem)

    def how_often(self, address: str, mailbox: bytes, message_id: str) -> int:
        session = self.session(address)
        try:
            return len(session.find_by_message_id(mailbox, message_id))
        finally:
            session.logout()

    def inbox(self) -> int:
        """Its number."""
        return next(one.mailbox_id for one in self.reader.mailboxes() if one.raw_name == b"INBOX")

    def state(self, outbox_id: int) -> OutboxState:
        entry = self.outbox.entry(outbox_id)
        assert entry is not None
        return entry.state

    def close(self) -> None:
        self.link.close(30)
        for opened in self.opened:
            opened.close()
