"""What every `ImapSession` keeps, the fake and the real one on Dovecot alike."""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest

from client.errors import AuthenticationFailed, ClientError, ConnectionLost, MalformedMessage, ServerBusy
from client.model.account import Endpoint
from client.model.mailbox import SpecialUse, SyncCursor
from client.model.secret import Secret
from client.net import imap
from client.net.session import ImapSession
from client.services import sync_flags
from tests.fakes.dovecot import Dovecot
from tests.fakes.imap import FakeImapServer, FakeMailbox
from tests.fakes.imap_faults import wire_server
from tests.fakes.imap_profiles import PROFILES
from tests.fakes.tls import ServerAuthority

WHEN = datetime(2026, 7, 1, 8, 30, 15, tzinfo=timezone(timedelta(hours=7)))
_numbers = itertools.count(1)


@pytest.fixture(params=["fake", *PROFILES, pytest.param("dovecot", marks=pytest.mark.real_servers)])
def connect(request: pytest.FixtureRequest) -> Iterator[object]:
    """A function that gives another session of one and the same new user."""
    opened: list[ImapSession] = []
    around = contextlib.ExitStack()
    boxes = {b"INBOX": FakeMailbox(SpecialUse.INBOX), b"Sent": FakeMailbox(SpecialUse.SENT)}
    server = FakeImapServer(boxes, condstore=True, batch=50)
    if request.param == "fake":
        server.extensions |= {"QRESYNC"}
        make = server.session
    elif request.param in PROFILES:
        authority: ServerAuthority = request.getfixturevalue("server_authority")
        identity = authority.issue()
        endpoint = around.enter_context(wire_server(identity, server, PROFILES[request.param]))

        def make() -> ImapSession:  # type: ignore[misc] # one of three definitions
            return imap.connect(endpoint, "an", Secret("pw"), identity.anchors_pem)
    else:
        dovecot: Dovecot = request.getfixturevalue("dovecot")
        user = f"phong{next(_numbers)}@sothu.example"
        dovecot.add_user(user, "mật khẩu 🔑")

        def make() -> ImapSession:  # type: ignore[misc] # one of three definitions
            return imap.connect(dovecot.imap_endpoint, user, Secret("mật khẩu 🔑"), dovecot.anchors_pem)

    def connect() -> ImapSession:
        session: ImapSession = make()
        opened.append(session)
        return session

    yield connect
    for session in opened:
        session.logout()
    around.close()


@pytest.fixture
def session(connect: object) -> ImapSession:
    result: ImapSession = connect()  # type: ignore[operator] # the fixture above
    return result


def raw(number: int) -> bytes:
    head = f"From: an@sothu.example\r\nSubject: thu {number}\r\nMessage-ID: <{number}@sothu.example>\r\n\r\n"
    return head.encode() + b"..\r\n.\r\n)\r\n{5}\r\n" + b"x" * number + b"\r\n"


def needs(session: ImapSession, *capabilities: str) -> None:
    """The rest is about servers with these."""
    if missing := set(capabilities) - session.capabilities:
        pytest.skip(f"a server without {', '.join(sorted(missing))}")


def fill(session: ImapSession, number: int, mailbox: bytes = b"INBOX") -> list[int]:
    uids = [session.append(mailbox, raw(index), ["\\Seen"], WHEN) for index in range(1, number + 1)]
    assert None not in uids
    return [uid for uid in uids if uid is not None]


def test_mailboxes_come_with_their_roles(session: ImapSession) -> None:
    roles = {mailbox.special_use: mailbox.raw_name for mailbox in session.list_mailboxes()}
    assert roles[SpecialUse.INBOX] == b"INBOX"
    assert roles[SpecialUse.SENT] == b"Sent"


def test_an_empty_mailbox_yields_no_header(session: ImapSession) -> None:
    assert session.select(b"INBOX").exists == 0
    assert list(session.fetch_headers(1)) == []
    assert session.fetch_flags(1) == {}
    assert session.search_uids(1, 1000) == ()


def test_headers_come_newest_first_and_complete(session: ImapSession) -> None:
    uids = fill(session, 120)
    selected = session.select(b"INBOX")
    assert (selected.exists, selected.uidnext) == (120, uids[-1] + 1)
    batches = list(session.fetch_headers(1))
    found = [header for batch in batches for header in batch]
    assert [header.uid for header in found] == sorted(uids, reverse=True)
    assert len(batches[0]) <= 50
    newest = found[0]
    assert newest.internal_date == WHEN.astimezone(UTC)
    assert newest.flags - {"\\Recent"} == {"\\Seen"}
    assert newest.size == len(raw(120)) or not session.quirks.exact_size
    assert b"Subject: thu 120\r\n" in newest.header


