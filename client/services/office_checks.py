"""The real `CheckDesk`: the check itself, remedies that make files, the gate's log and the register."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from client.config.policy import Policy
from client.errors import ConversionFailed, MessageFrozen
from client.model.account import Account
from client.model.at_rest import Readable
from client.model.finding import CheckReport, Finding
from client.model.outgoing import Draft, DraftAttachment, OutgoingMessage
from client.model.register import ReceivedDocument, ReceivedMessage
from client.model.server_draft import Held, held_by
from client.rules.context import SentDocument
from client.services import check_bench
from client.services.check_orders import CheckOrder, FilesWanted, Reading, ReadingOrder
from client.services.desk import SendRequest
from client.services.fixes import attachment_of
from client.services.futures import call, in_thread, instead, resolved, then
from client.services.gate import file_override, kept_warnings, overrides_of, pass_gate
from client.services.recent_traffic import RecentTraffic, recent_traffic, window_start
from client.services.requests import TrustSources
from client.services.tasks import Lane
from client.store.database import Database
from client.store.drafts import Drafts, version_of
from client.store.outbox import Outbox
from client.store.overrides import Override, OverrideLog
from client.store.reading import MessageReader
from client.store.register import MessageMark, Register

_MOST_DIGESTS = 256


@dataclass(frozen=True, slots=True)
class CheckPlaces:
    """Where received messages are found."""

    readers: Mapping[str, MessageReader]
    """By account."""
    file: Callable[[str, str], Readable]
    """Of an account's raw message, by the path its row has."""
    body: Callable[[int, int], Future[Readable]]
    """The raw message of a mailbox's row as a file, fetched if need be."""
    account_of: Callable[[int], str]
    """By mailbox."""
    listed: Callable[[Iterable[str]], frozenset[str] | None] = lambda _: None
    """Which of some addresses are in the directory, canonical; None without one."""


@dataclass(frozen=True, slots=True)
class CheckSetup:
    """What checks are made with."""

    policy: Policy
    sources: TrustSources
    clock: Callable[[], datetime]
    accounts: Callable[[], dict[str, Account]]
    places: CheckPlaces
    judged: Callable[[str, str, Held], None] = lambda *_: None
    """Told of every draft that was checked: its id, the version, whether that may lie on the server."""


