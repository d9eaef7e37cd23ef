"""The IMAP byte stream: one buffer over one socket, lines, literals and tagged commands.

imaplib reads through the same buffer, so there is no second one in which a reply could be lost.
A TCP segment may end anywhere: nothing here depends on where it does.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count

from client.errors import ClientError, ConnectionLost, TimedOut, TlsUntrusted
from client.net.pace import Pace
from client.net.session import BodyTarget
from client.net.tls import explain
from client.net.trace import Trace

MAX_LINE = 16_000_000
"""Bytes of one line; what a UID SEARCH finds takes up to 11 for each message."""
MAX_LITERAL = 512 * 1024 * 1024
"""Bytes of one literal; no mail server takes a message of this size."""

_CHUNK = 256 * 1024
AT_ONCE = 64 * 1024
"""Octets of one write: the socket's patience is for all of a write, however slow the link."""
_POURED_AT_ONCE = 1024 * 1024
_BODY_END = re.compile(rb" \(?BODY\[\] ~?\{\d{1,19}\+?\}\r\n\Z", re.IGNORECASE)
_LITERAL_END = re.compile(rb"\{(\d{1,19})\+?\}\r\n\Z")
_STATUS_LINE = re.compile(rb"\* (?:OK|NO|BAD|BYE|PREAUTH) ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Literal:
    """A command argument that is sent byte for byte (RFC 9051 section 4.3)."""

    content: bytes


@dataclass(frozen=True, slots=True)
class Status:
    """The tagged end of a command: ``kind`` is OK, NO or BAD."""

    kind: bytes
    text: bytes


class Wire:
    """Reads and writes; every failure closes the socket and is a `ClientError`."""

    def __init__(self, sock: socket.socket, host: str, trace: Trace | None = None) -> None:
        self._trace = trace if trace is not None else Trace()
        self.sock = sock
        self.host = host
        self.literal_plus = False
        self.closed = False
        self.certificate = b""
        """What the server showed and was accepted, DER."""
        self.last_status = Status(b"OK", b"")
        self.pace = Pace()
        """How long an answer that hardly gets on is waited for."""
        self._buffer = bytearray()
        self._start = 0
        self._tags = count(1)
        self._begun: set[bytes] = set()
        self._ended: dict[bytes, Status] = {}
        """How commands ended that were not waited for yet: a server may end them in any order."""
        self._until: float | None = None
        self._target: BodyTarget | None = None

    @property
    def buffered(self) -> int:
        """Bytes received and not yet read."""
        return len(self._buffer) - self._start

    def feed(self, data: bytes) -> None:
        """Put ``data`` behind what has been received, as if the server had sent it."""
        self._buffer += data

    def protect(self, context: ssl.SSLContext) -> None:
        """Go on in TLS; `TlsUntrusted` when the server spoke on before the handshake (injection)."""
        if self.buffered:
            raise self.fail(TlsUntrusted(host=self.host, reason="other"))
        try:
            protected = context.wrap_socket(self.sock, server_hostname=self.host)
            self.sock, self.certificate = protected, protected.getpeercert(binary_form=True) or b""
        except (OSError, ValueError) as error:
            raise self.fail(explain(error, self.host)) from error

    def send(self, data: bytes) -> None:
        """Write all of ``data``."""
        self._trace.imap_sent(data)
        view = memoryview(data)
        try:
            for start in range(0, len(view), AT_ONCE):
                self.sock.sendall(view[start : start + AT_ONCE])
        except OSError as error:
            raise self.fail(explain(error, self.host)) from error

    def receive(self) -> None:
        """Wait for at least one more byte."""
        begin = time.monotonic()
        try:
            if self._until is not None:
                self.sock.settimeout(max(self._until - begin, 0.001))
            chunk = self.sock.recv(_CHUNK)
        except OSError as error:
            raise self.fail(explain(error, self.host)) from error
        self._take(chunk)
        if not self.pace.waited(time.monotonic() - begin, len(chunk)):
            raise self.fail(TimedOut(host=self.host))

    @contextmanager
    def hurried(self, seconds: float) -> Iterator[None]:
        """All that is read within may take so long, after which it is `TimedOut`."""
        patience, self._until = self.sock.gettimeout(), time.monotonic() + seconds
        try:
            yield
        finally:
            self._until = None
            if not self.closed:
                self.sock.settimeout(patience)

    def receive_now(self) -> None:
        """Take what has come already; the socket must be non-blocking."""
        try:
            chunk = self.sock.recv(_CHUNK)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except OSError as error:
            raise self.fail(explain(error, self.host)) from error
        self._take(chunk)
        if self.buffered > MAX_LINE:
            raise self.fail(ConnectionLost(host=self.host, reason="line-too-long"))

    def _take(self, chunk: bytes) -> None:
        """Add what `recv` gave to the buffer; an empty chunk is the end of the stream."""
        if not chunk:
            raise self.fail(ConnectionLost(host=self.host))
        if self._start:
            del self._buffer[: self._start]
            self._start = 0
        self._buffer += chunk

    def read_line(self) -> bytes:
        """One line with its CRLF."""
        searched = self._start
        while (end := self._buffer.find(b"\n", searched)) < 0:
            if self.buffered > MAX_LINE:
                raise self.fail(ConnectionLost(host=self.host, reason="line-too-long"))
            before = self.buffered
            self.receive()
            searched = self._start + before
        line = bytes(self._buffer[self._start : end + 1])
        self._start = end + 1
        self._trace.imap_came(line)
        return line

    def has_line(self) -> bool:
        """Whether `read_line` would answer without waiting."""
        return self._buffer.find(b"\n", self._start) >= 0

    def read_exactly(self, size: int) -> bytes:
        """``size`` bytes; memory grows with what arrives, not with what was announced."""
        if size > MAX_LITERAL:
            raise self.fail(ConnectionLost(host=self.host, reason="literal-too-long"))
        end = self._start + size
        if len(self._buffer) < end:
            end = self._fill(size)
        with memoryview(self._buffer) as view:
            data = bytes(view[self._start : end])
        if size > _CHUNK:
            del self._buffer[:end]
            end = 0
        self._start = end
        return data

    @contextmanager
    def pouring(self, target: BodyTarget) -> Iterator[None]:
        """Within, a whole message goes to ``target`` as it comes, and is an empty literal in its response."""
        self._target = target
        try:
            yield
        finally:
            self._target = None

    def _pour(self, size: int, target: BodyTarget) -> bytes:
        if size > MAX_LITERAL:
            raise self.fail(ConnectionLost(host=self.host, reason="literal-too-long"))
        try:
            target.discard()
            for start in range(0, size, _POURED_AT_ONCE):
                target.append(self.read_exactly(min(_POURED_AT_ONCE, size - start)))
        except BaseException:
            self.close()  # what is left of it would be taken for an answer
            raise
        return b""

    def read_response(self) -> list[bytes]:
        """One response: line, literal, line, literal ... line. Text of a status line is never a literal."""
        line = self.read_line()
        pieces = [line]
        if _STATUS_LINE.match(line) or not line.startswith(b"* "):
            return pieces
        while line.endswith(b"}\r\n") and (match := _LITERAL_END.search(line)):
            size, target = int(match[1]), self._target if _BODY_END.search(line) else None
            pieces.append(self.read_exactly(size) if target is None else self._pour(size, target))
            line = self.read_line()
            pieces.append(line)
        return pieces

    def buffered_matches(self, pattern: re.Pattern[bytes]) -> Iterator[tuple[re.Match[bytes], bytes]]:
        """The responses next in the buffer that are one literal after ``pattern``, without waiting for more.

        The pattern's last group is the literal's length; the response ends with ``)`` behind it.
        """
        while match := pattern.match(self._buffer, self._start):
            end = match.end() + int(match[match.lastindex or 0])
            if self._buffer[end : end + 3] != b")\r\n":
                return
            literal = bytes(self._buffer[match.end() : end])
            self._start = end + 3
            yield match, literal

    def command(self, *parts: bytes | Literal) -> Iterator[list[bytes]]:
        """Send a command; yields its untagged responses, then `last_status` is its end.

        Exhaust the iterator: until then the next command must not be sent.
        """
        tag = self.begin(*parts)
        if tag:
            yield from self.finish(tag)

    def begin(self, *parts: bytes | Literal) -> bytes:
        """Send a command and answer with its tag for `finish`; ``b""`` when the server ended it already.

        Commands without literals may be begun one after the other and finished in any order.
        """
        tag = b"Q%d" % next(self._tags)
        if not self._send_command(tag, parts):
            return b""
        self._begun.add(tag)
        return tag

    def finish(self, tag: bytes) -> Iterator[list[bytes]]:
        """The untagged responses up to the end of the command ``tag``."""
        while tag not in self._ended:
            pieces = self.read_response()
            if pieces[0].startswith(b"* ") and pieces[0][2:5].upper() != b"BYE":
                if pieces[0][2:5].upper() == b"OK ":
                    self.pace.at_work()
                yield pieces
                continue
            told = pieces[0].partition(b" ")[0]
            if self.is_end(told if told in self._begun else tag, pieces[0]):
                self._begun.discard(told)
                self._ended[told] = self.last_status
        self.last_status = self._ended.pop(tag)

    def run(self, *parts: bytes | Literal) -> list[list[bytes]]:
        """`command`, all at once."""
        return list(self.command(*parts))

    def fail(self, error: ClientError) -> ClientError:
        """Close the socket, for nothing after a failure can be trusted; answers with ``error``."""
        self.close()
        return error

    def close(self) -> None:
        """Close the socket; never raises."""
        self.closed = True
        try:
            self.sock.close()
        except OSError:
            return

    def abandon(self) -> None:
        """End all waiting on this socket, from whatever thread: the network below it has gone."""
        with suppress(OSError):
            # The method of the plain socket: that of TLS would take the stream apart under its reader.
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def _fill(self, size: int) -> int:
        while self.buffered < size:
            self.receive()
        return self._start + size

    def _send_command(self, tag: bytes, parts: Iterable[bytes | Literal]) -> bool:
        """False when the server ended the command before it was all sent."""
        pending = bytearray(tag)
        for part in parts:
            pending += b" "
            if not isinstance(part, Literal):
                pending += part
                continue
            pending += b"{%d%s}\r\n" % (len(part.content), b"+" if self.literal_plus else b"")
            if not self.literal_plus:
                self.send(bytes(pending))
                pending.clear()
                if not self.await_continuation(tag):
                    return False
            pending += part.content
        self.send(bytes(pending + b"\r\n"))
        return True

    def await_continuation(self, tag: bytes) -> bool:
        """Read up to the server's ``+``; False when it ended the command instead."""
        while True:
            line = self.read_response()[0]
            if line.startswith(b"+"):
                return True
            if self.is_end(tag, line):
                return False

    def is_end(self, tag: bytes, line: bytes) -> bool:
        """Whether ``line`` ends the command ``tag``; keeps its status. A BYE raises."""
        if line[:6].upper() == b"* BYE ":
            raise self.fail(ConnectionLost(host=self.host, reply=shown(line[6:])))
        if not line.startswith(tag + b" "):
            return False
        self.pace.begin()
        kind, _, text = line[len(tag) + 1 :].strip().partition(b" ")
        self.last_status = Status(kind.upper(), text)
        return True


def shown(reply: bytes) -> str:
    """A server's words as a parameter of an error: short, one line, printable."""
    text = reply.decode("utf-8", "replace").strip()[:300]
    return "".join(char if char.isprintable() else " " for char in text)
