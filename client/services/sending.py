"""From the outbox to the server, and a copy into Sent: never lost, never twice.

QUEUED → SUBMITTING is on the disk before DATA. What happens to SUBMITTING when the process
dies is decided by `Outbox.recover`: it becomes UNCERTAIN and is never sent again by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from client.errors import (
    ClientError,
    ConnectionLost,
    OutboxConflict,
    StorageFailed,
    StorageFull,
    StoreCorrupt,
    TimedOut,
)
from client.model.account import Account, Endpoint
from client.model.address import same_mailbox
from client.model.event import Event, EventKind
from client.model.outgoing import OutboxEntry, OutboxState, OutgoingMessage, SubmitOutcome, SubmitResult
from client.model.secret import Secret
from client.net.session import ImapSession
from client.services.filing import Copy, Filing
from client.services.pauses import BACK_OFF, Lookout, Pauses
from client.services.sent_copy import find_own
from client.store.database import Database
from client.store.habits import SentHabits
from client.store.outbox import Outbox
from client.store.receipts import Receipts

ACCOUNT_CODES = frozenset({"authentication-failed", "sign-in-needed", "tls-untrusted"})
"""The account is at fault, not the message: it stays in the queue."""


class Submit(Protocol):
    """The form of `client.net.smtp.submit`."""

    def __call__(
        self,
        endpoint: Endpoint,
        user: str,
        password: Secret,
        message: OutgoingMessage,
        anchors: tuple[bytes, ...] = (),
        *,
        before_data: Callable[[], None],
    ) -> SubmitOutcome:
        """Submit one message."""


@dataclass(frozen=True, slots=True)
class SendingWork:
    """One account's tools for sending."""

    account: Account
    outbox: Outbox
    notify: Callable[[Event], None]
    clock: Callable[[], datetime]
    stop: Callable[[], bool]
    """Asked between messages: a submission that has begun runs to its end."""
    filing: Filing
    receipts: Receipts
    pauses: Pauses
    lookout: Lookout
    unsettled: dict[int, SubmitOutcome] = field(default_factory=dict)
    """How submissions ended that could not be written down: the disk was full, the ledger locked."""

    def waiting(self, *states: OutboxState) -> tuple[OutboxEntry, ...]:
        """The account's entries in one of these states, oldest first."""
        return self.outbox.in_state(self.account.account_id, *states)


def tools(
    account: Account,
    ledger: Database,
    notify: Callable[[Event], None],
    clock: Callable[[], datetime],
    stop: Callable[[], bool],
    seconds: Callable[[], float] = time.monotonic,
) -> SendingWork:
    """One account's; ``seconds`` is a clock nobody can set."""
    outbox = Outbox(ledger, clock)
    filing = Filing(account, outbox, SentHabits(ledger, clock), seconds)
    pauses, lookout = Pauses(clock, seconds), Lookout(seconds)
    return SendingWork(account, outbox, notify, clock, stop, filing, Receipts(ledger), pauses, lookout)


def due(work: SendingWork) -> tuple[OutboxEntry, ...]:
    """What is to be submitted now, oldest first."""
    return tuple(entry for entry in work.waiting(OutboxState.QUEUED) if work.pauses.over(entry))


def to_file(work: SendingWork) -> tuple[OutboxEntry, ...]:
    """What is to be looked for in Sent, or put there, now."""
    taken = work.waiting(OutboxState.SUBMITTED)
    return tuple(one for one in taken if work.pauses.over(one) and work.filing.due(one.outbox_id))


def to_look_for(work: SendingWork) -> tuple[OutboxEntry, ...]:
    """What may have arrived and is to be looked for on the server now."""
    return tuple(one for one in work.waiting(OutboxState.UNCERTAIN) if work.lookout.due(one.outbox_id))


def submit_due(work: SendingWork, password: Secret, submit: Submit, anchors: tuple[bytes, ...] = ()) -> bool:
    """Submit what is due, oldest first; False when the server did not let the account in.

    What is left then waits until a person has done something about it.
    """
    settle_again(work)
    for entry in due(work):
        if work.stop():
            break
        outcome = _submit(work, entry, password, submit, anchors)
        if outcome is not None and outcome.code in ACCOUNT_CODES:
            _report_problem(work, outcome)
            return False
    return True


def settle_again(work: SendingWork) -> None:
    """Write down what could not be written when it was known. Raises what the ledger raises."""
    for outbox_id in list(work.unsettled):
        entry = work.outbox.entry(outbox_id)
        if entry is None or entry.state is not OutboxState.SUBMITTING:
            work.unsettled.pop(outbox_id)
        else:
            _finish(work, entry, work.unsettled[outbox_id])


def file_submitted(work: SendingWork, session: ImapSession, sent: bytes) -> None:
    """Put what was submitted into Sent, exactly those bytes, once; retried without sending again.

    A link that broke is raised; what concerns one message is noted there and holds up no other.
    """
    for entry in to_file(work):
        if work.stop():
            return
        try:
            copy = work.filing.file(session, sent, entry)
        except (ConnectionLost, TimedOut, StorageFull, StorageFailed) as error:
            note_filing_problem(work, entry, error)
            raise
        except ClientError as error:
            note_filing_problem(work, entry, error)
            continue
        if copy is Copy.MISSING:
            _note(work, entry, copy.value)
        elif copy is Copy.THERE:
            work.outbox.advance(entry.outbox_id, OutboxState.FILED)
            work.pauses.forget(entry.outbox_id)
            _changed(work, entry.outbox_id)


def note_filing_problem(work: SendingWork, entry: OutboxEntry, error: ClientError) -> None:
    """Say beside the entry why its copy is missing, and try again later; much later with a wrong password."""
    pause = BACK_OFF[3 if error.code in ACCOUNT_CODES else 1]
    told = {name: str(error.params.get(name, "")) for name in ("reply", "reason")}
    _note(work, entry, error.code, pause, text=told["reply"], reason=told["reason"])


