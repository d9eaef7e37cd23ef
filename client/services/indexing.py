"""What of a message goes into the full-text index.

The engine reads a message's own text and the names of its attachments: it opens none of them. What
is written in them, and in a message that a signature wraps, is read in the workshop.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from client.errors import ClientError
from client.mime import html, parser
from client.mime.legacy import read_otherwise
from client.mime.reports import read_receipts
from client.mime.smime import ShapeKind, find_shape
from client.mime.words import clean
from client.model.legacy import convert_line
from client.model.message import BodyPart, ParsedMessage
from client.model.receipt import Receipt
from client.services.marked import words_are_marked
from client.store.search import IndexedText

MOST_CHARACTERS = 200_000
"""Of a text; what comes later in a longer one is not found."""
_MOST_IN_FILES = 5 * MOST_CHARACTERS
_DEPTH = 2
NOTHING = IndexedText(frozen=True)
"""Of a message with a secrecy marking nothing is indexed, and nobody need look again."""
_WITH_TEXT = ("application/", "text/", "message/")


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is read of a message when it has come, without anybody opening it."""

    text: IndexedText
    receipts: tuple[Receipt, ...]
    sha256: str
    """Hex digest of the raw message."""


def read_arrival(raw: bytes) -> Arrival:
    """Words and reports; for the workshop."""
    parsed = parser.parse_message(raw)
    receipts = read_receipts(raw, parsed)
    return Arrival(_everything_in(raw, parsed), receipts, hashlib.sha256(raw).hexdigest())


def read_message(raw: bytes) -> IndexedText:
    """Text and attachment names of ``raw``; whatever it holds, nothing is raised."""
    parsed = parser.parse_message(raw)
    attached = parser.attachments(parsed)
    wrapped = find_shape(raw, parsed).kind is ShapeKind.OPAQUE
    body, names = own_text(raw, parsed), _names(raw, parsed)
    subject = parsed.envelope.subject
    if words_are_marked(subject, body, names):
        return NOTHING
    return IndexedText(
        body=_as_read(subject, body),
        files="\n".join(names),
        is_whole=not wrapped and not any(may_hold_text(part) for part in attached),
    )


def read_everything(raw: bytes) -> IndexedText:
    """The same with what is written in the attachments; for the workshop. What cannot be read is left out."""
    return _everything_in(raw, parser.parse_message(raw))


def _everything_in(raw: bytes, outer: ParsedMessage) -> IndexedText:
    source = _unwrapped(raw, outer)
    parsed = outer if source is raw else parser.parse_message(source)
    subject, body = parsed.envelope.subject, own_text(source, parsed)
    if words_are_marked(subject, body, _names(source, parsed)):
        return NOTHING
    try:
        written = "\n".join(_written_in(source, parsed, 0))[:_MOST_IN_FILES]
    except _Marked:
        return NOTHING
    return IndexedText(_as_read(subject, body), written)


class _Marked(Exception):
    """A secrecy marking was found in what is attached."""


def _names(raw: bytes, parsed: ParsedMessage) -> list[str]:
    names = [clean(part.original_filename) or part.filename for part in parser.attachments(parsed)]
    return names + _names_in_text(raw, parsed)


def _names_in_text(raw: bytes, parsed: ParsedMessage) -> list[str]:
    plain, _ = parser.body_parts(parsed)
    return [one.name for one in parser.inline_files(raw, plain)] if plain else []


def _unwrapped(raw: bytes, parsed: ParsedMessage) -> bytes:
    from client.crypto.cms import signed_content

    shape = find_shape(raw, parsed)
    content = signed_content(shape.signature_der) if shape.kind is ShapeKind.OPAQUE else b""
    return content or raw


def _written_in(raw: bytes, parsed: ParsedMessage, depth: int) -> Iterator[str]:
    from client.documents.sniff import sniff
    from client.documents.text import has_text, read_text

    yield from _names_in_text(raw, parsed)
    for part in parser.attachments(parsed):
        name = clean(part.original_filename) or part.filename
        yield name
        content = parser.part_content(raw, part)
        if part.content_type == "message/rfc822" and depth < _DEPTH:
            inner = parser.parse_message(content)
            subject, body = inner.envelope.subject, own_text(content, inner)
            if words_are_marked(subject, body, _names(content, inner)):
                raise _Marked
            yield subject
            yield _as_read(subject, body)
            yield from _written_in(content, inner, depth + 1)
            continue
        kind = sniff(content, name)
        if has_text(kind):
            with suppress(ClientError):
                text = read_text(content, kind)
                if words_are_marked(text=text.first_page()):
                    raise _Marked
                yield text.plain[:MOST_CHARACTERS]


def own_text(raw: bytes, parsed: ParsedMessage) -> str:
    """The message's own text; of HTML what a reader sees."""
    plain, rich = parser.body_parts(parsed)
    if plain is not None:
        return parser.part_text(raw, plain)[:MOST_CHARACTERS]
    if rich is not None:
        return html.to_text(parser.part_text(raw, rich)[: 4 * MOST_CHARACTERS])[:MOST_CHARACTERS]
    return ""


def _as_read(subject: str, body: str) -> str:
    """The text, before it what of text and subject is written in an old encoding, as a person reads it.

    The words as they came stay: what merely looks like an old encoding is found as before.
    """
    encoding, converted = read_otherwise(body)
    by_itself = read_otherwise(subject)[1] or convert_line(subject, encoding)
    return "\n".join(filter(None, ("" if by_itself == subject else by_itself, converted, body)))


def may_hold_text(part: BodyPart) -> bool:
    """Whether it is worth the workshop's while to open this attachment."""
    return part.content_type.startswith(_WITH_TEXT)
