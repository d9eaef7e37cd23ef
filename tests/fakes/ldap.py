"""A directory server on loopback that can be made to fail in one particular way."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from client.model.account import TlsMode
from client.net import ber
from client.net import ldap_messages as messages
from tests.fakes.scripted import Link, Scripted, scripted_server
from tests.fakes.tls import ServerIdentity

Entry = dict[str, list[str]]


@dataclass
class FakeDirectory:
    """What it holds, what it takes for a login, and what is wrong with it."""

    entries: list[Entry] = field(default_factory=list)
    logins: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    """``drop``, ``huge``, ``trickle``, ``no-tls``, ``referral``, ``endless``, ``notice``, ``junk``, ``busy``,
    ``no-pages``, ``limit``, ``reference``."""
    pages: int = 0
    binds: int = 0

    def __call__(self, link: Link) -> None:
        while True:
            number, tag, content, controls = _request(link)
            if tag == 0x42:
                return
            if tag == 0x77:
                self._start_tls(link, number)
            elif tag == 0x60:
                self._bind(link, number, content)
            else:
                self._search(link, number, controls)

    def _start_tls(self, link: Link, number: int) -> None:
        code = 2 if self.fault == "no-tls" else 0
        link.send(messages.message(number, ber.tlv(messages.EXTENDED_ANSWER, result(code))))
        if not code:
            link.protect()

    def _bind(self, link: Link, number: int, content: bytes) -> None:
        self.binds += 1
        _, user, password = (value for _, value in ber.items(content))
        known = not user or self.logins.get(user.decode()) == password.decode()
        code = 51 if self.fault == "busy" else 0 if known else 49
        link.send(messages.message(number, ber.tlv(messages.BIND_ANSWER, result(code))))

    def _search(self, link: Link, number: int, controls: bytes) -> None:
        if self.fault in _FAULTS:
            _FAULTS[self.fault](link, number)
            return
        size, cookie = _page(controls)
        start = int(cookie or b"0")
        if self.fault == "no-pages":
            size = len(self.entries)
        self.pages += 1
        page = self.entries[start : start + size] if self.fault != "endless" else []
        if self.fault == "reference":
            target = ber.octets("ldap://127.0.0.1:1/dc=x")
            link.send(messages.message(number, ber.tlv(messages.REFERENCE, target)))
        for one in page:
            link.send(messages.message(number, entry(one)))
        end = start + size
        more = b"%d" % end if end < len(self.entries) or self.fault == "endless" else b""
        value = ber.tlv(ber.SEQUENCE, ber.integer(0), ber.octets(more))
        control = ber.tlv(ber.SEQUENCE, ber.octets(messages.PAGED), ber.octets(value))
        code = 4 if self.fault == "limit" else 0
        link.send(messages.message(number, ber.tlv(messages.DONE, result(code)), control))


@contextlib.contextmanager
def run_directory(
    directory: FakeDirectory, identity: ServerIdentity, tls: TlsMode = TlsMode.IMPLICIT
) -> Iterator[Scripted]:
    """Serve ``directory`` until the block ends."""
    with scripted_server(identity, directory, tls) as server:
        yield server


def result(code: int, text: str = "") -> bytes:
    """LDAPResult without its tag."""
    return ber.integer(code, ber.ENUMERATED) + ber.octets("") + ber.octets(text)


def entry(attributes: Entry) -> bytes:
    """SearchResultEntry."""
    pairs = (
        ber.tlv(ber.SEQUENCE, ber.octets(name), ber.tlv(ber.SET, *map(ber.octets, values)))
        for name, values in attributes.items()
    )
    return ber.tlv(messages.ENTRY, ber.octets("cn=x"), ber.tlv(ber.SEQUENCE, *pairs))


def _request(link: Link) -> tuple[int, int, bytes, bytes]:
    head = link.exactly(2)
    more = ber.length_bytes(head[1])
    size = int.from_bytes(link.exactly(more), "big") if more else head[1]
    came = messages.read_message(link.exactly(size))
    return came.number, came.tag, came.content, came.controls


def _page(controls: bytes) -> tuple[int, bytes]:
    ((_, control),) = ber.items(controls)
    ((_, value),) = ber.items(list(ber.items(control))[-1][1])
    size, cookie = (content for _, content in ber.items(value))
    return ber.number(size), cookie


def _drop(link: Link, number: int) -> None:
    link.send(messages.message(number, entry({"cn": ["Nửa"], "mail": ["nua@x.example"]}))[:-5])
    raise EOFError


def _huge(link: Link, number: int) -> None:
    link.send(b"\x30\x84\x7f\xff\xff\xff")


def _trickle(link: Link, number: int) -> None:
    while True:
        for byte in messages.message(number, entry({"cn": ["C" * 50], "mail": ["c@x.example"]})):
            link.send(bytes([byte]))
            time.sleep(0.02)  # a slow server; ends when the client cuts the line


def _referral(link: Link, number: int) -> None:
    link.send(messages.message(number, ber.tlv(messages.DONE, result(10, "ldap://127.0.0.1:1/"))))


def _notice(link: Link, _: int) -> None:
    link.send(messages.message(0, ber.tlv(messages.EXTENDED_ANSWER, result(52))))


def _junk(link: Link, number: int) -> None:
    link.send(ber.tlv(ber.SEQUENCE, ber.integer(number), ber.tlv(messages.ENTRY, b"\x04\x7fabc")))


_FAULTS: dict[str, Callable[[Link, int], None]] = {
    "drop": _drop,
    "huge": _huge,
    "trickle": _trickle,
    "referral": _referral,
    "notice": _notice,
    "junk": _junk,
}
