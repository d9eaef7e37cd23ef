"""A submission server with faults at every step."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.fakes.scripted import Link


@dataclass
class FakeSmtp:
    """Replies by command; what it took is in ``taken``."""

    replies: dict[bytes, bytes] = field(default_factory=dict)
    """By verb, or by ``RCPT TO:<a@b>`` for one recipient."""
    extensions: tuple[bytes, ...] = (b"AUTH PLAIN LOGIN", b"SIZE 10000")
    drop: str = ""
    """``in-data``, ``before-354``, or ``after-dot``."""
    final_reply: bytes = b"250 2.0.0 taken"
    taken: list[bytes] = field(default_factory=list)
    verbs: list[bytes] = field(default_factory=list)

    def __call__(self, link: Link) -> None:
        link.send(b"220 fake\r\n")
        while True:
            line = link.line()
            verb = line.split(b" ")[0].upper()
            self.verbs.append(verb)
            if verb == b"DATA" and not self._data(link):
                return
            if verb == b"QUIT":
                link.send(b"221 bye\r\n")
                return
            if verb != b"DATA":
                link.send(self._reply(line, verb) + b"\r\n")

    def _reply(self, line: bytes, verb: bytes) -> bytes:
        recipient = line.partition(b":")[2]
        for key in (verb + b" TO:" + recipient, verb):
            if key in self.replies:
                return self.replies[key]
        if verb == b"EHLO":
            names = [b"fake", *self.extensions]
            return b"\r\n".join(b"250" + (b" " if name is names[-1] else b"-") + name for name in names)
        return b"235 2.7.0 welcome" if verb == b"AUTH" else b"250 2.0.0 fine"

    def _data(self, link: Link) -> bool:
        if self.drop == "before-354":
            return False
        if b"DATA" in self.replies:
            link.send(self.replies[b"DATA"] + b"\r\n")
            return True
        link.send(b"354 go on\r\n")
        if self.drop == "in-data":
            link.exactly(100)
            return False
        body = link.until(b"\r\n.\r\n")
        if self.drop == "after-dot":
            return False
        self.taken.append(body)
        link.send(self.final_reply + b"\r\n")
        return True
