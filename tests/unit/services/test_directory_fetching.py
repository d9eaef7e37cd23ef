"""When the directory is read, and what stays when it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.config.paths import Paths
from client.errors import AuthenticationFailed, ClientError, ConnectionLost, DirectoryRefused
from client.model.account import Endpoint
from client.model.address import MailAddress
from client.model.directory import DirectoryCopy, DirectoryEntry, DirectoryServer, DirectoryState
from client.model.event import Event, EventKind
from client.model.secret import Secret
from client.services.directory_fetching import DirectoryFetcher
from client.services.engine_setup import EngineSetup
from client.store.directory import DirectoryReader
from client.store.secrets import MemorySecrets

SERVER = DirectoryServer(Endpoint("ldap.x.vn", 636), "dc=x", user="uid=an", account_id="an")
COPY = DirectoryCopy((DirectoryEntry(MailAddress("a@x.vn", "A")),))


@dataclass
class World:
    """A clock that is moved, a directory that fails when told to."""

    paths: Paths
    now: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    fault: ClientError | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)
    events: list[object] = field(default_factory=list)

    def read(
        self,
        server: DirectoryServer,
        password: Secret | None = None,
        anchors: tuple[bytes, ...] = (),
        *,
        stopping: Callable[[], bool] = lambda: False,
    ) -> DirectoryCopy:
        self.asked.append((server.base, password.reveal() if password else ""))
        if self.fault is not None:
            raise self.fault
        return COPY

    def fetcher(self, server: DirectoryServer | None = SERVER) -> DirectoryFetcher:
        secrets = MemorySecrets()
        secrets.set("an", Secret("mk"))
        setup = EngineSetup(self.paths, (), secrets, directory=server)
        return DirectoryFetcher(setup, self.read, self.events.append, lambda: self.now, lambda: 0.0)

    def state(self) -> DirectoryState:
        reader = DirectoryReader(self.paths.directory)
        try:
            return reader.state()
        finally:
            reader.close()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(Paths(tmp_path))


def test_it_is_read_at_once_and_again_when_it_is_old(world: World) -> None:
    fetcher = world.fetcher()
    fetcher.round()
    assert world.asked == [("dc=x", "mk")]
    assert world.state().entries == 1
    assert world.events == [Event(EventKind.DIRECTORY, total=1)]
    world.now += timedelta(hours=23)
    fetcher.round()
    world.fetcher().round()  # the next start of the program
    assert len(world.asked) == 1
    world.now += timedelta(hours=2)
    fetcher.round()
    assert len(world.asked) == 2


def test_a_directory_that_is_away_keeps_the_copy_and_is_asked_ever_more_seldom(world: World) -> None:
    fetcher = world.fetcher()
    fetcher.round()
    first = world.state().refreshed_at
    world.now += timedelta(days=2)
    world.fault = ConnectionLost(host="ldap.x.vn")
    fetcher.round()
    state = world.state()
    assert (state.entries, state.refreshed_at, state.error_code) == (1, first, "connection-lost")
    assert world.events[-1] == Event(EventKind.DIRECTORY, code="connection-lost", params=(("reason", ""),))
    fetcher.round()
    assert len(world.asked) == 2
    fetcher.network_changed()
    world.fault = None
    fetcher.round()
    assert world.state().error_code == ""


@pytest.mark.parametrize(
    ("fault", "pause"),
    [
        (AuthenticationFailed(host="ldap.x.vn"), timedelta(hours=24)),
        (DirectoryRefused(host="ldap.x.vn", reason="32"), timedelta(hours=1)),
    ],
)
def test_what_needs_a_person_is_not_tried_again_and_again(
    world: World, fault: ClientError, pause: timedelta
) -> None:
    world.fault = fault
    fetcher = world.fetcher()
    fetcher.round()
    world.now += pause - timedelta(seconds=1)
    fetcher.network_changed()
    fetcher.round()
    assert len(world.asked) == 1
    world.now += timedelta(seconds=1)
    fetcher.round()
    assert len(world.asked) == 2


def test_the_people_of_another_directory_are_forgotten(world: World) -> None:
    world.fetcher().round()
    world.fault = ConnectionLost(host="ldap.y.vn")
    world.fetcher(replace(SERVER, base="dc=y")).round()
    assert world.state().entries == 0
    world.fault = None
    world.fetcher().round()
    assert world.state().entries == 1
    world.fetcher(None).round()
    assert world.state().entries == 0


def test_without_a_directory_nothing_is_made(world: World) -> None:
    world.fetcher(None).round()
    assert not world.paths.directory.exists()
    assert world.asked == []
