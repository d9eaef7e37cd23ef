"""Signed mail is verified behind everything else, newest first, so that the list can say what is known.

One message at a time, in a workshop of its own with low priority: nothing the user asks for waits for it.
Only what lies on this computer is judged; nothing is fetched for it and no server is asked.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime

from client.errors import ClientError
from client.model.at_rest import Readable
from client.model.event import Event, EventKind
from client.model.evidence import Gathered
from client.model.known_verdict import Ground
from client.model.mailbox import MessageRow
from client.model.verdict import Display
from client.services.checking_behind import promising
from client.services.revocation_office import RENEWED
from client.services.tasks import EndableLane
from client.services.verdict_book import VerdictBook
from client.services.verdict_desk import CheckingProgress
from client.services.workshop import warm_up
from client.store.objects import digest_in
from client.store.signable import SignableReader

_LOG = logging.getLogger(__name__)
_NEWS = frozenset({EventKind.BODY, EventKind.ACCOUNT_OK, EventKind.TRUST})
PLAN_AGAIN_S = 2.0
"""While mail streams in, what is to be done is looked at again this often at most."""
LONGEST_SLEEP_S = 600.0
"""The computer's clock may be set, or the computer may sleep: what is out of date is looked for by then."""
_AT_ONCE = 100
_IDLE_S = 30.0
"""A workshop without work is let go of after this, and its memory with it."""
LONGEST_CHECK_S = 120.0
"""A check that takes longer is ended with its workshop."""


@dataclass(frozen=True, slots=True)
class Job:
    """One message to verify, and the rows that show it: account, mailbox, row."""

    digest: str
    file: Readable
    received_at: int
    promises: bool
    rows: list[tuple[str, int, int]] = field(default_factory=list)


Judge = Callable[[EndableLane, tuple[int, int], Readable], Future[Gathered | None]]
Keep = Callable[[tuple[int, int], Readable, Gathered, Ground], object]


@dataclass(frozen=True, slots=True)
class BehindWork:
    """What the background works with."""

    readers: Mapping[str, SignableReader]
    """By account id; for this alone."""
    file_of: Callable[[str, str], Readable]
    """Of an account's raw message, by the path its row has."""
    make_lane: Callable[[], EndableLane]
    tell: Callable[[Event], None]


