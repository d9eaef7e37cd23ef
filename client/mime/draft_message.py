"""A draft as a message for the drafts mailbox: Bcc stays in it, signatures do not belong to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

from client.errors import MalformedMessage
from client.mime.builder import build_entity, wishes
from client.mime.writing import address_field, ascii_addr_spec, ids_field, text_field
from client.model.address import MailAddress
from client.model.outgoing import Draft
from client.model.server_draft import COPY_FIELD, DRAFT_FIELD, UNFINISHED_FIELD


def build_draft(draft: Draft, date: datetime, *, message_id: str, token: str, identity: str) -> bytes:
    """The whole message; ``message_id`` is this copy's, the draft's own is not told.

    A recipient that is no address yet keeps its place in a field of ours.
    """
    fields = [text_field("Date", format_datetime(date))]
    sender = (draft.sender,) if draft.sender is not None else ()
    lines = (("From", sender), ("To", draft.to), ("Cc", draft.cc), ("Bcc", draft.bcc))
    for name, addresses in lines:
        if good := [one for one in addresses if _is_address(one)]:
            fields.append(address_field(name, good))
    fields.append(text_field("Subject", draft.subject))
    fields.append(ids_field("Message-ID", [message_id]))
    fields.append(ids_field("In-Reply-To", [draft.in_reply_to] if draft.in_reply_to else []))
    fields.append(ids_field("References", draft.references))
    fields.append(wishes(draft) if not sender or _is_address(sender[0]) else b"")
    fields.append(text_field(DRAFT_FIELD, identity))
    fields.append(text_field(COPY_FIELD, token))
    fields += [text_field(UNFINISHED_FIELD, one.addr_spec) for one in _unfinished(draft)]
    fields.append(b"MIME-Version: 1.0\r\n")
    return b"".join(fields) + build_entity(draft)


def _unfinished(draft: Draft) -> Sequence[MailAddress]:
    return [one for one in draft.recipients if not _is_address(one)]


def _is_address(address: MailAddress) -> bool:
    try:
        ascii_addr_spec(address.addr_spec)
    except MalformedMessage:
        return False
    return True
