"""What is known of signatures without verifying: written by every verification, read by the list."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from client.errors import ClientError
from client.model.evidence import Gathered
from client.model.known_verdict import Ground, KnownVerdict, in_date_until
from client.model.mailbox import MessageRow
from client.model.verdict import Display
from client.services.verdict_ground import GroundKeeper
from client.store.objects import digest_in
from client.store.verdicts import Verdicts

_LOG = logging.getLogger(__name__)


class VerdictBook:
    """Kept by the digest of the message: the same bytes in two mailboxes are verified once."""

    def __init__(self, store: Verdicts, ground: GroundKeeper, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self.ground = ground

    def words(self, rows: Sequence[MessageRow]) -> dict[int, Display | None]:
        """See `client.services.verdict_desk.VerdictDesk.words`."""
        digests = {row.row_id: digest_in(row.body_path) for row in rows if row.body_path}
        known = self._known(tuple(set(digests.values())))
        if not known:
            return {}
        ground, now = self.ground.peek(), self._clock()
        return {
            row_id: known[digest].word(ground, now)
            for row_id, digest in digests.items()
            if digest in known and known[digest].display is not None
        }

    def survey(self, digests: Sequence[str], ground: Ground) -> tuple[set[str], datetime | None]:
        """Those that are to be verified, now or again; and when the next is out of date by itself."""
        known, now = self._known(digests), self._clock()
        wanted = {one for one in digests if one not in known or known[one].is_worth_judging(ground, now)}
        ends = (one.until for one in known.values())
        return wanted, min((end for end in ends if end is not None and end > now), default=None)

    def note(self, found: Gathered, ground: Ground) -> None:
        """A verification came to its end; ``ground`` was looked at before it began."""
        until = in_date_until(found.record.basis)
        self._put(KnownVerdict(found.sha256, found.report.display, ground, found.record.basis.at, until))

    def note_plain(self, digests: Sequence[str], ground: Ground) -> None:
        """These have nothing in them that could be verified."""
        now = self._clock()
        self._put(*(KnownVerdict(one, Display.NONE, ground, now) for one in digests))

    def note_withheld(self, sha256: str, ground: Ground) -> None:
        """Nothing is to be told of this message."""
        self._put(KnownVerdict(sha256, None, ground, self._clock()))

    def note_failure(self, sha256: str, ground: Ground) -> None:
        """The check did not come to its end: an earlier word on the message does not hold either."""
        known = self._known((sha256,)).get(sha256)
        before = known.failures if known is not None and known.ground.software == ground.software else 0
        self._put(KnownVerdict(sha256, None, ground, self._clock(), failures=before + 1))

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def _known(self, digests: Sequence[str]) -> dict[str, KnownVerdict]:
        try:
            return self._store.known(digests)
        except ClientError as error:
            _LOG.warning("known verdicts not read: %s", error.code)
            return {}

    def _put(self, *verdicts: KnownVerdict) -> None:
        try:
            self._store.put(verdicts)
        except ClientError as error:
            # A full disk costs verifying again, no more.
            _LOG.warning("verdict not kept: %s", error.code)
