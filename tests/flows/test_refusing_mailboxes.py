"""A full mailbox, and folders nobody may write to, on a real server: nothing lost, nothing sent twice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from client.model.message import Flag
from client.model.operation import Operation
from client.model.outgoing import OutboxEntry, OutboxState, OutgoingMessage
from client.services.engine_setup import OperationsChanged, OutboxChanged, SyncNow
from client.store.rows import Location
from tests.fakes.dovecot import Dovecot, run_dovecot, version, why_no_dovecot
from tests.fakes.mail_servers import MailServers
from tests.fakes.postfix import run_postfix, why_no_postfix
from tests.fakes.process_office import ProcessOffice, now
from tests.fakes.tls import ServerAuthority

pytestmark = pytest.mark.real_servers
AN, BINH = "an-day@sothu.example", "binh-day@sothu.example"
MESSAGE_ID = "<day-1@x>"
REFUSING = """
mail_plugins = quota acl
protocol imap {
  mail_plugins = quota acl imap_quota
}
plugin {
  quota = count:User quota
  quota_rule = *:storage=100K
  quota_vsizes = yes
  acl = vfile::cache_secs=0
}
"""
MAY_READ, MAY_ALL = "owner lr\n", "owner lrwstipekxa\n"


@pytest.fixture(scope="module")
def dovecot(server_authority: ServerAuthority) -> Iterator[Dovecot]:
    if reason := why_no_dovecot() or why_no_postfix():
        pytest.skip(reason)
    if version() >= (2, 4):
        pytest.skip("quota and acl are configured otherwise from Dovecot 2.4 on")
    with run_dovecot(server_authority, REFUSING) as server:
        yield server


@pytest.fixture
def office(dovecot: Dovecot, tmp_path: Path) -> Iterator[ProcessOffice]:
    with run_postfix(dovecot) as postfix:
        servers = MailServers(dovecot, postfix)
        servers.add_user(BINH, "x")
        office = ProcessOffice(servers, tmp_path / "data", AN)
        office.until(office.is_well)
        office.open()
        yield office
        office.close()
    for address in (AN, BINH):
        shutil.rmtree(servers.maildir(address), ignore_errors=True)


def letter(size: int) -> bytes:
    head = f"From: An <{AN}>\r\nTo: {BINH}\r\nSubject: Gui\r\nMessage-ID: {MESSAGE_ID}\r\n\r\n"
    return head.encode() + (b"y" * 70 + b"\r\n") * (size // 72)


def send(office: ProcessOffice) -> int:
    number = office.outbox.enqueue(OutgoingMessage("a", MESSAGE_ID, AN, (BINH,), letter(20_000)))
    office.link.send(OutboxChanged())
    return number


def entry(office: ProcessOffice, number: int) -> OutboxEntry:
    found = office.outbox.entry(number)
    assert found is not None
    return found


def delivered(servers: MailServers) -> int:
    """How many letters lie in Bình's INBOX, seen or not."""
    inbox = servers.maildir(BINH)
    return sum(len(list((inbox / part).glob("*"))) for part in ("new", "cur") if (inbox / part).is_dir())


def allow(office: ProcessOffice, folder: str, rights: str) -> None:
    (office.servers.maildir(AN) / folder / "dovecot-acl").write_text(rights, "ascii")


def test_a_full_mailbox_is_told_and_the_copy_is_filed_when_there_is_room(office: ProcessOffice) -> None:
    session = office.session(AN)
    session.append(b"INBOX", letter(90_000), (), now())
    number = send(office)
    office.until(lambda: entry(office, number).error_code == "quota-exceeded")
    assert entry(office, number).state is OutboxState.SUBMITTED
    assert "quota" in entry(office, number).error_text.lower()
    first = entry(office, number).not_before
    office.link.send(SyncNow())  # asked for again while it is full: refused again, not sent again
    office.until(lambda: entry(office, number).not_before not in (None, first))
    session.select(b"INBOX")
    uids = session.search_uids(1, 99)
    session.store_flags(uids, add=(Flag.DELETED,))
    session.expunge(uids)
    session.logout()
    office.link.send(SyncNow())
    office.until(lambda: office.state(number) is OutboxState.FILED)
    assert office.how_often(AN, b"Sent", MESSAGE_ID) == 1
    assert delivered(office.servers) == 1


def test_a_sent_folder_that_may_only_be_read_is_told_and_filed_into_when_it_may(
    office: ProcessOffice,
) -> None:
    allow(office, ".Sent", MAY_READ)
    number = send(office)
    office.until(lambda: entry(office, number).error_code not in ("", "sent-copy-missing"))
    assert entry(office, number).state is OutboxState.SUBMITTED
    assert entry(office, number).error_text
    allow(office, ".Sent", MAY_ALL)
    office.link.send(SyncNow())
    office.until(lambda: office.state(number) is OutboxState.FILED)
    assert office.how_often(AN, b"Sent", MESSAGE_ID) == 1
    assert delivered(office.servers) == 1


def waiting(office: ProcessOffice) -> tuple[Operation, ...]:
    return office.operations.all()


def test_changes_in_a_folder_that_may_only_be_read_wait_visibly_and_are_done_when_allowed(
    office: ProcessOffice,
) -> None:
    session = office.session(AN)
    session.append(b"INBOX", letter(500), (), now())
    session.logout()
    office.link.send(SyncNow())
    office.until(lambda: bool(office.listed()))
    allow(office, "", MAY_READ)
    (row_id,) = office.reader.row_ids(office.inbox())
    place = office.reader.locate(row_id)
    assert isinstance(place, Location)
    flagged = (place.raw_name, place.uidvalidity, place.uid, place.message_id, Flag.FLAGGED)
    office.operations.change_flag(*flagged, present=True)
    office.operations.move(place, b"Trash")
    office.link.send(OperationsChanged())
    office.until(lambda: {one.parked for one in waiting(office)} == {"change-forbidden"})
    assert len(waiting(office)) == 2
    assert list(office.reader.row_ids(office.inbox())) == [row_id], "it is shown where it is"
    assert office.how_often(AN, b"INBOX", MESSAGE_ID) == 1
    allow(office, "", MAY_ALL)
    for one in waiting(office):
        office.operations.retry(one.operation_id)
    office.link.send(OperationsChanged())
    office.until(lambda: not waiting(office))
    assert office.how_often(AN, b"INBOX", MESSAGE_ID) == 0
    session = office.session(AN)
    session.select(b"Trash")
    ((flags, *_),) = [tuple(session.fetch_flags(1).values())]
    assert Flag.FLAGGED in flags
    session.logout()
