"""A received message read from its bytes: a tree with spans, and what to show of it.

Nothing here ever fails for any bytes: what is wrong is a code in ``ParsedMessage.defects``.
The bytes are never written again; a signature is checked on a slice of them (RFC 8551 section 3.5).
"""

from __future__ import annotations

from collections.abc import Iterator

from client.mime.binhex import TYPES as BINHEX
from client.mime.charset import decode, page_charset
from client.mime.headers import read_envelope
from client.mime.inline_files import InlineFile, split_files
from client.mime.line_ends import with_line_feeds
from client.mime.plain import join_flowed, plain_of_enriched, plain_of_richtext
from client.mime.transfer import decode_transfer
from client.mime.tree import CUTS, TreeReader
from client.model.message import BodyPart, ParsedMessage

MOST_TEXTS = 20
"""Texts that go on with the first one; further ones are files."""
_ENRICHED = {"text/enriched": plain_of_enriched, "text/richtext": plain_of_richtext}
_DATA = frozenset(
    {
        "text/calendar", "text/csv", "text/xml", "text/rtf", "text/vcard", "text/x-vcard", "text/directory",
        "text/rfc822-headers", "text/css", "text/javascript", "text/x-amp-html", "text/x-watch-html",
    }
)  # fmt: skip
"""Texts for programs; any other kind that is not known is read as plain text (RFC 2046 section 4.1.4)."""
_SIGNATURE_TYPES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})


def parse_message(raw: bytes) -> ParsedMessage:
    """Read ``raw``; limits (depth 50, 500 parts, 1000 fields, 256 kB of header) set ``incomplete``."""
    reader = TreeReader(raw)
    header, root = reader.read()
    defects = tuple(reader.defects)
    return ParsedMessage(
        headers=header.fields,
        envelope=read_envelope(header.fields),
        root=root,
        defects=defects,
        incomplete=not CUTS.isdisjoint(defects),
    )


def part_content(raw: bytes, part: BodyPart) -> bytes:
    """The decoded body of ``part``."""
    body = raw[part.body_start : part.end]
    return decode_transfer(body if b"\n" in raw else with_line_feeds(body), part.encoding)


def part_text(raw: bytes, part: BodyPart) -> str:
    """The body of ``part`` as text in NFC, line breaks as ``\\n``; files that stand in it are left out."""
    content = part_content(raw, part)
    if part.content_type == "text/plain":
        content, _ = split_files(content)
    charset = part.charset
    if part.content_type == "text/html" and not charset:
        charset = page_charset(content)
    text = decode(content, charset).replace("\r\n", "\n").replace("\r", "\n")
    if part.content_type in _ENRICHED:
        return _ENRICHED[part.content_type](text)
    if part.content_type == "text/plain" and part.parameter("format").lower() == "flowed":
        return join_flowed(text, delete_space=part.parameter("delsp").lower() == "yes")
    return text


def inline_files(raw: bytes, part: BodyPart) -> tuple[InlineFile, ...]:
    """Files in the text of a text/plain part, in uuencode and the like, and the one of a BinHex part."""
    holds = part.content_type == "text/plain" or part.content_type in BINHEX
    return split_files(part_content(raw, part))[1] if holds else ()


def body_parts(parsed: ParsedMessage) -> tuple[BodyPart | None, BodyPart | None]:
    """The first text/plain (else enriched) and the first text/html part that are the message's own text.

    Where there is neither, a text of another kind is. Of multipart/signed only the first part counts,
    attached messages do not count at all.
    """
    plain: BodyPart | None = None
    enriched: BodyPart | None = None
    html: BodyPart | None = None
    other: BodyPart | None = None
    for part, _ in _leaves(parsed.root):
        if part.disposition == "attachment":
            continue
        if part.content_type == "text/html":
            html = html or part
        elif part.filename:
            continue
        elif part.content_type in _ENRICHED:
            enriched = enriched or part
        elif _is_plain(part, parsed.root):
            plain = plain or part
        elif part.content_type.startswith("text/") and part.content_type not in _DATA:
            other = other or part
    return plain or enriched or (None if html else other), html


