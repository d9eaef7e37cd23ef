"""One account's outbox, a server in memory, and time that passes when it is told to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from client.model.account import Account, Endpoint, Identity
from client.model.address import MailAddress
from client.model.event import Event
from client.model.mailbox import SpecialUse
from client.model.outgoing import OutboxEntry, OutgoingMessage, SubmitOutcome, SubmitResult
from client.model.secret import Secret
from client.services import sending
from client.store.database import open_ledger
from client.store.outbox import Outbox
from tests.fakes.imap import FakeImapServer, FakeMailbox

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ACCOUNT = Account(
    "an", Identity(MailAddress("an@x.vn")), Endpoint("imap", 993), Endpoint("smtp", 465), "an@x.vn"
)
RAW = b"Message-ID: <1@x>\r\n\r\nbody\r\n"
MESSAGE = OutgoingMessage("an", "<1@x>", "an@x.vn", ("binh@x.vn",), RAW)
OK = SubmitOutcome(SubmitResult.ACCEPTED, reply="250 ok")
LATER = SubmitOutcome(SubmitResult.RETRY_LATER, "server-busy", "451 later")
NEVER = SubmitOutcome(SubmitResult.REJECTED, "recipient-refused", "550 no", ("binh@x.vn",))
UNKNOWN = SubmitOutcome(SubmitResult.UNCERTAIN, "connection-lost")


class Office:
    def __init__(self, folder: Path) -> None:
        self.ledger = open_ledger(folder / "ledger.db")
        self.now = NOW
        self.outbox = Outbox(self.ledger, lambda: self.now)
        self.events: list[Event] = []
        self.stopping = False
        self.sent = FakeMailbox(SpecialUse.SENT)
        self.server = FakeImapServer({b"Sent": self.sent})
        self.delivered: list[bytes] = []
        self.seconds = 0.0
        self.restart()

    def restart(self, account: Account = ACCOUNT) -> None:
        """What an engine has in memory is gone."""
        self.work = sending.tools(
            account,
            self.ledger,
            self.events.append,
            lambda: self.now,
            lambda: self.stopping,
            lambda: self.seconds,
        )

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds

    def submit(self, *outcomes: SubmitOutcome, reach_data: bool = True) -> bool:
        answers = iter(outcomes)

        def submit(
            endpoint: Endpoint,
            user: str,
            password: Secret,
            message: OutgoingMessage,
            anchors: tuple[bytes, ...] = (),
            *,
            before_data: Callable[[], None],
        ) -> SubmitOutcome:
            if reach_data:
                before_data()
            outcome = next(answers)
            if outcome.result is SubmitResult.ACCEPTED:
                self.delivered.append(message.raw)
            return outcome

        return sending.submit_due(self.work, Secret("p"), submit)

    def file(self, patiently: bool = True) -> None:
        """As often as the engine would within the time a server's own copy may take."""
        for _ in range(100 if patiently else 1):
            session = self.server.session()
            sending.resolve_uncertain(self.work, session, b"Sent", b"INBOX")
            sending.file_submitted(self.work, session, b"Sent")
            if patiently:
                self.pass_time(1)

    def entry(self, number: int) -> OutboxEntry:
        entry = self.outbox.entry(number)
        assert entry is not None
        return entry
