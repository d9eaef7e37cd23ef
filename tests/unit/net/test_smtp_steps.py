"""How each way a submission can end is told."""

from __future__ import annotations

import base64

import pytest

from client.errors import TlsUntrusted
from client.model.account import TlsMode
from client.model.outgoing import OutgoingMessage, SubmitOutcome, SubmitResult
from client.model.secret import Secret
from client.net import smtp, smtp_login
from tests.fakes.scripted import Link, scripted_server
from tests.fakes.smtp import FakeSmtp
from tests.fakes.tls import ServerAuthority

RAW = b"From: a@x.example\r\nTo: b@x.example\r\n\r\n.\r\n..\r\n.dot\r\nend\r\n"
CANARY = "CANARY-mật-7f3"
PATIENCE = smtp_login.SmtpPatience(connect=5, command=5, final_reply=5)


def send(
    authority: ServerAuthority,
    fake: FakeSmtp,
    raw: bytes = RAW,
    rcpt: tuple[str, ...] = ("b@x.example", "c@x.example"),
) -> tuple[SubmitOutcome, int]:
    calls: list[int] = []
    message = OutgoingMessage("acc", "<1@x>", "a@x.example", rcpt, raw)
    with scripted_server(authority.issue(), fake) as server:
        outcome = smtp.submit(
            server.endpoint, "a", Secret(CANARY), message, server.anchors_pem,
            before_data=lambda: calls.append(1), patience=PATIENCE,
        )  # fmt: skip
    assert CANARY not in repr(outcome)
    return outcome, len(calls)


def test_an_accepted_message_has_its_dots_back(server_authority: ServerAuthority) -> None:
    fake = FakeSmtp()
    outcome, calls = send(server_authority, fake)
    assert (outcome.result, calls) == (SubmitResult.ACCEPTED, 1)
    assert fake.taken[0].removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.") == RAW
    assert b"EHLO" in fake.verbs


@pytest.mark.parametrize(
    ("replies", "result", "code"),
    [
        ({b"AUTH": b"535 5.7.8 no " + CANARY.encode()}, SubmitResult.REJECTED, "authentication-failed"),
        ({b"AUTH": b"454 4.7.0 later"}, SubmitResult.RETRY_LATER, "server-busy"),
        ({b"MAIL": b"451 4.3.0 later"}, SubmitResult.RETRY_LATER, "server-busy"),
        ({b"MAIL": b"552 5.3.4 big"}, SubmitResult.REJECTED, "message-too-large"),
        ({b"MAIL": b"550 5.7.1 not you"}, SubmitResult.REJECTED, "submission-rejected"),
        ({b"RCPT": b"450 4.2.0 later"}, SubmitResult.RETRY_LATER, "server-busy"),
        ({b"RCPT": b"451 4.7.1 Greylisting in action"}, SubmitResult.RETRY_LATER, "server-busy"),
        ({b"RCPT": b"552 5.3.4 big"}, SubmitResult.REJECTED, "recipient-refused"),
        ({b"EHLO": b"421 4.3.2 closing"}, SubmitResult.RETRY_LATER, "server-busy"),
        ({b"MAIL": b"421 4.3.2 closing"}, SubmitResult.RETRY_LATER, "server-busy"),
        ({b"RCPT": b"421 4.3.2 closing"}, SubmitResult.RETRY_LATER, "server-busy"),
        ({b"EHLO": b"502 5.5.1 no"}, SubmitResult.REJECTED, "submission-rejected"),
    ],
)
def test_a_refusal_before_data_delivers_nothing(
    server_authority: ServerAuthority, replies: dict[bytes, bytes], result: SubmitResult, code: str
) -> None:
    fake = FakeSmtp(replies)
    outcome, calls = send(server_authority, fake)
    assert (outcome.result, outcome.code, calls) == (result, code, 0)
    assert b"DATA" not in fake.verbs


