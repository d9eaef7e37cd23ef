"""Submission, delivery, fetch through real servers."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from client.mime.parser import parse_message
from client.mime.reports import read_receipts
from client.model.account import Account, Endpoint, Identity
from client.model.address import MailAddress
from client.model.outgoing import OutgoingMessage, SubmitResult
from client.model.receipt import ReceiptKind
from client.model.secret import Secret
from client.net import imap, smtp, smtp_login
from client.services.receipt_writing import write_receipt
from tests.fakes.mail_servers import MailServers
from tests.fakes.postfix import SIZE_LIMIT

pytestmark = pytest.mark.real_servers

RAW = (
    b"From: an@sothu.example\r\nTo: binh@sothu.example\r\nSubject: thu\r\n"
    b"Message-ID: <1@sothu.example>\r\nDate: Mon, 23 Nov 2026 08:00:00 +0700\r\n\r\n"
    b"..hai cham\r\n.\r\nFrom day\r\n\r\n"
)


def test_what_was_submitted_arrives_byte_for_byte(mail_servers: MailServers) -> None:
    sender, receiver = "an@sothu.example", "binh@sothu.example"
    for address in (sender, receiver):
        mail_servers.add_user(address, "mật khẩu")
    message = OutgoingMessage("a", "<1@sothu.example>", sender, (receiver,), RAW)
    called: list[datetime] = []
    outcome = smtp.submit(
        mail_servers.smtp_endpoint, sender, Secret("mật khẩu"), message, mail_servers.anchors_pem,
        before_data=lambda: called.append(datetime.now(UTC)),
    )  # fmt: skip
    assert outcome.result is SubmitResult.ACCEPTED, outcome
    assert len(called) == 1
    session = imap.connect(mail_servers.imap_endpoint, receiver, Secret("mật khẩu"), mail_servers.anchors_pem)
    try:
        uid = _await_message(session, "<1@sothu.example>")
        assert session.fetch_body(uid).endswith(RAW)
    finally:
        session.logout()


def _await_message(session: imap.ImapSession, message_id: str) -> int:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        found = session.find_by_message_id(b"INBOX", message_id)
        if found:
            return found[0]
        session.idle(1, lambda: False)
    raise AssertionError("not delivered")


@pytest.mark.parametrize(
    ("recipient", "result", "code"),
    [
        ("khong-co@sothu.example", SubmitResult.REJECTED, "recipient-refused"),
        ("ban@sothu.example", SubmitResult.RETRY_LATER, "server-busy"),
    ],
)
def test_a_recipient_postfix_refuses_stops_the_whole_message(
    mail_servers: MailServers, recipient: str, result: SubmitResult, code: str
) -> None:
    sender, other = "gui@sothu.example", "nhan@sothu.example"
    mail_servers.add_user(sender, "pw")
    message = OutgoingMessage("a", "<2@sothu.example>", sender, (other, recipient), RAW)
    outcome = smtp.submit(
        mail_servers.postfix.smtp_starttls_endpoint, sender, Secret("pw"), message, mail_servers.anchors_pem,
        before_data=lambda: pytest.fail("reached DATA"),
    )  # fmt: skip
    assert (outcome.result, outcome.code, outcome.refused) == (result, code, (recipient,))


def test_what_is_over_postfixs_limit_is_not_begun_and_what_just_fits_arrives(
    mail_servers: MailServers,
) -> None:
    sender = "lon@sothu.example"
    mail_servers.add_user(sender, "pw")
    line = b"x" * 76 + b"\r\n"
    for size, result in ((SIZE_LIMIT + 1, SubmitResult.REJECTED), (SIZE_LIMIT - 4096, SubmitResult.ACCEPTED)):
        raw = RAW + line * ((size - len(RAW)) // len(line) + (result is SubmitResult.REJECTED))
        begun: list[int] = []
        outcome = smtp.submit(
            mail_servers.smtp_endpoint, sender, Secret("pw"),
            OutgoingMessage("a", "<lon@x>", sender, (sender,), raw), mail_servers.anchors_pem,
            before_data=lambda begun=begun: begun.append(1),  # type: ignore[misc] # bound to this round
        )  # fmt: skip
        assert (outcome.result, bool(begun)) == (result, result is SubmitResult.ACCEPTED), outcome
    assert outcome.code == ""


def test_postfix_tells_its_size_limit_and_refuses_a_wrong_password(mail_servers: MailServers) -> None:
    sender, anchors = "co@sothu.example", mail_servers.anchors_pem
    mail_servers.add_user(sender, "pw")
    assert smtp_login.check_login(mail_servers.smtp_endpoint, sender, Secret("pw"), anchors) == SIZE_LIMIT
    mail_servers.add_user("sai2@sothu.example", "pw")
    message = OutgoingMessage("a", "<3@x>", "sai2@sothu.example", ("b@sothu.example",), RAW)
    outcome = smtp.submit(
        mail_servers.smtp_endpoint, "sai2@sothu.example", Secret("CANARY"), message, mail_servers.anchors_pem,
        before_data=lambda: pytest.fail("reached DATA"),
    )  # fmt: skip
    assert (outcome.result, outcome.code) == (SubmitResult.REJECTED, "authentication-failed")
    assert "CANARY" not in repr(outcome)


@pytest.mark.parametrize(
    ("name", "known", "kinds"),
    [
        ("biet", True, {ReceiptKind.DELIVERED, ReceiptKind.RELAYED}),
        ("mat+ke", False, {ReceiptKind.FAILED}),
    ],
)
def test_a_delivery_report_comes_back_for_the_message_that_asked_for_one(
    mail_servers: MailServers, name: str, known: bool, kinds: set[ReceiptKind]
) -> None:
    sender, receiver = f"hoi-{name[:3]}@sothu.example", f"{name}@sothu.example"
    for address in (sender, receiver)[: 1 + known]:
        mail_servers.add_user(address, "pw")
    raw = RAW.replace(
        b"Subject: thu", b"Subject: thu\r\nDisposition-Notification-To: hoi@sothu.example"
    )  # who is told is in the envelope
    raw = raw.replace(b"<1@sothu.example>", b"<bao+1=x@sothu.example>")
    message = OutgoingMessage("a", "<bao+1=x@sothu.example>", sender, (receiver,), raw)
    outcome = smtp.submit(
        mail_servers.smtp_endpoint, sender, Secret("pw"), message, mail_servers.anchors_pem,
        before_data=lambda: None,
    )  # fmt: skip
    assert outcome.result is SubmitResult.ACCEPTED, outcome
    report = _await_report(mail_servers, sender)
    (receipt,) = read_receipts(report, parse_message(report))
    assert (receipt.message_id, receipt.recipient) == ("<bao+1=x@sothu.example>", receiver)
    assert receipt.kind in kinds
    assert bool(receipt.detail) is not known


def test_a_read_receipt_passes_under_the_null_return_path_and_is_read_at_the_other_end(
    mail_servers: MailServers,
) -> None:
    reader, asker = "doc@sothu.example", "doi@sothu.example"
    for address in (reader, asker):
        mail_servers.add_user(address, "pw")
    account = Account("a", Identity(MailAddress(reader)), Endpoint("x", 1), Endpoint("x", 1), reader)
    asked = RAW.replace(b"From: an@", b"Disposition-Notification-To: doi@sothu.example\r\nFrom: doi@")
    answers, receipt = write_receipt(asked, account, datetime.now(UTC), automatic=False)
    assert receipt.mail_from == ""
    outcome = smtp.submit(
        mail_servers.smtp_endpoint, reader, Secret("pw"), receipt, mail_servers.anchors_pem,
        before_data=lambda: None,
    )  # fmt: skip
    assert outcome.result is SubmitResult.ACCEPTED, outcome
    report = _await_report(mail_servers, asker)
    (found,) = read_receipts(report, parse_message(report))
    assert (found.message_id, found.recipient, found.kind) == (answers, reader, ReceiptKind.DISPLAYED)


def _await_report(mail_servers: MailServers, address: str) -> bytes:
    session = imap.connect(mail_servers.imap_endpoint, address, Secret("pw"), mail_servers.anchors_pem)
    end = time.monotonic() + 30
    try:
        while time.monotonic() < end:
            session.select(b"INBOX")
            found = session.search_uids(1, 1000)
            if found:
                return session.fetch_body(found[0])
            session.idle(1, lambda: False)
    finally:
        session.logout()
    raise AssertionError("no report")
