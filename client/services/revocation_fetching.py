"""The engine's part in revocation data: ask those who may be asked, lay down what they give.

Nothing is read here. What came in lies in ``revocation/moi`` until the workshop has examined it;
what is in use is not touched.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from client.errors import ClientError
from client.model.event import Event, EventKind
from client.model.revocation import RevocationState, incoming_name, next_attempt
from client.services.engine_context import Net
from client.services.engine_setup import EngineSetup, Report
from client.services.pauses import seconds_until
from client.store.atomic import write_atomically
from client.store.database import Database
from client.store.revocation_sources import RevocationSources

_LOG = logging.getLogger(__name__)
_LONGEST_SLEEP = 3600.0
_UNEXAMINED = timedelta(hours=1)
"""What nobody examined by then is fetched again."""
_NEVER = timedelta(days=1)


class RevocationFetcher:
    """One round asks every address that is due, one after the other."""

    def __init__(
        self,
        setup: EngineSetup,
        net: Net,
        ledger: Database,
        report: Callable[[Report], None],
        clock: Callable[[], datetime],
        chance: Callable[[], float] = random.random,
    ) -> None:
        """``chance`` (0 to 1) spreads the computers of the city over time."""
        self._setup, self._net, self._report, self._clock, self._chance = setup, net, report, clock, chance
        self._sources = RevocationSources(ledger, clock)
        self.stopping: Callable[[], bool] = lambda: False
        """Asked between two addresses."""

    def round(self) -> float:
        """Ask what is due; answers with the seconds until something is due again."""
        for state in self._sources.due():
            if self.stopping():
                break
            self._ask(state)
        due = self._sources.next_due()
        if due is None:
            return _LONGEST_SLEEP
        return seconds_until(due, self._clock(), _LONGEST_SLEEP)

    def _ask(self, state: RevocationState) -> None:
        want, now = state.want, self._clock()
        refusal = self._setup.hosts.refusal(want)
        if refusal is not None:
            # The policy may have named the host when this was written down; what counts is now.
            self._sources.failed(want, "not-asked", refusal.value, now + _NEVER)
            return
        try:
            changed = self._fetch(state)
        except ClientError as error:
            reason = str(error.params.get("reason", ""))
            due = next_attempt(now, state.attempts + 1, self._chance())
            self._sources.failed(want, error.code, reason, due)
            _LOG.info("revocation source: %s %s", error.code, reason)
            self._report(Event(EventKind.REVOCATION, code="failed", params=(("reason", reason),)))
            return
        self._report(Event(EventKind.REVOCATION, code="" if changed else "unchanged"))

    def _fetch(self, state: RevocationState) -> bool:
        want, now = state.want, self._clock()
        later = now + _UNEXAMINED * (1 + self._chance())
        if want.is_ocsp:
            self._lay_down(state, self._net.post_ocsp(want.url, want.request))
            self._sources.fetched(want, "", "", later)
            return True
        got = self._net.fetch(want.url, state.etag, state.last_modified, max_bytes=self._setup.max_crl_bytes)
        if got is None:
            self._sources.fetched(want, state.etag, state.last_modified, later)
            return False
        self._lay_down(state, got.content)
        self._sources.fetched(want, got.etag, got.last_modified, later)
        return True

    def _lay_down(self, state: RevocationState, content: bytes) -> None:
        write_atomically(self._setup.paths.incoming / incoming_name(state.want), content)
