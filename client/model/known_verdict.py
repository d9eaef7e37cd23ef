"""What an earlier verification found, and whether the message list may still say it.

The rule: good news has to be of now, bad news stands until it is refuted. VALID and WARNING are said only
while the same program would verify on the same trust, the same revocation data and the same policy, and
while all that the verdict rested on is in date. Else the message is not checked, whatever was found
once. INVALID and UNKNOWN stay until another check says otherwise; NONE rests on the bytes alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from client.model.evidence import Basis
from client.model.verdict import Display, VerificationReport

MOST_FAILURES = 2
"""A message that ended the workshop this often is left to whoever opens it, until the program changes."""
_CLOCK_SLACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Ground:
    """What verdicts rest on besides message and moment."""

    software: str
    material: str
    """Digest of anchors, intermediates, revocation data and policy; ``""`` where it is not known."""


@dataclass(frozen=True, slots=True)
class KnownVerdict:
    """The newest verification of some bytes."""

    sha256: str
    """Of the raw message."""
    display: Display | None
    """None for a check that did not come to its end, and for a message nothing is told of."""
    ground: Ground
    judged_at: datetime
    until: datetime | None = None
    """From then on something it rested on is out of date."""
    failures: int = 0

    def is_current(self, ground: Ground, now: datetime) -> bool:
        """Whether verifying again would have to give the same."""
        if self.failures or self.ground.software != ground.software:
            return False
        if self.display in {None, Display.NONE}:
            return True
        in_date = self.judged_at - _CLOCK_SLACK <= now and (self.until is None or now < self.until)
        return in_date and bool(ground.material) and self.ground == ground

    def is_worth_judging(self, ground: Ground, now: datetime) -> bool:
        """Whether the background is to verify it again."""
        if self.failures >= MOST_FAILURES and self.ground.software == ground.software:
            return False
        return not self.is_current(ground, now)

    def word(self, ground: Ground, now: datetime) -> Display | None:
        """What the list says; None: not checked."""
        if self.display in {Display.VALID, Display.WARNING} and not self.is_current(ground, now):
            return None
        return self.display


def in_date_until(basis: Basis) -> datetime | None:
    """The first moment after the verification at which something it rested on is out of date."""
    ends = [one.not_after for one in basis.certificates] + [one.next_update for one in basis.revocations]
    return min((end for end in ends if end is not None and end > basis.at), default=None)


def gist(report: VerificationReport) -> tuple[object, ...]:
    """What a report says, without the lists it rests on and their dates."""
    signatures = (
        (one.where, one.order, one.indication, one.sub_indication, one.coverage, one.reasons)
        for one in report.signatures
    )
    return report.display, report.coverage, report.reasons, tuple(signatures)
