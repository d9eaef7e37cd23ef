"""What the window and the engine say to each other; everything here is frozen and picklable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from client.config.paths import Paths
from client.errors import ClientError
from client.model.account import Account
from client.model.at_rest import Readable
from client.model.directory import DirectoryServer
from client.model.event import Event
from client.model.oauth import AuthorisationServer
from client.model.revocation import Hosts
from client.store.search import IndexedText
from client.store.secrets import SecretStore
from client.vault.sealing import Vault


class Channel(Protocol):
    """One end of a pipe; what the platforms call differently."""

    def send(self, obj: Any, /) -> None:
        """Hand over a picklable value."""

    def recv(self) -> Any:
        """The next value; raises EOFError when the other end is gone."""

    def poll(self, timeout: float | None = ..., /) -> bool:
        """Whether there is a value within ``timeout`` seconds."""

    def close(self) -> None:
        """Let go of this end."""


@dataclass(frozen=True, slots=True)
class EngineSetup:
    """All the engine knows of the world when it starts."""

    paths: Paths
    accounts: tuple[Account, ...]
    secrets: SecretStore
    anchors_pem: tuple[bytes, ...] = ()
    """Certificates the mail servers may rest on besides the system's."""
    hosts: Hosts = field(default_factory=Hosts)
    """Whom the policy lets it ask for revocation data."""
    max_crl_bytes: int = 64_000_000
    body_age: timedelta = timedelta(days=90)
    """Bodies of messages younger than this are kept here."""
    body_size: int = 10 * 1024 * 1024
    """… and not larger than this, octets; a larger one is fetched when somebody opens it."""
    poll: timedelta = timedelta(minutes=5)
    """How often mailboxes other than INBOX are looked at, and IDLE is renewed."""
    imap_without: frozenset[str] = frozenset()
    """Capabilities no IMAP server is believed, ``QRESYNC`` for one."""
    directory: DirectoryServer | None = None
    """The organisation's directory; None where the policy names none."""
    oauth: Mapping[str, AuthorisationServer] = field(default_factory=dict)
    """By account: where those that sign in have their access tokens from."""
    server_drafts: bool = True
    """Drafts are uploaded; the policy may forbid it, and what lies there then goes."""
    at_rest: Vault | None = None
    """What the data folder is read and written with; None: nothing in it is encrypted."""


@dataclass(frozen=True, slots=True)
class SyncNow:
    """Look for new mail now; of every account when ``account_id`` is empty."""

    account_id: str = ""


@dataclass(frozen=True, slots=True)
class NetworkChanged:
    """The computer is in another network, or again in one: connections made before are worth nothing."""


@dataclass(frozen=True, slots=True)
class OutboxChanged:
    """The outbox has something new, or an entry was retried or cancelled."""


@dataclass(frozen=True, slots=True)
class DraftsChanged:
    """A draft was changed, judged, closed or thrown away."""


@dataclass(frozen=True, slots=True)
class OperationsChanged:
    """Flag changes, moves or deletions wait for the server."""


@dataclass(frozen=True, slots=True)
class RevocationWanted:
    """Addresses of revocation data were added or are to be asked again."""


@dataclass(frozen=True, slots=True)
class FetchBody:
    """Fetch the raw message of a row; answered by `BodyReady` or `BodyFailed`."""

    mailbox_id: int
    row_id: int


@dataclass(frozen=True, slots=True)
class TextRead:
    """The workshop has read a message for the index; None: it could not, and will not be asked again."""

    account_id: str
    mailbox_id: int
    row_id: int
    text: IndexedText | None


@dataclass(frozen=True, slots=True)
class Shutdown:
    """Finish what has been started, start nothing new, end."""


@dataclass(frozen=True, slots=True)
class BodyReady:
    """The raw message is on the disk, in ``file``."""

    mailbox_id: int
    row_id: int
    file: Readable


@dataclass(frozen=True, slots=True)
class BodyFailed:
    """The raw message could not be fetched."""

    mailbox_id: int
    row_id: int
    error: ClientError


Command = (
    SyncNow
    | NetworkChanged
    | OutboxChanged
    | OperationsChanged
    | DraftsChanged
    | RevocationWanted
    | FetchBody
    | TextRead
    | Shutdown
)
Report = Event | BodyReady | BodyFailed
