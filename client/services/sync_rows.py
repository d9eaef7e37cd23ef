"""From a fetched header to a row of the list."""

from __future__ import annotations

import re

from client.mime.fields import parse_parameters, read_header_block
from client.mime.headers import read_envelope
from client.net.session import FetchedHeader
from client.services.marked import words_are_marked
from client.store.rows import HeaderRecord

_ATTACHED = re.compile(
    rb"^content-disposition:\s*attachment(?![^\n]*smime\.p7s)", re.IGNORECASE | re.MULTILINE
)
_MANY = 20
"""Recipients shown in a list; the whole field is in the message."""


def header_record(fetched: FetchedHeader) -> HeaderRecord:
    """The row for one fetched header; whatever the header holds, it never fails."""
    block = read_header_block(fetched.header, 0)
    envelope = read_envelope(block.fields)
    media_type, parameters = parse_parameters(block.first("content-type"))
    sender = envelope.from_[0] if envelope.from_ else None
    return HeaderRecord(
        uid=fetched.uid,
        received_at=fetched.internal_date,
        flags=fetched.flags,
        size=fetched.size,
        # A list, a search and a notification show no word of a message that is marked in its subject.
        subject="" if words_are_marked(envelope.subject) else envelope.subject,
        sender_name=sender.display_name if sender else "",
        sender_address=sender.addr_spec if sender else "",
        recipients=", ".join(str(address) for address in (envelope.to + envelope.cc)[:_MANY]),
        message_id=envelope.message_id,
        # A guess from the outermost type; set right when the body is here.
        has_attachment=media_type.lower() == "multipart/mixed",
        signed_shape=_promises_signature(media_type.lower(), dict(parameters)),
    )


def looks_attached(raw: bytes) -> bool:
    """Whether some part asks to be shown as an attachment, the message's own signature left aside."""
    return _ATTACHED.search(raw) is not None


def _promises_signature(media_type: str, parameters: dict[str, str]) -> bool:
    if media_type == "multipart/signed":
        return True
    opaque = media_type in {"application/pkcs7-mime", "application/x-pkcs7-mime"}
    return opaque and parameters.get("smime-type", "signed-data").lower() == "signed-data"
