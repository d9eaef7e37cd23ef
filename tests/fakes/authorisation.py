"""An authorisation server on loopback over HTTPS: device grant and refresh (RFC 8628, RFC 6749)."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from client.model.oauth import AuthorisationServer
from tests.fakes.tls import ServerIdentity

Answer = tuple[int, dict[str, Any]]
DEVICE_CODE = "dev-code"
GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass
class FakeAuthorisation:
    """``polls`` is answered one after the other to questions about the device code, then it is granted."""

    polls: list[Answer] = field(default_factory=list)
    refresh_tokens: set[str] = field(default_factory=lambda: {"refresh-0"})
    rotate: bool = False
    lifetime: int = 3600
    user: str = "an@x.example"
    """Whose mailbox it is about."""
    verification: str = "https://sso.example/device"
    raw: tuple[int, bytes] | None = None
    """What every question is answered with."""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    issued: list[str] = field(default_factory=list)
    """Access tokens, the last one is good."""

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, bytes]:
        self.asked.append((path, form))
        if self.raw is not None:
            return self.raw
        if path == "/introspect":
            return 200, json.dumps(self._introspect(form)).encode()
        status, told = self._device() if path == "/device" else self._token(form)
        return status, json.dumps(told).encode()

    def _introspect(self, form: dict[str, str]) -> dict[str, Any]:
        """RFC 7662: what a mail server asks about a token it was given."""
        good = bool(self.issued) and form.get("token") == self.issued[-1]
        return {"active": good} | ({"username": self.user, "email": self.user} if good else {})

    def _device(self) -> Answer:
        return 200, {
            "device_code": DEVICE_CODE,
            "user_code": "BDWP-HQPK",
            "verification_uri": self.verification,
            "expires_in": 600,
            "interval": 1,
        }

    def _token(self, form: dict[str, str]) -> Answer:
        if form.get("grant_type") == GRANT and form.get("device_code") == DEVICE_CODE:
            return self.polls.pop(0) if self.polls else self._granted()
        if form.get("grant_type") == "refresh_token" and form.get("refresh_token") in self.refresh_tokens:
            return self._granted()
        return 400, {"error": "invalid_grant", "error_description": form.get("refresh_token", "")}

    def _granted(self) -> Answer:
        self.issued.append(f"access-{len(self.issued) + 1}")
        told = {"access_token": self.issued[-1], "token_type": "Bearer", "expires_in": self.lifetime}
        if self.rotate or len(self.issued) == 1:
            self.refresh_tokens = {f"refresh-{len(self.issued)}"}
            told["refresh_token"] = next(iter(self.refresh_tokens))
        return 200, told


@dataclass(frozen=True)
class Served:
    """Where it is."""

    server: AuthorisationServer
    anchors_pem: tuple[bytes, ...]
    port: int


@contextlib.contextmanager
def run_authorisation(fake: FakeAuthorisation, identity: ServerIdentity) -> Iterator[Served]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
            status, content = fake.answer(self.path, form)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            if status == 302:
                self.send_header("Location", "/token")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = identity.server_context().wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign] # a client that leaves is no news
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    port = server.server_address[1]
    place = f"https://localhost:{port}"
    try:
        told = AuthorisationServer(f"{place}/token", f"{place}/device", "cong-thu", "mail offline_access")
        yield Served(told, identity.anchors_pem, port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
