"""Drafts on a real server: two computers and another program on one mailbox, the rules the real ones."""

from __future__ import annotations

import contextlib
import queue
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.config.paths import Paths, resources_dir
from client.config.policy_layers import builtin_policy
from client.errors import MalformedMessage, ServerBusy
from client.mime.parser import parse_message
from client.model.account import Account, Identity, SentCopy
from client.model.address import MailAddress
from client.model.event import Event
from client.model.message import ParsedMessage
from client.model.outgoing import Draft, DraftAttachment, OutgoingMessage
from client.model.secret import Secret
from client.model.server_draft import Standing
from client.net import imap
from client.net.session import ImapSession
from client.services.engine_link import EngineLink
from client.services.engine_setup import EngineSetup, OutboxChanged, SyncNow
from client.services.office import Office
from client.services.office_setup import OfficeSetup
from client.services.tasks import ImmediateLane
from client.store.secrets import MemorySecrets
from tests.fakes.mail_servers import MailServers

pytestmark = pytest.mark.real_servers
PATIENCE_S = 120
PASSWORD = Secret("mật khẩu")
FILE = DraftAttachment("ghi chú.txt", "text/plain", "Danh sách dự họp".encode())


class Machine:
    """One computer: the real office and engine, the workshop in this process."""

    def __init__(self, servers: MailServers, data: Path, address: str, **engine: object) -> None:
        servers.add_user(address, PASSWORD.reveal())
        self.servers, self.address = servers, address
        identity = Identity(MailAddress(address, "Nguyễn Văn An"), unit="Sở Nội vụ")
        account = Account(
            "a", identity, servers.imap_endpoint, servers.smtp_endpoint, address, sent_copy=SentCopy.APPEND
        )
        paths = Paths(data)
        secrets = MemorySecrets({"a": PASSWORD})
        setup = EngineSetup(paths, (account,), secrets, servers.anchors_pem, **engine)  # type: ignore[arg-type] # the test's business
        self.link = EngineLink(setup)
        self.events: queue.Queue[Event] = queue.Queue()
        policy = builtin_policy(resources_dir())
        self.desk = Office(OfficeSetup(paths, (account,), policy), ImmediateLane(), self.link)
        self.desk.subscribe(self.events.put)

    def until(self, condition: Callable[[], bool]) -> None:
        """Look again with every event, and now and then without one."""
        end = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < end
            with contextlib.suppress(queue.Empty):
                self.events.get(timeout=0.2)

    def write(self, draft: Draft) -> None:
        """As the window does: checked, stored, and closed."""
        self.desk.check(draft).result(60)
        self.desk.save_draft(draft)
        self.desk.server_drafts().closed(draft.draft_id)

    def standing(self, draft_id: str) -> Standing:
        return self.desk.server_drafts().standings()[draft_id].standing

    def until_standing(self, draft_id: str, wanted: Standing) -> None:
        self.until(lambda: self.standing(draft_id) is wanted)

    def until_noticed(self, draft_id: str, wanted: Standing) -> None:
        """What somebody else did is seen by a look at the mailbox; Dovecot may tell of it a second late."""

        def is_noticed() -> bool:
            self.link.send(SyncNow())
            return self.standing(draft_id) is wanted

        self.until(is_noticed)

    def letter(self, draft_id: str, subject: str) -> Draft:
        empty = replace(self.desk.new_draft("a"), draft_id=draft_id, subject=subject, sign_message=False)
        to, bcc = (MailAddress("binh@sothu.example"),), (MailAddress("chi@sothu.example"),)
        return replace(empty, to=to, bcc=bcc, body=f"Kính gửi đồng chí.\n{empty.body}", attachments=(FILE,))

    def session(self) -> ImapSession:
        return imap.connect(self.servers.imap_endpoint, self.address, PASSWORD, self.servers.anchors_pem)

    def on_server(self, mailbox: bytes = b"Drafts") -> list[ParsedMessage]:
        session = self.session()
        session.select(mailbox)
        found = []
        for uid in session.search_uids(1, 1_000_000):
            with contextlib.suppress(MalformedMessage, ServerBusy):  # the engine removes it at this moment
                found.append(parse_message(session.fetch_body(uid)))
        session.logout()
        return found

    def subjects(self, mailbox: bytes = b"Drafts") -> list[str]:
        return sorted(one.envelope.subject for one in self.on_server(mailbox))

    def row_of(self, subject: str) -> tuple[int, int]:
        """Mailbox and row of a message of the drafts mailbox, once it is listed here."""
        found: list[tuple[int, int]] = []

        def is_listed() -> bool:
            boxes = [one for one in self.desk.mailboxes("a") if one.raw_name == b"Drafts"]
            for box in boxes:
                rows = self.desk.rows(box.mailbox_id, list(self.desk.row_ids(box.mailbox_id)))
                found[:] = [
                    (box.mailbox_id, number) for number, row in rows.items() if row.subject == subject
                ]
            if not found:
                self.link.send(SyncNow())
            return bool(found)

        self.until(is_listed)
        return found[0]

    def open(self, subject: str) -> Draft:
        return self.desk.server_drafts().open(*self.row_of(subject)).result(60)


