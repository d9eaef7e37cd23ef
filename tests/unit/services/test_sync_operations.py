"""Moves, deletions and flags made here, done on a server that may fail at any step."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.errors import ConnectionLost, QuotaExceeded, ServerBusy
from client.model.mailbox import SpecialUse
from client.model.message import Flag
from client.model.operation import NOT_EXPUNGED, Operation, OperationKind
from client.services import sync
from client.services.sync_operations import BACK_OFF, OperationWork, is_due, run_operations
from client.store.database import open_cache, open_ledger
from client.store.messages import MessageStore
from client.store.numbers import MailboxNumbers
from client.store.operations import Operations
from client.store.reading import MessageReader
from tests.fakes.imap import FakeImapServer, FakeMailbox

MODERN = frozenset({"MOVE", "UIDPLUS"})
ZIMBRA = frozenset({"UIDPLUS"})
BARE = frozenset[str]()


class Desk:
    """A window's and an engine's side of one account; both look at one ledger."""

    def __init__(self, folder: Path) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.ledger = open_ledger(folder / "ledger.db")
        self.cache = open_cache(folder / "cache.db")
        self.store = MessageStore(self.cache, "an", MailboxNumbers(self.ledger))
        self.operations = Operations(self.ledger, "an", lambda: self.now)
        self.reader = MessageReader(folder / "cache.db", "an", self.operations)
        self.inbox, self.trash = FakeMailbox(SpecialUse.INBOX), FakeMailbox(SpecialUse.TRASH)
        self.server = FakeImapServer({b"INBOX": self.inbox, b"Trash": self.trash})
        for number in range(1, 4):
            raw = f"From: An <an@x.vn>\r\nSubject: Thu {number}\r\nMessage-ID: <{number}@x>\r\n\r\nx\r\n"
            self.inbox.add(raw.encode(), when=self.now + timedelta(minutes=number))
        self.look()

    def look(self) -> None:
        session = self.server.session()
        numbers = self.store.upsert_mailboxes(session.list_mailboxes())
        work = sync.SyncWork(
            "an", session, self.store, self.operations, lambda _: None, lambda: self.now, lambda: False
        )
        for name, number in numbers.items():
            sync.apply(work, name, number)
        sync.settle_strays(work)

    def run(self) -> frozenset[bytes]:
        session = self.server.session()
        return run_operations(
            OperationWork(session, self.store, self.operations, lambda: self.now, lambda: False)
        )

    def row(self, subject: str, mailbox: bytes = b"INBOX") -> int:
        return self.shown(mailbox)[subject]

    def shown(self, mailbox: bytes = b"INBOX") -> dict[str, int]:
        """What the window lists, newest first: subject → row."""
        number = self.store.mailbox_id(mailbox)
        assert number is not None
        ids = self.reader.row_ids(number)
        rows = self.reader.rows(ids)
        return {rows[one].subject: one for one in ids}

    def counts(self) -> dict[bytes, tuple[int, int]]:
        return {one.raw_name: (one.total, one.unread) for one in self.reader.mailboxes()}

    def move(self, subject: str, target: bytes = b"Trash", source: bytes = b"INBOX") -> int:
        place = self.reader.locate(self.row(subject, source))
        assert place is not None
        return self.operations.move(place, target, subject)

    def delete(self, subject: str) -> int:
        place = self.reader.locate(self.row(subject))
        assert place is not None
        return self.operations.delete(place, subject)

    def on_server(self, mailbox: bytes) -> list[str]:
        return [
            one.raw.split(b"Subject: ")[1].split(b"\r\n")[0].decode()
            for one in self.server.mailboxes[mailbox].messages.values()
            if "\\Deleted" not in one.flags
        ]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.reader.close()
    desk.cache.close()
    desk.ledger.close()


def test_a_move_is_shown_before_the_server_hears_of_it(desk: Desk) -> None:
    row = desk.row("Thu 2")
    desk.move("Thu 2")
    assert list(desk.shown()) == ["Thu 3", "Thu 1"]
    assert desk.shown(b"Trash") == {"Thu 2": row}
    assert desk.counts() == {b"INBOX": (2, 2), b"Trash": (1, 1)}
    assert desk.on_server(b"Trash") == []


def test_a_search_follows_a_pending_move(desk: Desk) -> None:
    row = desk.row("Thu 2")
    desk.move("Thu 2")
    inbox, trash = (desk.store.mailbox_id(name) for name in (b"INBOX", b"Trash"))
    assert inbox is not None
    assert trash is not None
    assert list(desk.reader.row_ids(inbox, '"thu 2"')) == []
    assert list(desk.reader.row_ids(trash, '"thu 2"')) == [row]
    assert list(desk.reader.row_ids(inbox, 'trong:all "thu 2"')) == [row]


@pytest.mark.parametrize("extensions", [MODERN, ZIMBRA])
def test_a_message_moves_and_keeps_its_row(desk: Desk, extensions: frozenset[str]) -> None:
    desk.server.extensions = extensions
    row = desk.row("Thu 2")
    desk.move("Thu 2")
    assert desk.run() == {b"INBOX", b"Trash"}
    assert (desk.on_server(b"INBOX"), desk.on_server(b"Trash")) == (["Thu 1", "Thu 3"], ["Thu 2"])
    assert desk.operations.all() == ()
    for _ in range(2):
        assert list(desk.shown()) == ["Thu 3", "Thu 1"]
        desk.look()
    assert desk.shown(b"Trash") == {"Thu 2": row}


def test_without_uidplus_nobody_elses_mail_is_expunged(desk: Desk) -> None:
    desk.server.extensions = BARE
    desk.inbox.messages[1].flags.add("\\Deleted")  # by another client
    desk.move("Thu 2")
    desk.run()
    assert 1 in desk.inbox.messages
    assert desk.on_server(b"Trash") == ["Thu 2"]
    assert "Thu 2" not in desk.shown()
    assert [one.parked for one in desk.operations.all()] == [NOT_EXPUNGED]
    desk.look()
    assert "Thu 2" not in desk.shown()


@pytest.mark.parametrize("extensions", [MODERN, ZIMBRA])
@pytest.mark.parametrize(
    "step",
    ["select", "move", "copy", "copy-answer", "move-answer", "store_flags", "expunge", "find_by_message_id"],
)
def test_a_link_that_breaks_at_any_step_loses_and_doubles_nothing(
    desk: Desk, step: str, extensions: frozenset[str]
) -> None:
    desk.server.extensions = extensions
    for subject in ("Thu 1", "Thu 3"):
        desk.move(subject)
    desk.server.fail_on[step] = ConnectionLost(host="fake")
    with contextlib.suppress(ConnectionLost):  # not every server has every step
        desk.run()
    assert list(desk.shown()) == ["Thu 2"]
    desk.server.fail_on.clear()
    desk.now += timedelta(minutes=1)
    desk.run()
    assert (desk.on_server(b"INBOX"), sorted(desk.on_server(b"Trash"))) == (["Thu 2"], ["Thu 1", "Thu 3"])
    assert desk.operations.all() == ()
    desk.look()
    assert list(desk.shown()) == ["Thu 2"]
    assert list(desk.shown(b"Trash")) == ["Thu 3", "Thu 1"]


@pytest.mark.parametrize("extensions", [MODERN, ZIMBRA])
def test_a_deletion_for_good_takes_one_message(desk: Desk, extensions: frozenset[str]) -> None:
    desk.server.extensions = extensions
    desk.delete("Thu 2")
    assert "Thu 2" not in desk.shown()
    assert desk.counts()[b"INBOX"] == (2, 2)
    desk.run()
    assert sorted(desk.inbox.messages) == [1, 3]
    assert desk.operations.all() == ()


def test_what_has_not_been_started_is_simply_taken_back(desk: Desk) -> None:
    number = desk.move("Thu 2")
    assert desk.operations.take_back(number)
    assert list(desk.shown()) == ["Thu 3", "Thu 2", "Thu 1"]
    desk.run()
    assert desk.on_server(b"Trash") == []
    assert not desk.operations.take_back(number)


def test_what_was_taken_back_on_its_way_comes_back(desk: Desk) -> None:
    number = desk.move("Thu 2")
    row = desk.shown(b"Trash")["Thu 2"]
    desk.operations.start([number])
    assert desk.operations.take_back(number)
    assert list(desk.shown()) == ["Thu 3", "Thu 2", "Thu 1"]
    desk.run()
    assert list(desk.shown()) == ["Thu 3", "Thu 2", "Thu 1"]
    desk.run()
    desk.look()
    assert sorted(desk.on_server(b"INBOX")) == ["Thu 1", "Thu 2", "Thu 3"]
    assert desk.row("Thu 2") == row


def test_a_message_moved_on_before_the_server_heard_of_it_goes_straight_there(desk: Desk) -> None:
    desk.server.mailboxes[b"Viec"] = FakeMailbox()
    desk.look()
    desk.move("Thu 2")
    desk.move("Thu 2", b"Viec", b"Trash")
    assert (list(desk.shown(b"Trash")), list(desk.shown(b"Viec"))) == ([], ["Thu 2"])
    desk.run()
    assert (desk.on_server(b"Trash"), desk.on_server(b"Viec")) == ([], ["Thu 2"])


def test_a_flag_set_here_goes_along(desk: Desk) -> None:
    place = desk.reader.locate(desk.row("Thu 2"))
    assert place is not None
    desk.move("Thu 2")
    desk.operations.change_flag(
        place.raw_name, place.uidvalidity, place.uid, place.message_id, Flag.SEEN, present=True
    )
    assert desk.counts() == {b"INBOX": (2, 2), b"Trash": (1, 0)}
    desk.run()
    desk.look()
    assert [one.flags for one in desk.trash.messages.values()] == [{"\\Seen"}]
    assert desk.counts() == {b"INBOX": (2, 2), b"Trash": (1, 0)}


def test_a_missing_target_is_made(desk: Desk) -> None:
    desk.move("Thu 2", b"Archive")
    assert "Thu 2" not in desk.shown()
    desk.run()
    assert desk.on_server(b"Archive") == ["Thu 2"]
    desk.look()
    assert list(desk.shown(b"Archive")) == ["Thu 2"]


def test_a_refusal_is_kept_with_its_reason_and_tried_again(desk: Desk) -> None:
    number = desk.move("Thu 2")
    for attempt, pause in enumerate(BACK_OFF, 1):
        desk.server.fail_on["move"] = ServerBusy(host="fake", reply="[CANNOT] no")
        desk.run()
        (waiting,) = desk.operations.pending()
        assert (waiting.tries, waiting.error_code, waiting.error_text) == (
            attempt, "server-busy", "[CANNOT] no",
        )  # fmt: skip
        desk.run()  # not before its time
        desk.now += pause
    desk.server.fail_on["move"] = ServerBusy(host="fake", reply="[CANNOT] no")
    desk.run()
    assert desk.operations.pending() == ()
    assert [one.parked for one in desk.operations.parked()] == ["server-busy"]
    assert "Thu 2" in desk.shown()  # what will not happen is not shown
    desk.operations.retry(number)
    assert "Thu 2" not in desk.shown()
    desk.run()
    assert desk.on_server(b"Trash") == ["Thu 2"]


def test_a_full_mailbox_waits_for_a_person_and_can_be_discarded(desk: Desk) -> None:
    number = desk.move("Thu 2")
    desk.server.fail_on["copy"] = QuotaExceeded(mailbox="Trash", reply="[OVERQUOTA]")
    desk.run()
    assert [one.parked for one in desk.operations.parked()] == ["quota-exceeded"]
    assert desk.operations.take_back(number)
    assert desk.operations.all() == ()


def star(desk: Desk, flag: Flag = Flag.FLAGGED) -> None:
    place = desk.reader.locate(desk.row("Thu 1"))
    assert place is not None
    desk.operations.change_flag(
        place.raw_name, place.uidvalidity, place.uid, place.message_id, flag, present=True
    )


def test_what_the_server_would_take_and_forget_is_told_at_once(desk: Desk) -> None:
    desk.inbox.permanent = frozenset()
    star(desk)
    desk.run()
    assert [one.parked for one in desk.operations.parked()] == ["change-forbidden"]
    assert not desk.reader.rows([desk.row("Thu 1")])[desk.row("Thu 1")].flagged


def test_reading_in_a_mailbox_that_others_keep_is_no_fault(desk: Desk) -> None:
    desk.inbox.permanent = frozenset()
    star(desk, Flag.SEEN)
    desk.run()
    assert desk.operations.all() == ()


def test_where_nothing_may_be_deleted_nothing_is_copied_either(desk: Desk) -> None:
    desk.inbox.permanent = frozenset({"\\seen"})
    desk.server.extensions -= {"MOVE"}
    desk.move("Thu 2")
    desk.run()
    assert [one.parked for one in desk.operations.parked()] == ["change-forbidden"]
    assert desk.on_server(b"Trash") == []
    assert "Thu 2" in desk.shown()


def test_one_refused_change_does_not_hold_up_the_others(desk: Desk) -> None:
    place = desk.reader.locate(desk.row("Thu 1"))
    assert place is not None
    desk.operations.change_flag(
        place.raw_name, place.uidvalidity, place.uid, place.message_id, Flag.FLAGGED, present=True
    )
    desk.move("Thu 2")
    desk.server.fail_on["store_flags"] = ServerBusy(host="fake", reply="READ-ONLY")
    desk.run()
    assert desk.on_server(b"Trash") == ["Thu 2"]
    assert [one.error_text for one in desk.operations.pending()] == ["READ-ONLY"]
    desk.look()  # a refused flag does not stop the synchronisation either


def test_a_message_that_is_gone_meanwhile_is_told(desk: Desk) -> None:
    desk.move("Thu 2")
    del desk.inbox.messages[2]
    desk.look()
    assert [one.parked for one in desk.operations.parked()] == ["message-gone"]


def test_the_last_word_on_where_a_message_goes_counts(desk: Desk) -> None:
    desk.move("Thu 2")
    place = desk.reader.locate(desk.row("Thu 2", b"Trash"))
    assert place is not None
    desk.operations.delete(place)
    assert "Thu 2" not in {**desk.shown(), **desk.shown(b"Trash")}
    desk.run()
    assert "Thu 2" not in desk.on_server(b"INBOX") + desk.on_server(b"Trash")


def test_a_deletion_follows_a_move_that_is_under_way(desk: Desk) -> None:
    number = desk.move("Thu 2")
    desk.operations.start([number])
    place = desk.reader.locate(desk.row("Thu 2", b"Trash"))
    assert place is not None
    desk.operations.delete(place)
    desk.run()
    desk.run()
    assert "Thu 2" not in desk.on_server(b"INBOX") + desk.on_server(b"Trash")
    assert desk.operations.all() == ()


def test_a_change_follows_a_message_that_another_client_moved(desk: Desk) -> None:
    desk.server.mailboxes[b"Viec"] = FakeMailbox()
    desk.look()
    desk.move("Thu 2")
    other = desk.inbox.messages.pop(2)
    desk.server.mailboxes[b"Viec"].add(other.raw, when=other.when)
    desk.look()
    desk.run()
    assert desk.on_server(b"Trash") == ["Thu 2"]
    assert desk.operations.all() == ()


def test_a_move_that_another_client_made_as_well_is_done(desk: Desk) -> None:
    desk.move("Thu 2")
    other = desk.inbox.messages.pop(2)
    desk.trash.add(other.raw, when=other.when)
    desk.look()
    assert desk.operations.all() == ()


def test_a_move_back_to_where_the_server_still_has_it_is_no_move(desk: Desk) -> None:
    desk.move("Thu 2")
    desk.move("Thu 2", b"INBOX", b"Trash")
    assert desk.operations.all() == ()
    assert "Thu 2" in desk.shown()


def test_a_move_back_while_it_is_under_way_brings_it_back(desk: Desk) -> None:
    number = desk.move("Thu 2")
    place = desk.reader.locate(desk.row("Thu 2", b"Trash"))
    assert place is not None
    desk.operations.start([number])
    desk.operations.move(place, b"INBOX")
    for _ in range(3):
        desk.run()
        desk.look()
    assert sorted(desk.on_server(b"INBOX")) == ["Thu 1", "Thu 2", "Thu 3"]
    assert desk.on_server(b"Trash") == []
    assert desk.operations.all() == ()


def test_another_message_with_the_same_message_id_is_not_taken_for_the_one_that_was_moved(
    desk: Desk,
) -> None:
    desk.trash.add(b"Subject: khac\r\nMessage-ID: <2@x>\r\n\r\nkhac\r\n")
    number = desk.move("Thu 2")
    desk.operations.start([number])  # and then the link broke, before the server had heard of it
    desk.run()
    assert sorted(desk.on_server(b"Trash")) == ["Thu 2", "khac"]
    assert desk.on_server(b"INBOX") == ["Thu 1", "Thu 3"]


def test_a_clock_that_was_set_back_holds_no_change_up_for_ever(desk: Desk) -> None:
    now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    one = Operation(1, "an", b"INBOX", 1, 1, "<1@x>", OperationKind.FLAG)
    assert is_due(one, now)
    assert not is_due(replace(one, not_before=now + timedelta(minutes=5)), now)
    assert is_due(replace(one, not_before=now - timedelta(minutes=5)), now)
    assert is_due(replace(one, not_before=now + timedelta(days=365)), now)


def test_a_move_without_an_answer_in_a_mailbox_that_was_renumbered_is_settled(desk: Desk) -> None:
    desk.move("Thu 2")
    desk.server.fail_on["move-answer"] = ConnectionLost(host="x")
    with pytest.raises(ConnectionLost):
        desk.run()
    desk.inbox.renumber()
    for _ in range(3):
        desk.look()
        desk.run()
    assert desk.operations.all() == ()
    assert sorted(desk.shown()) == ["Thu 1", "Thu 3"]
    assert list(desk.shown(b"Trash")) == ["Thu 2"]
    assert desk.on_server(b"Trash") == ["Thu 2"]
