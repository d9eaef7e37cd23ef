"""The organisation's directory over LDAP (RFC 4511): bind, read every page, leave. Nothing is ever written.

Spoken by ourselves: ldap3 was last released in 2021 and makes TLS contexts of its own, bonsai is
Windows' own library there and takes none; of all LDAP can do three requests are needed. So TLS is
`client_context` as everywhere, and limits hold before anything is kept. No referral is followed:
a server may not send us, or a password, to another one.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from client.errors import (
    AuthenticationFailed,
    Cancelled,
    ClientError,
    ConnectionLost,
    DirectoryRefused,
    ServerBusy,
    TimedOut,
    TlsUntrusted,
)
from client.model.account import TlsMode
from client.model.address import MailAddress, is_addr_spec
from client.model.directory import DirectoryAttributes, DirectoryCopy, DirectoryEntry, DirectoryServer
from client.model.secret import Secret
from client.model.text import printable
from client.net import ber
from client.net import ldap_messages as messages
from client.net.tls import client_context, explain
from client.net.wire import Wire, shown

T = TypeVar("T")
PAGE = 500
MAX_MESSAGE = 1_000_000
"""Octets of one message; an entry holds a handful of short attributes."""
_LONGEST_VALUE = 200
_MOST_EMPTY_PAGES = 3
_SUCCESS, _TIME_LIMIT, _SIZE_LIMIT, _REFERRAL, _ADMIN_LIMIT = 0, 3, 4, 10, 11
_PARTIAL = {_TIME_LIMIT, _SIZE_LIMIT, _ADMIN_LIMIT}
_BUSY = {51, 52}
_LOGIN_REFUSED = {48, 49}
_NEEDS_TLS = {8, 13}


@dataclass(frozen=True, slots=True)
class LdapPatience:
    """Seconds: for a connection, for each piece of an answer, for everything together."""

    connect: float = 15.0
    read: float = 60.0
    whole: float = 600.0


def read_directory(
    server: DirectoryServer,
    password: Secret | None = None,
    anchors: tuple[bytes, ...] = (),
    *,
    stopping: Callable[[], bool] = lambda: False,
    patience: LdapPatience | None = None,
) -> DirectoryCopy:
    """Everybody the directory shows us, up to ``server.most``.

    Raises `AuthenticationFailed`, `TlsUntrusted`, `ConnectionLost`, `TimedOut`, `ServerBusy`,
    `DirectoryRefused`; `Cancelled` once ``stopping`` says so.
    """
    if server.user and (password is None or not password.reveal()):
        # A name without a password would be taken for an anonymous bind (RFC 4513 section 5.1.2).
        raise AuthenticationFailed(host=server.endpoint.host, user=server.user, reason="no-password")
    patience = patience or LdapPatience()
    with _in_time(_connected(server, anchors, patience), patience.whole) as wire:
        conversation = _Conversation(wire, stopping)
        conversation.begin(server, anchors)
        conversation.log_in(server.user, password.reveal() if password is not None and server.user else "")
        return conversation.read(server)


def _connected(server: DirectoryServer, anchors: tuple[bytes, ...], patience: LdapPatience) -> Wire:
    endpoint = server.endpoint
    try:
        sock = socket.create_connection((endpoint.host, endpoint.port), patience.connect)
    except OSError as error:
        raise explain(error, endpoint.host) from error
    wire = Wire(sock, endpoint.host)
    if endpoint.tls is TlsMode.IMPLICIT:
        wire.protect(client_context(anchors))
    wire.sock.settimeout(patience.read)
    return wire


@contextmanager
def _in_time(wire: Wire, seconds: float) -> Iterator[Wire]:
    """The line is cut after ``seconds``: a server that trickles would outlast the socket's own limit."""
    end = time.monotonic() + seconds
    timer = threading.Timer(seconds, wire.abandon)
    timer.daemon = True
    timer.start()
    try:
        yield wire
    except ConnectionLost as error:
        if time.monotonic() >= end:
            raise TimedOut(host=wire.host) from error
        raise
    finally:
        timer.cancel()
        wire.close()


