"""Messages attached to a message (forwarded ones), each with its own sender and its own words."""

from __future__ import annotations

from collections.abc import Iterator

from client.mime.html import to_text
from client.mime.parser import attachments, body_parts, parse_message, part_content, part_text
from client.model.message import AttachedMessage, ParsedMessage

MOST = 5
_LONGEST = 100_000
_TYPES = frozenset({"message/rfc822", "message/global"})


def read_attached(raw: bytes, parsed: ParsedMessage) -> tuple[AttachedMessage, ...]:
    """The first few of them; what is attached to those stays a file."""
    return tuple(one for _, one in zip(range(MOST), _all(raw, parsed), strict=False))


def _all(raw: bytes, parsed: ParsedMessage) -> Iterator[AttachedMessage]:
    for part in attachments(parsed):
        if part.content_type in _TYPES:
            content = part_content(raw, part)
            inner = parse_message(content)
            plain, rich = body_parts(inner)
            text = part_text(content, plain) if plain else to_text(part_text(content, rich)) if rich else ""
            yield AttachedMessage(part.section, inner.envelope, text[:_LONGEST])
