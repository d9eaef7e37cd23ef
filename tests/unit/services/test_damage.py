"""Damage costs what is damaged, and nothing beside it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.errors import StoreBusy, StoreCorrupt
from client.services import engine_context, engine_worker
from client.services.engine_account import AccountEngine
from client.store.database import open_cache, set_cache_aside
from client.store.objects import ObjectStore
from client.store.operations import Operations
from tests.fakes.account_office import Office, bodies_in, raw, until


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(engine_worker, "BACK_OFF_SECONDS", (0.01,))
    office = Office(tmp_path)
    for number in range(2, 6):
        office.inbox.add(raw(number), when=datetime.now(UTC))
    yield office
    office.close()


def bodies(engine: AccountEngine) -> int:
    return bodies_in(engine._context._path)


def is_set_aside(engine: AccountEngine) -> bool:
    return engine._context._path.with_name("cache.db.corrupt").exists()


def spoil(monkeypatch: pytest.MonkeyPatch, owner: type, name: str, spoils: Callable[..., str]) -> None:
    """Let a method find damage in the file that ``spoils`` names."""
    really = getattr(owner, name)

    def spoilt(self: object, *given: object, **more: object) -> object:
        if path := spoils(*given):
            raise StoreCorrupt(path=path)
        return really(self, *given, **more)

    monkeypatch.setattr(owner, name, spoilt)


def test_a_damaged_file_of_a_message_costs_neither_the_cache_nor_other_messages(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[bytes] = []

    def spoils(content: bytes) -> str:
        tried.append(content)
        return "objects/ab/abcd.eml" if content == raw(3) else ""

    spoil(monkeypatch, ObjectStore, "put", spoils)
    office.engine.start()
    until(office, lambda: bodies(office.engine) == 4 and "idle" in office.server.calls)
    assert not is_set_aside(office.engine)
    assert tried.count(raw(3)) == 2, "left alone then, as is what breaks the link"
    assert len(office.withheld) == 1, "on one connection"


def test_a_damaged_ledger_does_not_cost_the_cache(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.engine.start()
    until(office, lambda: bodies(office.engine) == 5 and "idle" in office.server.calls)
    damage = [str(office.ledger.path)]
    spoil(monkeypatch, Operations, "pending", lambda *_: damage.pop() if damage else "")
    office.inbox.add(raw(6), when=datetime.now(UTC))
    until(office, lambda: bodies(office.engine) == 6)
    assert not damage
    assert not is_set_aside(office.engine)


def test_a_damaged_cache_is_begun_anew(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    damage = [str(office.engine._context._path)]
    spoil(monkeypatch, ObjectStore, "put", lambda content: damage.pop() if damage else "")
    office.engine.start()
    until(office, lambda: bodies(office.engine) == 5 and is_set_aside(office.engine))
    assert not office.engine._obstacles._met


def test_nobody_opens_a_damaged_cache_again_while_it_is_replaced(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine's other threads ask for the cache at any time: theirs would have been the one set aside."""
    context = office.engine._context
    context.store()
    others: list[threading.Thread] = []

    def aside(path: Path) -> Path:
        others.append(threading.Thread(target=context.store))
        others[0].start()
        others[0].join(0.3)  # it waits for the new one
        return set_cache_aside(path)

    monkeypatch.setattr(engine_context, "set_cache_aside", aside)
    context.replace_store()
    others[0].join()
    context.store().upsert_mailboxes(office.server.session().list_mailboxes())
    with contextlib.closing(open_cache(context._path, readonly=True)) as seen_by_the_window:
        assert len(seen_by_the_window.rows("SELECT 1 FROM mailbox")) == 2
    office.engine.start()  # so that it can be ended


def test_what_another_thread_closed_is_asked_again_later(tmp_path: Path) -> None:
    cache = open_cache(tmp_path / "cache.db")
    cache.close()
    with pytest.raises(StoreBusy):
        cache.rows("SELECT 1")
