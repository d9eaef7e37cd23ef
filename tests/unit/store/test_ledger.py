from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest

from client.errors import OutboxConflict, StorageFull, StoreCorrupt
from client.model.address import MailAddress
from client.model.evidence import Entry
from client.model.message import Flag
from client.model.outgoing import (
    LEGAL_TRANSITIONS,
    Draft,
    DraftAttachment,
    OutboxState,
    OutgoingMessage,
    Situation,
    situation,
)
from client.model.verdict import Indication, VerificationReport
from client.store.database import Database, open_ledger
from client.store.drafts import Drafts
from client.store.evidence import EvidenceLog
from client.store.operations import Operations
from client.store.outbox import Outbox
from client.store.overrides import Override, OverrideLog
from client.vault.sealing import Vault, new_key

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TRANSITIONS = [(old, new) for old in OutboxState for new in OutboxState]


@pytest.fixture(params=["plain", "encrypted"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    at_rest = Vault(tmp_path, new_key()) if request.param == "encrypted" else None
    database = open_ledger(tmp_path / "ledger.db", at_rest)
    yield database
    database.close()


@pytest.fixture
def outbox(ledger: Database) -> Outbox:
    return Outbox(ledger, lambda: NOW)


def message(
    raw: bytes = b"Subject: x\r\n\r\nbody\r\n",
    not_before: datetime | None = None,
    message_id: str = "<1@sonoivu>",
) -> OutgoingMessage:
    return OutgoingMessage(
        "an", message_id, "an@x.vn", ("binh@x.vn",), raw, "Tờ trình", not_before=not_before
    )


def put_in_state(ledger: Database, outbox: Outbox, state: OutboxState) -> int:
    number = outbox.enqueue(message())
    ledger.run("UPDATE outbox SET state = ? WHERE outbox_id = ?", (str(state), number))
    return number


@pytest.mark.parametrize(("old", "new"), TRANSITIONS)
def test_an_outbox_entry_moves_only_where_the_table_allows(
    ledger: Database, outbox: Outbox, old: OutboxState, new: OutboxState
) -> None:
    number = put_in_state(ledger, outbox, old)
    if new in LEGAL_TRANSITIONS[old]:
        outbox.advance(number, new)
        expected = new
    else:
        with pytest.raises(OutboxConflict) as caught:
            outbox.advance(number, new)
        assert caught.value.params["state"] == str(old)
        expected = old
    entry = outbox.entry(number)
    assert entry is not None
    assert entry.state is expected


def test_a_queued_message_comes_back_as_it_was(outbox: Outbox) -> None:
    queued = message(not_before=NOW + timedelta(seconds=10))
    number = outbox.enqueue(queued)
    assert outbox.message(number) == queued
    assert outbox.entries()[0].sha256 == queued.sha256


def test_what_was_being_submitted_at_start_is_uncertain(ledger: Database, outbox: Outbox) -> None:
    number = put_in_state(ledger, outbox, OutboxState.SUBMITTING)
    waiting = outbox.enqueue(message(message_id="<2@sonoivu>"))
    assert outbox.recover() == (number,)
    assert [entry.state for entry in outbox.entries()] == [OutboxState.QUEUED, OutboxState.UNCERTAIN]
    assert [entry.outbox_id for entry in outbox.in_state("an", OutboxState.QUEUED)] == [waiting]


def test_the_frozen_bytes_cannot_be_changed_by_sql(ledger: Database, outbox: Outbox) -> None:
    number = outbox.enqueue(message())
    with pytest.raises(apsw.ConstraintError):
        ledger.run("UPDATE outbox SET raw = x'00' WHERE outbox_id = ?", (number,))


def test_bytes_changed_behind_our_back_are_never_sent(ledger: Database, outbox: Outbox) -> None:
    number = outbox.enqueue(message())
    ledger.run("DROP TRIGGER outbox_frozen")
    ledger.run("UPDATE outbox SET raw = x'00' WHERE outbox_id = ?", (number,))
    with pytest.raises(StoreCorrupt):
        outbox.advance(number, OutboxState.SUBMITTING)
    entry = outbox.entry(number)
    assert entry is not None
    assert entry.state is OutboxState.QUEUED


def test_a_full_disk_queues_nothing_and_hurts_nothing(ledger: Database, outbox: Outbox) -> None:
    first = outbox.enqueue(message())
    pages = ledger.row("PRAGMA page_count")
    assert pages is not None
    ledger.limit_pages(pages[0] + 2)
    with pytest.raises(StorageFull):
        outbox.enqueue(message(raw=b"x" * 1_000_000, message_id="<2@sonoivu>"))
    assert [entry.outbox_id for entry in outbox.entries()] == [first]
    assert outbox.raw(first) == message().raw


def draft(body: str = "Kính gửi", content: bytes = b"%PDF") -> Draft:
    attachment = DraftAttachment("tờ trình.pdf", "application/pdf", content, sign=True)
    return Draft(
        "d1",
        "an",
        "<d1@x.vn>",
        MailAddress("an@x.vn", "An"),
        to=(MailAddress("b@x.vn"),),
        body=body,
        attachments=(attachment,),
    )


def test_a_draft_comes_back_whole(ledger: Database) -> None:
    drafts = Drafts(ledger, lambda: NOW)
    drafts.save(draft())
    drafts.save(draft(body="Kính gửi Sở Tư pháp", content=b"%PDF-2"))
    assert drafts.load("d1") == draft(body="Kính gửi Sở Tư pháp", content=b"%PDF-2")


def test_the_list_of_drafts_leaves_the_attachments_where_they_are(ledger: Database) -> None:
    drafts = Drafts(ledger, lambda: NOW)
    drafts.save(draft())
    (listed,) = drafts.list("an")
    assert [(one.name, one.content) for one in listed.attachments] == [("tờ trình.pdf", b"")]
    assert replace(listed, attachments=()) == replace(draft(), attachments=())


@pytest.mark.parametrize("state", sorted(OutboxState))
def test_a_message_in_hand_is_not_queued_a_second_time(
    ledger: Database, outbox: Outbox, state: OutboxState
) -> None:
    number = put_in_state(ledger, outbox, state)
    if state in {OutboxState.REJECTED, OutboxState.CANCELLED}:
        outbox.enqueue(message())
    else:
        with pytest.raises(OutboxConflict) as refused:
            outbox.enqueue(message())
        assert refused.value.params["state"] == str(state)
        assert [entry.outbox_id for entry in outbox.entries()] == [number]


def test_a_rejected_message_that_was_written_anew_is_not_sent_besides(
    ledger: Database, outbox: Outbox
) -> None:
    old = put_in_state(ledger, outbox, OutboxState.REJECTED)
    outbox.enqueue(message())
    with pytest.raises(OutboxConflict):
        outbox.advance(old, OutboxState.QUEUED)


def test_what_was_given_up_keeps_its_reason(outbox: Outbox) -> None:
    number = outbox.enqueue(message())
    outbox.advance_unstarted(
        number, OutboxState.REJECTED, error_code="tls-untrusted", error_text="x", error_reason="wrong-name"
    )
    outbox.advance(number, OutboxState.CANCELLED)
    entry = outbox.entry(number)
    assert entry is not None
    assert (entry.error_code, entry.error_text, entry.error_reason) == ("tls-untrusted", "x", "wrong-name")


def test_a_filed_message_takes_its_draft_along(ledger: Database, outbox: Outbox) -> None:
    drafts = Drafts(ledger, lambda: NOW)
    drafts.save(draft())
    number = outbox.enqueue(replace(message(), draft_id="d1"))
    for state in (OutboxState.SUBMITTING, OutboxState.SUBMITTED):
        outbox.advance(number, state)
        assert drafts.load("d1") == draft()
    outbox.advance(number, OutboxState.FILED)
    assert drafts.load("d1") is None


def test_finished_entries_are_forgotten_and_others_never(ledger: Database, outbox: Outbox) -> None:
    for number, state in enumerate(OutboxState):
        one = outbox.enqueue(message(message_id=f"<{number}@x>"))
        ledger.run("UPDATE outbox SET state = ? WHERE outbox_id = ?", (str(state), one))
    assert outbox.forget_finished(NOW) == 0
    assert outbox.forget_finished(NOW + timedelta(seconds=1)) == 2
    left = {entry.state for entry in outbox.entries()}
    assert left == set(OutboxState) - {OutboxState.FILED, OutboxState.CANCELLED}


def test_a_full_disk_leaves_the_previous_draft(ledger: Database) -> None:
    drafts = Drafts(ledger, lambda: NOW)
    drafts.save(draft())
    pages = ledger.row("PRAGMA page_count")
    assert pages is not None
    ledger.limit_pages(pages[0] + 2)
    with pytest.raises(StorageFull):
        drafts.save(draft(body="mới", content=b"x" * 1_000_000))
    assert drafts.load("d1") == draft()


def test_a_deleted_draft_takes_its_attachments_along(ledger: Database) -> None:
    drafts = Drafts(ledger, lambda: NOW)
    drafts.save(draft())
    drafts.delete("d1")
    assert drafts.load("d1") is None
    assert ledger.rows("SELECT * FROM draft_attachment") == []


def test_the_override_log_keeps_what_was_written(ledger: Database) -> None:
    log = OverrideLog(ledger)
    entry = Override(NOW, "an", "staff", "<1@x>", "ab" * 32, ("no-sender-block",), "gấp")
    log.append(entry)
    assert log.entries() == (entry,)
    with pytest.raises(apsw.ConstraintError):
        ledger.run("UPDATE override_log SET reason = ''")
    with pytest.raises(apsw.ConstraintError):
        ledger.run("DELETE FROM override_log")


def test_a_change_in_the_evidence_shows(ledger: Database) -> None:
    log = EvidenceLog(ledger)
    report = VerificationReport("thư.eml", Indication.TOTAL_PASSED)
    for digest in ("aa", "bb", "cc"):
        log.record(digest, Entry(report=report), software="1", policy="p", at=NOW)
    assert log.first_broken() is None
    latest = log.latest("bb")
    assert latest is not None
    assert latest.entry.report == report
    ledger.run("DROP TRIGGER evidence_no_update")
    ledger.run("UPDATE evidence SET policy = 'q' WHERE evidence_id = 2")
    assert log.first_broken() == 2


def test_a_deleted_evidence_row_shows(ledger: Database) -> None:
    log = EvidenceLog(ledger)
    for digest in ("aa", "bb", "cc"):
        log.record(
            digest,
            Entry(report=VerificationReport("", Indication.NONE)),
            software="1",
            policy="p",
            at=NOW,
        )
    ledger.run("DROP TRIGGER evidence_no_delete")
    ledger.run("DELETE FROM evidence WHERE evidence_id = 2")
    assert log.first_broken() == 3


def test_a_later_flag_change_replaces_the_earlier_and_survives_its_acknowledgement(ledger: Database) -> None:
    operations = Operations(ledger, "an", lambda: NOW)
    operations.change_flag(b"INBOX", 7, 1, "<1@x>", Flag.SEEN, present=True)
    sent = [one.operation_id for one in operations.pending(b"INBOX")]
    operations.change_flag(b"INBOX", 7, 1, "<1@x>", Flag.SEEN, present=False)
    operations.done(sent)
    assert [one.present for one in operations.pending()] == [False]


def test_a_damaged_ledger_is_reported_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreCorrupt):
        open_ledger(path)
    assert path.read_bytes() == b"not a database" * 1000


def test_a_transaction_within_another_is_a_part_of_it(ledger: Database) -> None:
    def fail_outside() -> None:
        with ledger.transaction():
            with ledger.transaction():
                ledger.run("INSERT INTO sent_habit VALUES ('a', 'append', '')")
            raise KeyError

    with pytest.raises(KeyError):
        fail_outside()
    assert ledger.rows("SELECT * FROM sent_habit") == []
    with ledger.transaction(), ledger.transaction():
        ledger.run("INSERT INTO sent_habit VALUES ('a', 'append', '')")
    assert len(ledger.rows("SELECT * FROM sent_habit")) == 1


def test_what_may_have_arrived_and_is_given_up_is_remembered_as_such(
    ledger: Database, outbox: Outbox
) -> None:
    number = put_in_state(ledger, outbox, OutboxState.UNCERTAIN)
    outbox.advance(number, OutboxState.CANCELLED)
    entry = outbox.entry(number)
    assert entry is not None
    assert situation(entry) is Situation.GIVEN_UP


def test_all_that_is_tried_again_is_hastened_and_no_hour_somebody_chose(outbox: Outbox) -> None:
    to_take_back = outbox.enqueue(message(not_before=NOW + timedelta(seconds=10)))
    failed = outbox.enqueue(message(message_id="<2@sonoivu>"))
    outbox.advance_unstarted(
        failed, OutboxState.QUEUED, error_code="server-busy", not_before=NOW + timedelta(hours=1)
    )
    outbox.hasten_all("another")
    assert [one.not_before for one in map(outbox.entry, (to_take_back, failed)) if one] == [
        NOW + timedelta(seconds=10),
        NOW + timedelta(hours=1),
    ]
    outbox.hasten_all(message().account_id)
    assert [one.not_before for one in map(outbox.entry, (to_take_back, failed)) if one] == [
        NOW + timedelta(seconds=10),
        None,
    ]


def test_only_what_is_tried_again_can_be_hastened(ledger: Database, outbox: Outbox) -> None:
    paused = outbox.enqueue(message(not_before=NOW + timedelta(seconds=10)))
    with pytest.raises(OutboxConflict):
        outbox.hasten(paused)
    outbox.advance_unstarted(
        paused, OutboxState.QUEUED, error_code="server-busy", not_before=NOW + timedelta(hours=1)
    )
    outbox.hasten(paused)
    entry = outbox.entry(paused)
    assert entry is not None
    assert (entry.state, entry.not_before, entry.attempts) == (OutboxState.QUEUED, None, 1)
