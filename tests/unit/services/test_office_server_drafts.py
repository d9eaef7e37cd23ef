"""The window's side of drafts on the server: judged by the real rules, and only the version that was."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.config.paths import resources_dir
from client.config.policy_layers import builtin_policy
from client.errors import MalformedMessage, MessageFrozen, OutboxConflict, WorkshopLost
from client.mime.draft_message import build_draft
from client.model.account import Account, Endpoint, Identity
from client.model.address import MailAddress
from client.model.finding import CheckReport, Finding, Severity, Unchecked
from client.model.mailbox import RemoteMailbox, SpecialUse, SyncCursor
from client.model.outgoing import Draft, DraftAttachment, OutboxState, OutgoingMessage
from client.model.server_draft import Held, Standing, held_by
from client.services.futures import call, resolved
from client.services.office_checks import CheckPlaces, CheckSetup, OfficeChecks
from client.services.office_server_drafts import OfficeServerDrafts, ServerDraftSetup
from client.services.requests import TrustSources
from client.services.tasks import ImmediateLane
from client.store.database import open_cache, open_ledger
from client.store.drafts import Drafts
from client.store.messages import MessageStore
from client.store.numbers import MailboxNumbers
from client.store.operations import Operations
from client.store.outbox import Outbox
from client.store.reading import MessageReader
from client.store.rows import HeaderRecord, Location
from client.store.server_drafts import ServerDrafts

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
ME = MailAddress("an@tphcm.gov.vn", "Nguyễn Văn An")
ACCOUNT = Account("an", Identity(ME, unit="Sở Nội vụ"), Endpoint("i", 993), Endpoint("s", 465), "an")
DRAFT = Draft(
    "d1", "an", "<1@tphcm.gov.vn>", ME, (MailAddress("binh@tphcm.gov.vn"),), subject="Mời họp",
    body="Kính mời đồng chí.\n\nNguyễn Văn An\nSở Nội vụ", sign_message=False,
)  # fmt: skip
MARKED = replace(DRAFT, subject="[MẬT] Mời họp")
UNREADABLE = replace(DRAFT, attachments=(DraftAttachment("x.pdf", "application/pdf", b"%PDF-1.4 damaged"),))


class Desk:
    """The office's part, its rules the real ones, its workshop in this process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger = open_ledger(folder / "ledger.db")
        self.cache = open_cache(folder / "cache.db")
        self.store = MessageStore(self.cache, "an", MailboxNumbers(self.ledger))
        self.box = self.store.upsert_mailboxes([RemoteMailbox(b"Drafts", "Drafts", SpecialUse.DRAFTS)])[
            b"Drafts"
        ]
        self.store.set_cursor(self.box, SyncCursor(1, 100))
        self.reader = MessageReader(folder / "cache.db", "an", Operations(self.ledger, "an", lambda: NOW))
        self.told = 0
        self.broken = False
        places = CheckPlaces(
            {"an": self.reader}, lambda _, one: folder / one, lambda _, row: resolved(folder / f"{row}.eml"),
            lambda _: "an",
        )  # fmt: skip
        policy = builtin_policy(resources_dir())
        self.checks = OfficeChecks(
            CheckSetup(
                policy, TrustSources(), lambda: NOW, lambda: {"an": ACCOUNT}, places,
                lambda *judged: self.drafts.judged(*judged),
            ),
            ImmediateLane(), self.ledger,
        )  # fmt: skip
        self.drafts = OfficeServerDrafts(
            ServerDraftSetup(
                True, lambda: NOW, lambda _: ACCOUNT, lambda _: self.reader,
                lambda _, row: resolved(folder / f"{row}.eml"), self.check, self._tell,
            ),
            ImmediateLane(), self.ledger,
        )  # fmt: skip
        self.stored = Drafts(self.ledger, lambda: NOW)
        self.known = ServerDrafts(self.ledger, lambda: NOW)

    def _tell(self) -> None:
        self.told += 1

    def check(self, draft: Draft) -> Future[CheckReport]:
        if self.broken:
            return call(_lost)
        return self.checks.check(draft)

    def save(self, draft: Draft) -> None:
        self.drafts.saved(draft.draft_id, self.stored.save(draft))

    def may_go(self) -> list[str]:
        return [one.draft_id for one in self.known.wanted("an")]

    def message(self, uid: int, raw: bytes, message_id: str) -> int:
        """A message of the drafts mailbox; answers with its row."""
        record = HeaderRecord(uid, NOW, frozenset(), len(raw), message_id=message_id)
        self.store.insert(self.box, [record])
        (row_id,) = [one for one in self.reader.row_ids(self.box) if self.uid(one) == uid]
        (self.folder / f"{row_id}.eml").write_bytes(raw)
        return row_id

    def uid(self, row_id: int) -> int:
        row = self.reader.row(row_id)
        assert row is not None
        return row.uid


