"""What one account's engine notices, and when."""

from __future__ import annotations

import contextlib
import queue
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.errors import AuthenticationFailed, ConnectionLost, OutboxConflict
from client.model.event import Event, EventKind
from client.model.outgoing import OutboxState, OutgoingMessage
from client.services import engine_sending
from client.services.engine_setup import BodyFailed, BodyReady, FetchBody, Report
from client.store.operations import Operations
from client.store.outbox import Outbox
from client.store.rows import Location
from tests.fakes.account_office import PATIENCE_S, Office, raw, until
from tests.fakes.imap import FakeMailbox


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


def test_a_change_of_network_makes_new_connections_at_once_and_is_no_problem(office: Office) -> None:
    office.engine.start()
    until(office, lambda: "idle" in office.server.calls)
    office.server.calls.clear()
    office.inbox.add(raw(2), when=datetime.now(UTC))
    office.inbox.state = lambda: (0, 0)  # type: ignore[method-assign] # the old link says nothing any more
    office.engine.reconnect()
    seen = until(office, lambda: office.server.calls.count("fetch_body") == 1)
    assert len(office.withheld) == 2
    assert "abandon" in office.server.calls
    problems = [one for one in seen if isinstance(one, Event) and one.kind is EventKind.ACCOUNT_PROBLEM]
    assert problems == []


def test_a_lost_connection_that_nobody_dropped_is_told(office: Office) -> None:
    office.server.fail_on["idle"] = ConnectionLost(host="x")
    office.engine.start()
    seen: list[Report] = []

    def told() -> bool:
        return any(isinstance(one, Event) and one.code == "connection-lost" for one in seen)

    end = time.monotonic() + PATIENCE_S
    while not told():
        assert time.monotonic() < end
        with contextlib.suppress(queue.Empty):
            seen.append(office.events.get(timeout=0.1))


def test_a_server_that_breaks_its_word_is_spoken_to_without_the_extension(office: Office) -> None:
    office.server.condstore = True
    office.server.extensions |= {"QRESYNC"}
    office.inbox.forgetful = True
    office.engine.start()
    until(office, lambda: "idle" in office.server.calls)
    for number in (2, 3, 4):
        office.inbox.add(raw(number), when=datetime.now(UTC))
        del office.inbox.messages[number - 1]
        office.server.calls.clear()
        office.engine.sync_now()
        until(office, lambda: "idle" in office.server.calls)
    assert office.withheld[-1] == {"QRESYNC"}
    assert len(office.withheld) == 2


def test_mailboxes_whose_numbers_are_known_are_not_selected_again(office: Office) -> None:
    office.server.condstore = True
    for number in range(40):
        office.server.mailboxes[b"Muc %d" % number] = FakeMailbox()
    office.engine.start()
    until(office, lambda: "idle" in office.server.calls)
    first = office.server.calls.count("select")
    assert first >= 42
    office.server.mailboxes[b"Muc 7"].add(raw(7))
    office.server.calls.clear()
    office.engine.sync_now()
    until(office, lambda: "idle" in office.server.calls)
    assert office.server.calls.count("statuses") == 1
    assert office.server.calls.count("select") <= 5


def test_all_missing_bodies_come_without_waiting_for_the_next_poll(office: Office) -> None:
    for number in range(2, 131):
        office.inbox.add(raw(number), when=datetime.now(UTC))
    office.server.batch = 500
    office.engine.start()
    until(office, lambda: "idle" in office.server.calls)
    assert office.server.calls.count("fetch_body") == 130


def test_never_more_than_three_connections_whatever_is_to_be_done(office: Office) -> None:
    outbox = Outbox(office.ledger, lambda: datetime.now(UTC))
    office.engine.start()
    until(office, lambda: "idle" in office.server.calls)
    sent = [
        outbox.enqueue(OutgoingMessage("an", f"<s{n}@x>", "an@x.vn", ("b@x.vn",), raw(n))) for n in range(5)
    ]
    office.engine.outbox_changed()
    for number in range(20):
        office.engine.fetch_body(FetchBody(1, number + 1000))
        office.engine.operations_changed()
    answers: list[Report] = []

    def all_done() -> bool:
        while not office.events.empty():
            answers.append(office.events.get())
        bodies = sum(isinstance(one, BodyFailed) for one in answers)
        return bodies == 20 and all(
            (entry := outbox.entry(one)) is not None and entry.state is OutboxState.FILED for one in sent
        )

    end = time.monotonic() + PATIENCE_S
    while not all_done():
        assert time.monotonic() < end
        time.sleep(0.01)
    assert 2 <= office.server.most_open <= 3


