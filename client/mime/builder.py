"""An outgoing message as canonical bytes, made once: bytes signed = bytes sent = bytes filed.

The entity is seven-bit, its lines at most 76 octets and CRLF-ended, so that no transport has a
reason to touch it (RFC 8551 section 3.1). Everything is derived from the draft: the same draft
gives the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from email.utils import format_datetime

from client.mime.writing import (
    address_field,
    base64_lines,
    encode_text,
    ids_field,
    one_line,
    parameter,
    quoted_words,
    text_field,
)
from client.model.outgoing import CORRELATION_FIELD, Draft, DraftAttachment, correlation_id
from client.model.text import fold

URGENCY_CODES = {"hoa toc": "hoa-toc", "thuong khan": "thuong-khan", "khan": "khan"}
"""Markings without their marks, and what the field ``X-CongThu-Urgency`` says."""
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+_-]*/[a-z0-9][a-z0-9.+_-]*")
_FIELD = re.compile(rb"[!-9;-~]+:")
_UNSAFE_LINE = re.compile(
    rb"^From |[ \t]\r?$|^\.|[^\r\n]{999}|[^\t\r\n\x20-\x7e]|(?<!\r)\n|\r(?!\n)", re.MULTILINE
)


def build_entity(draft: Draft) -> bytes:
    """Content headers, empty line and body of ``draft``: what a signature covers."""
    text = _text_part(draft.body)
    if draft.calendar:
        text = _multipart("alternative", [text, _calendar_part(draft.calendar)])
    if not draft.attachments:
        return text
    parts = [text, *(_attachment_part(attachment) for attachment in draft.attachments)]
    return _multipart("mixed", parts)


def build_headers(draft: Draft, date: datetime, more: bytes = b"") -> bytes:
    """The message's fields without those of the content; each line CRLF-ended, no empty line.

    ``more`` are whole fields to go with them. Bcc is never among them.
    Raises `MalformedMessage` (``address-invalid``).
    """
    fields = [text_field("Date", format_datetime(date))]
    if draft.sender is not None:
        fields.append(address_field("From", [draft.sender]))
    if draft.to or not draft.cc:
        fields.append(address_field("To", draft.to) if draft.to else b"To: undisclosed-recipients:;\r\n")
    if draft.cc:
        fields.append(address_field("Cc", draft.cc))
    fields.append(text_field("Subject", draft.subject))
    fields.append(ids_field("Message-ID", [draft.message_id]))
    fields.append(text_field(CORRELATION_FIELD, correlation_id(draft.message_id)))
    fields.append(ids_field("In-Reply-To", [draft.in_reply_to] if draft.in_reply_to else []))
    fields.append(ids_field("References", draft.references))
    fields.append(wishes(draft))
    fields.append(more)
    fields.append(b"MIME-Version: 1.0\r\n")
    return b"".join(fields)


def wishes(draft: Draft) -> bytes:
    """The fields that say how the message is to be treated: urgency, and the wish for a receipt."""
    fields = []
    if draft.urgent:
        # RFC 2156 section 2.3.3 and what older programs read.
        fields.append(b"Importance: high\r\nX-Priority: 1\r\n")
        code = URGENCY_CODES.get(fold(draft.urgency))
        fields += [f"X-CongThu-Urgency: {code}\r\n".encode("ascii")] if code else []
    if draft.want_receipt and draft.sender is not None:
        fields.append(address_field("Disposition-Notification-To", [draft.sender]))
    return b"".join(fields)


def build_receipt(draft: Draft, date: datetime, machine: str) -> bytes:
    """A whole read receipt (RFC 8098): ``draft`` is what a person reads, ``machine`` what a program does."""
    part = b"Content-Type: message/disposition-notification\r\n\r\n" + machine.encode("ascii", "replace")
    report = _multipart("report; report-type=disposition-notification", [_text_part(draft.body), part])
    # RFC 3834 section 5: programs do not answer what says that it was sent by itself.
    return build_headers(draft, date, b"Auto-Submitted: auto-replied\r\n") + report


def assemble(headers: bytes, entity: bytes) -> bytes:
    """The unsigned message."""
    return headers + entity


def assemble_signed(headers: bytes, entity: bytes, signature_der: bytes) -> bytes:
    """The message as multipart/signed; ``entity`` stands in it untouched (RFC 8551 section 3.5.3)."""
    boundary = _boundary(entity + signature_der)
    head = (
        'Content-Type: multipart/signed; protocol="application/pkcs7-signature";\r\n'
        f' micalg=sha-256; boundary="{boundary}"\r\n\r\n'
    )
    signature = (
        b'Content-Type: application/pkcs7-signature; name="smime.p7s"\r\n'
        b"Content-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: attachment; filename="smime.p7s"\r\n\r\n' + base64_lines(signature_der)
    )
    return headers + head.encode("ascii") + _joined([entity, signature], boundary)


def assemble_sealed(envelope_der: bytes) -> bytes:
    """The entity that carries an encrypted one (RFC 8551 section 3.4.1)."""
    return (
        b'Content-Type: application/pkcs7-mime; smime-type=authEnveloped-data; name="smime.p7m"\r\n'
        b"Content-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: attachment; filename="smime.p7m"\r\n\r\n' + base64_lines(envelope_der)
    )


def _multipart(subtype: str, parts: list[bytes]) -> bytes:
    boundary = _boundary(b"\r\n".join(parts))
    head = f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n\r\n'.encode("ascii")
    return head + _joined(parts, boundary)


def _joined(parts: list[bytes], boundary: str) -> bytes:
    line = b"--" + boundary.encode("ascii")
    body = b"".join(line + b"\r\n" + part + b"\r\n" for part in parts)
    return body + line + b"--\r\n"


def _boundary(content: bytes) -> str:
    """A boundary that ``content`` does not hold; ``=_`` cannot occur in either encoding."""
    digest = hashlib.sha256(content).hexdigest()[:32]
    while f"=_{digest}".encode("ascii") in content:
        digest = hashlib.sha256(digest.encode("ascii")).hexdigest()[:32]
    return f"=_{digest}"


def _text_part(text: str, media_type: str = "text/plain; charset=utf-8") -> bytes:
    encoding, body = encode_text(text)
    head = f"Content-Type: {media_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode("ascii") + body


def _calendar_part(calendar: str) -> bytes:
    return _text_part(calendar, "text/calendar; charset=utf-8; method=REPLY")


def _attachment_part(attachment: DraftAttachment) -> bytes:
    media_type = attachment.media_type.strip().lower()
    name = one_line(attachment.name) or "tep-dinh-kem"
    as_it_is = media_type == "message/rfc822" and _travels_safely(attachment.content)
    if not _MEDIA_TYPE.fullmatch(media_type) or (
        media_type.startswith(("message/", "multipart/")) and not as_it_is
    ):
        # RFC 2046 section 5.2.1 forbids base64 there; as plain data the file keeps every byte.
        media_type = "application/octet-stream"
    fields = [
        f"Content-Type: {media_type};\r\n {quoted_words('name', name)}",
        f"Content-Transfer-Encoding: {'7bit' if as_it_is else 'base64'}",
        ";\r\n ".join(["Content-Disposition: attachment", *parameter("filename", name)]),
    ]
    body = attachment.content if as_it_is else base64_lines(attachment.content)
    return "\r\n".join([*fields, "", ""]).encode("ascii") + body


def _travels_safely(content: bytes) -> bool:
    return bool(_FIELD.match(content)) and not _UNSAFE_LINE.search(content)
