"""Which messages on this computer may carry a signature."""

from __future__ import annotations

from typing import NamedTuple

from client.store.reading import MessageReader


class Signable(NamedTuple):
    """One row whose whole message is here."""

    row_id: int
    mailbox_id: int
    body_path: str
    received_at: int
    """Seconds since 1970, as the list is sorted."""
    promises: bool
    """Its header names a signature, or it has attachments, which may be signed."""


class SignableReader(MessageReader):
    """A reader for whoever verifies in the background."""

    def signable(self) -> list[Signable]:
        """All rows whose whole message is here: a signed part may lie anywhere in it."""
        rows = self._select(
            "SELECT row_id, mailbox_id, body_path, received_at, signed_shape = 1 OR has_attachment = 1"
            " FROM message WHERE body_path <> '' AND uid IS NOT NULL"
        )
        return [Signable(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows]
