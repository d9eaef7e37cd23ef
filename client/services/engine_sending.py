"""What one account's outbox holds goes out and is filed, on a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

from client.errors import ClientError, StorageFailed, StorageFull, StoreCorrupt
from client.services import sending
from client.services.engine_context import AccountContext
from client.services.engine_worker import NEEDS_USER_SECONDS, Worker
from client.services.mailbox_roles import sent_mailbox
from client.store.database import Database

KEEP_FINISHED = timedelta(days=30)
"""How long the outbox shows what was sent or given up."""
POLL_SECONDS = 1.0


class Sender:
    """Looks into the outbox again and again; ``filed`` is called when something may be new in Sent."""

    def __init__(self, context: AccountContext, ledger: Database, filed: Callable[[], None]) -> None:
        self._context = context
        self._filed = filed
        self._hastened = threading.Event()
        account = context.account
        self.worker = Worker("send", account.account_id, context.report, self._round)
        self._work = sending.tools(account, ledger, context.report, context.clock, self.worker.stopping)

    def hasten(self) -> None:
        """Try again at once what waits for another try: somebody asked for it, or the network is another."""
        self._hastened.set()
        self.worker.wake()

    def _round(self) -> float:
        context, work = self._context, self._work
        sending.settle_again(work)
        if self._hastened.is_set():
            self._hastened.clear()
            work.outbox.hasten_all(context.account.account_id)
            work.lookout.hasten()
        let_in = True
        if sending.due(work):
            anchors = context.setup.anchors_pem
            let_in = sending.submit_due(work, context.password(), context.submit, anchors)
            context.remember_submission()
        sending.resolve_by_receipts(work)
        work.outbox.forget_finished(context.clock() - KEEP_FINISHED)
        if not self.worker.stopping() and (sending.to_file(work) or sending.to_look_for(work)):
            self._file_when_free()
        # Each letter that waits would be one more wrong password.
        return POLL_SECONDS if let_in else NEEDS_USER_SECONDS

    def _file_when_free(self) -> None:
        """Not while a draft is uploaded; what waits to be sent must not wait for that: this looks again."""
        if self._context.side_link.acquire(blocking=False):
            try:
                self._file()
            finally:
                self._context.side_link.release()

    def _file(self) -> None:
        """See to Sent. What waits to be sent is not held up by this: it has an answer of its own."""
        work = self._work
        waiting, doubtful = sending.to_file(work), sending.to_look_for(work)
        try:
            session = self._context.connected()
        except ClientError as error:
            for entry in waiting:
                sending.note_filing_problem(work, entry, error)
            for entry in doubtful:
                work.lookout.looked(entry.outbox_id)
            return
        try:
            sent = sent_mailbox(session, self._context.account.imap.host)
            sending.resolve_uncertain(work, session, sent, b"INBOX")
            sending.file_submitted(work, session, sent)
        except (StorageFull, StorageFailed, StoreCorrupt):
            raise
        except ClientError as error:
            # Whose turn it was is known already, and waits; the others are not put off along with it.
            if sending.to_file(work) == waiting:
                for entry in waiting:
                    sending.note_filing_problem(work, entry, error)
            return
        finally:
            session.logout()
        self._filed()
