"""Another client makes, renames and deletes folders while this one looks at them, over links that break.

``CONGTHU_SEED`` sets how, ``CONGTHU_ROUNDS`` how long (60 changes without it).
"""

from __future__ import annotations

import contextlib
import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from client.errors import ClientError, ServerBusy
from client.net.commands import quoted
from client.net.imap import RealImapSession
from client.net.names import encode_name
from client.services.engine_setup import SyncNow
from tests.fakes.flapping import Flapping, flapping_proxy
from tests.fakes.mail_servers import MailServers
from tests.fakes.process_office import ProcessOffice, now

SEED = int(os.environ.get("CONGTHU_SEED", "20261124"))
CHANGES = int(os.environ.get("CONGTHU_ROUNDS", "0")) or 60
AN = "an-thu-muc@sothu.example"
WORDS = ("Công văn", "Dự án", "Năm 2026", "Đã xử lý", "a&b", "Ủy ban", "x" * 40, "Khẩn!")  # "/" separates
Placed = Counter[tuple[bytes, str]]
pytestmark = pytest.mark.real_servers


class Other:
    """The other client, and what it knows to be in which folder."""

    def __init__(self, office: ProcessOffice, draw: random.Random) -> None:
        session = office.session(AN)
        assert isinstance(session, RealImapSession)
        self.session, self.draw, self.made = session, draw, 0

    def folders(self) -> list[bytes]:
        listed = self.session.list_mailboxes()
        return [one.raw_name for one in listed if one.selectable and not one.special_use]

    def act(self) -> None:
        """One change; that the server refuses it is no matter."""
        there = self.folders()
        with contextlib.suppress(ServerBusy):
            match self.draw.randrange(8):
                case 0 | 1 | 2:
                    self.session.create(self._name(there))
                case 3 | 4 if there:
                    old, new = self.draw.choice(there), self._name(there)
                    if not new.startswith(old):  # into itself: Dovecot ponders that for minutes
                        self.session._run(b"RENAME", quoted(old), quoted(new))
                case 5 if there:
                    self.session._run(b"DELETE", quoted(self.draw.choice(there)))
                case _:
                    self.made += 1
                    raw = f"Subject: {self.made}\r\nMessage-ID: <tm-{self.made}@x>\r\n\r\nx\r\n".encode()
                    self.session.append(self.draw.choice([b"INBOX", *there]), raw, (), now())

    def _name(self, there: list[bytes]) -> bytes:
        word = encode_name(self.draw.choice(WORDS))
        if there and self.draw.random() < 0.5:
            parent = self.draw.choice(there)
            if parent.count(b"/") < 5:
                return parent + b"/" + word
        return word

    def _opens(self, name: bytes) -> bool:
        """Dovecot goes on listing some that it renamed away the parent of, and does not let them be read."""
        with contextlib.suppress(ServerBusy):
            self.session.select(name)
            return True
        return False

    def placed(self) -> Placed:
        found: Placed = Counter()
        for one in self.session.list_mailboxes():
            if one.selectable and self._opens(one.raw_name):
                for batch in self.session.fetch_headers(1):
                    for header in batch:
                        lines = header.header.decode().splitlines()
                        (name,) = (line[12:] for line in lines if line.lower().startswith("message-id: "))
                        found[one.raw_name, name] += 1
        return found


@pytest.fixture
def stage(mail_servers: MailServers, tmp_path: Path) -> Iterator[tuple[ProcessOffice, Flapping]]:
    with flapping_proxy(mail_servers.imap_endpoint) as proxy:
        office = ProcessOffice(mail_servers, tmp_path / "data", AN, proxy.endpoint)
        office.until(office.is_well)
        office.open()
        yield office, proxy
        office.close()


def shown(office: ProcessOffice) -> tuple[set[bytes], Placed, int]:
    """Folders, what is listed in them, and how many bodies are missing."""
    boxes = office.reader.mailboxes()
    found: Placed = Counter()
    missing = 0
    for box in boxes:
        for row in office.reader.rows(office.reader.row_ids(box.mailbox_id)).values():
            found[box.raw_name, row.message_id] += 1
            missing += not row.body_path
    return {one.raw_name for one in boxes}, found, missing


def test_folders_that_change_under_the_engine_end_as_the_server_has_them(
    stage: tuple[ProcessOffice, Flapping],
) -> None:
    office, proxy = stage
    draw = random.Random(SEED)  # noqa: S311 - no secret is drawn
    print(f"seed {SEED}")  # noqa: T201 - the way to see it again
    other = Other(office, draw)
    for number in range(CHANGES):
        other.act()
        if number % 7 == 0:
            proxy.budget = draw.randrange(2_000, 40_000) if draw.random() < 0.5 else None
            office.link.send(SyncNow())
    proxy.budget = None
    there = other.placed()
    names = {one.raw_name for one in other.session.list_mailboxes() if one.selectable}

    def equal() -> bool:
        office.link.send(SyncNow())
        with contextlib.suppress(ClientError):
            return shown(office) == (names, there, 0)
        return False

    office.until(equal)
    other.session.logout()
    print(f"{len(names)} folders, {sum(there.values())} messages, {proxy.cut} cuts")  # noqa: T201 - the figures
