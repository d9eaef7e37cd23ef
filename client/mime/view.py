"""What the reading pane shows of a message, made where untrusted bytes may be read."""

from __future__ import annotations

from dataclasses import replace

from client.mime.attached_messages import MESSAGE_MARK, read_attached
from client.mime.calendar import read_invitation
from client.mime.html import sanitise, to_text
from client.mime.inline_files import InlineFile
from client.mime.legacy import convert_legacy, detect_legacy
from client.mime.parser import (
    attachments,
    body_parts,
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
from client.model.invitation import Invitation
from client.model.message import AttachmentInfo, BodyPart, MessageView, ParsedMessage

_TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_TNEF_MARK = "/tnef:"
_INLINE_MARK = "/in:"
_APPLE_HALF = "application/applefile"
_UNKNOWN_TYPE = "application/octet-stream"
_EXTENSIONS = {"message/rfc822": "eml", "text/plain": "txt", "text/html": "html", "text/calendar": "ics"}


def make_view(raw: bytes, opaque_content: bytes = b"") -> MessageView:
    """Read ``raw`` and make it safe to display.

    ``opaque_content`` is the entity out of a signed-data message, which only the crypto layer can
    open: text and attachments are then taken from it, the envelope always from ``raw``.
    """
    parsed = parse_message(raw)
    source = opaque_content or raw
    inner = parse_message(source) if opaque_content else parsed
    plain, html_part = body_parts(inner)
    html = part_text(source, html_part) if html_part else ""
    text = part_text(source, plain) if plain else to_text(html)
    infos, winmail = _attachments(source, inner)
    files = inline_files(source, plain) if plain else ()
    infos += _in_text(plain, files) if plain else ()
    if winmail and not text and not html:
        text, html = winmail[1].text, winmail[1].html
    shown_pictures = _offered(inner, winmail)
    split = split_signed(source, inner)
    if split is not None:
        # What stands outside is words alone: nothing of it can lay itself over the signed part.
        html, text, shown_pictures = "", split[1], split[2]
        infos = tuple(replace(one, unsigned=not is_within(one.section, split[0].section)) for one in infos)
    safe = sanitise(html, shown_pictures.find)
    infos = tuple(replace(one, drawn=one.section in shown_pictures.drawn) for one in infos)
    shown = text or to_text(html)
    legacy = detect_legacy(shown)
    return MessageView(
        envelope=parsed.envelope,
        html=safe.html,
        text=shown,
        attachments=infos,
        blocked_remote=safe.blocked_remote,
        legacy_encoding=legacy,
        defects=tuple(dict.fromkeys(parsed.defects + inner.defects + _unread(files))),
        converted_text=convert_legacy(shown, legacy) if legacy else "",
        invitation=_invitation(source, inner),
        receipt_to=receipt_wanted(parsed),
        receipt_unasked=may_answer_unasked(parsed),
        signed_part=split[0] if split is not None else None,
        attached=read_attached(source, inner),
        piece=read_piece(parsed),
    )


def calendar_object(raw: bytes, parsed: ParsedMessage) -> bytes:
    """The message's own calendar object (RFC 6047 section 2.4), ``b""`` when it has none."""
    own = (part for part in own_parts(parsed) if part.content_type == "text/calendar")
    part = next(own, None)
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


def display_name(part: BodyPart) -> str:
    """The part's safe file name, or one made of its section where it has none."""
    if part.filename:
        # The Mac's half of a file (RFC 1740) has the file's own name: told apart as the Mac itself does.
        return f"._{part.filename}" if part.content_type == _APPLE_HALF else part.filename
    extension = _EXTENSIONS.get(part.content_type, "bin")
    return f"part-{part.section or '1'}.{extension}"


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


def _in_text(part: BodyPart, files: tuple[InlineFile, ...]) -> tuple[AttachmentInfo, ...]:
    return tuple(
        AttachmentInfo(f"{part.section}{_INLINE_MARK}{at}", file.name, _UNKNOWN_TYPE, len(file.content))
        for at, file in enumerate(files)
    )


def _unread(files: tuple[InlineFile, ...]) -> tuple[str, ...]:
    return ("yenc",) if any(not file.is_read for file in files) else ()


def _is_tnef(part: BodyPart, content: bytes) -> bool:
    named = part.content_type in _TNEF_TYPES or part.filename.lower() == "winmail.dat"
    return named and is_tnef(content)


def _inside(part: BodyPart, winmail: TnefContent) -> list[AttachmentInfo]:
    return [
        AttachmentInfo(f"{part.section}{_TNEF_MARK}{at}", file.name, file.media_type, len(file.content))
        for at, file in enumerate(winmail.attachments)
    ]
