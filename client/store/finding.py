"""How the full-text index is asked: the first hits of a query, in the order they are listed.

A frequent word is in nearly every message, and reading all of its list costs more than anybody waits
for. So the newest part of a mailbox is looked at first, by the ranges of row numbers it lies in; only
where hits are rare is the whole list read, which is short then.
"""

from __future__ import annotations

import itertools
import json
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from client.model.search import Having, SearchField, SearchQuery, SearchTerm
from client.model.text import fold
from client.store.database import Value
from client.store.vocabulary import Endings
from client.store.words import either_spelling, marked_words, words_of

Select = Callable[[str, Sequence[Value]], list[tuple[Any, ...]]]

_LISTED = "IN (SELECT value FROM json_each(?))"
_HAVING = {
    Having.ATTACHMENT: "m.has_attachment = 1",
    Having.SIGNATURE: "m.signed_shape = 1",
    Having.FLAG: "(m.flags & 4) <> 0",
    Having.UNREAD: "(m.flags & 1) = 0",
}
_PASSING = frozenset({Having.FLAG, Having.UNREAD})
"""What people change by a key or by reading."""
_NEWEST = 3000
_DENSE = 20
"""From one hit in so many rows on, reading the newest rows is less work than reading the whole list."""
_MARGIN = 1.25
_BUCKET_BITS = 10
_MOST_MAILBOXES = 64
_GAP = 4
"""Buckets of row numbers so near are one range."""
_MOST_RANGES = 16
_MOST_SPELLINGS = 8
_RARE, _FEW = 3, 300
"""Who is found so rarely among the newest is likely found few times in all: looked up one by one."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to look."""

    mailboxes: tuple[int, ...] | None = None
    """None: in all."""
    leaving: tuple[int, ...] = ()
    """Rows that are left out."""
    coming: tuple[int, ...] = ()
    """Rows that are looked at wherever they still are."""
    marked: Mapping[Having, tuple[tuple[int, ...], tuple[int, ...]]] = field(default_factory=dict)
    """Rows that have it, and rows that have it no more, whatever the server says."""
    kept: tuple[int, ...] = ()
    """Rows that stay listed though they are read or have no star any more."""


class _Marks(StrEnum):
    """What the words' marks are for."""

    NOTHING = ""
    ONLY = "IN"
    WITHOUT = "NOT IN"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class _Part:
    """The newest rows of a mailbox: since when, and between which row numbers they lie."""

    since: int
    ranges: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Statement:
    """A query with its conditions, beside that on the words' marks."""

    match: str
    where: str
    bindings: tuple[Value, ...]
    typed: str = ""
    """The words that carry marks, as the index of marks is asked for them."""
    marks: _Marks = _Marks.NOTHING

    def rows(self, select: Select, limit: int, part: _Part | None = None) -> list[int]:
        """The first ``limit`` of ``part`` of the mailbox, or of all of it."""
        if part is None:
            return [int(row[0]) for row in self._select(select, limit, "", ())]
        found: list[tuple[Any, ...]] = []
        # One range a statement: the index skips to the ends of one, and would filter by several.
        for low, high in part.ranges:
            found += self._select(select, limit, f" BETWEEN {low} AND {high}", (part.since,))
        found.sort(key=lambda row: (row[1], row[0]), reverse=True)
        return [int(row[0]) for row in found[:limit]]

    def all(self, select: Select) -> array[int]:
        """Every row: as one text, which is read in a third of the time that as many rows take."""
        order = "m.received_at DESC, m.row_id DESC"
        sql = f"SELECT m.row_id FROM message m WHERE {self.where} ORDER BY {order}"  # noqa: S608 - as below
        text = select(f"SELECT group_concat(row_id) FROM ({sql})", self.bindings)  # noqa: S608 - as below
        return array("q", json.loads(f"[{text[0][0] or ''}]")) if text else array("q")

    def _select(
        self, select: Select, limit: int, near: str, since: tuple[Value, ...]
    ) -> list[tuple[Any, ...]]:
        source, conditions, values = "message m", [self.where], list(self.bindings)
        if self.match:
            # CROSS JOIN fixes the order: by the index of words first, which is the smaller set.
            source = "message_text CROSS JOIN message m ON m.row_id = message_text.rowid"
            conditions.insert(0, "message_text MATCH ?")
            values.insert(0, self.match)
        if near:
            conditions += [f"message_text.rowid{near}", "m.received_at >= ?"]
            values += since
        order = "m.received_at DESC, m.row_id DESC"
        if self.marks:
            among = f" AND rowid{near}" if near else ""
            marked = f"(SELECT rowid FROM message_marks WHERE message_marks MATCH ?{among})"  # noqa: S608 - as below
            values.append(self.typed)
            if self.marks is _Marks.FIRST:
                order = f"(m.row_id IN {marked}) DESC, {order}"
            else:
                conditions.append(f"m.row_id {self.marks} {marked}")
        where = " AND ".join(conditions)
        sql = f"SELECT m.row_id, m.received_at FROM {source} WHERE {where} ORDER BY {order} LIMIT ?"  # noqa: S608 - constants and our own numbers only
        return select(sql, [*values, limit])


