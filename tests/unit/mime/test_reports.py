"""Delivery reports and read receipts as servers and programs write them, and what must not be answered."""

from __future__ import annotations

import random

import pytest

from client.mime.parser import parse_message
from client.mime.reports import disposition, may_answer_unasked, read_receipts, receipt_wanted
from client.model.address import MailAddress
from client.model.receipt import Receipt, ReceiptKind

DSN = """From: MAILER-DAEMON@mx.x.vn
Date: Mon, 23 Nov 2026 08:00:00 +0700
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This is the mail system.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.x.vn
{envelope}Arrival-Date: Mon, 23 Nov 2026 08:00:00 +0700

Original-Recipient: rfc822;binh@x.vn
Final-Recipient: rfc822; noi-bo@kho.x.vn
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such
 user here

Final-Recipient: rfc822;chi@x.vn
Action: delivered (to mailbox)
Status: 2.0.0
--b
Content-Type: {returned}

Subject: thu
Message-ID: <m1@x.vn>

--b--
"""
MDN = """From: Binh <binh@x.vn>
Content-Type: multipart/report; report-type=disposition-notification; boundary="b"

--b

opened
--b
Content-Type: message/disposition-notification

Reporting-UA: x
Final-Recipient: rfc822;binh@x.vn
Original-Message-ID: <m1@x.vn>
Disposition: manual-action/MDN-sent-manually; {what}
--b--
"""


def read(text: str) -> tuple[Receipt, ...]:
    raw = text.replace("\n", "\r\n").encode()
    return read_receipts(raw, parse_message(raw))


def dsn(action: str = "failed", envelope: str = "", returned: str = "text/rfc822-headers") -> str:
    return DSN.format(action=action, envelope=envelope, returned=returned)


def test_each_recipient_has_its_own_line_and_our_spelling_of_the_address() -> None:
    failed, delivered = read(dsn())
    assert (failed.message_id, failed.recipient, failed.kind) == (
        "<m1@x.vn>",
        "binh@x.vn",
        ReceiptKind.FAILED,
    )
    assert failed.detail == "5.1.1 550 5.1.1 no such user here"
    assert (delivered.recipient, delivered.kind) == ("chi@x.vn", ReceiptKind.DELIVERED)
    assert failed.reported_by == "MAILER-DAEMON@mx.x.vn"
    assert failed.reported_at is not None
    assert failed.reported_at.hour == 1


def test_the_envelope_identifier_goes_before_what_came_back() -> None:
    found = read(dsn(envelope="Original-Envelope-Id: +3Cm2+2Bx@x.vn+3E\n"))
    assert {one.message_id for one in found} == {"<m2+x@x.vn>"}


def test_a_report_about_nothing_we_can_name_says_nothing() -> None:
    assert read(dsn(returned="text/plain")) == ()


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("displayed", ReceiptKind.DISPLAYED),
        ("displayed/error", ReceiptKind.DISPLAYED),
        ("deleted", ReceiptKind.DELETED),
    ],
)
def test_a_read_receipt(what: str, kind: ReceiptKind) -> None:
    (found,) = read(MDN.format(what=what))
    assert (found.message_id, found.recipient, found.kind) == ("<m1@x.vn>", "binh@x.vn", kind)


@pytest.mark.parametrize(
    "text", [MDN.format(what="dispatched"), MDN.replace("multipart/report", "multipart/mixed")]
)
def test_what_reports_nothing_known_is_nothing(text: str) -> None:
    assert read(text) == ()


def test_damaged_reports_never_raise() -> None:
    chance = random.Random(7)  # noqa: S311 - not for secrets
    for source in (dsn().encode(), MDN.encode()):
        for _ in range(300):
            raw = bytearray(source)
            for _ in range(chance.randint(1, 6)):
                at = chance.randrange(len(raw))
                raw[at : at + chance.randint(0, 9)] = bytes([chance.randrange(256)])
            read_receipts(bytes(raw), parse_message(bytes(raw)))


def asking(*fields: str, to: str = "an@x.vn") -> bytes:
    head = ["From: an@x.vn", f"Disposition-Notification-To: {to}", "Message-ID: <q@x.vn>", *fields]
    return ("\r\n".join(head) + "\r\n\r\ntext\r\n").encode()


def test_who_asks_is_told_and_may_be_answered_unasked_only_at_home() -> None:
    assert receipt_wanted(parse_message(asking())) == (MailAddress("an@x.vn"),)
    assert may_answer_unasked(parse_message(asking()))
    assert not may_answer_unasked(parse_message(asking(to="khac@y.example")))
    assert not may_answer_unasked(parse_message(asking("Return-Path: <nguoi-la@y.example>")))
    assert not may_answer_unasked(parse_message(asking(to="an@x.vn, khac@y.example")))


@pytest.mark.parametrize(
    "field",
    [
        "Auto-Submitted: auto-generated",
        "Precedence: bulk",
        "List-Id: <ds.x.vn>",
        "Disposition-Notification-To: khac@y.example",
        'Content-Type: multipart/report; boundary="b"',
    ],
)
def test_lists_machines_and_odd_requests_get_no_answer(field: str) -> None:
    assert receipt_wanted(parse_message(asking(field))) == ()


def test_a_message_identifier_cannot_add_fields_to_the_receipt() -> None:
    text = disposition(MailAddress("an@x.vn"), "<a@x>\r\nX-Evil: 1", automatic=False)
    assert "X-Evil" not in text
    assert "Original-Message-ID" not in text
