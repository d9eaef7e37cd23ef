"""When an account's drafts go up, on the whole engine and a server in memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.errors import ConnectionLost, QuotaExceeded, ServerBusy
from client.model.address import MailAddress
from client.model.event import Event, EventKind
from client.model.mailbox import SpecialUse
from client.model.outgoing import Draft, OutgoingMessage
from client.model.server_draft import Held, Standing
from client.services import engine_drafts
from client.services.engine_drafts import UPLOAD_AFTER
from client.services.engine_setup import Report
from client.store.drafts import Drafts
from client.store.outbox import Outbox
from client.store.server_drafts import ServerDrafts
from tests.fakes.account_office import PATIENCE_S, Office, until
from tests.fakes.imap import FakeMailbox

DRAFT = Draft("d1", "an", "<final@x.vn>", MailAddress("an@x.vn"), subject="Nháp", body="x")


class Writer:
    """The window's side; what it writes was written ``ago``."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.ago = timedelta(0)
        self.drafts = Drafts(office.ledger, self.now)
        self.known = ServerDrafts(office.ledger, self.now)
        self.box = office.server.mailboxes.setdefault(b"Drafts", FakeMailbox(SpecialUse.DRAFTS))

    def now(self) -> datetime:
        return datetime.now(UTC) - self.ago

    def write(self, draft: Draft = DRAFT) -> None:
        self.known.judge(draft.draft_id, self.drafts.save(draft), Held.NO)

    def standing(self) -> Standing:
        return self.known.standings(allowed=True)["d1"].standing


def kinds(seen: list[Report]) -> set[EventKind]:
    return {one.kind for one in seen if isinstance(one, Event)}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.close()


@pytest.fixture
def writer(office: Office) -> Writer:
    return Writer(office)


def test_a_change_waits_for_more_and_then_goes_up(office: Office, writer: Writer) -> None:
    writer.write()
    office.engine.start()
    until(office, lambda: "idle" in office.server.calls)
    assert "append" not in office.server.calls
    writer.ago = UPLOAD_AFTER
    writer.write(Draft("d2", "an", "<2@x.vn>", MailAddress("an@x.vn"), subject="Cũ hơn"))
    office.engine.drafts_changed()
    until(office, lambda: len(writer.box.messages) == 1)
    (message,) = writer.box.messages.values()
    assert b"Subject: =?utf-8" in message.raw
    assert writer.standing() is Standing.WAITING


def test_within_a_minute_of_the_first_change_whatever_is_typed_meanwhile(
    office: Office, writer: Writer
) -> None:
    writer.ago = UPLOAD_AFTER
    writer.write()
    writer.ago = timedelta(0)
    writer.write(Draft("d1", "an", "<final@x.vn>", MailAddress("an@x.vn"), subject="Nháp", body="xy"))
    office.engine.start()
    until(office, lambda: writer.standing() is Standing.UPLOADED)
    assert timedelta(seconds=50) >= UPLOAD_AFTER  # saving and checking take some of the minute


def test_a_closed_window_does_not_wait(office: Office, writer: Writer) -> None:
    writer.write()
    office.engine.start()
    writer.known.hurry("d1")
    office.engine.drafts_changed()
    until(office, lambda: writer.standing() is Standing.UPLOADED)
    assert len(writer.box.messages) == 1


def test_what_fails_is_no_account_s_problem_and_is_tried_again(office: Office, writer: Writer) -> None:
    writer.write()
    writer.known.hurry("d1")
    office.server.fail_on["append"] = ServerBusy(host="fake", reply="bận")
    office.engine.start()
    seen = until(office, lambda: writer.standing() is Standing.FAILED)
    seen += until(office, lambda: "idle" in office.server.calls)
    while EventKind.DRAFTS not in kinds(seen):
        seen.append(office.events.get(timeout=PATIENCE_S))
    assert EventKind.ACCOUNT_PROBLEM not in kinds(seen)
    (waiting,) = writer.known.wanted("an")
    assert waiting.not_before is not None
    assert waiting.not_before > datetime.now(UTC) - timedelta(seconds=PATIENCE_S)
    office.engine.sync_now()  # somebody does not want to wait
    until(office, lambda: writer.standing() is Standing.UPLOADED)


