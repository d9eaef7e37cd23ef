"""The check as the office runs it: files travel once, the log is complete, incoming documents are kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from client.config.paths import resources_dir
from client.config.policy_layers import builtin_policy
from client.errors import ConversionFailed, MessageFrozen, SendingBlocked
from client.mime import builder
from client.model.account import Account, Endpoint, Identity, MailboxKind, Role
from client.model.address import MailAddress
from client.model.finding import CheckReport, Finding, Severity
from client.model.outgoing import DocumentSystem, Draft, DraftAttachment, OutgoingMessage
from client.services import checking_reading
from client.services.check_orders import CheckOrder
from client.services.checking_cache import read_cache
from client.services.desk import Acknowledgement, SendRequest
from client.services.futures import resolved
from client.services.office_checks import CheckPlaces, CheckSetup, OfficeChecks
from client.services.requests import TrustSources
from client.services.tasks import ImmediateLane
from client.store.database import Database, open_ledger
from tests.fakes.pdf import DECISION, Placed, make_pdf

T = TypeVar("T")
NOW = datetime(2026, 10, 7, 8, 0, tzinfo=UTC)
ME = MailAddress("an@tphcm.gov.vn", "Nguyễn Văn An")
IDENTITY = Identity(ME, unit="Sở Nội vụ", kind=MailboxKind.AGENCY, role=Role.CLERK)
ACCOUNT = Account("an", IDENTITY, Endpoint("i", 993), Endpoint("s", 465), "an")
CANARY = "sếu đầu đỏ 5520"
PDF = DraftAttachment("15.pdf", "application/pdf", make_pdf(DECISION))


class Watched(ImmediateLane):
    """Counts the bytes of files that every check carries along."""

    def __init__(self) -> None:
        self.carried: list[int] = []
        self.works: list[str] = []

    def submit(self, work: Callable[..., T], *args: object) -> Future[T]:
        self.works.append(work.__name__)
        for order in args:
            if isinstance(order, CheckOrder):
                self.carried.append(sum(len(one.content) for one in order.draft.attachments))
        return super().submit(work, *args)


class Reader:
    """The part of a `MessageReader` that is asked here."""

    def __init__(self) -> None:
        self.bodies: dict[str, str] = {}

    def body_of(self, message_id: str) -> str:
        return self.bodies.get(message_id, "")

    def row(self, _: int) -> None:
        return None


class Desk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lane, self.reader = Watched(), Reader()
        self.ledger: Database = open_ledger(folder / "ledger.db")
        places = CheckPlaces(
            {"an": self.reader},  # type: ignore[dict-item] # all that is asked of it
            lambda _, one: folder / one,
            lambda _, row: resolved(folder / f"{row}.eml"),
            lambda _: "an",
        )
        setup = CheckSetup(
            builtin_policy(resources_dir()), TrustSources(), lambda: NOW, lambda: {"an": ACCOUNT}, places
        )
        self.checks = OfficeChecks(setup, self.lane, self.ledger)

    def receive(self, row: int, item: Draft) -> None:
        raw = builder.assemble(builder.build_headers(item, NOW), builder.build_entity(item))
        (self.folder / f"{row}.eml").write_bytes(raw)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    read_cache.cache_clear()
    made = Desk(tmp_path)
    yield made
    made.ledger.close()


def draft(*attachments: DraftAttachment, **given: object) -> Draft:
    to = (MailAddress("binh@tphcm.gov.vn"),)
    body = "Gửi kèm quyết định.\n\nNguyễn Văn An\nSở Nội vụ"
    base = Draft("d", "an", "<1@x>", ME, to, subject="Ban hành Quy chế", body=body, attachments=attachments)
    return replace(base, **given)  # type: ignore[arg-type] # field names are the test's business


def test_a_file_travels_once_and_every_answer_is_the_same(desk: Desk) -> None:
    first = desk.checks.check(draft(PDF)).result()
    again = desk.checks.check(draft(PDF)).result()
    assert desk.lane.carried == [0, len(PDF.content), 0]
    assert again == first
    assert [one.number for one in first.documents] == ["15/QĐ-SNV"]


def test_a_workshop_that_was_started_anew_gets_the_files_again(desk: Desk) -> None:
    first = desk.checks.check(draft(PDF)).result()
    read_cache.cache_clear()
    assert desk.checks.check(draft(PDF)).result() == first
    assert desk.lane.carried == [0, len(PDF.content), 0, len(PDF.content)]


def test_an_empty_file_is_an_empty_file_and_not_one_left_out(desk: Desk) -> None:
    empty = DraftAttachment("a.txt", "text/plain", b"")
    assert desk.checks.check(draft(empty)).result() is not None
    assert desk.lane.carried == [0]


def test_a_letter_that_passes_leaves_a_complete_entry_without_content(desk: Desk) -> None:
    item = draft(PDF, body=f"{CANARY} gửi kèm", document_system=DocumentSystem.TO_BE_SENT)
    report = desk.checks.check(item).result()
    needed = tuple(one.code for one in report.findings if one.severity is Severity.CONFIRM)
    assert needed
    given = Acknowledgement(needed, "Giám đốc đã đồng ý", Role.LEADER.value)
    request = SendRequest(item, acknowledgement=given)
    message = OutgoingMessage("an", "<1@x>", ME.addr_spec, ("b@x.vn",), CANARY.encode())
    desk.checks.log(message, request, report)
    reasoned, kept = desk.checks.overrides()
    assert (reasoned.role, reasoned.user, reasoned.rules) == ("leader", ME.addr_spec, needed)
    assert reasoned.reason == "Giám đốc đã đồng ý"
    assert reasoned.policy == f"{report.policy_id} {report.policy_version}"
    assert reasoned.attachments == (PDF.sha256,)
    assert (kept.reason, kept.role) == ("warning-kept", "clerk")
    assert set(kept.rules) == {one.code for one in report.findings if one.severity is Severity.WARN}
    assert desk.checks.accepted("<1@x>", message.sha256) == set(needed)
    stored = desk.ledger.rows("SELECT * FROM override_log") + desk.ledger.rows("SELECT * FROM register")
    assert CANARY not in json.dumps(stored, ensure_ascii=False)
    assert desk.ledger.rows("SELECT document_system FROM register") == [("to-be-sent",)]


@pytest.mark.parametrize("role", ["", "giam-doc"])
def test_without_a_role_the_gate_stays_shut(desk: Desk, role: str) -> None:
    report = CheckReport((Finding("subject-empty", Severity.CONFIRM, "subject"),), "p", "1")
    given = Acknowledgement(("subject-empty",), "Giám đốc đã đồng ý", role)
    with pytest.raises(SendingBlocked):
        desk.checks.passed(report, SendRequest(draft(), acknowledgement=given))


def test_a_number_that_went_out_with_other_content_is_told(desk: Desk) -> None:
    message = OutgoingMessage("an", "<1@x>", ME.addr_spec, ("b@x.vn",), b"x")
    sent = desk.checks.check(draft(PDF)).result()
    desk.checks.log(message, SendRequest(draft(PDF)), sent)
    same = desk.checks.check(draft(PDF)).result()
    other = DraftAttachment("15.pdf", "application/pdf", make_pdf([*DECISION, Placed("Điều 9.", 60, 200)]))
    changed = desk.checks.check(draft(other)).result()
    assert "resend-same-number" not in {one.code for one in same.findings}
    assert "resend-same-number" in {one.code for one in changed.findings}


def test_who_took_part_before_is_read_from_the_message_that_is_answered(desk: Desk) -> None:
    desk.receive(1, draft(to=(ME,), message_id="<asked@x>", sender=MailAddress("hoi@gmail.com")))
    desk.reader.bodies["<asked@x>"] = "1.eml"
    answer = draft(to=(MailAddress("hoi@gmail.com"), MailAddress("la@gmail.com")), in_reply_to="<asked@x>")
    found = [
        one for one in desk.checks.check(answer).result().findings if one.code == "thread-recipient-added"
    ]
    assert [dict(one.params)["addr"] for one in found] == ["la@gmail.com"]


def test_the_original_can_be_attached(desk: Desk) -> None:
    desk.receive(1, draft(message_id="<asked@x>", subject="Hỏi"))
    desk.reader.bodies["<asked@x>"] = "1.eml"
    finding = Finding("forward-breaks-signature", Severity.CONFIRM, "body", fix="attach-original")
    made = desk.checks.make(draft(in_reply_to="<asked@x>"), finding).result()
    assert (made.name, made.media_type) == ("Hỏi.eml", "message/rfc822")
    with pytest.raises(ConversionFailed):
        desk.checks.make(draft(in_reply_to="<other@x>"), finding).result()


def test_an_incoming_document_is_read_once_and_its_fields_are_kept(desk: Desk) -> None:
    desk.receive(1, draft(PDF, message_id="<in@x>"))
    (first,) = desk.checks.received(7, 1).result().documents
    works = len(desk.lane.works)
    (again,) = desk.checks.received(7, 1).result().documents
    assert again == first
    assert len(desk.lane.works) == works
    assert (first.entry.number, first.entry.type_code, first.earlier) == ("15/QĐ-SNV", "QĐ", None)
    assert first.entry.organ_name


def test_the_alarm_is_for_another_content_not_for_the_same_file_again(desk: Desk) -> None:
    desk.receive(1, draft(PDF, message_id="<in@x>"))
    desk.receive(2, draft(PDF, message_id="<again@x>"))
    other = DraftAttachment("15.pdf", "application/pdf", make_pdf([*DECISION, Placed("Điều 9.", 60, 200)]))
    desk.receive(3, draft(other, message_id="<other@x>"))
    alarms = [desk.checks.received(7, row).result().documents[0].earlier for row in (1, 2, 3)]
    assert alarms[:2] == [None, None]
    assert alarms[2] is not None
    assert (alarms[2].message_id, alarms[2].number) == ("<in@x>", "15/QĐ-SNV")


def test_nothing_is_kept_of_an_incoming_message_that_holds_a_secret(desk: Desk) -> None:
    marked = make_pdf([Placed("TUYỆT MẬT", 60, 800), *DECISION])
    desk.receive(1, draft(DraftAttachment(f"{CANARY}.pdf", "application/pdf", marked), message_id="<in@x>"))
    found = desk.checks.received(7, 1).result()
    assert (found.documents, found.holds_secret) == ((), True)
    for ask in (desk.checks.released, desk.checks.released_body):
        with pytest.raises(MessageFrozen):
            ask(7, 1).result()
    assert desk.ledger.rows("SELECT * FROM register") == []


def test_opening_a_letter_recognises_no_scan_and_checking_one_does(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(checking_reading, "_recogniser", lambda: asked.append("asked"))
    scan = DraftAttachment("scan.pdf", "application/pdf", make_pdf([], picture=True))
    desk.receive(1, draft(scan, message_id="<in@x>"))
    desk.checks.received(7, 1).result()
    assert asked == []
    desk.checks.check(draft(scan)).result()
    assert asked == ["asked"]


def test_a_message_that_cannot_be_read_is_nobody_s_secret(desk: Desk) -> None:
    assert desk.checks.released(7, 99).result() is None  # there is no such file
    desk.receive(1, draft(PDF))
    assert desk.checks.released_body(7, 1).result() == desk.folder / "1.eml"
