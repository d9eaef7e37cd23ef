from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from client.config.paths import Paths
from client.errors import ClientError, ConnectionLost, MalformedMessage
from client.model.at_rest import Readable
from client.model.event import Event, EventKind
from client.services.engine_link import EngineLink, Target
from client.services.engine_setup import EngineSetup
from client.store.secrets import MemorySecrets
from tests.fakes import engines

Start = Callable[[Target], EngineLink]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    links: list[EngineLink] = []

    def begin(target: Target) -> EngineLink:
        links.append(EngineLink(EngineSetup(Paths(tmp_path), (), MemorySecrets()), target))
        return links[-1]

    yield begin
    for link in links:
        assert link.close(30)


def failure(future: Future[Readable]) -> ClientError:
    error = future.exception(30)
    assert isinstance(error, ClientError)
    return error


def test_a_body_comes_as_a_path_or_as_a_coded_error(start: Start) -> None:
    link = start(engines.answering)
    assert link.body(1, 5).result(30) == Path("5.eml")
    assert isinstance(failure(link.body(1, 6)), MalformedMessage)


def test_an_engine_that_died_is_replaced_and_asked_again(start: Start) -> None:
    link = start(engines.dying_once)
    events: queue.Queue[Event] = queue.Queue()
    link.subscribe(events.put)
    assert link.body(1, 5).result(30) == Path("5.eml")
    assert events.get(timeout=30).code == "engine-fault"
    assert link.is_alive


def test_a_listener_that_fails_does_not_silence_the_others(start: Start) -> None:
    link = start(engines.answering)
    events: queue.Queue[Event] = queue.Queue()

    def broken(_: Event) -> None:
        raise KeyError("bug")

    link.subscribe(broken)
    link.subscribe(events.put)
    link.body(1, 5).result(30)
    assert events.get(timeout=30).kind is EventKind.BODY


def test_closing_waits_for_what_the_engine_has_begun(start: Start, tmp_path: Path) -> None:
    link = start(engines.finishing_first)
    link.body(1, 5).result(30)
    assert link.close(30)
    assert (tmp_path / "finished").is_file()


def test_closing_leaves_no_one_waiting_for_a_body(start: Start) -> None:
    link = start(engines.silent)
    waiting = link.body(1, 5)
    assert link.close(30)
    assert isinstance(failure(waiting), ConnectionLost)


def test_the_real_engine_ends_by_itself_when_the_window_is_gone(tmp_path: Path) -> None:
    assert engines.ends_without_window(EngineSetup(Paths(tmp_path), (), MemorySecrets()))


def test_a_second_engine_waits_for_the_first(tmp_path: Path) -> None:
    setup = EngineSetup(Paths(tmp_path), (), MemorySecrets())
    first, second = EngineLink(setup), None
    try:
        assert isinstance(failure(first.body(1, 1)), MalformedMessage)
        events: queue.Queue[Event] = queue.Queue()
        second = EngineLink(setup)
        second.subscribe(events.put)
        waiting = second.body(1, 1)
        assert events.get(timeout=30).code == "already-running"
        assert first.close(30)
        assert isinstance(failure(waiting), ConnectionLost | MalformedMessage)
    finally:
        assert first.close(30)
        if second is not None:
            assert second.close(30)