@pytest.fixture
def machines(
    mail_servers: MailServers, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], Machine]]:
    made: list[Machine] = []
    number = list(request.session.items).index(request.node)  # a mailbox of each test's own
    address = f"nhap-{number}@sothu.example"

    def start(name: str, **engine: object) -> Machine:
        made.append(Machine(mail_servers, tmp_path / name, address, **engine))
        return made[-1]

    yield start
    for one in made:
        one.desk.close()


def test_a_draft_goes_up_is_replaced_and_goes_when_it_is_sent(machines: Callable[[str], Machine]) -> None:
    one = machines("one")
    draft = one.letter("d1", "Mời họp")
    one.write(draft)
    one.until_standing("d1", Standing.UPLOADED)
    (message,) = one.on_server()
    assert [str(bcc) for bcc in message.envelope.bcc] == ["chi@sothu.example"]
    assert message.envelope.message_id != draft.message_id
    session = one.session()
    session.select(b"Drafts")
    assert set(session.fetch_flags(1).popitem()[1]) >= {"\\Draft", "\\Seen"}
    session.logout()
    one.write(replace(draft, subject="Mời họp (sửa)"))
    one.until(lambda: one.subjects() == ["Mời họp (sửa)"])
    raw = f"From: {one.address}\r\nSubject: x\r\nMessage-ID: {draft.message_id}\r\n\r\nx\r\n".encode()
    number = one.desk.queue(
        OutgoingMessage("a", draft.message_id, one.address, (one.address,), raw, draft_id="d1")
    )
    assert number
    one.link.send(OutboxChanged())
    one.until(lambda: one.subjects() == [])
    one.until(lambda: one.subjects(b"Sent") == ["x"])


def test_a_marking_keeps_a_draft_here_and_takes_down_what_was_there(
    machines: Callable[[str], Machine],
) -> None:
    one = machines("one")
    draft = one.letter("d1", "Mời họp")
    one.write(draft)
    one.until_standing("d1", Standing.UPLOADED)
    report = one.desk.check(replace(draft, body=f"TỐI MẬT\n\n{draft.body}")).result(60)
    assert report.holds_secret
    one.until(lambda: one.subjects() == [])
    one.until_standing("d1", Standing.MARKED)
    one.desk.save_draft(replace(draft, subject="chưa kiểm tra lại"))
    one.write(replace(one.letter("d2", "Thư khác")))  # what is not marked is not held up
    one.until_standing("d2", Standing.UPLOADED)
    assert one.subjects() == ["Thư khác"]


def test_two_computers_on_one_draft_keep_both_versions(machines: Callable[[str], Machine]) -> None:
    one, two = machines("one"), machines("two")
    one.write(one.letter("d1", "Kế hoạch"))
    one.until_standing("d1", Standing.UPLOADED)
    taken = two.open("Kế hoạch")
    assert taken.draft_id != "d1"
    assert (taken.attachments, taken.bcc) == ((FILE,), (MailAddress("chi@sothu.example"),))
    assert taken.body == one.letter("d1", "").body
    two.write(replace(taken, subject="Kế hoạch, sửa ở máy hai"))
    two.until_standing(taken.draft_id, Standing.UPLOADED)
    two.until(lambda: two.subjects() == ["Kế hoạch, sửa ở máy hai"])
    assert two.subjects(b"Trash") == ["Kế hoạch"]
    one.until_noticed("d1", Standing.CHANGED)
    one.write(one.letter("d1", "Kế hoạch, sửa ở máy một"))
    one.until(lambda: one.subjects() == ["Kế hoạch, sửa ở máy hai", "Kế hoạch, sửa ở máy một"])
    one.until_standing("d1", Standing.CHANGED)
    other = one.open("Kế hoạch, sửa ở máy hai")
    assert other.draft_id not in ("d1", taken.draft_id)
    assert {draft.draft_id for draft in one.desk.drafts("a")} == {"d1", other.draft_id}
    assert one.open("Kế hoạch, sửa ở máy một").draft_id == "d1"


