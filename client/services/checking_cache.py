"""What was read of attachments, kept by their content: a keystroke in the text reads no file again.

Lives in the workshop process; nothing of it is written anywhere.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from client.model.trust import VerificationDemand
from client.rules.context import CheckedAttachment

MOST_ENTRIES = 64
MOST_LINES = 200_000
"""Lines of text kept in all; about 40 MB."""
VERDICTS_LAST = timedelta(minutes=5)
"""Revocation data may have come in since; what has no signature stays as it is."""

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    read: tuple[CheckedAttachment, ...]
    demand: str
    at: datetime
    lines: int

    @property
    def is_signed(self) -> bool:
        return any(item.signatures for item in self.read)


class ReadCache:
    """The files read last; the one asked for least recently goes first."""

    def __init__(self) -> None:
        self._entries: OrderedDict[Key, _Entry] = OrderedDict()
        self._lines = 0

    def get(
        self,
        key: Key,
        demand: VerificationDemand,
        read: Callable[[], tuple[CheckedAttachment, ...]],
    ) -> tuple[CheckedAttachment, ...]:
        """What ``read`` gave for this key, read anew where its signatures may be judged otherwise by now."""
        print_of_demand = fingerprint(demand)
        known = self._entries.get(key)
        if known is not None and self._is_fresh(known, demand, print_of_demand):
            self._entries.move_to_end(key)
            return known.read
        found = read()
        self._put(key, _Entry(found, print_of_demand, demand.at, _lines(found)))
        return found

    def knows(self, key: Key, demand: VerificationDemand) -> bool:
        """Whether `get` would answer without reading."""
        known = self._entries.get(key)
        return known is not None and self._is_fresh(known, demand, fingerprint(demand))

    @staticmethod
    def _is_fresh(entry: _Entry, demand: VerificationDemand, print_of_demand: str) -> bool:
        if not entry.is_signed:
            return True
        return entry.demand == print_of_demand and abs(demand.at - entry.at) <= VERDICTS_LAST

    def _put(self, key: Key, entry: _Entry) -> None:
        old = self._entries.pop(key, None)
        self._lines += entry.lines - (old.lines if old else 0)
        self._entries[key] = entry
        while self._entries and (len(self._entries) > MOST_ENTRIES or self._lines > MOST_LINES):
            _, gone = self._entries.popitem(last=False)
            self._lines -= gone.lines


@cache
def read_cache() -> ReadCache:
    """The one of this process."""
    return ReadCache()


def fingerprint(demand: VerificationDemand) -> str:
    """What a verdict rests on besides the moment, in short."""
    digest = hashlib.blake2b(demand.revocation.value.encode(), digest_size=16)
    trust = demand.trust
    for part in (trust.anchors, trust.intermediates, trust.crls, trust.ocsp_responses):
        digest.update(len(part).to_bytes(4, "big"))
        for der in part:
            digest.update(len(der).to_bytes(4, "big") + der)
    return digest.hexdigest()


def _lines(read: tuple[CheckedAttachment, ...]) -> int:
    return sum(len(item.text.lines) for item in read if item.text is not None)
