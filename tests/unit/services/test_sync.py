from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.errors import Cancelled, ConnectionLost, ServerBusy
from client.model.at_rest import AtRest
from client.model.event import Event, EventKind
from client.model.mailbox import SpecialUse, SyncCursor
from client.model.message import Flag
from client.net.quirks import Quirks
from client.net.session import SelectedMailbox
from client.services import sync, sync_bodies, sync_plan
from client.services.engine_obstacles import Obstacles
from client.services.sync_flags import SEARCHED
from client.services.sync_plan import SyncPlan, flag_windows, plan
from client.store.database import open_cache, open_ledger
from client.store.flags import BITS
from client.store.messages import MessageStore
from client.store.numbers import MailboxNumbers
from client.store.objects import ObjectStore
from client.store.operations import Operations
from client.store.reading import MessageReader
from client.store.rows import Location, StoredBody
from client.vault.sealing import Vault, new_key
from tests.fakes import imap as imap_fake
from tests.fakes.imap import FakeImapServer, FakeMailbox

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def raw(number: int) -> bytes:
    return f"From: An <an@x.vn>\r\nSubject: Thu {number}\r\nMessage-ID: <{number}@x>\r\n\r\nbody\r\n".encode()


class Desk:
    def __init__(self, folder: Path, at_rest: AtRest | None = None) -> None:
        self.ledger = open_ledger(folder / "ledger.db", at_rest)
        self.cache = open_cache(folder / "an" / "cache.db", at_rest)
        self.store = MessageStore(self.cache, "an", MailboxNumbers(self.ledger))
        self.operations = Operations(self.ledger, "an", lambda: NOW)
        self.reader = MessageReader(folder / "an" / "cache.db", "an", self.operations, at_rest)
        self.inbox = FakeMailbox(SpecialUse.INBOX)
        self.sent = FakeMailbox(SpecialUse.SENT)
        self.server = FakeImapServer({b"INBOX": self.inbox, b"Sent": self.sent})
        self.objects = ObjectStore(folder / "an", at_rest)
        self.events: list[Event] = []
        self.broken: list[str] = []
        self.turns: dict[int, int] = {}
        self.stopping = False

    def work(self) -> sync.SyncWork:
        return sync.SyncWork(
            "an", self.server.session(), self.store, self.operations, self.events.append, lambda: NOW,
            lambda: self.stopping, self.broken.append, self.turns,
        )  # fmt: skip

    def sync(self, name: bytes = b"INBOX") -> bool:
        self.server.calls.clear()
        work = self.work()
        return sync.apply(work, name, self.number(name))

    def fetch_bodies(self, limit: int) -> None:
        work = self.work()
        work.session.select(b"INBOX")
        rows = self.store.without_body(self.number(), NOW - timedelta(days=9), limit)
        sync_bodies.fetch_bodies(work, self.objects, rows, Obstacles())

    def number(self, name: bytes = b"INBOX") -> int:
        return self.store.upsert_mailboxes(self.server.session().list_mailboxes())[name]

    def subjects(self, name: bytes = b"INBOX") -> list[str]:
        number = self.number(name)
        ids = self.reader.row_ids(number)
        rows = self.reader.rows(ids)
        return [rows[one].subject for one in ids]

    def uids(self, name: bytes = b"INBOX") -> set[int]:
        return set(self.store.server_flags(self.number(name)))


