"""One thing that cannot be done holds up nothing else, for as long as it cannot be done."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.errors import ConnectionLost, ServerBusy
from client.model.event import Event, EventKind
from client.model.mailbox import SpecialUse, name_to_make
from client.model.message import Flag
from client.model.outgoing import OutboxState, OutgoingMessage
from client.services import engine_worker
from client.services.engine_setup import BodyFailed, BodyReady, FetchBody, Report
from client.store.operations import Operations
from client.store.outbox import Outbox
from tests.fakes.account_office import PATIENCE_S, Office, raw, until
from tests.fakes.imap import FakeMailbox

DENIED = ServerBusy(host="x", reply="[NOPERM] no right to read")


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(engine_worker, "BACK_OFF_SECONDS", (0.01,))
    monkeypatch.setattr(engine_worker, "STORAGE_SECONDS", 0.05)
    office = Office(tmp_path)
    yield office
    office.close()


def listed(office: Office) -> set[str]:
    cache = office.engine._context._cache
    return {row[0] for row in cache.rows("SELECT subject FROM message")} if cache is not None else set()


def bodies(office: Office) -> int:
    cache = office.engine._context._cache
    return len(cache.rows("SELECT 1 FROM message WHERE body_path <> ''")) if cache is not None else 0


def test_a_mailbox_that_may_not_be_read_holds_up_no_other(office: Office) -> None:
    office.server.mailboxes[b"Chung"] = FakeMailbox()
    for number, name in ((2, b"Moi"), (3, b"Trash")):
        box = office.server.mailboxes[name] = FakeMailbox()
        box.add(raw(number))
    office.server.always["select", b"Chung"] = DENIED
    office.engine.start()
    seen = until(
        office, lambda: listed(office) == {"Thu 1", "Thu 2", "Thu 3"} and "idle" in office.server.calls
    )
    # Never to be read: not worth a word. One that could be read before is.
    assert [one for one in events(seen) if one.kind is EventKind.ACCOUNT_PROBLEM] == []
    office.server.calls.clear()
    office.inbox.add(raw(4), when=datetime.now(UTC))
    until(office, lambda: "Thu 4" in listed(office))
    office.server.always["select", b"Moi"] = DENIED
    office.server.mailboxes[b"Moi"].add(raw(5))
    office.engine.sync_now()
    seen = []
    while not any(one.code == "mailbox-refused" for one in events(seen)):
        seen.append(office.events.get(timeout=PATIENCE_S))


def events(seen: list[Report]) -> list[Event]:
    return [one for one in seen if isinstance(one, Event)]


@pytest.mark.parametrize("error", [ConnectionLost(host="x"), DENIED, ZeroDivisionError("a bug")])
def test_a_message_that_cannot_be_fetched_holds_up_no_other(office: Office, error: Exception) -> None:
    for number in range(2, 6):
        office.inbox.add(raw(number), when=datetime.now(UTC))
    office.server.mailboxes[b"Sent"].add(raw(6), when=datetime.now(UTC))
    office.server.always["fetch_body", 4] = error
    office.engine.start()
    until(office, lambda: bodies(office) == 5 and "idle" in office.server.calls)
    assert office.server.calls.count("fetch_body") < 20
    assert "singly" in office.server.calls, "over a broken link others' answers are lost as well"


def test_fifty_messages_that_cannot_be_fetched_hide_no_older_one(office: Office) -> None:
    for number in range(2, 70):
        office.inbox.add(raw(number), when=datetime.now(UTC) - timedelta(minutes=70 - number))
    for uid in range(10, 70):
        office.server.always["fetch_body", uid] = DENIED
    office.engine.start()
    until(office, lambda: bodies(office) == 9)


@pytest.mark.parametrize("error", [ConnectionLost(host="x"), ConnectionLost(host="x", reason="protocol")])
def test_a_change_the_server_breaks_off_at_holds_up_no_mail_and_no_other_change(
    office: Office, error: Exception
) -> None:
    office.inbox.add(raw(2), when=datetime.now(UTC))
    office.engine.start()
    until(office, lambda: bodies(office) == 2 and "idle" in office.server.calls)
    operations = Operations(office.ledger, "an", lambda: datetime.now(UTC))
    office.server.always["store_flags", 1] = error
    for uid, flag in ((1, Flag.FLAGGED), (2, Flag.SEEN)):
        operations.change_flag(b"INBOX", 1, uid, f"<{uid}@x>", flag, present=True)
    office.engine.operations_changed()
    office.inbox.add(raw(3), when=datetime.now(UTC))
    until(office, lambda: bodies(office) == 3 and "\\Seen" in office.inbox.messages[2].flags)
    (left,) = operations.all()
    until(office, lambda: operations.all()[0].error_code == "connection-lost")
    assert left.uid == 1


def test_a_server_that_lists_no_inbox_is_not_asked_without_a_pause(office: Office) -> None:
    office.server.mailboxes.pop(b"INBOX")
    office.engine.start()
    until(office, lambda: "list_mailboxes" in office.server.calls)
    time.sleep(0.5)
    assert office.server.calls.count("list_mailboxes") < 5
    office.server.mailboxes[b"INBOX"] = office.inbox
    office.engine.sync_now()
    until(office, lambda: "Thu 1" in listed(office))


def test_a_folder_that_another_client_renames_keeps_its_rows_and_bodies(office: Office) -> None:
    box = office.server.mailboxes[b"Cu"] = FakeMailbox(SpecialUse.NONE, uidvalidity=7)
    box.add(raw(8), when=datetime.now(UTC))
    office.engine.start()
    until(office, lambda: bodies(office) == 2 and "idle" in office.server.calls)
    cache = office.engine._context._cache
    assert cache is not None
    before = cache.rows("SELECT row_id, body_path FROM message WHERE subject = 'Thu 8'")
    office.server.mailboxes[b"Moi"] = office.server.mailboxes.pop(b"Cu")
    office.server.calls.clear()
    office.engine.sync_now()
    until(office, lambda: "idle" in office.server.calls)
    sql = "SELECT row_id, body_path FROM message JOIN mailbox USING (mailbox_id) WHERE raw_name = ?"
    assert cache.rows(sql, (b"Moi",)) == before
    assert "fetch_body" not in office.server.calls


def test_a_list_without_folders_for_a_moment_costs_no_row_and_no_body(office: Office) -> None:
    office.server.mailboxes[b"Cu"] = FakeMailbox()
    office.server.mailboxes[b"Cu"].add(raw(8), when=datetime.now(UTC))
    office.engine.start()
    until(office, lambda: bodies(office) == 2 and "idle" in office.server.calls)
    cache = office.engine._context._cache
    assert cache is not None
    before = cache.rows("SELECT row_id, body_path FROM message ORDER BY 1")
    gone, office.server.mailboxes = office.server.mailboxes, {b"INBOX": office.inbox}
    office.server.calls.clear()
    office.engine.sync_now()
    until(office, lambda: "idle" in office.server.calls)
    office.server.mailboxes = gone
    office.server.calls.clear()
    office.engine.sync_now()
    until(office, lambda: "idle" in office.server.calls)
    assert cache.rows("SELECT row_id, body_path FROM message WHERE uid IS NOT NULL ORDER BY 1") == before
    assert "fetch_body" not in office.server.calls


def test_a_cache_that_cannot_be_opened_at_the_start_is_opened_when_it_can(office: Office) -> None:
    folder = office.engine._context._path.parent
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("a file where a folder should be")
    office.engine.start()
    until(office, lambda: True)
    folder.unlink()
    until(office, lambda: listed(office) == {"Thu 1"})


def test_on_a_server_that_keeps_everything_below_inbox_mailboxes_are_made_there() -> None:
    below = [b"INBOX", b"INBOX.Cong van", b"INBOX.Du an"]
    assert name_to_make(b"Sent", below) == b"INBOX.Sent"
    assert name_to_make(b"Trash", [b"Inbox/Du an"]) == b"Inbox/Trash"
    assert name_to_make(b"Sent", [b"INBOX"]) == b"Sent"
    assert name_to_make(b"Sent", [*below, b"Drafts"]) == b"Sent"
    assert name_to_make(b"Sent", [b"INBOX", b"Inboxes"]) == b"Sent"


def test_a_copy_at_which_the_server_breaks_off_holds_up_no_other_copy(office: Office) -> None:
    outbox = Outbox(office.ledger, lambda: datetime.now(UTC))
    office.server.always["append", raw(91)] = ConnectionLost(host="x")
    office.engine.start()
    sent = [
        outbox.enqueue(OutgoingMessage("an", f"<{n}@x>", "an@x.vn", ("b@x.vn",), raw(n))) for n in (91, 92)
    ]
    office.engine.outbox_changed()

    def states() -> list[OutboxState]:
        return [one.state for number in sent if (one := outbox.entry(number))]

    until(office, lambda: states() == [OutboxState.SUBMITTED, OutboxState.FILED])
    entry = outbox.entry(sent[0])
    assert entry is not None
    assert entry.error_code == "connection-lost"


def wait_for(office: Office, kind: type[BodyReady | BodyFailed]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not isinstance(office.events.get(timeout=PATIENCE_S), kind):
        assert time.monotonic() < end


def test_whoever_waits_for_a_body_is_answered_even_by_a_bug(office: Office) -> None:
    office.inbox.add(raw(2), when=datetime(2020, 1, 1, tzinfo=UTC))
    office.engine.start()
    until(office, lambda: bodies(office) == 1 and "idle" in office.server.calls)
    cache = office.engine._context._cache
    assert cache is not None
    ((row_id, mailbox_id),) = cache.rows("SELECT row_id, mailbox_id FROM message WHERE uid = 2")
    office.server.always["fetch_body", 2] = ZeroDivisionError("a bug")
    office.engine.fetch_body(FetchBody(mailbox_id, row_id))
    wait_for(office, BodyFailed)
    office.server.always.clear()
    office.engine.fetch_body(FetchBody(mailbox_id, row_id))
    wait_for(office, BodyReady)


def test_a_click_without_a_network_is_answered_though_changes_wait(office: Office) -> None:
    office.inbox.add(raw(2), when=datetime(2020, 1, 1, tzinfo=UTC))
    office.engine.start()
    until(office, lambda: bodies(office) == 1 and "idle" in office.server.calls)
    cache = office.engine._context._cache
    assert cache is not None
    ((row_id, mailbox_id),) = cache.rows("SELECT row_id, mailbox_id FROM message WHERE uid = 2")
    operations = Operations(office.ledger, "an", lambda: datetime.now(UTC))
    operations.change_flag(b"INBOX", 1, 1, "<1@x>", Flag.FLAGGED, present=True)
    office.refusal = ConnectionLost(host="x")
    office.engine.fetch_body(FetchBody(mailbox_id, row_id))
    wait_for(office, BodyFailed)
    office.refusal = None
    office.engine.operations_changed()
    until(office, lambda: operations.all() == ())


def test_a_computer_whose_clock_is_set_back_looks_for_mail_as_before(office: Office) -> None:
    office.server.mailboxes[b"Moi"] = FakeMailbox()
    office.engine._context.setup = replace(office.engine._context.setup, poll=timedelta(seconds=1))
    office.engine.start()
    until(office, lambda: "idle" in office.server.calls)
    office.engine._context.clock = lambda: datetime.now(UTC) - timedelta(days=400)
    office.server.mailboxes[b"Moi"].add(raw(7))
    until(office, lambda: "Thu 7" in listed(office))
    office.engine._context.clock = lambda: datetime.now(UTC) + timedelta(days=400)
    office.server.mailboxes[b"Moi"].add(raw(8))
    until(office, lambda: "Thu 8" in listed(office))
