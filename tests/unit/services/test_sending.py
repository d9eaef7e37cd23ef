from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import apsw
import pytest

from client.errors import ConnectionLost, StorageFull, StoreBusy
from client.model.account import Endpoint, SentCopy
from client.model.event import EventKind
from client.model.mailbox import SpecialUse
from client.model.outgoing import OutboxState, OutgoingMessage, SubmitOutcome, SubmitResult
from client.model.receipt import Receipt, ReceiptKind
from client.model.secret import Secret
from client.services import sending
from client.store.receipts import Receipts
from tests.fakes.imap import FakeMailbox
from tests.fakes.sending import ACCOUNT, LATER, MESSAGE, NEVER, NOW, OK, RAW, UNKNOWN, Office
from tests.fakes.submitter import die_while_submitting


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.ledger.close()


def test_an_accepted_message_is_filed_once_with_the_same_bytes(office: Office) -> None:
    number = office.outbox.enqueue(MESSAGE)
    assert office.submit(OK)
    office.file()
    office.file()
    assert office.entry(number).state is OutboxState.FILED
    assert office.delivered == [RAW]
    assert [(one.raw, one.flags) for one in office.sent.messages.values()] == [(RAW, {"\\Seen"})]


def test_a_copy_the_server_made_itself_is_not_doubled(office: Office) -> None:
    number = office.outbox.enqueue(MESSAGE)
    office.submit(OK)
    office.sent.add(RAW)
    office.file()
    assert office.entry(number).state is OutboxState.FILED
    assert len(office.sent.messages) == 1


@pytest.mark.parametrize("reach_data", [True, False])
def test_a_busy_server_is_asked_again_later_and_later(office: Office, *, reach_data: bool) -> None:
    number = office.outbox.enqueue(MESSAGE)
    office.submit(LATER, reach_data=reach_data)
    first = office.entry(number)
    assert (first.state, first.not_before, first.error_text) == (
        OutboxState.QUEUED,
        NOW + timedelta(seconds=8),
        "451 later",
    )
    assert sending.due(office.work) == ()
    office.pass_time(8)
    office.submit(LATER, reach_data=reach_data)
    assert office.entry(number).not_before == office.now + timedelta(seconds=60)


@pytest.mark.parametrize("reach_data", [True, False])
def test_a_refusal_goes_back_with_the_servers_words(office: Office, *, reach_data: bool) -> None:
    number = office.outbox.enqueue(MESSAGE)
    office.submit(NEVER, reach_data=reach_data)
    entry = office.entry(number)
    assert (entry.state, entry.error_code) == (OutboxState.REJECTED, "recipient-refused")
    assert entry.error_text == "550 no (binh@x.vn)"


def test_a_wrong_password_keeps_the_message_and_reports_the_account(office: Office) -> None:
    first = office.outbox.enqueue(MESSAGE)
    second = office.outbox.enqueue(replace(MESSAGE, message_id="<2@x>"))
    assert not office.submit(
        SubmitOutcome(SubmitResult.REJECTED, "authentication-failed", "535"), reach_data=False
    )
    assert [office.entry(one).state for one in (first, second)] == [OutboxState.QUEUED] * 2
    assert [event.code for event in office.events if event.kind is EventKind.ACCOUNT_PROBLEM] == [
        "authentication-failed"
    ]


def test_an_uncertain_message_is_never_sent_again_by_itself(office: Office) -> None:
    number = office.outbox.enqueue(MESSAGE)
    office.submit(UNKNOWN)
    office.file()
    office.pass_time(86_400)
    office.submit()
    assert office.entry(number).state is OutboxState.UNCERTAIN


def test_an_uncertain_message_found_in_sent_did_arrive(office: Office) -> None:
    number = office.outbox.enqueue(MESSAGE)
    office.submit(UNKNOWN)
    office.sent.add(RAW)
    office.file()
    assert office.entry(number).state is OutboxState.FILED
    assert len(office.sent.messages) == 1


def test_an_uncertain_message_to_oneself_found_in_the_inbox_did_arrive(office: Office) -> None:
    office.server.mailboxes[b"INBOX"] = inbox = FakeMailbox(SpecialUse.INBOX)
    to_others = office.outbox.enqueue(MESSAGE)
    raw = RAW.replace(b"<1@x>", b"<2@x>")
    to_me = office.outbox.enqueue(
        replace(MESSAGE, message_id="<2@x>", raw=raw, rcpt_to=("binh@x.vn", "An@X.VN"))
    )
    office.submit(UNKNOWN, UNKNOWN)
    for one in (RAW, raw):
        inbox.add(b"Return-Path: <an@x.vn>\r\n" + one)
    office.file()
    # What is there of the other one may be anybody's: its author was no recipient.
    assert office.entry(to_others).state is OutboxState.UNCERTAIN
    assert office.entry(to_me).state is OutboxState.FILED


