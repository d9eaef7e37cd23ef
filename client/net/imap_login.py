"""From nothing to a logged-in IMAP connection: TCP, TLS, greeting, login, capabilities.

IMAPClient speaks here, over our own buffer. What it would write to a log, or imaplib into its
ring of last commands, could hold a password; both are turned off.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from imaplib import IMAP4

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError

from client.errors import (
    AuthenticationFailed,
    ClientError,
    ConnectionLost,
    QuotaExceeded,
    ServerBusy,
    TlsUntrusted,
)
from client.model.account import Endpoint, TlsMode
from client.model.secret import AccessToken, Secret
from client.net.bearer import bearer_exchange, token_refused
from client.net.pace import GRACE, Pace
from client.net.quirks import Quirks, read_identity, recognise
from client.net.session import ChangeForbidden
from client.net.tls import client_context, explain
from client.net.trace import Trace
from client.net.wire import Wire, shown


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait for a connection, for each piece of an answer, for one that hardly gets on."""

    connect: float = 15.0
    read: float = 60.0
    answer: float = GRACE


class ImapConnection(IMAPClient):  # type: ignore[misc] # IMAPClient ships no types
    """An IMAPClient whose bytes go through a `Wire`."""

    def __init__(
        self,
        endpoint: Endpoint,
        context: ssl.SSLContext,
        patience: Patience,
        trace: Trace | None = None,
    ) -> None:
        self._wiring = (endpoint, context, patience, trace)
        timeout = SocketTimeout(patience.connect, patience.read)
        super().__init__(endpoint.host, endpoint.port, ssl=False, timeout=timeout)
        self._imap.debug = 0
        self.folder_encode = False
        self.quirks = Quirks()
        self.told: frozenset[str] = frozenset()

    @property
    def wire(self) -> Wire:
        """The byte stream, for the commands that IMAPClient is not used for."""
        wire: Wire = self._imap.wire
        return wire

    def _create_IMAP4(self) -> IMAP4:  # noqa: N802 - IMAPClient's name
        return _WiredImap4(*self._wiring)


class _WiredImap4(IMAP4):
    """imaplib with its five documented overridable methods on a `Wire`."""

    def __init__(
        self, endpoint: Endpoint, context: ssl.SSLContext, patience: Patience, trace: Trace | None
    ) -> None:
        self._wiring = (endpoint, context, patience, trace)
        super().__init__(endpoint.host, endpoint.port)

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        self.host, self.port = host, port
        self.wire = open_wire(*self._wiring)
        self.sock = self.wire.sock

    def read(self, size: int) -> bytes:
        return self.wire.read_exactly(size)

    def readline(self) -> bytes:
        return self.wire.read_line()

    def send(self, data: bytes) -> None:  # type: ignore[override] # typeshed wants any buffer
        self.wire.send(data)

    def shutdown(self) -> None:
        self.wire.close()

    def _log(self, line: str) -> None:
        """imaplib keeps the last ten commands here, a LOGIN among them."""


def open_wire(
    endpoint: Endpoint, context: ssl.SSLContext, patience: Patience, trace: Trace | None = None
) -> Wire:
    """A protected stream that begins with a greeting. There is no unprotected one."""
    try:
        sock = socket.create_connection((endpoint.host, endpoint.port), patience.connect)
    except OSError as error:
        raise explain(error, endpoint.host) from error
    wire = Wire(sock, endpoint.host, trace)
    wire.pace = Pace(patience.answer)
    if endpoint.tls is TlsMode.STARTTLS:
        _start_tls(wire)
    wire.protect(context)
    wire.sock.settimeout(patience.read)
    if endpoint.tls is TlsMode.STARTTLS:
        # RFC 9051 section 7.1.1: no second greeting; what was said in the clear must be forgotten.
        wire.feed(b"* OK STARTTLS\r\n")
    return wire


def login(connection: ImapConnection, user: str, password: Secret) -> None:
    """AUTHENTICATE PLAIN, or LOGIN where the server has no other (old Exchange); a token by `bearer`.

    Raises `AuthenticationFailed`, `ServerBusy` (RFC 5530 [UNAVAILABLE]), `TlsUntrusted` when the server
    demands more protection than there is.
    """
    host = connection.wire.host
    if isinstance(password, AccessToken):
        _login_by_token(connection, user, password)
        return
    secret = password.reveal()
    if any(ord(char) < 32 for char in user + secret):
        raise AuthenticationFailed(host=host, user=user)
    known = {name.upper() for name in connection.capabilities()}
    try:
        if b"AUTH=PLAIN" in known:
            # The mechanism answers in bytes, for imaplib would refuse a letter beyond ASCII.
            connection.sasl_login("PLAIN", lambda _: f"\0{user}\0{secret}".encode())
        else:
            connection._imap._encoding = "utf-8"
            connection.login(user, secret)
    except (IMAPClientError, OSError, ValueError) as error:
        said = str(error).replace(secret, "…") if secret else str(error)
        failure = login_failure(host, user, said)
        if isinstance(failure, AuthenticationFailed) and _broke_off(error) and "[AUTH" not in said.upper():
            failure = ConnectionLost(host=host)  # of the password that says nothing
        # The library's error may quote the command or an echo of it: it must not ride along.
        raise failure from None


