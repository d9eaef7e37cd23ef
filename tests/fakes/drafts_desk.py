"""A `DraftsDesk` beside `FakeDesk`: says what the test says."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING

from client.model.outgoing import Draft
from client.model.server_draft import DraftStanding

if TYPE_CHECKING:
    from tests.fakes.desk import FakeDesk


class FakeDraftsDesk:
    """Attributes:
    told: what `standings` answers.
    opening: what `open` answers with.

    """

    def __init__(self, desk: FakeDesk) -> None:
        self._desk = desk
        self.told: dict[str, DraftStanding] = {}
        self.opening: Draft | None = None

    def open(self, mailbox_id: int, row_id: int) -> Future[Draft]:
        def give() -> Draft:
            draft = self.opening or self._desk.new_draft("an")
            self._desk.stored_drafts[draft.draft_id] = draft
            return draft

        return self._desk.answer("open_draft", give, mailbox_id, row_id)

    def closed(self, draft_id: str) -> None:
        self._desk.calls.append(("draft_closed", draft_id))

    def standings(self) -> dict[str, DraftStanding]:
        return self.told
