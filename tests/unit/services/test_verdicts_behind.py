"""The background's order, economy and endurance; what it finds is held by tests/flows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import pytest

from client.errors import StorageFailed, WorkshopLost
from client.model.at_rest import Readable
from client.model.event import Event, EventKind
from client.model.evidence import Basis, Gathered, Origin, Record, UsedRevocation
from client.model.known_verdict import MOST_FAILURES, Ground
from client.model.mailbox import MessageRow
from client.model.trust import RevocationDemand
from client.model.verdict import Coverage, Display, Indication, VerificationReport
from client.services import verdicts_behind
from client.services.checking_behind import promising
from client.services.requests import TrustSources
from client.services.revocation_office import RENEWED
from client.services.tasks import EndableLane
from client.services.verdict_book import VerdictBook
from client.services.verdict_ground import GroundKeeper
from client.services.verdicts_behind import BehindWork, VerdictsBehind
from client.store.signable import Signable
from client.store.verdicts import Verdicts

T = TypeVar("T")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PATIENCE_S = 20
SIGNED = b"Content-Type: multipart/signed; protocol=application/pkcs7-signature\r\n\r\n"


class Lane:
    """Answers at once; `abandon` is counted."""

    def __init__(self) -> None:
        self.ended = 0
        self.sound = True

    def submit(self, work: Callable[..., T], *args: object) -> Future[T]:
        future: Future[T] = Future()
        if not self.sound:
            future.set_exception(WorkshopLost(reason="process-ended"))
        elif work is promising:
            future.set_result(work(*args))  # type: ignore[arg-type] # the paths
        else:
            future.set_result(None)  # type: ignore[arg-type] # a workshop warmed up
        return future

    def abandon(self) -> None:
        self.ended += 1

    def close(self) -> None:
        """Nothing to let go of."""


class Reader:
    """The rows of one account."""

    def __init__(self) -> None:
        self.rows: list[Signable] = []
        self.broken = False

    def signable(self) -> list[Signable]:
        if self.broken:
            raise StorageFailed(path="cache.db", reason="access")
        return list(self.rows)

    def close(self) -> None:
        """Nothing to let go of."""


class Room:
    """The background on made-up messages; ``judged`` are their names in the order of judging."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("trust", "crls"):
            (folder / name).mkdir()
        (folder / "crls" / "a.crl").write_bytes(b"monday")
        self.now = NOW
        self.sources = TrustSources((folder / "trust",), (folder / "crls",))
        self.reader, self.lane = Reader(), Lane()
        self.events: list[Event] = []
        self.judged: list[str] = []
        self.names: dict[str, str] = {}
        self.fatal: set[str] = set()
        self.slow: set[str] = set()
        self.secret: set[str] = set()
        self.words: dict[str, Indication] = {}
        self.kept: list[str] = []
        self.changed = threading.Condition()
        self.hold = threading.Event()
        self.hold.set()
        self.open()

    def open(self, software: str = "1") -> None:
        """A new start of the program."""
        keeper = GroundKeeper(self.sources, software, "hcm 1")
        self.book = VerdictBook(Verdicts(self.folder / "verdicts.db"), keeper, lambda: self.now)
        self.behind = VerdictsBehind(self.book, self.judge, self.keep, lambda: self.now, patience=0.3)

    def begin(self) -> None:
        work = BehindWork({"an": self.reader}, lambda _, one: self.folder / one, lambda: self.lane, self.tell)  # type: ignore[dict-item] # as much of a reader as is asked for
        self.behind.begin(work)

    def add(
        self, name: str, row_id: int, *, mailbox_id: int = 1, promises: bool = True, raw: bytes = SIGNED
    ) -> None:
        content = raw + name.encode()
        digest = sha256(content).hexdigest()
        path = f"objects/{digest[:2]}/{digest[2:]}.eml"
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_bytes(content)
        self.names[digest] = name
        self.reader.rows.append(Signable(row_id, mailbox_id, path, row_id, promises))

    def judge(self, _lane: EndableLane, _place: tuple[int, int], path: Readable) -> Future[Gathered | None]:
        self.hold.wait(PATIENCE_S)
        digest = path.parent.name + path.stem if isinstance(path, Path) else ""
        name = self.names[digest]
        self.judged.append(name)
        future: Future[Gathered | None] = Future()
        if name in self.slow:
            return future
        if name in self.fatal:
            future.set_exception(WorkshopLost(reason="process-ended"))
        else:
            future.set_result(None if name in self.secret else self.found(digest, name))
        return future

    def found(self, digest: str, name: str) -> Gathered:
        indication = self.words.get(name, Indication.TOTAL_PASSED)
        crl = UsedRevocation("r", "crl", Origin.OFFICE, next_update=self.now + timedelta(days=1))
        basis = Basis(self.now, RevocationDemand.REQUIRE, revocations=(crl,))
        return Gathered(VerificationReport(name, indication, Coverage.WHOLE), digest, Record(basis, 1))

    def keep(self, _place: tuple[int, int], _path: Readable, found: Gathered, ground: Ground) -> None:
        self.kept.append(self.names[found.sha256])
        self.book.note(found, ground)

    def tell(self, event: Event) -> None:
        with self.changed:
            self.events.append(event)
            self.changed.notify_all()

    def until(self, look: Callable[[], object]) -> None:
        """Looks after each event, and now and then for what no event tells."""
        end = time.monotonic() + PATIENCE_S
        while not look():
            assert time.monotonic() < end, (self.judged, self.events)
            with self.changed:
                self.changed.wait(0.02)

    def told(self) -> list[int]:
        return [one.subject_id for one in self.events if one.subject_id]

    def failures(self, name: str) -> int:
        digest = next(one for one, known in self.names.items() if known == name)
        store = Verdicts(self.folder / "verdicts.db")
        try:
            known = store.known([digest]).get(digest)
        finally:
            store.close()
        return known.failures if known is not None else 0

    def word(self, row_id: int) -> Display | str | None:
        path = next(one.body_path for one in self.reader.rows if one.row_id == row_id)
        row: Any = MessageRow(row_id, 1, 1, "", "", "", "", NOW, 1, False, False, False, True, True, "", path)
        return self.behind.words([row]).get(row_id, "never checked")


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setattr(verdicts_behind, "PLAN_AGAIN_S", 0.0)
    made = Room(tmp_path)
    yield made
    made.hold.set()
    made.behind.close()


