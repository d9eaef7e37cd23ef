"""What waits in the outbox leaves neither early nor never, whatever is done to the computer's clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from client.model.outgoing import OutboxEntry, OutboxState
from client.services.pauses import Lookout, Pauses

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
UNDO = OutboxEntry(
    1, "an", "<1@x>", "", "", (), "", 0, OutboxState.QUEUED, NOW, not_before=NOW + timedelta(seconds=10)
)
RETRY = replace(UNDO, attempts=2, not_before=NOW + timedelta(minutes=5))


class Time:
    def __init__(self) -> None:
        self.wall, self.seconds = NOW, 0.0
        self.pauses = Pauses(lambda: self.wall, lambda: self.seconds)

    def go(self, seconds: float, set_by: timedelta = timedelta()) -> None:
        self.seconds += seconds
        self.wall += timedelta(seconds=seconds) + set_by


@pytest.mark.parametrize("jump", [timedelta(), timedelta(hours=5), timedelta(days=-400)])
def test_the_time_to_take_back_is_as_long_as_it_was_promised(jump: timedelta) -> None:
    time = Time()
    assert not time.pauses.over(UNDO)
    time.go(9, set_by=jump)
    assert not time.pauses.over(UNDO)
    time.go(1)
    assert time.pauses.over(UNDO)


def test_a_clock_that_was_set_back_before_the_engine_saw_it_lengthens_nothing() -> None:
    time = Time()
    time.wall -= timedelta(days=1)
    assert not time.pauses.over(UNDO)
    time.go(10)
    assert time.pauses.over(UNDO)


@pytest.mark.parametrize(
    ("seconds", "jump", "over"),
    [
        (299, timedelta(), False),
        (300, timedelta(), True),
        (300, timedelta(days=-400), True),
        (1, timedelta(minutes=6), True),  # the computer slept
    ],
)
def test_a_retry_is_due_by_either_clock(seconds: float, jump: timedelta, over: bool) -> None:
    time = Time()
    assert not time.pauses.over(RETRY)
    time.go(seconds, set_by=jump)
    assert time.pauses.over(RETRY) is over


def test_a_retry_is_due_within_the_hour_though_its_time_is_a_year_off() -> None:
    time = Time()
    time.wall -= timedelta(days=365)
    assert not time.pauses.over(RETRY)
    time.go(3600)
    assert time.pauses.over(RETRY)


def test_another_time_begins_another_pause() -> None:
    time = Time()
    assert not time.pauses.over(RETRY)
    time.go(300)
    later = replace(RETRY, not_before=time.wall + timedelta(minutes=15))
    assert not time.pauses.over(later)
    assert time.pauses.over(replace(later, not_before=None))


def test_one_looks_at_once_and_then_ever_more_seldom() -> None:
    time = Time()
    lookout = Lookout(lambda: time.seconds)
    looks = []
    for second in range(8000):
        time.seconds = float(second)
        if lookout.due(1):
            looks.append(second)
            lookout.looked(1)
    assert looks == [0, 60, 360, 1260, 3060, 6660]


def test_who_asks_for_it_has_all_looked_for_at_once() -> None:
    time = Time()
    lookout = Lookout(lambda: time.seconds)
    lookout.looked(1)
    assert not lookout.due(1)
    lookout.hasten()
    assert lookout.due(1)
    lookout.looked(1)
    assert not lookout.due(1)
