"""The last lines of a connection, for diagnosis: verbs, numbers, response codes; no secret, no content."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

KEPT = 300
_LONGEST = 160
_QUOTED = re.compile(rb'"(?:\\.|[^"\\])*"?')
_ANGLE = re.compile(rb"<[^>]*>?")
_COMMAND = re.compile(rb"([A-Z]{1,4}\d{1,9}) ((?:UID )?[A-Z]{2,14})(.*)", re.IGNORECASE | re.DOTALL)
_STATUS = re.compile(rb"\S+ (?:OK|NO|BAD)(?: \[[A-Z]+\])?", re.IGNORECASE)
_ENHANCED = re.compile(rb"(?:\d\.\d{1,3}\.\d{1,3} )?")
"""The status code before the words (RFC 2034); matches every text."""
_SECRET = (b"LOGIN", b"AUTHENTICATE", b"AUTH")
_NAMED = re.compile(rb"(\* (?:LIST|XLIST|LSUB|STATUS) )(\([^)]*\))?", re.IGNORECASE)
_NAMES = (b"SELECT", b"EXAMINE", b"CREATE", b"STATUS", b"LIST", b"XLIST", b"APPEND", b"COPY", b"MOVE")
_SMTP_VERBS = frozenset(
    {b"EHLO", b"HELO", b"STARTTLS", b"AUTH", b"MAIL", b"RCPT", b"DATA", b"RSET", b"QUIT", b"NOOP"}
)


class Trace:
    """A ring of `KEPT` lines. What is sent is masked before it is kept, what comes when it is read."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._lines: deque[tuple[datetime, str, bytes]] = deque(maxlen=KEPT)
        self._login = b""
        """While somebody logs in: the command's tag, or AUTH. Servers may repeat what they were told."""

    def imap_sent(self, data: bytes) -> None:
        """A command, or a part of one."""
        found = _COMMAND.match(data)
        if found is not None:
            self._login = found[1] if found[2].upper() in _SECRET else b""
        self._lines.append((self._clock(), ">", masked_command(data)))

    def imap_came(self, line: bytes) -> None:
        """A line of a response; literals are not handed over."""
        if self._login and line.startswith(self._login + b" "):
            line = _login_answer(line)
        self._lines.append((self._clock(), "<", line[:_LONGEST]))

    def smtp_sent(self, line: str) -> None:
        """A command."""
        verb = line.strip().partition(" ")[0].upper().encode("utf-8", "replace")
        if verb in _SMTP_VERBS:
            self._login = verb if verb == b"AUTH" else b""
        self._lines.append((self._clock(), ">", masked_smtp(line.encode("utf-8", "replace"))))

    def smtp_came(self, code: int, text: bytes) -> None:
        """A reply."""
        said = _status_alone(text) if self._login else text[:_LONGEST]
        self._lines.append((self._clock(), "<", b"%d %s" % (code, said)))

    def lines(self) -> tuple[str, ...]:
        """Oldest first: time in UTC, direction, what was said."""
        return tuple(
            f"{when:%H:%M:%S.%f}"[:-3] + f" {way} {_printable(masked_line(line) if way == '<' else line)}"
            for when, way, line in self._lines
        )


def _status_alone(text: bytes) -> bytes:
    found = _ENHANCED.match(text)
    return (found[0] if found is not None else b"") + b"..."


def _login_answer(line: bytes) -> bytes:
    """The end of a login: status and response code, not the words."""
    found = _STATUS.match(line)
    return found[0] + b" ..." if found is not None else b"..."


def masked_command(data: bytes) -> bytes:
    """An IMAP command without strings, mailbox names and credentials; of anything else only the size."""
    found = _COMMAND.match(data)
    if found is None:
        return b"(%d bytes)" % len(data)
    tag, verb, rest = found.groups()
    word = verb.upper().rpartition(b" ")[2]
    if word in _SECRET:
        return b"%s %s ..." % (tag, verb)
    if word in _NAMES:
        rest = b" ..."
    return (b"%s %s%s" % (tag, verb, masked_line(rest.rstrip())))[:_LONGEST]


def masked_line(line: bytes) -> bytes:
    """A line without quoted strings, addresses, mailbox names and SASL challenges."""
    if line.startswith(b"+"):
        return b"+ ..."
    named = _NAMED.match(line)
    if named is not None:
        return named[0] + b" ..."
    return _ANGLE.sub(b"<...>", _QUOTED.sub(b'"..."', line.rstrip()))


def masked_smtp(line: bytes) -> bytes:
    """An SMTP command without addresses and credentials."""
    verb, _, rest = line.strip().partition(b" ")
    if verb.upper() not in _SMTP_VERBS:
        return b"(%d bytes)" % len(line)
    if verb.upper() == b"AUTH":
        return b"AUTH %s ..." % rest.split(b" ")[0]
    return masked_line(line.strip())[:_LONGEST]


def _printable(line: bytes) -> str:
    return "".join(char if char.isprintable() else "?" for char in line.decode("utf-8", "replace"))
