"""What the rest of the client may ask of an IMAP server, whatever stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from client.errors import MalformedMessage, ServerBusy
from client.model.mailbox import RemoteMailbox, SpecialUse, SyncCursor
from client.net.quirks import Quirks


@dataclass(frozen=True, slots=True)
class SelectedMailbox:
    """What SELECT told (RFC 9051 section 6.3.2)."""

    uidvalidity: int
    uidnext: int
    exists: int
    highestmodseq: int = 0
    """0 where the server keeps no modification sequences (RFC 7162)."""
    resumed: bool = False
    """The two below are all that has changed since the cursor that was given (QRESYNC)."""
    vanished: tuple[tuple[int, int], ...] = ()
    """Ranges of UIDs that are no longer there; they may name some that never were here."""
    changed: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """Flags of messages that are new or whose flags have changed."""


class ChangeForbidden(ServerBusy):
    """The account has no right to change that mailbox (``host``, ``reply``): time alone mends nothing."""

    code = "change-forbidden"


@dataclass(frozen=True, slots=True)
class MailboxStatus:
    """The numbers of a mailbox that is not selected (RFC 9051 section 6.3.11)."""

    uidvalidity: int
    uidnext: int
    messages: int
    highestmodseq: int = 0
    """0 where the server keeps none."""
    unseen: int = 0


@dataclass(frozen=True, slots=True)
class FetchedHeader:
    """One message as the first pass sees it."""

    uid: int
    flags: frozenset[str]
    internal_date: datetime
    """INTERNALDATE in UTC; 1970 where the server sent none that can be read."""
    size: int
    """RFC822.SIZE: a hint, Exchange is known to be wrong about it."""
    header: bytes
    """The fields of `client.net.fetch.HEADER_FIELDS` as the server has them, raw."""


class BodyTarget(Protocol):
    """Where a message goes while it comes."""

    def discard(self) -> None:
        """What is here is none of it: it begins now."""

    def append(self, piece: bytes) -> None:
        """What comes next of it."""


class ImapSession(Protocol):
    """A logged-in connection. One thread uses it; only `interrupt` and `abandon` may be called from another.

    Every method may raise `ConnectionLost`, `TimedOut` or `ServerBusy`. After `ConnectionLost` or
    `TimedOut` the session is closed and a new one has to be made.
    """

    @property
    def capabilities(self) -> frozenset[str]:
        """In upper case, as told after the login."""

    @property
    def certificate(self) -> bytes:
        """The server's certificate (DER), which was accepted."""

    @property
    def quirks(self) -> Quirks:
        """How far this server may be believed."""

    @property
    def selected(self) -> tuple[bytes, int]:
        """Name and UIDVALIDITY of the selected mailbox: a UID from elsewhere is another message."""

    def list_mailboxes(self) -> tuple[RemoteMailbox, ...]:
        """Every mailbox there is; a name that cannot be decoded is shown as well as possible."""

    def statuses(self, raw_names: Sequence[bytes]) -> dict[bytes, MailboxStatus]:
        """The numbers of mailboxes, none of them the selected one; one that is refused is left out."""

    def select(self, raw_name: bytes, since: SyncCursor | None = None) -> SelectedMailbox:
        """Make this the mailbox that the methods below speak of.

        With ``since`` and a server that has QRESYNC, what has changed from there on comes along.
        """

    def fetch_headers(
        self, low: int, high: int | None = None
    ) -> Generator[tuple[FetchedHeader, ...], None, None]:
        """Headers of the UIDs ``low`` to ``high`` (both included, None = the newest), newest first.

        The first batch is small, so that something can be shown at once. Do not use the session
        for anything else before the iterator has ended or was closed between two batches.
        """

    def fetch_flags(
        self, low: int, changed_since: int = 0, high: int | None = None
    ) -> dict[int, frozenset[str]]:
        """Flags of the UIDs from ``low`` to ``high`` (None = the newest).

        With ``changed_since`` and a server that has CONDSTORE: of those changed since that
        modification sequence only.
        """

    def fetch_flags_of(self, uids: Iterable[int]) -> dict[int, frozenset[str]]:
        """Flags of these messages, as far as they exist."""

    def search_uids(self, low: int, high: int, key: bytes = b"") -> tuple[int, ...]:
        """UIDs from ``low`` to ``high`` that exist, ascending; with ``key`` (``UNSEEN``) those it fits."""

    def fetch_body(self, uid: int) -> bytes:
        """The whole message byte for byte, without setting \\Seen. `MalformedMessage` when it is gone."""

    def fetch_body_into(self, uid: int, target: BodyTarget) -> None:
        """`fetch_body` piece by piece, so that no memory holds all of it.

        What ``target`` raises goes through, and ends the session.
        """

    def fetch_bodies(
        self, uids: Sequence[int], *, singly: bool = False
    ) -> Generator[bytes | MalformedMessage | ServerBusy, None, None]:
        """`fetch_body` of many in their order, some asked for ahead; a refusal takes its message's place.

        With ``singly`` none is asked for ahead: at which one the link breaks is then certain.
        Do not use the session for anything else before the iterator has ended or was closed, which
        ends the session where much is on its way over a slow line.
        """

    def fetch_part(self, uid: int, offset: int, length: int) -> bytes:
        """``length`` octets of the message from ``offset`` on, fewer at its end, none behind it.

        For a server whose quirks allow it. `MalformedMessage` when the message is gone.
        """

    def append(self, raw_name: bytes, raw: bytes, flags: Iterable[str], when: datetime) -> int | None:
        """File a message; answers with its UID where the server tells (UIDPLUS). `QuotaExceeded`."""

    def find_by_message_id(
        self, raw_name: bytes, message_id: str, field: str = "Message-ID"
    ) -> tuple[int, ...]:
        """UIDs in ``raw_name`` where ``field`` has this in it. That mailbox is then the selected one."""

    def require_flags(self, flags: Iterable[str]) -> None:
        """Raises `ChangeForbidden` where the selected mailbox would take one of these and forget it."""

    def store_flags(self, uids: Iterable[int], add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Change flags by difference, never as a whole; see `require_flags`."""

    def copy(self, uids: Iterable[int], target: bytes) -> dict[int, int]:
        """Copy to ``target``; answers old UID → new UID where the server tells (UIDPLUS)."""

    def move(self, uids: Iterable[int], target: bytes) -> dict[int, int]:
        """The same as one step, for a server with MOVE (RFC 6851)."""

    def expunge(self, uids: Iterable[int]) -> None:
        """Remove these messages, which bear \\Deleted, and no others, for a server with UIDPLUS."""

    def create(self, raw_name: bytes, use: SpecialUse = SpecialUse.NONE) -> None:
        """Create a mailbox and, where the server can, give it its role; that it exists is no error."""

    def idle(self, timeout: float, stop: Callable[[], bool]) -> bool:
        """Wait until something changes in the mailbox: True, or ``timeout`` seconds or ``stop()``: False.

        What changed is not told: look. ``stop`` is asked at least once a second.
        """

    def interrupt(self) -> None:
        """End a running `idle` at once; may be called from any thread."""

    def abandon(self) -> None:
        """Drop the connection now, from any thread: the network it went through is no longer there.

        What waits for it raises `ConnectionLost`.
        """

    def logout(self) -> None:
        """Say goodbye and close; never raises."""
