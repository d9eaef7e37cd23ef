from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest

from client.config.paths import Paths, resources_dir
from client.config.policy_layers import builtin_policy
from client.errors import StorageFull
from client.model.account import Account, Endpoint, Identity
from client.model.address import MailAddress
from client.model.evidence import digest_of, row_hash
from client.model.mailbox import Mailbox, MessageRow, SpecialUse
from client.model.outgoing import OutboxEntry, OutboxState
from client.model.returning import LetterKind
from client.model.secret import Secret
from client.model.verdict import Display, Reason, VerificationReport
from client.services.evidence_check import check_bundle
from client.services.futures import call
from client.services.office_verification import OfficeVerification
from client.services.requests import VerifyRequest
from client.services.tasks import ImmediateLane
from client.services.verification_setup import Shelf, VerificationSetup
from client.store.evidence import EvidenceLog
from client.store.evidence_files import EvidenceFiles
from tests.fakes.evidence import EvidenceRoom, signed_letter
from tests.fakes.pki import OfficePki

T = TypeVar("T")
RECEIVED = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


class Reader:
    """One row in one mailbox."""

    def row(self, row_id: int) -> MessageRow | None:
        if row_id != 7:
            return None
        return MessageRow(
            7,
            1,
            7,
            "QĐ 12",
            "An",
            "an@x.vn",
            "",
            RECEIVED,
            1,
            False,
            False,
            False,
            True,
            True,
            "<12@x>",
            "a.eml",
        )

    def mailboxes(self) -> tuple[Mailbox, ...]:
        return (Mailbox(1, "an", b"INBOX", "INBOX", SpecialUse.INBOX),)


class Room(EvidenceRoom):
    """The verification half of an office on one letter."""

    def __init__(self, folder: Path, pki: OfficePki) -> None:
        super().__init__(folder, pki)
        self.paths = Paths(folder)
        self.letter = self.paths.account("an") / "a.eml"
        self.letter.parent.mkdir(parents=True)
        self.letter.write_bytes(self.raw)
        self.now = pki.now
        endpoint = Endpoint("x.vn", 993)
        account = Account("an", Identity(MailAddress("an@sonoivu.vn", "An")), endpoint, endpoint, "an")
        self.lane: Any = ImmediateLane()
        self.desk = OfficeVerification(
            VerificationSetup(self.paths, self.sources, builtin_policy(resources_dir()), lambda: self.now),
            Shelf(lambda *_: call(lambda: self.letter), lambda _: account, lambda _: Reader()),  # type: ignore[arg-type, return-value] # as much of a reader as is asked for
            (self.lane, self.lane),
            self.ledger,
        )

    def ask(self, future: Future[T]) -> T:
        return future.result(20)


@pytest.fixture
def room(pki: OfficePki, tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path, pki)
    yield made
    made.close()


def test_a_verdict_is_kept_once_with_what_it_rests_on(room: Room) -> None:
    assert room.ask(room.desk.verify(1, 7)).display is Display.VALID
    room.now += timedelta(minutes=5)
    room.ask(room.desk.verify(1, 7))
    (row,) = room.log.subjects()
    record = row.entry.record
    assert record is not None
    assert len(room.log.rows(row.subject_sha256)) == 1
    assert record.receipt.internal_date == RECEIVED
    assert (record.receipt.account, record.receipt.mailbox) == ("an@sonoivu.vn", "INBOX")
    assert record.receipt.stored_at is not None
    assert (record.policy_id, row.policy) != ("", "")
    assert all(room.files.get(digest) for digest in record.basis.digests())
    assert record.stored
    assert room.files.get(row.subject_sha256) == room.raw  # also when the server's copy is long gone
    assert row.software.startswith("Công Thư ")


def test_newer_lists_make_another_row(room: Room) -> None:
    room.ask(room.desk.verify(1, 7))
    room.write_crls(room.pki.crls(room.pki.now))
    room.ask(room.desk.verify(1, 7))
    (newest,) = room.log.subjects()
    first, second = room.log.rows(newest.subject_sha256)
    assert (first.entry.nth, second.entry.nth) == (1, 2)
    assert second.entry.before == first.row_hash
    assert room.log.first_broken() is None


def test_the_same_bytes_lie_once(room: Room) -> None:
    room.ask(room.desk.verify(1, 7))
    before = sorted(path for path in room.paths.evidence.rglob("*") if path.is_file())
    room.write_crls(room.pki.crls(room.pki.now))
    room.ask(room.desk.verify(1, 7))
    after = sorted(path for path in room.paths.evidence.rglob("*") if path.is_file())
    assert len(after) == len(before) + 2  # two CRLs; certificates and time-stamp lie there already


def test_the_last_result_is_told_with_its_time(room: Room) -> None:
    assert room.ask(room.desk.last(1, 7)) is None
    room.ask(room.desk.verify(1, 7))
    past = room.ask(room.desk.last(1, 7))
    assert past is not None
    assert (past.at, past.report.display) == (room.pki.now, Display.VALID)
    assert room.ask(room.desk.last(1, 8)) is None


