"""One account's drafts go to the server and come down again, on a thread of its own.

Nothing waits for it and it is no account's problem: what cannot be done is kept with the draft, for the
window to tell, and tried again by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from client.errors import (
    ClientError,
    MailboxMissing,
    MessageTooLarge,
    QuotaExceeded,
    StorageFailed,
    StorageFull,
    StoreBusy,
    StoreCorrupt,
)
from client.model.event import EventKind
from client.model.mailbox import SyncCursor
from client.model.server_draft import CopyState, DraftCopy
from client.services.draft_upload import DraftWork, look, newest_of_each, remove, settle, upload
from client.services.engine_context import AccountContext
from client.services.engine_obstacles import is_refusal
from client.services.engine_worker import Worker
from client.services.pauses import BACK_OFF, is_over
from client.store.database import Database
from client.store.drafts import Drafts
from client.store.messages import MessageStore
from client.store.server_drafts import ServerDrafts, Waiting

UPLOAD_AFTER = timedelta(seconds=30)
"""More changes are waited for as long, so that typing is not uploaded word by word; within a minute of the
first one it is there."""
_SLOWER = 4.0
"""As many times as long as the last upload took, the next of that draft waits: a slow line has other use."""
_SLEEP_SECONDS = 3600.0
_BUSY_SECONDS = 1.0
_LOOK_SECONDS = 300.0
_OURS = (StorageFull, StorageFailed, StoreBusy, StoreCorrupt)


class DraftUploads:
    """``changed`` is called when the drafts mailbox is worth a look, ``moved`` when a change waits there."""

    def __init__(
        self,
        context: AccountContext,
        ledger: Database,
        changed: Callable[[], None],
        moved: Callable[[], None],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._context, self._changed, self._moved, self._seconds = context, changed, moved, seconds
        self._drafts = Drafts(ledger, context.clock)
        self._server = ServerDrafts(ledger, context.clock)
        self._account_id = context.account.account_id
        self._not_before: dict[str, float] = {}
        self._looked: dict[int, float] = {}
        self.worker = Worker("drafts", self._account_id, context.report, self._round)

    def hasten(self, *, only_links: bool = False) -> None:
        """Somebody wants all of it tried now; with ``only_links`` the server was reached again."""
        self._server.hasten(self._account_id, only_links=only_links)
        self.worker.wake()

    def _round(self) -> float:
        if not self._has_work():
            return self._until_next()
        if not self._context.side_link.acquire(blocking=False):
            return _BUSY_SECONDS
        try:
            self._connect_and_work()
        finally:
            self._context.side_link.release()
        return self._until_next()

    def _has_work(self) -> bool:
        return bool(self._due() or self._leaving() or self._under_way() or self._missing())

    def _connect_and_work(self) -> None:
        try:
            session = self._context.connected()
        except ClientError as error:
            self._put_off(error)
            self._context.tell(EventKind.DRAFTS)
            return
        work = DraftWork(
            self._context.account, session, self._drafts, self._server, self._context.operations,
            self._context.clock,
        )  # fmt: skip
        try:
            self._work(work)
        finally:
            session.logout()
            self._context.tell(EventKind.DRAFTS)

    def _work(self, work: DraftWork) -> None:
        """One thing after the other until the link breaks; what must not be there goes before all else."""
        hurried = any(one.hurried for one in self._due())
        gone = self._leaving()
        removed = self._each(work, gone, remove)
        known = removed and self._each(work, self._under_way(), settle)
        looked = known and self._each(work, self._missing(), self._look)
        uploaded = looked and self._upload_all(work)
        if looked:
            # What was uploaded or found supersedes what was there.
            gone += (later := self._leaving())
            self._each(work, later, remove)
        if gone or (uploaded and hurried):
            self._changed()
        if any(one.is_foreign for one in gone):
            self._moved()

    def _each(
        self, work: DraftWork, copies: Iterable[DraftCopy], act: Callable[[DraftWork, DraftCopy], None]
    ) -> bool:
        """Do it to each; a refusal concerns the one copy. False when the link broke."""
        for copy in copies:
            if self.worker.stopping():
                return False
            try:
                act(work, copy)
            except _OURS:
                raise
            except ClientError as error:
                self._server.not_done(copy, error.code, self._context.clock() + _pause(copy.tries))
                if _is_broken(error):
                    return False
        return True

    def _look(self, work: DraftWork, copy: DraftCopy) -> None:
        look(work, copy, is_changed=False)
        self._looked[copy.copy_id] = self._seconds()

    def _upload_all(self, work: DraftWork) -> bool:
        done = False
        for waiting in self._due():
            if self.worker.stopping():
                break
            begun = self._seconds()
            try:
                upload(work, waiting)
            except _OURS:
                raise
            except ClientError as error:
                self._server.failed(waiting, error.code, self._later(waiting.tries, error))
                if _is_broken(error):
                    return False
                continue
            self._not_before[waiting.draft_id] = self._seconds() + _SLOWER * (self._seconds() - begun)
            done = True
        return done

    def _put_off(self, error: ClientError) -> None:
        """Everything that was due waits, as the link does."""
        for waiting in self._due():
            self._server.failed(waiting, error.code, self._context.clock() + _pause(waiting.tries))
        for copy in (*self._leaving(), *self._under_way(), *self._missing()):
            self._server.not_done(copy, error.code, self._context.clock() + _pause(copy.tries))

    def _later(self, tries: int, error: ClientError) -> datetime | None:
        """When it is tried again; None: not before the draft is another one."""
        reply = str(error.params.get("reply", "")).upper()
        is_hopeless = isinstance(error, MessageTooLarge | QuotaExceeded | MailboxMissing)
        if is_hopeless or any(code in reply for code in ("[TOOBIG]", "[LIMIT]")):
            return None
        return self._context.clock() + _pause(tries)

    # -- what there is to do

    def _due(self) -> list[Waiting]:
        if not self._context.setup.server_drafts:
            return []
        return [one for one in self._server.wanted(self._account_id) if self._wait(one) <= 0]

    def _leaving(self) -> list[DraftCopy]:
        found = self._server.unwanted(self._account_id, allowed=self._context.setup.server_drafts)
        return [one for one in found if self._may(one)]

    def _under_way(self) -> list[DraftCopy]:
        copies = self._server.copies(self._account_id)
        return [one for one in copies if one.state is CopyState.SENDING and self._may(one)]

    def _missing(self) -> list[DraftCopy]:
        """Copies that the last look at the mailbox did not find where they were."""
        with suppress(ClientError):  # a cache that cannot be read is told by whoever keeps it
            store = self._context.store()
            copies = newest_of_each(self._server.copies(self._account_id))
            return [one for one in copies if self._may(one) and self._is_missing(store, one)]
        return []

    def _is_missing(self, store: MessageStore, copy: DraftCopy) -> bool:
        number = store.mailbox_id(copy.raw_name)
        cursor = store.cursor(number) if number is not None else SyncCursor()
        # A mailbox that was not looked into since has nothing to say.
        seen = cursor.uidvalidity and (cursor.uidvalidity != copy.uidvalidity or cursor.uidnext > copy.uid)
        if not seen or self._seconds() - self._looked.get(copy.copy_id, -_LOOK_SECONDS) < _LOOK_SECONDS:
            return False
        return not store.has(copy.raw_name, copy.uidvalidity, copy.uid)

    def _may(self, copy: DraftCopy) -> bool:
        return is_over(copy.not_before, self._context.clock(), BACK_OFF[-1])

    def _wait(self, waiting: Waiting) -> float:
        """Seconds until it is due; a moment further off than any pause is from before the clock was set."""
        now, since = self._context.clock(), waiting.changed_at
        waits = [0.0]
        if waiting.not_before is not None and waiting.not_before <= now + BACK_OFF[-1]:
            waits.append((waiting.not_before - now).total_seconds())
        if not waiting.hurried:
            if since is not None and since <= now:
                waits.append((since + UPLOAD_AFTER - now).total_seconds())
            waits.append(self._not_before.get(waiting.draft_id, 0.0) - self._seconds())
        return max(waits)

    def _until_next(self) -> float:
        now, allowed = self._context.clock(), self._context.setup.server_drafts
        waits = [self._wait(one) for one in self._server.wanted(self._account_id) if allowed]
        laters = [one.not_before for one in self._server.copies(self._account_id)]
        waits += [(one - now).total_seconds() for one in laters if one is not None and one > now]
        if self._leaving() or self._under_way():
            waits.append(0.0)  # the link broke at something else
        return max(_BUSY_SECONDS, min([*waits, _SLEEP_SECONDS]))


def _pause(tries: int) -> timedelta:
    return BACK_OFF[min(tries, len(BACK_OFF) - 1)]


def _is_broken(error: ClientError) -> bool:
    return not is_refusal(error) and not isinstance(error, MessageTooLarge | MailboxMissing)
