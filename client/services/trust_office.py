"""The real `TrustDesk`; see there for each method. Certificates are read in the workshop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path

from client.model.anchor import Candidate, TrustEntry, TrustOrigin
from client.model.revocation import RevocationState
from client.services import workshop
from client.services.futures import call, then
from client.services.rechecks import Rechecks
from client.services.revocation_office import RevocationOffice
from client.services.tasks import Lane
from client.services.trust_desk import TrustedRow
from client.services.trust_keeper import TrustKeeper
from client.store.faults import mapped_faults
from client.store.waiting import Waiting

_MOST_BYTES = 5_000_001


class TrustOffice:
    """Lives as long as the office."""

    def __init__(
        self,
        keeper: TrustKeeper,
        lane: Lane,
        clock: Callable[[], datetime],
        revocation: RevocationOffice,
        rechecks: Rechecks,
        own_certificates: Callable[[], tuple[bytes, ...]] = tuple,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """``own_certificates`` are those of the accounts' keys: whose revocation is one's own business.

        ``changed`` is called when somebody else is trusted than before.
        """
        self._own, self._changed = own_certificates, changed
        self._keeper, self._lane, self._clock = keeper, lane, clock
        self._revocation, self._rechecks = revocation, rechecks

    def begin(self) -> None:
        """Have the standing revocation data fetched and what came in examined; once the office is open.

        What waits is looked at again: the policy may name hosts by now that it did not name before.
        """
        self._revocation.begin((*(one.der for one in self._keeper.trusted()), *self._own()))
        self._rechecks.again()

    def close(self) -> None:
        """The office closes."""
        self._revocation.close()

    def trusted(self) -> Future[tuple[TrustedRow, ...]]:
        """See `TrustDesk.trusted`."""
        held = self._keeper.trusted()
        ders = tuple(one.der for one in held)
        read = self._lane.submit(workshop.trust_certificates, ders, self._clock(), self._keeper.anchors())

        def joined(found: tuple[Candidate, ...]) -> tuple[TrustedRow, ...]:
            by_der = {one.der: one for one in found}
            return tuple(
                TrustedRow(one, by_der[one.der].details, by_der[one.der].problem)
                for one in held
                if one.der in by_der
            )

        return then(read, lambda found: call(lambda: joined(found)))

    def record(self) -> tuple[TrustEntry, ...]:
        """See `TrustDesk.record`."""
        return self._keeper.record()

    def read_file(self, path: Path) -> Future[tuple[Candidate, ...]]:
        """See `TrustDesk.read_file`."""
        return then(call(lambda: read_offer(path)), self._candidates)

    def add_anchor(
        self, offered: Sequence[Candidate], chosen: Candidate, entered: str, note: str
    ) -> Future[int]:
        """See `TrustDesk.add_anchor`."""
        origin = TrustOrigin.WIZARD
        ders = tuple(one.der for one in offered)

        def keep(found: tuple[Candidate, ...]) -> int:
            helpers = self._keeper.add_intermediates(found, origin, note)
            self.begin()
            self._changed()
            return len(helpers)

        added = call(lambda: self._keeper.add_anchor(chosen, entered, origin, note))
        judged = then(
            added,
            lambda _: self._lane.submit(
                workshop.trust_certificates, ders, self._clock(), self._keeper.anchors()
            ),
        )
        return then(judged, lambda found: call(lambda: keep(found)))

    def remove(self, sha256: str) -> None:
        """See `TrustDesk.remove`."""
        self._keeper.remove(sha256, TrustOrigin.WIZARD)
        self._changed()

    def revocation_data(self) -> tuple[RevocationState, ...]:
        """See `TrustDesk.revocation_data`."""
        return self._revocation.states()

    def refresh_revocation(self) -> None:
        """See `TrustDesk.refresh_revocation`."""
        self._revocation.refresh()

    def waiting(self) -> tuple[Waiting, ...]:
        """See `TrustDesk.waiting`."""
        return self._rechecks.waiting()

    def _candidates(self, data: bytes) -> Future[tuple[Candidate, ...]]:
        return self._lane.submit(workshop.trust_candidates, data, self._clock(), self._keeper.anchors())


def read_offer(path: Path) -> bytes:
    """A file somebody wants to import, its beginning if it is far too large; `StorageFailed`."""
    with mapped_faults(path), path.open("rb") as file:
        return file.read(_MOST_BYTES)
