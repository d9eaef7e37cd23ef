"""A process that stops at a named moment of a submission, to be killed there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from client.model.account import Account, Endpoint
from client.model.outgoing import OutgoingMessage, SubmitOutcome
from client.model.secret import Secret
from client.services import sending
from client.store.database import open_ledger


def die_while_submitting(
    folder: Path, account: Account, moment: str, mailbag: Path, connection: Connection
) -> None:
    """Submit what is due, deliver into ``mailbag`` after the dot, and hang at ``moment``."""

    def reach(name: str) -> None:
        if name == moment:
            connection.send(name)
            threading.Event().wait()

    def submit(
        endpoint: Endpoint,
        user: str,
        password: Secret,
        message: OutgoingMessage,
        anchors: tuple[bytes, ...] = (),
        *,
        before_data: Callable[[], None],
    ) -> SubmitOutcome:
        reach("connecting")
        before_data()
        reach("before-dot")
        mailbag.write_bytes(message.raw)
        reach("after-dot")
        raise AssertionError("nobody stopped it")

    ledger = open_ledger(folder / "ledger.db")
    work = sending.tools(account, ledger, lambda _: None, lambda: datetime.now(UTC), lambda: False)
    sending.submit_due(work, Secret("p"), submit)
