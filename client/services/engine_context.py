"""What the threads of one account share: its server, its password, its files."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from weakref import WeakSet

from client.errors import AuthenticationFailed, ClientError, TlsUntrusted
from client.model.account import Account, Endpoint, Login
from client.model.event import Event, EventKind
from client.model.oauth import SignInNeeded
from client.model.outgoing import OutgoingMessage, SubmitOutcome
from client.model.secret import AccessToken, Secret
from client.net import oauth
from client.net.http import Fetched
from client.net.ldap import read_directory
from client.net.session import ImapSession
from client.net.shown_certificate import shown_by_submission, shown_certificate
from client.services.directory_fetching import ReadDirectory
from client.services.engine_setup import EngineSetup, Report
from client.services.engine_tokens import AccessTokens, Refresh, TokenSetup
from client.services.engine_trust import ServerTrust
from client.services.engine_worker import shown
from client.services.sending import Submit
from client.services.server_certificates import Look, explained, remember
from client.store.database import Database, open_cache, set_cache_aside
from client.store.examining import EVERY as ORPHAN_AGE
from client.store.examining import examine_when_due
from client.store.messages import MessageStore
from client.store.numbers import MailboxNumbers
from client.store.objects import ObjectStore
from client.store.operations import Operations
from client.store.server_certificates import ServerCertificates


class Connect(Protocol):
    """The form of `client.net.imap.connect`."""

    def __call__(
        self,
        endpoint: Endpoint,
        user: str,
        password: Secret,
        anchors: tuple[bytes, ...] = (),
        *,
        without: frozenset[str] = frozenset(),
    ) -> ImapSession:
        """A logged-in session."""


class Fetch(Protocol):
    """The form of `client.net.http.get_if_changed`."""

    def __call__(
        self, url: str, etag: str = "", last_modified: str = "", *, max_bytes: int = ...
    ) -> Fetched | None:
        """The file, None where it has not changed."""


@dataclass(frozen=True, slots=True)
class Net:
    """The doors to the network; tests bring their own."""

    connect: Connect
    submit: Submit
    fetch: Fetch
    post_ocsp: Callable[[str, bytes], bytes]
    read_directory: ReadDirectory = read_directory
    refresh: Refresh = oauth.refresh
    look: Look = shown_certificate
    look_at_submission: Look = shown_by_submission


class AccountContext:
    """Opened once for an account; the cache may be replaced under it when it turns out corrupt."""

    def __init__(
        self,
        account: Account,
        setup: EngineSetup,
        net: Net,
        ledger: Database,
        report: Callable[[Report], None],
        clock: Callable[[], datetime],
    ) -> None:
        self.account = account
        self.setup = setup
        self.net = net
        self.report = report
        self.clock = clock
        self.operations = Operations(ledger, account.account_id, clock)
        self.objects = ObjectStore(setup.paths.account(account.account_id), setup.at_rest)
        self._numbers = MailboxNumbers(ledger)
        self._path = setup.paths.account(account.account_id) / "cache.db"
        self._cache: Database | None = None
        self.trust = ServerTrust(setup.imap_without)
        tokens = TokenSetup(setup.secrets, setup.oauth, setup.anchors_pem, net.refresh, clock)
        self._tokens = AccessTokens(account, tokens)
        self._certificates = ServerCertificates(ledger, account.account_id)
        self._submission_showed = b""
        self._sessions: WeakSet[ImapSession] = WeakSet()
        self.side_link = threading.Lock()
        """Held by whoever has the account's third connection: there are no more than three."""
        self._lock, self._opening = threading.Lock(), threading.Lock()

    def tell(self, kind: EventKind, subject_id: int = 0) -> None:
        """Report that something of this account changed."""
        self.report(Event(kind, self.account.account_id, subject_id))

    def connected(self) -> ImapSession:
        """A new session. Raises what `Connect` raises, `AuthenticationFailed` without a password.

        An access token may be taken back before its time: then one more is asked for, once.
        """
        secret = self.password()
        try:
            session = self._connected_with(secret)
        except SignInNeeded:
            self._refused(secret)
            session = self._connected_with(self.password())
        with self._lock:
            self._sessions.add(session)
        return session

    def _connected_with(self, secret: Secret) -> ImapSession:
        account, setup = self.account, self.setup
        try:
            session = self.net.connect(
                account.imap, account.user_name, secret, setup.anchors_pem, without=self.trust.without
            )
        except TlsUntrusted as error:
            raise explained(error, account.imap, self._certificates, self.net.look) from error
        remember(self._certificates, account.imap, session.certificate, self.clock())
        return session

    def abandon_connections(self) -> None:
        """Drop every IMAP connection at once; a submission under way is left to end as it may."""
        with self._lock:
            sessions = list(self._sessions)
        for session in sessions:
            session.abandon()

    def password(self) -> Secret:
        """The mail password from the keyring, or an access token."""
        if self.account.login is Login.OAUTH:
            return self._tokens.access()
        password = self.setup.secrets.get(self.account.account_id)
        if password is None:
            raise AuthenticationFailed(
                host=self.account.imap.host, user=self.account.user_name, reason="no-password"
            )
        return password

    def submit(
        self,
        endpoint: Endpoint,
        user: str,
        password: Secret,
        message: OutgoingMessage,
        anchors: tuple[bytes, ...] = (),
        *,
        before_data: Callable[[], None],
    ) -> SubmitOutcome:
        """See `Submit`; a token that is not taken is not offered again."""
        outcome = self.net.submit(endpoint, user, password, message, anchors, before_data=before_data)
        if outcome.code == SignInNeeded.code:
            self._refused(password)
        if outcome.code == TlsUntrusted.code:
            return self._explained_outcome(outcome, endpoint)
        self._submission_showed = outcome.certificate or self._submission_showed
        return outcome

    def _explained_outcome(self, outcome: SubmitOutcome, endpoint: Endpoint) -> SubmitOutcome:
        error = TlsUntrusted(host=endpoint.host, reason=outcome.reason)
        found = explained(error, endpoint, self._certificates, self.net.look_at_submission)
        return replace(outcome, problem=(found.code, shown(found)))

    def remember_submission(self) -> None:
        """Keep what the submission server showed; not before what it took is written down."""
        remember(self._certificates, self.account.smtp, self._submission_showed, self.clock())

    def _refused(self, secret: Secret) -> None:
        """A server did not take this access token."""
        if isinstance(secret, AccessToken):
            self._tokens.refused(secret)

    def store(self) -> MessageStore:
        """The account's rows. Raises what `open_cache` raises where it could not be opened before."""
        with self._opening:
            cache = self._cache = self._cache or open_cache(self._path, self.setup.at_rest)
        return MessageStore(cache, self.account.account_id, self._numbers)

    def examine_store(self, stopping: Callable[[], bool]) -> None:
        """Once a week, see whether the cache is whole, clear away what it lost sight of, and tidy its index.

        Raises `StoreCorrupt`.
        """
        if examine_when_due(self._path, self.clock(), stopping, self.setup.at_rest):
            before = (self.clock() - ORPHAN_AGE).timestamp()
            self.objects.collect(self.store().points_to, before, stopping)
            self.store().gather_index(stopping)

    def replace_store(self) -> None:
        """Set a corrupt cache aside and begin a new one; everything in it can be fetched again."""
        # Nobody may open it between: what was written then would go aside with it.
        with self._opening:
            cache, self._cache = self._cache, None
            if cache is not None:
                with suppress(ClientError):
                    cache.close()
            set_cache_aside(self._path)
            self._cache = open_cache(self._path, self.setup.at_rest)
        self.tell(EventKind.MAILBOXES)

    def close(self) -> None:
        """Let go of the cache."""
        if self._cache is not None:
            self._cache.close()
