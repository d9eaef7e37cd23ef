"""A draft and its copies on a server: which is there after each step, and whose words are left alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.errors import ConnectionLost, MessageTooLarge, ServerBusy
from client.mime.draft_message import build_draft
from client.mime.parser import parse_message
from client.model.account import Account, Endpoint, Identity
from client.model.address import MailAddress
from client.model.mailbox import RemoteMailbox, SpecialUse
from client.model.operation import NOT_EXPUNGED, OperationKind
from client.model.outgoing import Draft, DraftAttachment, OutboxState, OutgoingMessage
from client.model.server_draft import COPY_FIELD, DRAFT_FIELD, CopyState, Held, Note, Standing
from client.services.draft_reading import read_server_draft
from client.services.draft_upload import LOOKS, DraftWork, look, newest_of_each, remove, settle, upload
from client.store.database import Database, open_ledger
from client.store.drafts import Drafts
from client.store.operations import Operations
from client.store.outbox import Outbox
from client.store.rows import Location
from client.store.server_drafts import ServerDrafts
from tests.fakes.imap import FakeImapServer, FakeMailbox

KEPT = Path(__file__).resolve().parents[2] / "data" / "store" / "ledger-009.db"
NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
SERVER = Endpoint("localhost", 1)
ACCOUNT = Account("an", Identity(MailAddress("an@x.vn", "An")), SERVER, SERVER, "an@x.vn")
DRAFT = Draft(
    "d1",
    "an",
    "<final@x.vn>",
    MailAddress("an@x.vn", "An"),
    to=(MailAddress("binh@x.vn", "Bình"),),
    bcc=(MailAddress("chi@x.vn"),),
    subject="Tờ trình về việc mua sắm",
    body="Kính gửi\n\nAn",
    attachments=(DraftAttachment("phụ lục.pdf", "application/pdf", b"%PDF-1.4 phu luc"),),
    urgent=True,
)


class Desk:
    """The window's side of one ledger, and the engine's on a server in memory."""

    def __init__(self, folder: Path, server: FakeImapServer) -> None:
        self.server = server
        self.ledger: Database = open_ledger(folder / "ledger.db")
        self.drafts = Drafts(self.ledger, lambda: NOW)
        self.known = ServerDrafts(self.ledger, lambda: NOW)
        self.operations = Operations(self.ledger, "an", lambda: NOW)

    @property
    def box(self) -> FakeMailbox:
        return self.server.mailboxes[b"Drafts"]

    def write(self, draft: Draft, held: Held = Held.NO) -> None:
        """Stored and checked."""
        self.known.judge(draft.draft_id, self.drafts.save(draft), held)

    def work(self) -> DraftWork:
        return DraftWork(
            ACCOUNT, self.server.session(), self.drafts, self.known, self.operations, lambda: NOW
        )

    def round(self) -> None:
        """What the engine does once everything is due."""
        work = self.work()
        for copy in self.known.copies("an"):
            if copy.state is CopyState.SENDING:
                settle(work, copy)
        for waiting in self.known.wanted("an"):
            upload(work, waiting)
        for copy in self.known.unwanted("an", allowed=True):
            remove(work, copy)

    def subjects(self) -> list[str]:
        """Of what is in the mailbox and not marked as deleted."""
        there = [one for one in self.box.messages.values() if "\\Deleted" not in one.flags]
        return [parse_message(one.raw).envelope.subject for one in there]

    def standing(self, draft_id: str = "d1") -> Standing:
        return self.known.standings(allowed=True)[draft_id].standing


@pytest.fixture(params=["uidplus", "bare", "bare and unsearched"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    server = FakeImapServer(
        {b"INBOX": FakeMailbox(SpecialUse.INBOX), b"Drafts": FakeMailbox(SpecialUse.DRAFTS)}
    )
    if request.param != "uidplus":
        server.extensions = frozenset()
    if request.param == "bare and unsearched":
        server.unsearched = frozenset({"Message-ID", COPY_FIELD, DRAFT_FIELD})
    made = Desk(tmp_path, server)
    yield made
    made.ledger.close()


def test_a_draft_goes_up_whole_and_stays_a_draft(desk: Desk) -> None:
    desk.write(DRAFT)
    assert desk.standing() is Standing.WAITING
    desk.round()
    (message,) = desk.box.messages.values()
    assert message.flags == {"\\Draft", "\\Seen"}
    assert b"final@x.vn" not in message.raw
    read = read_server_draft(message.raw, replace(DRAFT, attachments=(), body="", subject="", to=(), bcc=()))
    assert read.draft == DRAFT
    assert desk.standing() is Standing.UPLOADED
    desk.round()
    assert len(desk.box.messages) == 1


def test_the_next_version_is_there_before_the_old_one_goes(desk: Desk) -> None:
    others = desk.box.add(b"Subject: cua nguoi khac\r\n\r\nx\r\n", "\\Deleted")
    desk.write(DRAFT)
    desk.round()
    desk.write(replace(DRAFT, subject="Bản hai"))
    desk.server.calls.clear()
    desk.round()
    assert desk.subjects() == ["Bản hai"]
    calls = desk.server.calls
    assert calls.index("append") < calls.index("store_flags")
    assert others in desk.box.messages  # marked by somebody else: theirs to expunge
    if "UIDPLUS" in desk.server.extensions:
        assert len(desk.box.messages) == 2
    else:
        assert "expunge" not in calls
        (hidden,) = desk.operations.all()
        assert (hidden.kind, hidden.parked, hidden.is_old_draft) == (OperationKind.DELETE, NOT_EXPUNGED, True)


@pytest.mark.parametrize("step", ["append", "append-answer", "store_flags", "expunge", "find_by_message_id"])
def test_a_link_that_breaks_anywhere_leaves_a_copy_and_in_the_end_one(desk: Desk, step: str) -> None:
    desk.write(DRAFT)
    desk.round()
    desk.write(replace(DRAFT, subject="Bản hai"))
    desk.server.fail_on[step] = ConnectionLost(host="fake")
    try:
        desk.round()
    except ConnectionLost:
        assert desk.subjects()
    desk.server.fail_on.clear()
    for _ in range(LOOKS + 2):
        desk.round()
        assert desk.subjects() == ["Bản hai"]
    assert [one.state for one in desk.known.copies("an")] == [CopyState.THERE]


def test_a_copy_that_the_server_stores_late_is_found_and_goes(desk: Desk) -> None:
    desk.write(DRAFT)
    desk.server.fail_on["append"] = ConnectionLost(host="fake")
    with pytest.raises(ConnectionLost):
        desk.round()
    (late,) = desk.known.copies("an")
    desk.write(replace(DRAFT, subject="Bản hai"))
    desk.round()
    assert desk.subjects() == ["Bản hai"]
    raw = build_draft(DRAFT, NOW, message_id=late.message_id, token=late.token, identity="x")
    desk.box.add(raw, "\\Draft", when=NOW)
    desk.round()
    assert desk.subjects() == ["Bản hai"]
    assert desk.standing() is Standing.UPLOADED
    assert [one.state for one in desk.known.copies("an")] == [CopyState.THERE]


def test_what_was_marked_as_deleted_when_the_program_ended_is_removed_by_the_next(desk: Desk) -> None:
    desk.write(DRAFT)
    desk.round()
    (copy,) = desk.known.copies("an")
    desk.known.leaving(copy)
    desk.box.messages[copy.uid].flags.add("\\Deleted")
    desk.write(replace(DRAFT, subject="Bản hai"))
    desk.round()
    assert desk.subjects() == ["Bản hai"]
    assert desk.standing() is Standing.UPLOADED  # that the old one was not found is no news
    assert (copy.uid in desk.box.messages) is ("UIDPLUS" not in desk.server.extensions)
    desk.round()
    assert [one.state for one in desk.known.copies("an")] == [CopyState.THERE]


def test_a_refused_draft_leaves_the_old_version_and_no_trace_of_the_new(desk: Desk) -> None:
    desk.write(DRAFT)
    desk.round()
    desk.write(replace(DRAFT, subject="Bản hai"))
    desk.server.fail_on["append"] = ServerBusy(host="fake", reply="no")
    with pytest.raises(ServerBusy):
        desk.round()
    assert desk.subjects() == [DRAFT.subject]
    assert [one.state for one in desk.known.copies("an")] == [CopyState.THERE]


def test_a_draft_larger_than_the_server_says_is_not_even_sent(desk: Desk) -> None:
    desk.server.extensions |= {"APPENDLIMIT=300"}
    desk.write(DRAFT)
    with pytest.raises(MessageTooLarge):
        desk.round()
    assert "append" not in desk.server.calls


def test_only_the_version_that_was_checked_goes_up(desk: Desk) -> None:
    desk.write(DRAFT)
    desk.drafts.save(replace(DRAFT, body="chưa kiểm tra"))
    assert desk.known.wanted("an") == ()
    desk.known.judge("d1", "of another version", Held.NO)
    assert desk.known.wanted("an") == ()
    desk.round()
    assert desk.subjects() == []


@pytest.mark.parametrize("held", [Held.UNREAD, Held.UNCHECKED])
def test_what_was_not_read_or_not_checked_stays_here(desk: Desk, held: Held) -> None:
    desk.write(DRAFT, held)
    desk.round()
    assert desk.subjects() == []
    assert desk.standing().value == held.value
    desk.write(DRAFT)
    desk.round()
    assert desk.subjects() == [DRAFT.subject]


def test_a_marking_takes_down_what_was_uploaded_and_comes_up_again_without_it(desk: Desk) -> None:
    desk.write(DRAFT)
    desk.round()
    # The marked version itself is stored nowhere.
    desk.known.judge("d1", "digest of what is on the screen", Held.MARKED)
    desk.round()
    assert desk.subjects() == []
    assert desk.standing() is Standing.MARKED
    desk.known.judge("d1", "digest of what is on the screen", Held.UNCHECKED)
    desk.round()
    assert desk.subjects() == []  # a check that failed takes no marking back
    desk.write(DRAFT)
    desk.round()
    assert desk.subjects() == [DRAFT.subject]


def test_a_draft_that_is_marked_while_it_is_on_its_way_comes_down_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write(DRAFT)
    work = desk.work()
    (waiting,) = desk.known.wanted("an")
    append = work.session.append

    def marked_meanwhile(*arguments: object) -> int | None:
        desk.known.judge("d1", "another", Held.MARKED)
        return append(*arguments)  # type: ignore[arg-type] # handed through

    monkeypatch.setattr(work.session, "append", marked_meanwhile)
    upload(work, waiting)
    desk.round()
    assert desk.subjects() == []


def test_a_draft_that_is_marked_just_before_it_would_leave_does_not_leave(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write(DRAFT)
    work = desk.work()
    (waiting,) = desk.known.wanted("an")
    listed = work.session.list_mailboxes

    def marked_meanwhile() -> tuple[RemoteMailbox, ...]:
        desk.known.judge("d1", "another", Held.MARKED)
        return listed()

    monkeypatch.setattr(work.session, "list_mailboxes", marked_meanwhile)
    upload(work, waiting)
    assert "append" not in desk.server.calls
    assert desk.known.copies("an") == ()


def test_what_is_thrown_away_here_goes_there(desk: Desk) -> None:
    desk.write(DRAFT)
    desk.round()
    desk.drafts.delete("d1")
    desk.round()
    assert desk.subjects() == []
    assert desk.known.copies("an") == ()


@pytest.mark.parametrize(
    ("state", "stays"),
    [(OutboxState.SUBMITTED, False), (OutboxState.CANCELLED, True), (OutboxState.UNCERTAIN, True)],
)
def test_a_letter_the_server_took_needs_its_draft_no_more(
    desk: Desk, state: OutboxState, stays: bool
) -> None:
    desk.write(DRAFT)
    desk.round()
    outbox = Outbox(desk.ledger, lambda: NOW)
    number = outbox.enqueue(
        OutgoingMessage("an", "<final@x.vn>", "an@x.vn", ("b@x.vn",), b"x", draft_id="d1")
    )
    desk.write(replace(DRAFT, subject="Không còn đổi được"))
    desk.round()
    assert desk.subjects() == [DRAFT.subject]  # in hand: what leaves is frozen
    if state is not OutboxState.CANCELLED:
        outbox.advance(number, OutboxState.SUBMITTING)
    outbox.advance(number, state)
    desk.round()
    assert bool(desk.subjects()) is stays


def test_the_policy_keeps_drafts_here_and_takes_down_what_was_there(desk: Desk) -> None:
    desk.write(DRAFT)
    desk.round()
    for copy in desk.known.unwanted("an", allowed=False):
        remove(desk.work(), copy)
    assert desk.subjects() == []
    assert desk.drafts.load("d1") == DRAFT
    assert desk.known.standings(allowed=False)["d1"].standing is Standing.HERE_ONLY


def test_another_sender_means_another_account_and_the_old_copy_goes(desk: Desk) -> None:
    desk.write(DRAFT)
    desk.round()
    desk.write(replace(DRAFT, account_id="binh"))
    desk.round()
    assert desk.subjects() == []
    assert [one.draft_id for one in desk.known.wanted("binh")] == ["d1"]


# -- somebody else


def test_a_copy_deleted_elsewhere_is_said_and_not_brought_back_before_the_draft_is_changed(
    desk: Desk,
) -> None:
    desk.write(DRAFT)
    desk.round()
    desk.box.messages.clear()
    work = desk.work()
    for copy in newest_of_each(desk.known.copies("an")):
        look(work, copy, is_changed=False)
    assert desk.standing() is Standing.GONE
    desk.round()
    assert desk.subjects() == []
    assert desk.drafts.load("d1") == DRAFT
    desk.write(replace(DRAFT, subject="Viết tiếp"))
    desk.round()
    assert desk.subjects() == ["Viết tiếp"]
    assert desk.standing() is Standing.CHANGED


def test_changed_on_both_sides_both_are_kept(desk: Desk) -> None:
    desk.write(DRAFT)
    desk.round()
    desk.box.messages.clear()
    desk.box.add(b"Subject: Sua o may khac\r\nMessage-ID: <other@x>\r\n\r\nx\r\n", "\\Draft")
    desk.write(replace(DRAFT, subject="Sửa ở đây"))
    desk.round()
    assert desk.subjects() == ["Sua o may khac", "Sửa ở đây"]
    assert desk.standing() is Standing.CHANGED


def test_another_program_s_draft_is_replaced_and_can_be_had_back_from_the_trash(desk: Desk) -> None:
    desk.server.mailboxes[b"Deleted Items"] = FakeMailbox(SpecialUse.TRASH)
    uid = desk.box.add(b"Subject: Cua Outlook\r\nMessage-ID: <outlook@x>\r\n\r\nx\r\n", "\\Draft")
    place = Location(1, 1, b"Drafts", 1, uid, "<outlook@x>", "")
    version = desk.drafts.save(DRAFT)
    desk.known.adopt("d1", place, "an", version, "")
    desk.known.judge("d1", version, Held.NO)
    desk.round()
    assert desk.subjects() == ["Cua Outlook"]  # nothing was changed: nothing is uploaded
    assert desk.standing() is Standing.UPLOADED
    assert desk.known.known_as("an", place) == "d1"
    desk.write(replace(DRAFT, subject="Sửa tiếp"))
    desk.round()
    assert desk.subjects() == ["Cua Outlook", "Sửa tiếp"]
    (move,) = [one for one in desk.operations.pending() if one.kind is OperationKind.MOVE]
    assert (move.raw_name, move.uid, move.target) == (b"Drafts", uid, b"Deleted Items")


def test_another_program_s_draft_that_was_changed_there_stays(desk: Desk) -> None:
    old = desk.box.add(b"Subject: Cu\r\nMessage-ID: <same@x>\r\n\r\nx\r\n", "\\Draft")
    version = desk.drafts.save(DRAFT)
    desk.known.adopt("d1", Location(1, 1, b"Drafts", 1, old, "<same@x>", ""), "an", version, "")
    del desk.box.messages[old]
    new = desk.box.add(b"Subject: Moi hon\r\nMessage-ID: <same@x>\r\n\r\ny\r\n", "\\Draft")
    desk.write(replace(DRAFT, subject="Sửa ở đây"))
    desk.round()
    assert desk.subjects() == ["Moi hon", "Sửa ở đây"]
    assert desk.operations.pending() == ()
    assert desk.known.known_as("an", Location(2, 1, b"Drafts", 1, new, "<same@x>", "")) == ""
    assert desk.standing() is Standing.CHANGED


def test_what_another_program_made_of_our_draft_is_not_taken_for_our_copy(desk: Desk) -> None:
    """Roundcube and Thunderbird go on with a draft under its Message-ID, and leave our fields out."""
    desk.write(DRAFT)
    desk.round()
    (uid,) = desk.box.messages
    message_id = parse_message(desk.box.messages.pop(uid).raw).envelope.message_id
    theirs = desk.box.add(f"Subject: Viet tiep\r\nMessage-ID: {message_id}\r\n\r\nhai gio\r\n".encode())
    work = desk.work()
    look(work, newest_of_each(desk.known.copies("an"))[0], is_changed=False)
    if "Message-ID" not in desk.server.unsearched:
        assert desk.standing() is Standing.CHANGED
    desk.write(replace(DRAFT, subject="Viết tiếp ở đây"))
    for _ in range(2):
        desk.round()
    assert theirs in desk.box.messages
    assert sorted(desk.subjects()) == ["Viet tiep", "Viết tiếp ở đây"]


def test_two_computers_on_one_draft_lose_nothing(tmp_path: Path) -> None:
    boxes = {b"Drafts": FakeMailbox(SpecialUse.DRAFTS), b"Trash": FakeMailbox(SpecialUse.TRASH)}
    one, two = (Desk(tmp_path / name, FakeImapServer(boxes)) for name in ("one", "two"))
    one.write(DRAFT)
    one.round()
    ((uid, message),) = one.box.messages.items()
    read = read_server_draft(message.raw, Draft("d2", "an", "<two@x.vn>", DRAFT.sender))
    place = Location(1, 1, b"Drafts", 1, uid, f"<{read.token}@x.vn>", "")
    assert two.known.known_as("an", place, read.token) == ""
    assert one.known.known_as("an", place, read.token) == "d1"
    two.known.adopt("d2", place, "an", two.drafts.save(read.draft), read.identity)
    two.write(replace(read.draft, subject="Ở máy hai"))
    two.round()
    (move,) = two.operations.pending()
    boxes[b"Trash"].add(boxes[b"Drafts"].messages.pop(move.uid).raw)  # what the queue of changes does
    for copy in newest_of_each(one.known.copies("an")):
        look(one.work(), copy, is_changed=False)
    assert one.standing() is Standing.CHANGED  # not deleted: its like is there
    one.write(replace(DRAFT, subject="Ở máy một"))
    one.round()
    assert sorted(one.subjects()) == ["Ở máy hai", "Ở máy một"]
    assert two.drafts.load("d2") is not None
    assert two.standing("d2") is Standing.UPLOADED
    for desk in (one, two):
        desk.ledger.close()


def test_copies_are_found_again_when_the_mailbox_is_renumbered(desk: Desk) -> None:
    desk.box.add(b"Subject: truoc\r\n\r\nx\r\n")
    desk.write(DRAFT)
    desk.round()
    del desk.box.messages[1]
    desk.box.renumber()
    desk.write(replace(DRAFT, subject="Bản hai"))
    desk.round()
    assert desk.subjects() == ["Bản hai"]
    assert desk.known.standings(allowed=True)["d1"].note is Note.NONE


def test_a_message_that_took_the_uid_is_not_taken_for_the_copy(desk: Desk) -> None:
    desk.write(DRAFT)
    desk.round()
    (uid,) = desk.box.messages
    desk.box.messages[uid].raw = b"Subject: cua ai do\r\n\r\nx\r\n"
    desk.drafts.delete("d1")
    desk.round()
    assert desk.subjects() == ["cua ai do"]


def test_a_mailbox_for_drafts_is_made_where_there_is_none(tmp_path: Path) -> None:
    desk = Desk(tmp_path, FakeImapServer({b"INBOX": FakeMailbox(SpecialUse.INBOX)}))
    desk.write(DRAFT)
    desk.round()
    assert desk.box.special_use is SpecialUse.DRAFTS
    assert desk.subjects() == [DRAFT.subject]
    desk.ledger.close()


def test_drafts_of_an_older_version_of_the_program_stay_here_until_they_were_checked(tmp_path: Path) -> None:
    shutil.copy(KEPT, tmp_path / "ledger.db")
    desk = Desk(tmp_path, FakeImapServer({b"Drafts": FakeMailbox(SpecialUse.DRAFTS)}))
    (old,) = desk.drafts.list("an")
    desk.ledger.run("DELETE FROM outbox")  # there it was on its way
    assert desk.known.wanted("an") == ()
    assert desk.known.unjudged() == ()
    assert desk.standing(old.draft_id) is Standing.HERE_ONLY
    desk.known.judge(old.draft_id, "some version", Held.NO)
    desk.round()
    assert desk.subjects() == []
    whole = desk.drafts.load(old.draft_id)
    assert whole is not None
    desk.write(whole)
    desk.round()
    assert desk.subjects() == [old.subject]
    desk.ledger.close()