class VerdictsBehind:
    """See `client.services.verdict_desk.VerdictDesk`; works from `begin` until `close`."""

    def __init__(
        self,
        book: VerdictBook,
        judge: Judge,
        keep: Keep,
        clock: Callable[[], datetime],
        patience: float = LONGEST_CHECK_S,
    ) -> None:
        """``judge`` verifies in the lane it is given, ``keep`` records what was found."""
        self._book, self._judge, self._keep, self._clock = book, judge, keep, clock
        self._patience = patience
        self._changed = threading.Condition()
        self._news, self._paused, self._closed = True, False, False
        self._thread: threading.Thread | None = None
        self._lane: EndableLane | None = None
        self._lane_used = self._plan_at = 0.0
        self._jobs: list[Job] = []
        """The newest last."""
        self._unseen: list[Job] = []
        """Their headers promise nothing; whether they are worth verifying is still to be seen."""
        self._done, self._checking = 0, False
        self._ground: Ground | None = None
        self._end: datetime | None = None
        self._failed: set[str] = set()
        """In this run; not tried again before the next."""

    def words(self, rows: Sequence[MessageRow]) -> dict[int, Display | None]:
        """See `VerdictDesk.words`."""
        return self._book.words(rows)

    def progress(self) -> CheckingProgress:
        """See `VerdictDesk.progress`."""
        left = len(self._jobs) + int(self._checking)
        return CheckingProgress(self._done, self._done + left if left else 0, self._paused)

    def pause(self, *, paused: bool) -> None:
        """See `VerdictDesk.pause`."""
        with self._changed:
            self._paused = paused
            self._changed.notify_all()

    def begin(self, work: BehindWork) -> None:
        """Verify what there is to verify, from now on."""
        self._thread = threading.Thread(target=self._run, args=(work,), name="checking", daemon=True)
        self._thread.start()

    def listen(self, event: Event) -> None:
        """Something came in, or what verdicts rest on has changed."""
        if event.kind in _NEWS or (event.kind is EventKind.REVOCATION and event.code == RENEWED):
            with self._changed:
                self._news = True
                self._changed.notify_all()

    def close(self) -> None:
        """Stop at once: the check under way is ended, and that is no fault of its message."""
        with self._changed:
            self._closed = True
            lane = self._lane
            self._changed.notify_all()
        if lane is not None:
            lane.abandon()
        if self._thread is not None:
            self._thread.join()
        self._book.close()

    # On the thread ---------------------------------------------------------------------------

    def _run(self, work: BehindWork) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(self._has_work, self._rest_s())
                if self._closed:
                    break
            try:
                self._step(work)
            except ClientError as error:
                # The engine replaces a broken cache; what is in the new one is told again.
                _LOG.warning("checking behind: %s", error.code)
            except Exception:  # noqa: BLE001 - a fault here must not end checking for good
                _LOG.exception("checking behind")
                self._jobs, self._unseen = [], []
        self._let_go()
        for reader in work.readers.values():
            reader.close()

    def _has_work(self) -> bool:
        due = self._news and time.monotonic() >= self._plan_at
        return self._closed or due or bool((self._jobs or self._unseen) and not self._paused)

    def _rest_s(self) -> float:
        now, waits = time.monotonic(), [LONGEST_SLEEP_S]
        if self._news:
            waits.append(self._plan_at - now)
        if self._lane is not None:
            waits.append(self._lane_used + _IDLE_S - now)
        if self._end is not None and not (self._jobs or self._unseen):
            waits.append((self._end - self._clock()).total_seconds())
        return max(0.05, min(waits))

    def _step(self, work: BehindWork) -> None:
        pending = bool(self._jobs or self._unseen)
        if time.monotonic() >= self._plan_at and (self._news or not pending):
            self._plan(work)
        elif pending and not self._paused:
            self._go_on(work)
        if not (self._jobs or self._unseen):
            self._done = 0
        if time.monotonic() - self._lane_used >= _IDLE_S:
            self._let_go()

    def _go_on(self, work: BehindWork) -> None:
        if not self._jobs:
            self._look_through(work)
        else:
            self._checking = True
            job = self._jobs.pop()
            try:
                self._check(work, job)
            finally:
                self._checking = False
            self._tell(work, job)
        self._lane_used = time.monotonic()

    def _plan(self, work: BehindWork) -> None:
        self._news, self._plan_at = False, time.monotonic() + PLAN_AGAIN_S
        before, end = self._ground, self._end
        self._ground = ground = self._book.ground.now()
        jobs = _jobs(work)
        wanted, self._end = self._book.survey(tuple(jobs), ground)
        found = [job for digest, job in jobs.items() if digest in wanted - self._failed]
        found.sort(key=lambda job: job.received_at)
        self._jobs = [job for job in found if job.promises]
        self._unseen = [job for job in found if not job.promises]
        if ground != before or (end is not None and self._clock() >= end):
            work.tell(Event(EventKind.JUDGED))

    def _check(self, work: BehindWork, job: Job) -> None:
        ground = self._book.ground.peek()
        if not ground.material:
            ground, self._news = self._book.ground.now(), True
        _, mailbox_id, row_id = job.rows[0]
        try:
            future = self._judge(self._lane_for(work), (mailbox_id, row_id), job.file)
            found = future.result(self._patience)
        except Exception as error:  # noqa: BLE001 - whatever a message brings about costs that message alone
            self._fail(work, job, ground, error)
            return
        if found is None:
            self._book.note_withheld(job.digest, ground)
        elif found.sha256 != job.digest:
            self._fail(work, job, ground, None)  # the file is not what it was; it is fetched anew when opened
        else:
            self._keep((mailbox_id, row_id), job.file, found, ground)

    def _look_through(self, work: BehindWork) -> None:
        some, self._unseen = self._unseen[-_AT_ONCE:], self._unseen[:-_AT_ONCE]
        ground = self._book.ground.peek()
        try:
            paths = tuple(job.file for job in some)
            answers = self._lane_for(work).submit(promising, paths).result(self._patience)
        except Exception as error:  # noqa: BLE001 - they are looked through in the next run
            _LOG.warning("not looked through: %s", type(error).__name__)
            self._failed |= {job.digest for job in some}
            return
        plain = [job.digest for job, answer in zip(some, answers, strict=True) if not answer]
        self._jobs = [job for job, answer in zip(some, answers, strict=True) if answer]
        self._book.note_plain(plain, ground)

    def _fail(self, work: BehindWork, job: Job, ground: Ground, error: Exception | None) -> None:
        if isinstance(error, TimeoutError):
            self._let_go()
        if self._closed:
            return
        _LOG.warning("not checked behind: %s", type(error).__name__)
        self._failed.add(job.digest)
        if error is None or self._is_sound(work):
            self._book.note_failure(job.digest, ground)
        else:
            # No message is to blame for a workshop that does not even start.
            self._jobs, self._unseen = [], []
            self._failed.clear()
            self._plan_at = time.monotonic() + LONGEST_SLEEP_S

    def _is_sound(self, work: BehindWork) -> bool:
        try:
            self._lane_for(work).submit(warm_up).result(self._patience)
        except Exception:  # noqa: BLE001 - why does not matter here
            return False
        return True

    def _tell(self, work: BehindWork, job: Job) -> None:
        if self._closed:
            return
        self._done += 1
        total = self._done + len(self._jobs)
        for account_id, _, row_id in job.rows:
            work.tell(Event(EventKind.JUDGED, account_id, row_id, done=self._done, total=total))

    def _lane_for(self, work: BehindWork) -> EndableLane:
        with self._changed:
            if self._lane is None and not self._closed:
                self._lane = work.make_lane()
            self._lane_used = time.monotonic()
            lane = self._lane
        return lane if lane is not None else work.make_lane()

    def _let_go(self) -> None:
        with self._changed:
            lane, self._lane = self._lane, None
        if lane is not None:
            lane.abandon()
            lane.close()


def _jobs(work: BehindWork) -> dict[str, Job]:
    """By digest, in no order."""
    jobs: dict[str, Job] = {}
    for account_id, reader in work.readers.items():
        try:
            rows = reader.signable()
        except ClientError:
            continue  # as in `client.services.attachment_index`
        for row in rows:
            digest = digest_in(row.body_path)
            job = jobs.get(digest)
            if job is None:
                file = work.file_of(account_id, row.body_path)
                job = jobs[digest] = Job(digest, file, row.received_at, row.promises)
            job.rows.append((account_id, row.mailbox_id, row.row_id))
    return jobs
