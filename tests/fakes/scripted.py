"""A TLS server on loopback whose every byte is written by the test."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from client.model.account import Endpoint, TlsMode
from tests.fakes.tls import ServerIdentity


class Link:
    """One accepted connection."""

    def __init__(self, sock: socket.socket, identity: ServerIdentity) -> None:
        self.sock = sock
        self._identity = identity
        self._buffer = b""

    def protect(self) -> None:
        self.sock = self._identity.server_context().wrap_socket(self.sock, server_side=True)

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def line(self) -> bytes:
        """The client's next line without CRLF; EOFError at its end."""
        while b"\r\n" not in self._buffer:
            self._more()
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return line

    def exactly(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._more()
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def until(self, end: bytes) -> bytes:
        while end not in self._buffer:
            self._more()
        data, _, self._buffer = self._buffer.partition(end)
        return data + end

    def _more(self) -> None:
        chunk = self.sock.recv(65536)
        if not chunk:
            raise EOFError
        self._buffer += chunk


@dataclass
class Scripted:
    """Runs ``script`` for each connection in a thread of its own."""

    endpoint: Endpoint
    anchors_pem: tuple[bytes, ...]
    failures: list[BaseException] = field(default_factory=list)


@contextlib.contextmanager
def scripted_server(
    identity: ServerIdentity, script: Callable[[Link], None], tls: TlsMode | None = TlsMode.IMPLICIT
) -> Iterator[Scripted]:
    """Serve until the block ends. ``tls`` None: the script speaks in the clear to a client that wants TLS."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Scripted(
        Endpoint("localhost", listener.getsockname()[1], tls or TlsMode.IMPLICIT), identity.anchors_pem
    )
    links: list[Link] = []

    def serve() -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            link = Link(sock, identity)
            links.append(link)
            try:
                if tls is TlsMode.IMPLICIT:
                    link.protect()
                script(link)
            except (EOFError, OSError, ssl.SSLError):
                pass  # the client went away: its own side is what the test looks at
            except BaseException as error:  # noqa: BLE001 - shown by the test below
                server.failures.append(error)
            finally:
                link.sock.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for link in links:
            link.sock.close()
        thread.join(10)
    assert not server.failures, server.failures