def test_a_draft_deleted_by_another_program_stays_here_until_it_is_changed(
    machines: Callable[[str], Machine],
) -> None:
    one = machines("one")
    draft = one.letter("d1", "Thông báo")
    one.write(draft)
    one.row_of("Thông báo")  # listed: that it goes can be seen
    session = one.session()
    session.select(b"Drafts")
    uids = session.search_uids(1, 1000)
    session.store_flags(uids, add=("\\Deleted",))
    session.expunge(uids)
    session.logout()
    one.until_noticed("d1", Standing.GONE)
    one.write(draft)  # opened and closed again, nothing changed
    one.link.send(SyncNow())
    one.write(one.letter("d2", "Thư khác"))
    one.until_standing("d2", Standing.UPLOADED)
    assert one.subjects() == ["Thư khác"]
    assert [two.subject for two in one.desk.drafts("a")] == ["Thư khác", "Thông báo"]
    one.write(replace(draft, subject="Thông báo, viết tiếp"))
    one.until(lambda: one.subjects() == ["Thông báo, viết tiếp", "Thư khác"])


def test_another_program_s_draft_is_gone_on_with(machines: Callable[[str], Machine]) -> None:
    one = machines("one")
    session = one.session()
    raw = (
        f"From: {one.address}\r\nTo: binh@sothu.example\r\nSubject: Viet o Outlook\r\n"
        "Message-ID: <outlook-1@x>\r\nX-Unsent: 1\r\n\r\nKinh gui\r\n"
    )
    session.append(b"Drafts", raw.encode(), ("\\Draft",), datetime.now(UTC))
    session.logout()
    draft = one.open("Viet o Outlook")
    assert one.open("Viet o Outlook").draft_id == draft.draft_id
    one.write(replace(draft, subject="Viết tiếp ở đây"))
    one.until(lambda: one.subjects() == ["Viết tiếp ở đây"])
    one.until(lambda: one.subjects(b"Trash") == ["Viet o Outlook"])
    one.desk.delete_draft(draft.draft_id)
    one.until(lambda: one.subjects() == [])
    assert one.subjects(b"Trash") == ["Viet o Outlook"]


def test_a_server_without_uidplus_marks_the_old_version_and_expunges_nobody_s(
    machines: Callable[..., Machine],
) -> None:
    one = machines("one", imap_without=frozenset({"UIDPLUS", "MOVE"}))
    session = one.session()
    session.append(b"Drafts", b"Subject: cua nguoi khac\r\n\r\nx\r\n", ("\\Deleted",), datetime.now(UTC))
    draft = one.letter("d1", "Bản một")
    one.write(draft)
    one.until_standing("d1", Standing.UPLOADED)
    one.row_of("Bản một")
    one.write(replace(draft, subject="Bản hai"))
    one.row_of("Bản hai")

    def alive() -> list[str]:
        session.select(b"Drafts")
        flags = session.fetch_flags(1)
        there = [parse_message(session.fetch_body(uid)) for uid in flags if "\\Deleted" not in flags[uid]]
        return [message.envelope.subject for message in there]

    one.until(lambda: alive() == ["Bản hai"])
    session.logout()
    assert one.subjects() == ["Bản hai", "Bản một", "cua nguoi khac"]  # nothing was expunged
    mailbox_id, _ = one.row_of("Bản hai")

    def shown() -> set[str]:
        rows = one.desk.rows(mailbox_id, list(one.desk.row_ids(mailbox_id))).values()
        return {row.subject for row in rows}

    one.until(lambda: "Bản một" not in shown())
    assert one.desk.changes().waiting() == ()


def test_the_policy_keeps_drafts_on_the_computer(machines: Callable[..., Machine]) -> None:
    one = machines("one")
    draft = one.letter("d1", "Mời họp")
    one.write(draft)
    one.until_standing("d1", Standing.UPLOADED)
    one.link.close(60)
    kept = one.link
    one.link = EngineLink(replace(kept._setup, server_drafts=False))
    one.until(lambda: one.subjects() == [])
    one.write(replace(draft, subject="Chỉ ở đây"))
    one.link.send(SyncNow())
    assert [two.subject for two in one.desk.drafts("a")] == ["Chỉ ở đây"]
    one.link.close(60)
    assert one.subjects() == []