def test_no_room_is_told_and_not_asked_again_before_the_draft_is_another_one(
    office: Office, writer: Writer
) -> None:
    writer.write()
    writer.known.hurry("d1")
    office.server.fail_on["append"] = QuotaExceeded(mailbox="", reply="[OVERQUOTA] full")
    office.engine.start()
    until(office, lambda: writer.standing() is Standing.PARKED)
    office.server.calls.clear()
    office.engine.sync_now()
    until(office, lambda: "idle" in office.server.calls)
    assert "append" not in office.server.calls
    writer.write(Draft("d1", "an", "<final@x.vn>", MailAddress("an@x.vn"), subject="Ngắn hơn"))
    writer.known.hurry("d1")
    office.engine.drafts_changed()
    until(office, lambda: writer.standing() is Standing.UPLOADED)


def test_a_server_that_cannot_be_reached_costs_a_draft_nothing(office: Office, writer: Writer) -> None:
    writer.write()
    writer.known.hurry("d1")
    office.refusal = ConnectionLost(host="fake")
    office.engine.start()
    until(office, lambda: writer.standing() is Standing.FAILED)
    office.refusal = None
    office.engine.reconnect()
    until(office, lambda: writer.standing() is Standing.UPLOADED)


def test_a_deleted_copy_is_noticed_by_the_look_at_the_mailbox(office: Office, writer: Writer) -> None:
    writer.write()
    writer.known.hurry("d1")
    office.engine.start()
    until(office, lambda: writer.standing() is Standing.UPLOADED)
    office.engine.sync_now()
    until(office, lambda: "idle" in office.server.calls)
    writer.box.messages.clear()
    office.engine.sync_now()
    until(office, lambda: writer.standing() is Standing.GONE)
    assert writer.drafts.load("d1") == DRAFT
    assert writer.box.messages == {}


def test_a_sent_letter_s_draft_leaves_the_server(office: Office, writer: Writer) -> None:
    writer.write()
    writer.known.hurry("d1")
    office.engine.start()
    until(office, lambda: writer.standing() is Standing.UPLOADED)
    raw = b"From: an@x.vn\r\nMessage-ID: <final@x.vn>\r\n\r\nx\r\n"
    Outbox(office.ledger, writer.now).enqueue(
        OutgoingMessage("an", "<final@x.vn>", "an@x.vn", ("b@x.vn",), raw, draft_id="d1")
    )
    office.engine.outbox_changed()
    until(office, lambda: not writer.box.messages and writer.drafts.load("d1") is None)
    assert office.submissions == 1


def test_there_are_never_more_than_three_connections(office: Office, writer: Writer) -> None:
    for number in range(5):
        writer.write(Draft(f"n{number}", "an", f"<n{number}@x>", MailAddress("an@x.vn"), subject=str(number)))
        writer.known.hurry(f"n{number}")
        raw = f"Message-ID: <s{number}@x>\r\n\r\nx\r\n".encode()
        Outbox(office.ledger, writer.now).enqueue(
            OutgoingMessage("an", f"<s{number}@x>", "an@x.vn", ("b@x.vn",), raw)
        )
    office.engine.start()
    until(office, lambda: len(writer.box.messages) == 5 and office.server.calls.count("append") == 10)
    assert office.server.most_open <= 3


def test_a_slow_line_is_not_filled_with_one_draft(
    office: Office, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_drafts, "UPLOAD_AFTER", timedelta(0))
    add = writer.box.add

    def slow(raw: bytes, *flags: str, when: datetime | None = None) -> int:
        time.sleep(0.05)  # what an upload takes
        return add(raw, *flags, when=when)

    writer.box.add = slow  # type: ignore[method-assign] # the line, not the mailbox
    writer.write()
    office.engine.start()
    until(office, lambda: writer.standing() is Standing.UPLOADED)
    uploads = office.engine._drafts
    until(office, lambda: uploads._not_before.get("d1", 0.0) > 0)  # it is noted after the upload
    writer.write(Draft("d1", "an", "<final@x.vn>", MailAddress("an@x.vn"), subject="Nháp 2"))
    (waiting,) = writer.known.wanted("an")
    uploads._not_before["d1"] = time.monotonic() + 100
    assert uploads._wait(waiting) > 50
    writer.known.hurry("d1")
    (waiting,) = writer.known.wanted("an")
    assert uploads._wait(waiting) <= 0
