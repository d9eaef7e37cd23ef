from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from client.errors import ClientError, MalformedDocument, PinIncorrect, TokenAbsent, WorkshopLost
from client.model.account import KeyRef
from client.model.batch import BatchItem, ItemState
from client.model.secret import Secret
from client.services.batch import Batch
from client.services.requests import KeyUse, SigningTerms, TrustSources

T = TypeVar("T")
USE = KeyUse(KeyRef("pkcs11", "serial=1"), Secret("123456"))
NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
S = ItemState


class HandLane:
    """Work ends when the test says so."""

    def __init__(self) -> None:
        self.open: list[tuple[Path, Future[object]]] = []
        self.asked: list[Path] = []

    def submit(self, work: Callable[..., T], *args: object) -> Future[T]:
        future: Future[T] = Future()
        source = args[0]
        assert isinstance(source, Path)
        self.asked.append(source)
        self.open.append((source, future))  # type: ignore[arg-type] # a path, whatever the work
        return future

    def end(self, error: ClientError | None = None) -> None:
        source, future = self.open.pop()
        if error is None:
            future.set_result(source)
        else:
            future.set_exception(error)

    def close(self) -> None:
        return None


@pytest.fixture
def lane() -> HandLane:
    return HandLane()


def terms() -> SigningTerms:
    return SigningTerms(TrustSources(), NOW)


def batch(lane: HandLane, count: int = 3) -> tuple[Batch, list[tuple[int, ItemState]]]:
    told: list[tuple[int, ItemState]] = []
    items = [BatchItem(Path(f"{n}.pdf"), Path(f"{n}-da-ky.pdf")) for n in range(count)]
    return Batch(lane, items, USE, terms, lambda index, item: told.append((index, item.state))), told


def states(one: Batch) -> list[ItemState]:
    return [item.state for item in one.items()]


def test_documents_are_signed_one_after_the_other(lane: HandLane) -> None:
    one, told = batch(lane, 2)
    one.start()
    assert states(one) == [S.SIGNING, S.WAITING]
    lane.end()
    lane.end()
    assert told == [(0, S.SIGNING), (0, S.SIGNED), (1, S.SIGNING), (1, S.SIGNED)]


def test_a_fault_of_one_document_fails_that_document_alone(lane: HandLane) -> None:
    one, _ = batch(lane)
    one.start()
    lane.end(MalformedDocument(name="", reason="corrupt"))
    lane.end(WorkshopLost(reason="process-ended"))
    lane.end()
    assert states(one) == [S.FAILED, S.FAILED, S.SIGNED]
    assert one.items()[0].code == "malformed-document"
    assert dict(one.items()[0].params) == {"name": "0.pdf", "reason": "corrupt"}


def test_the_first_wrong_pin_is_tried_on_no_other_document(lane: HandLane) -> None:
    one, _ = batch(lane)
    one.start()
    lane.end(PinIncorrect())
    assert states(one) == [S.STOPPED, S.STOPPED, S.STOPPED]
    assert [item.code for item in one.items()] == ["pin-incorrect", "", ""]
    assert len(lane.asked) == 1


def test_after_the_token_is_back_the_rest_is_signed_and_nothing_twice(lane: HandLane) -> None:
    one, _ = batch(lane)
    one.start()
    lane.end()
    lane.end(TokenAbsent())
    assert states(one) == [S.SIGNED, S.STOPPED, S.STOPPED]
    one.resume(USE)
    lane.end()
    lane.end()
    assert states(one) == [S.SIGNED, S.SIGNED, S.SIGNED]
    assert [path.name for path in lane.asked] == ["0.pdf", "1.pdf", "1.pdf", "2.pdf"]


def test_only_what_failed_is_tried_again(lane: HandLane) -> None:
    one, _ = batch(lane, 2)
    one.start()
    lane.end(MalformedDocument(name="0.pdf", reason="corrupt"))
    lane.end()
    one.retry_failed(USE)
    lane.end()
    assert states(one) == [S.SIGNED, S.SIGNED]
    assert [path.name for path in lane.asked] == ["0.pdf", "1.pdf", "0.pdf"]


def test_a_skipped_document_is_left_alone(lane: HandLane) -> None:
    one, _ = batch(lane)
    one.start()
    one.skip(0)
    one.skip(1)
    lane.end()
    lane.end()
    assert states(one) == [S.SIGNED, S.SKIPPED, S.SIGNED]


def test_cancelling_leaves_what_is_done_and_tells_the_truth_of_the_one_at_hand(lane: HandLane) -> None:
    one, _ = batch(lane)
    one.start()
    lane.end()
    one.cancel()
    assert states(one) == [S.SIGNED, S.SIGNING, S.STOPPED]
    lane.end()
    assert states(one) == [S.SIGNED, S.SIGNED, S.STOPPED]
    assert lane.open == []


def test_the_pin_is_forgotten_when_nothing_is_left_to_sign(lane: HandLane) -> None:
    one, _ = batch(lane, 1)
    one.start()
    lane.end()
    assert not any(isinstance(value, KeyUse) for value in vars(one).values())


class ClosedLane(HandLane):
    """The program is being closed."""

    def submit(self, work: Callable[..., T], *args: object) -> Future[T]:
        raise WorkshopLost(reason="closed")


def test_a_workshop_that_is_shut_stops_the_batch() -> None:
    one, _ = batch(ClosedLane())
    one.start()
    assert states(one) == [S.STOPPED, S.STOPPED, S.STOPPED]
    assert one.items()[0].code == "workshop-lost"


class PromptLane(HandLane):
    """Answers before anybody can wait for it."""

    def submit(self, work: Callable[..., T], *args: object) -> Future[T]:
        future: Future[T] = Future()
        future.set_result(args[1])  # type: ignore[arg-type] # the target's path
        return future


def test_thousands_of_documents_need_no_deeper_stack() -> None:
    one, _ = batch(PromptLane(), 3000)
    one.start()
    assert set(states(one)) == {S.SIGNED}


def test_cancelling_does_not_wait_for_an_authority_that_takes_its_time(lane: HandLane) -> None:
    ended = threading.Event()

    def abandon() -> None:
        lane.end(WorkshopLost(reason="process-ended"))
        ended.set()

    items = [BatchItem(Path(f"{number}.pdf"), Path(f"{number}-ky.pdf")) for number in range(3)]
    run = Batch(lane, items, USE, terms, lambda *_: None, abandon=abandon, grace=0.01)
    run.start()
    run.cancel()
    assert ended.wait(60)
    assert [item.state for item in run.items()] == [S.STOPPED] * 3
    run.resume(USE)
    lane.end()
    assert run.items()[0].state is S.SIGNED


def test_a_document_that_is_done_in_time_stays_done_when_cancelled(lane: HandLane) -> None:
    asked: list[bool] = []
    items = [BatchItem(Path(f"{number}.pdf"), Path(f"{number}-ky.pdf")) for number in range(2)]
    run = Batch(lane, items, USE, terms, lambda *_: None, abandon=lambda: asked.append(True), grace=3600.0)
    run.start()
    run.cancel()
    lane.end()
    assert [item.state for item in run.items()] == [S.SIGNED, S.STOPPED]
    assert asked == []
