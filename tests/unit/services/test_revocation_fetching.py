"""The engine asks who may be asked, when it is due, and touches nothing that is in use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.config.paths import Paths
from client.errors import RevocationSourceUnreachable
from client.model.event import Event, EventKind
from client.model.revocation import Hosts, SourceOrigin, Want, incoming_name
from client.net.http import Fetched
from client.services.engine_context import Net
from client.services.engine_setup import EngineSetup, Report
from client.services.revocation_fetching import RevocationFetcher
from client.store.database import open_ledger
from client.store.revocation_sources import RevocationSources
from client.store.secrets import MemorySecrets
from tests.fakes.imap import FakeImapServer, FakeImapSession

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
CRL = Want("http://crl.example.vn/a.crl", origin=SourceOrigin.POLICY)
SEEN = Want("http://seen.example.vn/a.crl")
QUESTION = Want("http://ocsp.example.vn/", "AB" * 32, b"question")


class Room:
    """A fetcher on a clock of its own, with servers in memory."""

    def __init__(self, folder: Path, hosts: Hosts) -> None:
        self.now = NOW
        self.asked: list[tuple[str, str, str]] = []
        self.posted: list[tuple[str, bytes]] = []
        self.answer: Fetched | Exception | None = Fetched(b"list", '"1"', "Tue")
        self.events: list[Report] = []
        self.ledger = open_ledger(folder / "ledger.db")
        self.sources = RevocationSources(self.ledger, lambda: self.now)
        self.paths = Paths(folder)
        setup = EngineSetup(self.paths, (), MemorySecrets({}), hosts=hosts, max_crl_bytes=1000)
        net = Net(
            connect=lambda *_, **__: FakeImapSession(FakeImapServer({})),
            submit=lambda *_, **__: (_ for _ in ()).throw(AssertionError),
            fetch=self._fetch,
            post_ocsp=self._post,
        )
        self.fetcher = RevocationFetcher(
            setup, net, self.ledger, self.events.append, lambda: self.now, lambda: 0.5
        )

    def _fetch(
        self, url: str, etag: str = "", last_modified: str = "", *, max_bytes: int = 0
    ) -> Fetched | None:
        assert max_bytes == 1000
        self.asked.append((url, etag, last_modified))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def _post(self, url: str, body: bytes) -> bytes:
        self.posted.append((url, body))
        return b"answer"

    def incoming(self, want: Want) -> bytes:
        file = self.paths.incoming / incoming_name(want)
        return file.read_bytes() if file.is_file() else b""


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path, Hosts(("crl.example.vn",), ("ocsp.example.vn",)))
    yield made
    made.ledger.close()


def test_what_comes_is_laid_apart_and_told(room: Room) -> None:
    room.sources.want(CRL)
    pause = room.fetcher.round()
    assert room.incoming(CRL) == b"list"
    assert room.events == [Event(EventKind.REVOCATION)]
    assert 3000 < pause <= 3600
    assert room.fetcher.round() > 0
    assert len(room.asked) == 1  # not due yet


def test_it_asks_only_whether_something_has_changed(room: Room) -> None:
    room.sources.want(CRL)
    room.fetcher.round()
    room.sources.accepted(CRL, "a.crl", (NOW, NOW + timedelta(days=7)), NOW + timedelta(hours=20))
    room.now += timedelta(hours=21)
    room.answer = None
    room.fetcher.round()
    assert room.asked[-1] == (CRL.url, '"1"', "Tue")
    assert room.events[1:] == [Event(EventKind.REVOCATION, code="unchanged")]


def test_hosts_the_policy_does_not_name_are_never_asked(room: Room) -> None:
    for want in (SEEN, Want("http://crl.example.vn/", "CD" * 32, b"q"), Want("ldap://crl.example.vn/a")):
        room.sources.want(want)
    room.fetcher.round()
    assert room.asked == []
    assert room.posted == []
    assert {one.error_reason for one in room.sources.states()} == {
        "host-not-in-policy",
        "address-not-http",
    }


def test_a_question_goes_to_a_named_responder(room: Room) -> None:
    room.sources.want(QUESTION)
    room.fetcher.round()
    assert room.posted == [(QUESTION.url, b"question")]
    assert room.incoming(QUESTION) == b"answer"


def test_after_a_fault_it_waits_longer_each_time_and_what_lies_there_stays(room: Room) -> None:
    room.sources.want(CRL)
    room.fetcher.round()
    room.answer = RevocationSourceUnreachable(url=CRL.url, reason="service-busy")
    pauses = []
    for _ in range(4):
        room.now += timedelta(days=2)
        room.fetcher.round()
        state = room.sources.state(CRL.url)
        assert state is not None
        pauses.append(state.not_before - room.now)
        assert state.error_reason == "service-busy"
    assert pauses == sorted(pauses)
    assert pauses[0] < pauses[-1]
    assert room.incoming(CRL) == b"list"
    assert [one.code for one in room.events if isinstance(one, Event)] == ["", *["failed"] * 4]


def test_a_clock_that_stands_still_does_not_make_it_spin(room: Room) -> None:
    room.sources.want(CRL)
    room.fetcher.stopping = lambda: True
    assert room.fetcher.round() == 1.0
    assert room.asked == []