def _note(
    work: SendingWork,
    entry: OutboxEntry,
    code: str,
    pause: timedelta = BACK_OFF[1],
    *,
    text: str = "",
    reason: str = "",
) -> None:
    later = work.clock() + pause
    work.outbox.note_filing_problem(entry.outbox_id, code, later, text=text, reason=reason)
    _changed(work, entry.outbox_id)


def resolve_uncertain(work: SendingWork, session: ImapSession, sent: bytes, inbox: bytes = b"") -> None:
    """Look for uncertain messages in Sent, and in the own Inbox where it was a recipient.

    One that is there did arrive. The others stay uncertain: nothing is sent again by itself.
    """
    me = work.account.identity.address.addr_spec
    for entry in to_look_for(work):
        if work.stop():
            return
        work.lookout.looked(entry.outbox_id)
        to_me = inbox and any(same_mailbox(me, one) for one in entry.rcpt_to)
        for mailbox in (sent, inbox) if to_me else (sent,):
            if find_own(session, mailbox, entry, partial(work.outbox.raw, entry.outbox_id)):
                _arrived(work, entry)
                break


def resolve_by_receipts(work: SendingWork) -> None:
    """Who reports about a message has it: a delivery report or a read receipt ends the doubt."""
    for entry in work.waiting(OutboxState.UNCERTAIN):
        if work.receipts.of(entry.message_id):
            _arrived(work, entry)


def _arrived(work: SendingWork, entry: OutboxEntry) -> None:
    with suppress(OutboxConflict):  # somebody decided meanwhile
        work.outbox.advance(entry.outbox_id, OutboxState.SUBMITTED)
        _changed(work, entry.outbox_id)


def _submit(
    work: SendingWork, entry: OutboxEntry, password: Secret, submit: Submit, anchors: tuple[bytes, ...]
) -> SubmitOutcome | None:
    started = False

    def before_data() -> None:
        nonlocal started
        work.outbox.advance(entry.outbox_id, OutboxState.SUBMITTING)
        started = True
        _changed(work, entry.outbox_id)

    account = work.account
    try:
        message = work.outbox.message(entry.outbox_id)
        outcome = submit(account.smtp, account.user_name, password, message, anchors, before_data=before_data)
    except OutboxConflict:
        return None  # cancelled while the connection was being made
    except StoreCorrupt:
        if not started:
            work.outbox.advance_unstarted(entry.outbox_id, OutboxState.REJECTED, error_code=StoreCorrupt.code)
            _changed(work, entry.outbox_id)
        raise
    except Exception as error:
        if started:
            # Nobody knows how far it came.
            _finish(work, entry, SubmitOutcome(SubmitResult.UNCERTAIN, "submission-interrupted"))
        elif not isinstance(error, ClientError):
            # A bug that one message brings out must not keep the others in.
            _settle(work, entry, SubmitOutcome(SubmitResult.RETRY_LATER, "engine-fault"), started=False)
            _changed(work, entry.outbox_id)
        raise
    if started:
        _finish(work, entry, outcome)
    else:
        _settle(work, entry, outcome, started=False)
        _changed(work, entry.outbox_id)
    return outcome


def _finish(work: SendingWork, entry: OutboxEntry, outcome: SubmitOutcome) -> None:
    """Settle what has begun; what the disk does not take is kept in mind, since only we know it."""
    work.unsettled[entry.outbox_id] = outcome
    try:
        _settle(work, entry, outcome, started=True)
    except (OutboxConflict, StoreCorrupt):
        work.unsettled.pop(entry.outbox_id)
        raise
    work.unsettled.pop(entry.outbox_id)
    if outcome.result is SubmitResult.ACCEPTED:
        work.filing.accepted(entry.outbox_id)
    _changed(work, entry.outbox_id)


def _settle(work: SendingWork, entry: OutboxEntry, outcome: SubmitOutcome, *, started: bool) -> None:
    state, not_before = OutboxState.SUBMITTED, None
    match outcome.result:
        case SubmitResult.UNCERTAIN:
            state = OutboxState.UNCERTAIN
        case SubmitResult.REJECTED if outcome.code not in ACCOUNT_CODES:
            state = OutboxState.REJECTED
        case SubmitResult.REJECTED | SubmitResult.RETRY_LATER:
            state = OutboxState.QUEUED
            not_before = work.clock() + BACK_OFF[min(entry.attempts, len(BACK_OFF) - 1)]
        case SubmitResult.ACCEPTED:
            pass
    error_text = "" if outcome.result is SubmitResult.ACCEPTED else _details(outcome)
    move = work.outbox.advance if started else work.outbox.advance_unstarted
    try:
        move(
            entry.outbox_id,
            state,
            error_code=outcome.code,
            error_text=error_text,
            error_reason=outcome.reason,
            not_before=not_before,
        )
    except OutboxConflict:
        if started:
            raise


def _details(outcome: SubmitOutcome) -> str:
    refused = ", ".join(outcome.refused)
    return f"{outcome.reply} ({refused})".strip() if refused else outcome.reply


def _changed(work: SendingWork, outbox_id: int) -> None:
    work.notify(Event(EventKind.OUTBOX, work.account.account_id, outbox_id))


def _report_problem(work: SendingWork, outcome: SubmitOutcome) -> None:
    known = [("host", work.account.smtp.host), ("user", work.account.user_name), ("reason", outcome.reason)]
    params = tuple((name, value) for name, value in known if value)
    code, params = outcome.problem or (outcome.code, params)
    work.notify(Event(EventKind.ACCOUNT_PROBLEM, work.account.account_id, code=code, params=params))
