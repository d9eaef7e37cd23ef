"""A `ChangesDesk` that only writes down what it was asked."""

from __future__ import annotations

from collections.abc import Sequence

from client.model.operation import Operation


class FakeChangesDesk:
    """``calls`` are (method, mailbox, rows ...); ``operations`` is what `waiting` answers."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.operations: tuple[Operation, ...] = ()
        self.final: set[int] = set()
        self._number = 0

    def flag(self, mailbox_id: int, row_ids: Sequence[int], *, flagged: bool) -> None:
        self.calls.append(("flag", mailbox_id, tuple(row_ids), flagged))

    def mark_seen(self, mailbox_id: int, row_ids: Sequence[int], *, seen: bool) -> None:
        self.calls.append(("mark_seen", mailbox_id, tuple(row_ids), seen))

    def move(self, mailbox_id: int, row_ids: Sequence[int], target_id: int) -> int:
        return self._made("move", mailbox_id, tuple(row_ids), target_id)

    def archive(self, mailbox_id: int, row_ids: Sequence[int]) -> int:
        return self._made("archive", mailbox_id, tuple(row_ids))

    def delete(self, mailbox_id: int, row_ids: Sequence[int], *, forever: bool = False) -> int:
        return self._made("delete", mailbox_id, tuple(row_ids), forever)

    def is_final(self, mailbox_id: int) -> bool:
        return mailbox_id in self.final

    def undo(self, number: int = 0) -> int:
        self.calls.append(("undo", number))
        return 1

    def waiting(self) -> tuple[Operation, ...]:
        return self.operations

    def retry(self, operation_id: int) -> None:
        self.calls.append(("retry", operation_id))

    def discard(self, operation_id: int) -> bool:
        self.calls.append(("discard", operation_id))
        return True

    def _made(self, *call: object) -> int:
        self.calls.append(call)
        self._number += 1
        return self._number