class OfficeChecks:
    """Lives as long as the office; its methods that `CheckDesk` has are described there."""

    def __init__(self, setup: CheckSetup, lane: Lane, ledger: Database) -> None:
        self._setup, self._lane = setup, lane
        self._overrides = OverrideLog(ledger)
        self._register = Register(ledger, setup.clock)
        self._drafts = Drafts(ledger, setup.clock)
        self._outbox = Outbox(ledger, setup.clock)
        self._originals: dict[tuple[str, str], Readable | None] = {}
        self._digests: OrderedDict[int, tuple[bytes, str]] = OrderedDict()
        self._remedies: frozenset[str] = frozenset()
        self._asked = False

    def check(self, draft: Draft) -> Future[CheckReport]:
        """See `MailDesk.check`. A file's content goes to the workshop once, its name with every check."""
        if all(self._is_known(one.content) for one in draft.attachments):
            answer = self._ask(draft)
        else:
            answer = then(in_thread(lambda: self._learn(draft)), lambda _: self._ask(draft))
        answer.add_done_callback(lambda done: self._tell_judged(draft, done))
        return answer

    def remedies(self) -> frozenset[str]:
        """See `CheckDesk.remedies`; the workshop's answer, empty until it is there."""
        if not self._asked:
            self._asked = True
            self._lane.submit(check_bench.remedies).add_done_callback(self._take_remedies)
        return self._remedies

    def make(self, draft: Draft, finding: Finding) -> Future[DraftAttachment]:
        """See `CheckDesk.make`."""
        if finding.fix == "attach-original":
            path = self._original(draft)
            return self._lane.submit(check_bench.original, path) if path is not None else _gone()
        attachment = attachment_of(draft, finding)
        return (
            self._lane.submit(check_bench.make_file, attachment, finding)
            if attachment is not None
            else _gone()
        )

    def purge(self, draft_id: str) -> None:
        """See `CheckDesk.purge`; its copies on the server go as well."""
        self._drafts.purge(draft_id)
        self._setup.judged(draft_id, "", Held.MARKED)

    def overrides(self) -> tuple[Override, ...]:
        """See `CheckDesk.overrides`."""
        return self._overrides.entries()

    def received(self, mailbox_id: int, row_id: int) -> Future[ReceivedMessage]:
        """See `CheckDesk.received`."""
        account_id = self._setup.places.account_of(mailbox_id)

        def read(path: Readable) -> Future[Reading]:
            setup = self._setup
            row = setup.places.readers[account_id].row(row_id)
            came = row.received_at if row is not None else None
            order = ReadingOrder(path, setup.policy, setup.sources, setup.clock(), came)
            known = in_thread(lambda: self._known_entries(path))
            return then(
                known, lambda one: resolved(one) if one else self._lane.submit(check_bench.received, order)
            )

        reading = then(self._setup.places.body(mailbox_id, row_id), read)
        return then(reading, lambda one: call(lambda: self._kept(account_id, one)))

    def released(self, mailbox_id: int, row_id: int) -> Future[None]:
        """Fails with `MessageFrozen` for a message that carries a secrecy marking.

        For every other it answers, also where the message could not be read: whoever asked will find that
        out and say so in their own words.
        """
        answer: Future[None] = Future()

        def judge(done: Future[ReceivedMessage]) -> None:
            if done.exception() is None and done.result().holds_secret:
                answer.set_exception(MessageFrozen())
            else:
                answer.set_result(None)

        self.received(mailbox_id, row_id).add_done_callback(judge)
        return answer

    def released_body(self, mailbox_id: int, row_id: int) -> Future[Readable]:
        """The raw message as a file, as long as it is `released`: for all that keeps or hands on copies."""
        released = self.released(mailbox_id, row_id)
        return then(released, lambda _: self._setup.places.body(mailbox_id, row_id))

    def passed(self, report: CheckReport, request: SendRequest) -> tuple[str, ...]:
        """See `pass_gate`."""
        own = self._setup.accounts()[request.draft.account_id].identity.role
        return pass_gate(report, request, own, self._setup.policy.confirm_roles)

    def log(self, message: OutgoingMessage, request: SendRequest, report: CheckReport) -> OutgoingMessage:
        """Written before the message is queued: nothing leaves unlogged."""
        account = self._setup.accounts()[message.account_id]
        now = self._setup.clock()
        entries = (
            *overrides_of(message, request, account, now),
            *kept_warnings(message, report, account, now),
        )
        policy = f"{report.policy_id} {report.policy_version}"
        files = tuple(self._digest(one.content) for one in request.draft.attachments)
        for override in entries:
            self._overrides.append(replace(override, policy=policy, attachments=files))
        mark = MessageMark(message.account_id, message.message_id, message.sha256)
        self._register.keep_sent(mark, report.documents, request.draft.document_system, message.files)
        return message

    def accepted(self, message_id: str, sha256: str) -> frozenset[str]:
        """See `OverrideLog.accepted`."""
        return self._overrides.accepted(message_id, sha256)

    def log_without_timestamp(self, path: Path) -> None:
        """Somebody chose to sign a file without a time-stamp."""
        self._overrides.append(file_override(path, self._setup.clock()))

    def _tell_judged(self, draft: Draft, done: Future[CheckReport]) -> None:
        """Whether this version may lie on the server; a check that did not come to its end allows nothing."""
        if not done.cancelled():
            held = held_by(done.result()) if done.exception() is None else Held.UNCHECKED
            version = version_of(draft, (self._digest(one.content) for one in draft.attachments))
            self._setup.judged(draft.draft_id, version, held)

    def _ask(self, draft: Draft, send: Iterable[str] = ()) -> Future[CheckReport]:
        setup, wanted = self._setup, frozenset(send)
        digests = tuple(self._digest(one.content) for one in draft.attachments)
        files = tuple(
            one if digest in wanted else replace(one, content=b"")
            for one, digest in zip(draft.attachments, digests, strict=True)
        )
        order = CheckOrder(
            replace(draft, attachments=files),
            setup.accounts()[draft.account_id].identity,
            setup.policy,
            setup.sources,
            setup.clock(),
            digests,
            self._sent() if files else (),
            self._original(draft),
            self._recent(draft.account_id),
            setup.places.listed(one.addr_spec for one in (*draft.to, *draft.cc, *draft.bcc)),
        )
        answer = self._lane.submit(check_bench.check, order)
        # The workshop may have been started anew, or have let go of what it read long ago.
        return answer if wanted else instead(answer, FilesWanted, lambda: self._ask(draft, digests))

    def _original(self, draft: Draft) -> Readable | None:
        """The received message that is answered, where it lies on this computer; looked for once."""
        key = (draft.account_id, draft.in_reply_to)
        if draft.in_reply_to and key not in self._originals:
            body = self._setup.places.readers[draft.account_id].body_of(draft.in_reply_to)
            file = self._setup.places.file
            self._originals[key] = file(draft.account_id, body) if body else None
        return self._originals.get(key)

    def _recent(self, account_id: str) -> RecentTraffic:
        policy, now = self._setup.policy, self._setup.clock()
        return recent_traffic(self._outbox.since(account_id, window_start(policy, now)), policy, now)

    def _sent(self) -> tuple[SentDocument, ...]:
        sent = self._register.sent()
        return tuple(SentDocument(one.number, one.sent_at.astimezone().date(), one.sha256) for one in sent)

    def _known_entries(self, path: Readable) -> Reading | None:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        entries = self._register.received(digest)
        return None if entries is None else Reading(digest, entries=entries)

    def _kept(self, account_id: str, reading: Reading) -> ReceivedMessage:
        """Nothing is kept of a message that holds a secret."""
        if reading.holds_secret:
            return ReceivedMessage(holds_secret=True, sha256=reading.sha256)
        mark = MessageMark(account_id, reading.message_id, reading.sha256)
        self._register.keep_received(mark, reading.entries)
        documents = (ReceivedDocument(one, self._register.earlier(one, mark)) for one in reading.entries)
        return ReceivedMessage(tuple(documents), sha256=reading.sha256)

    def _learn(self, draft: Draft) -> None:
        for attachment in draft.attachments:
            self._digest(attachment.content)

    def _is_known(self, content: bytes) -> bool:
        known = self._digests.get(id(content))
        return known is not None and known[0] is content

    def _digest(self, content: bytes) -> str:
        """Of one and the same object only once: a letter's files are not hashed at every keystroke."""
        if not self._is_known(content):
            self._digests[id(content)] = (content, hashlib.sha256(content).hexdigest())
            while len(self._digests) > _MOST_DIGESTS:
                self._digests.popitem(last=False)
        return self._digests[id(content)][1]

    def _take_remedies(self, answer: Future[frozenset[str]]) -> None:
        if not answer.cancelled() and answer.exception() is None:
            self._remedies = answer.result()


def _gone() -> Future[DraftAttachment]:
    """What was to be worked on is not there any more."""

    def fail() -> DraftAttachment:
        raise ConversionFailed(reason="gone")

    return call(fail)