def test_one_refused_recipient_and_nobody_gets_anything(server_authority: ServerAuthority) -> None:
    fake = FakeSmtp({b"RCPT TO:<c@x.example>": b"550 5.1.1 unknown"})
    outcome, calls = send(server_authority, fake)
    assert outcome.result is SubmitResult.REJECTED
    assert (outcome.code, outcome.refused, calls) == ("recipient-refused", ("c@x.example",), 0)
    assert b"RSET" in fake.verbs
    assert b"DATA" not in fake.verbs


def test_a_refusal_for_good_outweighs_one_for_now(server_authority: ServerAuthority) -> None:
    fake = FakeSmtp(
        {b"RCPT TO:<b@x.example>": b"450 4.2.0 later", b"RCPT TO:<c@x.example>": b"550 5.1.1 unknown"}
    )
    outcome, _ = send(server_authority, fake)
    assert (outcome.result, outcome.refused) == (SubmitResult.REJECTED, ("c@x.example",))


def test_a_message_over_the_announced_size_is_not_begun(server_authority: ServerAuthority) -> None:
    fake = FakeSmtp(extensions=(b"AUTH PLAIN", b"SIZE 20"))
    outcome, _ = send(server_authority, fake)
    assert (outcome.result, outcome.code) == (SubmitResult.REJECTED, "message-too-large")
    assert b"MAIL" not in fake.verbs


def test_a_server_without_auth_is_not_used(server_authority: ServerAuthority) -> None:
    fake = FakeSmtp(extensions=(b"SIZE 10000",))
    outcome, _ = send(server_authority, fake)
    assert outcome.result is SubmitResult.REJECTED
    assert b"MAIL" not in fake.verbs


def test_auth_login_serves_where_plain_is_missing(server_authority: ServerAuthority) -> None:
    password = base64.b64encode(CANARY.encode()).upper()
    replies = {b"AUTH": b"334 VXNlcm5hbWU6", b"YQ==": b"334 UGFzc3dvcmQ6", password: b"235 2.7.0 welcome"}
    outcome, _ = send(server_authority, FakeSmtp(replies, extensions=(b"AUTH LOGIN",)))
    assert outcome.result is SubmitResult.ACCEPTED


@pytest.mark.parametrize("drop", ["before-354", "in-data"])
def test_a_link_lost_before_the_final_dot_is_tried_again(
    server_authority: ServerAuthority, drop: str
) -> None:
    large = RAW + (b"x" * 70 + b"\r\n") * 200_000  # more than fits into the sockets' buffers
    fake = FakeSmtp(extensions=(b"AUTH PLAIN",), drop=drop)
    outcome, calls = send(server_authority, fake, large)
    assert (outcome.result, outcome.code, calls) == (SubmitResult.RETRY_LATER, "connection-lost", 1)


def test_a_link_lost_after_the_final_dot_is_uncertain(server_authority: ServerAuthority) -> None:
    outcome, calls = send(server_authority, FakeSmtp(drop="after-dot"))
    assert (outcome.result, calls) == (SubmitResult.UNCERTAIN, 1)


@pytest.mark.parametrize(
    ("reply", "result"),
    [
        (b"451 4.3.0 later", SubmitResult.RETRY_LATER),
        (b"421 4.3.2 closing", SubmitResult.RETRY_LATER),
        (b"552 5.3.4 big", SubmitResult.REJECTED),
        (b"554 5.7.1 spam", SubmitResult.REJECTED),
        (b"354 what", SubmitResult.UNCERTAIN),
        (b"nonsense", SubmitResult.UNCERTAIN),
    ],
)
def test_the_reply_to_the_final_dot_decides(
    server_authority: ServerAuthority, reply: bytes, result: SubmitResult
) -> None:
    outcome, _ = send(server_authority, FakeSmtp(final_reply=reply))
    assert outcome.result is result


