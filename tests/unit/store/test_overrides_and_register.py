"""What an override leaves behind, what a purge does not, and numbers that come twice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from client.errors import StoreBusy
from client.model.outgoing import DocumentSystem, Draft, DraftAttachment
from client.model.register import RegisterEntry
from client.store.database import Database, open_ledger
from client.store.drafts import Drafts
from client.store.overrides import Override, OverrideLog
from client.store.register import MessageMark, Register

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
KEPT = Path(__file__).resolve().parents[2] / "data" / "store"
CANARY = "chimhoangyen7319"
ENTRY = Override(
    NOW, "an", "leader", "<1@x>", "ab" * 32, ("subject-empty",), "Giám đốc đồng ý", "an@tphcm.gov.vn",
    ("cd" * 32,), "hcm 2026.1",
)  # fmt: skip


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Database]:
    database = open_ledger(tmp_path / "ledger.db")
    yield database
    database.close()


def test_an_override_comes_back_with_all_that_was_asked_for(ledger: Database) -> None:
    log = OverrideLog(ledger)
    log.append(ENTRY)
    assert log.entries() == (ENTRY,)
    assert log.first_broken() is None


@pytest.mark.parametrize("column", ["reason", "role", "user", "attachments", "policy", "rules"])
def test_a_change_behind_the_ledgers_back_shows(ledger: Database, column: str) -> None:
    log = OverrideLog(ledger)
    for number in range(3):
        log.append(replace(ENTRY, message_id=f"<{number}@x>"))
    ledger.run("DROP TRIGGER override_log_no_update")
    ledger.run(f"UPDATE override_log SET {column} = '[]' WHERE override_id = 2")  # noqa: S608 - the test's own names
    assert log.first_broken() == 2


def test_a_row_taken_out_shows(ledger: Database) -> None:
    log = OverrideLog(ledger)
    for number in range(3):
        log.append(replace(ENTRY, message_id=f"<{number}@x>"))
    ledger.run("DROP TRIGGER override_log_no_delete")
    ledger.run("DELETE FROM override_log WHERE override_id = 2")
    assert log.first_broken() == 3


def test_rows_from_before_the_chain_are_covered_by_the_first_hash(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    shutil.copy(KEPT / "ledger-001.db", path)
    ledger = open_ledger(path)
    log = OverrideLog(ledger)
    assert len(log.entries()) == 1
    assert log.first_broken() is None
    log.append(ENTRY)
    assert log.first_broken() is None
    ledger.run("DROP TRIGGER override_log_no_update")
    ledger.run("UPDATE override_log SET reason = 'khác' WHERE override_id = 1")
    assert log.first_broken() == 2
    ledger.close()


def secret_draft() -> Draft:
    files = (DraftAttachment(f"{CANARY}.txt", "text/plain", CANARY.encode() * 5000),)
    return Draft("d1", "an", "<1@x>", None, subject=CANARY, body=f"{CANARY} " * 400, attachments=files)


def anywhere(folder: Path) -> list[str]:
    return [one.name for one in folder.rglob("*") if one.is_file() and CANARY.encode() in one.read_bytes()]


def test_a_purged_draft_is_in_no_file_any_more(tmp_path: Path, ledger: Database) -> None:
    drafts = Drafts(ledger, lambda: NOW)
    drafts.save(replace(secret_draft(), draft_id="other", subject="khác", body="", attachments=()))
    drafts.save(secret_draft())
    drafts.save(replace(secret_draft(), body=f"sửa {CANARY}"))
    assert anywhere(tmp_path)
    drafts.purge("d1")
    assert anywhere(tmp_path) == []
    assert [one.draft_id for one in drafts.list("an")] == ["other"]


def test_a_copy_made_before_a_migration_is_purged_too(tmp_path: Path, ledger: Database) -> None:
    drafts = Drafts(ledger, lambda: NOW)
    drafts.save(secret_draft())
    ledger.run("VACUUM INTO ?", (str(tmp_path / "ledger.db.v4"),))
    drafts.purge("d1")
    assert anywhere(tmp_path) == []
    copy = open_ledger(tmp_path / "ledger.db.v4")
    assert copy.rows("SELECT * FROM draft") == []
    copy.close()


def test_a_purge_says_so_while_somebody_still_reads_the_older_version(
    tmp_path: Path, ledger: Database
) -> None:
    drafts = Drafts(ledger, lambda: NOW)
    drafts.save(secret_draft())
    reader = open_ledger(tmp_path / "ledger.db", readonly=True)
    reader.run("BEGIN")
    reader.rows("SELECT * FROM draft")
    ledger.rows("PRAGMA busy_timeout = 1")
    with pytest.raises(StoreBusy):
        drafts.purge("d1")
    reader.close()
    drafts.purge("d1")
    assert anywhere(tmp_path) == []


def entry(digest: str = "aa", number: str = "15", organ: str = "SỞ NỘI VỤ") -> RegisterEntry:
    return RegisterEntry(
        1, "15.pdf", digest, code_number=number, code_notation="QĐ-SNV", organ_name=organ,
        issued_date=date(2026, 11, 20), to_places=("Như trên", "Lưu: VT"),
    )  # fmt: skip


def test_what_was_read_is_kept_also_that_there_was_nothing(ledger: Database) -> None:
    register = Register(ledger, lambda: NOW)
    assert register.received("m1") is None
    register.keep_received(MessageMark("an", "<1@x>", "m1"), (entry(),))
    register.keep_received(MessageMark("an", "<2@x>", "m2"), ())
    assert register.received("m1") == (entry(),)
    assert register.received("m2") == ()


@pytest.mark.parametrize(
    ("second", "alarm"),
    [
        (entry("bb"), True),
        (entry("bb", organ="Sở  Nội vụ"), True),
        (entry("aa"), False),
        (entry("bb", number="16"), False),
        (entry("bb", organ="SỞ TƯ PHÁP"), False),
        (entry("bb", organ=""), False),
    ],
)
def test_a_number_used_twice_raises_the_alarm_and_the_same_file_does_not(
    ledger: Database, second: RegisterEntry, alarm: bool
) -> None:
    register = Register(ledger, lambda: NOW)
    register.keep_received(MessageMark("an", "<1@x>", "m1"), (entry(),))
    found = register.earlier(second, MessageMark("an", "<2@x>", "m2"))
    assert (found is not None) is alarm
    if found is not None:
        assert (found.number, found.message_id, found.seen_at) == ("15/QĐ-SNV", "<1@x>", NOW)


def test_the_sender_s_word_on_the_document_system_is_kept(ledger: Database) -> None:
    register = Register(ledger, lambda: NOW)
    mark = MessageMark("an", "<1@x>", "m1")
    register.keep_sent(mark, (entry(),), DocumentSystem.SENT)
    assert register.document_systems("<1@x>") == (DocumentSystem.SENT,)
    assert [(one.number, one.sha256) for one in register.sent()] == [("15/QĐ-SNV", "aa")]


def test_a_document_signed_on_its_way_out_is_the_same_before_and_after(ledger: Database) -> None:
    register = Register(ledger, lambda: NOW)
    register.keep_sent(MessageMark("an", "<1@x>", "m1"), (entry("aa"),), DocumentSystem.UNSAID, ("bb", "zz"))
    assert {one.sha256 for one in register.sent()} == {"aa", "bb"}
    later = MessageMark("an", "<2@x>", "m2")
    assert register.earlier(entry("bb"), later) is None
    assert register.earlier(entry("aa"), later) is None
    other = register.earlier(entry("zz"), later)
    assert other is not None
    assert other.outgoing
