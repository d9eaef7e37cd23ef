"""What the reading pane shows of a message, made where untrusted bytes may be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from client.mime.attached_messages import MESSAGE_MARK, read_attached
from client.mime.binhex import TYPES as BINHEX
from client.mime.body import ReadRtf, Words, read_words
from client.mime.calendar import read_invitation
from client.mime.legacy import read_otherwise
from client.mime.names import EXTERNAL, display_name
from client.mime.parser import (
    attachments,
    inline_files,
    own_parts,
    parse_message,
    part_content,
    part_text,
    pictures,
)
from client.mime.pictures import Pictures
from client.mime.pieces import read_piece
from client.mime.reports import may_answer_unasked, receipt_wanted
from client.mime.signed_part import is_within, split_signed
from client.mime.tnef import TnefContent, is_tnef, read_tnef
from client.mime.tree import MESSAGE_TYPES
from client.model.invitation import Invitation
from client.model.message import AttachmentInfo, BodyPart, MessageView, ParsedMessage

_TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_TNEF_MARK = "/tnef:"
_INLINE_MARK = "/in:"
_CALENDARS = ("text/calendar", "application/ics")
"""The second is what some servers make of the first when they call it a file."""
_UNKNOWN_TYPE = "application/octet-stream"


def make_view(raw: bytes, opaque_content: bytes = b"", read_rtf: ReadRtf = lambda _: "") -> MessageView:
    """Read ``raw`` and make it safe to display.

    ``opaque_content`` is the entity out of a signed-data message, which only the crypto layer can
    open: text and attachments are then taken from it, the envelope always from ``raw``. ``read_rtf``
    reads a letter that was written in rich text alone.
    """
    parsed = parse_message(raw)
    source = opaque_content or raw
    inner = parse_message(source) if opaque_content else parsed
    infos, winmail = _attachments(source, inner)
    words = read_words(source, inner, winmail[1] if winmail else None, read_rtf)
    shown_pictures = _offered(inner, winmail)
    split = split_signed(source, inner)
    if split is None:
        infos = tuple(one for one in infos if one.section not in words.shown)
    in_text, unread = _in_text(source, inner, {one.section for one in infos})
    infos += in_text
    if split is not None:
        # What stands outside is words alone: nothing of it can lay itself over the signed part.
        words, shown_pictures = Words(split[1]), split[2]
        infos = tuple(replace(one, unsigned=not is_within(one.section, split[0].section)) for one in infos)
    safe = words.sanitised(shown_pictures.find)
    infos = tuple(replace(one, drawn=one.section in shown_pictures.drawn) for one in infos)
    shown = words.text
    legacy, converted = read_otherwise(shown)
    return MessageView(
        envelope=parsed.envelope,
        html=safe.html,
        text=shown,
        attachments=infos,
        blocked_remote=safe.blocked_remote,
        legacy_encoding=legacy,
        defects=tuple(dict.fromkeys(parsed.defects + inner.defects + unread + _elsewhere(inner))),
        converted_text=converted,
        invitation=_invitation(source, inner),
        receipt_to=receipt_wanted(parsed),
        receipt_unasked=may_answer_unasked(parsed),
        signed_part=split[0] if split is not None else None,
        attached=read_attached(source, inner, read_rtf, _letters_in(winmail)),
        piece=read_piece(parsed),
    )


def calendar_object(raw: bytes, parsed: ParsedMessage) -> bytes:
    """The message's own calendar object (RFC 6047 section 2.4), ``b""`` when it has none."""
    part = next((one for kind in _CALENDARS for one in own_parts(parsed) if one.content_type == kind), None)
    if part is None:
        return b""
    content = part_content(raw, part)
    # RFC 5545 section 3.1.4: the text is UTF-8 unless the part says otherwise.
    known = part.charset in ("", "utf-8", "us-ascii")
    return content if known else part_text(raw, part).encode("utf-8")


def _invitation(raw: bytes, parsed: ParsedMessage) -> Invitation | None:
    found = calendar_object(raw, parsed)
    return read_invitation(found) if found else None


