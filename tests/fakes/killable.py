"""Processes that end by SIGKILL at their n-th step: a write to the disk, a socket or a database."""

from __future__ import annotations

import os
import shutil
import signal
import smtplib
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from client.config.paths import Paths
from client.model.account import Account
from client.model.address import MailAddress
from client.model.mailbox import SpecialUse
from client.model.operation import OperationKind
from client.model.outgoing import Draft, DraftAttachment, OutboxEntry
from client.model.receipt import ReceiptHabit
from client.model.verdict import Reason
from client.net import http, imap, smtp, wire
from client.services import at_rest
from client.services.engine import serve
from client.services.engine_context import Net
from client.services.engine_setup import Channel, EngineSetup
from client.services.futures import resolved
from client.services.office_receipts import OfficeReceipts, ReceiptSetup
from client.services.scheduled import ScheduledMail
from client.services.tasks import ImmediateLane
from client.store import atomic, conversion, database
from client.store.drafts import Drafts
from client.store.operations import Operations
from client.store.outbox import Outbox
from client.store.receipts import Receipts
from client.store.rows import Location
from tests.fakes.keyrings import FileSecrets

ATTACHMENT = 40_000
_AT_ONCE = int(getattr(signal, "SIGKILL", signal.SIGTERM))
"""Windows has one way to end a process, and it is this sudden."""


@dataclass
class Fuse:
    """Counts steps of all threads and kills the process at the last one, before or after doing it."""

    steps: int
    after: bool

    def through(self, step: Callable[..., Any], lock: threading.Lock) -> Callable[..., Any]:
        """``step`` with the fuse in its way."""

        def counted(*arguments: Any, **named: Any) -> Any:
            with lock:
                self.steps -= 1
                last = self.steps == 0
            if last and not self.after:
                os.kill(os.getpid(), _AT_ONCE)
            try:
                return step(*arguments, **named)
            finally:
                if last:
                    os.kill(os.getpid(), _AT_ONCE)

        return counted

    def lay(self) -> None:
        """Put the fuse where this program meets the world."""
        lock = threading.Lock()
        for place, name in (
            (wire.Wire, "send"),
            (wire.Wire, "receive"),
            (smtplib.SMTP, "getreply"),
            (smtplib.SMTP, "send"),
            (smtp, "_send"),
            (database.Database, "run"),
            (database.Database, "insert"),
            (database.Database, "run_many"),
            (os, "fsync"),
            (database, "_apply"),
            (database, "_back_up"),
            (atomic, "sync_folder"),
        ):
            setattr(place, name, self.through(getattr(place, name), lock))


def engine(connection: Channel, setup: EngineSetup, fuse: Fuse) -> None:
    """The real engine with a fuse in it."""
    fuse.lay()
    real = Net(connect=imap.connect, submit=smtp.submit, fetch=http.get_if_changed, post_ocsp=http.post_ocsp)
    serve(connection, setup, real, lambda: datetime.now(UTC))


def window(connection: Channel, ledger_path: Path, fuse: Fuse) -> None:
    """Saves version after version of a draft and changes its mind about messages; tells what is safe."""
    ledger = database.open_ledger(ledger_path)
    fuse.lay()
    drafts = Drafts(ledger, lambda: datetime.now(UTC))
    operations = Operations(ledger, "window", lambda: datetime.now(UTC))
    for version in range(1, 1000):
        drafts.save(draft(version))
        operations.move(Location(0, 0, b"INBOX", 1, version, f"<{version}@x>", ""), b"Trash")
        connection.send(version)


def release(connection: Channel, ledger_path: Path, fuse: Fuse, held: frozenset[str]) -> None:
    """Checks what waits for its hour and lets it go, or holds it; tells what was checked."""
    outbox = Outbox(database.open_ledger(ledger_path), lambda: datetime.now(UTC))
    fuse.lay()

    def why_held(entry: OutboxEntry, raw: bytes) -> str:
        connection.send(entry.message_id)
        return Reason.CERTIFICATE_REVOKED.value if entry.message_id in held else ""

    ScheduledMail(outbox, why_held, lambda _: None, lambda: datetime.now(UTC)).run_due()


def confirm(connection: Channel, folder: Path, fuse: Fuse, account: Account, letters: int) -> None:
    """Confirms every letter in ``folder`` that it was opened, one after another."""
    ledger = database.open_ledger(folder / "ledger.db")
    outbox = Outbox(ledger, lambda: datetime.now(UTC))
    setup = ReceiptSetup(
        ReceiptHabit.ASK,
        lambda: datetime.now(UTC),
        lambda _, row_id: resolved(folder / f"{row_id}.eml"),
        lambda _: account,
        lambda _: SpecialUse.INBOX,
        outbox.knows,
        outbox.enqueue,
    )
    desk = OfficeReceipts(setup, ImmediateLane(), Receipts(ledger))
    fuse.lay()
    for row_id in range(letters):
        desk.confirm(1, row_id).result()


def migration(connection: Channel, source: Path, target: Path, fuse: Fuse) -> None:
    """Opens a database of an older version, which brings it up to date."""
    shutil.copy(source, target)
    connection.send("copied")
    fuse.lay()
    opened = database.open_cache if source.name.startswith("cache") else database.open_ledger
    opened(target).close()


def encryption(connection: Channel, paths: Paths, secrets: FileSecrets, fuse: Fuse, *, wanted: bool) -> None:
    """Starts the program with encryption switched on or off, and has its files rewritten."""
    lock = threading.Lock()
    places: tuple[tuple[Any, str], ...] = (
        (os, "fsync"),
        (Path, "replace"),
        (Path, "unlink"),
        (conversion, "_take_alone"),
        (conversion, "_copy_into"),
        (conversion, "_examine"),
        (conversion, "sync_folder"),
        (atomic, "sync_folder"),
    )
    for place, name in places:
        setattr(place, name, fuse.through(getattr(place, name), lock))
    vault = at_rest.prepare(paths, secrets, wanted=wanted)
    if vault is not None:
        at_rest.rewrite_files(paths, vault, lambda: False)
    connection.send("done")


def draft(version: int) -> Draft:
    """A draft whose parts all say the same version."""
    content = f"{version} ".encode() * (ATTACHMENT // len(f"{version} "))
    file = DraftAttachment("tệp.pdf", "application/pdf", content)
    start = Draft("d", "an", "<d@x>", MailAddress("an@x.vn"), subject=str(version), attachments=(file,))
    return replace(start, body=f"bản {version}")


def moves(ledger: database.Database) -> list[int]:
    """The moves `window` wrote down."""
    operations = Operations(ledger, "window", lambda: datetime.now(UTC))
    return [one.uid for one in operations.all() if one.kind is OperationKind.MOVE]
