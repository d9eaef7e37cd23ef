"""The full-text index of an account's cache: what goes into it.

Rows of the index are written in the transaction that writes the message; a row that goes takes
its index along by a trigger. Nothing is ever updated in place: delete, then insert.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from client.model.text import fold
from client.store.database import Database
from client.store.words import marked_words, numbers_in


@dataclass(frozen=True, slots=True)
class IndexedText:
    """The words of one message beyond its header, as its bytes have them."""

    body: str = ""
    files: str = ""
    """Names of the attachments and what is written in them."""
    is_whole: bool = True
    """False while an attachment or a wrapped message has still to be read by the workshop."""
    frozen: bool = False
    """The message carries a secrecy marking: its subject and its sender's name leave list and index too."""


class Header(NamedTuple):
    """The words of a message's header."""

    subject: str
    sender_name: str
    sender_address: str
    recipients: str


def index_message(cache: Database, row_id: int, header: Header, text: IndexedText, *, is_new: bool) -> None:
    """Put one message into the index in place of what it had there; call it within the transaction."""
    sender = f"{header.sender_name} {header.sender_address}"
    subject, files, body = map(fold, (header.subject, text.files, text.body))
    if not is_new:
        cache.run("DELETE FROM message_text WHERE rowid = ?", (row_id,))
        cache.run("DELETE FROM message_marks WHERE rowid = ?", (row_id,))
    cache.run(
        "INSERT INTO message_text (rowid, subject, sender, recipients, files, numbers, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            row_id,
            subject,
            fold(sender),
            fold(header.recipients),
            files,
            numbers_in("\n".join((subject, files, body))),
            body,
        ),
    )
    everything = (header.subject, text.files, text.body, header.sender_name, header.recipients)
    words = marked_words("\n".join(everything))
    cache.run("INSERT INTO message_marks (rowid, words) VALUES (?, ?)", (row_id, words))