class _Conversation:
    """Requests one after the other; whatever does not fit ends the connection."""

    def __init__(self, wire: Wire, stopping: Callable[[], bool]) -> None:
        self._wire, self._stopping = wire, stopping
        self._number = 0
        self._left_out = False
        self._came = 0

    def begin(self, server: DirectoryServer, anchors: tuple[bytes, ...]) -> None:
        """StartTLS where the port is the plain one; a server that has none is not spoken to."""
        if server.endpoint.tls is not TlsMode.STARTTLS:
            return
        result = self._result(messages.start_tls(), messages.EXTENDED_ANSWER)
        if result.code != _SUCCESS:
            raise self._wire.fail(TlsUntrusted(host=self._wire.host, reason="no-tls"))
        self._wire.protect(client_context(anchors))

    def log_in(self, user: str, password: str) -> None:
        """Bind; an anonymous one too, for some servers want to hear it."""
        result = self._result(messages.bind(user, password), messages.BIND_ANSWER)
        if result.code != _SUCCESS:
            raise self._wire.fail(self._refusal(result, user))

    def read(self, server: DirectoryServer) -> DirectoryCopy:
        """Page after page."""
        names = server.attributes
        wanted = (names.name, names.mail, names.title, names.unit, names.phone)
        request = messages.search(server.base, server.filter, dict.fromkeys(filter(None, wanted)))
        entries: list[DirectoryEntry] = []
        cookie, empty = b"", 0
        while True:
            before = self._came
            result = self._page(request, cookie, names, entries, server.most)
            cookie = result.cookie
            empty = empty + 1 if self._came == before else 0
            if result.code in _PARTIAL or len(entries) >= server.most:
                is_whole = result.code == _SUCCESS and not cookie and len(entries) <= server.most
                return self._copy(entries[: server.most], is_whole=is_whole)
            if result.code != _SUCCESS:
                raise self._wire.fail(self._refusal(result, server.user))
            if not cookie:
                return self._copy(entries, is_whole=True)
            if empty > _MOST_EMPTY_PAGES:
                raise self._unfit()

    def _copy(self, entries: list[DirectoryEntry], *, is_whole: bool) -> DirectoryCopy:
        self._send(messages.unbind())
        return DirectoryCopy(tuple(entries), is_whole=is_whole and not self._left_out)

    def _page(
        self,
        request: bytes,
        cookie: bytes,
        names: DirectoryAttributes,
        entries: list[DirectoryEntry],
        most: int,
    ) -> messages.Result:
        number = self._send(request, messages.page(PAGE, cookie))
        while True:
            came = self._receive(number)
            if came.tag == messages.ENTRY:
                self._came += 1
                entries.extend(self._read(partial(_entries, came, names)))
                if len(entries) > most:
                    # One that has no pages sends on; what was wanted is here.
                    return messages.Result(_SIZE_LIMIT, b"")
            elif came.tag == messages.REFERENCE:
                self._left_out = True
            elif came.tag == messages.DONE:
                return self._read(partial(messages.read_result, came))
            else:
                raise self._unfit()

    def _result(self, operation: bytes, expected: int) -> messages.Result:
        came = self._receive(self._send(operation))
        if came.tag != expected:
            raise self._unfit()
        return self._read(partial(messages.read_result, came))

    def _send(self, operation: bytes, controls: bytes = b"") -> int:
        self._number += 1
        self._wire.send(messages.message(self._number, operation, controls))
        return self._number

    def _receive(self, number: int) -> messages.Message:
        if self._stopping():
            self._wire.close()
            raise Cancelled
        head = self._wire.read_exactly(2)
        more = self._read(partial(ber.length_bytes, head[1]))
        size = int.from_bytes(self._wire.read_exactly(more), "big") if more else head[1]
        if head[0] != ber.SEQUENCE or size > MAX_MESSAGE:
            raise self._unfit()
        content = self._wire.read_exactly(size)
        came = self._read(partial(messages.read_message, content))
        if came.number != number:
            # Unasked the server only says that it is leaving (RFC 4511 section 4.4.1).
            raise self._unfit()
        return came

    def _read(self, reading: Callable[[], T]) -> T:
        try:
            return reading()
        except (ValueError, IndexError) as error:
            raise self._unfit() from error

    def _unfit(self) -> ClientError:
        """What came does not fit: the connection is at its end."""
        return self._wire.fail(ConnectionLost(host=self._wire.host, reason="protocol"))

    def _refusal(self, result: messages.Result, user: str) -> ClientError:
        host, reply = self._wire.host, shown(result.text)
        if result.code in _LOGIN_REFUSED:
            return AuthenticationFailed(host=host, user=user, reply=reply)
        if result.code in _BUSY:
            return ServerBusy(host=host, reply=reply)
        if result.code in _NEEDS_TLS:
            return TlsUntrusted(host=host, reason="no-tls")
        reason = "referral" if result.code == _REFERRAL else f"{result.code}"
        return DirectoryRefused(host=host, reason=reason, reply=reply)


def _entries(came: messages.Message, names: DirectoryAttributes) -> list[DirectoryEntry]:
    """One for each address; nobody for an entry without one that mail could go to."""
    found = messages.read_entry(came.content)

    def value(name: str) -> str:
        values = found.get(name.lower(), [b""]) if name else [b""]
        return printable(values[0].decode("utf-8", "replace"))[:_LONGEST_VALUE] if values else ""

    addresses = [printable(one.decode("utf-8", "replace")) for one in found.get(names.mail.lower(), [])]
    told = value(names.name), value(names.title), value(names.unit), value(names.phone)
    return [
        DirectoryEntry(MailAddress(address, told[0]), *told[1:])
        for address in addresses
        if is_addr_spec(address)
    ]
