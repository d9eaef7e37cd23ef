"""A `CheckDesk` beside `FakeDesk`: answers what the test says."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING

from client.model.finding import Finding
from client.model.outgoing import Draft, DraftAttachment
from client.model.register import ReceivedMessage
from client.store.overrides import Override

if TYPE_CHECKING:
    from tests.fakes.desk import FakeDesk


class FakeCheckDesk:
    """Attributes:
    can: the remedies this computer is said to have.
    made: what `make` answers.
    documents: what `received` answers, by row.

    """

    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk
        self.can: frozenset[str] = frozenset({"correct-number", "attach-original", "convert-to-pdf"})
        self.made = DraftAttachment("made.pdf", "application/pdf", b"%PDF-made")
        self.documents: dict[int, ReceivedMessage] = {}
        self.log: tuple[Override, ...] = ()

    def remedies(self) -> frozenset[str]:
        return self.can

    def make(self, draft: Draft, finding: Finding) -> Future[DraftAttachment]:
        return self._desk.answer("make", lambda: self.made, draft, finding)

    def purge(self, draft_id: str) -> None:
        self._desk.calls.append(("purge", draft_id))
        self._desk.stored_drafts.pop(draft_id, None)

    def overrides(self) -> tuple[Override, ...]:
        return self.log

    def received(self, mailbox_id: int, row_id: int) -> Future[ReceivedMessage]:
        found = self.documents.get(row_id, ReceivedMessage())
        return self._desk.answer("received", lambda: found, mailbox_id, row_id)
