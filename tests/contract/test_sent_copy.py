"""Our message in Sent under another Message-ID: on the fake, on an Exchange of ours, and on Dovecot."""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from client.mime.builder import assemble, assemble_signed, build_entity, build_headers
from client.model.address import MailAddress
from client.model.mailbox import SpecialUse
from client.model.outgoing import Draft, OutboxEntry, OutboxState
from client.model.secret import Secret
from client.net import imap
from client.net.session import ImapSession
from client.services.sent_copy import NEWEST, find_own
from tests.fakes.dovecot import Dovecot
from tests.fakes.imap import FakeImapServer, FakeMailbox
from tests.fakes.imap_faults import wire_server
from tests.fakes.imap_profiles import EXCHANGE
from tests.fakes.tls import ServerAuthority

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DRAFT = Draft(
    "d1", "an", "<1@sothu.example>", MailAddress("an@sothu.example"), (MailAddress("b@sothu.example"),),
    subject="Tờ trình về việc bổ sung kinh phí năm 2026 của Sở", body="Kính gửi",
)  # fmt: skip
ENTITY = build_entity(DRAFT)
PLAIN = assemble(build_headers(DRAFT, NOW), ENTITY)
SIGNED = assemble_signed(build_headers(DRAFT, NOW), ENTITY, b"0\x03the signature of this very letter")
ENTRY = OutboxEntry(
    1, "an", DRAFT.message_id, DRAFT.subject, "an@sothu.example", ("b@sothu.example",), "", 0,
    OutboxState.UNCERTAIN, NOW,
)  # fmt: skip
_numbers = itertools.count(1)


@pytest.fixture(params=["fake", "exchange2016", pytest.param("dovecot", marks=pytest.mark.real_servers)])
def session(request: pytest.FixtureRequest) -> Iterator[ImapSession]:
    boxes = {b"INBOX": FakeMailbox(SpecialUse.INBOX), b"Sent": FakeMailbox(SpecialUse.SENT)}
    with contextlib.ExitStack() as around:
        if request.param == "dovecot":
            dovecot: Dovecot = request.getfixturevalue("dovecot")
            user = f"saogui{next(_numbers)}@sothu.example"
            dovecot.add_user(user, "pw")
            made = imap.connect(dovecot.imap_endpoint, user, Secret("pw"), dovecot.anchors_pem)
        elif request.param == "exchange2016":
            authority: ServerAuthority = request.getfixturevalue("server_authority")
            identity = authority.issue()
            endpoint = around.enter_context(wire_server(identity, FakeImapServer(boxes), EXCHANGE))
            made = imap.connect(endpoint, "an", Secret("pw"), identity.anchors_pem)
        else:
            made = FakeImapServer(boxes).session()
        around.callback(made.logout)
        yield made


def without(raw: bytes, *fields: str) -> bytes:
    for field in fields:
        raw, count = re.subn(rb"(?im)^" + field.encode() + rb": .*\r\n(?:[ \t].*\r\n)*", b"", raw, count=1)
        assert count == 1
    return raw


def renamed(raw: bytes, more: bytes = b"") -> bytes:
    """As a server that puts its own Message-ID files it."""
    return b"Message-ID: <hk1prd0@prod.outlook.example>\r\n" + more + without(raw, "Message-ID")


ORIGINAL = b"X-Microsoft-Original-Message-ID: <1@sothu.example>\r\n"
OURS = {
    "as it is": PLAIN,
    "Exchange's own field": without(renamed(PLAIN, ORIGINAL), "X-CongThu-Id"),
    "our identifier": renamed(PLAIN),
    "what is signed": without(renamed(SIGNED), "X-CongThu-Id"),
}
NOT_OURS = {
    "the same words, unsigned": without(renamed(PLAIN), "X-CongThu-Id"),
    "the same words, signed once more": without(
        renamed(assemble_signed(build_headers(DRAFT, NOW), ENTITY, b"0\x03the signature of another letter")),
        "X-CongThu-Id",
    ),
    "an answer to it": b"Message-ID: <2@x>\r\nIn-Reply-To: <1@sothu.example>\r\n"
    + without(PLAIN, "Message-ID", "X-CongThu-Id"),
    "its identifier in the text": b"Subject: x\r\nMessage-ID: <3@x>\r\n\r\nMessage-ID: <1@sothu.example>\r\n",
}


@pytest.mark.parametrize("kind", OURS)
def test_our_message_is_recognised(session: ImapSession, kind: str) -> None:
    others = [session.append(b"Sent", raw, (), NOW) for raw in NOT_OURS.values()]
    frozen = SIGNED if kind == "what is signed" else PLAIN
    uid = session.append(b"Sent", OURS[kind], (), NOW)
    assert find_own(session, b"Sent", ENTRY, lambda: frozen) == (uid,)
    assert uid not in others


@pytest.mark.parametrize("kind", NOT_OURS)
def test_another_message_is_not_taken_for_ours(session: ImapSession, kind: str) -> None:
    session.append(b"Sent", NOT_OURS[kind], (), NOW)
    assert find_own(session, b"Sent", ENTRY, lambda: SIGNED) == ()
    assert find_own(session, b"Sent", ENTRY, lambda: PLAIN) == ()


def test_only_the_newest_are_looked_at_where_nothing_can_be_searched(session: ImapSession) -> None:
    old = without(renamed(SIGNED), "X-CongThu-Id")
    session.append(b"Sent", old, (), NOW)
    for number in range(NEWEST):
        session.append(
            b"Sent", f"Subject: {number}\r\nMessage-ID: <n{number}@x>\r\n\r\nx\r\n".encode(), (), NOW
        )
    assert find_own(session, b"Sent", ENTRY, lambda: SIGNED) == ()


def test_two_copies_are_both_found(session: ImapSession) -> None:
    uids = tuple(session.append(b"Sent", PLAIN, (), NOW) for _ in range(2))
    assert find_own(session, b"Sent", ENTRY, lambda: PLAIN) == uids


def test_a_server_that_finds_everything_proves_nothing() -> None:
    box = FakeMailbox(SpecialUse.SENT)
    box.add(NOT_OURS["the same words, unsigned"], when=NOW)

    class Careless(type(FakeImapServer().session())):  # type: ignore[misc] # a class all the same
        def find_by_message_id(self, raw_name: bytes, message_id: str, field: str = "") -> tuple[int, ...]:
            self.select(raw_name)
            return tuple(box.messages)

    session = Careless(FakeImapServer({b"Sent": box}))
    assert find_own(session, b"Sent", replace(ENTRY, subject="khác"), lambda: PLAIN) == ()
