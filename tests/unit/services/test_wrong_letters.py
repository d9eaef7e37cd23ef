"""A row never gets the body of another message, whatever other clients do to the mailbox meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.model.mailbox import SpecialUse
from client.services import sync_bodies
from client.services.engine_obstacles import Obstacles
from client.store.objects import ObjectStore
from tests.fakes.account_office import Office, raw, until
from tests.fakes.imap import FakeMailbox
from tests.unit.services.test_sync import NOW, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    for number in range(1, 4):
        desk.sent.add(raw(number), when=NOW + timedelta(minutes=number))
    desk.sync(b"Sent")
    yield desk
    desk.reader.close()
    desk.cache.close()
    desk.ledger.close()


def made_anew(old: FakeMailbox, count: int) -> FakeMailbox:
    box = FakeMailbox(SpecialUse.SENT, uidvalidity=old.uidvalidity + 1)
    for number in range(1, count + 1):
        box.add(raw(1000 + number), when=datetime.now(UTC))
    return box


def test_between_two_looks_another_client_renames_sent_and_makes_a_new_one(tmp_path: Path) -> None:
    office = Office(tmp_path)
    boxes = office.server.mailboxes
    for number in range(2, 62):
        boxes[b"Sent"].add(raw(number), when=datetime.now(UTC))

    def archive() -> None:
        boxes[b"Sent-2025"], boxes[b"Sent"] = boxes[b"Sent"], made_anew(boxes[b"Sent"], 60)
        boxes[b"Sent-2025"].special_use = SpecialUse.NONE
        office.server.calls.clear()

    office.between = [archive, lambda: None]  # the last one first: the look itself, then what it left
    office.engine.start()
    until(office, lambda: office.between == [] and "idle" in office.server.calls)
    cache = office.engine._context._cache
    assert cache is not None
    office.server.calls.clear()
    office.engine.sync_now()
    until(office, lambda: cache.row("SELECT count(*) FROM message WHERE body_path <> ''") == (121,))
    objects = ObjectStore(office.engine._context._path.parent)
    for subject, path in cache.rows("SELECT subject, body_path FROM message WHERE body_path <> ''"):
        assert f"Subject: {subject}\r\n".encode() in objects.get(path)
    office.close()


def test_what_was_moved_since_it_was_listed_is_not_asked_for_here(desk: Desk) -> None:
    work, number = desk.work(), desk.number(b"Sent")
    rows = desk.store.without_body(number, NOW - timedelta(days=9), 9)
    desk.sync()
    desk.store.relocate(number, 2, desk.number(), 1)
    work.session.select(b"Sent")
    assert sync_bodies.fetch_bodies(work, desk.objects, rows, Obstacles()) == 2
    assert desk.cache.rows("SELECT subject FROM message WHERE body_path = ''") == [("Thu 2",)]


def test_a_mailbox_that_was_made_anew_gives_no_bodies_to_the_old_ones_rows(desk: Desk) -> None:
    work, number = desk.work(), desk.number(b"Sent")
    desk.server.mailboxes[b"Sent"] = made_anew(desk.sent, 3)
    work.session.select(b"Sent")
    rows = desk.store.without_body(number, NOW - timedelta(days=9), 9)
    assert sync_bodies.fetch_bodies(work, desk.objects, rows, Obstacles()) == 0
