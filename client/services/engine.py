"""The engine process: IMAP, SMTP, the writing database connections, the outbox."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from client.errors import AlreadyRunning, ClientError, MalformedMessage
from client.model.event import Event, EventKind
from client.net import http, imap, smtp
from client.services.at_rest import rewrite_files
from client.services.directory_fetching import DirectoryFetcher
from client.services.engine_account import AccountEngine
from client.services.engine_context import Net
from client.services.engine_setup import (
    BodyFailed,
    Channel,
    Command,
    DraftsChanged,
    EngineSetup,
    FetchBody,
    NetworkChanged,
    OperationsChanged,
    OutboxChanged,
    Report,
    RevocationWanted,
    Shutdown,
    SyncNow,
    TextRead,
)
from client.services.engine_watch import SleepWatch
from client.services.engine_worker import Worker, shown
from client.services.revocation_fetching import RevocationFetcher
from client.store.database import Database, open_ledger
from client.store.examining import examine_when_due
from client.store.instance import InstanceLock
from client.store.numbers import MailboxNumbers
from client.store.outbox import Outbox

_LOG = logging.getLogger(__name__)
_LOCK_RETRY_SECONDS = 0.5
_FLUSH_SECONDS = 2.0
_LOOK_AGAIN_SECONDS, _NO_MORE_SECONDS = 600.0, 24 * 3600.0


def run_engine(connection: Channel, setup: EngineSetup) -> None:
    """Target of the spawned process: works until `Shutdown` comes or the pipe closes.

    A submission that has begun then runs to its end and its state is written; nothing new begins.
    """
    real = Net(connect=imap.connect, submit=smtp.submit, fetch=http.get_if_changed, post_ocsp=http.post_ocsp)
    serve(connection, setup, real, lambda: datetime.now(UTC))


def serve(connection: Channel, setup: EngineSetup, net: Net, clock: Callable[[], datetime]) -> None:
    """`run_engine` with the doors to the outside handed in."""
    outlet = _Outlet(connection)
    try:
        backlog: list[Command] = []
        lock = _own_the_data(connection, setup, outlet.send, backlog)
        if lock is None:
            return
        with lock:
            ledger = open_ledger(setup.paths.ledger, setup.at_rest)
            try:
                examine_when_due(setup.paths.ledger, clock(), at_rest=setup.at_rest)
                _work(_commands(connection, backlog), setup, net, clock, ledger, outlet.send)
            finally:
                ledger.close()
    except ClientError as error:
        outlet.send(_problem("", error))
    finally:
        outlet.close()


class _Outlet:
    """The way out: a window that does not read holds nobody up, one that is gone is not missed."""

    def __init__(self, connection: Channel) -> None:
        self._connection = connection
        self._waiting: queue.SimpleQueue[Report | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._pass_on, name="reports", daemon=True)
        self._thread.start()

    def send(self, report: Report) -> None:
        self._waiting.put(report)

    def close(self) -> None:
        self._waiting.put(None)
        self._thread.join(_FLUSH_SECONDS)

    def _pass_on(self) -> None:
        while (report := self._waiting.get()) is not None:
            try:
                self._connection.send(report)
            except (OSError, ValueError):
                _LOG.debug("nobody listens")
        self._connection.close()


def _own_the_data(
    connection: Channel, setup: EngineSetup, report: Callable[[Report], None], backlog: list[Command]
) -> InstanceLock | None:
    """Wait for an earlier engine that still finishes a submission; None when told to stop meanwhile.

    What is commanded meanwhile goes to ``backlog``.
    """
    told = False
    while True:
        try:
            return InstanceLock(setup.paths.data / "engine.db")
        except AlreadyRunning as error:
            if not told:
                report(_problem("", error))
                told = True
        try:
            while connection.poll(_LOCK_RETRY_SECONDS):
                command: Command = connection.recv()
                if isinstance(command, Shutdown):
                    return None
                backlog.append(command)
        except (EOFError, OSError):
            return None


def _commands(connection: Channel, backlog: list[Command]) -> Iterator[Command]:
    """Every command until `Shutdown` or the end of the pipe."""
    yield from backlog
    while True:
        try:
            command: Command = connection.recv()
        except (EOFError, OSError):
            return
        if isinstance(command, Shutdown):
            return
        yield command


def _work(
    commands: Iterator[Command],
    setup: EngineSetup,
    net: Net,
    clock: Callable[[], datetime],
    ledger: Database,
    report: Callable[[Report], None],
) -> None:
    for outbox_id in Outbox(ledger, clock).recover():
        report(Event(EventKind.OUTBOX, subject_id=outbox_id))
    engines: dict[str, AccountEngine] = {}
    for account in setup.accounts:
        engines[account.account_id] = AccountEngine(account, setup, net, ledger, report, clock)
        engines[account.account_id].start()
    fetcher = RevocationFetcher(setup, net, ledger, report, clock)
    revocation = Worker("revocation", "", report, fetcher.round)
    fetcher.stopping = revocation.stopping
    revocation.start()
    people = DirectoryFetcher(setup, net.read_directory, report, clock)
    directory = Worker("directory", "", report, people.round)
    people.stopping = directory.stopping
    directory.start()
    rewriting = Worker("at-rest", "", report, lambda: _rewrite(setup, rewriting.stopping))
    rewriting.start()
    watch = SleepWatch(lambda: _pass_on(NetworkChanged(), engines))
    watch.start()

    def look_for_people() -> None:
        people.network_changed()
        directory.wake()

    heeded = _heeding(commands, revocation.wake, look_for_people)
    _obey(heeded, engines, MailboxNumbers(ledger), report)
    for worker in (revocation, directory, rewriting):
        worker.stop()
    watch.stop()
    for engine in engines.values():
        engine.stop()
    for engine in engines.values():
        engine.join()


def _rewrite(setup: EngineSetup, stopping: Callable[[], bool]) -> float:
    """What is still written as it was before encryption was switched on or off, until there is no more."""
    if setup.at_rest is not None and rewrite_files(setup.paths, setup.at_rest, stopping):
        return _LOOK_AGAIN_SECONDS
    return _NO_MORE_SECONDS


def _heeding(
    commands: Iterator[Command], look: Callable[[], None], network_changed: Callable[[], None]
) -> Iterator[Command]:
    """Every command but those that only wake the fetching of revocation data, which is no account's."""
    for command in commands:
        if isinstance(command, NetworkChanged):
            network_changed()
        if isinstance(command, RevocationWanted):
            look()
        else:
            yield command


