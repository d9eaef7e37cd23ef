"""A finished message taken apart for signing: its header, and the entity a signature covers."""

from __future__ import annotations

import re

from client.errors import MalformedMessage, SigningRefused
from client.mime.parser import parse_message
from client.model.message import ParsedMessage

_LINE_END = re.compile(rb"\r\n|\r|\n")
_MBOX_LINE = re.compile(rb"\A>?From [^\r\n]*\r?\n")
"""What a mailbox file puts before a message (RFC 4155); no field, and SMTP servers take it for the body."""
_FIELD_START = re.compile(rb"^(?![ \t])", re.MULTILINE)
_CONTENT_FIELD = re.compile(rb"content-", re.IGNORECASE)
_DROPPED_FIELD = re.compile(rb"(?:mime-version|bcc)[ \t]*:", re.IGNORECASE)
_BCC_FIELD = re.compile(rb"bcc[ \t]*:", re.IGNORECASE)
MAX_LINE = 998
"""RFC 5322 section 2.1.1, without the line break."""


def why_unusable(parsed: ParsedMessage) -> str:
    """Why this cannot be judged or sent as a message (RFC 5322 section 3.6), ``""`` where it can."""
    if parsed.incomplete:
        return "incomplete"
    if not parsed.headers:
        return "no-headers"
    if not parsed.envelope.from_:
        return "from-missing"
    return "from-ambiguous" if parsed.envelope.from_count > 1 else ""


def split_message(raw: bytes) -> tuple[bytes, bytes]:
    """Header without content fields, and the MIME entity, both with CRLF.

    Raises `MalformedMessage` for what is no message, `SigningRefused` (``not-7bit``) for a body that
    transports may rewrite: its signature would not survive the way.
    """
    parsed = parse_message(raw)
    if parsed.incomplete or not parsed.headers:
        raise MalformedMessage(reason=why_unusable(parsed))
    canonical = _LINE_END.sub(b"\r\n", _MBOX_LINE.sub(b"", raw, count=1))
    head, _, body = canonical.partition(b"\r\n\r\n")
    fields = [field for field in _FIELD_START.split(head + b"\r\n") if field]
    content = [field for field in fields if _CONTENT_FIELD.match(field)]
    kept = [field for field in fields if not _CONTENT_FIELD.match(field) and not _DROPPED_FIELD.match(field)]
    if not content:
        content = [b"Content-Type: text/plain; charset=us-ascii\r\n"]
    entity = b"".join(content) + b"\r\n" + body
    if any(byte > 127 for byte in entity) or any(len(line) > MAX_LINE for line in entity.split(b"\r\n")):
        raise SigningRefused(reason="not-7bit")
    return b"MIME-Version: 1.0\r\n" + b"".join(kept), entity


def only_sender(raw: bytes) -> str | None:
    """The address of the one From field with one mailbox; None when there is anything else."""
    envelope = parse_message(raw).envelope
    if envelope.from_count != 1 or len(envelope.from_) != 1:
        return None
    return envelope.from_[0].addr_spec


def without_bcc(raw: bytes) -> bytes:
    """The message in CRLF lines and without its Bcc fields; the body's bytes stay as they are."""
    canonical = _LINE_END.sub(b"\r\n", _MBOX_LINE.sub(b"", raw, count=1))
    head, separator, body = canonical.partition(b"\r\n\r\n")
    fields = [field for field in _FIELD_START.split(head + b"\r\n") if field]
    kept = b"".join(field for field in fields if not _BCC_FIELD.match(field))
    whole = kept + separator[2:] + body
    # A last line without its end would be no line to SMTP (RFC 5321 section 4.1.1.4).
    return whole if whole.endswith(b"\r\n") else whole + b"\r\n"