def test_the_newest_is_checked_first_and_every_row_is_told(room: Room) -> None:
    for row_id in (2, 5, 3, 1, 4):
        room.add(f"m{row_id}", row_id)
    room.begin()
    room.until(lambda: len(room.told()) == 5)
    assert room.judged == ["m5", "m4", "m3", "m2", "m1"]
    assert room.told() == [5, 4, 3, 2, 1]
    last = next(one for one in reversed(room.events) if one.subject_id)
    assert (last.kind, last.done, last.total) == (EventKind.JUDGED, 5, 5)
    assert room.word(3) is Display.VALID


def test_the_same_bytes_in_two_mailboxes_are_checked_once_and_told_twice(room: Room) -> None:
    room.add("m", 1)
    room.add("m", 2, mailbox_id=9)
    room.begin()
    room.until(lambda: sorted(room.told()) == [1, 2])
    assert room.judged == ["m"]


def test_another_start_checks_nothing_again(room: Room) -> None:
    room.add("m", 1)
    room.begin()
    room.until(lambda: room.told())
    room.behind.close()
    room.open()
    # Until what verdicts rest on was looked at, nothing is green.
    assert room.word(1) is None
    room.events.clear()
    room.begin()
    room.until(lambda: room.events)
    assert room.word(1) is Display.VALID
    assert room.judged == ["m"]


def test_new_lists_take_the_green_away_at_once_and_are_judged_on(room: Room) -> None:
    room.add("good", 1)
    room.add("bad", 2)
    room.words["bad"] = Indication.TOTAL_FAILED
    room.begin()
    room.until(lambda: len(room.told()) == 2)
    room.hold.clear()
    (room.folder / "crls" / "a.crl").write_bytes(b"tuesday")
    assert room.word(1) is None
    assert room.word(2) is Display.INVALID
    room.words["good"] = Indication.TOTAL_FAILED  # the new list says: revoked
    room.behind.listen(Event(EventKind.REVOCATION, code=RENEWED))
    room.hold.set()
    room.until(lambda: len(room.told()) == 4)
    assert room.judged == ["bad", "good", "bad", "good"]
    assert room.word(1) is Display.INVALID


def test_another_anchor_is_another_ground_and_the_same_list_written_anew_is_not(room: Room) -> None:
    room.add("m", 1)
    room.begin()
    room.until(lambda: room.told())
    (room.folder / "crls" / "a.crl").write_bytes(b"monday")
    (room.folder / "crls" / "a.crl").rename(room.folder / "crls" / "b.crl")
    before = len(room.events)
    room.behind.listen(Event(EventKind.TRUST))
    room.until(lambda: room.word(1) is Display.VALID or len(room.events) > before)
    assert room.judged == ["m"]
    (room.folder / "trust" / "new.pem").write_bytes(b"anchor")
    room.behind.listen(Event(EventKind.TRUST))
    room.until(lambda: len(room.told()) == 2)
    assert room.judged == ["m", "m"]


def test_a_list_that_runs_out_is_noticed(room: Room) -> None:
    room.add("m", 1)
    room.begin()
    room.until(lambda: room.told())
    room.now += timedelta(days=2)
    assert room.word(1) is None
    room.behind.listen(Event(EventKind.ACCOUNT_OK))
    room.until(lambda: len(room.told()) == 2)
    assert room.word(1) is Display.VALID


@pytest.mark.parametrize("how", ["fatal", "slow"])
def test_a_message_that_ends_the_workshop_costs_itself_and_is_not_tried_for_ever(
    room: Room, how: str
) -> None:
    for row_id in (1, 2, 3):
        room.add(f"m{row_id}", row_id)
    getattr(room, how).add("m2")
    for run in range(1, MOST_FAILURES + 3):
        room.events.clear()
        room.begin()
        room.until(lambda: room.events)
        wanted = min(run, MOST_FAILURES)
        room.until(lambda wanted=wanted: room.failures("m2") == wanted and len(room.kept) == 2)  # type: ignore[misc] # bound now
        room.until(lambda: room.behind.progress().total == 0)
        room.behind.close()
        room.open()
    assert room.judged.count("m2") == MOST_FAILURES
    assert (room.judged.count("m1"), room.judged.count("m3")) == (1, 1)
    assert room.word(2) == "never checked"


