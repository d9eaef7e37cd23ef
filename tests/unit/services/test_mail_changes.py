"""What the window asks for, up to the moment the engine hears of it; `test_sync_operations` goes on."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from client.errors import ConfigInvalid, StorageFull
from client.model.mailbox import SpecialUse
from client.model.operation import NOT_EXPUNGED
from client.services.change_making import PORTION, ChangeMaker
from client.services.changes_desk import MailAct, MailDone, MailOrder
from client.services.mail_changes import MailChanges
from client.store.reading import MessageReader
from tests.unit.services.test_sync_operations import Desk


class Window:
    """The window's half and, on demand, the engine's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.desk = Desk(folder)
        self.told = 0
        self.changes = MailChanges(
            {"an": self.desk.reader}, {"an": self.desk.operations}, lambda _: "an", self._tell, self._reader
        )
        self.inbox, self.trash = (self.desk.store.mailbox_id(name) or 0 for name in (b"INBOX", b"Trash"))

    def _tell(self) -> None:
        self.told += 1

    def _reader(self, account_id: str) -> MessageReader:
        return MessageReader(self.folder / "cache.db", account_id, self.desk.operations)

    def order(self, act: MailAct, row_ids: Sequence[int], mailbox_id: int = 0, target_id: int = 0) -> int:
        order = MailOrder(act, mailbox_id or self.inbox, row_ids, target_id=target_id)
        return self.changes.change(order).result(timeout=60).number

    def undo(self, number: int) -> int:
        return self.changes.take_back(number).result(timeout=60)

    def rows(self, *subjects: str, mailbox: bytes = b"INBOX") -> list[int]:
        return [self.desk.row(subject, mailbox) for subject in subjects]


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    window = Window(tmp_path)
    yield window
    window.changes.close()
    window.desk.reader.close()
    window.desk.cache.close()
    window.desk.ledger.close()


def test_deleted_mail_is_in_the_trash_at_once_and_comes_back(window: Window) -> None:
    number = window.order(MailAct.DELETE, window.rows("Thu 1", "Thu 2"), window.inbox)
    assert list(window.desk.shown(b"Trash")) == ["Thu 2", "Thu 1"]
    assert window.undo(number) == 2
    assert list(window.desk.shown()) == ["Thu 3", "Thu 2", "Thu 1"]
    assert window.changes.waiting() == ()
    assert window.told == 2


def test_what_the_server_has_done_already_is_undone_there(window: Window) -> None:
    number = window.order(MailAct.DELETE, window.rows("Thu 2"), window.inbox)
    window.desk.run()
    assert window.desk.on_server(b"Trash") == ["Thu 2"]
    assert window.undo(number) == 1
    assert "Thu 2" in window.desk.shown()
    window.desk.run()
    assert sorted(window.desk.on_server(b"INBOX")) == ["Thu 1", "Thu 2", "Thu 3"]
    assert window.undo(number) == 0


def test_deleting_in_the_trash_is_for_good(window: Window) -> None:
    assert window.changes.is_final(window.trash)
    assert not window.changes.is_final(window.inbox)
    window.order(MailAct.DELETE, window.rows("Thu 2"), window.inbox)
    window.order(MailAct.DELETE, window.rows("Thu 2", mailbox=b"Trash"), window.trash)
    assert window.desk.shown(b"Trash") == {}
    window.desk.run()
    assert "Thu 2" not in window.desk.on_server(b"INBOX") + window.desk.on_server(b"Trash")


@pytest.mark.parametrize("is_done", [True, False])
def test_to_move_into_the_trash_what_is_there_deletes_nothing(window: Window, is_done: bool) -> None:
    """Of the hits of a search, which are dragged there together, some may be in the trash already."""
    window.order(MailAct.DELETE, window.rows("Thu 2"), window.inbox)
    if is_done:
        window.desk.run()
        window.desk.look()
    hits = [*window.rows("Thu 1"), *window.rows("Thu 2", mailbox=b"Trash")]
    window.order(MailAct.MOVE, hits, window.inbox, window.trash)
    assert sorted(window.desk.shown(b"Trash")) == ["Thu 1", "Thu 2"]
    window.desk.run()
    assert sorted(window.desk.on_server(b"Trash")) == ["Thu 1", "Thu 2"]


