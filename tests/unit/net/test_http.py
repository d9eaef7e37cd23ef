"""Small HTTP requests: what comes back, and what is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from client.errors import RevocationSourceUnreachable, TimestampUnavailable
from client.net import http
from tests.fakes.tls import ServerAuthority, ServerIdentity


@contextmanager
def serving(
    answer: Callable[[BaseHTTPRequestHandler], None], identity: ServerIdentity | None = None
) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def do_POST(self) -> None:
            answer(self)

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if identity is not None:
        server.socket = identity.server_context().wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"{'https' if identity else 'http'}://localhost:{server.server_port}/x?y=1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def reply(status: int, body: bytes = b"", **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def test_a_file_comes_over_http_and_https(server_authority: ServerAuthority) -> None:
    with serving(reply(200, b"crl")) as url:
        assert http.get(url) == b"crl"
    identity = server_authority.issue()
    with serving(reply(200, b"crl"), identity) as url:
        assert http.get(url, anchors=identity.anchors_pem) == b"crl"
        with pytest.raises(RevocationSourceUnreachable):
            http.get(url)


REPLY = "application/timestamp-reply"


def test_a_time_stamp_query_is_posted_as_such() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        asked = handler.headers["Content-Type"].encode() + b" " + body
        reply(200, asked, **{"Content-Type": f"{REPLY}; charset=binary"})(handler)

    with serving(answer) as url:
        assert http.post_timestamp(url, b"query", 60) == b"application/timestamp-query query"


def trickle(handler: BaseHTTPRequestHandler) -> None:
    """A header that never ends, a byte now and then: each arrives well within a socket's own limit."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    stopped = threading.Event()
    try:
        while not stopped.wait(0.02):
            handler.wfile.write(b"x")
            handler.wfile.flush()
    except OSError:
        handler.close_connection = True


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", REPLY)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"x" * 65536)
    except OSError:
        handler.close_connection = True


@pytest.mark.parametrize(
    ("answer", "timeout", "reason"),
    [
        (reply(503), 60, "service-busy"),
        (reply(429), 60, "service-busy"),
        (reply(404), 60, "service-refused"),
        (reply(302, Location="/there"), 60, "service-refused"),
        (reply(200, b"<html>", **{"Content-Type": "text/html"}), 60, "service-wrong-type"),
        (endless, 60, "service-too-large"),
        (trickle, 0.3, "service-too-slow"),
    ],
)
def test_why_there_is_no_time_stamp_is_said(
    answer: Callable[[BaseHTTPRequestHandler], None], timeout: float, reason: str
) -> None:
    with serving(answer) as url, pytest.raises(TimestampUnavailable) as failed:
        http.post_timestamp(url, b"q", timeout)
    assert failed.value.params["reason"] == reason


def test_nobody_at_the_address_is_said_too() -> None:
    with pytest.raises(TimestampUnavailable) as failed:
        http.post_timestamp("http://localhost:1/", b"q", 60)
    assert failed.value.params["reason"] == "service-unreachable"


def test_a_redirect_stays_on_its_host() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        here = handler.path == "/there"
        (reply(200, b"there") if here else reply(302, Location="/there"))(handler)

    with serving(answer) as url:
        assert http.get(url) == b"there"
    with (
        serving(reply(302, Location="http://127.0.0.1:9/")) as url,
        pytest.raises(RevocationSourceUnreachable),
    ):
        http.get(url)
    with serving(reply(302, Location="/x?y=1")) as url, pytest.raises(RevocationSourceUnreachable):
        http.get(url)


@pytest.mark.parametrize("status", [204, 404, 500])
def test_any_other_status_is_no_answer(status: int) -> None:
    with serving(reply(status, b"" if status == 204 else b"x")) as url:
        with pytest.raises(TimestampUnavailable):
            http.post_timestamp(url, b"q", 5)
        with pytest.raises(RevocationSourceUnreachable):
            http.get(url)


def test_more_than_the_limit_is_refused() -> None:
    with serving(reply(200, b"x" * 1000)) as url, pytest.raises(RevocationSourceUnreachable):
        http.get(url, max_bytes=999)


def test_an_answer_that_is_cut_short_is_none() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"half")
        handler.close_connection = True

    with serving(answer) as url, pytest.raises(RevocationSourceUnreachable):
        http.get(url)


@pytest.mark.parametrize(
    "url", ["ftp://x/", "file:///etc/passwd", "http:///x", "nonsense", "http://localhost:1/"]
)
def test_what_is_no_reachable_http_is_an_error(url: str) -> None:
    with pytest.raises(RevocationSourceUnreachable):
        http.get(url, 2)


def test_a_password_in_a_url_is_not_shown() -> None:
    with pytest.raises(RevocationSourceUnreachable) as caught:
        http.get("http://user:CANARY@localhost:1/?key=CANARY", 2)
    assert "CANARY" not in str(caught.value)


class Library:
    """A server that knows one file by its tag and date, and notes by what it was asked."""

    def __init__(self, content: bytes, **told: str) -> None:
        self.content, self.told = content, told
        self.asked: list[tuple[str | None, str | None]] = []

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        asked = (handler.headers["If-None-Match"], handler.headers["If-Modified-Since"])
        self.asked.append(asked)
        known = self.told.get("ETag") is not None and asked[0] == self.told["ETag"]
        reply(304 if known else 200, b"" if known else self.content, **self.told)(handler)


def test_a_file_that_has_not_changed_is_not_sent_again() -> None:
    library = Library(b"list", **{"ETag": '"1"', "Last-Modified": "Tue, 24 Nov 2026 08:00:00 GMT"})
    with serving(library) as url:
        first = http.get_if_changed(url)
        assert first == http.Fetched(b"list", '"1"', "Tue, 24 Nov 2026 08:00:00 GMT")
        assert http.get_if_changed(url, first.etag, first.last_modified) is None
        library.told["ETag"] = '"2"'
        assert http.get_if_changed(url, first.etag, first.last_modified) is not None
    assert library.asked == [(None, None), ('"1"', first.last_modified), ('"1"', first.last_modified)]


def test_a_tag_that_would_break_the_line_is_not_sent_back() -> None:
    library = Library(b"list")
    with serving(library) as url:
        assert http.get_if_changed(url, '"1"\r\nX-Evil: 1', "é") is not None
    assert library.asked == [(None, None)]


def test_unchanged_is_no_answer_to_a_question_without_condition() -> None:
    with serving(reply(304)) as url:
        with pytest.raises(RevocationSourceUnreachable):
            http.get_if_changed(url)
        with pytest.raises(RevocationSourceUnreachable):
            http.get(url)


def test_a_redirect_does_not_reach_another_port() -> None:
    heard: list[str] = []

    def other(handler: BaseHTTPRequestHandler) -> None:
        heard.append(handler.path)
        reply(200, b"x")(handler)

    with (
        serving(other) as elsewhere,
        serving(reply(302, Location=elsewhere)) as url,
        pytest.raises(RevocationSourceUnreachable),
    ):
        http.get_if_changed(url)
    assert heard == []