def texts(parsed: ParsedMessage) -> tuple[tuple[BodyPart, bool], ...]:
    """The texts of `body_parts` and those that go on with them, in reading order.

    With each whether it is but one form of the text (multipart/alternative). A text goes on in a part of
    a multipart/mixed that is neither called a file nor has a name.
    """
    shown = {id(part) for part in body_parts(parsed) if part is not None}
    found: list[tuple[BodyPart, bool]] = []
    stack = [(parsed.root, False, False)]
    while stack and len(found) < MOST_TEXTS:
        part, in_mixed, in_alternative = stack.pop()
        if part.content_type.startswith("multipart/") and part.children:
            other_form = in_alternative or part.content_type == "multipart/alternative"
            mixed = part.content_type == "multipart/mixed"
            stack.extend((child, mixed, other_form) for child in reversed(part.children))
        elif id(part) in shown or (in_mixed and _goes_on(part)):
            found.append((part, in_alternative))
    return tuple(found)


def attachments(parsed: ParsedMessage) -> tuple[BodyPart, ...]:
    """The parts a person would call attachments, in order.

    Left out: the texts shown, the signature of a signed root, other forms of the shown text, and
    pictures the HTML refers to. Everything else is listed, so that nothing of a message is hidden.
    """
    shown = {id(part) for part in body_parts(parsed) if part is not None}
    return tuple(
        part
        for part, parent in _leaves(parsed.root)
        if id(part) not in shown and not _is_furniture(part, parent, parsed.root)
    )


def pictures(parsed: ParsedMessage) -> tuple[BodyPart, ...]:
    """The pictures of the message's HTML, which `attachments` leaves out."""
    return tuple(part for part, parent in _leaves(parsed.root) if _is_picture(part, parent))


def own_parts(parsed: ParsedMessage) -> Iterator[BodyPart]:
    """The leaves of the message in reading order; what an attached message holds is not its own."""
    return (part for part, _ in _leaves(parsed.root))


def _leaves(root: BodyPart) -> Iterator[tuple[BodyPart, BodyPart | None]]:
    """Leaves with their parents in reading order; an attached message is one leaf."""
    stack: list[tuple[BodyPart, BodyPart | None]] = [(root, None)]
    while stack:
        part, parent = stack.pop()
        if part.content_type.startswith("multipart/") and part.children:
            stack.extend((child, part) for child in reversed(part.children))
        else:
            yield part, parent


def _goes_on(part: BodyPart) -> bool:
    named = part.disposition == "attachment" or bool(part.filename)
    return part.content_type in ("text/plain", "text/html") and not named


def _is_plain(part: BodyPart, root: BodyPart) -> bool:
    unreadable_root = part is root and part.content_type.startswith("multipart/")
    return part.content_type == "text/plain" or unreadable_root


def _is_furniture(part: BodyPart, parent: BodyPart | None, root: BodyPart) -> bool:
    if parent is None:
        return part.content_type.startswith("multipart/")
    if part.disposition == "attachment":
        return parent is root and _is_root_signature(part, root)
    if _is_root_signature(part, root):
        return True
    if parent.content_type == "multipart/alternative" and part.content_type.startswith("text/"):
        return not part.filename and part.content_type in ("text/plain", "text/html", *_ENRICHED)
    return _is_picture(part, parent)


def _is_picture(part: BodyPart, parent: BodyPart | None) -> bool:
    of_html = parent is not None and parent.content_type == "multipart/related"
    named = part.content_type.startswith("image/") and bool(part.content_id)
    return of_html and named and part.disposition != "attachment"


def _is_root_signature(part: BodyPart, root: BodyPart) -> bool:
    return (
        root.content_type == "multipart/signed"
        and len(root.children) == 2
        and part is root.children[1]
        and part.content_type in _SIGNATURE_TYPES
    )
