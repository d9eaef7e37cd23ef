"""An IMAP server in memory behind the session protocol; several sessions may look at one server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from client.errors import ClientError, ConnectionLost, MalformedMessage, ServerBusy
from client.model.mailbox import RemoteMailbox, SpecialUse, SyncCursor
from client.net.quirks import Quirks
from client.net.selection import lost_flags
from client.net.session import BodyTarget, ChangeForbidden, FetchedHeader, MailboxStatus, SelectedMailbox


@dataclass
class FakeMessage:
    raw: bytes
    flags: set[str] = field(default_factory=set)
    when: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    modseq: int = 1


@dataclass
class FakeMailbox:
    special_use: SpecialUse = SpecialUse.NONE
    uidvalidity: int = 1
    uidnext: int = 1
    messages: dict[int, FakeMessage] = field(default_factory=dict)
    highestmodseq: int = 1
    forgetful: bool = False
    """Keeps to itself what has gone."""
    permanent: frozenset[str] | None = None
    """Flags that may be changed, in lower case; None: all."""

    def touch(self, uid: int) -> None:
        """Give the message the next modification sequence; none is ever given twice (RFC 7162)."""
        self.highestmodseq += 1
        self.messages[uid].modseq = self.highestmodseq

    def renumber(self) -> None:
        """UIDVALIDITY changes: every message gets another UID."""
        messages = list(self.messages.values())
        self.uidvalidity += 1
        self.uidnext, self.messages = 1, {}
        for one in messages:
            self.add(one.raw, *one.flags, when=one.when)

    def add(self, raw: bytes, *flags: str, when: datetime | None = None) -> int:
        uid = self.uidnext
        self.uidnext += 1
        self.messages[uid] = FakeMessage(raw, set(flags), when or FakeMessage(b"").when)
        self.touch(uid)
        return uid

    def state(self) -> tuple[int, int]:
        """What a waiting session looks at."""
        return self.uidnext, len(self.messages)


def meets(message: FakeMessage, key: bytes) -> bool:
    """Whether SEARCH with this key finds the message."""
    flag = "\\" + key.decode().removeprefix("UN").title()
    return not key or (flag in message.flags) != key.startswith(b"UN")


@dataclass
class FakeImapServer:
    """``fail_on`` maps a method name to the error its next call raises."""

    mailboxes: dict[bytes, FakeMailbox] = field(default_factory=dict)
    fail_on: dict[str, ClientError] = field(default_factory=dict)
    always: dict[tuple[str, bytes | int], Exception] = field(default_factory=dict)
    """What fails each time, by method and mailbox or UID."""
    calls: list[str] = field(default_factory=list)
    condstore: bool = False
    extensions: frozenset[str] = frozenset({"MOVE", "UIDPLUS"})
    batch: int = 2
    quirks: Quirks = field(default_factory=Quirks)
    certificate: bytes = b""
    unsearched: frozenset[str] = frozenset()
    """Fields that SEARCH never finds anything in."""
    after_flags: Callable[[], None] = lambda: None
    """Done after flags were read and before they are answered."""

    open: int = 0
    most_open: int = 0

    def session(self) -> FakeImapSession:
        return FakeImapSession(self)


class FakeImapSession:
    """See `client.net.session.ImapSession`."""

    def __init__(self, server: FakeImapServer) -> None:
        self._server = server
        server.open += 1
        server.most_open = max(server.open, server.most_open)
        self._selected, self._validity = b"", 0
        self._seen: tuple[int, int] = (0, 0)
        self._woken = threading.Event()
        self._abandoned = False

    @property
    def capabilities(self) -> frozenset[str]:
        extra = {"CONDSTORE"} if self._server.condstore else set()
        return frozenset({"IMAP4REV1"} | extra | self._server.extensions)

    @property
    def certificate(self) -> bytes:
        return self._server.certificate

    @property
    def quirks(self) -> Quirks:
        return self._server.quirks

    @property
    def selected(self) -> tuple[bytes, int]:
        return self._selected, self._validity

    def list_mailboxes(self) -> tuple[RemoteMailbox, ...]:
        self._called("list_mailboxes")
        return tuple(
            RemoteMailbox(name, name.decode(), box.special_use)
            for name, box in self._server.mailboxes.items()
        )

    def statuses(self, raw_names: Sequence[bytes]) -> dict[bytes, MailboxStatus]:
        self._called("statuses")
        found = {}
        for name in raw_names:
            if box := self._server.mailboxes.get(name):
                unseen = sum("\\Seen" not in one.flags for one in box.messages.values())
                modseq = box.highestmodseq if self._server.condstore else 0
                found[name] = MailboxStatus(box.uidvalidity, box.uidnext, len(box.messages), modseq, unseen)
        return found

    def select(self, raw_name: bytes, since: SyncCursor | None = None) -> SelectedMailbox:
        self._called("select", raw_name)
        if raw_name not in self._server.mailboxes:
            raise ServerBusy(host="fake", reply="NONEXISTENT")
        self._selected = raw_name
        box = self._box()
        self._validity = box.uidvalidity
        self._seen = box.state()
        modseq = box.highestmodseq if self._server.condstore else 0
        told = SelectedMailbox(box.uidvalidity, box.uidnext, len(box.messages), modseq)
        resumes = "QRESYNC" in self.capabilities and since is not None and since.highestmodseq
        if not resumes or since is None or since.uidvalidity != box.uidvalidity or not modseq:
            return told
        # RFC 7162 section 3.2.10.1: a server may name every UID that is not there.
        gone = tuple((uid, uid) for uid in range(1, box.uidnext) if uid not in box.messages)
        if box.forgetful:
            gone = ()
        changed = {
            uid: frozenset(one.flags) for uid, one in box.messages.items() if one.modseq > since.highestmodseq
        }
        return replace(told, resumed=True, vanished=gone, changed=changed)

    def fetch_headers(
        self, low: int, high: int | None = None
    ) -> Generator[tuple[FetchedHeader, ...], None, None]:
        self._called(f"fetch_headers {low}:{high or '*'}")
        wanted = sorted((uid for uid in self._box().messages if low <= uid <= (high or uid)), reverse=True)
        for start in range(0, len(wanted), self._server.batch):
            self._called("batch")
            yield tuple(self._header(uid) for uid in wanted[start : start + self._server.batch])

    def fetch_flags(
        self, low: int, changed_since: int = 0, high: int | None = None
    ) -> dict[int, frozenset[str]]:
        self._called(f"fetch_flags since {changed_since}")
        found = {
            uid: frozenset(one.flags)
            for uid, one in self._box().messages.items()
            if low <= uid <= (high or uid) and one.modseq > changed_since
        }
        self._server.after_flags()
        return found

    def fetch_flags_of(self, uids: Iterable[int]) -> dict[int, frozenset[str]]:
        self._called("fetch_flags_of")
        there = self._box().messages
        return {uid: frozenset(there[uid].flags) for uid in uids if uid in there}

    def search_uids(self, low: int, high: int, key: bytes = b"") -> tuple[int, ...]:
        self._called(f"search_uids {key.decode()}".strip())
        there = self._box().messages
        return tuple(sorted(uid for uid in there if low <= uid <= high and meets(there[uid], key)))

    def fetch_body(self, uid: int) -> bytes:
        self._called("fetch_body", uid)
        if uid not in self._box().messages:
            raise MalformedMessage(reason="gone")
        return self._box().messages[uid].raw

    def fetch_body_into(self, uid: int, target: BodyTarget) -> None:
        raw = self.fetch_body(uid)
        target.discard()
        for start in range(0, len(raw), 1_000_000):
            target.append(raw[start : start + 1_000_000])

    def fetch_bodies(
        self, uids: Sequence[int], *, singly: bool = False
    ) -> Generator[bytes | MalformedMessage | ServerBusy, None, None]:
        if singly:
            self._called("singly")
        for uid in uids:
            try:
                yield self.fetch_body(uid)
            except (MalformedMessage, ServerBusy) as error:
                yield error

    def fetch_part(self, uid: int, offset: int, length: int) -> bytes:
        self._called(f"fetch_part {offset}")
        if uid not in self._box().messages:
            raise MalformedMessage(reason="gone")
        return self._box().messages[uid].raw[offset : offset + length]

    def append(self, raw_name: bytes, raw: bytes, flags: Iterable[str], when: datetime) -> int | None:
        self._called("append", raw_name)
        self._refuse("append", raw)
        uid = self._server.mailboxes[raw_name].add(raw, *flags, when=when)
        self._called("append-answer")
        return uid if "UIDPLUS" in self._server.extensions else None

    def find_by_message_id(
        self, raw_name: bytes, message_id: str, field: str = "Message-ID"
    ) -> tuple[int, ...]:
        self._called("find_by_message_id")
        self._selected = raw_name
        self._validity = self._box().uidvalidity
        if field in self._server.unsearched:
            return ()
        wanted = f"\r\n{field}: {message_id}\r\n".encode()
        return tuple(uid for uid, one in self._box().messages.items() if wanted in b"\r\n" + one.raw)

    def require_flags(self, flags: Iterable[str]) -> None:
        if lost := lost_flags(self._box().permanent, flags):
            raise ChangeForbidden(host="fake", reply=lost)

    def store_flags(self, uids: Iterable[int], add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        self._called("store_flags")
        add, remove = tuple(add), tuple(remove)
        self.require_flags({*add, *remove})
        for uid in uids:
            self._refuse("store_flags", uid)
            if uid in self._box().messages:
                one = self._box().messages[uid]
                one.flags |= set(add)
                one.flags -= set(remove)
                self._box().touch(uid)

    def copy(self, uids: Iterable[int], target: bytes) -> dict[int, int]:
        self._called("copy")
        if target not in self._server.mailboxes:
            raise ServerBusy(host="fake", reply="[TRYCREATE] no such mailbox")
        box, moved = self._server.mailboxes[target], {}
        for uid in uids:
            if uid in self._box().messages:
                one = self._box().messages[uid]
                moved[uid] = box.add(one.raw, *one.flags, when=one.when)
        self._called("copy-answer")
        return moved if "UIDPLUS" in self._server.extensions else {}

    def move(self, uids: Iterable[int], target: bytes) -> dict[int, int]:
        self._called("move")
        wanted = list(uids)
        moved = self.copy(wanted, target)
        for uid in wanted:
            self._box().messages.pop(uid, None)
        self._called("move-answer")
        return moved

    def expunge(self, uids: Iterable[int]) -> None:
        self._called("expunge")
        for uid in uids:
            if "\\Deleted" in self._box().messages.get(uid, FakeMessage(b"")).flags:
                del self._box().messages[uid]

    def create(self, raw_name: bytes, use: SpecialUse = SpecialUse.NONE) -> None:
        self._called("create")
        self._server.mailboxes.setdefault(raw_name, FakeMailbox(use))

    def idle(self, timeout: float, stop: Callable[[], bool]) -> bool:
        self._called("idle")
        end = time.monotonic() + timeout
        while self._box().state() == self._seen:
            if stop() or self._woken.wait(0.01) or time.monotonic() > end:
                self._woken.clear()
                self._called("idle-ended")
                return False
        self._seen = self._box().state()
        return True

    def interrupt(self) -> None:
        self._server.calls.append("interrupt")
        self._woken.set()

    def abandon(self) -> None:
        self._server.calls.append("abandon")
        self._abandoned = True
        self._woken.set()

    def logout(self) -> None:
        self._server.calls.append("logout")
        self._server.open -= 1

    def _box(self) -> FakeMailbox:
        return self._server.mailboxes[self._selected]

    def _header(self, uid: int) -> FetchedHeader:
        one = self._box().messages[uid]
        header = one.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        return FetchedHeader(uid, frozenset(one.flags), one.when.astimezone(UTC), len(one.raw), header)

    def _called(self, name: str, about: bytes | int = b"") -> None:
        self._server.calls.append(name)
        if self._abandoned:
            raise ConnectionLost(host="fake")
        error = self._server.fail_on.pop(name, None)
        if error is not None:
            raise error
        self._refuse(name, about)

    def _refuse(self, name: str, about: bytes | int) -> None:
        error = self._server.always.get((name, about))
        if error is not None:
            raise error
