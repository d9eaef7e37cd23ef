"""How much left for addresses outside in the minutes before: what servers lock a mailbox for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from client.config.policy import Policy
from client.model.address import domain_of
from client.model.outgoing import OutboxEntry, OutboxState

_RULE = "too-many-external"
_NOT_SENT = frozenset({OutboxState.SCHEDULED, OutboxState.REJECTED, OutboxState.CANCELLED})


@dataclass(frozen=True, slots=True)
class RecentTraffic:
    """Recipients outside the state's domains, each as often as written to, and messages to them."""

    recipients: int = 0
    messages: int = 0


def window_start(policy: Policy, now: datetime) -> datetime:
    """Where the sliding window of the rule begins."""
    minutes = policy.rules[_RULE].params["window_minutes"]
    return now - timedelta(minutes=float(minutes) if isinstance(minutes, int | float) else 0.0)


def recent_traffic(entries: Iterable[OutboxEntry], policy: Policy, now: datetime) -> RecentTraffic:
    """What went out, or is about to, since the window began."""
    start = window_start(policy, now)
    outside = [
        sum(not policy.is_official(domain_of(address)) for address in entry.rcpt_to)
        for entry in entries
        if entry.state not in _NOT_SENT and start <= entry.created_at <= now
    ]
    return RecentTraffic(sum(outside), sum(bool(count) for count in outside))