def test_a_check_that_did_not_run_is_no_evidence(room: Room) -> None:
    class Dead(ImmediateLane):
        def submit(self, *_: object) -> Future[Any]:
            failed: Future[Any] = Future()
            failed.set_exception(RuntimeError())
            return failed

    room.desk._lane = Dead()
    assert Reason.CHECK_NOT_RUN in room.ask(room.desk.verify(1, 7)).reasons
    assert room.log.head() == (0, "")


def test_a_full_disk_hides_no_verdict(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> str:
        raise StorageFull(path="")

    monkeypatch.setattr(EvidenceFiles, "put", full)
    assert room.ask(room.desk.verify(1, 7)).display is Display.VALID
    assert room.log.head() == (0, "")
    with pytest.raises(StorageFull):
        room.ask(room.desk.export_evidence(1, 7, room.folder / "x.zip"))


def test_what_is_exported_is_found_intact(room: Room) -> None:
    target = room.folder / "out" / "ho-so.zip"
    assert room.ask(room.desk.export_evidence(1, 7, target)) == target
    report = check_bundle(VerifyRequest(target, room.sources, room.pki.now))
    assert report.intact
    assert report.verdict().display is Display.VALID
    first = target.read_bytes()
    room.ask(room.desk.export_evidence(1, 7, target))
    assert target.read_bytes() == first  # same moment, same bytes


def test_a_spoiled_blob_is_made_good_when_the_letter_is_exported(room: Room) -> None:
    room.ask(room.desk.verify(1, 7))
    files = sorted(path for path in room.paths.evidence.rglob("*") if path.is_file())
    kept = {path: path.read_bytes() for path in files}
    certificate = min(kept, key=lambda path: len(kept[path]))
    certificate.write_bytes(b"x" * len(kept[certificate]))
    target = room.ask(room.desk.export_evidence(1, 7, room.folder / "x.zip"))
    assert check_bundle(VerifyRequest(target, room.sources, room.pki.now)).intact
    assert certificate.read_bytes() == kept[certificate]


def test_an_ordinary_letter_leaves_its_digest_alone_and_can_be_exported(room: Room) -> None:
    room.letter.write_bytes(b"Subject: x\r\nFrom: an@x.vn\r\n\r\nChao\r\n")
    room.ask(room.desk.verify(1, 7))
    assert not list(room.paths.evidence.rglob("*"))
    target = room.ask(room.desk.export_evidence(1, 7, room.folder / "x.zip"))
    report = check_bundle(VerifyRequest(target, room.sources, room.pki.now))
    assert report.intact
    assert report.verdict().display is Display.NONE


def test_rows_of_old_are_still_read(room: Room) -> None:
    """Before there was material, the bare report was the entry."""
    report = room.ask(room.desk.verify(1, 7))
    text = msgspec.json.encode(report).decode()
    number, before = room.log.head()
    fields = (number + 1, "2026-01-01T00:00:00.000000+00:00", digest_of(b"old"), text, "0.1.0", "p", before)
    room.ledger.run("INSERT INTO evidence VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*fields, row_hash(fields)))
    assert room.log.first_broken() is None
    old = EvidenceLog(room.ledger).latest(digest_of(b"old"))
    assert old is not None
    assert old.entry.report == report
    assert old.entry.record is None


def test_an_altered_document_goes_back_named_with_number_reason_and_digest(room: Room) -> None:
    letter = signed_letter(room.pki, changed=True)
    room.letter.write_bytes(letter.replace(b"To: vanthu", b"Reply-To: ai-do@example.com\r\nTo: vanthu", 1))
    draft = room.ask(room.desk.letter_draft(1, 7, LetterKind.RETURN))
    assert draft is not None
    assert [one.addr_spec for one in draft.to] == ["an@example.gov.vn"]
    assert draft.in_reply_to == "<12@example.gov.vn>"
    assert (draft.about_sha256, draft.return_reason) == (digest_of(room.letter.read_bytes()), "not-intact")
    assert draft.attachments == ()
    for said in (
        "mã not-intact",
        "SHA-256: " + draft.about_sha256,
        "điểm b khoản 2 Điều 21",
        "quyet-dinh.pdf",
    ):
        assert said in draft.body
    assert "…" not in draft.subject


def test_a_valid_document_is_never_returned_and_a_bad_one_never_acknowledged(room: Room) -> None:
    assert room.ask(room.desk.letter_draft(1, 7, LetterKind.RETURN)) is None
    draft = room.ask(room.desk.letter_draft(1, 7, LetterKind.ACKNOWLEDGE))
    assert draft is not None
    assert "hợp lệ" in draft.body
    assert "điểm c khoản 2 Điều 21" in draft.body
    room.letter.write_bytes(signed_letter(room.pki, changed=True))
    assert room.ask(room.desk.letter_draft(1, 7, LetterKind.ACKNOWLEDGE)) is None


def test_what_is_sent_back_is_evidence_and_is_in_the_bundle(room: Room) -> None:
    room.letter.write_bytes(signed_letter(room.pki, changed=True))
    draft = room.ask(room.desk.letter_draft(1, 7, LetterKind.RETURN))
    assert draft is not None
    entry = OutboxEntry(
        1, "an", draft.message_id, "", "", ("an@example.gov.vn",), "ab" * 32, 1, OutboxState.QUEUED, room.now
    )
    room.desk.note_queued(draft, entry)
    room.desk.note_queued(replace(draft, about_sha256=""), entry)  # any other letter
    target = room.ask(room.desk.export_evidence(1, 7, room.folder / "x.zip"))
    report = check_bundle(VerifyRequest(target, room.sources, room.pki.now))
    assert report.intact
    assert [row.sent_reason for row in report.rows] == ["", "not-intact"]
    assert "ab" * 32 in target.read_bytes().decode("latin-1")


def test_a_report_is_written_as_its_name_says_and_names_the_subject(room: Room) -> None:
    sheet = room.ask(room.desk.write_report(1, 7, room.folder / "kq.pdf", "vi"))
    assert sheet.read_bytes().startswith(b"%PDF-")
    page = room.ask(room.desk.write_report(1, 7, room.folder / "kq.html", "vi")).read_text("utf-8")
    assert "QD 12" in page
    assert digest_of(room.raw) in page


def test_evidence_opened_with_a_password_says_so_and_asks_for_it_again(room: Room) -> None:
    room.letter.write_bytes(signed_letter(room.pki, password="mat khau"))
    opened = room.ask(room.desk.verify(1, 7, Secret("mat khau")))
    assert opened.display is Display.VALID
    target = room.folder / "x.zip"
    room.ask(room.desk.export_evidence(1, 7, target, Secret("mat khau")))
    assert b"mat khau" not in target.read_bytes()
    locked = check_bundle(VerifyRequest(target, room.sources, room.pki.now))
    assert locked.intact
    assert [row.agrees for row in locked.rows] == [None]
    assert locked.verdict().display is Display.UNKNOWN
    request = VerifyRequest(target, room.sources, room.pki.now, password=Secret("mat khau"))
    assert [row.agrees for row in check_bundle(request).rows] == [True]
    assert check_bundle(request).verdict().display is Display.VALID


def behind(room: Room) -> VerificationReport:
    """What the background does with the letter, its lane in this process."""
    ground = room.desk._book.ground.now()
    found = room.ask(room.desk._judge_behind(room.lane, (1, 7), room.letter))
    assert found is not None
    room.desk._keep_behind((1, 7), room.letter, found, ground)
    return found.report


def listed(room: Room) -> Display | None:
    row = replace(
        Reader().row(7), body_path=f"objects/{digest_of(room.raw)[:2]}/{digest_of(room.raw)[2:]}.eml"
    )  # type: ignore[type-var] # there is one
    return room.desk.overview().words([row]).get(7)  # type: ignore[list-item]


def test_what_the_background_finds_is_kept_as_if_it_had_been_opened(room: Room) -> None:
    told: list[tuple[Display, bool]] = []
    room.desk.judged = lambda _place, _path, found, behind: told.append((found.report.display, behind))
    assert behind(room).display is Display.VALID
    (row,) = room.log.subjects()
    assert row.entry.record is not None
    assert row.entry.record.receipt.mailbox == "INBOX"
    assert room.files.get(row.subject_sha256) == room.raw
    assert told == [(Display.VALID, True)]
    assert listed(room) is Display.VALID


def test_opening_a_letter_tells_the_list_as_well(room: Room) -> None:
    room.desk._book.ground.now()
    room.ask(room.desk.verify(1, 7))
    assert listed(room) is Display.VALID


def test_the_same_result_on_newer_lists_writes_no_row_behind_but_another_does(room: Room) -> None:
    behind(room)
    room.write_crls(room.pki.crls(room.pki.now))
    assert listed(room) is None  # other lists: not green until it was looked at again
    behind(room)
    assert listed(room) is Display.VALID
    (newest,) = room.log.subjects()
    assert len(room.log.rows(newest.subject_sha256)) == 1
    for file in (room.folder / "crls").iterdir():
        file.unlink()
    assert behind(room).display is Display.UNKNOWN
    assert len(room.log.rows(newest.subject_sha256)) == 2
    assert listed(room) is Display.UNKNOWN


def test_a_letter_without_a_signature_leaves_no_row_behind(room: Room) -> None:
    room.letter.write_bytes(b"From: a@x.vn\r\nSubject: x\r\n\r\nKinh gui\r\n")
    assert behind(room).display is Display.NONE
    assert room.log.subjects() == ()


def test_a_letter_with_a_secrecy_marking_is_neither_kept_nor_told(room: Room) -> None:
    marked = signed_letter(room.pki).replace(
        b"Subject: QD 12", b"Subject: =?utf-8?q?T=E1=BB=90I_M=E1=BA=ACT?="
    )
    room.letter.write_bytes(marked)
    assert room.ask(room.desk._judge_behind(room.lane, (1, 7), room.letter)) is None
