"""The queue of documents to be extended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.model.extension import ExtensionState, next_try
from client.model.verdict import Profile
from client.store.database import open_ledger
from client.store.extensions import Extensions

START = datetime(2026, 10, 7, 8, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(tmp_path: Path, clock: Clock) -> Iterator[Extensions]:
    ledger = open_ledger(tmp_path / "ledger.db")
    yield Extensions(ledger, clock)
    ledger.close()


def test_what_is_added_is_due_at_once_and_asked_for_twice_is_there_once(
    queue: Extensions, tmp_path: Path
) -> None:
    queue.add(tmp_path / "a.pdf", Profile.B_LT)
    number = queue.add(tmp_path / "a.pdf", Profile.B_LTA)
    (entry,) = queue.due()
    assert (entry.extension_id, entry.path, entry.target) == (number, tmp_path / "a.pdf", Profile.B_LTA)
    assert queue.entries() == (entry,)


def test_each_try_in_vain_makes_the_wait_longer_up_to_half_a_day(
    queue: Extensions, clock: Clock, tmp_path: Path
) -> None:
    number = queue.add(tmp_path / "a.pdf", Profile.B_LTA)
    waits = []
    for _ in range(12):
        queue.postponed(number, "revocation-data-missing", {"reason": "revocation-missing"})
        assert queue.due() == ()
        due = queue.next_due()
        assert due is not None
        waits.append(due - clock.now)
        clock.now = due
        assert [one.extension_id for one in queue.due()] == [number]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=5), timedelta(hours=12))
    entry = queue.entry(number)
    assert entry is not None
    assert (entry.attempts, entry.error_code) == (12, "revocation-data-missing")
    assert entry.error_params == (("reason", "revocation-missing"),)
    assert next_try(10_000, START) == START + timedelta(hours=12)


def test_done_and_failed_wait_for_nothing(queue: Extensions, tmp_path: Path) -> None:
    good, bad = queue.add(tmp_path / "a.pdf", Profile.B_LT), queue.add(tmp_path / "b.pdf", Profile.B_LT)
    queue.done(good)
    queue.failed(bad, "signing-refused", {"reason": "not-signed"})
    assert (queue.due(), queue.next_due()) == ((), None)
    assert {one.extension_id: one.state for one in queue.entries()} == {
        good: ExtensionState.DONE,
        bad: ExtensionState.FAILED,
    }


def test_a_person_may_cancel_and_try_again_but_not_undo(queue: Extensions, tmp_path: Path) -> None:
    number = queue.add(tmp_path / "a.pdf", Profile.B_LT)
    queue.postponed(number, "timestamp-unavailable", {})
    assert queue.retry(number)
    assert [one.attempts for one in queue.due()] == [0]
    assert queue.cancel(number)
    assert queue.due() == ()
    assert not queue.retry(number)
    queue.done(number)
    entry = queue.entry(number)
    assert entry is not None
    assert entry.state is ExtensionState.CANCELLED, "a result that comes too late changes nothing"
    other = queue.add(tmp_path / "b.pdf", Profile.B_LT)
    queue.done(other)
    assert not queue.cancel(other)


def test_the_queue_outlives_the_program(tmp_path: Path, clock: Clock) -> None:
    ledger = open_ledger(tmp_path / "ledger.db")
    Extensions(ledger, clock).add(tmp_path / "a.pdf", Profile.B_LTA, START + timedelta(hours=1))
    ledger.close()
    again = open_ledger(tmp_path / "ledger.db")
    queue = Extensions(again, clock)
    assert (queue.due(), queue.next_due()) == ((), START + timedelta(hours=1))
    again.close()