def test_what_waits_to_go_to_the_trash_is_not_deleted_for_good_unasked(window: Window) -> None:
    """A search finds it where the server still has it, which is no place the window asks about."""
    window.order(MailAct.DELETE, window.rows("Thu 2"), window.inbox)
    (hit,) = window.desk.reader.row_ids(window.inbox, 'trong:all "thu 2"')
    row = window.desk.reader.row(hit)
    assert row is not None
    assert not window.changes.is_final(row.mailbox_id)
    assert window.order(MailAct.DELETE, [hit], row.mailbox_id) == 0
    assert list(window.desk.shown(b"Trash")) == ["Thu 2"]


def test_deleting_for_good_can_be_taken_back_until_it_is_begun(window: Window) -> None:
    number = window.order(MailAct.DELETE_FOREVER, window.rows("Thu 2"), window.inbox)
    assert window.undo(number) == 1
    assert "Thu 2" in window.desk.shown()
    number = window.order(MailAct.DELETE_FOREVER, window.rows("Thu 2"), window.inbox)
    window.desk.run()
    assert window.undo(number) == 0


def test_an_archive_is_made_where_there_is_none(window: Window) -> None:
    window.order(MailAct.ARCHIVE, window.rows("Thu 2"), window.inbox)
    window.desk.run()
    assert window.desk.on_server(b"Archive") == ["Thu 2"]


def test_a_message_is_moved_once_and_to_a_known_mailbox(window: Window) -> None:
    window.order(MailAct.MOVE, window.rows("Thu 2"), window.inbox, window.trash)
    window.order(MailAct.MOVE, window.rows("Thu 2", mailbox=b"Trash"), window.inbox, window.trash)
    assert len(window.changes.waiting()) == 1
    with pytest.raises(ConfigInvalid):
        window.order(MailAct.MOVE, window.rows("Thu 1"), window.inbox, 999)


def test_a_star_is_seen_at_once(window: Window) -> None:
    window.order(MailAct.STAR, window.rows("Thu 2"))
    row = window.desk.reader.row(window.desk.row("Thu 2"))
    assert row is not None
    assert row.flagged
    window.desk.run()
    assert window.desk.inbox.messages[2].flags == {"\\Flagged"}


def test_a_change_can_be_given_up(window: Window) -> None:
    window.order(MailAct.DELETE, window.rows("Thu 2"), window.inbox)
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
    number = window.order(MailAct.DELETE, rows, window.inbox)
    window.order(MailAct.MARK_READ, rows)
    assert commits[0] < 60
    desk.ledger._connection.set_commit_hook(None)
    assert len(desk.shown(b"Trash")) == 1003
    assert window.undo(number) == 1003


def test_one_order_is_taken_back_after_the_other_newest_first(window: Window) -> None:
    first = window.order(MailAct.DELETE, window.rows("Thu 1"))
    second = window.order(MailAct.ARCHIVE, window.rows("Thu 2"))
    assert window.undo(second) == 1
    assert list(window.desk.shown()) == ["Thu 3", "Thu 2"]
    assert window.undo(first) == 1
    assert list(window.desk.shown()) == ["Thu 3", "Thu 2", "Thu 1"]
    assert window.undo(first) == 0


def test_taking_back_a_mark_leaves_those_alone_that_had_it_before(window: Window) -> None:
    window.order(MailAct.STAR, window.rows("Thu 1"))
    rows = window.rows("Thu 1", "Thu 2", "Thu 3")
    order = MailOrder(MailAct.STAR, window.inbox, rows)
    done = window.changes.change(order).result(timeout=60)
    assert done.count == 2
    assert window.undo(done.number) == 2
    starred = window.desk.reader.rows(rows)
    assert [starred[one].flagged for one in rows] == [True, False, False]


def test_an_order_that_changes_nothing_leaves_nothing_to_take_back(window: Window) -> None:
    order = MailOrder(MailAct.MARK_UNREAD, window.inbox, window.rows("Thu 1"))
    assert window.changes.change(order).result(timeout=60) == MailDone(0, 0)
    assert window.changes.waiting() == ()


def test_what_was_read_does_not_push_out_what_can_be_taken_back(window: Window) -> None:
    number = window.order(MailAct.DELETE, window.rows("Thu 1"))
    for _ in range(30):
        for seen in (True, False):
            window.changes.mark_seen(window.inbox, window.desk.row("Thu 2"), seen=seen)
    assert window.undo(number) == 1


def test_junk_goes_where_the_server_keeps_it_and_comes_back_to_the_inbox(window: Window) -> None:
    window.order(MailAct.JUNK, window.rows("Thu 2"))
    window.desk.run()
    assert window.desk.server.mailboxes[b"Junk"].special_use is SpecialUse.JUNK
    window.desk.look()
    junk = window.desk.store.mailbox_id(b"Junk") or 0
    window.order(MailAct.NOT_JUNK, window.rows("Thu 2", mailbox=b"Junk"), junk)
    window.desk.run()
    assert sorted(window.desk.on_server(b"INBOX")) == ["Thu 1", "Thu 2", "Thu 3"]


