"""TCP proxies: one cuts connections after so many octets, one is slow."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from client.model.account import Endpoint


@dataclass
class Flapping:
    """``budget`` octets go through, both ways together, then every connection is cut; None: no end."""

    endpoint: Endpoint
    budget: int | None = None
    cut: int = 0

    def take(self, size: int) -> bool:
        """Whether so many octets may still pass."""
        if self.budget is None:
            return True
        self.budget -= size
        if self.budget < 0:
            self.cut += 1
            return False
        return True


@contextlib.contextmanager
def flapping_proxy(target: Endpoint) -> Iterator[Flapping]:
    """Stand before ``target`` until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    proxy = Flapping(replace(target, port=listener.getsockname()[1]))

    def carry(near: socket.socket) -> None:
        with contextlib.suppress(OSError), near, socket.create_connection(("127.0.0.1", target.port)) as far:
            other = {near: far, far: near}
            with selectors.DefaultSelector() as selector:
                for one in (near, far):
                    selector.register(one, selectors.EVENT_READ, one)
                while True:
                    for key, _ in selector.select(0.2):
                        end: socket.socket = key.data
                        data = end.recv(4096)
                        if not data or not proxy.take(len(data)):
                            return
                        other[end].sendall(data)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=carry, args=(listener.accept()[0],), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


@contextlib.contextmanager
def slow_proxy(target: Endpoint, octets: int) -> Iterator[Endpoint]:
    """Stand before ``target``; from the client so many octets a second go through, and few lie in between."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    step = octets // 50
    carriers: list[threading.Thread] = []
    ends: list[socket.socket] = []

    def upwards(near: socket.socket, far: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := near.recv(step):
                far.sendall(data)
                time.sleep(len(data) / octets)
            far.shutdown(socket.SHUT_WR)

    def downwards(near: socket.socket, far: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := far.recv(65536):
                near.sendall(data)
            near.shutdown(socket.SHUT_WR)

    def carry(near: socket.socket) -> None:
        with near, socket.create_connection(("127.0.0.1", target.port)) as far:
            ends.extend((near, far))
            back = threading.Thread(target=downwards, args=(near, far))
            back.start()
            upwards(near, far)
            back.join()

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                carriers.append(threading.Thread(target=carry, args=(listener.accept()[0],), daemon=True))
                carriers[-1].start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield replace(target, port=listener.getsockname()[1])
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for one in carriers:
            one.join(10)
