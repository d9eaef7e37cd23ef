"""A disk that is really full, and a folder that is really read-only, under the engine and the window."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from client.errors import StorageFull
from client.model.address import MailAddress
from client.model.message import Flag
from client.model.outgoing import Draft, DraftAttachment, OutboxState, OutgoingMessage
from client.services.engine_setup import OutboxChanged, SyncNow
from tests.fakes.mail_servers import MailServers
from tests.fakes.process_office import PASSWORD, now
from tests.fakes.process_office import ProcessOffice as Office

AN, BINH = "an-day@sothu.example", "binh-day@sothu.example"
DISK = "12m"
pytestmark = [
    pytest.mark.real_servers,
    pytest.mark.skipif(
        sys.platform != "linux" or os.geteuid() != 0, reason="only root may mount a small disk, on Linux"
    ),
]


def letter(number: int, size: int = 0) -> bytes:
    head = f"From: An <{AN}>\r\nTo: {BINH}\r\nSubject: Thu {number}\r\nMessage-ID: <day-{number}@x>\r\n\r\n"
    return head.encode() + b"x\r\n" + (b"y" * 70 + b"\r\n") * (size // 72)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK},nr_inodes=2000", "tmpfs", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if mounted.returncode:
        pytest.skip(f"no disk may be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Take the last octet."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        for size in (1 << 20, 4096, 1):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"z" * size)
    return filler


@pytest.fixture
def office(mail_servers: MailServers, disk: Path) -> Iterator[Office]:
    mail_servers.add_user(BINH, PASSWORD.reveal())
    office = Office(mail_servers, disk / "data", AN)
    office.until(office.is_well)
    office.open()
    yield office
    office.close()


def draft(version: int) -> Draft:
    file = DraftAttachment("tệp.bin", "application/octet-stream", os.urandom(50_000))
    return Draft("d", "a", "<d@x>", MailAddress(AN), subject=str(version), attachments=(file,))


def test_with_a_full_disk_nothing_is_lost_nothing_is_sent_unrecorded_and_room_mends_all(
    office: Office, disk: Path
) -> None:
    first = draft(1)
    office.drafts.save(first)
    later = now() + timedelta(seconds=6)
    waiting = OutgoingMessage("a", "<day-1@x>", AN, (BINH,), letter(1), not_before=later)
    number = office.outbox.enqueue(waiting)
    office.link.send(OutboxChanged())
    session = office.session(AN)
    for one in range(10, 14):
        session.append(b"INBOX", letter(one, 400_000), (), now())
    session.append(b"INBOX", letter(14), (), now())
    session.logout()
    office.link.send(SyncNow())
    office.until(lambda: len(office.listed()) == 5 and all(office.listed().values()))

    filler = fill(disk)
    with pytest.raises(StorageFull):
        office.drafts.save(draft(2))
    assert office.drafts.load("d") == first
    with pytest.raises(StorageFull):
        office.outbox.enqueue(OutgoingMessage("a", "<day-2@x>", AN, (BINH,), letter(2, 300_000)))
    assert [one.outbox_id for one in office.outbox.entries("a")] == [number]
    session = office.session(AN)
    for one in range(20, 24):
        session.append(b"INBOX", letter(one, 400_000), (), now())
    session.logout()
    office.seen.clear()
    office.link.send(SyncNow())
    office.until(lambda: office.is_told("storage-full"))
    assert not office.is_told("engine-fault")
    entry = office.outbox.entry(number)
    assert entry is not None
    delivered = office.how_often(BINH, b"INBOX", "<day-1@x>")
    # Either it went out before the disk was full to the last octet, or it has not begun.
    assert entry.state is not OutboxState.QUEUED or delivered == 0

    filler.unlink()
    office.drafts.save(draft(3))
    second = office.outbox.enqueue(OutgoingMessage("a", "<day-2@x>", AN, (BINH,), letter(2)))
    place = office.reader.locate(office.reader.row_ids(office.inbox())[0])
    assert place is not None
    office.operations.change_flag(
        place.raw_name, place.uidvalidity, place.uid, place.message_id, Flag.FLAGGED, present=True
    )
    office.link.send(SyncNow())
    office.until(lambda: len(office.listed()) == 9 and all(office.listed().values()))
    office.until(lambda: {office.state(one) for one in (number, second)} == {OutboxState.FILED})
    names = ("<day-1@x>", "<day-2@x>")
    office.until(lambda: all(office.how_often(BINH, b"INBOX", one) for one in names))
    for name in names:
        assert office.how_often(BINH, b"INBOX", name) == 1
        assert office.how_often(AN, b"Sent", name) == 1
    office.until(lambda: office.operations.all() == ())


@pytest.mark.parametrize("room", [0, 60_000, 500_000])
def test_with_any_little_room_left_at_the_start_it_says_so_and_begins_when_there_is_more(
    mail_servers: MailServers, disk: Path, room: int
) -> None:
    filler = fill(disk)
    os.truncate(filler, filler.stat().st_size - room)
    office = Office(mail_servers, disk / "data", AN)
    try:
        office.until(lambda: office.is_told("storage-full") or office.is_well())
        assert not office.is_told("engine-fault")
        filler.unlink()
        office.link.send(SyncNow())
        office.until(office.is_well)
    finally:
        office.close()


def test_a_folder_that_is_read_only_at_the_start_is_told_and_used_when_it_is_not(
    mail_servers: MailServers, disk: Path
) -> None:
    (disk / "data").mkdir()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    office = Office(mail_servers, disk / "data", AN)
    try:
        office.until(lambda: office.is_told("storage-failed"))
        assert not office.is_told("engine-fault")
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        office.until(office.is_well)
    finally:
        office.close()