def _lost() -> CheckReport:
    raise WorkshopLost


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.reader.close()
    made.cache.close()
    made.ledger.close()


def test_checked_and_stored_in_either_order_it_may_go(desk: Desk) -> None:
    desk.checks.check(DRAFT).result(30)
    assert desk.may_go() == []
    desk.save(DRAFT)
    assert desk.may_go() == ["d1"]
    other = replace(DRAFT, draft_id="d2")
    desk.save(other)
    assert desk.may_go() == ["d1"]
    desk.checks.check(other).result(30)
    assert sorted(desk.may_go()) == ["d1", "d2"]
    assert desk.told >= 4


def test_what_is_stored_unchecked_stays_here_whatever_was_checked_before(desk: Desk) -> None:
    desk.checks.check(DRAFT).result(30)
    desk.save(DRAFT)
    desk.save(replace(DRAFT, body="nội dung khác"))
    assert desk.may_go() == []
    assert desk.drafts.standings()["d1"].standing is Standing.HERE_ONLY


@pytest.mark.parametrize(
    "marked",
    [
        MARKED,
        replace(DRAFT, body="TUYỆT MẬT\n\nKính gửi"),
        replace(DRAFT, attachments=(DraftAttachment("a.txt", "text/plain", "TỐI MẬT\nbáo cáo".encode()),)),
    ],
)
def test_a_marking_holds_every_version_back(desk: Desk, marked: Draft) -> None:
    desk.checks.check(DRAFT).result(30)
    desk.save(DRAFT)
    desk.checks.check(marked).result(30)  # the window stores nothing of it
    assert desk.may_go() == []
    assert desk.drafts.standings()["d1"].standing is Standing.MARKED
    desk.save(marked)  # should it come to that
    assert desk.may_go() == []
    desk.checks.check(DRAFT).result(30)
    desk.save(DRAFT)
    assert desk.may_go() == ["d1"]


def test_a_file_that_could_not_be_read_keeps_its_draft_here(desk: Desk) -> None:
    report = desk.checks.check(UNREADABLE).result(30)
    desk.save(UNREADABLE)
    assert report.unchecked
    assert desk.may_go() == []
    assert desk.drafts.standings()["d1"].standing is Standing.UNREAD


def test_a_check_that_did_not_run_allows_nothing(desk: Desk) -> None:
    desk.checks._lane.submit = lambda *_: call(_lost)  # type: ignore[method-assign] # the workshop died
    desk.save(DRAFT)
    assert desk.checks.check(DRAFT).exception(30) is not None
    assert desk.may_go() == []
    assert desk.drafts.standings()["d1"].standing is Standing.UNCHECKED


@pytest.mark.parametrize("code", ["secret-hint", "restricted-circulation"])
def test_a_secrecy_rule_made_heavier_by_the_policy_counts_as_well(code: str) -> None:
    blocked = CheckReport((Finding(code, Severity.BLOCK),), "p", "1")
    assert held_by(blocked) is Held.MARKED
    assert held_by(CheckReport((Finding(code, Severity.CONFIRM),), "p", "1")) is Held.NO
    assert held_by(CheckReport((), "p", "1", (Unchecked("rule:secret-hint", "rule-failed"),))) is Held.UNREAD


