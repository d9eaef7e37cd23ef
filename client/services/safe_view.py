"""A received message as the reading pane shows it: read, made safe, held back where it is marked secret."""

from __future__ import annotations

from client.documents.rtf import read_rtf
from client.mime.view import make_view
from client.model.message import MessageView
from client.services.marked import frozen_if_marked


def safe_view(raw: bytes, content: bytes = b"") -> MessageView:
    """See `client.mime.view.make_view` and `client.services.marked.frozen_if_marked`."""
    return frozen_if_marked(read_view(raw, content))


def read_view(raw: bytes, content: bytes = b"") -> MessageView:
    """The same for whoever has asked already whether the message is marked."""
    return make_view(raw, content, lambda rtf: read_rtf(rtf).plain if rtf else "")
