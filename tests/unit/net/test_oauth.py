"""The device grant and refreshing, over HTTPS."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from client.errors import ClientError, ConnectionLost, ServerBusy, TlsUntrusted
from client.model.oauth import AuthorisationServer, DeviceCode, SignInNeeded
from client.model.secret import AccessToken, Secret
from client.net import http, oauth
from tests.fakes.authorisation import FakeAuthorisation, Served, run_authorisation
from tests.fakes.tls import ServerAuthority

PENDING = (400, {"error": "authorization_pending"})
SLOWER = (400, {"error": "slow_down"})


@pytest.fixture
def fake() -> FakeAuthorisation:
    return FakeAuthorisation()


@pytest.fixture
def served(fake: FakeAuthorisation, server_authority: ServerAuthority) -> Iterator[Served]:
    with run_authorisation(fake, server_authority.issue()) as running:
        yield running


class Pauses:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def clock(self) -> float:
        return sum(self.slept)


def waited(served: Served, code: DeviceCode, pauses: Pauses) -> Any:
    def post(url: str, fields: Any) -> tuple[int, bytes]:
        return http.post_form(url, fields, anchors=served.anchors_pem)

    return oauth.wait_with(served.server, code, post, pauses.sleep, pauses.clock)


def test_the_user_enters_a_code_and_tokens_come(served: Served, fake: FakeAuthorisation) -> None:
    code = oauth.begin(served.server, served.anchors_pem)
    assert (code.user_code, code.verification_url) == ("BDWP-HQPK", fake.verification)
    assert fake.asked[0] == ("/device", {"client_id": "cong-thu", "scope": "mail offline_access"})
    fake.polls = [PENDING, SLOWER, PENDING]
    pauses = Pauses()
    tokens = waited(served, code, pauses)
    assert pauses.slept == [1, 1, 6, 6]
    assert isinstance(tokens.access, AccessToken)
    assert (tokens.access, tokens.refresh) == (AccessToken("access-1"), Secret("refresh-1"))
    assert "access-1" not in repr(tokens)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((400, {"error": "access_denied"}), "sign-in-denied"),
        ((400, {"error": "expired_token"}), "code-expired"),
        ((401, {"error": "invalid_client"}), "sign-in-expired"),
        ((400, {"error": "unauthorized_client"}), "client-refused"),
        ((400, {}), "client-refused"),
    ],
)
def test_a_refusal_ends_the_asking(
    served: Served, fake: FakeAuthorisation, answer: tuple[int, dict[str, Any]], reason: str
) -> None:
    code = oauth.begin(served.server, served.anchors_pem)
    fake.polls = [PENDING, answer]
    with pytest.raises(SignInNeeded) as caught:
        waited(served, code, Pauses())
    assert caught.value.params["reason"] == reason
    assert fake.polls == []


def test_nobody_is_waited_for_longer_than_the_code_lives(served: Served, fake: FakeAuthorisation) -> None:
    code = replace(oauth.begin(served.server, served.anchors_pem), expires_in=5.0)
    fake.polls = [PENDING] * 20
    pauses = Pauses()
    with pytest.raises(SignInNeeded) as caught:
        waited(served, code, pauses)
    assert caught.value.params["reason"] == "code-expired"
    assert pauses.clock() <= 5


def test_a_server_that_is_away_for_a_moment_is_asked_again(fake: FakeAuthorisation) -> None:
    server = AuthorisationServer("https://localhost:1/token", "https://localhost:1/device", "c")
    answers = iter([ConnectionLost(host="x"), PENDING])
    code = DeviceCode(Secret("dev-code"), "A", "https://x.example", 600.0, 2.0)

    def post(url: str, fields: Any) -> tuple[int, bytes]:
        answer = next(answers, None)
        if isinstance(answer, ClientError):
            raise answer
        return fake.answer("/token", dict(fields)) if answer is None else (400, b'{"error":"slow_down"}')

    pauses = Pauses()
    assert oauth.wait_with(server, code, post, pauses.sleep, pauses.clock).access == AccessToken("access-1")
    assert pauses.slept == [2, 4, 9]


def test_a_refresh_keeps_the_old_token_unless_there_is_a_new_one(
    served: Served, fake: FakeAuthorisation
) -> None:
    fake.issued.append("earlier")
    before = Secret("refresh-0")
    assert oauth.refresh(served.server, before, served.anchors_pem).refresh == before
    fake.rotate = True
    assert oauth.refresh(served.server, before, served.anchors_pem).refresh == Secret("refresh-3")
    assert fake.asked[-1][1] == {
        "grant_type": "refresh_token", "refresh_token": "refresh-0", "client_id": "cong-thu",
    }  # fmt: skip
    with pytest.raises(SignInNeeded) as caught:
        oauth.refresh(served.server, before, served.anchors_pem)
    assert caught.value.params["reason"] == "sign-in-expired"
    # What the server repeats in its words is not passed on.
    assert "refresh-0" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        ((200, b"not json"), ConnectionLost), ((200, b"[1]"), ConnectionLost), ((200, b"{}"), ConnectionLost),
        ((200, b'{"access_token":"a b\\r\\nX","token_type":"Bearer"}'), ConnectionLost),
        ((200, b'{"access_token":"a","token_type":"mac"}'), ConnectionLost),
        ((200, b"[" * 60_000), ConnectionLost), ((200, b" " * 100_000), ConnectionLost),
        ((302, b""), SignInNeeded), ((503, b""), ServerBusy), ((429, b""), ServerBusy),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_used(
    served: Served, fake: FakeAuthorisation, raw: tuple[int, bytes], error: type[ClientError]
) -> None:
    fake.raw = raw
    with pytest.raises(error):
        oauth.refresh(served.server, Secret("refresh-0"), served.anchors_pem)
    assert len(fake.asked) == 1  # no redirect is followed


@pytest.mark.parametrize(
    "url", ["http://sso.example/x", "javascript:alert(1)", "https://", "file:///etc/passwd"]
)
def test_only_a_page_over_https_is_shown(served: Served, fake: FakeAuthorisation, url: str) -> None:
    fake.verification = url
    with pytest.raises(ConnectionLost):
        oauth.begin(served.server, served.anchors_pem)


@pytest.mark.parametrize("case", ["wrong-name", "unknown-issuer", "no-tls"])
def test_nothing_is_told_to_a_server_that_is_not_who_it_says(
    fake: FakeAuthorisation, server_authority: ServerAuthority, case: str
) -> None:
    identity = server_authority.issue(*(["other.example"] if case == "wrong-name" else []))
    with run_authorisation(fake, identity) as served:
        server = served.server
        if case == "no-tls":
            server = replace(server, token_url=server.token_url.replace("https", "http"))
        anchors = () if case == "unknown-issuer" else served.anchors_pem
        with pytest.raises(TlsUntrusted) as caught:
            oauth.refresh(server, Secret("refresh-0"), anchors)
    assert caught.value.params["reason"] == case
    assert fake.asked == []
