"""Access tokens in the engine: refreshed in time, never kept; one that was refused is not offered again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.config.paths import Paths
from client.errors import ConnectionLost
from client.model.account import Account, Endpoint, Identity, Login
from client.model.address import MailAddress
from client.model.oauth import AuthorisationServer, SignInNeeded, Tokens
from client.model.outgoing import OutgoingMessage, SubmitOutcome, SubmitResult
from client.model.secret import AccessToken, Secret
from client.services.engine_context import AccountContext, Net
from client.services.engine_setup import EngineSetup
from client.services.engine_tokens import AccessTokens, TokenSetup
from client.store.database import open_ledger
from client.store.secrets import MemorySecrets
from tests.fakes.imap import FakeImapServer, FakeImapSession

SERVER = AuthorisationServer("https://sso.example/token", "https://sso.example/device", "c")
PLACE = Endpoint("mail.example", 993)
ACCOUNT = Account("an", Identity(MailAddress("an@x.example")), PLACE, PLACE, "an", login=Login.OAUTH)
MESSAGE = OutgoingMessage("an", "<1@x>", "an@x.example", ("b@x.example",), b"x\r\n")


@dataclass
class World:
    """A clock that is moved and an authorisation server in memory."""

    secrets: MemorySecrets = field(default_factory=lambda: MemorySecrets({"an": Secret("refresh-0")}))
    now: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    given: int = 0
    fault: Exception | None = None
    rotated: str = ""
    good: str = "access-1"
    """The token that the mail server takes."""
    offered: list[Secret] = field(default_factory=list)

    def refresh(self, server: AuthorisationServer, token: Secret, anchors: tuple[bytes, ...] = ()) -> Tokens:
        if self.fault is not None:
            raise self.fault
        self.given += 1
        return Tokens(
            AccessToken(f"access-{self.given}"), 3600.0, Secret(self.rotated) if self.rotated else token
        )

    def tokens(self, named: bool = True) -> AccessTokens:
        servers = {"an": SERVER} if named else {}
        return AccessTokens(ACCOUNT, TokenSetup(self.secrets, servers, (), self.refresh, lambda: self.now))

    def connect(
        self,
        endpoint: Endpoint,
        user: str,
        password: Secret,
        anchors: tuple[bytes, ...] = (),
        *,
        without: frozenset[str] = frozenset(),
    ) -> FakeImapSession:
        self.offered.append(password)
        if password != AccessToken(self.good):
            raise SignInNeeded(host=endpoint.host, user=user, reason="token-refused")
        return FakeImapSession(FakeImapServer({}))

    def submit(
        self,
        endpoint: Endpoint,
        user: str,
        password: Secret,
        message: OutgoingMessage,
        anchors: tuple[bytes, ...] = (),
        *,
        before_data: Callable[[], None],
    ) -> SubmitOutcome:
        self.offered.append(password)
        if password != AccessToken(self.good):
            return SubmitOutcome(SubmitResult.REJECTED, "sign-in-needed", reason="token-refused")
        return SubmitOutcome(SubmitResult.ACCEPTED)


@pytest.fixture
def world() -> World:
    return World()


def test_one_token_serves_until_it_is_about_to_end(world: World) -> None:
    tokens = world.tokens()
    first = tokens.access()
    world.now += timedelta(minutes=54)
    assert tokens.access() is first
    world.now += timedelta(minutes=2)
    assert tokens.access() == AccessToken("access-2")
    assert world.secrets.get("an") == Secret("refresh-0")


def test_a_new_refresh_token_goes_into_the_keyring(world: World) -> None:
    world.rotated = "refresh-1"
    world.tokens().access()
    assert world.secrets.get("an") == Secret("refresh-1")


def test_what_was_refused_is_not_offered_again_and_a_newer_one_stays(world: World) -> None:
    tokens = world.tokens()
    first = tokens.access()
    tokens.refused(first)
    second = tokens.access()
    tokens.refused(first)
    assert tokens.access() is second


def test_who_has_to_do_what_is_said(world: World) -> None:
    world.fault = SignInNeeded(host="sso.example", user="", reason="sign-in-expired")
    with pytest.raises(SignInNeeded) as caught:
        world.tokens().access()
    assert caught.value.params == {"host": "sso.example", "user": "an", "reason": "sign-in-expired"}
    world.fault = ConnectionLost(host="sso.example")
    with pytest.raises(ConnectionLost):
        world.tokens().access()
    world.secrets.delete("an")
    with pytest.raises(SignInNeeded) as caught:
        world.tokens().access()
    assert caught.value.params["reason"] == "no-sign-in"
    with pytest.raises(SignInNeeded) as caught:
        world.tokens(named=False).access()
    assert caught.value.params["reason"] == "no-oauth-server"


def context(world: World, folder: Path) -> AccountContext:
    setup = EngineSetup(Paths(folder), (ACCOUNT,), world.secrets, oauth={"an": SERVER})
    net = Net(world.connect, world.submit, lambda *_, **__: None, lambda *_: b"", refresh=world.refresh)
    ledger = open_ledger(folder / "ledger.db")
    return AccountContext(ACCOUNT, setup, net, ledger, lambda _: None, lambda: world.now)


def test_a_token_taken_back_is_replaced_once(world: World, tmp_path: Path) -> None:
    office = context(world, tmp_path)
    office.connected()
    world.good = "access-2"
    office.connected()
    assert [one.reveal() for one in world.offered] == ["access-1", "access-1", "access-2"]
    assert all(isinstance(one, AccessToken) for one in world.offered)
    world.good = "nothing"
    with pytest.raises(SignInNeeded):
        office.connected()
    assert len(world.offered) == 5


def test_a_submission_that_was_refused_takes_a_new_token_next_time(world: World, tmp_path: Path) -> None:
    office = context(world, tmp_path)
    world.good = "access-2"
    for wanted in (SubmitResult.REJECTED, SubmitResult.ACCEPTED):
        outcome = office.submit(PLACE, "an", office.password(), MESSAGE, before_data=lambda: None)
        assert outcome.result is wanted
