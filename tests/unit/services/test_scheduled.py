"""Mail with an hour: nothing leaves before it, nothing leaves unchecked, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.errors import OutboxConflict, StoreCorrupt, WorkshopLost
from client.model.outgoing import REFUSED_AT_HOUR, OutboxEntry, OutboxState, OutgoingMessage
from client.services.scheduled import ScheduledMail
from client.store.database import open_ledger
from client.store.outbox import Outbox

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOUR = NOW + timedelta(hours=2)
MESSAGE = OutgoingMessage(
    "an",
    "<1@x>",
    "an@x.vn",
    ("binh@x.vn",),
    b"Message-ID: <1@x>\r\n\r\nx\r\n",
    not_before=HOUR,
    scheduled=True,
)


class Stage:
    def __init__(self, folder: Path) -> None:
        self.now, self.elapsed = NOW, 5000.0
        self.ledger = open_ledger(folder / "ledger.db")
        self.outbox = Outbox(self.ledger, lambda: self.now)
        self.answers: list[str | Exception] = []
        self.told: list[int] = []
        self.mail = ScheduledMail(
            self.outbox,
            self._why_held,
            lambda entry: self.told.append(entry.outbox_id),
            lambda: self.now,
            lambda: self.elapsed,
        )

    def _why_held(self, entry: OutboxEntry, raw: bytes) -> str:
        assert raw == MESSAGE.raw
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def state(self, outbox_id: int) -> OutboxState:
        entry = self.outbox.entry(outbox_id)
        assert entry is not None
        return entry.state


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.ledger.close()


def test_the_engine_never_sees_what_waits_for_its_hour(stage: Stage) -> None:
    number = stage.outbox.enqueue(MESSAGE)
    assert stage.mail.run_due()
    stage.now = HOUR + timedelta(days=1)
    assert stage.outbox.in_state("an", OutboxState.QUEUED) == ()
    with pytest.raises(OutboxConflict):
        stage.outbox.advance(number, OutboxState.SUBMITTING)


def test_what_passes_the_second_check_may_leave(stage: Stage) -> None:
    number = stage.outbox.enqueue(MESSAGE)
    stage.now, stage.answers = HOUR, [""]
    assert stage.mail.run_due()
    assert stage.told == [number]
    assert [one.outbox_id for one in stage.outbox.in_state("an", OutboxState.QUEUED)] == [number]


def test_what_does_not_pass_is_refused_with_its_reason_and_checked_again_when_tried_again(
    stage: Stage,
) -> None:
    number = stage.outbox.enqueue(MESSAGE)
    stage.now, stage.answers = HOUR, ["certificate-revoked", ""]
    assert stage.mail.run_due()
    entry = stage.outbox.entry(number)
    assert entry is not None
    assert (entry.state, entry.error_code, entry.error_reason) == (
        OutboxState.REJECTED,
        REFUSED_AT_HOUR,
        "certificate-revoked",
    )
    stage.outbox.advance(number, OutboxState.SCHEDULED)
    assert stage.outbox.in_state("an", OutboxState.QUEUED) == ()
    assert stage.mail.run_due()
    assert stage.state(number) is OutboxState.QUEUED


def test_a_check_that_could_not_run_releases_nothing(stage: Stage) -> None:
    number = stage.outbox.enqueue(MESSAGE)
    stage.now, stage.answers = HOUR, [WorkshopLost(), StoreCorrupt(path="x")]
    assert not stage.mail.run_due()
    assert stage.state(number) is OutboxState.SCHEDULED
    assert stage.mail.run_due()
    assert stage.state(number) is OutboxState.REJECTED


def test_what_was_taken_out_during_the_check_stays_out(stage: Stage) -> None:
    number = stage.outbox.enqueue(MESSAGE)
    stage.now = HOUR

    def taken_out(entry: OutboxEntry, raw: bytes) -> str:
        stage.outbox.advance(number, OutboxState.CANCELLED)
        return ""

    ScheduledMail(stage.outbox, taken_out, lambda _: None, lambda: HOUR).run_due()
    assert stage.state(number) is OutboxState.CANCELLED


def test_the_same_letter_is_not_scheduled_twice(stage: Stage) -> None:
    stage.outbox.enqueue(MESSAGE)
    for again in (MESSAGE, replace(MESSAGE, scheduled=False)):
        with pytest.raises(OutboxConflict):
            stage.outbox.enqueue(again)


def test_a_clock_set_back_moves_the_hour_with_it(stage: Stage) -> None:
    number = stage.outbox.enqueue(MESSAGE)
    stage.now = HOUR - timedelta(days=30)
    assert stage.mail.run_due()
    assert stage.state(number) is OutboxState.SCHEDULED
    stage.now, stage.answers = HOUR, ["rules-not-met"]
    stage.elapsed += timedelta(days=30).total_seconds()
    assert stage.mail.run_due()
    assert stage.state(number) is OutboxState.REJECTED


@pytest.mark.parametrize("jump", [timedelta(hours=3), timedelta(days=1), timedelta(days=400)])
def test_a_clock_set_forward_brings_no_hour_nearer(stage: Stage, jump: timedelta) -> None:
    number = stage.outbox.enqueue(MESSAGE)
    stage.answers = [""]
    assert stage.mail.run_due()
    for minute in range(0, 114, 2):
        stage.now, stage.elapsed = NOW + jump + timedelta(minutes=minute), 5000.0 + minute * 60
        stage.mail.run_due()
        assert stage.state(number) is OutboxState.SCHEDULED
    stage.now, stage.elapsed = NOW + jump + timedelta(hours=2), 5000.0 + 7200
    stage.mail.run_due()
    assert stage.state(number) is OutboxState.QUEUED


def test_a_clock_that_was_put_right_is_believed_after_a_day(stage: Stage) -> None:
    stage.now = NOW - timedelta(days=2000)  # it had lost its battery
    number = stage.outbox.enqueue(MESSAGE)
    stage.answers = [""]
    stage.mail.run_due()
    stage.now = HOUR
    stage.mail.run_due()
    assert stage.state(number) is OutboxState.SCHEDULED
    stage.now, stage.elapsed = HOUR + timedelta(days=1), 5000.0 + 24 * 3600
    stage.mail.run_due()
    assert stage.state(number) is OutboxState.QUEUED


def test_an_hour_that_passes_while_the_computer_sleeps_or_the_program_is_shut_has_come(stage: Stage) -> None:
    number = stage.outbox.enqueue(MESSAGE)
    stage.answers = [""]
    stage.mail.run_due()
    stage.now, stage.elapsed = NOW + timedelta(hours=9), 5000.0 + 9 * 3600
    stage.mail.run_due()
    assert stage.state(number) is OutboxState.QUEUED
    later = stage.outbox.enqueue(replace(MESSAGE, message_id="<2@x>"))
    stage.now = HOUR + timedelta(days=3)
    answers = [""]
    ScheduledMail(stage.outbox, lambda *_: answers.pop(), lambda _: None, lambda: stage.now).run_due()
    assert stage.state(later) is OutboxState.QUEUED


def test_where_no_clock_is_steady_the_computers_is_believed(stage: Stage) -> None:
    number = stage.outbox.enqueue(MESSAGE)
    mail = ScheduledMail(stage.outbox, lambda *_: "", lambda _: None, lambda: stage.now, lambda: None)
    mail.run_due()
    stage.now = HOUR + timedelta(days=400)
    mail.run_due()
    assert stage.state(number) is OutboxState.QUEUED
