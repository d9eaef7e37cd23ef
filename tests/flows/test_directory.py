"""From the directory server through the engine's process to what the author is offered, and on without it."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from client.config.paths import Paths
from client.model.account import Account
from client.model.address import MailAddress
from client.model.directory import DirectoryServer, Suggestion
from client.model.event import Event, EventKind
from client.model.secret import Secret
from client.services.engine_entry import start_engine
from client.services.engine_link import EngineLink
from client.services.engine_setup import EngineSetup
from client.services.office_drafts import DraftSetup, OfficeDrafts
from client.services.tasks import Lane
from client.store.database import Database, open_ledger
from client.store.outbox import Outbox
from client.store.secrets import MemorySecrets
from tests.fakes.ldap import Entry, FakeDirectory, run_directory
from tests.fakes.tls import ServerAuthority

HUONG: Entry = {
    "cn": ["Trần Thị Bích Hường"], "mail": ["huong@snv.tphcm.vn"], "title": ["Trưởng phòng"],
    "ou": ["Sở Nội vụ"],
}  # fmt: skip
NEW: Entry = {"cn": ["Hường Mới"], "mail": ["moi@snv.tphcm.vn"]}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Database]:
    made = open_ledger(tmp_path / "ledger.db")
    yield made
    made.close()


def drafts(paths: Paths, ledger: Database, now: datetime, every: timedelta | None) -> OfficeDrafts:
    def account_of(_: int) -> Account:
        raise AssertionError

    setup = DraftSetup(
        lambda: now,
        account_of,
        lambda *_: pytest.fail("nothing is fetched"),
        ("huong@snv.tphcm.vn", "van.phong@moha.gov.vn"),
        paths.directory,
        every,
    )
    return OfficeDrafts(setup, cast(Lane, None), ledger, Outbox(ledger, lambda: now))


def run_once(setup: EngineSetup) -> Event:
    """One life of the engine, until it has read the directory or failed to."""
    events: queue.Queue[Event] = queue.Queue()
    link = EngineLink(setup, start_engine)
    try:
        link.subscribe(events.put)
        while (event := events.get(timeout=60)).kind is not EventKind.DIRECTORY:
            pass
        return event
    finally:
        link.close(30)


def test_the_directory_is_at_hand_when_its_server_is_not(
    tmp_path: Path, ledger: Database, server_authority: ServerAuthority
) -> None:
    paths, secrets, now = Paths(tmp_path), MemorySecrets(), datetime.now(UTC)
    secrets.set("an", Secret("mat khau"))
    directory = FakeDirectory([HUONG], {"an@snv.tphcm.vn": "mat khau"})
    with run_directory(directory, server_authority.issue()) as server:
        asked = DirectoryServer(server.endpoint, "dc=x", user="an@snv.tphcm.vn", account_id="an")
        setup = EngineSetup(paths, (), secrets, server.anchors_pem, directory=asked)
        assert run_once(setup) == Event(EventKind.DIRECTORY, total=1)
    office = drafts(paths, ledger, now, asked.every)
    huong = Suggestion(MailAddress("huong@snv.tphcm.vn", "Trần Thị Bích Hường"), "Trưởng phòng", "Sở Nội vụ")
    assert office.suggest("truong phong", 8).found == (huong,)
    # What the policy names beside it is offered once.
    assert [one.address.addr_spec for one in office.suggest("vn", 8).found] == [
        "huong@snv.tphcm.vn",
        "van.phong@moha.gov.vn",
    ]
    # How the author calls her stays; title and unit come with it.
    office.written_to((MailAddress("Huong@snv.tphcm.vn", "Chị Hường"),))
    (found,) = office.suggest("chi huong", 8).found
    assert (found.address.display_name, found.details) == ("Chị Hường", "Trưởng phòng, Sở Nội vụ")
    asked_for = ["HUONG@snv.tphcm.vn", "khong@snv.tphcm.vn"]
    assert office.listed(asked_for) == frozenset({"huong@snv.tphcm.vn"})
    office.close()

    event = run_once(replace(setup, directory=replace(asked, every=timedelta(0))))
    assert event.code == "connection-lost"
    later = drafts(paths, ledger, now + timedelta(days=2), asked.every)
    offer = later.suggest("bich huong", 8)
    assert [one.title for one in offer.found] == ["Trưởng phòng"]
    assert offer.stale_since is not None
    assert drafts(paths, ledger, now, asked.every).suggest("bich huong", 8).stale_since is None
    # Where no directory is named any more nobody is missed in what is left of one.
    assert drafts(paths, ledger, now, None).listed(asked_for) is None
    later.close()


def test_a_directory_that_is_not_whole_misses_nobody(
    tmp_path: Path, ledger: Database, server_authority: ServerAuthority
) -> None:
    paths = Paths(tmp_path)
    with run_directory(FakeDirectory([HUONG, NEW], fault="limit"), server_authority.issue()) as server:
        asked = DirectoryServer(server.endpoint, "dc=x")
        run_once(EngineSetup(paths, (), MemorySecrets(), server.anchors_pem, directory=asked))
    office = drafts(paths, ledger, datetime.now(UTC), asked.every)
    assert len(office.suggest("huong", 8).found) == 2
    assert office.listed(["ai@snv.tphcm.vn"]) is None
    office.close()