def _obey(
    commands: Iterator[Command],
    engines: dict[str, AccountEngine],
    numbers: MailboxNumbers,
    report: Callable[[Report], None],
) -> None:
    for command in commands:
        match command:
            case SyncNow() | NetworkChanged() | OperationsChanged() | OutboxChanged() | DraftsChanged():
                _pass_on(command, engines)
            case TextRead() as read:
                if read.account_id in engines:
                    engines[read.account_id].text_read(read)
            case FetchBody() as wanted:
                _fetch(wanted, engines.get(numbers.account_of(wanted.mailbox_id) or ""), report)


def _fetch(wanted: FetchBody, owner: AccountEngine | None, report: Callable[[Report], None]) -> None:
    if owner is None:
        report(BodyFailed(wanted.mailbox_id, wanted.row_id, MalformedMessage(reason="gone")))
    else:
        owner.fetch_body(wanted)


def _pass_on(
    command: SyncNow | NetworkChanged | OperationsChanged | OutboxChanged | DraftsChanged,
    engines: dict[str, AccountEngine],
) -> None:
    for name, engine in engines.items():
        match command:
            case SyncNow(account_id=account_id) if account_id in ("", name):
                engine.sync_now()
            case NetworkChanged():
                engine.reconnect()
            case OperationsChanged():
                engine.operations_changed()
            case OutboxChanged():
                engine.outbox_changed()
            case DraftsChanged():
                engine.drafts_changed()


def _problem(account_id: str, error: ClientError) -> Event:
    return Event(EventKind.ACCOUNT_PROBLEM, account_id, code=error.code, params=shown(error))
