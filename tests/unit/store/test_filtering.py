"""A list narrowed to unread, starred, attached or signed mail, and the way from one unread to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from client.model.message import Flag
from client.store.database import Value
from client.store.operations import Operations
from client.store.reading import MessageReader
from tests.unit.store.test_search import NOW, Desk

SEEN, STARRED = frozenset({"\\Seen"}), frozenset({"\\Flagged"})


class Filtered(Desk):
    """A desk whose pending changes the test makes."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.operations = Operations(self.ledger, "an", lambda: NOW)
        self.reader = MessageReader(folder / "cache.db", "an", self.operations)

    def mark(self, row_id: int, flag: Flag, *, present: bool) -> None:
        place = self.reader.locate(row_id)
        assert place is not None
        self.operations.change_flag(
            place.raw_name, place.uidvalidity, place.uid, "", flag, present=present, subject=""
        )

    def move(self, row_id: int, target: bytes) -> None:
        place = self.reader.locate(row_id)
        assert place is not None
        self.operations.move(place, target)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Filtered]:
    desk = Filtered(tmp_path)
    yield desk
    desk.reader.close()
    desk.cache.close()
    desk.ledger.close()


def test_each_filter_leaves_what_it_names_in_the_lists_order(desk: Filtered) -> None:
    read = desk.add("a", flags=SEEN)
    starred = desk.add("b", flags=STARRED | SEEN)
    attached = desk.add("c", "x", "f.pdf")
    signed = desk.add("d", signed=True)
    assert desk.find("có:chưa-đọc") == [signed, attached]
    assert desk.find("có:sao") == [starred]
    assert desk.find("có:đính-kèm") == [attached]
    assert desk.find("có:ký-số") == [signed]
    assert desk.find("có:chưa-đọc có:ký-số") == [signed]
    assert desk.find("có:chưa-đọc c") == [signed, attached]  # one letter says nothing yet
    assert read in desk.find("")


def test_a_filter_before_words_leaves_the_last_word_open(desk: Filtered) -> None:
    wanted = desk.add("Quyết định điều động")
    desk.add("Quyết định điều động", flags=SEEN)
    assert desk.find("có:chưa-đọc quyet di") == [wanted]
    assert desk.find("có:ký-số so") == []


def test_a_filter_lists_all_where_a_search_lists_the_first(
    desk: Filtered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("client.store.reading.MOST_FOUND", 2)
    rows = [desk.add(f"Thu {number}") for number in range(5)]
    assert desk.find("có:chưa-đọc") == rows[::-1]
    assert len(desk.find("có:chưa-đọc thu")) == 2


def test_what_was_just_marked_is_filtered_as_it_is_shown(desk: Filtered) -> None:
    first, second = desk.add("a", flags=SEEN), desk.add("b")
    desk.mark(first, Flag.SEEN, present=False)
    desk.mark(second, Flag.SEEN, present=True)
    desk.mark(second, Flag.FLAGGED, present=True)
    assert desk.find("có:chưa-đọc") == [first]
    assert desk.find("có:sao") == [second]
    desk.mark(second, Flag.FLAGGED, present=False)
    assert desk.find("có:sao") == []


def test_what_is_being_read_stays_listed_until_it_goes_elsewhere(desk: Filtered) -> None:
    first, second = desk.add("a"), desk.add("b")
    desk.mark(first, Flag.SEEN, present=True)
    assert desk.find("có:chưa-đọc") == [second]
    assert list(desk.reader.row_ids(desk.inbox, "có:chưa-đọc", (first,))) == [second, first]
    desk.move(first, b"Sent")
    assert list(desk.reader.row_ids(desk.inbox, "có:chưa-đọc", (first,))) == [second]


def test_what_comes_from_another_mailbox_is_filtered_too(desk: Filtered) -> None:
    read, unread = desk.add("a", mailbox=desk.sent, flags=SEEN), desk.add("b", mailbox=desk.sent)
    desk.move(read, b"INBOX")
    desk.move(unread, b"INBOX")
    assert desk.find("có:chưa-đọc") == [unread]


def test_the_next_unread_is_found_downwards_and_upwards(desk: Filtered) -> None:
    rows = [desk.add(f"Thu {n}", flags=frozenset() if n in {1, 4} else SEEN) for n in range(6)]
    find = desk.reader.next_unread
    assert find(desk.inbox, rows[5], older=True) == rows[4]
    assert find(desk.inbox, rows[4], older=True) == rows[1]
    assert find(desk.inbox, rows[1], older=True) == 0
    assert find(desk.inbox, rows[0], older=False) == rows[1]
    assert find(desk.inbox, 0, older=True) == rows[4]
    assert find(desk.inbox, 0, older=False) == rows[1]
    desk.mark(rows[4], Flag.SEEN, present=True)
    assert find(desk.inbox, rows[5], older=True) == rows[1]


@pytest.mark.parametrize("query", ["có:chưa-đọc", "có:sao", "có:đính-kèm", "có:ký-số"])
def test_a_filter_is_answered_by_the_lists_index_in_its_order(
    desk: Filtered, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    asked: list[str] = []
    select = desk.reader._select

    def watched(sql: str, bindings: Sequence[Value] = ()) -> list[tuple[Any, ...]]:
        if "FROM message m" in sql:
            asked.extend(row[3] for row in select(f"EXPLAIN QUERY PLAN {sql}", bindings))
        return select(sql, bindings)

    monkeypatch.setattr(desk.reader, "_select", watched)
    desk.find(query)
    columns = {row[0] for row in desk.cache.rows("SELECT name FROM pragma_index_info('message_list')")}
    assert columns >= {"flags", "has_attachment", "signed_shape"}
    assert any("USING INDEX message_list" in step for step in asked), asked
    assert not any("TEMP B-TREE" in step for step in asked), asked


def test_ten_thousand_waiting_changes_are_read_once(desk: Filtered) -> None:
    rows = [desk.add(f"Thu {number}") for number in range(5)]
    desk.mark(rows[0], Flag.SEEN, present=True)
    assert desk.operations.marks() is desk.operations.marks()
    assert len(desk.operations.marks()) == 1
    desk.mark(rows[1], Flag.SEEN, present=True)
    assert len(desk.operations.marks()) == 2
    assert Operations(desk.ledger, "vanthu", lambda: NOW).marks() == []


def test_what_is_taken_back_with_its_transaction_is_never_shown(desk: Filtered) -> None:
    row = desk.add("Thu")
    place = desk.reader.locate(row)
    assert place is not None

    def broken() -> None:
        with desk.operations.together():
            desk.operations.move(place, b"Sent")
            assert desk.find("") == []
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert desk.find("") == [row]
