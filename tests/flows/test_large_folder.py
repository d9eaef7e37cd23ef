"""One folder of very many messages, over IMAP as real servers speak it.

``CONGTHU_LARGE`` sets how many: 12000 without it, 300000 in a full run. Times and memory are printed.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.model.mailbox import SpecialUse
from client.model.message import Flag
from client.model.secret import Secret
from client.net import imap
from client.net.imap_login import Patience
from client.net.session import ImapSession
from client.net.wire import MAX_LINE, Wire
from client.store.flags import to_bits
from tests.fakes.imap import FakeImapServer, FakeMailbox
from tests.fakes.imap_faults import wire_server
from tests.fakes.imap_profiles import DOVECOT, EXCHANGE, Profile
from tests.fakes.sync_client import Client
from tests.fakes.tls import ServerAuthority

LARGE = int(os.environ.get("CONGTHU_LARGE", "12000"))
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
LONGEST_COMMAND = 8192
pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="tells memory otherwise")


def letter(number: int) -> bytes:
    return f"From: An <an@x.vn>\r\nSubject: Thu {number}\r\nMessage-ID: <{number}@x>\r\n\r\nx\r\n".encode()


def memory_mib(name: str = "VmRSS") -> float:
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))


class Figures:
    """How long a step takes, and how far memory rises in it over what it was at the beginning."""

    def __init__(self) -> None:
        self.resting = memory_mib()
        self.most = 0.0

    def of(self, name: str, step: Callable[[], object]) -> None:
        Path("/proc/self/clear_refs").write_text("5", "ascii")
        begin = time.monotonic()
        step()
        taken, grown = time.monotonic() - begin, memory_mib("VmHWM") - self.resting
        self.most = max(self.most, grown)
        print(f"{LARGE}: {name} {taken:.1f} s, {grown:.0f} MiB above resting")  # noqa: T201 - the figures


class Folder:
    """Its messages at the server and here."""

    def __init__(self, authority: ServerAuthority, profile: Profile, place: Path) -> None:
        self.box = FakeMailbox(SpecialUse.INBOX)
        for number in range(1, LARGE + 1):
            seen = ("\\Seen",) if number % 3 else ()
            self.box.add(letter(number), *seen, when=FIRST + timedelta(minutes=number))
        boxes = {b"INBOX": self.box, b"Sent": FakeMailbox(), b"Trash": FakeMailbox()}
        self.server = FakeImapServer(boxes, condstore=True)
        identity = authority.issue()
        self._closing = contextlib.ExitStack()
        endpoint = self._closing.enter_context(wire_server(identity, self.server, profile))
        patience = Patience(5, 120)

        def connect() -> ImapSession:
            return imap.connect(endpoint, "an", Secret("pw"), identity.anchors_pem, patience=patience)

        self.client = Client(place, connect)
        self._closing.callback(self.client.close)

    def is_equal(self) -> bool:
        number = self.client.store.mailbox_id(b"INBOX")
        assert number is not None
        there = {uid: to_bits(one.flags) for uid, one in self.box.messages.items()}
        return self.client.store.server_flags(number) == there

    def rows(self) -> dict[str, int]:
        sql = "SELECT message_id, row_id FROM message WHERE uid IS NOT NULL"
        return dict(self.client.cache.rows(sql))

    def close(self) -> None:
        self._closing.close()


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    """The longest line each way."""
    longest = {"sent": 0, "came": 0}
    send, read = Wire.send, Wire.read_line

    def sending(wire: Wire, data: bytes) -> None:
        longest["sent"] = max(longest["sent"], len(data))
        send(wire, data)

    def reading(wire: Wire) -> bytes:
        line = read(wire)
        longest["came"] = max(longest["came"], len(line))
        return line

    monkeypatch.setattr(Wire, "send", sending)
    monkeypatch.setattr(Wire, "read_line", reading)
    yield longest
    assert longest["sent"] < LONGEST_COMMAND
    assert longest["came"] < MAX_LINE // 4


@pytest.mark.parametrize("profile", [EXCHANGE, DOVECOT], ids=lambda one: one.name)
def test_a_very_large_folder_is_kept_equal_in_bounded_memory(
    server_authority: ServerAuthority, tmp_path: Path, lines: dict[str, int], profile: Profile
) -> None:
    folder = Folder(server_authority, profile, tmp_path)
    figures = Figures()
    with contextlib.closing(folder):
        figures.of("first look", folder.client.look)
        assert folder.is_equal()
        figures.of("nothing new", folder.client.look)
        for uid in range(1, LARGE, 97):
            folder.box.messages[uid].flags ^= {str(Flag.FLAGGED)}
            folder.box.touch(uid)
        figures.of("1% changed", lambda: look_until(folder, folder.is_equal))
        for uid in range(1, LARGE, 3):
            del folder.box.messages[uid]
        figures.of("a third deleted", folder.client.look)
        assert folder.is_equal()
        before = folder.rows()
        folder.client.now += timedelta(minutes=1)
        folder.box.renumber()
        figures.of("UIDVALIDITY changed", folder.client.look)
        assert folder.is_equal()
        assert folder.rows() == before
        figures.of("purged", lambda: folder.client.store.purge(folder.client.now + timedelta(days=1)))
        assert folder.rows() == before
    assert figures.most < 100 + LARGE / 1000
    print(f"longest lines: {lines}")  # noqa: T201 - the figures


def look_until(folder: Folder, condition: Callable[[], bool]) -> None:
    """A very large folder's flags are seen window by window without CONDSTORE."""
    for _ in range(20):
        folder.client.look()
        if condition():
            return
    pytest.fail("flags were not seen")