def test_nothing_below_the_asked_uid_comes(session: ImapSession) -> None:
    uids = fill(session, 3)
    session.select(b"INBOX")
    assert list(session.fetch_headers(uids[-1] + 1)) == []
    assert session.fetch_flags(uids[-1] + 1) == {}
    assert session.search_uids(uids[1], uids[2] + 500) == (uids[1], uids[2])


def test_messages_are_named_by_their_flags(session: ImapSession) -> None:
    uids = fill(session, 5)
    session.select(b"INBOX")
    session.store_flags(uids[:2], remove=("\\Seen",))
    session.store_flags(uids[1:3], add=("\\Flagged", "\\Answered"))
    session.store_flags(uids[3:4], add=("\\Draft",))
    found = {key: session.search_uids(uids[0], uids[-1], key) for key in sync_flags.SEARCHED}
    assert found == {
        b"UNSEEN": tuple(uids[:2]),
        b"ANSWERED": tuple(uids[1:3]),
        b"FLAGGED": tuple(uids[1:3]),
        b"DELETED": (),
        b"DRAFT": tuple(uids[3:4]),
    }
    told = session.fetch_flags_of([uids[1], uids[4], uids[4] + 7])
    assert {uid: flags - {"\\Recent"} for uid, flags in told.items()} == {
        uids[1]: {"\\Flagged", "\\Answered"},
        uids[4]: {"\\Seen"},
    }


def test_the_whole_message_comes_byte_for_byte(session: ImapSession) -> None:
    (uid,) = fill(session, 1)
    session.select(b"INBOX")
    assert session.fetch_body(uid) == raw(1)
    with pytest.raises(MalformedMessage):
        session.fetch_body(uid + 1)


