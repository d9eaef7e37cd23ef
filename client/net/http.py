"""Small HTTP requests: certificate revocation lists, OCSP answers, time-stamps.

No proxy, no cookies, no redirect to another host, a limit on size and on time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urljoin, urlsplit

from client.errors import ClientError, RevocationSourceUnreachable, TimestampUnavailable
from client.net.tls import client_context

_REDIRECTS = 3
_REDIRECT_CODES = {301, 302, 303, 307, 308}
_CHUNK = 64 * 1024
_MAX_TIMESTAMP = 1024 * 1024


def get(
    url: str, timeout: float = 15.0, max_bytes: int = 50_000_000, anchors: tuple[bytes, ...] = ()
) -> bytes:
    """What ``url`` holds. `RevocationSourceUnreachable` for anything but 200 within ``timeout`` seconds."""
    return _request("GET", url, b"", {}, timeout, max_bytes, anchors, RevocationSourceUnreachable)


def post_ocsp(url: str, body: bytes, timeout: float = 15.0, anchors: tuple[bytes, ...] = ()) -> bytes:
    """The answer to an OCSP request (RFC 6960 appendix A). `RevocationSourceUnreachable`."""
    headers = {"Content-Type": "application/ocsp-request", "Accept": "application/ocsp-response"}
    return _request("POST", url, body, headers, timeout, _MAX_TIMESTAMP, anchors, RevocationSourceUnreachable)


def post_timestamp(url: str, body: bytes, timeout: float = 15.0, anchors: tuple[bytes, ...] = ()) -> bytes:
    """The answer to a time-stamp query (RFC 3161 section 3.4). `TimestampUnavailable`."""
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    return _request("POST", url, body, headers, timeout, _MAX_TIMESTAMP, anchors, TimestampUnavailable)


def _request(
    method: str,
    url: str,
    body: bytes,
    headers: dict[str, str],
    timeout: float,
    max_bytes: int,
    anchors: tuple[bytes, ...],
    failure: Callable[..., ClientError],
) -> bytes:
    end = time.monotonic() + timeout
    target = url
    try:
        for _ in range(_REDIRECTS + 1):
            status, location, content = _once(method, target, body, headers, end, max_bytes, anchors)
            if status == 200:
                return content
            if status not in _REDIRECT_CODES or method != "GET" or not location:
                raise failure(url=_public(url), reason=f"http-{status}")
            target = _same_host(target, location)
    except (OSError, HTTPException, ValueError) as error:
        raise failure(url=_public(url), reason=type(error).__name__) from error
    raise failure(url=_public(url), reason="redirects")


def _once(
    method: str,
    url: str,
    body: bytes,
    headers: dict[str, str],
    end: float,
    max_bytes: int,
    anchors: tuple[bytes, ...],
) -> tuple[int, str, bytes]:
    parts = urlsplit(url)
    connection = _connection(parts, max(end - time.monotonic(), 0.1), anchors)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(
            method, path, body or None, headers | {"User-Agent": "CongThu", "Connection": "close"}
        )
        response = connection.getresponse()
        content = bytearray()
        # A server that trickles must not outlast the limit, hence the clock beside the socket's own.
        while chunk := response.read1(_CHUNK):
            content += chunk
            if len(content) > max_bytes or time.monotonic() > end:
                raise ValueError("too much or too slow")
        if response.length:
            raise ValueError("cut short")
        return response.status, response.getheader("Location", ""), bytes(content)
    finally:
        connection.close()


def _connection(parts: SplitResult, timeout: float, anchors: tuple[bytes, ...]) -> HTTPConnection:
    if not parts.hostname:
        raise ValueError("no host")
    if parts.scheme == "https":
        return HTTPSConnection(parts.hostname, parts.port, timeout=timeout, context=client_context(anchors))
    if parts.scheme == "http":
        return HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    raise ValueError("not http")


def _same_host(url: str, location: str) -> str:
    target = urljoin(url, location)
    old, new = urlsplit(url), urlsplit(target)
    if new.hostname != old.hostname or (old.scheme == "https" and new.scheme != "https"):
        raise ValueError("redirect to another host")
    return target


def _public(url: str) -> str:
    """The URL without what could be a password."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}{parts.path}"
