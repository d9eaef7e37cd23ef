"""The IMAP session of the product; `connect` is the only way to get one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime

from imapclient.exceptions import IMAPClientError

from client.errors import ClientError, ConnectionLost, MalformedMessage, ServerBusy
from client.model.account import Endpoint
from client.model.mailbox import RemoteMailbox, SpecialUse
from client.model.secret import Secret
from client.net import fetch, idle, names
from client.net.imap_login import ImapConnection, Patience, open_connection, refusal
from client.net.session import FetchedHeader as FetchedHeader
from client.net.session import ImapSession as ImapSession
from client.net.session import SelectedMailbox as SelectedMailbox
from client.net.wire import Literal

_CHANGED = re.compile(rb"\* \d+ (?:EXISTS|EXPUNGE)|\* VANISHED", re.IGNORECASE)
_SELECT_FIELDS = {
    "uidvalidity": re.compile(rb"\[UIDVALIDITY (\d+)", re.IGNORECASE),
    "uidnext": re.compile(rb"\[UIDNEXT (\d+)", re.IGNORECASE),
    "exists": re.compile(rb"\* (\d+) EXISTS", re.IGNORECASE),
    "highestmodseq": re.compile(rb"\[HIGHESTMODSEQ (\d+)", re.IGNORECASE),
}
_APPENDUID = re.compile(rb"\[APPENDUID (\d+) (\d+)\]", re.IGNORECASE)
_FLAG = re.compile(r"\\?[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]+")

_FIRST_BATCH = 50
_BATCH = 1000
_WIDEST = 8192
_SEARCH_WINDOW = 50_000


def connect(
    endpoint: Endpoint,
    user: str,
    password: Secret,
    anchors: tuple[bytes, ...] = (),
    *,
    patience: Patience | None = None,
) -> ImapSession:
    """A logged-in session.

    Raises `AuthenticationFailed`, `TlsUntrusted`, `ServerBusy`, `ConnectionLost` or `TimedOut`.
    """
    return RealImapSession(open_connection(endpoint, user, password, anchors, patience or Patience()))


class RealImapSession:
    """See `ImapSession`."""

    def __init__(self, connection: ImapConnection) -> None:
        self._connection = connection
        self._wire = connection.wire
        self._waker = idle.Waker()
        self._stirred = False
        self._capabilities = frozenset(
            name.decode("ascii", "replace").upper() for name in connection.capabilities()
        )

    @property
    def capabilities(self) -> frozenset[str]:
        """See `ImapSession.capabilities`."""
        return self._capabilities

    def list_mailboxes(self) -> tuple[RemoteMailbox, ...]:
        """See `ImapSession.list_mailboxes`."""
        command = (
            b"XLIST" if "XLIST" in self.capabilities and "SPECIAL-USE" not in self.capabilities else b"LIST"
        )
        found = (names.parse_list(pieces) for pieces in self._run(command, b'""', b'"*"'))
        unique = {mailbox.raw_name: mailbox for mailbox in found if mailbox is not None}
        return names.assign_uses(unique.values())

    def select(self, raw_name: bytes) -> SelectedMailbox:
        """See `ImapSession.select`."""
        told = dict.fromkeys(_SELECT_FIELDS, 0)
        condstore = (b"(CONDSTORE)",) if "CONDSTORE" in self.capabilities else ()
        for pieces in self._run(b"SELECT", _name(raw_name), *condstore):
            for field, pattern in _SELECT_FIELDS.items():
                if match := pattern.search(pieces[0]):
                    told[field] = int(match[1])
        self._stirred = False
        return SelectedMailbox(**told)

    def fetch_headers(self, low: int, high: int | None = None) -> Iterator[tuple[FetchedHeader, ...]]:
        """See `ImapSession.fetch_headers`."""
        low = max(low, 1)
        top = self._newest_uid() if high is None else high
        width = _FIRST_BATCH
        while top >= low:
            bottom = max(low, top - width + 1)
            batch = self._headers(bottom, top)
            if batch:
                yield batch
            # UIDs have gaps: widen where little is found, so that old mailboxes take few round trips.
            width = min(_WIDEST, width * 4) if len(batch) < _BATCH // 4 else max(_BATCH, width // 2)
            top = bottom - 1

    def fetch_flags(self, first_uid: int, changed_since: int = 0) -> dict[int, frozenset[str]]:
        """See `ImapSession.fetch_flags`."""
        since: tuple[bytes, ...] = ()
        if changed_since and "CONDSTORE" in self.capabilities:
            since = (b"(CHANGEDSINCE %d)" % changed_since,)
        found: dict[int, frozenset[str]] = {}
        for pieces in self._stream(b"UID FETCH", b"%d:*" % first_uid, b"(UID FLAGS)", *since):
            parsed = fetch.parse_flags(pieces)
            # "n:*" always names the newest message, even one below n (RFC 9051 section 9, seq-range).
            if parsed is not None and parsed[0] >= first_uid:
                found[parsed[0]] = parsed[1]
        return found

    def search_uids(self, low: int, high: int) -> tuple[int, ...]:
        """See `ImapSession.search_uids`."""
        found: set[int] = set()
        for start in range(max(low, 1), high + 1, _SEARCH_WINDOW):
            end = min(high, start + _SEARCH_WINDOW - 1)
            found.update(uid for uid in self._search(b"UID %d:%d" % (start, end)) if start <= uid <= end)
        return tuple(sorted(found))

    def fetch_body(self, uid: int) -> bytes:
        """See `ImapSession.fetch_body`."""
        found: bytes | None = None
        for pieces in self._stream(b"UID FETCH", b"%d" % uid, b"(UID BODY.PEEK[])"):
            parsed = fetch.parse_body(pieces)
            if parsed is not None and parsed[0] in {uid, 0}:
                found = parsed[1]
        if found is None:
            raise MalformedMessage(reason="gone", uid=uid)
        return found

    def append(self, raw_name: bytes, raw: bytes, flags: Iterable[str], when: datetime) -> int | None:
        """See `ImapSession.append`."""
        self._run(
            b"APPEND",
            _name(raw_name),
            b"(" + _flags(flags) + b")",
            fetch.write_internal_date(when),
            Literal(raw),
        )
        match = _APPENDUID.search(self._wire.last_status.text)
        # A UIDVALIDITY or UID of 0 is what servers without UIDPLUS make up.
        return int(match[2]) if match and int(match[1]) and int(match[2]) else None

    def find_by_message_id(self, raw_name: bytes, message_id: str) -> tuple[int, ...]:
        """See `ImapSession.find_by_message_id`."""
        self.select(raw_name)
        return tuple(sorted(self._search(b"HEADER MESSAGE-ID", _string(message_id.encode()))))

    def store_flags(self, uids: Iterable[int], add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """See `ImapSession.store_flags`."""
        changes = ((b"+FLAGS.SILENT", _flags(add)), (b"-FLAGS.SILENT", _flags(remove)))
        for piece in list(fetch.compress_uids(uids)):
            for verb, flags in changes:
                if flags:
                    self._run(b"UID STORE", piece, verb, b"(" + flags + b")")

    def copy(self, uids: Iterable[int], target: bytes) -> dict[int, int]:
        """See `ImapSession.copy`."""
        return self._transfer(b"UID COPY", uids, target)

    def move(self, uids: Iterable[int], target: bytes) -> dict[int, int]:
        """See `ImapSession.move`."""
        return self._transfer(b"UID MOVE", uids, target)

    def expunge(self, uids: Iterable[int]) -> None:
        """See `ImapSession.expunge`."""
        for piece in list(fetch.compress_uids(uids)):
            self._run(b"UID EXPUNGE", piece)

    def create(self, raw_name: bytes, use: SpecialUse = SpecialUse.NONE) -> None:
        """See `ImapSession.create`."""
        role = (b"(USE (\\" + use.value.capitalize().encode() + b"))",)
        can = use is not SpecialUse.NONE and "CREATE-SPECIAL-USE" in self.capabilities
        with suppress(ServerBusy):
            self._run(b"CREATE", _name(raw_name), *(role if can else ()))

    def idle(self, timeout: float, stop: Callable[[], bool]) -> bool:
        """See `ImapSession.idle`."""
        if self._stirred:
            self._stirred = False
            return True
        if "IDLE" in self.capabilities:
            return idle.wait_for_change(self._wire, self._waker, timeout, stop)
        idle.wait_without_idle(self._waker, timeout, stop)
        self._run(b"NOOP")
        changed, self._stirred = self._stirred, False
        return changed

    def interrupt(self) -> None:
        """See `ImapSession.interrupt`."""
        self._waker.wake()

    def logout(self) -> None:
        """See `ImapSession.logout`."""
        with suppress(ClientError, IMAPClientError, OSError):
            if not self._wire.closed:
                self._connection.logout()
        self._wire.close()
        self._waker.close()

    def _headers(self, low: int, high: int) -> tuple[FetchedHeader, ...]:
        found = {}
        for pieces in self._stream(b"UID FETCH", b"%d:%d" % (low, high), fetch.HEADER_ITEMS):
            header = fetch.parse_header(pieces)
            if header is not None and low <= header.uid <= high:
                found[header.uid] = header
        return tuple(found[uid] for uid in sorted(found, reverse=True))

    def _transfer(self, verb: bytes, uids: Iterable[int], target: bytes) -> dict[int, int]:
        moved: dict[int, int] = {}
        for piece in list(fetch.compress_uids(uids)):
            # RFC 6851 section 4.3: MOVE tells in an untagged OK, COPY in the tagged one.
            told = [pieces[0] for pieces in self._run(verb, piece, _name(target))]
            for line in (*told, self._wire.last_status.text):
                moved.update(fetch.read_copyuid(line))
        return moved

    def _newest_uid(self) -> int:
        newest = 0
        with suppress(ConnectionLost):  # some servers answer BAD to "*" in an empty mailbox
            for pieces in self._stream(b"UID FETCH", b"*", b"(UID FLAGS)"):
                parsed = fetch.parse_flags(pieces)
                newest = max(newest, parsed[0] if parsed else 0)
        self._must_live()
        return newest

    def _search(self, *criteria: bytes | Literal) -> list[int]:
        found: list[int] = []
        for pieces in self._run(b"UID SEARCH", *criteria):
            if pieces[0][:9].upper() == b"* SEARCH ":
                found += (int(word) for word in pieces[0][9:].split() if word.isdigit())
        return found

    def _run(self, *parts: bytes | Literal) -> list[list[bytes]]:
        return list(self._stream(*parts))

    def _stream(self, *parts: bytes | Literal) -> Iterator[list[bytes]]:
        """The untagged responses of a command; its refusal is raised at the end."""
        self._must_live()
        for pieces in self._wire.command(*parts):
            if _CHANGED.match(pieces[0]):
                # IDLE will not repeat what is told now, so that `idle` must not wait for it.
                self._stirred = True
            yield pieces
        status = self._wire.last_status
        if status.kind != b"OK":
            raise refusal(self._wire.host, status.kind, status.text)

    def _must_live(self) -> None:
        if self._wire.closed:
            raise ConnectionLost(host=self._wire.host)


def _name(raw_name: bytes) -> bytes | Literal:
    return _string(raw_name)


def _string(raw: bytes) -> bytes | Literal:
    """A quoted string, or a literal where quoting is not safe (RFC 9051 section 4.3)."""
    if len(raw) < 1000 and all(32 <= byte < 127 for byte in raw):
        return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    return Literal(raw)


def _flags(flags: Iterable[str]) -> bytes:
    chosen = list(flags)
    if not all(_FLAG.fullmatch(flag) for flag in chosen):
        raise ValueError("not a flag")
    return " ".join(chosen).encode("ascii")
