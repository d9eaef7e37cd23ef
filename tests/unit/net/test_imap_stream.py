"""The IMAP byte stream cut at every place, and servers that mean ill."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable

import pytest

from client.errors import (
    AuthenticationFailed,
    ClientError,
    ConnectionLost,
    ServerBusy,
    TimedOut,
    TlsUntrusted,
)
from client.model.account import TlsMode
from client.model.secret import Secret
from client.net import fetch, imap, wire
from client.net.idle import Waker, wait_for_change
from client.net.imap_login import Patience
from client.net.wire import Wire
from tests.fakes.scripted import Link, Scripted, scripted_server
from tests.fakes.tls import ServerAuthority

PATIENCE = Patience(5, 5)
CANARY = "CANARY-41c"
HEADER = b"Subject: )\r\nFrom: {3}\r\n\r\n"
FETCHED = (
    b'* 1 FETCH (UID 7 FLAGS (\\Seen $X) INTERNALDATE "01-Jul-2026 08:30:15 +0700" RFC822.SIZE 345'
    b" BODY[HEADER.FIELDS (DATE FROM)] {%d}\r\n%s)\r\n" % (len(HEADER), HEADER)
)
OTHER_ORDER = (
    b'* 2 FETCH (BODY[HEADER.FIELDS ("DATE" FROM)] {%d}\r\n%s FLAGS (\\Answered) RFC822.SIZE 12 MODSEQ (99)'
    b' INTERNALDATE " 1-Jul-2026 08:30:15 +0700" UID 8)\r\n' % (len(HEADER), HEADER)
)
STREAM = (
    b"* 3 EXISTS\r\n" + FETCHED + b"* OK still {5}\r\n" + OTHER_ORDER
    + b"* 3 FETCH (UID nonsense\r\nQ1 OK done\r\n"
)  # fmt: skip


def pair() -> tuple[Wire, socket.socket]:
    ours, theirs = socket.socketpair()
    ours.settimeout(5)
    return Wire(ours, "fake"), theirs


def test_fetch_reads_the_same_wherever_a_segment_ends() -> None:
    for cut in range(1, len(STREAM)):
        stream, server = pair()
        chunks = [STREAM[:cut], STREAM[cut:]]

        def serve(server: socket.socket = server, chunks: list[bytes] = chunks) -> None:
            for chunk in chunks:
                server.sendall(chunk)

        thread = threading.Thread(target=serve)
        thread.start()
        found = [
            fetch.parse_header(pieces) for pieces in stream.command(b"UID FETCH 1:*", fetch.HEADER_ITEMS)
        ]
        thread.join()
        messages = [one for one in found if one is not None]
        assert [(one.uid, one.size, one.header) for one in messages] == [(7, 345, HEADER), (8, 12, HEADER)], (
            cut
        )
        assert messages[0].flags == {"\\Seen", "$X"}
        assert messages[0].internal_date == messages[1].internal_date
        stream.close()
        server.close()


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_fetch_reads_the_same_in_tiny_pieces(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_CHUNK", size)
    stream, server = pair()
    server.sendall(STREAM)
    found = [fetch.parse_header(pieces) for pieces in stream.command(b"UID FETCH 1:*", b"(UID)")]
    assert [one.uid for one in found if one is not None] == [7, 8]
    server.close()
    stream.close()


def idle_once(server_says: list[bytes], monkeypatch: pytest.MonkeyPatch, chunk: int) -> bool:
    monkeypatch.setattr(wire, "_CHUNK", chunk)
    stream, server = pair()
    waker = Waker()

    def serve() -> None:
        link = Link(server, None)  # type: ignore[arg-type] # no TLS here
        assert link.line() == b"IDLE1 IDLE"
        for said in server_says:
            link.send(said)
        assert link.line() == b"DONE"
        link.send(b"IDLE1 OK done\r\n")

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        return wait_for_change(stream, waker, 20, lambda: False)
    finally:
        thread.join()
        waker.close()
        stream.close()
        server.close()


def test_idle_wakes_wherever_a_segment_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    said = b"+ idling\r\n* OK Still here\r\n* 9 EXISTS\r\n"
    for cut in range(1, len(said)):
        assert idle_once([said[:cut], said[cut:]], monkeypatch, 65536), cut
    assert idle_once([said], monkeypatch, 1)


def test_idle_counts_what_is_told_before_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    assert idle_once([b"* 4 EXISTS\r\n+ idling\r\n"], monkeypatch, 65536)


def test_idle_is_renewed_before_a_firewall_forgets_it() -> None:
    stream, server = pair()
    waker = Waker()
    rounds: list[bytes] = []

    def serve() -> None:
        link = Link(server, None)  # type: ignore[arg-type] # no TLS here
        for _ in range(2):
            rounds.append(link.line())
            link.send(b"+ idling\r\n")
            if len(rounds) == 2:
                link.send(b"* 1 EXPUNGE\r\n")
            link.line()
            link.send(b"IDLE1 OK\r\n")

    thread = threading.Thread(target=serve)
    thread.start()
    assert wait_for_change(stream, waker, 20, lambda: False, renewal=0.05)
    thread.join()
    assert rounds == [b"IDLE1 IDLE", b"IDLE1 IDLE"]
    waker.close()
    stream.close()
    server.close()


@pytest.mark.parametrize(
    "said", [b"+ idling\r\n* BYE leaving\r\n", b"+ idling\r\n", b"+ idling\r\nIDLE1 OK over\r\n"]
)
def test_a_link_that_ends_during_idle_is_a_lost_connection(said: bytes) -> None:
    stream, server = pair()
    waker = Waker()
    server.sendall(said)
    server.shutdown(socket.SHUT_WR)
    with pytest.raises(ConnectionLost):
        wait_for_change(stream, waker, 20, lambda: False)
    assert stream.closed
    waker.close()
    server.close()


def test_a_literal_that_never_ends_takes_neither_memory_nor_time() -> None:
    stream, server = pair()
    stream.sock.settimeout(0.2)
    server.sendall(b"* 1 FETCH (UID 1 BODY[] {400000000}\r\nabc")
    with pytest.raises(TimedOut):
        stream.run(b"UID FETCH 1 (BODY.PEEK[])")
    assert stream.buffered < 1000
    stream, other = pair()
    other.sendall(b"* 1 FETCH (UID 1 BODY[] {9999999999999}\r\nabc")
    with pytest.raises(ConnectionLost):
        stream.run(b"UID FETCH 1 (BODY.PEEK[])")
    server.close()
    other.close()


def talk(
    *,
    greeting: bytes = b"* OK hello\r\n",
    capabilities: bytes = b"IMAP4rev1 AUTH=PLAIN",
    login: bytes = b"OK in",
    answers: dict[bytes, bytes] | None = None,
) -> Callable[[Link], None]:
    def script(link: Link) -> None:
        link.send(greeting)
        while True:
            tag, _, rest = link.line().partition(b" ")
            verb = rest.split(b" ")[0].upper()
            if verb == b"CAPABILITY":
                link.send(b"* CAPABILITY " + capabilities + b"\r\n" + tag + b" OK done\r\n")
            elif verb == b"AUTHENTICATE":
                link.send(b"+ \r\n")
                link.line()
                link.send(tag + b" " + login + b"\r\n")
            elif verb == b"LOGIN":
                link.send(tag + b" " + login + b"\r\n")
            elif verb == b"LOGOUT":
                link.send(b"* BYE bye\r\n" + tag + b" OK done\r\n")
            else:
                link.send((answers or {}).get(verb, b"") + tag + b" OK done\r\n")

    return script


def connect(server: Scripted, password: str = CANARY) -> imap.ImapSession:
    return imap.connect(server.endpoint, "an", Secret(password), server.anchors_pem, patience=PATIENCE)


@pytest.mark.parametrize(
    ("login", "error"),
    [
        (b"NO [AUTHENTICATIONFAILED] wrong " + CANARY.encode(), AuthenticationFailed),
        (b"NO " + CANARY.encode(), AuthenticationFailed),
        (b"NO [UNAVAILABLE] later", ServerBusy),
        (b"NO [INUSE] later", ServerBusy),
        (b"NO [PRIVACYREQUIRED] no", TlsUntrusted),
        (b"BAD " + CANARY.encode(), AuthenticationFailed),
    ],
)
@pytest.mark.parametrize("capabilities", [b"IMAP4rev1 AUTH=PLAIN", b"IMAP4rev1"])
def test_a_refused_login_is_told_apart_and_shows_no_password(
    server_authority: ServerAuthority,
    caplog: pytest.LogCaptureFixture,
    login: bytes,
    error: type[ClientError],
    capabilities: bytes,
) -> None:
    caplog.set_level(logging.DEBUG)
    with (
        scripted_server(server_authority.issue(), talk(login=login, capabilities=capabilities)) as server,
        pytest.raises(error) as caught,
    ):
        connect(server)
    seen: BaseException | None = caught.value
    while seen is not None:
        assert CANARY not in f"{seen!r} {seen}"
        seen = seen.__cause__
    assert CANARY not in caplog.text
    assert CANARY not in repr(vars(caught.value))


@pytest.mark.parametrize("capabilities", [b"IMAP4rev1 AUTH=PLAIN", b"IMAP4rev1"])
def test_nonsense_during_the_login_says_nothing_of_the_password(
    server_authority: ServerAuthority, capabilities: bytes
) -> None:
    """The account must not stop and ask for a password because of a broken link."""
    nonsense = talk(capabilities=capabilities, login=b"\r\n\xff\xfe ((")
    with (
        scripted_server(server_authority.issue(), nonsense) as server,
        pytest.raises(ConnectionLost),
    ):
        connect(server)


@pytest.mark.parametrize(
    ("greeting", "error"),
    [(b"* BYE too many\r\n", ServerBusy), (b"", ConnectionLost), (b"HTTP/1.1 400 Bad\r\n", ClientError)],
)
def test_a_greeting_that_is_none_is_an_error(
    server_authority: ServerAuthority, greeting: bytes, error: type[ClientError]
) -> None:
    def script(link: Link) -> None:
        link.send(greeting)

    with scripted_server(server_authority.issue(), script) as server, pytest.raises(error):
        connect(server)


def test_names_that_are_broken_do_not_hide_the_others(server_authority: ServerAuthority) -> None:
    listing = (
        b'* LIST (\\HasNoChildren) "/" "H&1ED9-p"\r\n'
        b'* LIST () "/" "unbalanced\r\n'
        b'* LIST () "/" \xc4\x90\xc3\xa3 g\r\n'
        b'* LIST () "/" {5}\r\na"b\\c\r\n'
        b'* LIST (\\Noselect) NIL "&-"\r\n'
        b'* LIST () "/" "Th&AbA- &AREA4w- g&Hu0-i"\r\n'
        b'* LIST () "/" INBOX\r\n'
        b"* LIST garbage\r\n"
    )
    with scripted_server(server_authority.issue(), talk(answers={b"LIST": listing})) as server:
        session = connect(server)
        found = {mailbox.raw_name: mailbox for mailbox in session.list_mailboxes()}
        session.logout()
    assert b"H&1ED9-p" in found
    assert b'a"b\\c' in found
    assert not found[b"&-"].selectable
    assert found[b"INBOX"].special_use == "inbox"
    assert found[b"Th&AbA- &AREA4w- g&Hu0-i"].special_use == "sent"
    assert found[b"Th&AbA- &AREA4w- g&Hu0-i"].name == "Thư đã gửi"


def starttls(
    after: bytes, greeting: bytes = b"* OK hi\r\n", reply: bytes = b"OK go"
) -> Callable[[Link], None]:
    def script(link: Link) -> None:
        link.send(greeting)
        tag = link.line().split(b" ")[0]
        link.send(tag + b" " + reply + b"\r\n" + after)
        link.protect()
        talk(greeting=b"")(link)

    return script


def test_starttls_goes_on_in_tls(server_authority: ServerAuthority) -> None:
    with scripted_server(server_authority.issue(), starttls(b""), TlsMode.STARTTLS) as server:
        session = connect(server)
        assert "AUTH=PLAIN" in session.capabilities
        session.logout()


@pytest.mark.parametrize(
    "script",
    [
        starttls(b"* CAPABILITY IMAP4rev1 LOGIN\r\n"),
        starttls(b"", greeting=b"* PREAUTH come in\r\n"),
        starttls(b"", reply=b"NO not here"),
        starttls(b"", reply=b"BAD what"),
    ],
)
def test_starttls_is_done_cleanly_or_not_at_all(
    server_authority: ServerAuthority, script: Callable[[Link], None]
) -> None:
    with (
        scripted_server(server_authority.issue(), script, TlsMode.STARTTLS) as server,
        pytest.raises(TlsUntrusted),
    ):
        connect(server)


@pytest.mark.parametrize(
    ("names", "trusted", "expired", "reason"),
    [
        (("localhost",), False, False, "unknown-issuer"),
        (("other.example",), True, False, "wrong-name"),
        (("localhost",), True, True, "expired"),
    ],
)
def test_a_certificate_in_doubt_ends_the_connection_with_its_reason(
    server_authority: ServerAuthority, names: tuple[str, ...], trusted: bool, expired: bool, reason: str
) -> None:
    identity = server_authority.issue(*names, expired=expired)
    with scripted_server(identity, talk()) as server, pytest.raises(TlsUntrusted) as caught:
        imap.connect(
            server.endpoint, "an", Secret("p"), server.anchors_pem if trusted else (), patience=PATIENCE
        )
    assert caught.value.params["reason"] == reason


def test_a_server_without_tls_is_told_as_such(server_authority: ServerAuthority) -> None:
    with (
        scripted_server(server_authority.issue(), talk(), tls=None) as server,
        pytest.raises(TlsUntrusted) as caught,
    ):
        connect(server)
    assert caught.value.params["reason"] == "no-tls"


def test_capabilities_are_those_after_the_login(server_authority: ServerAuthority) -> None:
    seen: list[int] = []

    def script(link: Link) -> None:
        link.send(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n")
        while True:
            tag, _, rest = link.line().partition(b" ")
            if rest.startswith(b"AUTHENTICATE"):
                link.send(b"+ \r\n")
                link.line()
                seen.append(1)
            extra = b" MOVE" if seen else b" AUTH=PLAIN"
            told = b"* CAPABILITY IMAP4rev1" + extra + b"\r\n" if rest.startswith(b"CAPABILITY") else b""
            link.send(told + tag + b" OK done\r\n")

    with scripted_server(server_authority.issue(), script) as server:
        session = connect(server)
        assert "MOVE" in session.capabilities
        session.logout()