def test_a_whole_mailbox_is_read_or_emptied_and_says_how_far_it_is(window: Window) -> None:
    told: list[tuple[int, int]] = []
    window.order(MailAct.MARK_READ, window.rows("Thu 1"))
    order = MailOrder(MailAct.MARK_READ, window.inbox, is_whole=True)
    done = window.changes.change(order, lambda *some: told.append(some)).result(timeout=60)
    assert (done.count, told) == (2, [(2, 2)])
    assert window.desk.counts()[b"INBOX"] == (3, 0)
    window.order(MailAct.DELETE, window.rows("Thu 1", "Thu 3"))
    window.changes.change(MailOrder(MailAct.DELETE_FOREVER, window.trash, is_whole=True)).result(timeout=60)
    assert window.desk.shown(b"Trash") == {}
    window.desk.run()
    assert window.desk.on_server(b"INBOX") == ["Thu 2"]


def test_what_waits_is_counted_without_being_read(window: Window) -> None:
    window.order(MailAct.DELETE, window.rows("Thu 1", "Thu 2"))
    assert window.changes.waiting_counts() == (2, 0)
    window.desk.operations.park([window.changes.waiting()[0].operation_id], "message-gone")
    assert window.changes.waiting_counts() == (2, 1)
    window.desk.operations.park([window.changes.waiting()[1].operation_id], NOT_EXPUNGED)
    assert window.changes.waiting_counts() == (1, 1), "nobody has to do anything about the other"


def test_a_long_order_goes_on_beside_the_window_in_portions(window: Window) -> None:
    desk, told = window.desk, list[tuple[int, int]]()
    for number in range(4, 304):
        raw = f"Subject: Thu {number}\r\nMessage-ID: <{number}@x>\r\n\r\nx\r\n"
        desk.inbox.add(raw.encode(), when=desk.now)
    desk.server.batch = 1000
    desk.look()
    rows, threads = list(desk.shown().values()), set[str]()

    def progress(done: int, total: int) -> None:
        told.append((done, total))
        threads.add(threading.current_thread().name)

    order = MailOrder(MailAct.DELETE, window.inbox, rows)
    assert window.changes.change(order, progress).result(timeout=60).count == 303
    assert told[:2] == [(50, 303), (100, 303)]
    assert told[-1] == (303, 303)
    assert threading.current_thread().name not in threads
    assert desk.shown() == {}


def test_a_long_order_ends_between_two_portions_when_the_program_does(window: Window) -> None:
    desk = window.desk
    for number in range(4, 124):
        raw = f"Subject: Thu {number}\r\nMessage-ID: <{number}@x>\r\n\r\nx\r\n"
        desk.inbox.add(raw.encode(), when=desk.now)
    desk.server.batch = 1000
    desk.look()
    rested: list[float] = []

    def give_way(seconds: float) -> bool:
        rested.append(seconds)
        return len(rested) == 2

    maker = ChangeMaker(desk.reader, desk.operations, give_way)
    order = MailOrder(MailAct.DELETE, window.inbox, list(desk.shown().values()))
    assert len(maker.make(order, lambda *_: None)) == 2 * PORTION
    assert len(desk.shown()) == 123 - 2 * PORTION
    assert all(seconds > 0 for seconds in rested)


def test_counts_follow_what_is_moved_and_marked_before_the_server_knows(window: Window) -> None:
    window.order(MailAct.MARK_READ, window.rows("Thu 1", "Thu 2"))
    assert window.desk.counts() == {b"INBOX": (3, 1), b"Trash": (0, 0)}
    window.order(MailAct.DELETE, window.rows("Thu 2", "Thu 3"))
    assert window.desk.counts() == {b"INBOX": (1, 0), b"Trash": (2, 1)}
    window.order(MailAct.MARK_UNREAD, window.rows("Thu 2", mailbox=b"Trash"), window.trash)
    assert window.desk.counts() == {b"INBOX": (1, 0), b"Trash": (2, 2)}
    window.order(MailAct.DELETE, window.rows("Thu 2", mailbox=b"Trash"), window.trash)
    assert window.desk.counts() == {b"INBOX": (1, 0), b"Trash": (1, 1)}


