"""One copy in Sent, whoever puts it there; and what is learnt about a server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from client.errors import ConnectionLost, QuotaExceeded
from client.model.account import SentCopy
from client.model.event import EventKind
from client.model.outgoing import OutboxState
from client.net.quirks import Quirks
from client.services import sending
from client.store.habits import SentHabits
from tests.fakes.sending import ACCOUNT, MESSAGE, NOW, OK, RAW, Office

RENAMED = b"Message-ID: <made@server>\r\nX-Microsoft-Original-" + RAW


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.ledger.close()


def habit(office: Office) -> SentCopy:
    return SentHabits(office.ledger, lambda: NOW).of("an")


def send(office: Office, number: int = 1) -> int:
    raw = RAW.replace(b"<1@x>", b"<%d@x>" % number)
    queued = office.outbox.enqueue(replace(MESSAGE, message_id=f"<{number}@x>", raw=raw))
    assert office.submit(OK)
    return queued


def seconds_until_filed(office: Office, number: int) -> int:
    for waited in range(200):
        office.file(patiently=False)
        if office.entry(number).state is OutboxState.FILED:
            return waited
        office.pass_time(1)
    raise AssertionError("never filed")


def test_with_the_first_message_the_servers_copy_is_waited_for_and_later_ones_are_filed_at_once(
    office: Office,
) -> None:
    assert seconds_until_filed(office, send(office)) == 30
    assert habit(office) is SentCopy.APPEND
    office.restart()  # what was learnt is on the disk
    assert seconds_until_filed(office, send(office, 2)) == 0
    assert len(office.sent.messages) == 2


@pytest.mark.parametrize("copy", [RAW, RENAMED])
def test_a_server_that_files_by_itself_is_waited_for_and_remembered(office: Office, copy: bytes) -> None:
    number = send(office)
    office.file(patiently=False)
    assert office.entry(number).state is OutboxState.SUBMITTED
    office.sent.add(copy)
    office.pass_time(3)
    assert seconds_until_filed(office, number) < 5
    assert habit(office) is SentCopy.SERVER_SAVES
    assert [one.raw for one in office.sent.messages.values()] == [copy]
    assert next(iter(office.sent.messages.values())).flags == {"\\Seen"}


def test_the_wait_is_not_a_problem_and_is_not_shown_as_one(office: Office) -> None:
    number = send(office)
    office.file(patiently=False)
    entry = office.entry(number)
    assert (entry.state, entry.error_code) == (OutboxState.SUBMITTED, "")
    assert [event for event in office.events if event.kind is EventKind.ACCOUNT_PROBLEM] == []


def test_a_slow_server_is_given_its_time(office: Office) -> None:
    office.server.quirks = Quirks("exchange", own_copy_seconds=90.0)
    assert seconds_until_filed(office, send(office)) == 90


def test_a_server_that_no_longer_files_by_itself_is_helped_and_that_is_learnt(office: Office) -> None:
    SentHabits(office.ledger, lambda: NOW).learn("an", SentCopy.SERVER_SAVES)
    assert seconds_until_filed(office, send(office)) == 30
    assert habit(office) is SentCopy.APPEND


def test_a_server_that_begins_to_file_by_itself_is_noticed(office: Office) -> None:
    SentHabits(office.ledger, lambda: NOW).learn("an", SentCopy.APPEND)
    number = send(office)
    office.sent.add(RENAMED)
    assert seconds_until_filed(office, number) == 0
    assert (len(office.sent.messages), habit(office)) == (1, SentCopy.SERVER_SAVES)


def test_where_only_the_server_may_file_nothing_is_put_there_and_the_lack_is_told(office: Office) -> None:
    office.restart(replace(ACCOUNT, sent_copy=SentCopy.SERVER_SAVES))
    number = send(office)
    office.file()
    entry = office.entry(number)
    assert (entry.state, entry.error_code) == (OutboxState.SUBMITTED, "sent-copy-missing")
    assert office.sent.messages == {}
    office.sent.add(RENAMED)
    office.file()
    assert office.entry(number).state is OutboxState.FILED
    assert (len(office.sent.messages), len(office.delivered)) == (1, 1)


def test_our_own_copy_whose_answer_was_lost_is_not_taken_for_the_servers(office: Office) -> None:
    office.restart(replace(ACCOUNT, sent_copy=SentCopy.AUTO))
    SentHabits(office.ledger, lambda: NOW).learn("an", SentCopy.APPEND)
    number = send(office)
    office.server.fail_on["append-answer"] = ConnectionLost(host="x")
    with pytest.raises(ConnectionLost):
        office.file(patiently=False)
    office.pass_time(61)
    office.file(patiently=False)
    assert (office.entry(number).state, habit(office)) == (OutboxState.FILED, SentCopy.APPEND)
    assert len(office.sent.messages) == 1


def test_a_mailbox_that_is_full_holds_up_no_other_message_and_no_sending(office: Office) -> None:
    SentHabits(office.ledger, lambda: NOW).learn("an", SentCopy.APPEND)
    first, second = send(office), send(office, 2)
    office.server.fail_on["append"] = QuotaExceeded(reply="over quota")
    office.file(patiently=False)
    assert [office.entry(one).state for one in (first, second)] == [OutboxState.SUBMITTED, OutboxState.FILED]
    assert (office.entry(first).error_code, office.entry(first).error_text) == (
        "quota-exceeded",
        "over quota",
    )
    send(office, 3)
    office.pass_time(timedelta(minutes=2).total_seconds())
    office.file(patiently=False)
    assert office.entry(first).state is OutboxState.FILED
    assert sorted(office.delivered) == sorted(one.raw for one in office.sent.messages.values())


def test_a_decision_of_the_user_is_filed_without_anything_being_learnt(office: Office) -> None:
    number = office.outbox.enqueue(MESSAGE)
    office.outbox.advance(number, OutboxState.SUBMITTING)
    office.outbox.recover()
    office.outbox.advance(number, OutboxState.SUBMITTED)
    office.sent.add(RAW)
    sending.file_submitted(office.work, office.server.session(), b"Sent")
    assert (office.entry(number).state, habit(office)) == (OutboxState.FILED, SentCopy.AUTO)