def _login_by_token(connection: ImapConnection, user: str, token: AccessToken) -> None:
    host, secret = connection.wire.host, token.reveal()
    offered = [name.decode("ascii", "replace").upper() for name in connection.capabilities()]
    names = [name.removeprefix("AUTH=") for name in offered if name.startswith("AUTH=")]
    exchange = bearer_exchange(host, user, token, names)
    try:
        connection.sasl_login(exchange.mechanism, exchange.answer)
    except (IMAPClientError, OSError, ValueError) as error:
        failure = login_failure(host, user, str(error).replace(secret, "…"))
        if isinstance(failure, AuthenticationFailed):
            broke = _broke_off(error) and not exchange.refused
            failure = ConnectionLost(host=host) if broke else token_refused(host, user)
        raise failure from None


def _broke_off(error: BaseException) -> bool:
    """Whether imaplib gave the conversation up; IMAPClient wraps that like a refusal."""
    return any(isinstance(one, IMAP4.abort) for one in (error, error.__cause__, error.__context__))


def login_failure(host: str, user: str, reply: str) -> ClientError:
    """What a refused login means, by the response codes of RFC 5530."""
    upper = reply.upper()
    if any(
        code in upper
        for code in ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]", "TOO MANY CONNECTIONS")
    ):
        return ServerBusy(host=host, reply=shown(reply.encode()))
    if "[PRIVACYREQUIRED]" in upper:
        return TlsUntrusted(host=host, reason="no-tls")
    if "SOCKET ERROR" in upper or "EOF" in upper:
        return ConnectionLost(host=host)
    return AuthenticationFailed(host=host, user=user, reply=shown(reply.encode()))


def refusal(host: str, kind: bytes, text: bytes) -> ClientError:
    """What a NO or BAD to any other command means."""
    if b"[OVERQUOTA]" in text.upper():
        return QuotaExceeded(mailbox="", reply=shown(text))
    if kind == b"NO" and b"[NOPERM]" in text.upper():
        return ChangeForbidden(host=host, reply=shown(text))
    if kind == b"NO":
        return ServerBusy(host=host, reply=shown(text))
    return ConnectionLost(host=host, reason="protocol", reply=shown(text))


@contextmanager
def library_errors(host: str) -> Iterator[None]:
    """Every error of imaplib, IMAPClient or the system as one of ours."""
    try:
        yield
    except IMAP4.abort as error:
        raise ConnectionLost(host=host) from error
    except IMAPClientError as error:
        raise ServerBusy(host=host, reply=shown(str(error).encode())) from error
    except (OSError, ValueError) as error:
        raise explain(error, host) from error


def open_connection(
    endpoint: Endpoint,
    user: str,
    password: Secret,
    anchors: tuple[bytes, ...],
    patience: Patience,
    trace: Trace | None = None,
) -> ImapConnection:
    """Connect and log in; nothing stays open when it fails."""
    with library_errors(endpoint.host):
        connection = ImapConnection(endpoint, client_context(anchors), patience, trace)
        try:
            login(connection, user, password)
            connection.told = _ask_capabilities(connection.wire)
            connection.wire.literal_plus = "LITERAL+" in connection.told
            connection.quirks = _introduce(connection)
        except BaseException:
            connection.wire.close()
            raise
    return connection


def _ask_capabilities(wire: Wire) -> frozenset[str]:
    """What the server can do for who is logged in: Exchange tells of MOVE only now. In upper case.

    Asked by ourselves, for imaplib stumbles over what some servers put between.
    """
    found: set[str] = set()
    for pieces in wire.command(b"CAPABILITY"):
        words = pieces[0].decode("ascii", "replace").upper().split()
        if words[1:2] == ["CAPABILITY"]:
            found |= set(words[2:])
    return frozenset(found)


def _introduce(connection: ImapConnection) -> Quirks:
    """Ask the server who it is, where it says so (RFC 2971); nothing of this computer is told."""
    identity: dict[str, str] = {}
    if "ID" in connection.told:
        for pieces in connection.wire.command(b'ID ("name" "CongThu")'):
            identity |= read_identity(pieces[0])
    return recognise(connection.welcome or b"", identity)


def _start_tls(wire: Wire) -> None:
    greeting = wire.read_line().upper()
    if greeting.startswith(b"* BYE"):
        raise wire.fail(ServerBusy(host=wire.host, reply=shown(greeting[6:])))
    if not greeting.startswith(b"* OK"):
        # PREAUTH would leave us logged in as whom an attacker likes, in the clear.
        raise wire.fail(TlsUntrusted(host=wire.host, reason="no-tls"))
    wire.run(b"STARTTLS")
    if wire.last_status.kind != b"OK":
        raise wire.fail(TlsUntrusted(host=wire.host, reason="no-tls"))
