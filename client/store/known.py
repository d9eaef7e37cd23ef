"""The UIDs of a mailbox's rows: counted at once, read only when somebody looks at them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property

from client.store.database import Database

_RANGES_ASKED_SINGLY = 200


class KnownUids(Collection[int]):
    """As they are when first read; the count is that of the moment this was made."""

    def __init__(self, cache: Database, mailbox_id: int) -> None:
        self._cache = cache
        self._mailbox_id = mailbox_id
        sql = (
            "SELECT total, (SELECT max(uid) FROM message WHERE mailbox_id = ?1) FROM mailbox"
            " WHERE mailbox_id = ?1"
        )
        row = cache.row(sql, (mailbox_id,)) or (0, 0)
        self._count, self._newest = int(row[0]), int(row[1] or 0)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[int]:
        return iter(self.ascending())

    def __contains__(self, uid: object) -> bool:
        return uid in self._all

    def newest(self) -> int:
        """The highest UID, 0 without any."""
        return self._newest

    def ascending(self) -> Sequence[int]:
        """All of them in order."""
        return self._ordered

    def within(self, ranges: Sequence[tuple[int, int]]) -> tuple[int, ...]:
        """Those that lie in any of the ranges, each once."""
        if len(ranges) > _RANGES_ASKED_SINGLY:
            return _within(self.ascending(), ranges)
        sql = "SELECT uid FROM message WHERE mailbox_id = ? AND uid BETWEEN ? AND ?"
        found: set[int] = set()
        for low, high in ranges:
            found.update(row[0] for row in self._cache.rows(sql, (self._mailbox_id, low, high)))
        return tuple(sorted(found))

    @cached_property
    def _ordered(self) -> list[int]:
        sql = "SELECT uid FROM message WHERE mailbox_id = ? AND uid IS NOT NULL ORDER BY uid"
        return [int(row[0]) for row in self._cache.rows(sql, (self._mailbox_id,))]

    @cached_property
    def _all(self) -> set[int]:
        return set(self._ordered)


def _within(ascending: Sequence[int], ranges: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    found: set[int] = set()
    for low, high in ranges:
        found.update(ascending[bisect_left(ascending, low) : bisect_left(ascending, high + 1)])
    return tuple(sorted(found))