def find_rows(select: Select, query: SearchQuery, scope: Scope, limit: int) -> array[int]:
    """The first ``limit`` numbers of matching rows; a negative limit is none.

    Messages that have the words with the very marks that were typed come first, then newest first.
    """
    match = _match(query.terms, Endings(select))
    where, bindings = _conditions(query, scope)
    plain = _Statement(match, where, tuple(bindings))
    if not match and limit < 0:
        return plain.all(select)
    words = marked_words(" ".join(term.text for term in query.terms)) if match else ""
    if not words:
        return array("q", _first(select, plain, scope, limit))
    typed = replace(plain, typed=" ".join(f'"{word}"' for word in words.split()))
    return array("q", _marked_first(select, typed, scope, limit))


def neighbour(
    select: Select, query: SearchQuery, scope: Scope, here: tuple[int, int] | None, *, older: bool
) -> int:
    """The matching row that is listed next after ``here`` (when, row), or before; 0 for none.

    For queries without words.
    """
    where, bindings = _conditions(query, scope)
    word, order = ("<", "DESC") if older else (">", "ASC")
    if here is not None:
        where = f"{where} AND (m.received_at, m.row_id) {word} (?, ?)"
        bindings += here
    by = f"m.received_at {order}, m.row_id {order}"
    sql = f"SELECT m.row_id FROM message m WHERE {where} ORDER BY {by} LIMIT 1"  # noqa: S608 - constants only
    found = select(sql, bindings)
    return int(found[0][0]) if found else 0


def _marked_first(select: Select, typed: _Statement, scope: Scope, limit: int) -> list[int]:
    part = _newest(select, scope, _NEWEST)
    if part is not None:
        recent = len(typed.rows(select, _NEWEST, part))
        if recent <= _RARE:
            few = typed.rows(select, _FEW + 1)
            if len(few) <= _FEW:
                return _put_first(few, _marked_among(select, typed.typed, few))[:limit]
        elif recent * _DENSE >= _NEWEST:
            found = _first(select, replace(typed, marks=_Marks.ONLY), scope, limit)
            if len(found) < limit:
                others = replace(typed, marks=_Marks.WITHOUT)
                found += _first(select, others, scope, limit - len(found))
            return found
    return replace(typed, marks=_Marks.FIRST).rows(select, limit)


def _marked_among(select: Select, typed: str, rows: list[int]) -> set[int]:
    sql = f"SELECT rowid FROM message_marks WHERE message_marks MATCH ? AND rowid {_LISTED}"  # noqa: S608 - constants only
    return {int(row[0]) for row in select(sql, (typed, json.dumps(rows)))}


def _put_first(rows: list[int], marked: set[int]) -> list[int]:
    return sorted(rows, key=lambda row: row not in marked)


def _first(select: Select, statement: _Statement, scope: Scope, limit: int) -> list[int]:
    wanted = _NEWEST
    # Twice at most: a first look tells how frequent the hits are.
    for _ in range(2 if statement.match and limit > 0 else 0):
        part = _newest(select, scope, wanted)
        if part is None:
            break
        found = statement.rows(select, limit, part)
        if len(found) >= limit:
            return found
        if len(found) * _DENSE < wanted:
            break
        wanted = int(wanted * limit / len(found) * _MARGIN)
    return statement.rows(select, limit)


