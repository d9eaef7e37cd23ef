"""The queue's driver: what becomes of each entry, and that it ends when it is told to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from client.errors import (
    ClientError,
    DocumentEncrypted,
    RevocationDataMissing,
    SigningRefused,
    StorageFull,
    TimestampUnavailable,
    WorkshopLost,
)
from client.model.extension import ExtensionEntry, ExtensionState
from client.model.verdict import Profile
from client.services import workshop
from client.services.extension_queue import ExtensionQueue
from client.services.requests import SigningTerms, TrustSources
from client.store.database import open_ledger
from client.store.extensions import Extensions

START = datetime(2026, 10, 7, 8, 0, tzinfo=UTC)
PATIENCE = 60.0


class FakeLane:
    """A workshop that answers as it is told to, in order; without an answer it never comes back."""

    def __init__(self, answers: list[ClientError | None]) -> None:
        self.answers = answers
        self.asked: list[tuple[Path, Profile]] = []
        self.begun = threading.Event()
        self.closed = 0

    def submit(self, work: Callable[..., Any], *args: object) -> Future[Any]:
        assert work is workshop.extend_file
        path, terms = args
        assert isinstance(path, Path)
        assert isinstance(terms, SigningTerms)
        self.asked.append((path, terms.profile))
        self.begun.set()
        future: Future[Any] = Future()
        if self.answers:
            answer = self.answers.pop(0)
            if answer is None:
                future.set_result(None)
            else:
                future.set_exception(answer)
        return future

    def close(self) -> None:
        self.closed += 1


class Bench:
    """A queue with everything around it in the test's hand."""

    def __init__(self, folder: Path) -> None:
        self.now = START
        self.folder = folder
        self.ledger = open_ledger(folder / "ledger.db")
        self.store = Extensions(self.ledger, lambda: self.now)
        self.lane = FakeLane([])
        self.told: list[ExtensionEntry] = []
        self.moved = threading.Condition()
        self.queue = ExtensionQueue(
            self.store,
            lambda target: SigningTerms(TrustSources(), self.now, target),
            self._notify,
            lambda: self.now,
            lambda: self.lane,
        )

    def _notify(self, entry: ExtensionEntry) -> None:
        with self.moved:
            self.told.append(entry)
            self.moved.notify_all()

    def wait_for(self, state: ExtensionState) -> None:
        with self.moved:
            assert self.moved.wait_for(lambda: any(one.state is state for one in self.told), PATIENCE)

    def add(self, name: str, *answers: ClientError | None) -> int:
        self.lane.answers += answers
        return self.queue.add(self.folder / name, Profile.B_LTA)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.queue.stop()
    made.ledger.close()


def test_nothing_due_starts_no_workshop(bench: Bench) -> None:
    assert bench.queue.run_due() == 0
    assert bench.lane.closed == 0


def test_a_document_is_done_once_and_the_workshop_closed(bench: Bench) -> None:
    bench.add("a.pdf", None)
    assert bench.queue.run_due() == 1
    assert bench.queue.run_due() == 0
    assert [one.state for one in bench.told] == [ExtensionState.WAITING, ExtensionState.DONE]
    assert bench.lane.asked == [(bench.folder / "a.pdf", Profile.B_LTA)]
    assert bench.lane.closed == 1


@pytest.mark.parametrize(
    "error",
    [
        TimestampUnavailable(url="x", reason="service-too-slow"),
        RevocationDataMissing(certificate="An", issuer="CA", reason="revocation-missing"),
    ],
)
def test_what_passes_by_itself_is_tried_again_later(bench: Bench, error: ClientError) -> None:
    bench.add("a.pdf", error, None)
    bench.queue.run_due()
    entry = bench.told[-1]
    assert (entry.state, entry.attempts, entry.error_code) == (ExtensionState.WAITING, 1, error.code)
    assert dict(entry.error_params)["reason"] == error.params["reason"]
    assert bench.queue.run_due() == 0
    bench.now = entry.not_before
    assert bench.queue.run_due() == 1
    assert bench.told[-1].state is ExtensionState.DONE


@pytest.mark.parametrize(
    "error",
    [SigningRefused(reason="not-signed"), DocumentEncrypted(name="a.pdf"), StorageFull(path="a.pdf")],
)
def test_what_needs_a_person_waits_for_one(bench: Bench, error: ClientError) -> None:
    number = bench.add("a.pdf", error)
    bench.queue.run_due()
    assert (bench.told[-1].state, bench.told[-1].error_code) == (ExtensionState.FAILED, error.code)
    bench.now += timedelta(days=9)
    assert bench.queue.run_due() == 0
    bench.lane.answers.append(None)
    bench.queue.retry(number)
    assert bench.queue.run_due() == 1
    assert bench.told[-1].state is ExtensionState.DONE


def test_one_bad_document_does_not_hold_up_the_next(bench: Bench) -> None:
    bench.add("a.pdf", SigningRefused(reason="not-signed"))
    bench.add("b.pdf", None)
    assert bench.queue.run_due() == 2
    assert {one.path.name: one.state for one in bench.queue.entries()} == {
        "a.pdf": ExtensionState.FAILED,
        "b.pdf": ExtensionState.DONE,
    }


def test_a_document_that_kills_the_workshop_is_given_up(bench: Bench) -> None:
    bench.add("a.pdf", *(WorkshopLost(reason="process-ended") for _ in range(9)))
    states = []
    for _ in range(4):
        bench.queue.run_due()
        states.append(bench.told[-1].state)
        bench.now += timedelta(days=1)
    assert states == [ExtensionState.WAITING, ExtensionState.WAITING, *[ExtensionState.FAILED] * 2]
    assert len(bench.lane.asked) == 3


def test_the_thread_takes_up_what_is_added(bench: Bench) -> None:
    bench.queue.start()
    bench.add("a.pdf", None)
    bench.wait_for(ExtensionState.DONE)


def test_stopping_leaves_the_document_at_hand_for_next_time(bench: Bench) -> None:
    number = bench.queue.add(bench.folder / "slow.pdf", Profile.B_LT)
    bench.queue.start()
    assert bench.lane.begun.wait(PATIENCE)
    bench.queue.stop()
    entry = bench.store.entry(number)
    assert entry is not None
    assert (entry.state, entry.attempts) == (ExtensionState.WAITING, 0)
    assert bench.lane.closed == 1


def test_a_cancelled_document_is_not_tried(bench: Bench) -> None:
    bench.queue.cancel(bench.add("a.pdf", None))
    assert bench.queue.run_due() == 0
    assert bench.told[-1].state is ExtensionState.CANCELLED
