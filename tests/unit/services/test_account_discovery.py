"""From an address to servers that took the password, and what is told when none did."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from client.errors import (
    AuthenticationFailed,
    ClientError,
    ConnectionLost,
    RevocationSourceUnreachable,
    TlsUntrusted,
)
from client.model.account import Endpoint
from client.model.discovery import DiscoverySource, ServerPlan
from client.model.secret import Secret
from client.services.account_discovery import DiscoveryQuestion, Doors, discover_with
from tests.unit.net.test_autoconfig import XML

PAGE = "https://autoconfig.x.vn/mail/config-v1.1.xml"
QUESTION = DiscoveryQuestion("an@x.vn", Secret("CANARY"))


@dataclass
class World:
    """Servers by host; a value is what logging in there raises, None lets in."""

    imap: dict[str, ClientError | None] = field(default_factory=dict)
    smtp: dict[str, ClientError | None] = field(default_factory=dict)
    srv: dict[str, tuple[tuple[int, int, str, int], ...]] = field(default_factory=dict)
    pages: dict[str, bytes] = field(default_factory=dict)
    users: tuple[str, ...] = ("an@x.vn", "an")
    told: list[str] = field(default_factory=list)
    """Every host a password was offered to."""

    def doors(self) -> Doors:
        def get(url: str) -> bytes:
            if url not in self.pages:
                raise RevocationSourceUnreachable(url=url, reason="x")
            return self.pages[url]

        return Doors(
            lambda name: self.srv.get(name, ()), get, self._log_in(self.imap), self._log_in(self.smtp)
        )

    def _log_in(self, servers: dict[str, ClientError | None]):  # type: ignore[no-untyped-def] # a login of Doors
        def log_in(endpoint: Endpoint, user: str, password: Secret, anchors: tuple[bytes, ...]) -> None:
            if endpoint.host not in servers:
                raise ConnectionLost(host=endpoint.host)
            if isinstance(servers[endpoint.host], TlsUntrusted):
                raise servers[endpoint.host] or ConnectionLost(host="")
            self.told.append(endpoint.host)
            if (error := servers[endpoint.host]) is not None:
                raise error
            if user not in self.users:
                raise AuthenticationFailed(host=endpoint.host, user=user)

        return log_in


def test_usual_names_are_found_and_every_try_is_told() -> None:
    world = World(imap={"mail.x.vn": None}, smtp={"mail.x.vn": None})
    result = discover_with(QUESTION, world.doors())
    assert result.found is not None
    assert (result.found.source, result.found.imap.host, result.found.user_name) == (
        DiscoverySource.PROBE,
        "mail.x.vn",
        "an@x.vn",
    )
    places = [(one.source, one.place, one.ok) for one in result.attempts]
    assert (DiscoverySource.PROBE, "imap.x.vn:993", False) in places
    assert (DiscoverySource.PROBE, "mail.x.vn:993", True) in places
    assert [one.code for one in result.attempts[:3]] == ["nothing-there"] * 3


def test_srv_goes_before_the_file_and_the_file_before_guessing() -> None:
    world = World(
        imap={"imap.x.vn": None, "srv.x.vn": None}, smtp={"smtp.x.vn": None, "srv.x.vn": None},
        pages={PAGE: XML.encode()},
    )  # fmt: skip
    found = discover_with(QUESTION, world.doors()).found
    assert found is not None
    assert found.source is DiscoverySource.AUTOCONFIG
    world.srv = {
        "_imaps._tcp.x.vn": ((0, 0, "srv.x.vn", 993),),
        "_submissions._tcp.x.vn": ((0, 0, "srv.x.vn", 465),),
    }
    found = discover_with(QUESTION, world.doors()).found
    assert found is not None
    assert found.source is DiscoverySource.SRV


def test_the_organisations_word_is_the_only_one() -> None:
    plan = ServerPlan((Endpoint("imap.tp.vn", 993),), (Endpoint("smtp.tp.vn", 465),), ("an",))
    world = World(imap={"imap.tp.vn": None}, smtp={"smtp.tp.vn": None})
    found = discover_with(DiscoveryQuestion("an@x.vn", Secret("p"), profile=plan), world.doors()).found
    assert found is not None
    assert (found.source, found.user_name) == (DiscoverySource.PROFILE, "an")
    none = discover_with(DiscoveryQuestion("an@x.vn", Secret("p"), profile=plan), World().doors())
    assert none.found is None
    assert {one.source for one in none.attempts} == {DiscoverySource.PROFILE}


def test_a_password_never_goes_to_another_domain_that_dns_or_a_page_names() -> None:
    evil = {"imap.evil.example": None, "x.vn.evil.example": None}
    world = World(
        imap=dict(evil), smtp=dict(evil),
        srv={"_imaps._tcp.x.vn": ((0, 0, "imap.evil.example", 993),)},
        pages={PAGE: XML.replace("IMAP.x.vn", "x.vn.evil.example").encode()},
    )  # fmt: skip
    result = discover_with(QUESTION, world.doors())
    assert result.found is None
    assert world.told == []
    assert sum(one.code == "another-domain" for one in result.attempts) == 2


def test_a_server_whose_certificate_is_not_good_gets_no_password() -> None:
    world = World(imap={"imap.x.vn": TlsUntrusted(host="imap.x.vn", reason="wrong-name")})
    result = discover_with(QUESTION, world.doors())
    assert world.told == []
    assert ("imap.x.vn:993", "tls-untrusted") in [(one.place, one.code) for one in result.attempts]


def test_a_refused_password_ends_the_search_after_both_names() -> None:
    world = World(imap={"imap.x.vn": None, "mail.x.vn": None}, users=())
    result = discover_with(QUESTION, world.doors())
    assert result.password_refused
    assert world.told == ["imap.x.vn", "imap.x.vn"]


def test_the_second_name_is_tried_where_the_first_is_refused() -> None:
    world = World(imap={"imap.x.vn": None}, smtp={"smtp.x.vn": None}, users=("an",))
    found = discover_with(QUESTION, world.doors()).found
    assert found is not None
    assert found.user_name == "an"


def test_nothing_secret_is_in_what_is_told() -> None:
    world = World(
        imap={"imap.x.vn": AuthenticationFailed(host="imap.x.vn", user="an@x.vn", reply="NO CANARY")}
    )
    assert "CANARY" not in repr(discover_with(QUESTION, world.doors()))


@pytest.mark.parametrize("half", ["imap", "smtp"])
def test_half_an_account_is_none(half: str) -> None:
    world = World()
    (world.imap if half == "imap" else world.smtp)["mail.x.vn"] = None
    assert discover_with(QUESTION, world.doors()).found is None