@pytest.mark.parametrize("kind", [ReceiptKind.DELIVERED, ReceiptKind.FAILED, ReceiptKind.DISPLAYED])
def test_a_report_about_an_uncertain_message_ends_the_doubt(office: Office, kind: ReceiptKind) -> None:
    number = office.outbox.enqueue(MESSAGE)
    office.submit(UNKNOWN)
    Receipts(office.ledger).record([Receipt("<other@x>", "binh@x.vn", kind, NOW, "mx", "")], "0" * 64)
    sending.resolve_by_receipts(office.work)
    assert office.entry(number).state is OutboxState.UNCERTAIN
    Receipts(office.ledger).record([Receipt("<1@x>", "binh@x.vn", kind, NOW, "mx", "")], "1" * 64)
    sending.resolve_by_receipts(office.work)
    assert office.entry(number).state is OutboxState.SUBMITTED
    office.file()
    assert (office.entry(number).state, office.delivered) == (OutboxState.FILED, [])


def test_what_appears_in_sent_later_is_looked_for_again(office: Office) -> None:
    number = office.outbox.enqueue(MESSAGE)
    office.submit(UNKNOWN)
    office.file()
    office.sent.add(RAW)
    office.pass_time(600)
    office.file()
    assert office.entry(number).state is OutboxState.FILED


@pytest.mark.parametrize("moment", ["find_by_message_id", "append", "append-answer"])
def test_filing_that_fails_is_retried_alone(office: Office, moment: str) -> None:
    number = office.outbox.enqueue(MESSAGE)
    office.submit(OK)
    office.restart(replace(ACCOUNT, sent_copy=SentCopy.APPEND))
    office.server.fail_on[moment] = ConnectionLost(host="x")
    with pytest.raises(ConnectionLost):
        sending.file_submitted(office.work, office.server.session(), b"Sent")
    assert office.entry(number).state is OutboxState.SUBMITTED
    office.pass_time(61)
    office.submit()
    office.file()
    assert office.entry(number).state is OutboxState.FILED
    assert (len(office.delivered), len(office.sent.messages)) == (1, 1)


def test_a_message_cancelled_while_connecting_is_not_sent(office: Office) -> None:
    number = office.outbox.enqueue(MESSAGE)

    def submit(*_: Any, before_data: Callable[[], None], **__: Any) -> SubmitOutcome:
        office.outbox.advance(number, OutboxState.CANCELLED)
        before_data()
        raise AssertionError("DATA was begun")

    sending.submit_due(office.work, Secret("p"), submit)
    assert office.entry(number).state is OutboxState.CANCELLED


def test_a_fault_of_ours_after_data_began_leaves_it_uncertain(office: Office) -> None:
    number = office.outbox.enqueue(MESSAGE)

    def submit(*_: Any, before_data: Callable[[], None], **__: Any) -> SubmitOutcome:
        before_data()
        raise KeyError("bug")

    with pytest.raises(KeyError):
        sending.submit_due(office.work, Secret("p"), submit)
    assert office.entry(number).state is OutboxState.UNCERTAIN


def test_nothing_new_begins_once_told_to_stop(office: Office) -> None:
    number = office.outbox.enqueue(MESSAGE)
    office.stopping = True
    office.submit()
    assert office.entry(number).state is OutboxState.QUEUED


@pytest.mark.parametrize(
    ("moment", "state", "delivered"),
    [
        ("connecting", OutboxState.QUEUED, 0),
        ("before-dot", OutboxState.UNCERTAIN, 0),
        ("after-dot", OutboxState.UNCERTAIN, 1),
    ],
)
def test_a_killed_submission_is_neither_lost_nor_doubled(
    tmp_path: Path, moment: str, state: OutboxState, delivered: int
) -> None:
    office = Office(tmp_path)
    number = office.outbox.enqueue(MESSAGE)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    mailbag = tmp_path / "delivered"
    process = context.Process(target=die_while_submitting, args=(tmp_path, ACCOUNT, moment, mailbag, theirs))
    process.start()
    assert ours.recv() == moment
    process.kill()
    process.join()
    ours.close()
    theirs.close()
    office.outbox.recover()
    entry = office.entry(number)
    assert entry.state is state
    assert office.outbox.raw(number) == RAW
    arrived = mailbag.read_bytes().count(RAW) if mailbag.exists() else 0
    assert arrived == delivered
    office.submit(OK)
    assert bool(office.delivered) == (state is OutboxState.QUEUED)
    assert arrived + len(office.delivered) <= 1
    office.ledger.close()


class Locked(Office):
    """Another program holds the ledger, from a certain write on."""

    def lock(self, writes: int) -> apsw.Connection:
        """After so many writes of the engine, until that connection rolls back."""
        other = apsw.Connection(str(self.ledger.path))
        advance, left = self.work.outbox.advance, iter(range(writes))

        def counted(*arguments: Any, **named: Any) -> None:
            if next(left, None) is None and not self.free and not other.in_transaction:
                other.execute("BEGIN IMMEDIATE")
            advance(*arguments, **named)

        self.work.outbox.advance = counted  # type: ignore[method-assign] # the moment is what matters
        return other

    free = False


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Locked]:
    office = Locked(tmp_path)
    office.ledger.row("PRAGMA busy_timeout = 50")
    yield office
    office.ledger.close()


