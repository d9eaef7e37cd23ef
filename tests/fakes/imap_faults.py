"""Links that break, stall, repeat and lie: what a server's bytes meet on their way to the client."""

from __future__ import annotations

import contextlib
import random
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from client.model.account import Endpoint, TlsMode
from tests.fakes.imap import FakeImapServer
from tests.fakes.imap_profiles import Profile
from tests.fakes.imap_wire import Conversation, Ended
from tests.fakes.scripted import Link
from tests.fakes.tls import ServerIdentity

_LITERAL = re.compile(rb"\{(\d+)\}\r\n")
KINDS = ("drop", "stall", "duplicate", "reorder", "bye", "short-literal", "wrong-size", "garbage")


@dataclass
class Faults:
    """What goes wrong and how often; ``chance`` 0 is a good day. All of a seed goes wrong alike."""

    draw: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - no secret
    kinds: tuple[str, ...] = KINDS
    chance: float = 0.0
    chop: int = 0
    """Send in pieces of so many octets."""
    pause: float = 0.0
    """Seconds between two such pieces."""
    happened: list[str] = field(default_factory=list)

    def sender(self, link: Link) -> Callable[[bytes], None]:
        """`Link.send` with these faults in its way."""
        held: list[bytes] = []

        def send(data: bytes) -> None:
            if held:
                # Late, but before the end of the command: later it would speak of another mailbox.
                late = held.pop()
                data = data + late if data.startswith(b"* ") else late + data
            kind = self.draw.choice(self.kinds) if self.draw.random() < self.chance else ""
            if kind:
                self.happened.append(kind)
                data = self._spoil(kind, data, link, held)
            self._pass_on(link, data)

        return send

    def _spoil(self, kind: str, data: bytes, link: Link, held: list[bytes]) -> bytes:
        match kind:
            case "drop":
                link.send(data[: self.draw.randrange(len(data) + 1)])
                raise Ended
            case "stall":
                with contextlib.suppress(EOFError, OSError, ssl.SSLError):
                    while True:
                        link.line()  # until the client has had enough
                raise Ended
            case "bye":
                link.send(b"* BYE going down\r\n")
                raise Ended
            case "duplicate" if data.startswith(b"* "):
                return data + data
            case "reorder" if data.startswith(b"* ") and b" FETCH " in data:
                held.append(data)
                return b""
            case "short-literal":
                return _LITERAL.sub(lambda found: b"{%d}\r\n" % (int(found[1]) + 9), data)
            case "wrong-size":
                return re.sub(rb"RFC822\.SIZE \d+", b"RFC822.SIZE 4", data)
            case "garbage":
                return b"* 99 FETCH (UID\r\n* \xff\xfe ((\r\n" + data
        return data

    def _pass_on(self, link: Link, data: bytes) -> None:
        step = self.chop or max(len(data), 1)
        for start in range(0, len(data), step):
            link.send(data[start : start + step])
            if self.pause:
                time.sleep(self.pause)


@contextlib.contextmanager
def wire_server(
    identity: ServerIdentity, server: FakeImapServer, profile: Profile, faults: Faults | None = None
) -> Iterator[Endpoint]:
    """Serve in TLS until the block ends, each connection on a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    context = identity.server_context()
    links: list[socket.socket] = []

    def talk(sock: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError, ssl.SSLError, Ended):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link = Link(context.wrap_socket(sock, server_side=True), identity)
            links.append(link.sock)
            try:
                Conversation(server, profile, link, faults.sender(link) if faults else None).run()
            finally:
                link.sock.close()

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield Endpoint("localhost", listener.getsockname()[1], TlsMode.IMPLICIT)
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)
        for sock in links:
            with contextlib.suppress(OSError):
                sock.close()