def test_what_is_rescued_while_the_trash_is_being_emptied_is_not_deleted(window: Window) -> None:
    """Ten thousand messages take a while, and who sees one among them that was wanted takes it out."""
    desk = window.desk
    for number in range(4, 124):
        raw = f"Subject: Thu {number}\r\nMessage-ID: <{number}@x>\r\n\r\nx\r\n"
        desk.trash.add(raw.encode(), when=desk.now)
    desk.server.batch = 1000
    desk.look()
    rows = list(desk.shown(b"Trash").values())
    last = rows[-1]

    def rescue(_: float) -> bool:
        if last not in desk.shown().values():
            window.order(MailAct.MOVE, [last], window.trash, window.inbox)
        return False

    maker = ChangeMaker(desk.reader, desk.operations, rescue)
    order = MailOrder(MailAct.DELETE_FOREVER, window.trash, is_whole=True)
    assert len(maker.make(order, lambda *_: None)) == 119
    assert last in desk.shown().values()
    desk.run()
    assert len(desk.on_server(b"INBOX")) == 4


@pytest.mark.parametrize("act", [MailAct.DELETE, MailAct.DELETE_FOREVER, MailAct.ARCHIVE])
def test_the_later_order_has_the_last_word_though_a_long_one_is_still_at_it(
    window: Window, act: MailAct
) -> None:
    desk = window.desk
    for number in range(4, 124):
        raw = f"Subject: Thu {number}\r\nMessage-ID: <{number}@x>\r\n\r\nx\r\n"
        desk.trash.add(raw.encode(), when=desk.now)
    desk.server.batch = 1000
    desk.look()
    rows = list(desk.shown(b"Trash").values())

    def rescue(_: float) -> bool:
        if rows[-1] not in desk.shown().values():
            window.order(MailAct.MOVE, [rows[-1]], window.trash, window.inbox)
        return False

    ChangeMaker(desk.reader, desk.operations, rescue).make(
        MailOrder(act, window.trash, rows), lambda *_: None
    )
    assert rows[-1] in desk.shown().values()


def test_an_order_to_empty_does_not_follow_what_has_left(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = window.desk
    window.order(MailAct.DELETE, window.rows("Thu 1", "Thu 2", "Thu 3"))
    desk.run()
    desk.look()
    listed = desk.reader.row_ids(window.trash)
    window.order(MailAct.MOVE, [listed[0]], window.trash, window.inbox)
    desk.run()  # the server has done it, so that nothing waits any more
    maker = ChangeMaker(desk.reader, desk.operations, lambda _: False)
    monkeypatch.setattr(maker, "_rows_of", lambda _: listed)  # listed a moment before that
    order = MailOrder(MailAct.DELETE_FOREVER, window.trash, is_whole=True)
    assert len(maker.make(order, lambda *_: None)) == 2


def test_taking_back_leads_to_where_a_message_was_though_nothing_was_done_yet(window: Window) -> None:
    window.desk.server.session().create(b"Du an", SpecialUse.NONE)
    window.desk.look()
    project = window.desk.store.mailbox_id(b"Du an") or 0
    first = window.order(MailAct.DELETE, window.rows("Thu 2"))
    second = window.order(MailAct.MOVE, window.rows("Thu 2", mailbox=b"Trash"), window.trash, project)
    third = window.order(MailAct.DELETE_FOREVER, window.rows("Thu 2", mailbox=b"Du an"), project)
    assert window.undo(third) == 1
    assert list(window.desk.shown(b"Du an")) == ["Thu 2"]
    assert window.undo(second) == 1
    assert list(window.desk.shown(b"Trash")) == ["Thu 2"]
    assert window.undo(first) == 1
    assert list(window.desk.shown()) == ["Thu 3", "Thu 2", "Thu 1"]
    assert window.changes.waiting() == ()


def test_an_undoing_that_a_full_disk_ended_in_the_middle_is_gone_on_with(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = window.desk
    for number in range(4, 124):
        raw = f"Subject: Thu {number}\r\nMessage-ID: <{number}@x>\r\n\r\nx\r\n"
        desk.inbox.add(raw.encode(), when=desk.now)
    desk.server.batch = 1000
    desk.look()
    number = window.order(MailAct.DELETE, list(desk.shown().values()))
    portions, together = list[int](), desk.operations.together

    def room_for_one() -> AbstractContextManager[None]:
        portions.append(1)
        if len(portions) > 1:
            raise StorageFull(path="ledger.db")
        return together()

    monkeypatch.setattr(desk.operations, "together", room_for_one)
    with pytest.raises(StorageFull):
        window.undo(number)
    assert len(desk.shown()) == PORTION
    monkeypatch.undo()
    assert window.undo(number) == 123 - PORTION
    assert len(desk.shown()) == 123
    assert window.undo(number) == 0
