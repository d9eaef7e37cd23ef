"""Damage costs what is damaged, and nothing beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.errors import StoreCorrupt
from client.services import engine_worker
from client.services.engine_account import AccountEngine
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


def set_aside(engine: AccountEngine) -> bool:
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
    assert not set_aside(office.engine)
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
    assert not set_aside(office.engine)


def test_a_damaged_cache_is_begun_anew(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    damage = [str(office.engine._context._path)]
    spoil(monkeypatch, ObjectStore, "put", lambda content: damage.pop() if damage else "")
    office.engine.start()
    until(office, lambda: bodies(office.engine) == 5 and set_aside(office.engine))
    assert not office.engine._obstacles._met
