"""From a fetched header to a row of the list."""

from __future__ import annotations

import re
from dataclasses import replace

from client.mime.fields import parse_parameters, read_header_block
from client.mime.headers import read_envelope
from client.mime.quick import quick_addresses, quick_fields, quick_message_id, quick_shown, quick_text
from client.net.session import FetchedHeader
from client.services.marked import may_be_marked_otherwise, words_are_marked
from client.store.rows import HeaderRecord

_ATTACHED = re.compile(
    rb"^content-disposition:\s*attachment(?![^\n]*smime\.p7s)", re.IGNORECASE | re.MULTILINE
)
_IDENTIFIER = re.compile(r"<[^<>\s]{1,990}>", re.ASCII)
_PLAIN_KINDS = {
    b"": (False, False),
    b"text/plain": (False, False),
    b"text/html": (False, False),
    b"multipart/alternative": (False, False),
    b"multipart/related": (False, False),
    b"multipart/mixed": (True, False),
    b"multipart/signed": (False, True),
}
_MANY = 20
"""Recipients shown in a list; the whole field is in the message."""
_LONGEST_SENDER = 200
_LONGEST = 2000
"""Characters of what a list shows."""
_ANSWERED = 200
"""Identifiers by which a message joins its conversation."""


def header_record(fetched: FetchedHeader) -> HeaderRecord:
    """The row for one fetched header; whatever the header holds, it never fails."""
    record = _quick_record(fetched) or _thorough_record(fetched)
    # A list, a search and a notification show no word of a message that is marked in its subject.
    return _of_usual_length(replace(record, subject="") if _is_marked(record.subject) else record)


def _of_usual_length(record: HeaderRecord) -> HeaderRecord:
    """A list shows no subject of a megabyte; the whole of it is in the message."""
    usual = (
        max(len(record.subject), len(record.recipients)) <= _LONGEST and len(record.references) <= _ANSWERED
    )
    if usual and len(record.sender_name) <= _LONGEST:
        return record
    return replace(
        record,
        subject=record.subject[:_LONGEST],
        recipients=record.recipients[:_LONGEST],
        sender_name=record.sender_name[:_LONGEST],
        # The first began the conversation, the last is what it answers.
        references=record.references[:1] + record.references[1:][-_ANSWERED:],
    )


def _is_marked(subject: str) -> bool:
    """`words_are_marked`, which nothing can be without this letter of MẬT; most subjects lack it."""
    holds = "ậ" in subject or "Ậ" in subject or may_be_marked_otherwise(subject)
    return holds and words_are_marked(subject)


def _quick_record(fetched: FetchedHeader) -> HeaderRecord | None:
    """The row for a header like most; None when it takes a thorough look."""
    fields = quick_fields(fetched.header)
    if fields is None:
        return None
    subject = quick_text(fields.get(b"subject", b""))
    message_id = quick_message_id(fields.get(b"message-id", b""))
    from_ = quick_addresses(fields.get(b"from", b""))
    to, cc = quick_shown(fields.get(b"to", b"")), quick_shown(fields.get(b"cc", b""))
    if subject is None or message_id is None or from_ is None or to is None or cc is None:
        return None
    attached, signed = _kind(fields.get(b"content-type", b""))
    sender_address, sender_name = (from_[0].addr_spec, from_[0].display_name) if from_ else ("", "")
    return HeaderRecord(
        fetched.uid,
        fetched.internal_date,
        fetched.flags,
        fetched.size,
        subject,
        sender_name,
        sender_address,
        ", ".join((to + cc)[:_MANY]),
        message_id,
        attached,
        signed,
        _answered(fields),
    )


def _answered(fields: dict[bytes, bytes]) -> tuple[str, ...]:
    """Identifiers in References, then In-Reply-To."""
    value, last = fields.get(b"references", b""), fields.get(b"in-reply-to", b"")
    if not value and not last:
        return ()
    found = _IDENTIFIER.findall((value + b" " + last).decode("ascii", "replace"))
    return tuple(dict.fromkeys(found))


def _thorough_record(fetched: FetchedHeader) -> HeaderRecord:
    block = read_header_block(fetched.header, 0)
    envelope = read_envelope(block.fields)
    attached, signed = _kind(block.first("content-type"))
    sender = envelope.from_[0] if envelope.from_ else None
    return HeaderRecord(
        uid=fetched.uid,
        received_at=fetched.internal_date,
        flags=fetched.flags,
        size=fetched.size,
        subject=envelope.subject,
        sender_name=sender.display_name if sender else envelope.from_text[:_LONGEST_SENDER],
        sender_address=sender.addr_spec if sender else "",
        recipients=", ".join(map(str, (envelope.to + envelope.cc)[:_MANY])),
        message_id=envelope.message_id,
        has_attachment=attached,
        signed_shape=signed,
        references=tuple(dict.fromkeys((*envelope.references, *filter(None, [envelope.in_reply_to])))),
    )


def _kind(content_type: bytes) -> tuple[bool, bool]:
    """Whether it is likely to have attachments, and whether it promises a signature.

    The first is a guess from the outermost type; set right when the body is here.
    """
    token = content_type.partition(b";")[0].strip().lower()
    if token in _PLAIN_KINDS:
        return _PLAIN_KINDS[token]
    media_type, parameters = parse_parameters(content_type)
    return media_type.lower() == "multipart/mixed", _promises_signature(media_type.lower(), dict(parameters))


def looks_attached(raw: bytes) -> bool:
    """Whether some part asks to be shown as an attachment, the message's own signature left aside."""
    return _ATTACHED.search(raw) is not None


def _promises_signature(media_type: str, parameters: dict[str, str]) -> bool:
    if media_type == "multipart/signed":
        return True
    opaque = media_type in {"application/pkcs7-mime", "application/x-pkcs7-mime"}
    return opaque and parameters.get("smime-type", "signed-data").lower() == "signed-data"
