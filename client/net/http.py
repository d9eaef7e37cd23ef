"""Small HTTP requests: certificate revocation lists, OCSP answers, time-stamps.

No proxy, no cookies, no redirect to another host, a limit on size and on time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPResponse, HTTPSConnection
from urllib.parse import SplitResult, urlencode, urljoin, urlsplit

from client.errors import (
    ClientError,
    ConnectionLost,
    RevocationSourceUnreachable,
    TimedOut,
    TimestampUnavailable,
    TlsUntrusted,
)
from client.net.pace import cut_off
from client.net.tls import client_context, explain

_REDIRECTS = 3
_REDIRECT_CODES = {301, 302, 303, 307, 308}
_NOT_MODIFIED = 304
_BUSY_CODES = {429, 502, 503, 504}
_CHUNK = 64 * 1024
_MAX_TIMESTAMP = 256 * 1024
_MAX_FORM_ANSWER = 64 * 1024


class _Unusable(Exception):
    """An answer that came and cannot be used; the argument is the code of the reason."""


def get(
    url: str, timeout: float = 15.0, max_bytes: int = 50_000_000, anchors: tuple[bytes, ...] = ()
) -> bytes:
    """What ``url`` holds. `RevocationSourceUnreachable` for anything but 200 within ``timeout`` seconds."""
    ask = _Request("GET", url, end=time.monotonic() + timeout, max_bytes=max_bytes, anchors=anchors)
    return _answer(ask, RevocationSourceUnreachable)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as a server has it now, and by what to ask whether it has changed (RFC 9110 section 8.8)."""

    content: bytes
    etag: str = ""
    last_modified: str = ""


def get_if_changed(
    url: str,
    etag: str = "",
    last_modified: str = "",
    *,
    timeout: float = 60.0,
    max_bytes: int = 50_000_000,
    anchors: tuple[bytes, ...] = (),
) -> Fetched | None:
    """What ``url`` holds, None where it is what it was; raises as `get` does."""
    ask = _Request("GET", url, end=time.monotonic() + timeout, max_bytes=max_bytes, anchors=anchors)
    for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified)):
        # What a server said is handed back to it, and to it alone; never into another header.
        if value and value.isascii() and value.isprintable():
            ask.headers[name] = value
    reply = _reply(ask, RevocationSourceUnreachable)
    if reply.status == _NOT_MODIFIED:
        return None
    return Fetched(reply.content, reply.headers.get("ETag", ""), reply.headers.get("Last-Modified", ""))


def post_ocsp(url: str, body: bytes, timeout: float = 15.0, anchors: tuple[bytes, ...] = ()) -> bytes:
    """The answer to an OCSP request (RFC 6960 appendix A). `RevocationSourceUnreachable`."""
    return _answer(
        _post("ocsp-request", "ocsp-response", url, body, timeout, anchors), RevocationSourceUnreachable
    )


def post_timestamp(url: str, body: bytes, timeout: float = 180.0, anchors: tuple[bytes, ...] = ()) -> bytes:
    """The answer to a time-stamp query (RFC 3161 section 3.4) within ``timeout`` seconds.

    `TimestampUnavailable` with ``reason``: ``service-unreachable``, ``service-busy``, ``service-too-slow``,
    ``service-too-large``, ``service-wrong-type`` or ``service-refused``.
    """
    ask = _post("timestamp-query", "timestamp-reply", url, body, timeout, anchors)
    return _answer(ask, TimestampUnavailable)


