"""A slow link is no broken one, and a broken one carries nothing further."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import threading
import time
from datetime import UTC, datetime

import pytest

from client.errors import TimedOut
from client.model.outgoing import OutgoingMessage, SubmitResult
from client.model.secret import Secret
from client.net import imap, smtp
from client.net.imap_login import Patience
from client.net.smtp_login import SmtpPatience
from tests.fakes.flapping import slow_proxy
from tests.fakes.imap import FakeImapServer, FakeMailbox
from tests.fakes.imap_faults import wire_server
from tests.fakes.imap_profiles import DOVECOT
from tests.fakes.imap_wire import Conversation, Ended
from tests.fakes.scripted import Link, scripted_server
from tests.fakes.smtp import FakeSmtp
from tests.fakes.tls import ServerAuthority

A, B = "an@x.vn", "binh@x.vn"
PATIENCE = SmtpPatience(connect=5, command=1.0, final_reply=5)


def message(size: int) -> OutgoingMessage:
    raw = b"Message-ID: <1@x>\r\n\r\n" + (b"x" * 70 + b"\r\n") * (size // 72)
    return OutgoingMessage("an", "<1@x>", A, (B,), raw)


def test_a_large_message_goes_out_however_slow_the_link_as_long_as_it_moves(
    server_authority: ServerAuthority,
) -> None:
    identity, server = server_authority.issue(), FakeSmtp(extensions=(b"AUTH PLAIN",))
    letter = message(12_000_000)
    with scripted_server(identity, server) as running, slow_proxy(running.endpoint, 4_000_000) as slow:
        begin = time.monotonic()
        outcome = smtp.submit(
            slow, A, Secret("p"), letter, identity.anchors_pem, before_data=lambda: None, patience=PATIENCE
        )
        assert time.monotonic() - begin > PATIENCE.command
    assert outcome.result is SubmitResult.ACCEPTED
    assert len(server.taken) == 1


def test_a_copy_is_filed_however_slow_the_link(server_authority: ServerAuthority) -> None:
    identity = server_authority.issue()
    server = FakeImapServer({b"INBOX": FakeMailbox(), b"Sent": FakeMailbox()})
    letter = message(12_000_000)
    with wire_server(identity, server, DOVECOT) as endpoint, slow_proxy(endpoint, 4_000_000) as slow:
        session = imap.connect(slow, "an", Secret("pw"), identity.anchors_pem, patience=Patience(5, 1.0))
        session.append(b"Sent", letter.raw, (), datetime.now(UTC))
        session.logout()
    assert [one.raw for one in server.mailboxes[b"Sent"].messages.values()] == [letter.raw]


class Stuck:
    """A socket that takes nothing any more from ``at`` on, and keeps what it is given after that."""

    def __init__(self, sock: socket.socket, at: bytes) -> None:
        self._sock, self._at = sock, at
        self.later: list[bytes] = []
        self.stuck = False

    def sendall(self, data: bytes) -> None:
        if self.stuck or bytes(data).endswith(self._at):
            self.later += [bytes(data)] if self.stuck else []
            self.stuck = True
            raise TimeoutError
        self._sock.sendall(data)

    def __getattr__(self, name: str) -> object:
        return getattr(self._sock, name)


@pytest.mark.parametrize("at", [b"x\r\n", b".\r\n"])
def test_after_a_link_got_stuck_within_a_message_nothing_more_is_written_to_it(
    server_authority: ServerAuthority, monkeypatch: pytest.MonkeyPatch, at: bytes
) -> None:
    """TLS would write what is left of the record first: the final dot, of a message that is sent again."""
    identity, server = server_authority.issue(), FakeSmtp(extensions=(b"AUTH PLAIN",))
    sockets: list[Stuck] = []
    really = smtp._data

    def data(client: smtplib.SMTP, *rest: object) -> object:
        assert client.sock is not None
        sockets.append(Stuck(client.sock, at))
        client.sock = sockets[-1]  # type: ignore[assignment] # as good as one
        return really(client, *rest)  # type: ignore[arg-type] # passed on

    monkeypatch.setattr(smtp, "_data", data)
    with scripted_server(identity, server) as running:
        outcome = smtp.submit(
            running.endpoint, A, Secret("p"), message(1000), identity.anchors_pem, before_data=lambda: None
        )
    assert outcome.result is SubmitResult.RETRY_LATER
    assert sockets[0].later == []
    assert server.taken == []


def refusing_at_once(link: Link) -> None:
    """Says no to a recipient and hangs up."""
    talk = FakeSmtp(extensions=(b"AUTH PLAIN",), replies={b"RCPT": b"550 5.1.1 nobody"})
    with contextlib.suppress(EOFError):
        link.send(b"220 fake\r\n")
        while True:
            line = link.line()
            link.send(talk._reply(line, line.split(b" ")[0].upper()) + b"\r\n")
            if line.upper().startswith(b"RCPT"):
                return


def test_a_refusal_counts_though_the_server_hangs_up_after_it(server_authority: ServerAuthority) -> None:
    identity = server_authority.issue()
    with scripted_server(identity, refusing_at_once) as running:
        outcome = smtp.submit(
            running.endpoint, A, Secret("p"), message(100), identity.anchors_pem, before_data=lambda: None
        )
    assert (outcome.result, outcome.code) == (SubmitResult.REJECTED, "recipient-refused")
    assert outcome.refused == (B,)


def too_large(link: Link) -> None:
    """Has had enough in the middle of the message."""
    talk = FakeSmtp(extensions=(b"AUTH PLAIN",))
    link.send(b"220 fake\r\n")
    while not (line := link.line()).upper().startswith(b"DATA"):
        link.send(talk._reply(line, line.split(b" ")[0].upper()) + b"\r\n")
    link.send(b"354 go on\r\n")
    link.exactly(100)
    link.send(b"552 5.3.4 too much\r\n")
    link.until(b"ket thuc\r\n")
    time.sleep(0.2)


def test_a_refusal_for_good_within_the_message_is_not_tried_again(server_authority: ServerAuthority) -> None:
    identity = server_authority.issue()
    letter = message(400_000)
    letter = OutgoingMessage("an", "<1@x>", A, (B,), letter.raw + b"ket thuc\r\n")
    with scripted_server(identity, too_large) as running:
        outcome = smtp.submit(
            running.endpoint, A, Secret("p"), letter, identity.anchors_pem, before_data=lambda: None
        )
    assert (outcome.result, outcome.code) == (SubmitResult.REJECTED, "message-too-large")
    assert "552" in outcome.reply


def test_a_link_that_died_without_a_word_is_noticed_when_idle_is_renewed(
    server_authority: ServerAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a firewall that forgot it: what is written arrives nowhere, and nothing ever comes."""
    identity = server_authority.issue()
    server = FakeImapServer({b"INBOX": FakeMailbox()})
    dead = threading.Event()

    def silent(conversation: Conversation) -> bytes:
        conversation._send(b"+ idling\r\n")
        dead.wait(20)
        raise Ended

    monkeypatch.setattr(Conversation, "_do_idle", silent)
    with wire_server(identity, server, DOVECOT) as endpoint:
        patience = Patience(5, 0.5)
        session = imap.connect(endpoint, "an", Secret("pw"), identity.anchors_pem, patience=patience)
        session.select(b"INBOX")
        begin = time.monotonic()
        with pytest.raises(TimedOut):
            session.idle(0.5, lambda: False)
        assert time.monotonic() - begin < 3
        dead.set()
        session.logout()
