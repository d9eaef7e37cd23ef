"""What the window asks about signatures that came in: part of `client.services.desk`.

Everything that takes time answers with a ``Future`` and fails with a `client.errors.ClientError`.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

from client.model.verdict import VerificationReport


class VerificationDesk(Protocol):
    """Messages are named by their mailbox and row, as everywhere in `MailDesk`."""

    def verify(self, mailbox_id: int, row_id: int) -> Future[VerificationReport]:
        """Judge the message and its documents now; also a dead workshop yields a report."""
