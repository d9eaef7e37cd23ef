"""One order on one account's mail, written into the ledger in portions; and the way back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from client.errors import ConfigInvalid
from client.model.mailbox import NAMES_TO_MAKE, MessageRow, SpecialUse, name_to_make
from client.model.message import Flag
from client.model.search import Having, SearchQuery
from client.services.changes_desk import MailAct, MailOrder, Progress
from client.store.operations import Operations
from client.store.reading import MessageReader
from client.store.rows import Location

PORTION = 50
"""Changes that are written together: neither the engine nor the window waits long for its turn."""
_ALL = -1
_ROLES = {
    MailAct.DELETE: SpecialUse.TRASH,
    MailAct.ARCHIVE: SpecialUse.ARCHIVE,
    MailAct.JUNK: SpecialUse.JUNK,
    MailAct.NOT_JUNK: SpecialUse.INBOX,
}
_FLAGS = {
    MailAct.STAR: (Flag.FLAGGED, True),
    MailAct.UNSTAR: (Flag.FLAGGED, False),
    MailAct.MARK_READ: (Flag.SEEN, True),
    MailAct.MARK_UNREAD: (Flag.SEEN, False),
}
_T = TypeVar("_T")
_U = TypeVar("_U")


@dataclass(frozen=True, slots=True)
class Moved:
    """A message that went from ``source``, where it was shown, to ``target``; for good without one."""

    row_id: int
    operation_id: int
    source: bytes
    target: bytes


@dataclass(frozen=True, slots=True)
class Marked:
    """A message whose flag was another one before."""

    row_id: int
    flag: Flag
    was: bool


Change = Moved | Marked


@dataclass(frozen=True, slots=True)
class _Way:
    """What one order of moving does to each message."""

    target: bytes
    trash: bytes
    """Where what is deleted once more goes for good; empty for any order but to delete."""
    in_trash: bool
    """It was given in the trash, where the window asks before it gives it."""
    begun: int
    """The newest change when it began: who says something else of a message after that has the last word."""
    only_from: bytes
    """The mailbox that is meant as a whole: what has left it meanwhile is not meant."""


class ChangeMaker:
    """Works with one reader, so on the reader's thread."""

    def __init__(
        self, reader: MessageReader, operations: Operations, give_way: Callable[[float], bool]
    ) -> None:
        """``give_way`` is called between two portions with the seconds the last one took; True: no more."""
        self._reader, self._operations, self._give_way = reader, operations, give_way

    def make(self, order: MailOrder, progress: Progress) -> tuple[Change, ...]:
        """Do it; answers with what was changed, in order."""
        begun, row_ids = self._operations.newest(), self._rows_of(order)
        if order.act in _FLAGS:
            flag, present = _FLAGS[order.act]
            with self._reader.held():
                return self._in_portions(
                    row_ids, lambda some: self._mark(some, flag, present=present), progress
                )
        trash = self._with_role(SpecialUse.TRASH) if order.act is MailAct.DELETE else b""
        in_trash = self._reader.use_of(order.mailbox_id) is SpecialUse.TRASH
        way = _Way(
            self._target(order), trash, in_trash, begun,
            self._raw_name(order.mailbox_id) if order.is_whole else b"",
        )  # fmt: skip
        return self._in_portions(row_ids, lambda some: self._move(some, way), progress)

    def undo(self, made: Sequence[Change], progress: Progress) -> int:
        """Put it back as it was; answers for how many messages that was possible."""
        return sum(self._in_portions(made, lambda some: map(self._take_back, some), progress))

    def _rows_of(self, order: MailOrder) -> Sequence[int]:
        if not order.is_whole:
            return order.row_ids
        if order.act is MailAct.MARK_READ:
            unread = SearchQuery(having=frozenset({Having.UNREAD}))
            return self._reader.search(unread, order.mailbox_id, _ALL)
        return self._reader.row_ids(order.mailbox_id)

    def _in_portions(
        self, all_: Sequence[_T], make: Callable[[Sequence[_T]], Iterator[_U]], progress: Progress
    ) -> tuple[_U, ...]:
        made: list[_U] = []
        for start in range(0, len(all_), PORTION):
            begin, some = time.perf_counter(), all_[start : start + PORTION]
            with self._operations.together():
                made += make(some)
            progress(start + len(some), len(all_))
            if start + PORTION < len(all_) and self._give_way(time.perf_counter() - begin):
                break
        return tuple(made)

    def _mark(self, row_ids: Sequence[int], flag: Flag, *, present: bool) -> Iterator[Marked]:
        for row, place in self._found(row_ids):
            was = row.seen if flag is Flag.SEEN else row.flagged
            if was is not present:
                self._change_flag(place, flag, present, row.subject)
                yield Marked(row.row_id, flag, was)

    def _change_flag(self, place: Location, flag: Flag, present: bool, subject: str) -> None:
        self._operations.change_flag(
            place.raw_name, place.uidvalidity, place.uid, place.message_id, flag,
            present=present, subject=subject,
        )  # fmt: skip

    def _move(self, row_ids: Sequence[int], way: _Way) -> Iterator[Moved]:
        """Move to the target; what is deleted in the trash goes for good.

        Not so what only waits to be taken to the trash: a search finds it where it still is, and so does
        the window that asks.
        """
        for row, place in self._found(row_ids):
            shown_in, number = self._shown_in(place)
            if number > way.begun or (way.only_from and shown_in != way.only_from):
                continue
            is_deleted_again = shown_in == way.trash and (way.in_trash or place.raw_name == way.trash)
            if not way.target or is_deleted_again:
                number = self._operations.delete(place, row.subject)
            elif shown_in == way.target:
                continue
            else:
                number = self._operations.move(place, way.target, row.subject)
            yield Moved(row.row_id, number, shown_in, way.target)

    def _take_back(self, change: Change) -> bool:
        if isinstance(change, Marked):
            place = self._reader.locate(change.row_id)
            if place is not None:
                self._change_flag(place, change.flag, change.was, "")
            return place is not None
        taken = self._operations.take_back(change.operation_id)
        place = self._reader.locate(change.row_id)
        if place is None:
            return taken
        if not taken and (not change.target or self._shown_in(place)[0] != change.target):
            return False
        # What had brought it to where it was may have been waiting as well, and was replaced.
        if not taken or change.source != place.raw_name:
            self._operations.move(place, change.source)
        return True

    def _shown_in(self, place: Location) -> tuple[bytes, int]:
        """The mailbox, and the number of the change that waits to take the message there."""
        target, number = self._operations.going(place)
        return target or place.raw_name, number

    def _found(self, row_ids: Sequence[int]) -> Iterator[tuple[MessageRow, Location]]:
        rows, places = self._reader.rows(row_ids), self._reader.places(row_ids)
        for row_id in row_ids:
            if row_id in rows and row_id in places:
                yield rows[row_id], places[row_id]

    def _target(self, order: MailOrder) -> bytes:
        if order.act is MailAct.DELETE_FOREVER:
            return b""
        if order.act in _ROLES:
            return self._with_role(_ROLES[order.act])
        return self._raw_name(order.target_id)

    def _raw_name(self, mailbox_id: int) -> bytes:
        for one in self._reader.mailboxes():
            if one.mailbox_id == mailbox_id:
                return one.raw_name
        raise ConfigInvalid(path="", key=f"mailbox {mailbox_id}", suggestion="")

    def _with_role(self, use: SpecialUse) -> bytes:
        mailboxes = self._reader.mailboxes()
        known = (one.raw_name for one in mailboxes if one.special_use is use)
        return next(known, name_to_make(NAMES_TO_MAKE[use], (one.raw_name for one in mailboxes)))
