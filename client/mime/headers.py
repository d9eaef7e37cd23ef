"""Header fields as people read them: subject, addresses, dates, names of files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from client.mime.addresses import read_addresses
from client.mime.charset import decode
from client.mime.fields import parse_parameters
from client.mime.words import clean, decode_words
from client.model.message import Envelope, HeaderField

MAX_NAME = 150
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,990})>")
_UNSAFE = re.compile('[\x00-\x1f\x7f-\x9f<>:"|?*\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]')
_SLASH = re.compile(r"[/\\\u2044\u2215\uff0f\uff3c]")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])", re.IGNORECASE)
_MAX_EXTENSION = 16
_ISO_DATE = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,]\d{1,9})? ?(Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_GMT_AND_HOURS = re.compile(r"\b(?:GMT|UTC)([+-])(\d{1,2})$", re.ASCII)
_AT = re.compile(r"(\d{4}) +at +(?=\d)", re.ASCII)
_HIDDEN_FROM = re.compile(rb"\r[^\S\r]*from[ \t]*:", re.IGNORECASE)
"""A line of its own to readers that end lines with CR alone: another sender than the one we show."""
_NO_MARKS = re.compile(r'[^<>@,;:"()]+')
"""All but the marks that say where an address begins and ends."""


def decode_header(value: bytes) -> str:
    """A field's raw value as one line of Unicode text in NFC, without controls or direction overrides."""
    return clean(decode_words(value))


def safe_filename(name: str) -> str:
    """``name`` as it may be saved on Windows as elsewhere: no path, no tricks, at most 150 characters.

    The extension survives the shortening. ``""`` when nothing usable is left.
    """
    last = _SLASH.split(_UNSAFE.sub("", name).rstrip("/\\ "))[-1]
    last = (
        " ".join(last.split()).strip(". ")
        if not last.strip().startswith(".")
        else last.strip(" ").rstrip(". ")
    )
    if not last.strip(". "):
        return ""
    if _RESERVED.fullmatch(last.partition(".")[0].strip()):
        last = f"_{last}"
    return _shortened(last)


def parse_date(value: bytes) -> datetime | None:
    """The Date field, aware; without a zone it counts as UTC. None for what is no date."""
    text = decode_header(value[:200])
    try:
        parsed = _iso_date(text) or parsedate_to_datetime(_usual_date(text))
        aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
        aware.astimezone(UTC)  # a date at the edge of the calendar cannot be shown in another zone
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return aware


def _iso_date(text: str) -> datetime | None:
    """What programs write that know only ISO 8601; None for anything else."""
    found = _ISO_DATE.fullmatch(text)
    if found is None:
        return None
    zone = (found[3] or "").replace(":", "")
    bare = datetime.fromisoformat(f"{found[1]}T{found[2]}")
    return datetime.strptime(f"{bare:%Y-%m-%d %H:%M:%S} {zone}", "%Y-%m-%d %H:%M:%S %z") if zone else bare


def _usual_date(text: str) -> str:
    """``text`` without what phones put in for people to read."""
    hours = _GMT_AND_HOURS.search(text)
    if hours is not None:
        text = f"{text[: hours.start()]}{hours[1]}{int(hours[2]):02d}00"
    return _AT.sub(r"\1 ", text)


def read_envelope(fields: Sequence[HeaderField]) -> Envelope:
    """The fields of a message list. Where a field must be single, the first one counts."""
    by_name: dict[str, list[bytes]] = {}
    if not all(field.value.isascii() for field in fields):
        kind = next((field.value for field in fields if field.name.lower() == "content-type"), b"")
        charset = dict(parse_parameters(kind)[1]).get("charset", "")
        fields = [_in_utf8(field, charset) for field in fields] if charset else fields
    for field in fields:
        by_name.setdefault(field.name.lower(), []).append(field.value)

    def first(name: str) -> bytes:
        return by_name.get(name, [b""])[0]

    senders, recipients = (read_addresses(by_name.get(name, [])) for name in ("from", "to"))
    return Envelope(
        subject=decode_header(first("subject")),
        date=parse_date(first("date")),
        from_=senders,
        sender=read_addresses(by_name.get("sender", [])),
        reply_to=read_addresses(by_name.get("reply-to", [])),
        to=recipients,
        cc=read_addresses(by_name.get("cc", [])),
        bcc=read_addresses(by_name.get("bcc", [])),
        message_id=next(iter(_message_ids(first("message-id"))), ""),
        in_reply_to=next(iter(_message_ids(first("in-reply-to"))), ""),
        references=_message_ids(first("references")),
        from_count=len(by_name.get("from", [])) + sum(len(_HIDDEN_FROM.findall(one.value)) for one in fields),
        from_text="" if senders else _words_of(first("from")),
        to_text="" if recipients else _words_of(first("to")),
    )


def _words_of(value: bytes) -> str:
    """What an address field says that holds no address: names within one office, or nobody's."""
    return decode_header(value).replace("<>", "").rstrip(":; ").strip()


def _in_utf8(field: HeaderField, charset: str) -> HeaderField:
    """Letters without a label are of the set the text is in, unless they are UTF-8 (RFC 6532).

    No set may make marks of what are none to everybody else, or hide them: the field would name another
    sender here than at the gateways that checked it.
    """
    if b"=?" in field.value:
        return field  # words say themselves what they are in, also where such letters stand in them
    try:
        field.value.decode("utf-8")
    except UnicodeDecodeError:
        text, seen = decode(field.value, charset), field.value.decode("latin-1")
        if _NO_MARKS.sub("", text) == _NO_MARKS.sub("", seen):
            return HeaderField(field.name, text.encode("utf-8"))
    return field


def _message_ids(value: bytes) -> tuple[str, ...]:
    """Message identifiers with their angle brackets, as they are compared and searched for."""
    text = value.decode("ascii", "replace")
    found = tuple(f"<{inner}>" for inner in _MESSAGE_ID.findall(text))
    bare = text.strip()
    return found or ((f"<{bare}>",) if bare and not re.search(r"[<>\s]", bare) else ())


def _shortened(name: str) -> str:
    if len(name) <= MAX_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or len(extension) > _MAX_EXTENSION:
        return name[:MAX_NAME].rstrip(". ")
    return f"{stem[: MAX_NAME - len(extension) - 1].rstrip('. ')}.{extension}"