@pytest.mark.parametrize(
    "raw",
    [
        b"A: b\r\n\r\nx\n.\r\nMAIL FROM:<evil@x>\r\n",
        b"A: b\r\n\r\nx\r.\r\n",
        b"A: b\r\n\r\nno end",
        "A: đ\r\n\r\nx\r\n".encode(),
        b"A: b\r\n\r\n\0\r\n",
        b"A: b\r\n\r\n" + b"x" * 999 + b"\r\n",
    ],
)
def test_bytes_that_would_not_arrive_as_they_are_never_leave(
    server_authority: ServerAuthority, raw: bytes
) -> None:
    fake = FakeSmtp()
    outcome, calls = send(server_authority, fake, raw)
    assert (outcome.result, outcome.code, calls) == (SubmitResult.REJECTED, "malformed-message", 0)
    assert fake.verbs == []


@pytest.mark.parametrize("address", ["", "b", "b@x.example>\r\nRCPT TO:<c@x", "b c@x.example", "đ@x.example"])
def test_an_address_that_is_none_is_refused_here(server_authority: ServerAuthority, address: str) -> None:
    fake = FakeSmtp()
    outcome, _ = send(server_authority, fake, rcpt=(address,))
    assert (outcome.result, outcome.code, outcome.refused) == (
        SubmitResult.REJECTED,
        "recipient-refused",
        (address,),
    )
    assert fake.verbs == []


def test_what_before_data_raises_goes_through_and_nothing_is_sent(server_authority: ServerAuthority) -> None:
    fake = FakeSmtp()

    def full() -> None:
        raise MemoryError

    message = OutgoingMessage("acc", "<1@x>", "a@x.example", ("b@x.example",), RAW)
    with scripted_server(server_authority.issue(), fake) as server, pytest.raises(MemoryError):
        smtp.submit(
            server.endpoint,
            "a",
            Secret("p"),
            message,
            server.anchors_pem,
            before_data=full,
            patience=PATIENCE,
        )
    assert b"DATA" not in fake.verbs


def test_a_server_without_starttls_never_sees_the_password(server_authority: ServerAuthority) -> None:
    fake = FakeSmtp()
    message = OutgoingMessage("acc", "<1@x>", "a@x.example", ("b@x.example",), RAW)
    with scripted_server(server_authority.issue(), fake, TlsMode.STARTTLS) as server:
        outcome = smtp.submit(
            server.endpoint, "a", Secret("p"), message, server.anchors_pem,
            before_data=lambda: None, patience=PATIENCE,
        )  # fmt: skip
    assert (outcome.result, outcome.code) == (SubmitResult.RETRY_LATER, "tls-untrusted")
    assert b"AUTH" not in fake.verbs


def test_text_injected_before_the_handshake_is_not_taken_for_an_answer(
    server_authority: ServerAuthority,
) -> None:
    fake = FakeSmtp(extensions=(b"AUTH PLAIN", b"SIZE 77"))

    def script(link: Link) -> None:
        link.send(b"220 fake\r\n")
        link.line()
        link.send(b"250-fake\r\n250 STARTTLS\r\n")
        link.line()
        link.send(b"220 go\r\n250-evil\r\n250 SIZE 1\r\n")
        link.protect()
        while True:
            line = link.line()
            link.send(fake._reply(line, line.split(b" ")[0].upper()) + b"\r\n")

    with scripted_server(server_authority.issue(), script, TlsMode.STARTTLS) as server:
        assert (
            smtp_login.check_login(server.endpoint, "u", Secret("p"), server.anchors_pem, patience=PATIENCE)
            == 77
        )


def test_the_size_limit_of_an_untrusted_server_is_not_asked(server_authority: ServerAuthority) -> None:
    with (
        scripted_server(server_authority.issue(), FakeSmtp()) as server,
        pytest.raises(TlsUntrusted) as caught,
    ):
        smtp_login.check_login(server.endpoint, "u", Secret("p"), (), patience=PATIENCE)
    assert caught.value.params["reason"] == "unknown-issuer"
