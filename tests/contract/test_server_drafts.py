"""A draft's copy replaced and removed over the wire, on servers that differ as Exchange and Dovecot do."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.errors import TimedOut
from client.mime.parser import parse_message
from client.model.account import Account, Endpoint, Identity
from client.model.address import MailAddress
from client.model.mailbox import SpecialUse
from client.model.outgoing import Draft, DraftAttachment
from client.model.secret import Secret
from client.model.server_draft import CopyState, Held
from client.net import imap
from client.net.session import ImapSession
from client.services.draft_upload import DraftWork, remove, settle, upload
from client.store.database import open_ledger
from client.store.drafts import Drafts
from client.store.operations import Operations
from client.store.server_drafts import ServerDrafts
from tests.fakes.dovecot import Dovecot
from tests.fakes.imap import FakeImapServer, FakeMailbox
from tests.fakes.imap_faults import wire_server
from tests.fakes.imap_profiles import PROFILES
from tests.fakes.tls import ServerAuthority

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
SERVER = Endpoint("localhost", 1)
ACCOUNT = Account("an", Identity(MailAddress("an@sothu.example")), SERVER, SERVER, "an")
FILE = DraftAttachment("tệp.bin", "application/octet-stream", bytes(range(256)) * 400)
DRAFT = Draft("d1", "an", "<1@x>", MailAddress("an@sothu.example"), subject="Bản một", attachments=(FILE,))
_numbers = itertools.count(1)


@pytest.fixture(params=[*PROFILES, pytest.param("dovecot", marks=pytest.mark.real_servers)])
def session(request: pytest.FixtureRequest) -> Iterator[ImapSession]:
    with contextlib.ExitStack() as around:
        if request.param in PROFILES:
            authority: ServerAuthority = request.getfixturevalue("server_authority")
            identity = authority.issue()
            server = FakeImapServer({b"INBOX": FakeMailbox(SpecialUse.INBOX)})
            endpoint = around.enter_context(wire_server(identity, server, PROFILES[request.param]))
            made = imap.connect(endpoint, "an", Secret("pw"), identity.anchors_pem)
        else:
            dovecot: Dovecot = request.getfixturevalue("dovecot")
            user = f"thunhap{next(_numbers)}@sothu.example"
            dovecot.add_user(user, "pw")
            made = imap.connect(dovecot.imap_endpoint, user, Secret("pw"), dovecot.anchors_pem)
        around.callback(made.logout)
        yield made


@pytest.fixture
def work(session: ImapSession, tmp_path: Path) -> Iterator[DraftWork]:
    ledger = open_ledger(tmp_path / "ledger.db")
    drafts, server = Drafts(ledger, lambda: NOW), ServerDrafts(ledger, lambda: NOW)
    operations = Operations(ledger, "an", lambda: NOW)
    yield DraftWork(ACCOUNT, session, drafts, server, operations, lambda: NOW)
    ledger.close()


def write(work: DraftWork, draft: Draft) -> None:
    work.server.judge(draft.draft_id, work.drafts.save(draft), Held.NO)
    for waiting in work.server.wanted("an"):
        upload(work, waiting)


def clear(work: DraftWork) -> None:
    for copy in work.server.unwanted("an", allowed=True):
        remove(work, copy)


def there(work: DraftWork) -> list[str]:
    (name,) = [one.raw_name for one in work.session.list_mailboxes() if one.special_use is SpecialUse.DRAFTS]
    work.session.select(name)
    raws = [work.session.fetch_body(uid) for uid in work.session.search_uids(1, 1000)]
    return [parse_message(raw).envelope.subject for raw in raws]


def test_a_copy_is_put_in_the_place_of_the_one_before_and_goes_with_the_draft(work: DraftWork) -> None:
    write(work, DRAFT)
    assert there(work) == ["Bản một"]
    write(work, replace(DRAFT, subject="Bản hai"))
    assert there(work) == ["Bản một", "Bản hai"]  # the old one goes after the new one is there
    clear(work)
    assert there(work) == ["Bản hai"]
    work.drafts.delete("d1")
    clear(work)
    assert there(work) == []


def test_a_copy_whose_answer_was_lost_is_found(work: DraftWork, monkeypatch: pytest.MonkeyPatch) -> None:
    append = work.session.append

    def answer_lost(raw_name: bytes, raw: bytes, flags: Iterable[str], when: datetime) -> int | None:
        append(raw_name, raw, flags, when)
        raise TimedOut(host="x")

    with monkeypatch.context() as patch:
        patch.setattr(work.session, "append", answer_lost)
        with pytest.raises(TimedOut):
            write(work, DRAFT)
    (copy,) = work.server.copies("an")
    assert (copy.state, copy.uid) == (CopyState.SENDING, 0)
    settle(work, copy)
    (found,) = work.server.copies("an")
    assert found.state is CopyState.THERE
    assert found.uid > 0
    assert work.server.wanted("an") == ()
