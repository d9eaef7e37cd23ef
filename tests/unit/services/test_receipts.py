"""Receipts end to end without a server: asked once, answered once, kept once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.errors import MalformedMessage
from client.mime.builder import build_entity, build_headers
from client.mime.parser import parse_message
from client.mime.reports import receipt_wanted
from client.model.account import Account, Endpoint, Identity
from client.model.address import MailAddress
from client.model.mailbox import SpecialUse
from client.model.outgoing import OutgoingMessage
from client.model.receipt import ReceiptHabit, ReceiptKind
from client.services.futures import call, resolved
from client.services.indexing import read_arrival
from client.services.new_draft import new_draft
from client.services.office_receipts import OfficeReceipts, ReceiptSetup
from client.services.receipt_writing import write_receipt
from client.store.database import open_ledger
from client.store.receipts import Receipts
from tests.unit.mime.test_reports import MDN, asking

AT = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
ACCOUNT = Account("binh", Identity(MailAddress("binh@x.vn")), Endpoint("x", 1), Endpoint("x", 1), "binh@x.vn")


class Now:
    """A lane that works at once, here."""

    def submit(self, work: object, *arguments: object) -> Future[object]:
        assert callable(work)
        return call(lambda: work(*arguments))

    def close(self) -> None: ...


class Stage:
    def __init__(self, folder: Path, raw: bytes) -> None:
        self.ledger = open_ledger(folder / "ledger.db")
        self.queued: list[OutgoingMessage] = []
        self.use = SpecialUse.INBOX
        path = folder / "thu.eml"
        path.write_bytes(raw)
        setup = ReceiptSetup(
            ReceiptHabit.ASK,
            lambda: AT,
            lambda _, __: resolved(path),
            lambda _: ACCOUNT,
            lambda _: self.use,
            lambda _, message_id: message_id == "<m1@x.vn>",
            self._queue,
        )
        self.desk = OfficeReceipts(setup, Now(), Receipts(self.ledger))  # type: ignore[arg-type] # all of a lane that is used

    def _queue(self, message: OutgoingMessage) -> int:
        self.queued.append(message)
        return len(self.queued)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path, asking())
    yield made
    made.ledger.close()


def test_a_receipt_is_sent_once_however_often_it_is_confirmed(stage: Stage) -> None:
    assert not stage.desk.is_settled(1, "<q@x.vn>")
    stage.desk.confirm(1, 1).result()
    stage.desk.confirm(1, 1).result()
    assert len(stage.queued) == 1
    sent = stage.queued[0]
    assert (sent.mail_from, sent.rcpt_to) == ("", ("an@x.vn",))
    assert b"Auto-Submitted: auto-replied" in sent.raw
    assert b"Original-Message-ID: <q@x.vn>" in sent.raw
    assert receipt_wanted(parse_message(sent.raw)) == ()
    assert stage.desk.is_settled(1, "<q@x.vn>")


def test_who_refused_is_not_asked_again_and_nothing_is_sent(stage: Stage) -> None:
    stage.desk.refuse(1, "<q@x.vn>")
    assert stage.desk.is_settled(1, "<q@x.vn>")
    stage.desk.confirm(1, 1).result()
    assert stage.queued == []


@pytest.mark.parametrize("use", [SpecialUse.SENT, SpecialUse.DRAFTS, SpecialUse.JUNK])
def test_nobody_is_asked_for_what_did_not_come_to_them(stage: Stage, use: SpecialUse) -> None:
    stage.use = use
    assert stage.desk.is_settled(1, "<q@x.vn>")


def test_a_report_about_our_mail_is_kept_once_and_one_about_others_never(stage: Stage) -> None:
    ours = MDN.format(what="displayed").replace("\n", "\r\n").encode()
    for raw in (ours, ours, ours.replace(b"<m1@x.vn>", b"<la@y.example>")):
        stage.desk.take("binh", read_arrival(raw))
    assert [one.kind for one in stage.desk.of("<m1@x.vn>")] == [ReceiptKind.DISPLAYED]
    assert stage.desk.of("<la@y.example>") == ()


def test_nothing_goes_out_unasked_to_an_address_that_is_not_the_senders() -> None:
    raw = asking(to="thu-thap@y.example")
    with pytest.raises(MalformedMessage):
        write_receipt(raw, ACCOUNT, AT, automatic=True)
    assert write_receipt(raw, ACCOUNT, AT, automatic=False)[1].rcpt_to == ("thu-thap@y.example",)


def test_a_letter_that_wants_a_receipt_asks_for_it() -> None:
    draft = replace(new_draft(ACCOUNT), to=(MailAddress("an@x.vn"),), want_receipt=True)
    raw = build_headers(draft, AT) + build_entity(draft)
    assert receipt_wanted(parse_message(raw)) == (MailAddress("binh@x.vn"),)
    plain = replace(draft, want_receipt=False)
    assert b"Disposition-Notification-To" not in build_headers(plain, AT)
