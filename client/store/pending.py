"""What waits for the server, laid over what it has: where messages are shown, and with which flags."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from client.model.message import Flag
from client.store.database import Value
from client.store.flags import apply_change
from client.store.operations import Operations

Select = Callable[[str, Sequence[Value]], list[tuple[Any, ...]]]
Place = tuple[int, int]
"""Mailbox and UID."""
FlagChange = tuple[str, bool]
"""A flag, and whether it is set or cleared."""
# CROSS JOIN: the few that wait come first.
_AMONG = (
    " FROM json_each(?) one CROSS JOIN message m"
    " ON m.mailbox_id = one.value ->> 0 AND m.uid = one.value ->> 1"
)
_FOUND = f"SELECT json_group_array(json_array(m.row_id, m.mailbox_id, m.uid, m.flags)){_AMONG}"
"""One text for ten thousand of them."""
_LEFT = f"SELECT m.mailbox_id, one.value ->> 2, count(*), sum((m.flags & 1) = 0){_AMONG} GROUP BY 1, 2"
_SEEN = f"SELECT one.value ->> 3, sum((m.flags & 1) - (one.value ->> 2)){_AMONG} GROUP BY 1"


class Leaving(NamedTuple):
    """A message that goes from its mailbox."""

    row_id: int
    target: int
    """0: it goes for good, or to a mailbox that is not known here yet."""


class PendingChanges:
    """Asked with every reading of a list: what has not changed since is not made anew."""

    def __init__(self, select: Select, operations: Operations) -> None:
        self._select = select
        self._operations = operations
        self._held: Mapping[Place, Sequence[FlagChange]] | None = None
        self._grouped: tuple[object, object, dict[Place, list[FlagChange]]] | None = None

    def flags(self) -> Mapping[Place, Sequence[FlagChange]]:
        """Pending changes of flags by the message's place."""
        if self._held is not None:
            return self._held
        pending = self._operations.marks()
        if not pending:
            return {}
        sources = self._mailboxes()
        known = self._grouped
        if known is not None and known[0] is pending and known[1] == sources:
            return known[2]
        changes: dict[Place, list[FlagChange]] = {}
        for raw_name, uidvalidity, uid, flag, present in pending:
            mailbox_id = sources.get((raw_name, uidvalidity))
            if mailbox_id is not None:
                changes.setdefault((mailbox_id, uid), []).append((flag, bool(present)))
        self._grouped = (pending, sources, changes)
        return changes

    @contextmanager
    def held(self) -> Iterator[None]:
        """Flags as they are now, for whoever changes ten thousand of them and looks at each message once."""
        self._held = self.flags()
        try:
            yield
        finally:
            self._held = None

    def leaving(self) -> list[Leaving]:
        """Rows with a move or deletion pending: shown in their new mailbox, or not at all."""
        going = self._going()
        found = self._rows_at(going)
        return [Leaving(row_id, going[source, uid]) for row_id, source, uid, _ in found]

    def marked(self, flag: Flag) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Rows that will have ``flag``, and rows that will not have it any more."""
        wanted = {
            place: present
            for place, changes in self.flags().items()
            for name, present in changes
            if name == flag
        }
        rows = self._rows_at(wanted)
        has = tuple(row_id for row_id, mailbox_id, uid, _ in rows if wanted[mailbox_id, uid])
        return has, tuple(row_id for row_id, mailbox_id, uid, _ in rows if not wanted[mailbox_id, uid])

    def counts(self) -> dict[int, tuple[int, int]]:
        """By mailbox, how far all and unread are off what the server has."""
        changed: dict[int, tuple[int, int]] = {}

        def add(mailbox_id: int, total: int, unread: int) -> None:
            before = changed.get(mailbox_id, (0, 0))
            changed[mailbox_id] = (before[0] + total, before[1] + unread)

        going = self._going()
        listed = [[*place, target] for place, target in going.items()]
        for source, target, total, unread in self._asked(_LEFT, listed):
            add(source, -total, -unread)
            add(target, total, unread)
        seen = [
            [*place, int(present), going.get(place, place[0])]
            for place, changes in self.flags().items()
            for name, present in changes
            if name == Flag.SEEN
        ]
        for shown_in, unread in self._asked(_SEEN, seen):
            add(shown_in, 0, unread)
        return changed

    def _going(self) -> dict[Place, int]:
        """Where what leaves its place is shown; see `Leaving.target`."""
        pending = self._operations.moves()
        if not pending:
            return {}
        sources = self._mailboxes()
        targets = {name: mailbox_id for (name, _), mailbox_id in sources.items()}
        return {
            (sources.get((raw_name, uidvalidity), 0), uid): targets.get(target, 0) if target else 0
            for raw_name, uidvalidity, uid, target in pending
        }

    def _asked(self, sql: str, listed: list[list[int]]) -> list[tuple[Any, ...]]:
        return self._select(sql, (json.dumps(listed),)) if listed else []

    def _mailboxes(self) -> dict[tuple[bytes, int], int]:
        rows = self._select("SELECT raw_name, uidvalidity, mailbox_id FROM mailbox", ())
        return {(row[0], row[1]): int(row[2]) for row in rows}

    def _rows_at(self, places: Iterable[Place]) -> list[list[int]]:
        found = self._asked(_FOUND, [list(place) for place in places])
        return list(json.loads(found[0][0])) if found else []


def changed_flags(flags: int, changes: Sequence[FlagChange]) -> int:
    """The server's flags with what waits for it."""
    for flag, present in changes:
        flags = apply_change(flags, flag, present)
    return flags
