"""The workshop's part of drafts on the server; as in `client.services.workshop` all is imported inside."""

from __future__ import annotations

from client.model.at_rest import Readable
from client.model.outgoing import Draft
from client.model.server_draft import ReadDraft


def read(path: Readable, empty: Draft) -> ReadDraft:
    """A message of the drafts mailbox as a draft to go on with."""
    from client.services.draft_reading import read_server_draft

    return read_server_draft(path.read_bytes(), empty)
