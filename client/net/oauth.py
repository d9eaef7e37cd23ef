"""OAuth 2.0 for mail: the device grant (RFC 8628) and refreshing what was granted (RFC 6749 section 6).

Only servers that the policy names are spoken to, over HTTPS with `client_context`, without redirects.
What they answer is not shown: it could hold a token.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from client.errors import ClientError, ConnectionLost, ServerBusy, TransientError
from client.model.oauth import AuthorisationServer, DeviceCode, SignInNeeded, Tokens
from client.model.secret import AccessToken, Secret
from client.model.text import printable
from client.net import http

Post = Callable[[str, Mapping[str, str]], tuple[int, bytes]]
_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_SLOWER = 5.0
"""Seconds more between questions once the server asks for it (RFC 8628 section 3.5)."""
_LONGEST = 3600.0
_LONGEST_CODE = 64
_LONGEST_TOKEN = 16_384


def begin(server: AuthorisationServer, anchors: tuple[bytes, ...] = ()) -> DeviceCode:
    """Ask for a code for the user. Raises `SignInNeeded` (``reason``), `ConnectionLost`, `TlsUntrusted` …"""
    return begin_with(server, _post(anchors))


def wait(server: AuthorisationServer, code: DeviceCode, anchors: tuple[bytes, ...] = ()) -> Tokens:
    """Wait until the user has entered the code; `SignInNeeded` when they refused or took too long."""
    return wait_with(server, code, _post(anchors), time.sleep, time.monotonic)


def refresh(server: AuthorisationServer, token: Secret, anchors: tuple[bytes, ...] = ()) -> Tokens:
    """A new access token; `SignInNeeded` when the grant is no longer good."""
    return refresh_with(server, token, _post(anchors))


def begin_with(server: AuthorisationServer, post: Post) -> DeviceCode:
    """`begin` through ``post``."""
    told = {"client_id": server.client_id} | ({"scope": server.scope} if server.scope else {})
    answer = _granted(server.device_url, *post(server.device_url, told))
    url = _text(answer, "verification_uri", server.device_url, 500)
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise _unusable(server.device_url)
    return DeviceCode(
        Secret(_text(answer, "device_code", server.device_url)),
        printable(_text(answer, "user_code", server.device_url, _LONGEST_CODE)),
        url,
        _seconds(answer, "expires_in", 900.0),
        _seconds(answer, "interval", 5.0),
    )


def wait_with(
    server: AuthorisationServer,
    code: DeviceCode,
    post: Post,
    sleep: Callable[[float], None],
    clock: Callable[[], float],
) -> Tokens:
    """`wait` through ``post``, with a clock and a sleep of one's own."""
    end, pause = clock() + code.expires_in, code.interval
    told = {"grant_type": _GRANT, "device_code": code.device_code.reveal(), "client_id": server.client_id}
    while clock() + pause < end:
        sleep(pause)
        try:
            status, content = post(server.token_url, told)
        except TransientError:
            pause = min(pause * 2, 60.0)  # RFC 8628 section 3.5: back off after a connection timeout
            continue
        problem = "" if status == 200 else _problem(content)
        if status == 200:
            return _tokens(server, _granted(server.token_url, status, content), None)
        if problem == "slow_down":
            pause += _SLOWER
        elif problem != "authorization_pending":
            raise _refusal(server.token_url, status, problem)
    raise SignInNeeded(host=_host(server.token_url), user="", reason="code-expired")


def refresh_with(server: AuthorisationServer, token: Secret, post: Post) -> Tokens:
    """`refresh` through ``post``."""
    told = {"grant_type": "refresh_token", "refresh_token": token.reveal(), "client_id": server.client_id}
    # Without a scope the grant stays as wide as it was (RFC 6749 section 6).
    return _tokens(server, _granted(server.token_url, *post(server.token_url, told)), token)


def _post(anchors: tuple[bytes, ...]) -> Post:
    return lambda url, fields: http.post_form(url, fields, anchors=anchors)


def _tokens(server: AuthorisationServer, answer: Mapping[str, Any], before: Secret | None) -> Tokens:
    if str(answer.get("token_type", "")).lower() != "bearer":
        raise _unusable(server.token_url)
    access = AccessToken(_text(answer, "access_token", server.token_url))
    tokens = Tokens(access, _seconds(answer, "expires_in", 3600.0), before)
    if "refresh_token" not in answer:
        return tokens
    # A server that gives a new one with each use takes the old one no more.
    return replace(tokens, refresh=Secret(_text(answer, "refresh_token", server.token_url)))


def _granted(url: str, status: int, content: bytes) -> Mapping[str, Any]:
    if status != 200:
        raise _refusal(url, status, _problem(content))
    answer = _json(content)
    if answer is None:
        raise _unusable(url)
    return answer


def _refusal(url: str, status: int, problem: str) -> ClientError:
    host = _host(url)
    if problem in {"invalid_grant", "invalid_token"} or status == 401:
        return SignInNeeded(host=host, user="", reason="sign-in-expired")
    if problem == "access_denied":
        return SignInNeeded(host=host, user="", reason="sign-in-denied")
    if problem == "expired_token":
        return SignInNeeded(host=host, user="", reason="code-expired")
    if status == 429 or status >= 500 or problem == "temporarily_unavailable":
        return ServerBusy(host=host, reply=f"{status}")
    return SignInNeeded(host=host, user="", reason="client-refused")


def _problem(content: bytes) -> str:
    """The server's ``error`` (RFC 6749 section 5.2), ``""`` where it says none."""
    return str((_json(content) or {}).get("error", ""))[:_LONGEST_CODE]


def _json(content: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _text(answer: Mapping[str, Any], name: str, url: str, longest: int = _LONGEST_TOKEN) -> str:
    """A text of visible ASCII: it goes into a command, a form or a browser's line."""
    value = answer.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise _unusable(url)
    if not value.isascii() or any(ord(char) < 33 for char in value.replace(" ", "-")):
        raise _unusable(url)
    return value


def _seconds(answer: Mapping[str, Any], name: str, usual: float) -> float:
    value = answer.get(name, usual)
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf")
    return min(float(value), _LONGEST) if good else usual


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _unusable(url: str) -> ConnectionLost:
    return ConnectionLost(host=_host(url), reason="protocol")
