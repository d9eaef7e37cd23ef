"""Revocation data from the office's side: what is wanted, what came in, and who is to be judged again.

The engine fetches (`revocation_fetching`), the workshop examines (`revocation_room`), the ledger
remembers. Nothing here opens a connection or reads a byte of what came.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from client.config.paths import Paths
from client.errors import ClientError
from client.model.event import Event, EventKind
from client.model.revocation import (
    Hosts,
    Lacking,
    Outcome,
    Refusal,
    RevocationFile,
    RevocationState,
    SourceOrigin,
    Want,
    file_name,
    incoming_name,
    next_attempt,
    next_fetch,
)
from client.services import workshop
from client.services.engine_setup import Command, RevocationWanted
from client.services.requests import TrustSources, VerifyRequest
from client.services.tasks import Lane
from client.store.atomic import write_atomically
from client.store.database import Database
from client.store.revocation_sources import RevocationSources

_LOG = logging.getLogger(__name__)
RENEWED, UNCHANGED, FAILED = "renewed", "unchanged", "failed"
"""Codes of a REVOCATION event; with the first, verdicts may be others now."""
_PENDING = "list-issuer-not-known"
_MOST_QUESTIONS = 5
"""Tries of one OCSP question; then it waits until somebody asks."""
_KEPT = timedelta(days=30)
_MOST_CRASHES = 3
_NOT_AGAIN = timedelta(days=3650)
"""An answered OCSP question is not repeated by itself: that would tell when the letter is looked at."""


@dataclass(frozen=True, slots=True)
class RevocationSetup:
    """What revocation data is handled with."""

    paths: Paths
    sources: TrustSources
    hosts: Hosts
    crl_urls: tuple[str, ...]
    """Those the policy names."""
    clock: Callable[[], datetime]
    send: Callable[[Command], None]
    """To the engine."""
    tell: Callable[[Event], None]
    """To every listener."""
    chance: Callable[[], float] = random.random


class RevocationOffice:
    """Lives as long as the office; its methods may be called on any thread."""

    def __init__(self, setup: RevocationSetup, ledger: Database, lane: Lane) -> None:
        self._setup, self._lane = setup, lane
        self._sources = RevocationSources(ledger, setup.clock)
        self._lock = threading.Lock()
        self._examining, self._again, self._closed = False, False, False

    def close(self) -> None:
        """Settle nothing any more; what lies there is examined at the next start."""
        self._closed = True

    def begin(self, trusted: tuple[bytes, ...]) -> None:
        """Name the standing addresses, and look at what came in while nobody was here.

        ``trusted`` are certificates whose own addresses may be asked: anchors, intermediates, own keys.
        """
        self._tidy()
        for url in self._setup.crl_urls:
            self._sources.want(Want(url, origin=SourceOrigin.POLICY))
        self._lane.submit(workshop.standing_addresses, trusted).add_done_callback(self._add_standing)
        self._wake()
        self.examine()

    def listen(self, event: Event) -> None:
        """For the engine's events: what it laid down is examined."""
        if event.kind is EventKind.REVOCATION and not event.code:
            self.examine()

    def lack(self, request: VerifyRequest) -> Future[Lacking]:
        """Find out what judging a file wanted for, and have it fetched where the policy allows."""
        found = self._lane.submit(workshop.lacking, request)
        found.add_done_callback(self._note_answer)
        return found

    def note(self, lacking: Lacking) -> tuple[tuple[Want, Refusal | None], ...]:
        """Have what is lacking fetched, except where the policy does not name the host."""
        for issuer in lacking.issuers:
            target = self._issuers / f"{sha256(issuer).hexdigest()}.der"
            if not target.exists():
                write_atomically(target, issuer)
        judged = tuple((one, self._setup.hosts.refusal(one)) for one in lacking.wants)
        covered = {one.issuer for one, refusal in judged if not (refusal or one.is_ocsp or self._fails(one))}
        for one, refusal in judged:
            # A list tells nobody whose letter is read: no question where a list is to be had.
            if refusal is None and not (one.is_ocsp and one.issuer in covered):
                self._add(one)
        self._wake()
        self.examine()
        return judged

    def states(self) -> tuple[RevocationState, ...]:
        """Every address, what it gave and when it is due."""
        return self._sources.states()

    def refresh(self) -> None:
        """Ask every address now: somebody does not want to wait."""
        self._sources.hurry()
        self._wake()
        self.examine()

    def examine(self) -> None:
        """Have what came in examined, one after the other."""
        with self._lock:
            self._again = self._examining
            if self._examining:
                return
            self._examining = True
        waiting = [one for one in self._sources.states() if self._incoming(one).is_file()]
        self._examine_next(waiting)

    @property
    def _issuers(self) -> Path:
        return self._setup.paths.revocation / "to-chuc"

    def _incoming(self, state: RevocationState) -> Path:
        return self._setup.paths.incoming / incoming_name(state.want)

    def _wake(self) -> None:
        self._setup.send(RevocationWanted())

    def _add(self, want: Want) -> None:
        known = self._sources.state(want.url, want.about)
        if known is None or not want.is_ocsp:
            self._sources.want(want)
        elif known.file and (known.next_update or self._setup.clock()) <= self._setup.clock():
            self._sources.ask_again(want)

    def _fails(self, want: Want) -> bool:
        known = self._sources.state(want.url)
        return known is not None and known.attempts >= _MOST_QUESTIONS

    def _add_standing(self, done: Future[tuple[Want, ...]]) -> None:
        if done.exception() is None:
            for want in done.result():
                self._sources.want(want)
            self._wake()

    def _note_answer(self, done: Future[Lacking]) -> None:
        if done.exception() is not None:
            return
        try:
            self.note(done.result())
        except ClientError as error:
            _LOG.warning("wanted revocation data not noted: %s", error.code)

    def _examine_next(
        self, waiting: list[RevocationState], *, changed: bool = False, looked: bool = False
    ) -> None:
        if not waiting or self._closed:
            self._examined(changed=changed, looked=looked)
            return
        state, *rest = waiting
        arrival = RevocationFile(
            state.want,
            self._incoming(state),
            self._setup.paths.revocation / file_name(state.want),
            self._issuers,
        )
        work = self._lane.submit(workshop.take_in, arrival, self._setup.sources, self._setup.clock())

        def taken(done: Future[Outcome]) -> None:
            try:
                now_known = self._settle(state, arrival, done)
            except (ClientError, OSError):
                _LOG.warning("what came in could not be put away")
                now_known = False
            self._examine_next(rest, changed=changed or now_known, looked=True)

        work.add_done_callback(taken)

    def _settle(self, state: RevocationState, arrival: RevocationFile, done: Future[Outcome]) -> bool:
        if self._closed:
            return False
        error = done.exception()
        outcome = done.result() if error is None else Outcome("examination-failed")
        now, chance = self._setup.clock(), self._setup.chance()
        retry = next_attempt(now, state.attempts + 1, chance)
        if outcome.problem == _PENDING or (error is not None and state.attempts + 1 < _MOST_CRASHES):
            # Kept: the authority's certificate comes with the next letter it signed; a workshop that
            # died may have died of something else.
            self._sources.failed(state.want, "not-used", outcome.problem, retry)
            return False
        arrival.file.unlink(missing_ok=True)
        if outcome.problem:
            params = (("reason", outcome.problem),)
            self._setup.tell(Event(EventKind.REVOCATION, code=FAILED, params=params))
            tired = state.want.is_ocsp and state.attempts + 1 >= _MOST_QUESTIONS
            self._sources.failed(
                state.want, "not-used", outcome.problem, now + _NOT_AGAIN if tired else retry
            )
            return False
        due = next_fetch(now, outcome.next_update, chance)
        if state.want.is_ocsp:
            due = now + _NOT_AGAIN
        elif outcome.next_update is not None and outcome.next_update <= now:
            due = retry
        span = (outcome.this_update, outcome.next_update)
        self._sources.accepted(state.want, arrival.target.name, span, due)
        return outcome.changed

    def _examined(self, *, changed: bool, looked: bool) -> None:
        with self._lock:
            self._examining = False
            again = self._again
        if looked and not self._closed:
            self._setup.tell(Event(EventKind.REVOCATION, code=RENEWED if changed else UNCHANGED))
        if again and not self._closed:
            self.examine()

    def _tidy(self) -> None:
        """A file that has gone is fetched again; an answer that is long out of date is let go of."""
        now = self._setup.clock()
        for state in self._sources.states():
            file = self._setup.paths.revocation / state.file if state.file else None
            if file is None:
                continue
            if state.want.is_ocsp and state.next_update is not None and state.next_update + _KEPT < now:
                file.unlink(missing_ok=True)
                self._sources.forget(state.want)
            elif not file.is_file():
                self._sources.failed(state.want, "not-used", "arrival-gone", now)
