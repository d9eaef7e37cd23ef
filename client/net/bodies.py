"""Whole messages: one, a part of one, or many with several asked for ahead.

A server at the other end of a slow line answers the next while this one is being stored. Each message is
a command of its own, so that a refusal concerns no other, and it is known at which one a link broke.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress

from client.errors import ConnectionLost, MalformedMessage, ServerBusy
from client.net import fetch
from client.net.commands import Commands

_AHEAD = 8
"""Far below the 50 at which Outlook.com is known to break off."""

BodyAnswer = bytes | MalformedMessage | ServerBusy


class BodyCommands(Commands):
    """See `client.net.session.ImapSession` for each method."""

    def fetch_body(self, uid: int) -> bytes:
        """See `ImapSession.fetch_body`."""
        return self._body(uid, b"BODY.PEEK[]")

    def fetch_part(self, uid: int, offset: int, length: int) -> bytes:
        """See `ImapSession.fetch_part`."""
        return self._body(uid, b"BODY.PEEK[]<%d.%d>" % (offset, length))

    def fetch_bodies(self, uids: Sequence[int]) -> Generator[BodyAnswer, None, None]:
        """See `ImapSession.fetch_bodies`."""
        waiting: deque[tuple[int, bytes]] = deque()
        early: dict[int, bytes] = {}
        rest = iter(uids)
        try:
            for uid in uids[:_AHEAD]:
                waiting.append((next(rest), self._ask_body(uid)))
            while waiting:
                answer = self._answer(*waiting.popleft(), early)
                if uid := next(rest, 0):
                    waiting.append((uid, self._ask_body(uid)))
                yield answer
        finally:
            self._read_to_the_end(tag for _, tag in waiting)

    def _ask_body(self, uid: int) -> bytes:
        self._must_live()
        return self._wire.begin(b"UID FETCH", b"%d" % uid, b"(UID BODY.PEEK[])")

    def _answer(self, uid: int, tag: bytes, early: dict[int, bytes]) -> BodyAnswer:
        """The message; those that a server sends before their turn are kept in ``early``."""
        try:
            for pieces in self._finish(tag):
                parsed = fetch.parse_body(pieces)
                if parsed is not None:
                    early[parsed[0] or uid] = parsed[1]
        except ServerBusy as error:
            return error
        found = early.pop(uid, None)
        return MalformedMessage(reason="gone", uid=uid) if found is None else found

    def _read_to_the_end(self, tags: Iterator[bytes]) -> None:
        """What was asked for comes all the same, and is in the way of the next answer."""
        for tag in tags:
            if self._wire.closed:
                return
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
