"""The IMAP session of the product; `connect` is the only way to get one."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from client.errors import ClientError, ConnectionLost, ServerBusy
from client.model.account import Endpoint
from client.model.mailbox import RemoteMailbox, SpecialUse, SyncCursor
from client.model.secret import Secret
from client.net import fetch, idle, names, selection
from client.net.bodies import BodyCommands
from client.net.commands import flag_list, quoted
from client.net.imap_login import ImapConnection, Patience, open_connection
from client.net.quirks import Quirks
from client.net.session import ChangeForbidden, MailboxStatus
from client.net.session import FetchedHeader as FetchedHeader
from client.net.session import ImapSession as ImapSession
from client.net.session import SelectedMailbox as SelectedMailbox
from client.net.trace import Trace
from client.net.wire import Literal

_APPENDUID = re.compile(rb"\[APPENDUID (\d+) (\d+)\]", re.IGNORECASE)

_FIRST_BATCH = 50
_BATCH = 1000
_WIDEST = 8192
_SEARCH_WINDOW = 50_000
_GOODBYE_SECONDS = 3.0
_STATUSES_AT_ONCE = 25
"""Outlook.com is known to break off after about 50 that are asked in one go."""


def connect(
    endpoint: Endpoint,
    user: str,
    password: Secret,
    anchors: tuple[bytes, ...] = (),
    *,
    without: frozenset[str] = frozenset(),
    patience: Patience | None = None,
    trace: Trace | None = None,
) -> ImapSession:
    """A logged-in session. Capabilities in ``without`` are not used, whatever the server says.

    ``trace`` keeps the last lines, also of a connection that could not be made.

    Raises `AuthenticationFailed`, `TlsUntrusted`, `ServerBusy`, `ConnectionLost` or `TimedOut`.
    """
    connection = open_connection(endpoint, user, password, anchors, patience or Patience(), trace)
    try:
        return RealImapSession(connection, without)
    except BaseException:
        connection.wire.close()
        raise


class RealImapSession(BodyCommands):
    """See `ImapSession`."""

    def __init__(self, connection: ImapConnection, without: frozenset[str] = frozenset()) -> None:
        super().__init__(connection.wire, connection.quirks)
        self._connection = connection
        self._exists = 0
        self._permanent: frozenset[str] | None = None
        self._capabilities = connection.told - without - connection.quirks.without
        if not self._enabled():
            self._capabilities -= {"QRESYNC"}
        self._waker = idle.Waker()

    @property
    def capabilities(self) -> frozenset[str]:
        """See `ImapSession.capabilities`."""
        return self._capabilities

    @property
    def certificate(self) -> bytes:
        """See `ImapSession.certificate`."""
        return self._connection.wire.certificate

    @property
    def quirks(self) -> Quirks:
        """See `ImapSession.quirks`."""
        return self._connection.quirks

    def list_mailboxes(self) -> tuple[RemoteMailbox, ...]:
        """See `ImapSession.list_mailboxes`."""
        command = (
            b"XLIST" if "XLIST" in self.capabilities and "SPECIAL-USE" not in self.capabilities else b"LIST"
        )
        found = (names.parse_list(pieces) for pieces in self._run(command, b'""', b'"*"'))
        unique = {mailbox.raw_name: mailbox for mailbox in found if mailbox is not None}
        return names.assign_uses(unique.values())

    def statuses(self, raw_names: Sequence[bytes]) -> dict[bytes, MailboxStatus]:
        """See `ImapSession.statuses`."""
        items, found = selection.status_items(self.capabilities), dict[bytes, MailboxStatus]()
        if "LIST-STATUS" in self.capabilities:
            answers = self._run(b'LIST "" "*" RETURN (STATUS', items + b")")
        else:
            commands = [(b"STATUS", quoted(name), items) for name in raw_names]
            answers = [one for start in range(0, len(commands), _STATUSES_AT_ONCE)
                       for one in self._together(commands[start : start + _STATUSES_AT_ONCE])]  # fmt: skip
        for pieces in answers:
            if told := selection.parse_status(pieces):
                found[told[0]] = told[1]
        return {name: found[name] for name in raw_names if name in found}

    def select(self, raw_name: bytes, since: SyncCursor | None = None) -> SelectedMailbox:
        """See `ImapSession.select`."""
        asked = selection.parameters(self.capabilities, since)
        answer = selection.SelectAnswer(asked[:1] != (b"(CONDSTORE)",) and bool(asked), since)
        self._selected, self._uidvalidity = b"", 0
        for pieces in self._run(b"SELECT", quoted(raw_name), *asked):
            answer.take(pieces)
        self._stirred, self._selected, self._permanent = False, raw_name, answer.permanent
        told = answer.result()
        self._exists, self._uidvalidity = told.exists, told.uidvalidity
        if told.exists and not told.uidnext:
            # RFC 3501 lets a server leave it out; without it nothing new could be told from what is known.
            told = replace(told, uidnext=self._newest_uid() + 1)
        return told

    def fetch_headers(
        self, low: int, high: int | None = None
    ) -> Generator[tuple[FetchedHeader, ...], None, None]:
        """See `ImapSession.fetch_headers`."""
        low = max(low, 1)
        top = self._newest_uid() if high is None else high
        width = _FIRST_BATCH
        ahead = self._ask_headers(low, top, width)
        try:
            while ahead is not None:
                tag, bottom, top = ahead
                ahead = None
                answers = self._read_headers(tag, bottom, top)
                # UIDs have gaps: widen where little is found, so that old mailboxes take few round trips.
                # A mailbox that holds no more than fit into one answer may have gaps of millions.
                widest = _WIDEST if self._exists > _WIDEST else 1 << 32
                width = min(widest, width * 4) if len(answers) < _BATCH // 4 else max(_BATCH, width // 2)
                top_next = bottom - 1
                if not answers and width == _WIDEST:
                    top_next = self._newest_within(low, top_next)
                # The server reads the next ones while these are stored.
                ahead = self._ask_headers(low, top_next, width)
                if answers:
                    yield tuple(answers[uid] for uid in sorted(answers, reverse=True))
        finally:
            if ahead is not None and not self._wire.closed:
                for _ in self._finish(ahead[0]):
                    pass

    def fetch_flags(
        self, low: int, changed_since: int = 0, high: int | None = None
    ) -> dict[int, frozenset[str]]:
        """See `ImapSession.fetch_flags`."""
        since: tuple[bytes, ...] = ()
        if changed_since and "CONDSTORE" in self.capabilities:
            since = (b"(CHANGEDSINCE %d)" % changed_since,)
        end = b"%d" % high if high else b"*"
        found: dict[int, frozenset[str]] = {}
        for pieces in self._stream(b"UID FETCH", b"%d:%s" % (low, end), b"(UID FLAGS)", *since):
            parsed = fetch.parse_flags(pieces)
            # "n:*" always names the newest message, even one below n (RFC 9051 section 9, seq-range).
            if parsed is not None and parsed[0] >= low:
                found[parsed[0]] = parsed[1]
        return found

    def fetch_flags_of(self, uids: Iterable[int]) -> dict[int, frozenset[str]]:
        """See `ImapSession.fetch_flags_of`."""
        found: dict[int, frozenset[str]] = {}
        for piece in fetch.compress_uids(uids):
            told = (fetch.parse_flags(pieces) for pieces in self._stream(b"UID FETCH", piece, b"(UID FLAGS)"))
            found.update(one for one in told if one is not None)
        return found

    def search_uids(self, low: int, high: int, key: bytes = b"") -> tuple[int, ...]:
        """See `ImapSession.search_uids`."""
        found: set[int] = set()
        start, width = max(low, 1), _SEARCH_WINDOW
        while start <= high:
            # A list of all of a large mailbox would be a line that servers and clients refuse.
            few = self._exists - len(found) <= _SEARCH_WINDOW
            end = high if few else min(high, start + width - 1)
            criteria = (b"UID %d:%d" % (start, end), *filter(None, (key,)))
            some = [uid for uid in self._search(*criteria) if start <= uid <= end]
            found.update(some)
            width = width * 4 if len(some) < _SEARCH_WINDOW // 16 else _SEARCH_WINDOW
            start = end + 1
        return tuple(sorted(found))

    def append(self, raw_name: bytes, raw: bytes, flags: Iterable[str], when: datetime) -> int | None:
        """See `ImapSession.append`."""
        self._run(
            b"APPEND",
            quoted(raw_name),
            b"(" + flag_list(flags) + b")",
            fetch.write_internal_date(when),
            Literal(raw),
        )
        match = _APPENDUID.search(self._wire.last_status.text)
        # A UIDVALIDITY or UID of 0 is what servers without UIDPLUS make up.
        return int(match[2]) if match and int(match[1]) and int(match[2]) else None

    def find_by_message_id(
        self, raw_name: bytes, message_id: str, field: str = "Message-ID"
    ) -> tuple[int, ...]:
        """See `ImapSession.find_by_message_id`."""
        self.select(raw_name)
        wanted = (b"HEADER", field.upper().encode(), quoted(message_id.encode()))
        return tuple(sorted(self._search(*wanted)))

    def require_flags(self, flags: Iterable[str]) -> None:
        """See `ImapSession.require_flags`."""
        if lost := selection.lost_flags(self._permanent, flags):
            raise ChangeForbidden(host=self._wire.host, reply=f"PERMANENTFLAGS: {lost}")

    def store_flags(self, uids: Iterable[int], add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """See `ImapSession.store_flags`."""
        add, remove = tuple(add), tuple(remove)
        self.require_flags({*add, *remove})
        changes = ((b"+FLAGS.SILENT", flag_list(add)), (b"-FLAGS.SILENT", flag_list(remove)))
        for piece in list(fetch.compress_uids(uids)):
            for verb, flags in changes:
                if flags:
                    self._change(b"UID STORE", piece, verb, b"(" + flags + b")")

    def copy(self, uids: Iterable[int], target: bytes) -> dict[int, int]:
        """See `ImapSession.copy`."""
        return self._transfer(b"UID COPY", uids, target)

    def move(self, uids: Iterable[int], target: bytes) -> dict[int, int]:
        """See `ImapSession.move`."""
        return self._transfer(b"UID MOVE", uids, target)

    def expunge(self, uids: Iterable[int]) -> None:
        """See `ImapSession.expunge`."""
        for piece in list(fetch.compress_uids(uids)):
            self._change(b"UID EXPUNGE", piece)

    def create(self, raw_name: bytes, use: SpecialUse = SpecialUse.NONE) -> None:
        """See `ImapSession.create`."""
        role = (b"(USE (\\" + use.value.capitalize().encode() + b"))",)
        can = use is not SpecialUse.NONE and "CREATE-SPECIAL-USE" in self.capabilities
        with suppress(ServerBusy):
            self._run(b"CREATE", quoted(raw_name), *(role if can else ()))

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

    def abandon(self) -> None:
        """See `ImapSession.abandon`."""
        self._wire.abandon()
        self._waker.wake()

    def logout(self) -> None:
        """See `ImapSession.logout`."""
        with suppress(ClientError, OSError):
            if not self._wire.closed:
                # A link that is dead without knowing it must not hold anybody up.
                self._wire.sock.settimeout(_GOODBYE_SECONDS)
                self._wire.run(b"LOGOUT")
        self._wire.close()
        self._waker.close()

    def _enabled(self) -> bool:
        """QRESYNC is used after ENABLE, which must come before the first SELECT (RFC 7162 section 3.2.3)."""
        if not {"QRESYNC", "ENABLE"} <= self._capabilities:
            return False
        told = list(self._wire.command(b"ENABLE QRESYNC"))
        return any(
            b"QRESYNC" in pieces[0].upper() for pieces in told if pieces[0][:10].upper() == b"* ENABLED "
        )

    def _read_headers(self, tag: bytes, low: int, high: int) -> dict[int, FetchedHeader]:
        """The answers to `_ask_headers` by UID, and none that was not asked for."""
        found: dict[int, FetchedHeader] = {}
        for pieces in self._finish(tag):
            header = fetch.parse_header(pieces)
            if header is not None and low <= header.uid <= high:
                found[header.uid] = header
            for match, literal in self._wire.buffered_matches(fetch.COMMON_HEADER):
                header = fetch.common_header(match, literal)
                if low <= header.uid <= high:
                    found[header.uid] = header
        return found

    def _ask_headers(self, low: int, top: int, width: int) -> tuple[bytes, int, int] | None:
        """Ask for the newest ``width`` UIDs up to ``top``; None when there are none from ``low`` on."""
        if top < low:
            return None
        self._must_live()
        bottom = max(low, top - width + 1)
        return self._wire.begin(b"UID FETCH", b"%d:%d" % (bottom, top), fetch.HEADER_ITEMS), bottom, top

    def _transfer(self, verb: bytes, uids: Iterable[int], target: bytes) -> dict[int, int]:
        moved: dict[int, int] = {}
        for piece in list(fetch.compress_uids(uids)):
            # RFC 6851 section 4.3: MOVE tells in an untagged OK, COPY in the tagged one.
            told = [pieces[0] for pieces in self._change(verb, piece, quoted(target))]
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

    def _newest_within(self, low: int, high: int) -> int:
        """The highest UID from ``low`` to ``high``, 0 without any: UIDs may have gaps of millions."""
        width = _SEARCH_WINDOW
        while high >= low:
            bottom = max(low, high - width + 1)
            found = [uid for uid in self._search(b"UID %d:%d" % (bottom, high)) if bottom <= uid <= high]
            if found:
                return max(found)
            high, width = bottom - 1, width * 4
        return 0

    def _search(self, *criteria: bytes | Literal) -> list[int]:
        found: list[int] = []
        for pieces in self._run(b"UID SEARCH", *criteria):
            if pieces[0][:9].upper() == b"* SEARCH ":
                found += (int(word) for word in pieces[0][9:].split() if word.isdigit())
        return found