def attachment_content(raw: bytes, section: str) -> bytes | None:
    """The decoded bytes of the attachment listed under ``section``; None when there is none such."""
    outer, attached, inner = section.partition(MESSAGE_MARK)
    if attached:
        whole = attachment_content(raw, outer)
        return attachment_content(whole, inner) if whole is not None else None
    kind = _INLINE_MARK if _INLINE_MARK in section else _TNEF_MARK
    number, mark, index = section.partition(kind)
    parsed = parse_message(raw)
    part = next((part for part in parsed.root.walk() if part.section == number), None)
    if part is None:
        return None
    content = part_content(raw, part)
    if not mark:
        return content
    if kind == _INLINE_MARK:
        inside = inline_files(raw, part)
        return inside[int(index)].content if index.isdecimal() and int(index) < len(inside) else None
    files = read_tnef(content).attachments
    return files[int(index)].content if index.isdecimal() and int(index) < len(files) else None


def _attachments(
    raw: bytes, parsed: ParsedMessage
) -> tuple[tuple[AttachmentInfo, ...], tuple[str, TnefContent] | None]:
    infos: list[AttachmentInfo] = []
    winmail: tuple[str, TnefContent] | None = None
    for part in attachments(parsed):
        content = part_content(raw, part)
        if _is_tnef(part, content):
            found = read_tnef(content)
            winmail = part.section, found
            if found.attachments or found.text or found.html:
                infos += _inside(part, found)
                continue
        if part.content_type in BINHEX and inline_files(raw, part):
            continue
        infos.append(AttachmentInfo(part.section, display_name(part), part.content_type, len(content)))
    infos += [
        AttachmentInfo(one.section, display_name(one), one.content_type, len(part_content(raw, one)))
        for one in pictures(parsed)
    ]
    return tuple(infos), winmail


def _offered(parsed: ParsedMessage, winmail: tuple[str, TnefContent] | None) -> Pictures:
    found = Pictures()
    found.offer_parts(own_parts(parsed))
    if winmail is not None:
        for at, file in enumerate(winmail[1].attachments):
            found.offer(f"{winmail[0]}{_TNEF_MARK}{at}", file.content_id)
    return found


def _in_text(
    raw: bytes, parsed: ParsedMessage, listed: set[str]
) -> tuple[tuple[AttachmentInfo, ...], tuple[str, ...]]:
    """Files within texts that are shown (those ``listed`` are saved whole), and what is wrong with them."""
    infos: list[AttachmentInfo] = []
    unread = False
    for part in own_parts(parsed):
        for at, file in enumerate(inline_files(raw, part) if part.section not in listed else ()):
            place = f"{part.section}{_INLINE_MARK}{at}"
            infos.append(AttachmentInfo(place, file.name, _UNKNOWN_TYPE, len(file.content)))
            unread |= not file.is_read
    return tuple(infos), ("yenc",) if unread else ()


def _elsewhere(parsed: ParsedMessage) -> tuple[str, ...]:
    return ("external-body",) if any(one.content_type == EXTERNAL for one in own_parts(parsed)) else ()


def _letters_in(winmail: tuple[str, TnefContent] | None) -> Iterator[tuple[str, bytes]]:
    if winmail is not None:
        for at, file in enumerate(winmail[1].attachments):
            if file.media_type in MESSAGE_TYPES:
                yield f"{winmail[0]}{_TNEF_MARK}{at}", file.content


def _is_tnef(part: BodyPart, content: bytes) -> bool:
    named = part.content_type in _TNEF_TYPES or part.filename.lower() == "winmail.dat"
    return named and is_tnef(content)


def _inside(part: BodyPart, winmail: TnefContent) -> list[AttachmentInfo]:
    return [
        AttachmentInfo(f"{part.section}{_TNEF_MARK}{at}", file.name, file.media_type, len(file.content))
        for at, file in enumerate(winmail.attachments)
    ]
