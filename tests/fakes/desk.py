"""A `MailDesk` without mail: sample rows, and futures that answer when the test says so."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from client.errors import ClientError
from client.model.account import Account, KeyRef
from client.model.address import MailAddress
from client.model.directory import Suggestion, Suggestions
from client.model.event import Event
from client.model.finding import CheckReport
from client.model.invitation import Attendance
from client.model.mailbox import Mailbox, MessageRow, Related
from client.model.message import MessageView
from client.model.outgoing import Draft, OutboxEntry, OutboxState
from client.model.secret import Secret
from client.model.verdict import SignerInfo
from client.services.desk import SendRequest
from client.services.futures import resolved
from client.services.outbox_desk import OutboxDesk
from tests.fakes import desk_samples as samples
from tests.fakes.account_desk import FakeAccountDesk
from tests.fakes.changes import FakeChangesDesk
from tests.fakes.check_desk import FakeCheckDesk
from tests.fakes.drafts_desk import FakeDraftsDesk
from tests.fakes.reading_desk import FakeReadingDesk
from tests.fakes.receipt_desk import FakeReceiptDesk
from tests.fakes.signing_desk import FakeSigningDesk
from tests.fakes.trust_desk import FakeTrustDesk
from tests.fakes.verification_desk import FakeVerificationDesk

T = TypeVar("T")
_FILTERS: dict[str, Callable[[MessageRow], bool]] = {
    "có:chưa-đọc": lambda row: not row.seen,
    "có:sao": lambda row: row.flagged,
    "có:đính-kèm": lambda row: row.has_attachment,
    "có:ký-số": lambda row: row.signed_shape,
}


class FakeDesk:
    """Answers at once, or with ``hold=True`` only after `release`.

    Attributes:
        calls: name and arguments of every request that changes something or takes time.
        failures: by method name, the error its next future ends with (used once).
        report: what `check` answers.

    """

    def __init__(self, *, rows: int = 200, hold: bool = False) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.failures: dict[str, BaseException] = {}
        self.hold = hold
        self.closed = False
        self.account_list = samples.accounts()
        self.mailbox_list = samples.mailboxes()
        self.message_rows = {
            samples.INBOX: {number: samples.message_row(number) for number in range(rows, 0, -1)},
            2: {number: samples.message_row(number, 2) for number in range(1040, 1000, -1)},
            7: {number: samples.message_row(number, 7) for number in range(2060, 2000, -1)},
        }
        self.entries = {entry.outbox_id: entry for entry in samples.outbox()}
        self.stored_drafts: dict[str, Draft] = {}
        self.report = CheckReport((), "hcm", "2026.1")
        self.signer = samples.signer("Nguyễn Văn An", samples.OWN_ADDRESS)
        self._listeners: list[Callable[[Event], None]] = []
        self._held: list[Callable[[], None]] = []
        self.hold_finding = False
        self.finding: list[tuple[Future[Sequence[int]], Callable[[], Sequence[int]]]] = []
        self._drafts_made = 0
        self.signatures = FakeSigningDesk(self)
        self.changed = FakeChangesDesk()
        self.checking = FakeCheckDesk(self)
        self.reading_room = FakeReadingDesk(self)
        self.sources: dict[int, bytes] = {}
        self.relatives: dict[int, Related] = {}
        self.contacts: tuple[MailAddress, ...] = ()
        self.accounts_kept = FakeAccountDesk()
        self.receipt_desk = FakeReceiptDesk()
        self.trusting = FakeTrustDesk()
        self.verified = FakeVerificationDesk(self)
        self.on_server = FakeDraftsDesk(self)

    # What tests steer with

    def emit(self, event: Event) -> None:
        """Tell every listener, in the caller's thread."""
        for listener in self._listeners:
            listener(event)

    def release(self, index: int | None = None) -> None:
        """Answer the held future number ``index`` (in the order asked), or all of them."""
        held = self._held if index is None else [self._held[index]]
        for answer in held:
            answer()
        self._held = [] if index is None else [one for one in self._held if one not in held]

    def count(self, name: str) -> int:
        """How often a method was called."""
        return sum(1 for call in self.calls if call[0] == name)

    # MailDesk

    def accounts(self) -> tuple[Account, ...]:
        return self.account_list

    def subscribe(self, listener: Callable[[Event], None]) -> None:
        self._listeners.append(listener)

    def mailboxes(self, account_id: str) -> tuple[Mailbox, ...]:
        found = []
        for mailbox in self.mailbox_list:
            if mailbox.account_id == account_id:
                rows = self.message_rows.get(mailbox.mailbox_id, {}).values()
                unread = sum(1 for row in rows if not row.seen)
                found.append(replace(mailbox, total=len(rows), unread=unread))
        return tuple(found)

    def row_ids(self, mailbox_id: int, query: str = "", keep: Sequence[int] = ()) -> Sequence[int]:
        typed = query.split()
        words = [_fold(one) for one in typed if one not in _FILTERS]
        filters = [_FILTERS[one] for one in typed if one in _FILTERS]
        rows = self.message_rows.get(mailbox_id, {})
        return [
            number
            for number, row in rows.items()
            if all(word in _fold(f"{row.subject} {row.sender_name} {row.sender_address}") for word in words)
            and (number in keep or all(passes(row) for passes in filters))
        ]

    def next_unread(self, mailbox_id: int, row_id: int, *, older: bool) -> int:
        rows = [one for one, row in self.message_rows[mailbox_id].items() if not row.seen or one == row_id]
        rows = rows if older else rows[::-1]
        at = rows.index(row_id) + 1 if row_id else 0
        return next(iter(rows[at:]), 0)

    def find(self, mailbox_id: int, query: str = "", keep: Sequence[int] = ()) -> Future[Sequence[int]]:
        self.calls.append(("find", mailbox_id, query))
        found: Future[Sequence[int]] = Future()
        self.finding.append((found, lambda: self.row_ids(mailbox_id, query, keep)))
        if not self.hold_finding:
            self.release_finding()
        return found

    def release_finding(self) -> None:
        """Answer what was asked of `find`, the newest question first."""
        while self.finding:
            found, look = self.finding.pop()
            found.set_result(look())

    def rows(self, mailbox_id: int, row_ids: Sequence[int]) -> dict[int, MessageRow]:
        self.calls.append(("rows", mailbox_id, len(row_ids)))
        self._raise_planned("rows")
        rows = self.message_rows.get(mailbox_id, {})
        return {number: rows[number] for number in row_ids if number in rows}

    def related(self, mailbox_id: int, row_id: int) -> Related:
        return self.relatives.get(row_id, Related())

    def open_message(self, mailbox_id: int, row_id: int) -> Future[MessageView]:
        return self.answer(
            "open_message",
            lambda: samples.message_view(self.message_rows[mailbox_id][row_id]),
            mailbox_id,
            row_id,
        )

    def verification(self) -> FakeVerificationDesk:
        return self.verified

    def attachment(self, mailbox_id: int, row_id: int, section: str) -> Future[bytes]:
        return self.answer("attachment", lambda: b"%PDF-1.7 sample", mailbox_id, row_id, section)

    def reading(self) -> FakeReadingDesk:
        return self.reading_room

    def raw_message(self, mailbox_id: int, row_id: int) -> Future[bytes]:
        raw = b"Subject: sample\r\n\r\nsample\r\n"
        return self.answer("raw_message", lambda: raw, mailbox_id, row_id)

    def source(self, mailbox_id: int, row_id: int) -> Future[bytes]:
        return self.answer("source", lambda: self.sources.get(row_id, b"Subject: x\r\n\r\nx\r\n"), row_id)

    def mark_seen(self, mailbox_id: int, row_id: int, *, seen: bool) -> None:
        self.calls.append(("mark_seen", mailbox_id, row_id, seen))
        rows = self.message_rows[mailbox_id]
        rows[row_id] = replace(rows[row_id], seen=seen)

    def sync_now(self, account_id: str = "") -> None:
        self.calls.append(("sync_now", account_id))

    def network_changed(self) -> None:
        self.calls.append(("network_changed",))

    def new_draft(self, account_id: str) -> Draft:
        self._drafts_made += 1
        account = next(one for one in self.account_list if one.account_id == account_id)
        return Draft(
            draft_id=f"draft-new-{self._drafts_made}",
            account_id=account_id,
            message_id=f"<new-{self._drafts_made}@hcm.example>",
            sender=account.identity.address,
            body=f"\n\n-- \n{account.identity.address.display_name}\n{account.identity.title}\n",
        )

    def reply_draft(self, mailbox_id: int, row_id: int, *, reply_all: bool) -> Future[Draft]:
        row = self.message_rows[mailbox_id][row_id]
        draft = replace(
            self.new_draft(self._account_of(mailbox_id)),
            to=(MailAddress(row.sender_address, row.sender_name),),
            subject=f"Re: {row.subject}",
            body="\n\n> Kính gửi đồng chí",
            in_reply_to=row.message_id,
        )
        return self.answer("reply_draft", lambda: draft, mailbox_id, row_id, reply_all)

    def forward_draft(self, mailbox_id: int, row_id: int) -> Future[Draft]:
        row = self.message_rows[mailbox_id][row_id]
        draft = replace(self.new_draft(self._account_of(mailbox_id)), subject=f"Fwd: {row.subject}")
        return self.answer("forward_draft", lambda: draft, mailbox_id, row_id)

    def answer_draft(self, mailbox_id: int, row_id: int, attendance: Attendance) -> Future[Draft]:
        draft = replace(self.new_draft(self._account_of(mailbox_id)), calendar="BEGIN:VCALENDAR")
        return self.answer("answer_draft", lambda: draft, mailbox_id, row_id, attendance)

    def save_draft(self, draft: Draft) -> None:
        self.calls.append(("save_draft", draft))
        self._raise_planned("save_draft")
        self.stored_drafts[draft.draft_id] = draft

    def drafts(self, account_id: str) -> tuple[Draft, ...]:
        found = [draft for draft in self.stored_drafts.values() if draft.account_id == account_id]
        return tuple(reversed(found))

    def draft(self, draft_id: str) -> Future[Draft]:
        return resolved(self.stored_drafts[draft_id])

    def suggest(self, text: str, limit: int = 8) -> Suggestions:
        found = (one for one in self.contacts if _fold(text) in _fold(str(one)))
        return Suggestions(tuple(map(Suggestion, found))[:limit])

    def account_desk(self) -> FakeAccountDesk:
        return self.accounts_kept

    def receipts(self) -> FakeReceiptDesk:
        return self.receipt_desk

    def changes(self) -> FakeChangesDesk:
        return self.changed

    def trust(self) -> FakeTrustDesk:
        return self.trusting

    def delete_draft(self, draft_id: str) -> None:
        self.calls.append(("delete_draft", draft_id))
        self._raise_planned("delete_draft")
        self.stored_drafts.pop(draft_id, None)

    def server_drafts(self) -> FakeDraftsDesk:
        return self.on_server

    def check(self, draft: Draft) -> Future[CheckReport]:
        report = self.report
        return self.answer("check", lambda: report, draft)

    def checks(self) -> FakeCheckDesk:
        return self.checking

    def key_info(self, key: KeyRef, password: Secret) -> Future[SignerInfo]:
        return self.answer("key_info", lambda: self.signer, key, password)

    def signing(self) -> FakeSigningDesk:
        return self.signatures

    def send(self, request: SendRequest) -> Future[int]:
        def queue() -> int:
            outbox_id = max(self.entries, default=0) + 1
            self.entries[outbox_id] = samples.outbox_entry(outbox_id, OutboxState.QUEUED)
            return outbox_id

        return self.answer("send", queue, request)

    def outbox(self) -> tuple[OutboxEntry, ...]:
        return tuple(self.entries.values())

    def outgoing(self) -> OutboxDesk:
        return self

    def forget_finished(self) -> int:
        finished = {OutboxState.FILED, OutboxState.CANCELLED}
        kept = {number: one for number, one in self.entries.items() if one.state not in finished}
        gone, self.entries = len(self.entries) - len(kept), kept
        return gone

    def retry(self, outbox_id: int) -> None:
        self._move("retry", outbox_id, OutboxState.QUEUED)

    def cancel(self, outbox_id: int) -> None:
        self._move("cancel", outbox_id, OutboxState.CANCELLED)

    def confirm_sent(self, outbox_id: int) -> None:
        self._move("confirm_sent", outbox_id, OutboxState.SUBMITTED)

    def save_file(self, path: Path, content: bytes) -> None:
        self.calls.append(("save_file", path, len(content)))
        self._raise_planned("save_file")
        path.write_bytes(content)

    def close(self) -> None:
        self.closed = True

    # Helpers

    def _account_of(self, mailbox_id: int) -> str:
        return next(one.account_id for one in self.mailbox_list if one.mailbox_id == mailbox_id)

    def _move(self, name: str, outbox_id: int, state: OutboxState) -> None:
        self.calls.append((name, outbox_id))
        self._raise_planned(name)
        self.entries[outbox_id] = replace(self.entries[outbox_id], state=state, error_code="", error_text="")

    def _raise_planned(self, name: str) -> None:
        planned = self.failures.pop(name, None)
        if planned is not None:
            raise planned

    def answer(self, name: str, make: Callable[[], T], *args: object) -> Future[T]:
        """Note the call and answer it now, or when `release` says so."""
        self.calls.append((name, *args))
        planned = self.failures.pop(name, None)
        future: Future[T] = Future()

        def answer() -> None:
            if planned is not None:
                future.set_exception(planned)
                return
            try:
                future.set_result(make())
            except ClientError as error:
                future.set_exception(error)

        if self.hold:
            self._held.append(answer)
        else:
            answer()
        return future


def _fold(text: str) -> str:
    bare = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    return bare.lower().replace("đ", "d")