def post_form(
    url: str, fields: Mapping[str, str], *, timeout: float = 30.0, anchors: tuple[bytes, ...] = ()
) -> tuple[int, bytes]:
    """Status and content of the answer to a form; HTTPS alone, and no redirect: it would carry secrets along.

    Raises `ConnectionLost`, `TimedOut`, `TlsUntrusted`.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https":
        raise TlsUntrusted(host=host, reason="no-tls")
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    end = time.monotonic() + timeout
    ask = _Request("POST", url, end, _MAX_FORM_ANSWER, anchors, urlencode(fields).encode(), headers)
    try:
        reply = _once(ask)
    except _Unusable as error:
        raise ConnectionLost(host=host, reason="protocol") from error
    except (OSError, HTTPException, ValueError) as error:
        if time.monotonic() >= end:
            raise TimedOut(host=host) from error
        raise explain(error, host) from error
    return reply.status, reply.content


@dataclass(frozen=True)
class _Request:
    method: str
    url: str
    end: float
    """By `time.monotonic`."""
    max_bytes: int
    anchors: tuple[bytes, ...]
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    expected: str = ""
    """The media type the answer must have; ``""`` for any."""

    @property
    def is_conditional(self) -> bool:
        return bool(self.headers.keys() & {"If-None-Match", "If-Modified-Since"})

    @property
    def left(self) -> float:
        return max(self.end - time.monotonic(), 0.1)


def _post(
    question: str, answer: str, url: str, body: bytes, timeout: float, anchors: tuple[bytes, ...]
) -> _Request:
    expected = f"application/{answer}"
    headers = {"Content-Type": f"application/{question}", "Accept": expected}
    end = time.monotonic() + timeout
    return _Request("POST", url, end, _MAX_TIMESTAMP, anchors, body, headers, expected)


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    headers: HTTPMessage
    content: bytes


def _answer(ask: _Request, failure: Callable[..., ClientError]) -> bytes:
    return _reply(ask, failure).content


def _reply(ask: _Request, failure: Callable[..., ClientError]) -> _Reply:
    target = ask.url
    wanted = {200} | ({_NOT_MODIFIED} if ask.is_conditional else set())
    try:
        for _ in range(_REDIRECTS + 1):
            reply = _once(replace(ask, url=target))
            if reply.status in wanted:
                return reply
            location = reply.headers.get("Location", "")
            if reply.status not in _REDIRECT_CODES or ask.method != "GET" or not location:
                code = "service-busy" if reply.status in _BUSY_CODES else "service-refused"
                raise failure(url=_public(ask.url), reason=code, status=reply.status)
            target = _same_host(target, location)
    except _Unusable as error:
        raise failure(url=_public(ask.url), reason=str(error)) from error
    except (OSError, HTTPException, ValueError) as error:
        late = isinstance(error, TimeoutError) or time.monotonic() >= ask.end
        reason = "service-too-slow" if late else "service-unreachable"
        raise failure(url=_public(ask.url), reason=reason) from error
    raise failure(url=_public(ask.url), reason="service-refused")


def _once(ask: _Request) -> _Reply:
    parts = urlsplit(ask.url)
    connection = _connection(parts, ask.left, ask.anchors)
    with closing(connection):
        connection.connect()
        with cut_off(connection.sock, ask.left):
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            headers = ask.headers | {"User-Agent": "CongThu", "Connection": "close"}
            connection.request(ask.method, path, ask.body or None, headers)
            with closing(connection.getresponse()) as response:
                return _Reply(response.status, response.headers, _content(response, ask))


def _content(response: HTTPResponse, ask: _Request) -> bytes:
    _in_time(ask)
    kind = response.getheader("Content-Type", "").partition(";")[0].strip().lower()
    if response.status == 200 and ask.expected and kind != ask.expected:
        raise _Unusable("service-wrong-type")
    content = bytearray()
    while chunk := response.read1(_CHUNK):
        content += chunk
        if len(content) > ask.max_bytes:
            raise _Unusable("service-too-large")
    _in_time(ask)
    if response.length:
        raise ValueError("cut short")
    return bytes(content)


def _in_time(ask: _Request) -> None:
    # A line that was cut off looks like an answer that has come to its end.
    if time.monotonic() >= ask.end:
        raise TimeoutError


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
    upgraded = (old.scheme, new.scheme) == ("http", "https") and (old.port, new.port) == (None, None)
    same = (old.scheme, old.port) == (new.scheme, new.port)
    if new.hostname != old.hostname or new.username is not None or not (same or upgraded):
        raise ValueError("redirect to another host")
    return target


def _public(url: str) -> str:
    """The URL without what could be a password."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}{parts.path}"
