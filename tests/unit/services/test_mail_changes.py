"""What the window asks for, up to the moment the engine hears of it; `test_sync_operations` goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from client.errors import ConfigInvalid
from client.services.mail_changes import MailChanges
from tests.unit.services.test_sync_operations import Desk


class Window:
    """The window's half and, on demand, the engine's."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder)
        self.told = 0
        self.changes = MailChanges(
            {"an": self.desk.reader}, {"an": self.desk.operations}, lambda _: "an", self._tell
        )
        self.inbox, self.trash = (self.desk.store.mailbox_id(name) or 0 for name in (b"INBOX", b"Trash"))

    def _tell(self) -> None:
        self.told += 1

    def rows(self, *subjects: str, mailbox: bytes = b"INBOX") -> list[int]:
        return [self.desk.row(subject, mailbox) for subject in subjects]


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    window = Window(tmp_path)
    yield window
    window.desk.reader.close()
    window.desk.cache.close()
    window.desk.ledger.close()


def test_deleted_mail_is_in_the_trash_at_once_and_comes_back(window: Window) -> None:
    number = window.changes.delete(window.inbox, window.rows("Thu 1", "Thu 2"))
    assert list(window.desk.shown(b"Trash")) == ["Thu 2", "Thu 1"]
    assert window.changes.undo(number) == 2
    assert list(window.desk.shown()) == ["Thu 3", "Thu 2", "Thu 1"]
    assert window.changes.waiting() == ()
    assert window.told == 2


def test_what_the_server_has_done_already_is_undone_there(window: Window) -> None:
    window.changes.delete(window.inbox, window.rows("Thu 2"))
    window.desk.run()
    assert window.desk.on_server(b"Trash") == ["Thu 2"]
    assert window.changes.undo() == 1
    assert "Thu 2" in window.desk.shown()
    window.desk.run()
    assert sorted(window.desk.on_server(b"INBOX")) == ["Thu 1", "Thu 2", "Thu 3"]
    assert window.changes.undo() == 0


def test_deleting_in_the_trash_is_for_good(window: Window) -> None:
    assert window.changes.is_final(window.trash)
    assert not window.changes.is_final(window.inbox)
    window.changes.delete(window.inbox, window.rows("Thu 2"))
    window.changes.delete(window.trash, window.rows("Thu 2", mailbox=b"Trash"))
    assert window.desk.shown(b"Trash") == {}
    window.desk.run()
    assert "Thu 2" not in window.desk.on_server(b"INBOX") + window.desk.on_server(b"Trash")


def test_deleting_for_good_can_be_taken_back_until_it_is_begun(window: Window) -> None:
    number = window.changes.delete(window.inbox, window.rows("Thu 2"), forever=True)
    assert window.changes.undo(number) == 1
    assert "Thu 2" in window.desk.shown()
    number = window.changes.delete(window.inbox, window.rows("Thu 2"), forever=True)
    window.desk.run()
    assert window.changes.undo(number) == 0


def test_an_archive_is_made_where_there_is_none(window: Window) -> None:
    window.changes.archive(window.inbox, window.rows("Thu 2"))
    window.desk.run()
    assert window.desk.on_server(b"Archive") == ["Thu 2"]


def test_a_message_is_moved_once_and_to_a_known_mailbox(window: Window) -> None:
    window.changes.move(window.inbox, window.rows("Thu 2"), window.trash)
    window.changes.move(window.inbox, window.rows("Thu 2", mailbox=b"Trash"), window.trash)
    assert len(window.changes.waiting()) == 1
    with pytest.raises(ConfigInvalid):
        window.changes.move(window.inbox, window.rows("Thu 1"), 999)


def test_a_star_is_seen_at_once(window: Window) -> None:
    window.changes.flag(window.inbox, window.rows("Thu 2"), flagged=True)
    row = window.desk.reader.row(window.desk.row("Thu 2"))
    assert row is not None
    assert row.flagged
    window.desk.run()
    assert window.desk.inbox.messages[2].flags == {"\\Flagged"}


def test_a_change_can_be_given_up(window: Window) -> None:
    window.changes.delete(window.inbox, window.rows("Thu 2"))
    (waiting,) = window.changes.waiting()
    assert waiting.subject == "Thu 2"
    assert window.changes.discard(waiting.operation_id)
    assert "Thu 2" in window.desk.shown()
    assert not window.changes.discard(waiting.operation_id)


def test_a_thousand_messages_are_moved_with_few_writes(window: Window) -> None:
    desk, commits = window.desk, [0]
    for number in range(4, 1004):
        raw = f"Subject: Thu {number}\r\nMessage-ID: <{number}@x>\r\n\r\nx\r\n"
        desk.inbox.add(raw.encode(), when=desk.now)
    desk.server.batch = 1000
    desk.look()

    def count() -> bool:
        commits[0] += 1
        return False

    desk.ledger._connection.set_commit_hook(count)
    rows = list(desk.shown().values())
    begin = time.monotonic()
    number = window.changes.delete(window.inbox, rows)
    window.changes.mark_seen(window.inbox, rows, seen=True)
    assert commits[0] < 10
    assert time.monotonic() - begin < 5
    desk.ledger._connection.set_commit_hook(None)
    assert len(desk.shown(b"Trash")) == 1003
    assert window.changes.undo(number) == 1003
