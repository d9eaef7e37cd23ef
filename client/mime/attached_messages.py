"""Messages attached to a message (forwarded ones), each with its own sender and its own words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from client.mime.html import to_text
from client.mime.parser import attachments, body_parts, parse_message, part_content, part_text
from client.mime.tree import MESSAGE_TYPES
from client.model.message import AttachedMessage, ParsedMessage

MOST = 5
_LONGEST = 100_000


def read_attached(raw: bytes, parsed: ParsedMessage) -> tuple[AttachedMessage, ...]:
    """The first few of them; what is attached to those stays a file."""
    return tuple(islice(_all(raw, parsed), MOST))


def _all(raw: bytes, parsed: ParsedMessage) -> Iterator[AttachedMessage]:
    for part in attachments(parsed):
        if part.content_type in MESSAGE_TYPES:
            content = part_content(raw, part)
            inner = parse_message(content)
            plain, rich = body_parts(inner)
            text = part_text(content, plain) if plain else to_text(part_text(content, rich)) if rich else ""
            yield AttachedMessage(part.section, inner.envelope, text[:_LONGEST])
