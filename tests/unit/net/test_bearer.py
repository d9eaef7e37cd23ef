"""Logging in with an access token, over IMAP and SMTP, to the challenge that says why not."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable

import pytest

from client.errors import AuthenticationFailed, ConnectionLost, ServerBusy
from client.model.oauth import SignInNeeded
from client.model.outgoing import OutgoingMessage, SubmitOutcome, SubmitResult
from client.model.secret import AccessToken
from client.net import imap, smtp, smtp_login
from client.net.bearer import bearer_exchange
from client.net.imap_login import Patience
from client.net.trace import Trace
from tests.fakes.scripted import Link, scripted_server
from tests.fakes.tls import ServerAuthority

CANARY = "CANARY-token.41c/+=="
TOKEN = AccessToken(CANARY)
USER = "an=b,c@x.example"
OAUTHBEARER = b"n,a=an=3Db=2Cc@x.example,\x01auth=Bearer CANARY-token.41c/+==\x01\x01"
XOAUTH2 = b"user=an=b,c@x.example\x01auth=Bearer CANARY-token.41c/+==\x01\x01"
REFUSAL = base64.b64encode(json.dumps({"status": "invalid_token", "scope": CANARY}).encode())
MECHANISMS = [
    (b"PLAIN LOGIN XOAUTH2 OAUTHBEARER", b"OAUTHBEARER", OAUTHBEARER, b"\x01"),
    (b"PLAIN XOAUTH2", b"XOAUTH2", XOAUTH2, b""),
]
MESSAGE = OutgoingMessage("a", "<1@x>", "a@x.example", ("b@x.example",), b"From: a@x.example\r\n\r\nx\r\n")


class Heard:
    """What a server was told."""

    def __init__(self) -> None:
        self.mechanism = b""
        self.said: list[bytes] = []

    def take(self, line: bytes) -> None:
        self.said.append(base64.b64decode(line))


def imap_script(
    offered: bytes, heard: Heard, end: bytes, *, challenge: bytes = b"", drop: bool = False
) -> Callable[[Link], None]:
    def script(link: Link) -> None:
        link.send(b"* OK hello\r\n")
        names = b" ".join(b"AUTH=" + name for name in offered.split())
        while True:
            tag, _, rest = link.line().partition(b" ")
            verb, _, argument = rest.partition(b" ")
            if verb == b"CAPABILITY":
                link.send(b"* CAPABILITY IMAP4rev1 " + names + b"\r\n")
            elif verb == b"AUTHENTICATE":
                heard.mechanism = argument
                link.send(b"+ \r\n")
                heard.take(link.line())
                if drop:
                    raise EOFError
                if challenge:
                    link.send(b"+ " + challenge + b"\r\n")
                    heard.take(link.line())
                link.send(tag + b" " + end + b"\r\n")
                continue
            link.send(tag + b" OK done\r\n")

    return script


def smtp_script(offered: bytes, heard: Heard, end: bytes, challenge: bytes = b"") -> Callable[[Link], None]:
    def script(link: Link) -> None:
        link.send(b"220 fake\r\n")
        while True:
            verb, _, rest = link.line().partition(b" ")
            if verb.upper() == b"EHLO":
                link.send(b"250-fake\r\n250 AUTH " + offered + b"\r\n")
            elif verb == b"AUTH":
                heard.mechanism, _, first = rest.partition(b" ")
                heard.take(first)
                if challenge:
                    link.send(b"334 " + challenge + b"\r\n")
                    heard.take(link.line())
                link.send(end + b"\r\n")
            else:
                link.send(b"221 bye\r\n" if verb.upper() == b"QUIT" else b"250 fine\r\n")

    return script


def log_in(authority: ServerAuthority, script: Callable[[Link], None], trace: Trace | None = None) -> None:
    with scripted_server(authority.issue(), script) as server:
        imap.connect(
            server.endpoint, USER, TOKEN, server.anchors_pem, patience=Patience(5, 5), trace=trace
        ).logout()


def submit(authority: ServerAuthority, script: Callable[[Link], None]) -> SubmitOutcome:
    with scripted_server(authority.issue(), script) as server:
        return smtp.submit(
            server.endpoint, USER, TOKEN, MESSAGE, server.anchors_pem,
            before_data=lambda: pytest.fail("nothing is sent"), patience=smtp_login.SmtpPatience(5, 5, 5),
        )  # fmt: skip


@pytest.mark.parametrize(("offered", "mechanism", "first", "_last"), MECHANISMS)
def test_the_token_is_said_as_the_mechanism_wants_it(
    server_authority: ServerAuthority, offered: bytes, mechanism: bytes, first: bytes, _last: bytes
) -> None:
    heard = Heard()
    log_in(server_authority, imap_script(offered, heard, b"OK in"))
    assert (heard.mechanism, heard.said) == (mechanism, [first])
    heard = Heard()
    with scripted_server(server_authority.issue(), smtp_script(offered, heard, b"235 2.7.0 in")) as server:
        smtp_login.check_login(server.endpoint, USER, TOKEN, server.anchors_pem)
    assert (heard.mechanism, heard.said) == (mechanism, [first])


@pytest.mark.parametrize(("offered", "_mechanism", "first", "last"), MECHANISMS)
def test_the_error_challenge_is_answered_and_the_token_is_refused(
    server_authority: ServerAuthority,
    caplog: pytest.LogCaptureFixture,
    offered: bytes,
    _mechanism: bytes,
    first: bytes,
    last: bytes,
) -> None:
    caplog.set_level(logging.DEBUG)
    heard, trace = Heard(), Trace()
    script = imap_script(offered, heard, b"NO [AUTHENTICATIONFAILED] " + CANARY.encode(), challenge=REFUSAL)
    with pytest.raises(SignInNeeded) as caught:
        log_in(server_authority, script, trace)
    assert heard.said == [first, last]
    assert caught.value.params["reason"] == "token-refused"
    heard = Heard()
    outcome = submit(server_authority, smtp_script(offered, heard, b"535 5.7.8 " + CANARY.encode(), REFUSAL))
    assert heard.said == [first, last]
    assert (outcome.code, outcome.reason) == ("sign-in-needed", "token-refused")
    seen: BaseException | None = caught.value
    while seen is not None:
        assert CANARY not in f"{seen!r} {seen} {vars(seen)}"
        seen = seen.__cause__
    for secret in (CANARY, base64.b64encode(first).decode(), REFUSAL.decode()):
        assert secret not in caplog.text
        assert secret not in "\n".join(trace.lines())
        assert secret not in repr(outcome)


def test_the_trace_of_a_submission_holds_no_token(server_authority: ServerAuthority) -> None:
    trace = Trace()
    script = smtp_script(b"XOAUTH2", Heard(), b"535 5.7.8 no", REFUSAL)
    with scripted_server(server_authority.issue(), script) as server, pytest.raises(SignInNeeded):
        smtp_login.check_login(server.endpoint, USER, TOKEN, server.anchors_pem, trace=trace)
    said = "\n".join(trace.lines())
    assert "AUTH XOAUTH2 ..." in said
    for secret in (CANARY, base64.b64encode(XOAUTH2).decode(), REFUSAL.decode()):
        assert secret not in said


def test_a_token_is_never_sent_as_a_password(server_authority: ServerAuthority) -> None:
    heard = Heard()
    with pytest.raises(AuthenticationFailed) as caught:
        log_in(server_authority, imap_script(b"PLAIN LOGIN", heard, b"OK in"))
    assert caught.value.params["reason"] == "no-bearer"
    assert heard.said == []
    outcome = submit(server_authority, smtp_script(b"PLAIN LOGIN", heard, b"235 in"))
    assert (outcome.result, outcome.code, outcome.reason) == (
        SubmitResult.REJECTED, "authentication-failed", "no-bearer",
    )  # fmt: skip
    assert heard.said == []


@pytest.mark.parametrize(
    ("end", "drop", "error"),
    [(b"NO [UNAVAILABLE] later", False, ServerBusy), (b"", True, ConnectionLost)],
)
def test_a_server_in_trouble_is_no_reason_to_sign_in_again(
    server_authority: ServerAuthority, end: bytes, drop: bool, error: type[Exception]
) -> None:
    with pytest.raises(error) as caught:
        log_in(server_authority, imap_script(b"XOAUTH2", Heard(), end, drop=drop))
    assert not isinstance(caught.value, AuthenticationFailed)


@pytest.mark.parametrize(
    ("user", "token"), [("an", "a\r\nb"), ("an", "a\x01b"), ("a\x01n", "ok"), ("an", "đ")]
)
def test_what_would_say_something_else_is_not_said(user: str, token: str) -> None:
    with pytest.raises(AuthenticationFailed):
        bearer_exchange("x", user, AccessToken(token), ["XOAUTH2"])


@pytest.mark.parametrize("challenge", [b"", b"\xff", b"[]", b"{}", b"[" * 50_000, b'{"status": {"a": 1}}'])
def test_any_challenge_is_answered(challenge: bytes) -> None:
    exchange = bearer_exchange("x", "an", AccessToken("t"), ["xoauth2"])
    assert exchange.answer(b"").startswith(b"user=an")
    assert exchange.answer(challenge) == b""
    assert exchange.refused
