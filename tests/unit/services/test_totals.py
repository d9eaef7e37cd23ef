"""How many messages a mailbox has is put right where it went wrong."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from client.services import sync
from tests.unit.services.test_sync import NOW, Desk, raw


def test_a_wrong_number_of_messages_is_counted_anew_and_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk = Desk(tmp_path)
    for number in range(1, 6):
        desk.inbox.add(raw(number), when=NOW + timedelta(minutes=number))
    desk.sync()
    desk.cache.run("UPDATE mailbox SET total = total + 1, unread = unread - 2")
    caplog.set_level(logging.WARNING)
    assert desk.sync(), "the window shows another number"
    assert desk.store.counts(desk.number()) == (5, 5)
    assert not desk.sync()
    assert "search_uids" not in desk.server.calls
    assert len(caplog.records) == 1
    assert sync.is_current(desk.store, desk.number(), desk.server.session().select(b"INBOX"))


def test_a_server_that_miscounts_does_not_change_what_is_known(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.inbox.add(raw(1), when=NOW)
    desk.sync()
    assert not desk.store.recount(desk.number())
    assert desk.store.counts(desk.number()) == (1, 1)
    assert desk.store.counts(desk.number(b"Sent")) == (0, 0)