class Intake:
    """A message as it came."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = [b"of another one"]

    def discard(self) -> None:
        self.pieces.clear()

    def append(self, piece: bytes) -> None:
        self.pieces.append(piece)


def test_a_large_message_can_be_had_as_it_comes(session: ImapSession) -> None:
    large = raw(1) + b"x" * 2_500_000 + b"\r\nQ7 OK {3}\r\n"
    uid = session.append(b"INBOX", large, (), WHEN)
    assert uid is not None
    session.select(b"INBOX")
    intake = Intake()
    session.fetch_body_into(uid, intake)
    assert b"".join(intake.pieces) == large
    assert max(map(len, intake.pieces)) <= 1 << 20
    with pytest.raises(MalformedMessage):
        session.fetch_body_into(uid + 1, intake)
    assert session.fetch_body(uid) == large


def test_many_messages_come_in_the_order_asked_for_and_a_missing_one_in_its_place(
    session: ImapSession,
) -> None:
    uids = fill(session, 30)
    session.select(b"INBOX")
    asked = [*uids[::-1][:20], uids[-1] + 1, *uids[:10]]
    answers = list(session.fetch_bodies(asked))
    assert isinstance(answers.pop(20), MalformedMessage)
    assert answers == [raw(uids.index(uid) + 1) for uid in asked if uid in uids]
    assert list(session.fetch_bodies([])) == []


@pytest.mark.parametrize("taken", [0, 1, 5, 29])
def test_what_was_asked_for_ahead_is_in_nobodys_way(session: ImapSession, taken: int) -> None:
    uids = fill(session, 30)
    session.select(b"INBOX")
    answers = session.fetch_bodies(uids)
    assert [next(answers) for _ in range(taken)] == [raw(number + 1) for number in range(taken)]
    answers.close()
    assert session.fetch_body(uids[3]) == raw(4)
    assert session.search_uids(1, uids[-1]) == tuple(uids)


def test_a_large_message_comes_byte_for_byte(session: ImapSession) -> None:
    large = raw(1) + b"y" * 70 + b"\r\n" + (b"z" * 74 + b"\r\n") * 60_000
    uid = session.append(b"INBOX", large, [], WHEN)
    session.select(b"INBOX")
    assert uid is not None
    assert session.fetch_body(uid) == large


def test_flags_change_by_difference(session: ImapSession) -> None:
    uids = fill(session, 2)
    session.select(b"INBOX")
    session.store_flags(uids[:1], add=["\\Flagged"], remove=["\\Seen"])
    flags = {uid: found - {"\\Recent"} for uid, found in session.fetch_flags(1).items()}
    assert flags == {uids[0]: {"\\Flagged"}, uids[1]: {"\\Seen"}}


def test_only_flags_changed_since_are_told(session: ImapSession) -> None:
    needs(session, "CONDSTORE")
    uids = fill(session, 3)
    before = session.select(b"INBOX").highestmodseq
    session.store_flags([uids[1]], add=["\\Answered"])
    assert list(session.fetch_flags(1, changed_since=before)) == [uids[1]]


def test_a_message_is_found_by_its_id(session: ImapSession) -> None:
    uids = fill(session, 3, b"Sent")
    assert session.find_by_message_id(b"Sent", "<2@sothu.example>") == (uids[1],)
    assert session.find_by_message_id(b"Sent", "<none@sothu.example>") == ()


def test_a_mailbox_that_is_not_there_is_an_error_and_the_session_goes_on(session: ImapSession) -> None:
    with pytest.raises(ClientError):
        session.select(b"Khong co")
    assert session.select(b"INBOX").exists == 0


def test_idle_wakes_for_new_mail(connect: object, session: ImapSession) -> None:
    other: ImapSession = connect()  # type: ignore[operator] # the fixture above
    session.select(b"INBOX")
    asked = threading.Event()

    def stop() -> bool:
        asked.set()
        return False

    def deliver() -> None:
        asked.wait(10)
        fill(other, 1)

    thread = threading.Thread(target=deliver)
    thread.start()
    assert session.idle(30, stop)
    thread.join()


def test_idle_does_not_miss_what_came_before_it(connect: object, session: ImapSession) -> None:
    other: ImapSession = connect()  # type: ignore[operator] # the fixture above
    session.select(b"INBOX")
    fill(other, 1)
    assert session.idle(30, lambda: False)


def test_idle_ends_on_stop_and_on_interrupt(session: ImapSession) -> None:
    session.select(b"INBOX")
    assert not session.idle(30, lambda: True)
    session.interrupt()
    assert not session.idle(30, lambda: False)
    assert session.select(b"INBOX").exists == 0


@pytest.mark.real_servers
def test_a_wrong_password_is_told_apart_and_not_shown(dovecot: Dovecot) -> None:
    dovecot.add_user("sai@sothu.example", "đúng")
    with pytest.raises(AuthenticationFailed) as caught:
        imap.connect(dovecot.imap_endpoint, "sai@sothu.example", Secret("CANARY-9b1"), dovecot.anchors_pem)
    assert "CANARY" not in repr(caught.value) + str(caught.value) + repr(caught.value.__cause__)


@pytest.mark.real_servers
def test_starttls_protects_before_the_login(dovecot: Dovecot) -> None:
    dovecot.add_user("bao@sothu.example", "pw")
    endpoint: Endpoint = dovecot.imap_starttls_endpoint
    session = imap.connect(endpoint, "bao@sothu.example", Secret("pw"), dovecot.anchors_pem)
    assert session.select(b"INBOX").exists == 0
    session.logout()


def test_a_move_tells_where_the_messages_are_now(session: ImapSession) -> None:
    needs(session, "MOVE")
    first, second, third = fill(session, 3)
    session.select(b"INBOX")
    moved = session.move((first, third), b"Sent")
    assert set(moved) == {first, third}
    assert session.search_uids(1, 99) == (second,)
    session.select(b"Sent")
    assert set(session.search_uids(1, 99)) == set(moved.values())
    assert session.fetch_body(moved[third]) == raw(3)


def test_a_copy_leaves_the_original_and_expunge_takes_only_what_is_named(session: ImapSession) -> None:
    first, second = fill(session, 2)
    session.select(b"INBOX")
    copied = session.copy((first,), b"Sent")
    assert session.search_uids(1, 99) == (first, second)
    session.store_flags((first, second), add=("\\Deleted",))
    session.expunge((first,))
    assert session.search_uids(1, 99) == (second,)
    session.select(b"Sent")
    assert session.search_uids(1, 99) == tuple(copied.values())


def test_what_is_not_there_is_neither_moved_nor_a_fault(session: ImapSession) -> None:
    needs(session, "MOVE")
    session.select(b"INBOX")
    assert session.move((99,), b"Sent") == {}


def test_a_missing_mailbox_is_refused_with_trycreate_and_made_with_its_role(session: ImapSession) -> None:
    needs(session, "MOVE")
    (uid,) = fill(session, 1)
    session.select(b"INBOX")
    with pytest.raises(ServerBusy) as refused:
        session.move((uid,), b"Luu tru 2026")
    assert "TRYCREATE" in str(refused.value.params["reply"])
    for _ in range(2):
        session.create(b"Luu tru 2026", SpecialUse.ARCHIVE)
    assert len(session.move((uid,), b"Luu tru 2026")) == 1


def cursor(session: ImapSession, name: bytes = b"INBOX") -> SyncCursor:
    told = session.select(name)
    return SyncCursor(told.uidvalidity, told.uidnext, told.highestmodseq)


def test_what_changed_meanwhile_comes_along_with_select(connect: object, session: ImapSession) -> None:
    needs(session, "QRESYNC")
    first, second, third = fill(session, 3)
    since = cursor(session)
    other: ImapSession = connect()  # type: ignore[operator] # the fixture above
    other.select(b"INBOX")
    other.store_flags((first,), add=("\\Deleted",))
    other.expunge((first,))
    other.store_flags((third,), add=("\\Flagged",))
    (fourth,) = fill(other, 1)
    told = session.select(b"INBOX", since)
    assert told.resumed
    assert any(low <= first <= high for low, high in told.vanished)
    assert not any(low <= uid <= high for uid in (second, third) for low, high in told.vanished)
    assert {uid: flags - {"\\Recent"} for uid, flags in told.changed.items()} == {
        third: {"\\Seen", "\\Flagged"},
        fourth: {"\\Seen"},
    }
    assert (told.exists, told.uidnext) == (3, fourth + 1)
    assert told.highestmodseq > since.highestmodseq


def test_nothing_comes_along_when_nothing_changed_or_the_cursor_is_of_another_life(
    session: ImapSession,
) -> None:
    needs(session, "QRESYNC")
    fill(session, 2)
    since = cursor(session)
    told = session.select(b"INBOX", since)
    assert (told.resumed, told.changed) == (True, {})
    other_life = SyncCursor(since.uidvalidity + 1, since.uidnext, since.highestmodseq)
    assert not session.select(b"INBOX", other_life).resumed
    assert not session.select(b"INBOX").resumed
    assert session.fetch_flags(1)


def test_numbers_of_many_mailboxes_come_without_selecting_them(session: ImapSession) -> None:
    uids = fill(session, 2)
    session.select(b"Sent")
    names = [b"INBOX", b"Khong co", b"Sent"]
    for number in range(30):
        session.create(b"Muc %d" % number)
        names.append(b"Muc %d" % number)
    told = session.statuses(names)
    assert set(told) == set(names) - {b"Khong co"}
    inbox = told[b"INBOX"]
    selected = session.select(b"INBOX")
    assert (inbox.messages, inbox.uidnext, inbox.unseen) == (2, uids[-1] + 1, 0)
    assert (inbox.uidvalidity, inbox.highestmodseq) == (selected.uidvalidity, selected.highestmodseq)


def test_flags_are_read_of_a_part_alone(session: ImapSession) -> None:
    uids = fill(session, 4)
    session.select(b"INBOX")
    assert set(session.fetch_flags(uids[1], high=uids[2])) == set(uids[1:3])


def test_an_abandoned_connection_ends_the_wait_on_it(session: ImapSession) -> None:
    session.select(b"INBOX")
    waiting = threading.Event()

    def stop() -> bool:
        waiting.set()
        return False

    def leave() -> None:
        waiting.wait(10)
        session.abandon()

    thread = threading.Thread(target=leave)
    thread.start()
    with pytest.raises(ConnectionLost):
        session.idle(60, stop)
    thread.join()
    with pytest.raises(ConnectionLost):
        session.select(b"INBOX")


@pytest.mark.real_servers
def test_a_capability_that_is_withheld_is_not_used(dovecot: Dovecot) -> None:
    dovecot.add_user("giu@sothu.example", "pw")
    where = (dovecot.imap_endpoint, "giu@sothu.example", Secret("pw"), dovecot.anchors_pem)
    plain = imap.connect(*where, without=frozenset({"QRESYNC", "LIST-STATUS"}))
    full = imap.connect(*where)
    try:
        assert full.capabilities - plain.capabilities == {"QRESYNC", "LIST-STATUS"}
        assert full.quirks.server == "dovecot"
        fill(plain, 1)
        assert not plain.select(b"INBOX", cursor(plain)).resumed
        assert full.statuses([b"INBOX", b"Sent"]) == plain.statuses([b"INBOX", b"Sent"])
    finally:
        plain.logout()
        full.logout()


def test_a_message_comes_in_pieces(session: ImapSession) -> None:
    if not session.quirks.partial_fetch:
        pytest.skip("a server that is not asked for parts")
    (uid,) = fill(session, 1)
    session.select(b"INBOX")
    whole, length = raw(1), 50
    pieces = [session.fetch_part(uid, start, length) for start in range(0, len(whole) + 2 * length, length)]
    assert b"".join(pieces) == whole
    assert pieces[-1] == b""
    with pytest.raises(MalformedMessage):
        session.fetch_part(uid + 7, 0, 10)
