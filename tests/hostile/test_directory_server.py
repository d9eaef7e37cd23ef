"""Directory servers that fail or mean ill."""

from __future__ import annotations

import pytest

from client.errors import (
    Cancelled,
    ClientError,
    ConnectionLost,
    DirectoryRefused,
    ServerBusy,
    TimedOut,
    TlsUntrusted,
)
from client.model.account import TlsMode
from client.model.directory import DirectoryServer
from client.model.secret import Secret
from client.net import ber, ldap
from client.net.ldap import LdapPatience, read_directory
from tests.fakes.ldap import Entry, FakeDirectory, run_directory
from tests.fakes.tls import ServerAuthority

PATIENCE = LdapPatience(5, 5, 30)


def people(count: int) -> list[Entry]:
    return [{"cn": [f"Người {n}"], "mail": [f"n{n}@x.example"]} for n in range(count)]


@pytest.mark.parametrize(
    ("fault", "error", "reason"),
    [
        ("drop", ConnectionLost, None), ("huge", ConnectionLost, "protocol"),
        ("junk", ConnectionLost, "protocol"), ("notice", ConnectionLost, "protocol"),
        ("endless", ConnectionLost, "protocol"), ("referral", DirectoryRefused, "referral"),
        ("busy", ServerBusy, None),
    ],
)  # fmt: skip
def test_a_fault_is_an_error_of_ours(
    server_authority: ServerAuthority, fault: str, error: type[ClientError], reason: str | None
) -> None:
    directory = FakeDirectory(people(3), fault=fault)
    with run_directory(directory, server_authority.issue()) as server:
        with pytest.raises(error) as caught:
            read_directory(DirectoryServer(server.endpoint, ""), None, server.anchors_pem, patience=PATIENCE)
        assert caught.value.params.get("reason") == reason


def test_a_server_that_trickles_is_cut_off(server_authority: ServerAuthority) -> None:
    directory = FakeDirectory(fault="trickle")
    with run_directory(directory, server_authority.issue()) as server, pytest.raises(TimedOut):
        read_directory(
            DirectoryServer(server.endpoint, ""), None, server.anchors_pem, patience=LdapPatience(5, 5, 0.5)
        )


@pytest.mark.parametrize("case", ["wrong-name", "unknown-issuer", "expired", "no-tls"])
def test_no_login_without_a_server_that_is_who_it_says(server_authority: ServerAuthority, case: str) -> None:
    identity = server_authority.issue(
        *(["another.example"] if case == "wrong-name" else []), expired=case == "expired"
    )
    directory = FakeDirectory(people(1), {"an": "mat khau"}, "no-tls" if case == "no-tls" else "")
    tls = TlsMode.STARTTLS if case == "no-tls" else TlsMode.IMPLICIT
    with run_directory(directory, identity, tls) as server:
        anchors = () if case == "unknown-issuer" else server.anchors_pem
        asked = DirectoryServer(server.endpoint, "", user="an")
        with pytest.raises(TlsUntrusted) as caught:
            read_directory(asked, Secret("mat khau"), anchors, patience=PATIENCE)
        assert caught.value.params["reason"] == case
    assert directory.binds == 0


@pytest.mark.parametrize(("fault", "whole"), [("no-pages", True), ("limit", False)])
def test_a_server_without_pages_and_one_with_a_limit(
    server_authority: ServerAuthority, fault: str, whole: bool
) -> None:
    directory = FakeDirectory(people(ldap.PAGE), fault=fault)
    with run_directory(directory, server_authority.issue()) as server:
        copy = read_directory(DirectoryServer(server.endpoint, ""), None, server.anchors_pem)
    assert (len(copy.entries), copy.is_whole) == (ldap.PAGE, whole)
    assert directory.pages == 1


def test_it_can_be_stopped_between_two_answers(server_authority: ServerAuthority) -> None:
    asked = iter([False, False, True])
    directory = FakeDirectory(people(10))
    with run_directory(directory, server_authority.issue()) as server, pytest.raises(Cancelled):
        read_directory(
            DirectoryServer(server.endpoint, ""), None, server.anchors_pem, stopping=lambda: next(asked)
        )


def test_what_is_no_address_is_nobody_and_text_stays_on_one_line(server_authority: ServerAuthority) -> None:
    rows: list[Entry] = [
        {"cn": ["A\nBcc: x@evil.example"], "mail": ["a@x.example"], "title": ["t" * 5000]},
        {"cn": ["không"], "mail": ["x", "b@x.example, c@x.example", "", "a b@x.example"]},
        {"cn": ["\u202eevil"], "mail": ["d@x.example"]},
    ]
    with run_directory(FakeDirectory(rows), server_authority.issue()) as server:
        copy = read_directory(DirectoryServer(server.endpoint, ""), None, server.anchors_pem)
    assert [one.address.addr_spec for one in copy.entries] == ["a@x.example", "d@x.example"]
    assert copy.entries[0].address.display_name == "A Bcc: x@evil.example"
    assert copy.entries[1].address.display_name == "evil"
    assert len(copy.entries[0].title) == 200


@pytest.mark.parametrize(
    "junk", [b"\x30", b"\x04\x05ab", b"\x04\x80", b"\x04\x85\x01\x01\x01\x01\x01", b"\x04\x82\x01"]
)
def test_a_length_that_lies_is_refused(junk: bytes) -> None:
    with pytest.raises(ValueError):
        list(ber.items(junk))