def test_a_closed_window_has_what_it_stored_last_checked(desk: Desk) -> None:
    desk.save(DRAFT)
    assert desk.may_go() == []
    desk.drafts.closed("d1")
    until_idle(desk)
    (waiting,) = desk.known.wanted("an")
    assert waiting.hurried


def test_what_was_stored_before_the_program_ended_is_checked_by_the_next(desk: Desk) -> None:
    for number in range(3):
        desk.save(replace(DRAFT, draft_id=f"d{number}"))
    desk.drafts.begin()
    until_idle(desk)
    assert sorted(desk.may_go()) == ["d0", "d1", "d2"]


def until_idle(desk: Desk) -> None:
    """Drafts are read beside the caller."""
    for thread in threading.enumerate():
        if thread.name == "reading":
            thread.join(30)
    if any(thread.name == "reading" for thread in threading.enumerate()):
        until_idle(desk)


# -- opening what lies in the drafts mailbox


def test_another_program_s_draft_is_stored_and_goes_on_from_there(desk: Desk) -> None:
    raw = (
        "From: An <an@tphcm.gov.vn>\r\nTo: Binh <binh@tphcm.gov.vn>\r\nBcc: chi@tphcm.gov.vn\r\n"
        "Subject: Viet do\r\nMessage-ID: <outlook@x>\r\nIn-Reply-To: <m@x>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        '<p>Kính gửi <b>anh</b></p>\r\n--b\r\nContent-Type: text/plain; name="a.txt"\r\n'
        'Content-Disposition: attachment; filename="a.txt"\r\n\r\ntep\r\n--b--\r\n'
    ).encode()
    row_id = desk.message(7, raw, "<outlook@x>")
    draft = desk.drafts.open(desk.box, row_id).result(30)
    assert (draft.subject, draft.body.strip(), draft.in_reply_to) == ("Viet do", "Kính gửi anh", "<m@x>")
    assert [one.addr_spec for one in draft.recipients] == ["binh@tphcm.gov.vn", "chi@tphcm.gov.vn"]
    assert [(one.name, one.content) for one in draft.attachments] == [("a.txt", b"tep")]
    assert draft.message_id not in ("<outlook@x>", "")
    assert desk.stored.load(draft.draft_id) == draft
    assert desk.may_go() == []  # the server has it as it is
    assert desk.drafts.standings()[draft.draft_id].standing is Standing.UPLOADED
    assert desk.drafts.open(desk.box, row_id).result(30) == draft  # not a second one


def test_a_copy_of_our_own_opens_the_draft_it_is_of(desk: Desk) -> None:
    desk.checks.check(DRAFT).result(30)
    desk.save(DRAFT)
    (waiting,) = desk.known.wanted("an")
    number = desk.known.begin("an", waiting, "f" * 32, Location(0, 0, b"Drafts", 1, 0, "<copy@x>", ""))
    (copy,) = desk.known.copies("an")
    assert copy.copy_id == number
    desk.known.placed(copy, 1, 5)
    raw = build_draft(DRAFT, NOW, message_id="<copy@x>", token="f" * 32, identity=waiting.identity)
    by_name = desk.message(5, raw, "<copy@x>")
    renamed = desk.message(6, raw.replace(b"<copy@x>", b"<exchange@x>"), "<exchange@x>")
    desk.save(replace(DRAFT, subject="Mới hơn ở đây"))
    for row_id in (by_name, renamed):
        assert desk.drafts.open(desk.box, row_id).result(30).subject == "Mới hơn ở đây"
    outbox = Outbox(desk.ledger, lambda: NOW)
    number = outbox.enqueue(OutgoingMessage("an", "<1@x>", "an@x", ("b@x",), b"x", draft_id="d1"))
    with pytest.raises(OutboxConflict):  # it is on its way: nobody goes on writing it
        desk.drafts.open(desk.box, by_name).result(30)
    outbox.advance(number, OutboxState.CANCELLED)
    assert desk.drafts.open(desk.box, by_name).result(30).draft_id == "d1"


