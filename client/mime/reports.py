"""Reports about mail: read what came back, see who asks for a receipt, write one (RFC 3464, 6522, 8098)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from client.mime.addresses import read_addresses
from client.mime.headers import decode_header
from client.mime.parser import part_content
from client.model.address import MailAddress, same_mailbox
from client.model.message import BodyPart, ParsedMessage
from client.model.receipt import Receipt, ReceiptKind
from client.model.text import printable

MAX_RECIPIENTS = 500
_MAX_FIELD = 500
_MAX_REPORT = 256 * 1024
_DELIVERY = {
    "delivered": ReceiptKind.DELIVERED,
    "relayed": ReceiptKind.RELAYED,
    "expanded": ReceiptKind.RELAYED,
    "delayed": ReceiptKind.DELAYED,
    "failed": ReceiptKind.FAILED,
}
_DISPOSITION = {"displayed": ReceiptKind.DISPLAYED, "deleted": ReceiptKind.DELETED}
_FOLDED = re.compile(rb"\r?\n[ \t]+")
_BLANK = re.compile(rb"\r?\n(?:[ \t]*\r?\n)+")
_ID = re.compile(r"<[^<>\s]{1,990}>")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_ADDRESS = re.compile(r"[^\s;<>]{1,300}@[^\s;<>]{1,250}")
_Fields = dict[str, str]


def read_receipts(raw: bytes, parsed: ParsedMessage) -> tuple[Receipt, ...]:
    """What the message reports about mail sent earlier; nothing for what is no whole report."""
    if parsed.root.content_type != "multipart/report":
        return ()
    part = next((one for one in parsed.root.children if one.content_type in _READERS), None)
    if part is None:
        return ()
    groups = _groups(part_content(raw, part)[:_MAX_REPORT])
    if not groups:
        return ()
    date, senders = parsed.envelope.date, parsed.envelope.from_
    when = date.astimezone(UTC) if date is not None else None
    by = senders[0].addr_spec if senders else ""
    if part.content_type == _MDN:
        return tuple(_displayed(groups[0], when, by))
    message_id = _envelope_id(groups[0]) or _returned_id(raw, parsed)
    return tuple(_delivered(groups[1 : MAX_RECIPIENTS + 1], message_id, when, by))


def receipt_wanted(parsed: ParsedMessage) -> tuple[MailAddress, ...]:
    """Who asks for a read receipt; nobody where an answer is ruled out (RFC 8098 section 2.1, RFC 3834)."""
    asked = [field.value for field in parsed.headers if field.name.lower() == "disposition-notification-to"]
    if len(asked) != 1 or _is_automatic(parsed):
        return ()
    return read_addresses(asked)


def may_answer_unasked(parsed: ParsedMessage) -> bool:
    """One address, and the message came from there: else a person has to agree (RFC 8098 section 2.1)."""
    wanted = receipt_wanted(parsed)
    path = next((field.value for field in parsed.headers if field.name.lower() == "return-path"), None)
    origin = read_addresses([path]) if path is not None else parsed.envelope.from_
    one = len(wanted) == 1 and len(origin) == 1
    return one and same_mailbox(wanted[0].addr_spec, origin[0].addr_spec)


def disposition(me: MailAddress, message_id: str, *, automatic: bool) -> str:
    """The machine-readable part of a read receipt (RFC 8098 section 3.2)."""
    mode = "automatic-action/MDN-sent-automatically" if automatic else "manual-action/MDN-sent-manually"
    lines = [
        "Reporting-UA: Cong Thu",
        f"Final-Recipient: rfc822;{me.addr_spec}",
        *([f"Original-Message-ID: {message_id}"] if _ID.fullmatch(message_id) else []),
        f"Disposition: {mode}; displayed",
    ]
    return "".join(f"{line}\r\n" for line in lines)


_MDN = "message/disposition-notification"
_READERS = frozenset({_MDN, "message/delivery-status", "message/global-delivery-status"})


def _displayed(group: _Fields, when: datetime | None, by: str) -> Iterator[Receipt]:
    message_id = _ID.search(group.get("original-message-id", ""))
    kind = _DISPOSITION.get(group.get("disposition", "").rpartition(";")[2].strip().split("/")[0].lower())
    recipient = _address(group.get("final-recipient", "") or group.get("original-recipient", ""))
    if message_id and kind and recipient:
        yield Receipt(message_id.group(), recipient, kind, when, by)


def _delivered(groups: list[_Fields], message_id: str, when: datetime | None, by: str) -> Iterator[Receipt]:
    for group in groups if message_id else ():
        kind = _DELIVERY.get(group.get("action", "").split("(")[0].strip().lower())
        # The address the sender wrote, where the report has it: the final one may be another's affair.
        recipient = _address(group.get("original-recipient", "")) or _address(
            group.get("final-recipient", "")
        )
        if kind and recipient:
            words = (group.get("status", ""), group.get("diagnostic-code", "").partition(";")[2])
            detail = " ".join(filter(None, map(str.strip, words)))
            quiet = kind in {ReceiptKind.DELIVERED, ReceiptKind.RELAYED}
            yield Receipt(message_id, recipient, kind, when, by, "" if quiet else detail)


def _groups(content: bytes) -> list[_Fields]:
    """Blocks of fields; of a field that is repeated within one the first counts."""
    found = []
    for block in _BLANK.split(content.strip()):
        group: _Fields = {}
        for line in _FOLDED.sub(b" ", block).splitlines():
            name, colon, value = line.partition(b":")
            if colon:
                group.setdefault(
                    name.decode("latin-1").strip().lower(), printable(decode_header(value[:_MAX_FIELD]))
                )
        if group:
            found.append(group)
    return found


def _envelope_id(group: _Fields) -> str:
    """Our ENVID is the message identifier in xtext (RFC 3461 section 4.4)."""
    text = _XTEXT.sub(lambda found: chr(int(found.group(1), 16)), group.get("original-envelope-id", ""))
    found = _ID.search(text)
    return found.group() if found else ""


def _returned_id(raw: bytes, parsed: ParsedMessage) -> str:
    """The Message-ID of the message, or of its header, that came back with the report."""
    for part in parsed.root.children[1:]:
        if part.content_type in {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"}:
            groups = _groups(_returned_header(raw, part))
            found = _ID.search(groups[0].get("message-id", "")) if groups else None
            if found:
                return found.group()
    return ""


def _returned_header(raw: bytes, part: BodyPart) -> bytes:
    return _BLANK.split(part_content(raw, part)[:_MAX_REPORT].lstrip(), maxsplit=1)[0]


def _address(value: str) -> str:
    found = _ADDRESS.search(value.partition(";")[2] if ";" in value else value)
    return found.group() if found else ""


def _is_automatic(parsed: ParsedMessage) -> bool:
    fields = {field.name.lower(): decode_header(field.value).strip().lower() for field in parsed.headers}
    if fields.get("auto-submitted", "no").partition(";")[0].strip() != "no" or "list-id" in fields:
        return True
    return fields.get("precedence", "") in {"bulk", "list", "junk"} or (
        parsed.root.content_type == "multipart/report"
    )
