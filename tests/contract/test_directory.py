"""The directory over LDAP: the same from a real OpenLDAP and from the fake."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from client.errors import AuthenticationFailed, DirectoryRefused
from client.model.account import Endpoint, TlsMode
from client.model.address import MailAddress
from client.model.directory import DirectoryAttributes, DirectoryServer
from client.model.secret import Secret
from client.net import ldap
from client.net.ldap import read_directory
from tests.fakes.ldap import FakeDirectory, run_directory
from tests.fakes.slapd import BASE, PEOPLE, Person, run_slapd, why_no_slapd
from tests.fakes.tls import ServerAuthority

HUONG = Person(
    "huong",
    "Trần Thị Bích Hường",
    ("huong@snv.tphcm.example",),
    "Trưởng phòng",
    "Sở Nội vụ",
    "028 3829 1234",
    "mật khẩu",
)
CLERK = Person("vanthu", "Văn thư Sở Nội vụ", ("vanthu@snv.tphcm.example", "snv@tphcm.example"))
NOBODY = Person("khong", "Không Có Thư")
CROWD = [Person(f"u{n}", f"Nguyễn Văn {n}", (f"u{n}@stp.tphcm.example",)) for n in range(ldap.PAGE + 40)]
CITY = [HUONG, CLERK, NOBODY, *CROWD]
USER = f"uid=huong,{PEOPLE}"


@dataclass
class Served:
    """A directory with `CITY` in it."""

    implicit: Endpoint
    starttls: Endpoint
    anchors: tuple[bytes, ...]

    def asked(self, tls: TlsMode = TlsMode.IMPLICIT) -> DirectoryServer:
        return DirectoryServer(self.implicit if tls is TlsMode.IMPLICIT else self.starttls, BASE)


@pytest.fixture(scope="module", params=["fake", pytest.param("slapd", marks=pytest.mark.real_servers)])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    with contextlib.ExitStack() as stack:
        authority = ServerAuthority()
        if request.param == "slapd":
            if reason := why_no_slapd():
                pytest.skip(reason)
            real = stack.enter_context(run_slapd(authority, CITY))
            yield Served(real.endpoint, real.starttls_endpoint, real.anchors_pem)
            return
        entries = [_attributes(one) for one in CITY if one.mail]
        run = [
            stack.enter_context(
                run_directory(
                    FakeDirectory(entries, {USER: HUONG.password}, "reference"), authority.issue(), tls
                )
            )
            for tls in TlsMode
        ]
        yield Served(run[0].endpoint, run[1].endpoint, run[0].anchors_pem)


def _attributes(one: Person) -> dict[str, list[str]]:
    known = {"CN": one.name, "title": one.title, "ou": one.unit, "telephoneNumber": one.phone}
    return {"mail": list(one.mail)} | {name: [value] for name, value in known.items() if value}


@pytest.mark.parametrize("tls", list(TlsMode))
def test_everybody_is_read_page_by_page(served: Served, tls: TlsMode) -> None:
    copy = read_directory(served.asked(tls), None, served.anchors)
    addresses = {one.address.addr_spec for one in copy.entries}
    assert addresses == {mail for one in CITY for mail in one.mail}
    assert len(copy.entries) == len(addresses)
    assert not copy.is_whole  # a part of it is kept on another server, which is not asked
    huong = next(one for one in copy.entries if one.address.addr_spec == HUONG.mail[0])
    assert huong.address == MailAddress(HUONG.mail[0], HUONG.name)
    assert (huong.title, huong.unit, huong.phone) == (HUONG.title, HUONG.unit, HUONG.phone)


def test_no_more_than_was_wanted(served: Served) -> None:
    copy = read_directory(replace(served.asked(), most=30), None, served.anchors)
    assert len(copy.entries) == 30
    assert not copy.is_whole


def test_with_a_name_and_its_password(served: Served) -> None:
    asked = replace(served.asked(), user=USER)
    assert read_directory(asked, Secret(HUONG.password), served.anchors).entries
    with pytest.raises(AuthenticationFailed) as caught:
        read_directory(asked, Secret("sai"), served.anchors)
    assert "sai" not in repr(caught.value.params)


@pytest.mark.parametrize("password", [None, Secret("")])
def test_a_name_without_a_password_is_not_sent(served: Served, password: Secret | None) -> None:
    # RFC 4513 section 5.1.2: the server would take it for an anonymous bind and say yes.
    with pytest.raises(AuthenticationFailed) as caught:
        read_directory(replace(served.asked(), user=USER), password, served.anchors)
    assert caught.value.params["reason"] == "no-password"


@pytest.fixture(scope="module")
def slapd(server_authority: ServerAuthority) -> Iterator[Callable[..., DirectoryServer]]:
    if reason := why_no_slapd():
        pytest.skip(reason)
    with run_slapd(server_authority, CITY[:3]) as real:
        yield lambda **changed: replace(DirectoryServer(real.endpoint, BASE), **changed)


@pytest.mark.real_servers
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(uid=huong)", 1), ("(cn=*Bích*ờng)", 1), ("(cn=Trần*)", 1), ("(!(uid=huong))", 2),
        ("(|(uid=huong)(uid=vanthu))", 3), ("(&(mail=*)(title=Trưởng phòng))", 1), ("(uid>=v)", 0),
        (r"(cn=Tr\e1\ba\a7n*)", 1), ("(objectClass=nobody)", 0), ("(uid~=huong)", 1),
    ],
)  # fmt: skip
def test_filters_mean_what_the_server_takes_them_for(
    slapd: Callable[..., DirectoryServer], server_authority: ServerAuthority, text: str, expected: int
) -> None:
    anchors = (server_authority.ca.cert_pem.bytes(),)
    copy = read_directory(slapd(base=PEOPLE, filter=f"(&(objectClass=person){text})"), None, anchors)
    assert len(copy.entries) == expected


@pytest.mark.real_servers
def test_what_there_is_not_is_said_with_the_servers_number(
    slapd: Callable[..., DirectoryServer], server_authority: ServerAuthority
) -> None:
    anchors = (server_authority.ca.cert_pem.bytes(),)
    with pytest.raises(DirectoryRefused) as caught:
        read_directory(slapd(base="dc=khong-co"), None, anchors)
    assert caught.value.params["reason"] == "32"
    names = DirectoryAttributes(name="displayName", title="", unit="", phone="")
    copy = read_directory(slapd(attributes=names), None, anchors)
    assert {one.address.display_name for one in copy.entries} == {""}