@pytest.mark.parametrize("message_id", ["<copy@x>", "<exchange@x>"])
def test_what_was_sent_is_not_begun_anew_from_a_copy_that_is_still_there(desk: Desk, message_id: str) -> None:
    """The outbox was tidied before the copy could be removed: begun anew, it would go out twice."""
    desk.checks.check(DRAFT).result(30)
    desk.save(DRAFT)
    (waiting,) = desk.known.wanted("an")
    desk.known.begin("an", waiting, "f" * 32, Location(0, 0, b"Drafts", 1, 0, "<copy@x>", ""))
    (copy,) = desk.known.copies("an")
    desk.known.placed(copy, 1, 9)
    raw = build_draft(DRAFT, NOW, message_id=message_id, token="f" * 32, identity=waiting.identity)
    row_id = desk.message(5, raw, message_id)
    outbox = Outbox(desk.ledger, lambda: NOW)
    number = outbox.enqueue(OutgoingMessage("an", "<1@x>", "an@x", ("b@x",), b"x", draft_id="d1"))
    for state in (OutboxState.SUBMITTING, OutboxState.SUBMITTED, OutboxState.FILED):
        outbox.advance(number, state)
    outbox.forget_finished(NOW + timedelta(days=1))
    with pytest.raises(MalformedMessage, match="gone"):
        desk.drafts.open(desk.box, row_id).result(30)
    assert desk.stored.list("an") == ()
    assert [one.copy_id for one in desk.known.unwanted("an", allowed=True)] == [copy.copy_id]


def test_what_another_program_went_on_with_opens_as_it_left_it(desk: Desk) -> None:
    desk.checks.check(DRAFT).result(30)
    desk.save(DRAFT)
    (waiting,) = desk.known.wanted("an")
    desk.known.begin("an", waiting, "f" * 32, Location(0, 0, b"Drafts", 1, 0, "<copy@x>", ""))
    (copy,) = desk.known.copies("an")
    desk.known.placed(copy, 1, 5)
    raw = "From: An <an@tphcm.gov.vn>\r\nSubject: Viet tiep\r\nMessage-ID: <copy@x>\r\n\r\nhai gio\r\n"
    row_id = desk.message(6, raw.encode(), "<copy@x>")
    found = desk.drafts.open(desk.box, row_id).result(30)
    assert (found.subject, found.draft_id == "d1") == ("Viet tiep", False)


def test_a_draft_with_a_marking_is_not_opened_nor_stored(desk: Desk) -> None:
    raw = "From: a@tphcm.gov.vn\r\nSubject: [MẬT] x\r\nMessage-ID: <s@x>\r\n\r\nx\r\n".encode()
    row_id = desk.message(7, raw, "<s@x>")
    with pytest.raises(MessageFrozen):
        desk.drafts.open(desk.box, row_id).result(30)
    assert desk.stored.list("an") == ()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "no-headers"),
        (
            b"Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime;"
            b" smime-type=enveloped-data; name=smime.p7m\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\nMIAG\r\n",
            "unsupported-format",
        ),
        (b"".join(b"X-%d: 1\r\n" % number for number in range(1200)) + b"\r\nx", "incomplete"),
    ],
)
def test_what_cannot_be_read_whole_is_refused(desk: Desk, raw: bytes, reason: str) -> None:
    row_id = desk.message(7, raw, "<odd@x>")
    with pytest.raises(MalformedMessage, match=reason):
        desk.drafts.open(desk.box, row_id).result(30)
    assert desk.stored.list("an") == ()
