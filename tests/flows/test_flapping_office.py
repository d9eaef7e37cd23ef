"""Everything at once over links that break anywhere: in the end all is equal, and nothing is sent twice.

``CONGTHU_SEED`` sets where they break, ``CONGTHU_ROUNDS`` how long it lasts (12 rounds without it).
"""

from __future__ import annotations

import contextlib
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from client.errors import ClientError, OutboxConflict
from client.model.message import Flag
from client.model.outgoing import OutboxState, OutgoingMessage
from client.services.engine_setup import NetworkChanged, OperationsChanged, OutboxChanged, SyncNow
from tests.fakes.flapping import Flapping, flapping_proxy
from tests.fakes.mail_servers import MailServers
from tests.fakes.process_office import PASSWORD, ProcessOffice, now

SEED = int(os.environ.get("CONGTHU_SEED", "20261124"))
ROUNDS = int(os.environ.get("CONGTHU_ROUNDS", "0")) or 12
AN, BINH = "an-chap@sothu.example", "binh-chap@sothu.example"
OLD = 20
SETTLED = {OutboxState.FILED, OutboxState.UNCERTAIN}
pytestmark = pytest.mark.real_servers


def letter(number: int, size: int) -> bytes:
    head = f"From: An <{AN}>\r\nTo: {BINH}\r\nSubject: Gui {number}\r\nMessage-ID: <gui-{number}@x>\r\n\r\n"
    return head.encode() + (b"y" * 70 + b"\r\n") * (size // 72 + 1)


@dataclass
class Stage:
    office: ProcessOffice
    imap: Flapping
    smtp: Flapping

    def flap(self, draw: random.Random | None) -> None:
        """Let links break after so many octets, or no more."""
        self.imap.budget = draw.randrange(500, 60_000) if draw else None
        self.smtp.budget = draw.randrange(500, 40_000) if draw else None

    def queue(self, number: int, size: int) -> None:
        message_id = f"<gui-{number}@x>"
        self.office.outbox.enqueue(OutgoingMessage("a", message_id, AN, (BINH,), letter(number, size)))

    def touch_some(self, draw: random.Random) -> None:
        """Move and flag what is shown, and open one."""
        office = self.office
        boxes = {one.raw_name: one.mailbox_id for one in office.reader.mailboxes()}
        for source, target in ((b"INBOX", b"Trash"), (b"Trash", b"INBOX")):
            shown = list(office.reader.row_ids(boxes[source])) if source in boxes else []
            for row_id in draw.sample(shown, min(3, len(shown))):
                place = office.reader.locate(row_id)
                if place is None:
                    continue
                if draw.random() < 0.6:
                    office.operations.move(place, target)
                else:
                    office.operations.change_flag(
                        place.raw_name, place.uidvalidity, place.uid, place.message_id, Flag.FLAGGED,
                        present=draw.random() < 0.7,
                    )  # fmt: skip
                office.link.body(boxes[source], row_id)

    def hurry(self) -> None:
        """What somebody impatient in front of the window does."""
        for one in self.office.outbox.entries("a"):
            with contextlib.suppress(OutboxConflict):
                self.office.outbox.hasten(one.outbox_id)
        for change in self.office.operations.all():
            self.office.operations.retry(change.operation_id)
        for command in (OutboxChanged(), OperationsChanged(), SyncNow()):
            self.office.link.send(command)

    def on_server(self, address: str, *mailboxes: bytes) -> Counter[tuple[bytes, str, bool]]:
        """Mailbox, Message-ID and whether it bears a star."""
        found: Counter[tuple[bytes, str, bool]] = Counter()
        session = self.office.session(address)
        for name in mailboxes:
            session.select(name)
            for batch in session.fetch_headers(1):
                for one in batch:
                    lines = one.header.decode().splitlines()
                    (identifier,) = (line[12:] for line in lines if line.lower().startswith("message-id: "))
                    found[name, identifier, str(Flag.FLAGGED) in one.flags] += 1
        session.logout()
        return found

    def shown(self, *mailboxes: bytes) -> Counter[tuple[bytes, str, bool]]:
        found: Counter[tuple[bytes, str, bool]] = Counter()
        for box in self.office.reader.mailboxes():
            if box.raw_name in mailboxes:
                for row in self.office.reader.rows(self.office.reader.row_ids(box.mailbox_id)).values():
                    found[box.raw_name, row.message_id, row.flagged] += 1
        return found


@pytest.fixture
def stage(mail_servers: MailServers, tmp_path: Path) -> Iterator[Stage]:
    mail_servers.add_user(BINH, PASSWORD.reveal())
    with (
        flapping_proxy(mail_servers.imap_endpoint) as imap,
        flapping_proxy(mail_servers.smtp_endpoint) as smtp,
    ):
        office = ProcessOffice(mail_servers, tmp_path / "data", AN, imap.endpoint, smtp.endpoint)
        session = office.session(AN)
        for number in range(OLD):
            raw = f"Subject: Cu {number}\r\nMessage-ID: <cu-{number}@x>\r\n\r\n" + "z" * 900 * number
            session.append(b"INBOX", raw.encode(), (), now() - timedelta(minutes=number))
        session.logout()
        office.until(office.is_well)
        office.open()
        yield Stage(office, imap, smtp)
        office.close()


def test_an_office_over_flapping_links_ends_as_over_sound_ones(stage: Stage) -> None:
    office, draw = stage.office, random.Random(SEED)  # noqa: S311 - no secret is drawn
    print(f"seed {SEED}")  # noqa: T201 - the way to see it again
    for number in range(ROUNDS):
        stage.flap(draw)
        stage.queue(number, draw.choice((10, 5_000, 200_000)))
        with contextlib.suppress(ClientError):
            stage.touch_some(draw)
        if draw.random() < 0.2:
            office.link.send(NetworkChanged())
        stage.hurry()
        end = time.monotonic() + draw.uniform(0.3, 1.5)
        office.until(lambda end=end: time.monotonic() > end)  # type: ignore[misc] # a bound value
    stage.flap(None)
    office.until(lambda: finished(stage))
    states = {one.message_id: one.state for one in office.outbox.entries("a")}
    filed = {name for name, state in states.items() if state is OutboxState.FILED}
    arrived = Counter(name for _, name, _ in stage.on_server(BINH, b"INBOX").elements())
    in_sent = Counter(name for _, name, _ in stage.on_server(AN, b"Sent").elements())
    assert set(arrived.values()) <= {1}
    assert filed <= set(arrived)
    assert {name: in_sent[name] for name in filed} == dict.fromkeys(filed, 1)
    places = (b"INBOX", b"Trash")
    there = stage.on_server(AN, *places)
    old = Counter(name for _, name, _ in there.elements())
    assert old == Counter({f"<cu-{number}@x>": 1 for number in range(OLD)})
    office.until(lambda: stage.shown(*places) == there)
    print(  # noqa: T201 - the figures
        f"{stage.imap.cut} and {stage.smtp.cut} cuts: {len(filed)} filed,"
        f" {len(states) - len(filed)} to be asked about"
    )
    assert stage.imap.cut > 3


def finished(stage: Stage) -> bool:
    stage.hurry()
    time.sleep(0.5)  # a moment for what was hurried: asked again without a pause it would never be done
    entries = stage.office.outbox.entries("a")
    return all(one.state in SETTLED for one in entries) and not stage.office.operations.all()
