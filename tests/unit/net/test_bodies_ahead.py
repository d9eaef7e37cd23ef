"""Messages that are asked for ahead: each answer is its own message's, and each fault its own as well."""

from __future__ import annotations

import hashlib
import re
import socket
import threading
import time
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from client.errors import ConnectionLost, MalformedMessage, StorageFull
from client.net import bodies, fetch
from client.net.bodies import BodyCommands
from client.net.quirks import Quirks
from client.net.wire import Wire

Asked = tuple[bytes, int]
TEXT = {uid: b"letter %d" % uid for uid in range(1, 20)}


class Server:
    """Its side of the socket; ``most`` is how many commands it saw without an answer."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.lines = sock.makefile("rb")
        self.asked: list[int] = []

    def read(self) -> Asked:
        match = re.match(rb"(Q\d+) UID FETCH (\d+)", self.lines.readline())
        if match is None:
            raise EOFError
        self.asked.append(int(match[2]))
        return match[1], int(match[2])

    def send(self, *parts: bytes) -> None:
        self.sock.sendall(b"".join(parts))


@contextmanager
def talking(script: Callable[[Server], None]) -> Iterator[tuple[BodyCommands, Wire, Server]]:
    ours, theirs = socket.socketpair()
    ours.settimeout(5)
    server = Server(theirs)

    def serve() -> None:
        with suppress(EOFError, OSError):
            script(server)

    thread = threading.Thread(target=serve)
    thread.start()
    wire = Wire(ours, "fake")
    try:
        yield BodyCommands(wire, Quirks()), wire, server
    finally:
        wire.close()
        thread.join(10)
        server.lines.close()
        theirs.close()


def body(uid: int, name: bytes = b"UID %d ") -> bytes:
    named = name % uid if name else b""
    return b"* 1 FETCH (%sBODY[] {%d}\r\n%s)\r\n" % (named, len(TEXT[uid]), TEXT[uid])


def done(tag: bytes) -> bytes:
    return tag + b" OK done\r\n"


def one_by_one(server: Server) -> None:
    while True:
        tag, uid = server.read()
        server.send(body(uid), done(tag))


def test_commands_may_end_in_any_order() -> None:
    def script(server: Server) -> None:
        for tag, uid in reversed([server.read() for _ in range(4)]):
            if uid != 2:
                server.send(body(uid))
            server.send(done(tag) if uid != 2 else tag + b" NO not now\r\n")

    with talking(script) as (commands, _, _):
        answers = list(commands.fetch_bodies([1, 2, 3, 4]))
    assert [one for one in answers if isinstance(one, bytes)] == [TEXT[1], TEXT[3], TEXT[4]]
    assert getattr(answers[1], "params", {}).get("reply") == "not now"


def test_a_message_without_its_uid_is_nobodys_where_several_are_due() -> None:
    def script(server: Server) -> None:
        asked = [server.read() for _ in range(3)]
        server.send(body(3, b""), body(1, b""), body(2, b""), *(done(tag) for tag, _ in asked))
        while True:
            tag, uid = server.read()
            server.send(body(uid, b""), done(tag))

    with talking(script) as (commands, _, server):
        assert list(commands.fetch_bodies([1, 2, 3])) == [TEXT[1], TEXT[2], TEXT[3]]
        assert list(commands.fetch_bodies([4, 5])) == [TEXT[4], TEXT[5]]
    assert server.asked == [1, 2, 3, 1, 2, 3, 4, 5]


def test_a_server_that_refuses_what_is_asked_ahead_is_asked_singly_from_then_on() -> None:
    def script(server: Server) -> None:
        asked = [server.read() for _ in range(4)]
        server.send(asked[0][0] + b" BAD one at a time\r\n", body(2), done(asked[1][0]))
        server.send(*(tag + b" BAD one at a time\r\n" for tag, _ in asked[2:]))
        one_by_one(server)

    with talking(script) as (commands, _, server):
        assert list(commands.fetch_bodies([1, 2, 3, 4])) == [TEXT[uid] for uid in range(1, 5)]
    assert server.asked == [1, 2, 3, 4, 1, 3, 4]


def test_what_is_refused_when_asked_alone_is_refused() -> None:
    def script(server: Server) -> None:
        while True:
            server.send(server.read()[0] + b" BAD never\r\n")

    with talking(script) as (commands, wire, _):
        with pytest.raises(ConnectionLost) as caught:
            list(commands.fetch_bodies([1, 2]))
        assert caught.value.params["reason"] == "protocol"
        assert not wire.closed


class Count:
    """Keeps the digest of what it is given, and its length."""

    def __init__(self) -> None:
        self.size, self.digest = 0, hashlib.sha256()

    def discard(self) -> None:
        self.size, self.digest = 0, hashlib.sha256()

    def append(self, piece: bytes) -> None:
        self.size += len(piece)
        self.digest.update(piece)


def test_a_message_that_is_poured_is_never_whole_in_memory() -> None:
    block, blocks = bytes(range(256)) * 4096, 64

    def script(server: Server) -> None:
        tag, uid = server.read()
        server.send(b"* 1 FETCH (BODY[] {%d}\r\n" % (len(block) * blocks))
        for _ in range(blocks):
            server.send(block)
        server.send(b" UID %d)\r\n" % uid, done(tag))
        one_by_one(server)

    with talking(script) as (commands, _, _):
        count = Count()
        tracemalloc.start()
        try:
            commands.fetch_body_into(3, count)
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert commands.fetch_body(4) == TEXT[4]
    assert count.size == len(block) * blocks
    assert count.digest.digest() == hashlib.sha256(block * blocks).digest()
    assert most < 8 * len(block)


def test_of_two_answers_one_of_them_of_another_message_only_its_own_counts() -> None:
    def script(server: Server) -> None:
        tag, uid = server.read()
        server.send(body(uid), body(uid), done(tag))
        tag, uid = server.read()
        server.send(body(9), done(tag))
        one_by_one(server)

    with talking(script) as (commands, _, _):
        count = Count()
        commands.fetch_body_into(3, count)
        assert count.digest.digest() == hashlib.sha256(TEXT[3]).digest()
        with pytest.raises(MalformedMessage):
            commands.fetch_body_into(4, count)
        assert count.size == 0
        commands.fetch_body_into(5, count)
        assert count.digest.digest() == hashlib.sha256(TEXT[5]).digest()


def test_what_cannot_be_put_anywhere_ends_the_connection() -> None:
    class Full(Count):
        def append(self, piece: bytes) -> None:
            raise StorageFull(path="x")

    with talking(one_by_one) as (commands, wire, _):
        with pytest.raises(StorageFull):
            commands.fetch_body_into(3, Full())
        assert wire.closed


def test_what_came_before_the_link_broke_is_had_and_nothing_else_is_blamed() -> None:
    """Everything has come when the ninth is asked for, and that one cannot be asked for any more."""
    with talking(lambda server: None) as (commands, wire, server):
        for number in range(1, 8):
            server.send(body(number), done(b"Q%d" % number))
        server.sock.shutdown(socket.SHUT_WR)
        answers = commands.fetch_bodies(range(1, 20))
        came = [next(answers)]
        wire.sock.close()
        with pytest.raises(ConnectionLost):
            came += answers
    assert came == [TEXT[number] for number in range(1, 8)]


def test_asked_singly_the_culprit_is_certain() -> None:
    def script(server: Server) -> None:
        while (asked := server.read())[1] != 3:
            server.send(body(asked[1]), done(asked[0]))
        server.sock.shutdown(socket.SHUT_RDWR)

    with talking(script) as (commands, _, server):
        answers = commands.fetch_bodies([1, 2, 3, 4], singly=True)
        assert [next(answers), next(answers)] == [TEXT[1], TEXT[2]]
        with pytest.raises(ConnectionLost):
            next(answers)
    assert server.asked == [1, 2, 3]


def test_messages_that_nobody_asked_for_are_not_kept() -> None:
    run = bodies._Run(deque([1, 2]))
    for uid in range(3, 100):
        run.take(1, uid, b"x" * 1000)
    assert run.early == {}


def test_over_a_slow_line_nobody_waits_for_what_is_not_wanted_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bodies, "_DRAIN_SECONDS", 0.2)

    def script(server: Server) -> None:
        tag, uid = server.read()
        server.send(body(uid), done(tag), b"* 2 FETCH (UID 2 BODY[] {100000}\r\n")
        for _ in range(200):
            server.send(b"x" * 100)
            time.sleep(0.05)

    with talking(script) as (commands, wire, _):
        answers = commands.fetch_bodies([1, 2, 3])
        assert next(answers) == TEXT[1]
        begin = time.monotonic()
        answers.close()
        assert time.monotonic() - begin < 2
        assert wire.closed


def test_a_length_that_is_none_is_a_malformed_answer_and_no_bug() -> None:
    line = b"* 1 FETCH (UID 1 BODY[] {00000000000000000000000005}\r\n"
    assert fetch.parse_body([line]) is None
    with talking(lambda server: server.send(line, b"hello)\r\n", done(server.read()[0]))) as (commands, _, _):
        (answer,) = commands.fetch_bodies([1])
        assert isinstance(answer, MalformedMessage)
