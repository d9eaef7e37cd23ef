"""A slow link is no broken one, and a broken one carries nothing further."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from client.errors import ConnectionLost, TimedOut
from client.model.outgoing import OutgoingMessage, SubmitResult
from client.model.secret import Secret
from client.net import imap, pace, smtp, wire
from client.net.idle import Waker, wait_for_change
from client.net.imap_login import Patience
from client.net.pace import Pace
from client.net.smtp_login import SmtpPatience, check_login
from client.net.wire import Wire
from tests.fakes.flapping import slow_proxy
from tests.fakes.imap import FakeImapServer, FakeMailbox
from tests.fakes.imap_faults import Faults, wire_server
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


@pytest.mark.parametrize("words", ["body", "headers", "flags"])
def test_a_server_that_trickles_is_cut_off(server_authority: ServerAuthority, words: str) -> None:
    """Each octet comes well within the socket's patience."""
    identity = server_authority.issue()
    server = FakeImapServer({b"INBOX": FakeMailbox()})
    server.mailboxes[b"INBOX"].add(b"Subject: a\r\n\r\n" + b"x" * 3000)
    faults = Faults()
    with wire_server(identity, server, DOVECOT, faults) as endpoint:
        patience = Patience(5, 5, answer=0.3)
        session = imap.connect(endpoint, "an", Secret("pw"), identity.anchors_pem, patience=patience)
        session.select(b"INBOX")
        faults.chop, faults.pause = 1, 2 / pace.SLOWEST
        asked: dict[str, Callable[[], object]] = {
            "body": lambda: session.fetch_body(1),
            "headers": lambda: list(session.fetch_headers(1)),
            "flags": lambda: session.fetch_flags(1),
        }
        with pytest.raises(TimedOut):
            asked[words]()
        session.logout()


def test_an_answer_may_take_as_long_as_it_likes_while_it_gets_on(server_authority: ServerAuthority) -> None:
    identity = server_authority.issue()
    server = FakeImapServer({b"INBOX": FakeMailbox()})
    raw = b"Subject: a\r\n\r\n" + b"x" * 8000
    server.mailboxes[b"INBOX"].add(raw)
    faults = Faults()
    with wire_server(identity, server, DOVECOT, faults) as endpoint:
        patience = Patience(5, 5, answer=0.3)
        session = imap.connect(endpoint, "an", Secret("pw"), identity.anchors_pem, patience=patience)
        session.select(b"INBOX")
        faults.chop, faults.pause = 400, 0.05
        begin = time.monotonic()
        assert session.fetch_body(1) == raw
        assert time.monotonic() - begin > 2 * patience.answer
        session.logout()


def test_patience_is_used_up_by_waiting_and_given_back_by_octets() -> None:
    """A line of 64 kbit/s and a message of 25 MB, in pieces of a TLS record: an hour."""
    slow = Pace()
    assert all(slow.waited(2.0, 16_384) for _ in range(25_000_000 // 16_384))
    minutes = 0
    while slow.waited(60.0, 1):
        minutes += 1
    assert minutes == 5
    noted = Pace()
    for _ in range(20):  # a server that is long at work says so, and is believed a few times
        noted.at_work()
        if not all(noted.waited(60.0, 20) for _ in range(4)):
            break
        minutes += 4
    assert 20 < minutes < 40


def test_a_server_that_says_often_that_it_searches_is_believed_as_long_as_one_that_says_it_seldom() -> None:
    """Dovecot does so every ten seconds; in a mailbox of 300,000 that may take a quarter of an hour."""
    seconds, told = 0, Pace()
    while told.waited(10.0, 60):
        told.at_work()
        seconds += 10
    assert 20 * 60 < seconds < 40 * 60


def test_idle_may_be_as_quiet_as_it_likes_and_what_follows_it_may_not() -> None:
    ours, theirs = socket.socketpair()
    ours.settimeout(5)
    stream = Wire(ours, "fake")
    stream.pace = Pace(0.3)
    over, trickled = threading.Event(), threading.Event()

    def serve() -> None:
        lines = theirs.makefile("rb")
        lines.readline()
        theirs.sendall(b"+ idling\r\n* OK sti")
        while not over.wait(0.02):
            theirs.sendall(b".")
        theirs.sendall(b"\r\nIDLE1 OK\r\n")
        lines.readline()
        lines.readline()
        with contextlib.suppress(OSError):
            while not trickled.wait(2 / pace.SLOWEST):
                theirs.sendall(b".")
        lines.close()

    thread = threading.Thread(target=serve)
    thread.start()
    waker = Waker()
    threading.Timer(1.0, over.set).start()
    assert wait_for_change(stream, waker, 0.9, lambda: False) is False
    with pytest.raises(TimedOut):
        wait_for_change(stream, waker, 0.9, lambda: False)
    trickled.set()
    waker.close()
    thread.join(10)
    theirs.close()


def test_a_line_without_an_end_in_idle_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_LINE", 100_000)
    ours, theirs = socket.socketpair()
    ours.settimeout(5)

    def serve() -> None:
        theirs.sendall(b"+ idling\r\n")
        with contextlib.suppress(OSError):
            for _ in range(1000):
                theirs.sendall(b"x" * 10_000)

    thread = threading.Thread(target=serve)
    thread.start()
    waker = Waker()
    with pytest.raises(ConnectionLost) as caught:
        wait_for_change(Wire(ours, "fake"), waker, 5, lambda: False)
    waker.close()
    assert caught.value.params["reason"] == "line-too-long"
    thread.join(10)
    theirs.close()


def endless_greeting(link: Link) -> None:
    with contextlib.suppress(OSError):
        for _ in range(400):
            link.send(b"220-still\r\n")
            time.sleep(0.02)
    link.send(b"220 fake\r\n")


def test_a_submission_server_that_never_comes_to_an_end_is_cut_off(server_authority: ServerAuthority) -> None:
    identity = server_authority.issue()
    with scripted_server(identity, endless_greeting) as running:
        patience = SmtpPatience(connect=0.5, command=0.5)
        begin = time.monotonic()
        with pytest.raises(ConnectionLost):
            check_login(running.endpoint, A, Secret("p"), identity.anchors_pem, patience=patience)
        assert time.monotonic() - begin < 7