def test_what_cannot_be_written_down_before_data_is_not_sent(locked: Locked) -> None:
    number = locked.outbox.enqueue(MESSAGE)
    other = locked.lock(0)
    with pytest.raises(StoreBusy):
        locked.submit(OK)
    assert (locked.entry(number).state, locked.delivered) == (OutboxState.QUEUED, [])
    locked.free = True
    other.execute("ROLLBACK")
    assert locked.submit(OK)
    assert (locked.entry(number).state, locked.delivered) == (OutboxState.SUBMITTED, [RAW])


@pytest.mark.parametrize("outcome", [OK, LATER, NEVER, UNKNOWN])
def test_an_answer_that_cannot_be_written_down_is_written_later_and_nothing_is_sent_twice(
    locked: Locked, outcome: SubmitOutcome
) -> None:
    number = locked.outbox.enqueue(MESSAGE)
    other = locked.lock(1)
    with pytest.raises(StoreBusy):
        locked.submit(outcome)
    assert locked.entry(number).state is OutboxState.SUBMITTING
    with pytest.raises(StoreBusy):
        locked.submit(OK)
    locked.free = True
    other.execute("ROLLBACK")
    locked.submit()
    wanted = {OK: OutboxState.SUBMITTED, LATER: OutboxState.QUEUED, NEVER: OutboxState.REJECTED}
    assert locked.entry(number).state is wanted.get(outcome, OutboxState.UNCERTAIN)
    assert len(locked.delivered) == (outcome is OK)


def test_a_full_disk_at_any_write_of_a_submission_sends_nothing_twice(tmp_path: Path) -> None:
    for writes in range(4):
        office = Office(tmp_path / str(writes))
        number = office.outbox.enqueue(MESSAGE)
        run, left = office.ledger.run, writes

        def full(*arguments: Any, run: Any = run, office: Office = office) -> int:
            nonlocal left
            left -= 1
            if left < 0:
                raise StorageFull(path=str(office.ledger.path))
            return int(run(*arguments))

        office.ledger.run = full  # type: ignore[method-assign, assignment] # a disk that fills up
        with contextlib.suppress(StorageFull):
            office.submit(OK)
        with contextlib.suppress(StorageFull):
            office.file()
        office.ledger.run = run  # type: ignore[method-assign]
        office.pass_time(120)
        office.submit(*([] if office.delivered else [OK]))
        office.file()
        assert office.entry(number).state is OutboxState.FILED
        assert (office.delivered, [one.raw for one in office.sent.messages.values()]) == ([RAW], [RAW])
        office.ledger.close()


def test_two_programs_on_one_outbox_send_a_message_once(office: Office) -> None:
    number = office.outbox.enqueue(MESSAGE)
    other = Office(office.ledger.path.parent)

    def submit(*_: Any, before_data: Callable[[], None], **__: Any) -> SubmitOutcome:
        other.submit(OK)  # while this one connects, the other one is quicker
        before_data()
        raise AssertionError("DATA was begun")

    sending.submit_due(office.work, Secret("p"), submit)
    assert (office.entry(number).state, other.delivered) == (OutboxState.SUBMITTED, [RAW])
    other.ledger.close()


def test_a_pause_for_taking_back_is_kept_though_the_clock_is_set(office: Office) -> None:
    office.outbox.enqueue(replace(MESSAGE, not_before=NOW + timedelta(seconds=10)))
    office.submit()
    office.now += timedelta(days=2)
    office.submit()
    office.now -= timedelta(days=900)
    office.pass_time(10)
    assert office.submit(OK)


def test_a_bug_that_one_message_brings_out_keeps_no_other_in(office: Office) -> None:
    first = office.outbox.enqueue(MESSAGE)
    second = office.outbox.enqueue(replace(MESSAGE, message_id="<2@x>"))

    def submit(
        endpoint: Endpoint,
        user: str,
        password: Secret,
        message: OutgoingMessage,
        anchors: tuple[bytes, ...] = (),
        *,
        before_data: Callable[[], None],
    ) -> SubmitOutcome:
        if message.message_id == MESSAGE.message_id:
            raise ZeroDivisionError
        before_data()
        return OK

    with pytest.raises(ZeroDivisionError):
        sending.submit_due(office.work, Secret("p"), submit)
    sending.submit_due(office.work, Secret("p"), submit)
    assert office.entry(second).state is OutboxState.SUBMITTED
    entry = office.entry(first)
    assert (entry.state, entry.error_code) == (OutboxState.QUEUED, "engine-fault")
    assert entry.not_before is not None
