"""The product's main job on the training city: compose → check → sign → send → receive → verify."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from client.cli.waiting import EventWaiter
from client.config.paths import resources_dir
from client.errors import DataError
from client.model.account import Account, MailboxKind, Role
from client.model.finding import Gate
from client.model.mailbox import Mailbox, MessageRow, SpecialUse
from client.model.outgoing import Draft, DraftAttachment, OutboxEntry, OutboxState
from client.model.secret import Secret
from client.model.verdict import Display, VerificationReport
from client.services.desk import SendRequest
from client.services.office import Office

T = TypeVar("T")
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Step:
    """One step done: its code has a text in the catalogue's family ``step``."""

    code: str
    seconds: float
    detail: str


@dataclass(frozen=True, slots=True)
class Parties:
    """Who writes to whom, and with what."""

    sender: Account
    recipient: Account
    key_password: Secret
    document: Path
    """An unsigned PDF."""


class CheckFailed(DataError):
    """A step did not give what it must (``step``, ``detail``)."""

    code = "check-failed"


class MainJob:
    """Runs the flow once; each step raises `CheckFailed` when its result is not what it must be."""

    def __init__(self, desk: Office, parties: Parties) -> None:
        self._desk = desk
        self._parties = parties
        self._waiter = EventWaiter(desk)

    def run(self) -> Iterator[Step]:
        """The steps as they are done."""
        draft, step = _timed("compose", self._compose)
        yield step
        _, step = _timed("check", lambda: self._check(draft))
        yield step
        outbox_id, step = _timed("sign", lambda: self._sign(draft))
        yield step
        entry, step = _timed("send", lambda: self._wait_filed(outbox_id))
        yield step
        (mailbox, row), step = _timed("receive", lambda: self._receive(entry))
        yield step
        _, step = _timed("verify", lambda: self._verify(mailbox, row))
        yield step
        _, step = _timed("compare", lambda: self._compare(entry, mailbox, row))
        yield step

    def _compose(self) -> tuple[Draft, str]:
        sender, recipient = self._parties.sender, self._parties.recipient
        pdf = self._parties.document.read_bytes()
        empty = self._desk.new_draft(sender.account_id)
        draft = replace(
            empty,
            to=(recipient.identity.address,),
            subject="87/GM-SNV: Họp triển khai kế hoạch cải cách hành chính quý I năm 2027",
            body=f"Kính gửi Quý cơ quan,\n\nTrân trọng gửi văn bản đính kèm.{empty.body}",
            attachments=(DraftAttachment(self._parties.document.name, "application/pdf", pdf, sign=True),),
            document_type="GM",
            sign_message=True,
        )
        self._desk.save_draft(draft)
        return draft, f"{draft.subject} → {recipient.identity.address.addr_spec}, PDF {len(pdf)} B"

    def _check(self, draft: Draft) -> tuple[None, str]:
        report = self._desk.check(draft).result(PATIENCE_SECONDS)
        codes = ", ".join(finding.code for finding in report.findings) or "–"
        if report.gate is not Gate.SEND:
            raise CheckFailed(step="check", detail=codes)
        return None, f"{report.gate.value}; {codes}; {report.policy_id} {report.policy_version}"

    def _sign(self, draft: Draft) -> tuple[int, str]:
        request = SendRequest(draft, self._parties.sender.personal_key, self._parties.key_password)
        outbox_id = self._desk.send(request).result(PATIENCE_SECONDS)
        raw = self._desk.outbox_bytes(outbox_id)
        return outbox_id, f"PAdES B-T + S/MIME, {len(raw)} B, SHA-256 {hashlib.sha256(raw).hexdigest()[:16]}…"

    def _wait_filed(self, outbox_id: int) -> tuple[OutboxEntry, str]:
        def ended() -> OutboxEntry | None:
            entry = next(one for one in self._desk.outbox() if one.outbox_id == outbox_id)
            if entry.state in {OutboxState.REJECTED, OutboxState.UNCERTAIN, OutboxState.CANCELLED}:
                raise CheckFailed(step="send", detail=f"{entry.state.value} {entry.error_code}")
            return entry if entry.state is OutboxState.FILED else None

        entry = self._waiter.until(ended, PATIENCE_SECONDS, "outbox")
        return entry, f"{entry.mail_from} → {', '.join(entry.rcpt_to)}: {entry.state.value}"

    def _receive(self, entry: OutboxEntry) -> tuple[tuple[Mailbox, MessageRow], str]:
        account_id = self._parties.recipient.account_id
        self._desk.sync_now(account_id)
        found = self._waiter.until(
            lambda: self._find(account_id, SpecialUse.INBOX, entry.message_id), PATIENCE_SECONDS, "inbox"
        )
        return found, f"{found[0].name} UID {found[1].uid}"

    def _find(self, account_id: str, use: SpecialUse, message_id: str) -> tuple[Mailbox, MessageRow] | None:
        for mailbox in self._desk.mailboxes(account_id):
            if mailbox.special_use is not use:
                continue
            newest = self._desk.row_ids(mailbox.mailbox_id)[:20]
            for row in self._desk.rows(mailbox.mailbox_id, list(newest)).values():
                if row.message_id == message_id:
                    return mailbox, row
        return None

    def _verify(self, mailbox: Mailbox, row: MessageRow) -> tuple[VerificationReport, str]:
        report = self._desk.verification().verify(mailbox.mailbox_id, row.row_id).result(PATIENCE_SECONDS)
        formats = [f"{one.format.value} {one.display.value}" for one in report.signatures]
        if report.display is not Display.VALID or len(report.signatures) != 2:
            reasons = [reason.value for one in report.signatures for reason in one.reasons]
            raise CheckFailed(step="verify", detail=f"{report.display.value} {formats} {reasons}")
        return report, f"{report.indication.value}: {', '.join(formats)}"

    def _compare(self, entry: OutboxEntry, mailbox: Mailbox, row: MessageRow) -> tuple[None, str]:
        sent = self._desk.outbox_bytes(entry.outbox_id)
        received = self._desk.raw_message(mailbox.mailbox_id, row.row_id).result(PATIENCE_SECONDS)
        sender_id = self._parties.sender.account_id
        self._desk.sync_now(sender_id)
        box, copy = self._waiter.until(
            lambda: self._find(sender_id, SpecialUse.SENT, entry.message_id), PATIENCE_SECONDS, "sent"
        )
        filed = self._desk.raw_message(box.mailbox_id, copy.row_id).result(PATIENCE_SECONDS)
        if filed != sent or not received.endswith(sent):
            raise CheckFailed(step="compare", detail="bytes differ")
        return None, f"SHA-256 {entry.sha256[:16]}… = Sent = Inbox"


def letter_of_the_office() -> Path:
    """The invitation that the main job sends: its sender's office drew it up."""
    return resources_dir() / "demo" / "documents" / "gm-87-snv-hop-trien-khai.pdf"


def choose_parties(accounts: tuple[Account, ...], key_password: Secret, document: Path) -> Parties:
    """A head of department with a key writes to a person at another office."""
    people = [one for one in accounts if one.identity.kind is MailboxKind.PERSONAL]
    sender = next(one for one in people if one.identity.role is Role.LEADER and one.personal_key is not None)
    recipient = next(one for one in people if _office_of(one) != _office_of(sender))
    return Parties(sender, recipient, key_password, document)


def _office_of(account: Account) -> str:
    """The city's addresses are ``person.office@domain``."""
    return account.identity.address.addr_spec.partition("@")[0].rpartition(".")[2]


def _timed(code: str, work: Callable[[], tuple[T, str]]) -> tuple[T, Step]:
    start = time.perf_counter()
    value, detail = work()
    return value, Step(code, round(time.perf_counter() - start, 3), detail)
