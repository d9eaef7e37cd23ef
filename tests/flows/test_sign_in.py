"""Signing in at an authorisation server, asked from a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from client.config.policy_mail import MailProfile, PolicyOAuth, PolicyServer
from client.errors import WorkshopLost
from client.model.oauth import SignInNeeded
from client.model.secret import AccessToken, Secret
from client.services.account_office import AccountOffice, AccountSetup
from client.services.tasks import WorkshopLane
from client.store.secrets import MemorySecrets
from tests.fakes.authorisation import FakeAuthorisation, Served, run_authorisation
from tests.fakes.tls import ServerAuthority

ADDRESS = "an@snv.x.example"
PENDING = (400, {"error": "authorization_pending"})
PLACE = PolicyServer("mail.x.example", 993)


@pytest.fixture
def fake() -> FakeAuthorisation:
    return FakeAuthorisation()


@pytest.fixture
def served(fake: FakeAuthorisation, server_authority: ServerAuthority) -> Iterator[Served]:
    with run_authorisation(fake, server_authority.issue()) as running:
        yield running


def office(folder: Path, served: Served) -> AccountOffice:
    server = served.server
    named = PolicyOAuth(server.token_url, server.device_url, server.client_id, server.scope)
    profiles = (
        MailProfile("x.example", PLACE, PLACE, oauth=named),
        MailProfile("mat-khau.x.example", PLACE, PLACE),
    )
    setup = AccountSetup(folder / "settings.toml", MemorySecrets(), profiles, served.anchors_pem)
    return AccountOffice(setup, WorkshopLane)


def test_a_code_is_shown_and_tokens_come_once_the_user_has_entered_it(
    tmp_path: Path, served: Served, fake: FakeAuthorisation
) -> None:
    desk = office(tmp_path, served)
    assert desk.signs_in(ADDRESS)
    fake.polls = [PENDING]
    sign_in = desk.sign_in(ADDRESS)
    assert sign_in.code.result(60).user_code == "BDWP-HQPK"
    tokens = sign_in.tokens().result(60)
    assert (tokens.access, tokens.refresh) == (AccessToken("access-1"), Secret("refresh-1"))
    assert isinstance(tokens.access, AccessToken)  # also after its way between two processes
    assert [path for path, _ in fake.asked] == ["/device", "/token", "/token"]


def test_a_cancelled_one_asks_no_more(tmp_path: Path, served: Served, fake: FakeAuthorisation) -> None:
    fake.polls = [PENDING] * 100
    sign_in = office(tmp_path, served).sign_in(ADDRESS)
    sign_in.code.result(60)
    waiting = sign_in.tokens()
    sign_in.cancel()
    sign_in.cancel()
    assert isinstance(waiting.exception(30), WorkshopLost)


def test_where_the_policy_names_no_server_nobody_signs_in(tmp_path: Path, served: Served) -> None:
    desk = office(tmp_path, served)
    for address in ("an@mat-khau.x.example", "an@y.example"):
        assert not desk.signs_in(address)
        with pytest.raises(SignInNeeded):
            desk.sign_in(address)
