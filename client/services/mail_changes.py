"""The real `ChangesDesk`: intent goes into the ledger, the engine is told to look."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from client.errors import ConfigInvalid
from client.model.mailbox import SpecialUse, name_to_make
from client.model.message import Flag
from client.model.operation import Operation, OperationKind
from client.store.operations import Operations
from client.store.reading import MessageReader

_MADE_WHEN_MISSING = {SpecialUse.TRASH: b"Trash", SpecialUse.ARCHIVE: b"Archive"}
_REMEMBERED = 50
"""Moves and deletions that can be taken back."""


_T = TypeVar("_T")
_AT_ONCE = 500
"""Changes that are written together: the engine must not wait long for its turn."""


@dataclass(frozen=True, slots=True)
class _Change:
    account_id: str
    operation_id: int
    row_id: int
    source: bytes
    target: bytes


class MailChanges:
    """See `client.services.changes_desk.ChangesDesk`; every public method is described there."""

    def __init__(
        self,
        readers: Mapping[str, MessageReader],
        operations: Mapping[str, Operations],
        account_of: Callable[[int], str],
        tell_engine: Callable[[], None],
    ) -> None:
        self._readers = readers
        self._operations = operations
        self._account_of = account_of
        self._tell_engine = tell_engine
        self._made: dict[int, tuple[_Change, ...]] = {}
        self._last = 0

    def flag(self, mailbox_id: int, row_ids: Sequence[int], *, flagged: bool) -> None:
        """See `ChangesDesk.flag`."""
        self._change_flag(mailbox_id, row_ids, Flag.FLAGGED, present=flagged)

    def mark_seen(self, mailbox_id: int, row_ids: Sequence[int], *, seen: bool) -> None:
        """See `ChangesDesk.mark_seen`."""
        self._change_flag(mailbox_id, row_ids, Flag.SEEN, present=seen)

    def move(self, mailbox_id: int, row_ids: Sequence[int], target_id: int) -> int:
        """See `ChangesDesk.move`."""
        account_id = self._account_of(mailbox_id)
        mailboxes = self._readers[account_id].mailboxes()
        target = next((one.raw_name for one in mailboxes if one.mailbox_id == target_id), None)
        if target is None:
            raise ConfigInvalid(path="", key=f"mailbox {target_id}", suggestion="")
        return self._move(account_id, row_ids, target)

    def archive(self, mailbox_id: int, row_ids: Sequence[int]) -> int:
        """See `ChangesDesk.archive`."""
        account_id = self._account_of(mailbox_id)
        return self._move(account_id, row_ids, self._with_role(account_id, SpecialUse.ARCHIVE))

    def delete(self, mailbox_id: int, row_ids: Sequence[int], *, forever: bool = False) -> int:
        """See `ChangesDesk.delete`."""
        account_id = self._account_of(mailbox_id)
        trash = self._with_role(account_id, SpecialUse.TRASH)
        return self._move(account_id, row_ids, b"" if forever else trash)

    def is_final(self, mailbox_id: int) -> bool:
        """See `ChangesDesk.is_final`."""
        mailboxes = self._readers[self._account_of(mailbox_id)].mailboxes()
        return any(one.mailbox_id == mailbox_id and one.special_use is SpecialUse.TRASH for one in mailboxes)

    def undo(self, number: int = 0) -> int:
        """See `ChangesDesk.undo`."""
        made = self._made.pop(number or max(self._made, default=0), ())
        back = 0
        for some in _portions(made):
            with self._operations[some[0].account_id].together():
                back += sum(self._take_back(change) for change in some)
        if made:
            self._tell_engine()
        return back

    def waiting(self) -> tuple[Operation, ...]:
        """See `ChangesDesk.waiting`."""
        all_ = (one for operations in self._operations.values() for one in operations.all())
        found = [one for one in all_ if not one.is_old_draft]
        return tuple(sorted(found, key=lambda one: one.operation_id))

    def retry(self, operation_id: int) -> None:
        """See `ChangesDesk.retry`."""
        for operations in self._operations.values():
            operations.retry(operation_id)
        self._tell_engine()

    def discard(self, operation_id: int) -> bool:
        """See `ChangesDesk.discard`."""
        done = any(operations.take_back(operation_id) for operations in self._operations.values())
        self._tell_engine()
        return done

    def _change_flag(self, mailbox_id: int, row_ids: Sequence[int], flag: Flag, *, present: bool) -> None:
        account_id = self._account_of(mailbox_id)
        reader = self._readers[account_id]
        operations = self._operations[account_id]
        for some in _portions(row_ids):
            with operations.together():
                for row_id, row in reader.rows(some).items():
                    place = reader.locate(row_id)
                    if place is not None:
                        operations.change_flag(
                            place.raw_name, place.uidvalidity, place.uid, place.message_id, flag,
                            present=present, subject=row.subject,
                        )  # fmt: skip
        self._tell_engine()

    def _with_role(self, account_id: str, use: SpecialUse) -> bytes:
        mailboxes = self._readers[account_id].mailboxes()
        known = (one.raw_name for one in mailboxes if one.special_use is use)
        made = name_to_make(_MADE_WHEN_MISSING[use], (one.raw_name for one in mailboxes))
        return next(known, made)

    def _move(self, account_id: str, row_ids: Sequence[int], target: bytes) -> int:
        """Move to ``target``; what is there already is deleted for good, as all is for no target."""
        operations, trash = self._operations[account_id], self._with_role(account_id, SpecialUse.TRASH)
        made: list[_Change] = []
        for some in _portions(row_ids):
            with operations.together():
                made += self._moved(account_id, some, target, trash)
        self._last += 1
        self._made[self._last] = tuple(made)
        self._made.pop(self._last - _REMEMBERED, None)
        self._tell_engine()
        return self._last

    def _moved(
        self, account_id: str, row_ids: Sequence[int], target: bytes, trash: bytes
    ) -> Iterator[_Change]:
        reader, operations = self._readers[account_id], self._operations[account_id]
        moving = {
            (one.raw_name, one.uidvalidity, one.uid): one.target
            for one in operations.all()
            if one.hides and one.kind is OperationKind.MOVE
        }
        for row_id, row in reader.rows(row_ids).items():
            place = reader.locate(row_id)
            if place is None:
                continue
            shown_in = moving.get((place.raw_name, place.uidvalidity, place.uid), place.raw_name)
            if not target or (shown_in == target and target == trash):
                number = operations.delete(place, row.subject)
            elif shown_in == target:
                continue
            else:
                number = operations.move(place, target, row.subject)
            yield _Change(account_id, number, row_id, place.raw_name, target)

    def _take_back(self, change: _Change) -> bool:
        operations, reader = self._operations[change.account_id], self._readers[change.account_id]
        if operations.take_back(change.operation_id):
            return True
        place = reader.locate(change.row_id)
        if place is None or not change.target or place.raw_name != change.target:
            return False
        operations.move(place, change.source)
        return True


def _portions(all_: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(all_), _AT_ONCE):
        yield all_[start : start + _AT_ONCE]
