"""A read receipt for a received message; runs in the workshop."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from client.errors import MalformedMessage
from client.mime.builder import build_receipt
from client.mime.parser import parse_message
from client.mime.reports import disposition, may_answer_unasked, receipt_wanted
from client.model.account import Account
from client.model.outgoing import OutgoingMessage
from client.services.new_draft import new_draft

_TEXT = """Thư gửi {to} với tiêu đề “{subject}” đã được mở lúc {when}.

Đây là xác nhận do chương trình thư lập; nó không chứng minh rằng nội dung đã được đọc hoặc hiểu.
"""


def write_receipt(
    raw: bytes, account: Account, at: datetime, *, automatic: bool
) -> tuple[str, OutgoingMessage]:
    """The Message-ID that is answered and the receipt, with the null return path (RFC 8098 section 3).

    Raises `MalformedMessage` (``no-receipt``) where none was asked for, or none may go out unasked.
    """
    parsed = parse_message(raw)
    envelope, wanted = parsed.envelope, receipt_wanted(parsed)
    if not wanted or not envelope.message_id or (automatic and not may_answer_unasked(parsed)):
        raise MalformedMessage(reason="no-receipt")
    me = account.identity.address
    empty = new_draft(account)
    when = at.astimezone().strftime("%d/%m/%Y %H:%M")
    draft = replace(
        empty,
        to=wanted,
        subject=f"Đã mở: {envelope.subject}",
        body=_TEXT.format(to=me.addr_spec, subject=envelope.subject, when=when),
        in_reply_to=envelope.message_id,
        references=(*envelope.references, envelope.message_id),
    )
    content = build_receipt(draft, at, disposition(me, envelope.message_id, automatic=automatic))
    recipients = tuple(address.addr_spec for address in wanted)
    message = OutgoingMessage(
        account.account_id, draft.message_id, "", recipients, content, subject=draft.subject
    )
    return envelope.message_id, message
