"""Commands to the server: what they are made of, and how their end is judged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from client.errors import ConnectionLost, ServerBusy
from client.net.imap_login import refusal
from client.net.quirks import Quirks
from client.net.session import SelectedMailbox
from client.net.wire import Literal, Wire

_CHANGED = re.compile(rb"\* \d+ (?:EXISTS|EXPUNGE)|\* VANISHED", re.IGNORECASE)
_FLAG = re.compile(r"\\?[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]+")


class Commands:
    """Runs commands on a `Wire`; knows which mailbox is selected and whether something stirred in it."""

    def __init__(self, wire: Wire, quirks: Quirks) -> None:
        self._wire = wire
        self._quirks = quirks
        self._stirred = False
        self._selected, self._uidvalidity = b"", 0

    @property
    def selected(self) -> tuple[bytes, int]:
        """See `client.net.session.ImapSession.selected`."""
        return self._selected, self._uidvalidity

    def select(self, raw_name: bytes) -> SelectedMailbox:
        """Make this the selected mailbox."""
        raise NotImplementedError

    def _run(self, *parts: bytes | Literal) -> list[list[bytes]]:
        return list(self._stream(*parts))

    def _stream(self, *parts: bytes | Literal) -> Iterator[list[bytes]]:
        """The untagged responses of a command; its refusal is raised at the end."""
        self._must_live()
        yield from self._finish(self._wire.begin(*parts))

    def _finish(self, tag: bytes) -> Iterator[list[bytes]]:
        for pieces in self._wire.finish(tag) if tag else ():
            if _CHANGED.match(pieces[0]):
                # IDLE will not repeat what is told now, so that `idle` must not wait for it.
                self._stirred = True
            yield pieces
        status = self._wire.last_status
        if status.kind != b"OK":
            raise refusal(self._wire.host, status.kind, status.text)

    def _change(self, *parts: bytes | Literal) -> list[list[bytes]]:
        """Run a command that changes the selected mailbox."""
        try:
            return self._run(*parts)
        except ServerBusy as error:
            passing = (
                self._quirks.passing_read_only and "READ-ONLY" in str(error.params.get("reply", "")).upper()
            )
            if not passing or not self._selected:
                raise
        self.select(self._selected)
        return self._run(*parts)

    def _must_live(self) -> None:
        if self._wire.closed:
            raise ConnectionLost(host=self._wire.host)

    def _together(self, commands: Sequence[tuple[bytes | Literal, ...]]) -> Iterator[list[bytes]]:
        """All sent before the first answer is read; a refusal concerns its command alone."""
        self._must_live()
        tags = [self._wire.begin(*one) for one in commands if not _waits(one)]
        for tag in tags:
            yield from self._wire.finish(tag)
        for one in filter(_waits, commands):
            yield from self._wire.command(*one)


def _waits(parts: Iterable[bytes | Literal]) -> bool:
    """A literal may need the server's word before it is sent."""
    return any(isinstance(part, Literal) for part in parts)


def append_limit(capabilities: Iterable[str]) -> int:
    """The largest message the server takes (RFC 7889), 0 where it does not tell."""
    told = (one.partition("=")[2] for one in capabilities if one.startswith("APPENDLIMIT="))
    return next((int(one) for one in told if one.isdigit()), 0)


def quoted(raw: bytes) -> bytes | Literal:
    """A quoted string, or a literal where quoting is not safe (RFC 9051 section 4.3)."""
    if len(raw) < 1000 and all(32 <= byte < 127 for byte in raw):
        return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    return Literal(raw)


def flag_list(flags: Iterable[str]) -> bytes:
    """Flags as a command has them; ValueError for what is no flag."""
    chosen = list(flags)
    if not all(_FLAG.fullmatch(flag) for flag in chosen):
        raise ValueError("not a flag")
    return " ".join(chosen).encode("ascii")
