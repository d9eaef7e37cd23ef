"""From the outbox to the server, and a copy into Sent: never lost, never twice.

QUEUED → SUBMITTING is on the disk before DATA. What happens to SUBMITTING when the process
dies is decided by `Outbox.recover`: it becomes UNCERTAIN and is never sent again by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from client.errors import ClientError, OutboxConflict, StoreCorrupt
from client.model.account import Account, Endpoint
from client.model.event import Event, EventKind
from client.model.message import Flag
from client.model.outgoing import OutboxEntry, OutboxState, OutgoingMessage, SubmitOutcome, SubmitResult
from client.model.secret import Secret
from client.net.session import ImapSession
from client.store.outbox import Outbox

BACK_OFF = tuple(timedelta(seconds=seconds) for seconds in (8, 60, 300, 900, 1800, 3600))
ACCOUNT_CODES = frozenset({"authentication-failed", "tls-untrusted"})
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


def submit_due(work: SendingWork, password: Secret, submit: Submit, anchors: tuple[bytes, ...] = ()) -> bool:
    """Submit what is due, oldest first; True when something was accepted and waits to be filed.

    After a failure that concerns the account or the server the rest waits for the next round.
    """
    accepted = False
    for entry in work.outbox.due(work.account.account_id, work.clock()):
        if work.stop():
            break
        outcome = _submit(work, entry, password, submit, anchors)
        accepted |= outcome is not None and outcome.result is SubmitResult.ACCEPTED
        if outcome is not None and outcome.code in ACCOUNT_CODES:
            _report_problem(work, outcome)
            break
    return accepted


def file_submitted(work: SendingWork, session: ImapSession, sent: bytes) -> None:
    """Put what was submitted into Sent, exactly those bytes, once; retried without sending again."""
    now = work.clock()
    for entry in work.outbox.in_state(work.account.account_id, OutboxState.SUBMITTED):
        if entry.not_before is not None and entry.not_before > now:
            continue
        if work.stop():
            return
        try:
            if not session.find_by_message_id(sent, entry.message_id):
                session.append(sent, work.outbox.raw(entry.outbox_id), (Flag.SEEN,), entry.created_at)
        except ClientError as error:
            told = {name: str(error.params.get(name, "")) for name in ("reply", "reason")}
            work.outbox.note_filing_problem(
                entry.outbox_id, error.code, now + BACK_OFF[1], text=told["reply"], reason=told["reason"]
            )
            _changed(work, entry.outbox_id)
            raise
        work.outbox.advance(entry.outbox_id, OutboxState.FILED)
        _changed(work, entry.outbox_id)


def resolve_uncertain(work: SendingWork, session: ImapSession, sent: bytes) -> None:
    """Look for uncertain messages in Sent: one that is there did arrive. The others stay uncertain."""
    for entry in work.outbox.in_state(work.account.account_id, OutboxState.UNCERTAIN):
        if work.stop():
            return
        if session.find_by_message_id(sent, entry.message_id):
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
    except Exception:
        if started:
            # Nobody knows how far it came.
            work.outbox.advance(entry.outbox_id, OutboxState.UNCERTAIN, error_code="submission-interrupted")
            _changed(work, entry.outbox_id)
        raise
    _settle(work, entry, outcome, started=started)
    _changed(work, entry.outbox_id)
    return outcome


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
    work.notify(Event(EventKind.ACCOUNT_PROBLEM, work.account.account_id, code=outcome.code, params=params))
