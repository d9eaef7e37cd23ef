"""A message of which only a part is signed, taken apart: what a signature covers, and what nobody signed.

Mailing lists add a footer, forgers add a text above (Johnny class "partial signatures"). The two are
shown apart, so that no word from outside borrows the signature.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from client.mime.html import sanitise, to_text
from client.mime.parser import body_parts, own_parts, part_text
from client.mime.pictures import Pictures
from client.mime.plain import without_controls
from client.mime.smime import SIGNATURE_TYPES, ShapeKind, find_shape
from client.model.message import BodyPart, ParsedMessage, SignedPart

_MOST_TEXT = 2_000_000


def split_signed(raw: bytes, parsed: ParsedMessage) -> tuple[SignedPart, str, Pictures] | None:
    """The signed part, all words that stand outside of it, and the pictures that it shows.

    None where no part alone is signed.
    """
    shape = find_shape(raw, parsed)
    frame = next((part for part in parsed.root.walk() if part.section == shape.section), None)
    if shape.kind is not ShapeKind.PARTIAL or frame is None or frame.content_type in SIGNATURE_TYPES:
        # A signature that lost its frame: what it belongs to cannot be told from the structure.
        return None
    signed = frame.children[0] if frame.content_type == "multipart/signed" and frame.children else frame
    alone = replace(parsed, root=signed)
    plain, rich = body_parts(alone)
    html = part_text(raw, rich) if rich else ""
    text = without_controls(part_text(raw, plain)) if plain else to_text(html)
    outside = "\n\n".join(_words_outside(raw, parsed, frame))[:_MOST_TEXT]
    pictures = Pictures()
    pictures.offer_parts(own_parts(alone))
    return SignedPart(frame.section, sanitise(html, pictures.find).html, text), outside, pictures


def is_within(part_section: str, frame_section: str) -> bool:
    """Whether a part stands in the frame; the root's section is empty and holds everything."""
    return not frame_section or part_section == frame_section or part_section.startswith(f"{frame_section}.")


def _words_outside(raw: bytes, parsed: ParsedMessage, frame: BodyPart) -> Iterator[str]:
    """Every text that a reader might show in the message, whether it calls itself an attachment or not."""
    for part in own_parts(parsed):
        inside = frame.header_start <= part.header_start < frame.end
        if inside or part.disposition == "attachment":
            continue
        if part.content_type == "text/html":
            yield to_text(part_text(raw, part)).strip()
        elif part.content_type == "text/plain":
            yield part_text(raw, part).strip()