def _newest(select: Select, scope: Scope, count: int) -> _Part | None:
    """Where the newest ``count`` rows lie, or more; None where that is not quickly told, or is all."""
    if scope.coming:
        return None
    among = "1" if scope.mailboxes is None else f"mailbox_id {_LISTED}"
    places = () if scope.mailboxes is None else (json.dumps(scope.mailboxes),)
    mailboxes = select(f"SELECT mailbox_id, total FROM mailbox WHERE total > 0 AND {among}", places)  # noqa: S608 - constants only
    if len(mailboxes) > _MOST_MAILBOXES:
        return None
    inside = json.dumps([row[0] for row in mailboxes])
    everything = sum(row[1] for row in mailboxes)
    # Since when the mailbox that is the busiest of late has had its share of them.
    since = max((_since(select, box, -(-count * total // everything)) for box, total in mailboxes), default=0)
    if not since:
        return None
    buckets = select(
        f"SELECT DISTINCT row_id >> {_BUCKET_BITS} FROM message"  # noqa: S608 - constants only
        f" WHERE mailbox_id {_LISTED} AND uid IS NOT NULL AND received_at >= ? ORDER BY 1",
        (inside, since),
    )
    ranges: list[tuple[int, int]] = []
    for (bucket,) in buckets:
        if ranges and bucket - ranges[-1][1] <= _GAP:
            ranges[-1] = (ranges[-1][0], bucket)
        else:
            ranges.append((bucket, bucket))
    if len(ranges) > _MOST_RANGES:
        return None
    rows = ((low << _BUCKET_BITS, ((high + 1) << _BUCKET_BITS) - 1) for low, high in ranges)
    return _Part(int(since), tuple(rows))


def _since(select: Select, mailbox_id: int, count: int) -> int:
    """When the mailbox got the last but ``count`` of its messages; 0 where it has no more than these."""
    found = select(
        "SELECT received_at FROM message WHERE mailbox_id = ? AND uid IS NOT NULL"
        " ORDER BY received_at DESC LIMIT 1 OFFSET ?",
        (mailbox_id, count),
    )
    return int(found[0][0]) if found else 0


def _conditions(query: SearchQuery, scope: Scope) -> tuple[str, list[Value]]:
    place, bindings = _place(scope)
    conditions = ["m.uid IS NOT NULL", place]
    for one in sorted(query.having):
        condition, values = _having(one, scope)
        conditions.append(condition)
        bindings += values
    for day, comparison in ((query.since, ">="), (query.before, "<")):
        if day is not None:
            conditions.append(f"m.received_at {comparison} ?")
            bindings.append(_start_of(day))
    return " AND ".join(conditions), bindings


def _having(one: Having, scope: Scope) -> tuple[str, list[Value]]:
    condition, values = _HAVING[one], list[Value]()
    if one not in _PASSING:
        return condition, values
    has, has_not = scope.marked.get(one, ((), ()))
    kept = set(scope.kept)
    for listed, word in (((*has, *kept), "OR m.row_id"), (set(has_not) - kept, "AND m.row_id NOT")):
        if listed:
            condition = f"({condition} {word} {_LISTED})"
            values.append(json.dumps(sorted(listed)))
    return condition, values


def _place(scope: Scope) -> tuple[str, list[Value]]:
    place, bindings = "1", list[Value]()
    if scope.mailboxes is not None:
        # One mailbox is by far the most frequent, and "=" lets its index give the order.
        one = len(scope.mailboxes) == 1
        place = "m.mailbox_id " + ("= ?" if one else _LISTED)
        bindings.append(scope.mailboxes[0] if one else json.dumps(scope.mailboxes))
    for listed, word in ((scope.leaving, "AND m.row_id NOT"), (scope.coming, "OR m.row_id")):
        if listed:
            place = f"({place} {word} {_LISTED})"
            bindings.append(json.dumps(listed))
    return place, bindings


def _match(terms: tuple[SearchTerm, ...], endings: Endings) -> str:
    """FTS5 syntax; every word goes in quotation marks, so that nothing typed is syntax."""
    parts = []
    for term in terms:
        words = words_of(fold(term.text))
        if words:
            column = "" if term.field is SearchField.ANYWHERE else f"{term.field} : "
            parts.append(f"{column}({_phrases(words, endings, is_prefix=term.is_prefix)})")
    return " AND ".join(parts)


def _phrases(words: list[str], endings: Endings, *, is_prefix: bool) -> str:
    """All that ``words`` may have been written as, side by side."""
    lasts = [f'{last}"' for last in either_spelling(words[-1])]
    if is_prefix:
        lasts = [one for last in lasts for one in _begun(last[:-1], endings)]
    before = itertools.islice(itertools.product(*map(either_spelling, words[:-1])), _MOST_SPELLINGS)
    return " OR ".join(f'"{" ".join([*first, last])}' for first in before for last in lasts)


def _begun(beginning: str, endings: Endings) -> list[str]:
    whole = endings.of(beginning)
    if whole is None:
        return [f'{beginning}" *']
    # A word nobody wrote is asked for all the same, so that the answer is empty.
    return [f'{one}"' for one in whole or [beginning]]


def _start_of(day: date) -> int:
    return int(datetime.combine(day, time.min).astimezone().timestamp())
