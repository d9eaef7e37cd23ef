"""The office's way out: check, sign, log, queue; and what the user decides about what is queued."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from client.config.policy import Policy
from client.model.account import Account
from client.model.event import Event, EventKind
from client.model.finding import CheckReport
from client.model.outgoing import REFUSED_AT_HOUR, OutboxEntry, OutboxState, OutgoingMessage
from client.model.verdict import Reason
from client.services import workshop
from client.services.desk import SendRequest
from client.services.engine_link import EngineLink
from client.services.engine_setup import OutboxChanged
from client.services.futures import call, then
from client.services.office_checks import OfficeChecks
from client.services.office_signing import SigningOffice
from client.services.requests import TrustSources
from client.services.scheduled import ScheduledMail
from client.services.signing_desk import SignOrder
from client.services.tasks import Lane
from client.store.outbox import Outbox

_ANY_CLOCK = timedelta(days=36_500)
"""Later than anything can have been queued, by whatever clock."""


@dataclass(frozen=True, slots=True)
class SendingSetup:
    """What sending is done with."""

    policy: Policy
    sources: TrustSources
    clock: Callable[[], datetime]
    accounts: Callable[[], dict[str, Account]]
    """By id, with the keys they have now."""
    tell: Callable[[Event], None]
    """Tells the window what changed."""


class OfficeSending:
    """Lives as long as the office; see `client.services.desk.MailDesk` for each public method."""

    def __init__(
        self,
        setup: SendingSetup,
        outbox: Outbox,
        checks: OfficeChecks,
        lanes: tuple[Lane, Lane],
        signing: SigningOffice,
        engine: EngineLink,
    ) -> None:
        """``lanes``: the workshop that reads and the one that signs."""
        self._setup = setup
        self._outbox, self._checks = outbox, checks
        self._lane, self._keys_lane = lanes
        self._signing, self._engine = signing, engine
        self.scheduled = ScheduledMail(self._outbox, self._why_held, self._released, setup.clock)

    def send(self, request: SendRequest) -> Future[int]:
        """See `MailDesk.send`."""

        def sign(report: CheckReport) -> Future[OutgoingMessage]:
            told = request if self._checks.passed(report, request) else replace(request, acknowledgement=None)
            logged = self._checks.log
            return then(self._sign(request), lambda message: call(lambda: logged(message, told, report)))

        signed = then(self._checks.check(request.draft), sign)
        return then(signed, lambda message: call(lambda: self.queue(self._timed(message, request))))

    def queue(self, message: OutgoingMessage) -> int:
        """Put frozen bytes into the outbox; answers with their number. `StorageFull` queues nothing."""
        outbox_id = self._outbox.enqueue(message)
        self._changed()
        return outbox_id

    def entries(self) -> tuple[OutboxEntry, ...]:
        """See `MailDesk.outbox`."""
        return self._outbox.entries()

    def retry(self, outbox_id: int) -> None:
        """See `OutboxDesk.retry`; what was refused at its hour is checked again, as often as it is tried."""
        entry = self._outbox.entry(outbox_id)
        if entry is not None and entry.state in {OutboxState.QUEUED, OutboxState.SUBMITTED}:
            self._outbox.hasten(outbox_id)
            self._changed()
            return
        refused = entry is not None and entry.error_code == REFUSED_AT_HOUR
        self._move(outbox_id, OutboxState.SCHEDULED if refused else OutboxState.QUEUED)

    def cancel(self, outbox_id: int) -> None:
        """See `OutboxDesk.cancel`."""
        self._move(outbox_id, OutboxState.CANCELLED)

    def confirm_sent(self, outbox_id: int) -> None:
        """See `OutboxDesk.confirm_sent`."""
        self._move(outbox_id, OutboxState.SUBMITTED)

    def forget_finished(self) -> int:
        """See `OutboxDesk.forget_finished`."""
        return self._outbox.forget_finished(self._setup.clock() + _ANY_CLOCK)

    def _move(self, outbox_id: int, state: OutboxState) -> None:
        self._outbox.advance(outbox_id, state)
        self._changed()

    def _changed(self) -> None:
        self.scheduled.wake()
        self._engine.send(OutboxChanged())

    def _timed(self, message: OutgoingMessage, request: SendRequest) -> OutgoingMessage:
        """The moment before which it stays, counted from when it is ready: signing may take long."""
        pause = timedelta(seconds=request.undo_seconds)
        earliest = self._setup.clock() + pause if pause else None
        not_before = max(filter(None, (earliest, request.not_before)), default=None)
        return replace(message, not_before=not_before, scheduled=request.not_before is not None)

    def _sign(self, request: SendRequest) -> Future[OutgoingMessage]:
        use = None if request.key is None else self._signing.use(request.key, request.key_password)
        user = self._setup.accounts()[request.draft.account_id].identity.address.addr_spec
        order = SignOrder(request.profile, request.tsa_urls, request.allow_without_timestamp, user=user)
        terms = replace(
            self._signing.terms(order),
            appearances=request.appearances,
            document_passwords=request.document_passwords,
        )
        return self._keys_lane.submit(workshop.sign, request.draft, use, terms)

    def _why_held(self, entry: OutboxEntry, raw: bytes) -> str:
        """`client.services.recheck.why_held` in the workshop."""
        setup = self._setup
        account = setup.accounts().get(entry.account_id)
        if account is None:
            return Reason.CHECK_NOT_RUN.value  # the account was taken away meanwhile
        accepted = self._checks.accepted(entry.message_id, entry.sha256)
        told = (raw, account.identity, setup.policy, setup.sources, setup.clock(), accepted)
        return self._lane.submit(workshop.why_held, *told).result()

    def _released(self, entry: OutboxEntry) -> None:
        self._engine.send(OutboxChanged())
        self._setup.tell(Event(EventKind.OUTBOX, entry.account_id, entry.outbox_id))
