"""The full-text index of an account's cache: what goes into it, and how it is asked.

Rows of the index are written in the transaction that writes the message; a row that goes takes
its index along by a trigger. Nothing is ever updated in place: delete, then insert.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

from client.model.search import Having, SearchField, SearchQuery, SearchTerm
from client.model.text import fold
from client.store.database import Database, Value
from client.store.words import document_numbers, marked_words, words_of

_LISTED = "IN (SELECT value FROM json_each(?))"
_HAVING = {
    Having.ATTACHMENT: "m.has_attachment = 1",
    Having.SIGNATURE: "m.signed_shape = 1",
    Having.FLAG: "(m.flags & 4) <> 0",
    Having.UNREAD: "(m.flags & 1) = 0",
}


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
    everything = "\n".join((header.subject, text.files, text.body))
    if not is_new:
        cache.run("DELETE FROM message_text WHERE rowid = ?", (row_id,))
        cache.run("DELETE FROM message_marks WHERE rowid = ?", (row_id,))
    cache.run(
        "INSERT INTO message_text (rowid, subject, sender, recipients, files, numbers, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            row_id,
            fold(header.subject),
            fold(sender),
            fold(header.recipients),
            fold(text.files),
            document_numbers(everything),
            fold(text.body),
        ),
    )
    words = marked_words("\n".join((everything, header.sender_name, header.recipients)))
    cache.run("INSERT INTO message_marks (rowid, words) VALUES (?, ?)", (row_id, words))


def select_rows(
    query: SearchQuery,
    mailboxes: tuple[int, ...] | None,
    leaving: tuple[int, ...] = (),
    coming: tuple[int, ...] = (),
) -> tuple[str, list[Value]]:
    """SQL for the numbers of the matching rows of ``mailboxes`` (None: of all), and its bindings.

    Rows in ``leaving`` are left out, rows in ``coming`` are looked at wherever they still are.
    Messages that have the words with the very marks that were typed come first, then newest first.
    """
    conditions = ["m.uid IS NOT NULL"]
    bindings: list[Value] = []
    match = _match(query.terms)
    source = "message m"
    if match:
        # CROSS JOIN fixes the order: by the index of words first, which is the smaller set.
        source = "message_text CROSS JOIN message m ON m.row_id = message_text.rowid"
        conditions.append("message_text MATCH ?")
        bindings.append(match)
    place, among = _place(mailboxes, leaving, coming)
    conditions.append(place)
    bindings += among
    conditions += [_HAVING[one] for one in sorted(query.having)]
    for day, comparison in ((query.since, ">="), (query.before, "<")):
        if day is not None:
            conditions.append(f"m.received_at {comparison} ?")
            bindings.append(_start_of(day))
    order = "m.received_at DESC, m.row_id DESC"
    marks = marked_words(" ".join(term.text for term in query.terms)) if match else ""
    if marks:
        first = "m.row_id IN (SELECT rowid FROM message_marks WHERE message_marks MATCH ?)"
        order = f"({first}) DESC, {order}"
        bindings.append(" ".join(f'"{word}"' for word in marks.split()))
    where = " AND ".join(conditions)
    return f"SELECT m.row_id FROM {source} WHERE {where} ORDER BY {order}", bindings  # noqa: S608 - constants only


def _place(
    mailboxes: tuple[int, ...] | None, leaving: tuple[int, ...], coming: tuple[int, ...]
) -> tuple[str, list[Value]]:
    place, bindings = "1", list[Value]()
    if mailboxes is not None:
        # One mailbox is by far the most frequent, and "=" lets its index give the order.
        one = len(mailboxes) == 1
        place = "m.mailbox_id " + ("= ?" if one else _LISTED)
        bindings.append(mailboxes[0] if one else json.dumps(mailboxes))
    for listed, word in ((leaving, "AND m.row_id NOT"), (coming, "OR m.row_id")):
        if listed:
            place = f"({place} {word} {_LISTED})"
            bindings.append(json.dumps(listed))
    return place, bindings


def _match(terms: tuple[SearchTerm, ...]) -> str:
    """FTS5 syntax; every word goes in quotation marks, so that nothing typed is syntax."""
    parts = []
    for term in terms:
        phrase = " ".join(words_of(fold(term.text)))
        if phrase:
            column = "" if term.field is SearchField.ANYWHERE else f"{term.field} : "
            parts.append(f'{column}"{phrase}"{" *" if term.is_prefix else ""}')
    return " AND ".join(parts)


def _start_of(day: date) -> int:
    return int(datetime.combine(day, time.min).astimezone().timestamp())
