"""Whole messages: one, a part of one, or many with several asked for ahead.

A server at the other end of a slow line answers the next while this one is being stored. Each message is
a command of its own, so that a refusal concerns no other, and it is known at which one a link broke.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from client.errors import ClientError, ConnectionLost, MalformedMessage, ServerBusy, TimedOut
from client.net import fetch
from client.net.commands import Commands
from client.net.quirks import Quirks
from client.net.session import BodyTarget
from client.net.wire import Wire

_AHEAD = 8
"""Far below the 50 at which Outlook.com is known to break off."""
_DRAIN_SECONDS = 1.0
"""Reading what nobody wants any more may take this long; making a new connection takes no longer."""

BodyAnswer = bytes | MalformedMessage | ServerBusy


@dataclass
class _Run:
    """One `BodyCommands.fetch_bodies`."""

    rest: deque[int]
    """Not asked for yet."""
    waiting: deque[tuple[int, bytes]] = field(default_factory=deque)
    """UID and tag of what is asked for; no tag where the message is in ``early``."""
    early: dict[int, bytes] = field(default_factory=dict)
    """What came before its turn."""
    confused: bool = False
    """The server is not up to it: a message came without its UID, say, and nobody knows which one it is."""

    def take(self, uid: int, came: int, octets: bytes) -> None:
        """One message that came while ``uid``, or one of those that wait behind it, was due."""
        others = {number for number, _ in self.waiting}
        if came == 0 and others - {uid}:
            self.confused = True
        elif (came or uid) in others | {uid}:
            self.early[came or uid] = octets


class BodyCommands(Commands):
    """See `client.net.session.ImapSession` for each method."""

    def __init__(self, wire: Wire, quirks: Quirks) -> None:
        super().__init__(wire, quirks)
        self._ahead = _AHEAD

    def fetch_body(self, uid: int) -> bytes:
        """See `ImapSession.fetch_body`."""
        return self._body(uid, b"BODY.PEEK[]")

    def fetch_body_into(self, uid: int, target: BodyTarget) -> None:
        """See `ImapSession.fetch_body_into`."""
        came = False
        with self._wire.pouring(target):
            for pieces in self._stream(b"UID FETCH", b"%d" % uid, b"(UID BODY.PEEK[])"):
                parsed = fetch.parse_body(pieces)
                if parsed is None:
                    continue
                came = parsed[0] in {uid, 0}
                if parsed[1]:  # few octets, as a string: they were not poured
                    target.discard()
                    target.append(parsed[1])
        if not came:
            target.discard()
            raise MalformedMessage(reason="gone", uid=uid)

    def fetch_part(self, uid: int, offset: int, length: int) -> bytes:
        """See `ImapSession.fetch_part`."""
        return self._body(uid, b"BODY.PEEK[]<%d.%d>" % (offset, length))

    def fetch_bodies(self, uids: Sequence[int], *, singly: bool = False) -> Generator[BodyAnswer, None, None]:
        """See `ImapSession.fetch_bodies`."""
        run = _Run(deque(uids))
        lost: ClientError | None = None
        try:
            while run.rest or run.waiting:
                # What came before the link broke is still to be had: no message is blamed for another.
                lost = lost or self._ask(run, 1 if singly else self._ahead)
                if lost and not run.waiting:
                    raise lost
                answer = self._answer(run)
                if answer is not None:
                    yield answer
        finally:
            self._read_to_the_end(run)

    def _ask(self, run: _Run, ahead: int) -> ClientError | None:
        """Ask for as many as may be asked for; answers with the reason where that cannot be done."""
        try:
            while run.rest and len(run.waiting) < ahead:
                uid, tag = run.rest[0], b""
                if uid not in run.early:
                    self._must_live()
                    tag = self._wire.begin(b"UID FETCH", b"%d" % uid, b"(UID BODY.PEEK[])")
                run.waiting.append((run.rest.popleft(), tag))
        except (ConnectionLost, TimedOut) as error:
            return error
        return None

    def _answer(self, run: _Run) -> BodyAnswer | None:
        """What became of the next message; None where it is asked for once more, with no other beside it."""
        uid, tag = run.waiting.popleft()
        try:
            self._take(run, uid, tag)
        except ServerBusy as error:
            return error
        except ConnectionLost:
            # Some servers answer BAD to whatever is sent before they have answered.
            if self._wire.closed or not run.waiting:
                raise
            run.confused = True
        if uid in run.early:
            return run.early.pop(uid)
        if not run.confused:
            return MalformedMessage(reason="gone", uid=uid)
        self._once_more(run, uid)
        return None

    def _take(self, run: _Run, uid: int, tag: bytes) -> None:
        """Read up to the end of one command."""
        for pieces in self._finish(tag) if tag else ():
            parsed = fetch.parse_body(pieces)
            if parsed is not None:
                run.take(uid, *parsed)

    def _once_more(self, run: _Run, uid: int) -> None:
        """From here on nothing is asked for ahead; whatever has come of the others is kept."""
        again = [uid]
        while run.waiting:
            other, tag = run.waiting.popleft()
            again.append(other)
            with suppress(ServerBusy, ConnectionLost):  # asked for alone, it will tell
                self._take(run, other, tag)
        self._ahead, run.confused = 1, False
        run.rest.extendleft(reversed(again))

    def _read_to_the_end(self, run: _Run) -> None:
        """What was asked for comes all the same, and is in the way of the next answer.

        Over a slow line it is not waited for: the connection is given up.
        """
        if self._wire.closed:
            return
        with suppress(TimedOut), self._wire.hurried(_DRAIN_SECONDS):
            for tag in (tag for _, tag in run.waiting if tag):
                with suppress(ServerBusy, ConnectionLost):
                    deque(self._finish(tag), maxlen=0)

    def _body(self, uid: int, item: bytes) -> bytes:
        found: bytes | None = None
        for pieces in self._stream(b"UID FETCH", b"%d" % uid, b"(UID " + item + b")"):
            parsed = fetch.parse_body(pieces)
            if parsed is not None and parsed[0] in {uid, 0}:
                found = parsed[1]
        if found is None:
            raise MalformedMessage(reason="gone", uid=uid)
        return found