def test_a_workshop_that_does_not_start_is_no_messages_fault(room: Room) -> None:
    room.add("m", 1)
    room.fatal.add("m")
    room.lane.sound = False
    room.begin()
    room.until(lambda: room.lane.ended == 0 and room.judged and room.behind.progress().total == 0)
    room.behind.close()
    digest = next(iter(room.names))
    room.open()
    assert digest not in Verdicts(room.folder / "verdicts.db").known([digest])


def test_a_marked_message_is_left_alone(room: Room) -> None:
    room.add("m", 1)
    room.secret.add("m")
    room.begin()
    room.until(lambda: room.told())
    assert room.kept == []
    assert room.word(1) == "never checked"
    room.behind.listen(Event(EventKind.BODY))
    room.add("other", 2)
    room.behind.listen(Event(EventKind.BODY))
    room.until(lambda: 2 in room.told())
    assert room.judged.count("m") == 1


def test_what_promises_nothing_is_looked_through_and_a_signed_part_inside_is_found(room: Room) -> None:
    room.add("plain", 1, promises=False, raw=b"Subject: x\r\n\r\nKinh gui")
    room.add("inside", 2, promises=False, raw=b"Content-Type: multipart/mixed\r\n\r\n--a\r\n" + SIGNED)
    room.add("promised", 3)
    room.begin()
    room.until(lambda: len(room.told()) == 2)
    assert room.judged == ["promised", "inside"]
    room.until(lambda: room.word(1) is Display.NONE)


def test_paused_it_begins_nothing_and_goes_on_when_asked(room: Room) -> None:
    for row_id in (1, 2, 3):
        room.add(f"m{row_id}", row_id)
    room.behind.pause(paused=True)
    room.begin()
    room.until(lambda: room.behind.progress().total == 3)
    assert room.behind.progress().is_paused
    assert room.judged == []
    room.behind.pause(paused=False)
    room.until(lambda: len(room.told()) == 3)
    assert room.behind.progress().total == 0


def test_closing_ends_the_check_under_way_without_blame(room: Room) -> None:
    room.add("m", 1)
    room.slow.add("m")
    room.begin()
    room.until(lambda: room.judged)
    room.behind.close()
    assert room.lane.ended >= 1
    digest = next(iter(room.names))
    assert digest not in Verdicts(room.folder / "verdicts.db").known([digest])


def test_a_file_that_is_not_what_its_name_says_gets_no_word(room: Room) -> None:
    room.add("m", 1)
    honest = room.found
    room.found = lambda digest, name: replace(honest(digest, name), sha256="0" * 64)  # type: ignore[method-assign]
    room.begin()
    room.until(lambda: room.told())
    assert room.kept == []
    assert room.word(1) == "never checked"


def test_a_broken_cache_does_not_end_it(room: Room) -> None:
    room.add("m", 1)
    room.reader.broken = True
    room.begin()
    room.until(lambda: room.events)
    room.reader.broken = False
    room.behind.listen(Event(EventKind.ACCOUNT_OK))
    room.until(lambda: room.told())


def test_a_spoiled_file_of_verdicts_costs_checking_again(room: Room) -> None:
    room.add("m", 1)
    room.begin()
    room.until(lambda: room.told())
    room.behind.close()
    (room.folder / "verdicts.db").write_bytes(b"x" * 5000)
    for suffix in ("-wal", "-shm"):
        (room.folder / f"verdicts.db{suffix}").unlink(missing_ok=True)
    room.open()
    room.begin()
    room.until(lambda: len(room.told()) == 2)
    assert room.judged == ["m", "m"]


def test_the_last_message_counts_until_it_is_done(room: Room) -> None:
    room.add("m", 1)
    room.hold.clear()
    room.begin()
    room.until(lambda: room.behind.progress().total == 1 and not room.behind._jobs)
    assert (room.behind.progress().done, room.behind.progress().total) == (0, 1)
    room.hold.set()
    room.until(room.told)
    room.until(lambda: room.behind.progress().total == 0)


def test_paused_with_work_left_it_sleeps_without_a_workshop(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdicts_behind, "_IDLE_S", 0.2)
    for row_id in (1, 2, 3):
        room.add(f"m{row_id}", row_id)
    room.hold.clear()
    room.begin()
    room.until(lambda: room.behind.progress().total == 3 and room.behind._checking)
    room.behind.pause(paused=True)
    room.hold.set()
    room.until(lambda: room.lane.ended == 1)
    room.now += timedelta(days=2)  # and what is known runs out meanwhile
    assert room.behind._rest_s() > 60
    assert room.judged == ["m3"]
    room.behind.pause(paused=False)
    room.until(lambda: {"m1", "m2"} <= set(room.judged))
