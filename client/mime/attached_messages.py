"""Messages attached to a message (forwarded ones), each with its own sender and its own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice

from client.mime.body import ReadRtf, read_words
from client.mime.names import display_name
from client.mime.parser import attachments, own_parts, parse_message, part_content
from client.mime.pictures import Pictures
from client.mime.tree import MESSAGE_TYPES
from client.model.message import AttachedMessage, AttachmentInfo, BodyPart, ParsedMessage

MOST = 5
MESSAGE_MARK = "/msg:"
"""Between the section of an attached message and a section in it."""
_LONGEST = 100_000


def read_attached(
    raw: bytes, parsed: ParsedMessage, read_rtf: ReadRtf, more: Iterable[tuple[str, bytes]] = ()
) -> tuple[AttachedMessage, ...]:
    """The first few of them, ``more`` behind the others; what is attached to those stays a file."""
    return tuple(islice((_read(*one, read_rtf) for one in chain(_all(raw, parsed), more)), MOST))


def _all(raw: bytes, parsed: ParsedMessage) -> Iterator[tuple[str, bytes]]:
    for part in attachments(parsed):
        if part.content_type in MESSAGE_TYPES:
            yield part.section, part_content(raw, part)


def _read(section: str, content: bytes, read_rtf: ReadRtf) -> AttachedMessage:
    inner = parse_message(content)
    words = read_words(content, inner, None, read_rtf)
    pictures = Pictures()
    pictures.offer_parts(own_parts(inner), f"{section}{MESSAGE_MARK}")
    bounded = replace(words, pages=tuple(page[:_LONGEST] for page in words.pages))
    safe = bounded.sanitised(pictures.find)
    shown = (one for one in own_parts(inner) if f"{section}{MESSAGE_MARK}{one.section}" in pictures.drawn)
    listed = tuple(_listed(section, one, len(part_content(content, one))) for one in shown)
    return AttachedMessage(section, inner.envelope, words.text[:_LONGEST], safe.html, listed)


def _listed(section: str, part: BodyPart, size: int) -> AttachmentInfo:
    return AttachmentInfo(
        f"{section}{MESSAGE_MARK}{part.section}", display_name(part), part.content_type, size, drawn=True
    )
