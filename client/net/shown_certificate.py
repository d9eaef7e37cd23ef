"""What certificate a server shows that was refused: to explain the refusal, and for nothing else.

The one place where a handshake is made without a check, for a check that fails tells nothing of what it
failed on. Over such a connection nothing is sent but the handshake, and it ends there.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from contextlib import closing

from client.model.account import Endpoint, TlsMode

_SECONDS = 8.0
_MOST_GREETING = 4096
_MOST_LINES = 100


def shown_certificate(endpoint: Endpoint, seconds: float = _SECONDS) -> bytes:
    """The certificate (DER) an IMAP server shows now, ``b""`` where that is not found out; never raises."""
    return _shown(endpoint, seconds, _starts_tls)


def shown_by_submission(endpoint: Endpoint, seconds: float = _SECONDS) -> bytes:
    """The same of an SMTP server."""
    return _shown(endpoint, seconds, _submission_starts_tls)


def _shown(endpoint: Endpoint, seconds: float, starts_tls: Callable[[socket.socket], bool]) -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        with closing(socket.create_connection((endpoint.host, endpoint.port), seconds)) as plain:
            plain.settimeout(seconds)
            if endpoint.tls is TlsMode.STARTTLS and not starts_tls(plain):
                return b""
            with closing(context.wrap_socket(plain, server_hostname=endpoint.host)) as protected:
                return protected.getpeercert(binary_form=True) or b""
    except (OSError, ValueError):
        return b""


def _starts_tls(plain: socket.socket) -> bool:
    if not _line(plain).upper().startswith(b"* OK"):
        return False
    plain.sendall(b"Q1 STARTTLS\r\n")
    return _line(plain).upper().startswith(b"Q1 OK")


def _submission_starts_tls(plain: socket.socket) -> bool:
    if not _reply(plain).startswith(b"220"):
        return False
    plain.sendall(b"EHLO [127.0.0.1]\r\n")
    if not _reply(plain).startswith(b"250"):
        return False
    plain.sendall(b"STARTTLS\r\n")
    return _reply(plain).startswith(b"220")


def _reply(plain: socket.socket) -> bytes:
    """The last line of an SMTP reply (RFC 5321 section 4.2.1)."""
    for _ in range(_MOST_LINES):
        line = _line(plain)
        if line[3:4] != b"-":
            return line
    return b""


def _line(plain: socket.socket) -> bytes:
    """A line, byte by byte: what follows it belongs to the handshake."""
    said = bytearray()
    while not said.endswith(b"\n") and len(said) < _MOST_GREETING:
        byte = plain.recv(1)
        if not byte:
            break
        said += byte
    return bytes(said)
