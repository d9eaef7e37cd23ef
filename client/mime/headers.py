"""Header fields as people read them: subject, addresses, dates, names of files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from client.mime.addresses import read_addresses
from client.mime.words import clean, decode_words
from client.model.message import Envelope, HeaderField

MAX_NAME = 150
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,990})>")
_UNSAFE = re.compile('[\x00-\x1f\x7f-\x9f<>:"|?*\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]')
_SLASH = re.compile(r"[/\\\u2044\u2215\uff0f\uff3c]")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])", re.IGNORECASE)
_MAX_EXTENSION = 16
_HIDDEN_FROM = re.compile(rb"\r\s*from[ \t]*:", re.IGNORECASE)
"""A line of its own to readers that end lines with CR alone: another sender than the one we show."""


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
        parsed = parsedate_to_datetime(text)
        aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
        aware.astimezone(UTC)  # a date at the edge of the calendar cannot be shown in another zone
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return aware


def read_envelope(fields: Sequence[HeaderField]) -> Envelope:
    """The fields of a message list. Where a field must be single, the first one counts."""
    by_name: dict[str, list[bytes]] = {}
    for field in fields:
        by_name.setdefault(field.name.lower(), []).append(field.value)

    def first(name: str) -> bytes:
        return by_name.get(name, [b""])[0]

    senders = read_addresses(by_name.get("from", []))
    return Envelope(
        subject=decode_header(first("subject")),
        date=parse_date(first("date")),
        from_=senders,
        sender=read_addresses(by_name.get("sender", [])),
        reply_to=read_addresses(by_name.get("reply-to", [])),
        to=read_addresses(by_name.get("to", [])),
        cc=read_addresses(by_name.get("cc", [])),
        bcc=read_addresses(by_name.get("bcc", [])),
        message_id=next(iter(_message_ids(first("message-id"))), ""),
        in_reply_to=next(iter(_message_ids(first("in-reply-to"))), ""),
        references=_message_ids(first("references")),
        from_count=len(by_name.get("from", [])) + sum(len(_HIDDEN_FROM.findall(one.value)) for one in fields),
        from_text="" if senders else decode_header(first("from")).replace("<>", "").strip(),
    )


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