@pytest.fixture(params=["plain", "encrypted"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, Vault(tmp_path, new_key()) if request.param == "encrypted" else None)
    for number in range(1, 6):
        desk.inbox.add(raw(number), when=NOW + timedelta(minutes=number))
    yield desk
    desk.reader.close()
    desk.cache.close()
    desk.ledger.close()


def server(uidvalidity: int = 7, uidnext: int = 11, exists: int = 10, modseq: int = 0) -> SelectedMailbox:
    return SelectedMailbox(uidvalidity, uidnext, exists, modseq)


def test_plan_reads_everything_the_first_time() -> None:
    assert plan(SyncCursor(), server(), ()) == SyncPlan(fetch=((1, None),))


def test_plan_resets_when_uidvalidity_changed() -> None:
    todo = plan(SyncCursor(6, 11, 0), server(), range(1, 11))
    assert todo == SyncPlan(reset=True, fetch=((1, None),))


def test_plan_reads_only_what_is_new() -> None:
    todo = plan(SyncCursor(7, 9, 0), server(), range(1, 9))
    assert (todo.fetch, todo.flags, todo.flags_since) == (((9, None),), True, 0)


def test_plan_does_nothing_when_nothing_changed() -> None:
    assert plan(SyncCursor(7, 11, 40), server(modseq=40), range(1, 11)) == SyncPlan(flags_since=40)


def test_plan_asks_for_changed_flags_only_with_condstore() -> None:
    todo = plan(SyncCursor(7, 11, 40), server(modseq=41), range(1, 11))
    assert (todo.flags, todo.flags_since) == (True, 40)


@pytest.mark.parametrize(
    ("told", "code"),
    [(server(modseq=3), "modseq-went-back"), (server(uidnext=9, modseq=40), "uidnext-went-back")],
)
@pytest.mark.parametrize("resumed", [False, True])
def test_plan_believes_nothing_of_a_server_that_breaks_its_promise(
    told: SelectedMailbox, code: str, resumed: bool
) -> None:
    told = replace(told, resumed=resumed, vanished=((1, 10),))
    todo = plan(SyncCursor(7, 11, 40), told, range(1, 11))
    assert todo == SyncPlan(compare=True, broken=code)
    again = plan(SyncCursor(7, 11, 40), told, range(1, 11), range(2, 11), distrust=True)
    assert (again.remove, again.flags, again.flags_since) == ((1,), True, 0)


def test_plan_goes_by_what_came_along_with_select() -> None:
    told = replace(
        server(uidnext=12, modseq=50), resumed=True, vanished=((3, 4), (900, 4_000_000_000)),
        changed={5: frozenset({Flag.SEEN}), 11: frozenset()},
    )  # fmt: skip
    todo = plan(SyncCursor(7, 11, 40), told, range(1, 11))
    assert todo == SyncPlan(fetch=((11, None),), vanished=told.vanished, told={5: frozenset({Flag.SEEN})})


def test_flags_of_a_very_large_mailbox_are_seen_window_by_window() -> None:
    known = range(10, 10 + 300_000)
    seen: set[int] = set()
    for turn in range(15):
        (newest, end), (low, high) = flag_windows(known, turn)
        assert (newest, end) == (10 + 298_000, None)
        assert high is not None
        assert high - low < 20_000
        seen.update(range(low, high + 1))
    assert seen == set(range(10, 10 + 298_000))
    assert flag_windows(range(1, 60_001), 0) == ((1, None),)


def test_flags_of_a_large_mailbox_are_read_as_a_whole_now_and_then_or_where_none_may_be_left() -> None:
    known = range(10, 10 + 30_000)
    assert [flag_windows(known, turn) == ((1, None),) for turn in range(4)] == [True, False, False, True]
    assert flag_windows(known, 1) == ((10 + 28_000, None),)
    assert flag_windows(known, 1, whole=True) == ((1, None),)


@pytest.fixture(params=["large", "very large"])
def deep(desk: Desk, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A mailbox of which one round reads but a part."""
    monkeypatch.setattr(sync_plan, "NEWEST_FLAGS", 2)
    monkeypatch.setattr(sync_plan, "ALL_FLAGS_UP_TO", 1000 if request.param == "large" else 3)
    monkeypatch.setattr(sync_plan, "FLAGS_WINDOW", 2)
    desk.inbox.messages.clear()
    for number in range(40):
        desk.inbox.add(raw(number), *([] if number % 5 else ["\\Seen"]))
    desk.turns[desk.number()] = 0
    desk.sync()
    return desk


def flags(desk: Desk) -> dict[int, set[str]]:
    bits = desk.store.server_flags(desk.number())
    return {uid: {str(flag) for flag, bit in BITS.items() if bit & number} for uid, number in bits.items()}


def test_flags_changed_deep_down_are_seen_in_the_next_round(deep: Desk) -> None:
    uids = sorted(deep.inbox.messages)
    for uid, flag in zip(uids, BITS, strict=False):
        deep.inbox.messages[uid].flags ^= {str(flag)}
    deep.sync()
    assert flags(deep) == {uid: one.flags for uid, one in deep.inbox.messages.items()}
    assert deep.server.calls.count("fetch_flags_of") == 1
    deep.sync()
    assert "fetch_flags_of" not in deep.server.calls


def test_a_server_that_does_not_search_by_flags_is_looked_through_in_time(deep: Desk) -> None:
    deep.server.always.update({(f"search_uids {key.decode()}", b""): ServerBusy() for key in SEARCHED})
    deep.inbox.messages[min(deep.inbox.messages)].flags ^= {"\\Flagged"}
    for _ in range(22):
        deep.sync()
    assert flags(deep) == {uid: one.flags for uid, one in deep.inbox.messages.items()}
    assert "fetch_flags_of" not in deep.server.calls


def test_what_search_says_is_not_believed(deep: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_fake, "meets", lambda message, key: not key or bool(len(message.raw) % 2))
    before = flags(deep)
    deep.sync()
    assert flags(deep) == before


def test_plan_compares_when_the_numbers_do_not_add_up() -> None:
    assert plan(SyncCursor(7, 11, 0), server(exists=9), range(1, 11)).compare


def test_plan_fetches_gaps_newest_first_and_removes_what_is_gone() -> None:
    todo = plan(SyncCursor(7, 0, 0), server(), {1, 4, 5}, {1, 2, 3, 5, 8, 10})
    assert todo.fetch == ((8, 10), (2, 3))
    assert todo.remove == (4,)


def test_the_newest_rows_are_stored_first(desk: Desk) -> None:
    desk.stopping = True
    desk.sync()
    assert desk.subjects() == ["Thu 5", "Thu 4"]


def test_an_interrupted_first_sync_goes_on_where_it_stopped(desk: Desk) -> None:
    desk.stopping = True
    desk.sync()
    desk.stopping = False
    desk.inbox.add(raw(6), when=NOW + timedelta(minutes=6))
    desk.sync()
    assert desk.subjects() == [f"Thu {number}" for number in (6, 5, 4, 3, 2, 1)]
    assert [call for call in desk.server.calls if call.startswith("fetch_headers")] == [
        "fetch_headers 6:6",
        "fetch_headers 1:3",
    ]


def test_a_link_lost_between_batches_loses_no_row(desk: Desk) -> None:
    desk.server.fail_on["batch"] = ConnectionLost(host="x")
    with pytest.raises(ConnectionLost):
        desk.sync()
    desk.sync()
    assert desk.uids() == {1, 2, 3, 4, 5}


def test_nothing_changed_costs_no_fetch_and_no_event(desk: Desk) -> None:
    desk.server.condstore = True
    desk.sync()
    desk.events.clear()
    assert not desk.sync()
    assert desk.events == []
    assert [call for call in desk.server.calls if call.startswith(("fetch", "search"))] == []


def test_new_and_deleted_messages_are_found_together(desk: Desk) -> None:
    desk.sync()
    del desk.inbox.messages[2]
    desk.inbox.add(raw(6))
    assert desk.sync()
    assert desk.uids() == {1, 3, 4, 5, 6}


def arrivals(desk: Desk) -> list[tuple[str, int]]:
    """The newest one's subject, and how many were told."""
    told = [one for one in desk.events if one.kind is EventKind.ARRIVED]
    rows = desk.reader.rows([one.subject_id for one in told])
    desk.events.clear()
    return [(rows[one.subject_id].subject, one.total) for one in told]


def test_new_unread_mail_in_the_inbox_is_told_once(desk: Desk) -> None:
    desk.sync()
    assert arrivals(desk) == [], "a mailbox that is read for the first time has nothing new"
    for number in (6, 7):
        desk.inbox.add(raw(number), when=NOW)
    desk.sync()
    assert arrivals(desk) == [("Thu 7", 2)]
    desk.inbox.add(raw(8), Flag.SEEN, when=NOW)  # read elsewhere already
    desk.sync()
    desk.sync(b"Sent")
    desk.sent.add(raw(9), when=NOW)
    desk.sync(b"Sent")
    assert arrivals(desk) == []


def test_what_comes_back_into_the_inbox_is_not_new(desk: Desk) -> None:
    desk.sync()
    desk.sync(b"Sent")
    session = desk.server.session()
    session.select(b"INBOX")
    session.move([3], b"Sent")
    desk.sync()
    desk.sync(b"Sent")
    session.select(b"Sent")
    session.move(session.search_uids(1, 99), b"INBOX")
    desk.sync(b"Sent")
    desk.sync()
    assert len(desk.subjects()) == 5
    assert arrivals(desk) == []


def test_flags_changed_elsewhere_arrive(desk: Desk) -> None:
    desk.sync()
    desk.inbox.messages[1].flags.add("\\Seen")
    assert desk.sync()
    assert desk.store.server_flags(desk.number())[1] == 1


def test_our_flag_change_reaches_the_server_before_its_flags_are_read(desk: Desk) -> None:
    desk.sync()
    desk.operations.change_flag(b"INBOX", 1, 3, "<3@x>", Flag.SEEN, present=True)
    desk.sync()
    assert desk.inbox.messages[3].flags == {"\\Seen"}
    assert desk.operations.pending() == ()
    assert desk.store.server_flags(desk.number())[3] == 1


def test_a_flag_change_outlives_a_lost_link(desk: Desk) -> None:
    desk.sync()
    desk.operations.change_flag(b"INBOX", 1, 3, "<3@x>", Flag.SEEN, present=True)
    desk.server.fail_on["store_flags"] = ConnectionLost(host="x")
    with pytest.raises(ConnectionLost):
        desk.sync()
    assert len(desk.operations.pending()) == 1


def test_a_uidvalidity_change_keeps_rows_bodies_and_pending_changes(desk: Desk) -> None:
    desk.sync()
    desk.fetch_bodies(10)
    before = list(desk.reader.row_ids(desk.number()))
    desk.operations.change_flag(b"INBOX", 1, 3, "<3@x>", Flag.FLAGGED, present=True)
    messages = list(desk.inbox.messages.values())
    desk.inbox.uidvalidity, desk.inbox.uidnext = 2, 106
    desk.inbox.messages = {100 + number: message for number, message in enumerate(messages, 1)}
    assert desk.sync()
    assert list(desk.reader.row_ids(desk.number())) == before
    assert all(row.body_path for row in desk.reader.rows(before).values())
    desk.sync()
    assert desk.inbox.messages[103].flags == {"\\Flagged"}


def test_a_change_to_a_message_that_is_gone_is_parked(desk: Desk) -> None:
    desk.sync()
    desk.operations.change_flag(b"INBOX", 99, 3, "<gone@x>", Flag.SEEN, present=True)
    desk.sync()
    sync.settle_strays(desk.work())
    assert desk.operations.pending() == ()
    assert len(desk.operations.parked()) == 1


def test_bodies_are_on_the_disk_before_their_event(desk: Desk) -> None:
    desk.sync()
    desk.events.clear()
    desk.fetch_bodies(2)
    assert [event.kind for event in desk.events] == [EventKind.BODY, EventKind.BODY]
    row = desk.reader.row(desk.events[0].subject_id)
    assert row is not None
    assert desk.objects.get(row.body_path) == raw(5)


def test_a_server_with_qresync_tells_all_at_once(desk: Desk) -> None:
    desk.server.condstore, desk.server.extensions = True, frozenset({"QRESYNC", "MOVE", "UIDPLUS"})
    desk.sync()
    del desk.inbox.messages[2]
    desk.inbox.messages[4].flags.add(Flag.FLAGGED)
    desk.inbox.touch(4)
    desk.inbox.add(raw(6))
    assert desk.sync()
    assert desk.store.server_flags(desk.number()) == {1: 0, 3: 0, 4: 4, 5: 0, 6: 0}
    asked = [call for call in desk.server.calls if call.startswith(("fetch", "search"))]
    assert asked == ["fetch_headers 6:*"]


def test_what_a_server_with_qresync_keeps_to_itself_is_found_and_told(desk: Desk) -> None:
    """The kill switch: it said all there was to say, and yet the numbers do not add up."""
    desk.server.condstore, desk.server.extensions = True, frozenset({"QRESYNC", "MOVE", "UIDPLUS"})
    desk.sync()
    desk.fetch_bodies(10)
    del desk.inbox.messages[2]
    desk.inbox.forgetful = True
    assert desk.sync()
    assert desk.uids() == {1, 3, 4, 5}
    assert desk.broken == ["vanished-untold"]
    kept = desk.cache.rows("SELECT body_path FROM message WHERE uid IS NULL")
    assert [path for (path,) in kept if path], "the body is kept until it is certain that it is gone"


def test_a_flag_taken_while_flags_were_read_is_not_lost_to_the_older_answer(desk: Desk) -> None:
    desk.sync()
    desk.operations.change_flag(b"INBOX", 1, 3, "<3@x>", Flag.SEEN, present=True)
    (pending,) = desk.operations.pending()
    desk.operations.failed([pending.operation_id], "server-busy", "", NOW + timedelta(minutes=10))

    def other_connection() -> None:
        # The foreground's: it stores the flag after the server has made up its answer.
        desk.store.update_flags(desk.number(), {3: 1})
        desk.operations.done([pending.operation_id])

    desk.server.after_flags = other_connection
    desk.sync()
    assert desk.store.server_flags(desk.number())[3] == 1


def test_progress_counts_what_is_here_already(desk: Desk) -> None:
    desk.stopping = True
    desk.sync()
    desk.stopping = False
    desk.events.clear()
    desk.sync()
    told = [(one.done, one.total) for one in desk.events if one.kind is EventKind.PROGRESS]
    assert told == [(4, 5), (5, 5)]


LARGE = raw(9) + b"".join(b"%075d\r\n" % number for number in range(40_000))


def large(desk: Desk) -> Location:
    desk.inbox.add(LARGE, when=NOW + timedelta(hours=1))
    desk.sync()
    ((row_id, _),) = desk.store.without_body(desk.number(), NOW - timedelta(days=9), 1)
    place = desk.store.locate(row_id)
    assert place is not None
    assert place.size == len(LARGE)
    return place


def bodies(desk: Desk, told: list[tuple[int, int]], quirks: Quirks | None = None) -> sync_bodies.BodyWork:
    desk.server.quirks = quirks or Quirks()
    session = desk.server.session()
    session.select(b"INBOX")
    return sync_bodies.BodyWork(
        session,
        desk.store,
        desk.objects,
        lambda: desk.stopping,
        lambda done, total: told.append((done, total)),
    )


def test_a_large_message_goes_on_where_the_link_broke(desk: Desk) -> None:
    place = large(desk)
    told: list[tuple[int, int]] = []
    desk.server.fail_on["fetch_part 917504"] = ConnectionLost(host="x")
    with pytest.raises(ConnectionLost):
        sync_bodies.fetch_body(bodies(desk, told), place)
    assert told[-1] == (917_504, len(LARGE))
    desk.server.calls.clear()
    path = sync_bodies.fetch_body(bodies(desk, told), place)
    assert desk.objects.get(path) == LARGE
    assert "fetch_part 0" not in desk.server.calls
    assert not list((desk.cache.path.parent / "partial").iterdir())


def test_a_message_that_is_made_up_anew_is_begun_anew(desk: Desk) -> None:
    """Exchange converts at every fetch: halves of two conversions are no message."""
    place = large(desk)
    desk.objects.partial(place.mailbox_id, place.uidvalidity, place.uid).append(b"something else" * 90_000)
    assert desk.objects.get(sync_bodies.fetch_body(bodies(desk, []), place)) == LARGE


def test_pieces_of_another_length_than_announced_are_thrown_away(desk: Desk) -> None:
    place = replace(large(desk), size=len(LARGE) - 1)
    desk.server.calls.clear()
    assert desk.objects.get(sync_bodies.fetch_body(bodies(desk, []), place)) == LARGE
    assert desk.server.calls[-1] == "fetch_body"
    desk.server.calls.clear()
    inexact = Quirks(exact_size=False)
    assert desk.objects.get(sync_bodies.fetch_body(bodies(desk, [], inexact), place)) == LARGE
    assert desk.server.calls[-1].startswith("fetch_part")


def test_a_server_that_is_wrong_about_parts_is_asked_for_the_whole(desk: Desk) -> None:
    place = large(desk)
    desk.server.calls.clear()
    path = sync_bodies.fetch_body(bodies(desk, [], Quirks(partial_fetch=False)), place)
    assert desk.objects.get(path) == LARGE
    assert not [call for call in desk.server.calls if call.startswith("fetch_part")]


def test_a_whole_message_goes_to_the_disk_as_it_comes_and_tells(desk: Desk) -> None:
    place, told = large(desk), list[tuple[int, int]]()
    work = bodies(desk, told, Quirks(partial_fetch=False))
    assert desk.objects.get(sync_bodies.fetch_body(work, place)) == LARGE
    assert told == [(done, len(LARGE)) for done in range(1_000_000, len(LARGE), 1_000_000)]
    assert not list((desk.cache.path.parent / "partial").iterdir())


def test_ending_the_engine_ends_a_whole_message_and_leaves_nothing_of_it(desk: Desk) -> None:
    place = large(desk)
    work = bodies(desk, [], Quirks(partial_fetch=False))
    desk.stopping = True
    with pytest.raises(Cancelled):
        sync_bodies.fetch_body(work, place)
    assert not list((desk.cache.path.parent / "partial").glob("*"))


def test_large_ones_of_a_server_without_parts_are_not_asked_for_ahead(desk: Desk) -> None:
    place = large(desk)
    desk.server.quirks = Quirks(partial_fetch=False)
    desk.server.calls.clear()
    desk.fetch_bodies(1)
    found = desk.store.locate(place.row_id)
    assert found is not None
    assert desk.objects.get(found.body_path) == LARGE
    assert [one for one in desk.server.calls if one.startswith("fetch_bod")] == ["fetch_body"]


def test_rows_that_point_to_their_files_are_written_together(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    uids = [desk.inbox.add(raw(number), when=NOW + timedelta(minutes=number)) for number in range(50)]
    desk.sync()
    together: list[int] = []
    really = desk.store.set_bodies

    def set_bodies(found: Sequence[StoredBody]) -> None:
        assert all(desk.objects.file(one.path).is_file() for one in found)
        really(found)
        together.append(len(found))

    monkeypatch.setattr(desk.store, "set_bodies", set_bodies)
    monkeypatch.setattr(sync_bodies, "_WAIT_SECONDS", 1e9)
    desk.server.always["fetch_body", uids[-5]] = ConnectionLost(host="x")
    with pytest.raises(ConnectionLost):
        desk.fetch_bodies(50)
    # The newest come first, and are kept.
    assert together == [4]
    desk.server.always.clear()
    desk.events.clear()
    desk.fetch_bodies(46)
    assert together == [4, 20, 20, 6]
    assert [one.kind for one in desk.events] == [EventKind.BODY] * 46


def test_over_a_slow_line_what_came_is_here_soon(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        desk.inbox.add(raw(number), when=NOW)
    desk.sync()
    monkeypatch.setattr(sync_bodies, "_WAIT_SECONDS", -1)
    together: list[int] = []
    monkeypatch.setattr(desk.store, "set_bodies", lambda some: together.append(len(some)))
    desk.fetch_bodies(3)
    assert together == [1, 1, 1]


def test_ending_the_engine_keeps_what_has_come(desk: Desk) -> None:
    place = large(desk)
    work = bodies(desk, [])
    desk.stopping = True
    with pytest.raises(Cancelled):
        sync_bodies.fetch_body(work, place)
    assert desk.objects.partial(place.mailbox_id, place.uidvalidity, place.uid).size() > 0


@pytest.fixture
def sealed_desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "sealed", Vault(tmp_path / "sealed", new_key()))


def spoil(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def test_a_large_message_whose_first_piece_the_disk_has_spoiled_is_fetched_whole(sealed_desk: Desk) -> None:
    """What was verified of it is its end, where it is gone on with."""
    desk = sealed_desk
    place = large(desk)
    here = desk.objects.partial(place.mailbox_id, place.uidvalidity, place.uid)
    for start in range(0, 2_000_000, 500_000):
        here.append(LARGE[start : start + 500_000])
    spoil(next((desk.cache.path.parent / "partial").iterdir()), 5000)
    path = sync_bodies.fetch_body(bodies(desk, []), place)
    assert desk.objects.get(path) == LARGE
    assert here.size() == 0
    found = desk.store.locate(place.row_id)
    assert found is not None
    assert found.body_path == path


def test_a_large_message_that_lies_here_spoiled_is_here_again(sealed_desk: Desk) -> None:
    desk = sealed_desk
    place = large(desk)
    desk.objects.put(LARGE)
    spoil(next((desk.cache.path.parent / "objects").glob("*/*")), 9000)
    assert desk.objects.get(sync_bodies.fetch_body(bodies(desk, []), place)) == LARGE


def test_what_another_thread_fetches_in_pieces_is_fetched_whole(desk: Desk) -> None:
    """Somebody opens what the background is at: two that append to one file spoil it for both."""
    place = large(desk)
    here = desk.objects.partial(place.mailbox_id, place.uidvalidity, place.uid)
    with desk.objects.claimed(here):
        here.append(LARGE[:1000])
        desk.server.calls.clear()
        assert desk.objects.get(sync_bodies.fetch_body(bodies(desk, []), place)) == LARGE
    assert not [call for call in desk.server.calls if call.startswith("fetch_part")]
    assert here.size() == 1000


def test_a_large_first_look_can_be_searched_when_it_is_done(desk: Desk) -> None:
    for number in range(6, 600):
        desk.inbox.add(raw(number), when=NOW + timedelta(minutes=number))
    desk.server.batch = 500
    desk.sync()
    assert len(desk.reader.row_ids(desk.number(), "thu")) == 599
    assert len(desk.reader.row_ids(desk.number(), "thu 417")) == 1


def test_one_message_that_was_missed_and_one_that_went_do_not_make_up_for_each_other(desk: Desk) -> None:
    desk.sync()
    desk.cache.run("DELETE FROM message WHERE uid = 4")  # its answer could not be read
    del desk.inbox.messages[2]
    desk.sync()
    assert desk.uids() == set(desk.inbox.messages)
