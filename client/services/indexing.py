"""What of a message goes into the full-text index.

The engine reads a message's own text and the names of its attachments: it opens none of them. What
is written in them, and in a message that a signature wraps, is read in the workshop.
"""

from __future__ import annotations

from client.mime import html, parser
from client.mime.smime import ShapeKind, find_shape
from client.model.message import BodyPart, ParsedMessage
from client.store.search import IndexedText

MOST_CHARACTERS = 200_000
"""Of a text; what comes later in a longer one is not found."""
_WITH_TEXT = ("application/", "text/", "message/")


def read_message(raw: bytes) -> IndexedText:
    """Text and attachment names of ``raw``; whatever it holds, nothing is raised."""
    parsed = parser.parse_message(raw)
    attached = parser.attachments(parsed)
    wrapped = find_shape(raw, parsed).kind is ShapeKind.OPAQUE
    return IndexedText(
        body=own_text(raw, parsed),
        files="\n".join(part.original_filename or part.filename for part in attached),
        is_whole=not wrapped and not any(may_hold_text(part) for part in attached),
    )


def own_text(raw: bytes, parsed: ParsedMessage) -> str:
    """The message's own text; of HTML what a reader sees."""
    plain, rich = parser.body_parts(parsed)
    if plain is not None:
        return parser.part_text(raw, plain)[:MOST_CHARACTERS]
    if rich is not None:
        return html.to_text(parser.part_text(raw, rich)[: 4 * MOST_CHARACTERS])[:MOST_CHARACTERS]
    return ""


def may_hold_text(part: BodyPart) -> bool:
    """Whether it is worth the workshop's while to open this attachment."""
    return part.content_type.startswith(_WITH_TEXT)