def test_a_connection_that_died_while_it_was_kept_fails_no_click(office: Office) -> None:
    for number in (7, 8):
        office.inbox.add(raw(number), when=datetime(2020, 1, 1, tzinfo=UTC))
    office.engine.start()
    until(office, lambda: "idle" in office.server.calls)
    cache = office.engine._context._cache
    assert cache is not None
    answers: list[Report] = []
    for row_id, mailbox_id in cache.rows("SELECT row_id, mailbox_id FROM message WHERE body_path = ''"):
        office.engine.fetch_body(FetchBody(mailbox_id, row_id))
        while not isinstance(answer := office.events.get(timeout=PATIENCE_S), BodyReady | BodyFailed):
            pass
        answers.append(answer)
        office.server.fail_on["select"] = ConnectionLost(host="x")  # for the next click
    assert [type(one) for one in answers] == [BodyReady, BodyReady]


def test_a_password_that_was_changed_is_tried_a_few_times_and_all_goes_on_with_the_new_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Servers lock accounts for wrong passwords; a letter or a copy is no reason for one."""
    monkeypatch.setattr(engine_sending, "POLL_SECONDS", 0.02)
    outbox = Outbox(office.ledger, lambda: datetime.now(UTC))
    office.engine.start()
    until(office, lambda: "idle" in office.server.calls)
    office.refusal = AuthenticationFailed(host="x", user="an")
    before = len(office.withheld)
    office.engine.reconnect()
    sent = [
        outbox.enqueue(OutgoingMessage("an", f"<s{n}@x>", "an@x.vn", ("b@x.vn",), raw(n))) for n in range(9)
    ]
    for number in sent[6:]:  # were taken before, and wait to be filed
        outbox.advance(number, OutboxState.SUBMITTING)
        outbox.advance(number, OutboxState.SUBMITTED)
    office.engine.outbox_changed()
    time.sleep(1.0)
    assert 1 <= office.submissions <= 2
    assert len(office.withheld) - before <= 4
    office.refusal = None
    office.engine.sync_now()

    def states() -> set[OutboxState]:
        for one in outbox.entries("an"):
            with contextlib.suppress(OutboxConflict):
                outbox.hasten(one.outbox_id)
        return {one.state for one in outbox.entries("an")}

    until(office, lambda: states() == {OutboxState.FILED})


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_letter_that_waits_for_its_next_try_goes_when_it_is_asked_for_or_the_network_is_another(
    office: Office, monkeypatch: pytest.MonkeyPatch, by_hand: bool
) -> None:
    monkeypatch.setattr(engine_sending, "POLL_SECONDS", 0.02)
    outbox = Outbox(office.ledger, lambda: datetime.now(UTC))
    number = outbox.enqueue(OutgoingMessage("an", "<s1@x>", "an@x.vn", ("b@x.vn",), raw(1)))
    outbox.advance_unstarted(
        number, OutboxState.QUEUED, not_before=datetime.now(UTC) + timedelta(hours=1), error_code="timed-out"
    )
    office.engine.start()
    until(office, lambda: "idle" in office.server.calls)
    assert office.submissions == 0
    if by_hand:
        office.engine.sync_now()
    else:
        office.engine.reconnect()

    def state() -> OutboxState:
        (entry,) = outbox.entries("an")
        return entry.state

    until(office, lambda: state() is OutboxState.FILED)
    assert office.submissions == 1


@pytest.mark.parametrize("by_hand", [True, False])
def test_changes_made_without_a_network_are_done_as_soon_as_there_is_one(
    office: Office, by_hand: bool
) -> None:
    office.engine.start()
    until(office, lambda: "idle" in office.server.calls)
    office.engine.reconnect()
    office.refusal = ConnectionLost(host="x")
    operations = Operations(office.ledger, "an", lambda: datetime.now(UTC))
    operations.move(Location(1, 1, b"INBOX", office.inbox.uidvalidity, 1, "<1@x>", ""), b"Sent")
    for _ in range(6):  # each click tries at once, and the pause after it grows to minutes
        before = len(office.withheld)
        office.engine.operations_changed()
        until(office, lambda before=before: len(office.withheld) > before)  # type: ignore[misc] # a default
    office.refusal = None
    if by_hand:
        office.engine.sync_now()
    else:
        office.engine._mail.wake()  # its own pause is over
    until(office, lambda: not office.inbox.messages)
