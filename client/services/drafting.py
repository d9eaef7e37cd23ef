"""Replies and forwards, made from a received message; runs in the workshop."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from client.errors import MalformedMessage
from client.mime.calendar import answer_invitation, read_invitation
from client.mime.parser import parse_message
from client.mime.smime import ShapeKind, find_shape
from client.mime.view import calendar_object
from client.model.account import Account
from client.model.address import MailAddress, same_mailbox
from client.model.invitation import Attendance
from client.model.message import Envelope
from client.model.outgoing import Draft, DraftAttachment
from client.services.meeting_answers import SUBJECT_MARKS, body_line
from client.services.safe_view import read_view

_REPLY_MARKS = ("re:", "tl:", "trả lời:")
_FORWARD_MARKS = ("fwd:", "fw:", "ct:")
_QUOTE_LIMIT = 200_000
"""Characters of the original that a reply quotes at most."""


def reply_to(raw: bytes, account: Account, empty: Draft, *, reply_all: bool) -> Draft:
    """A reply. What was encrypted is not quoted: it would leave in the clear, or to other people."""
    parsed = parse_message(raw)
    envelope = parsed.envelope
    me = account.identity.address.addr_spec
    to = tuple(envelope.reply_to or envelope.from_)
    cc = tuple(address for address in envelope.to + envelope.cc if reply_all)
    others = tuple(one for one in cc if not same_mailbox(one.addr_spec, me) and one not in to)
    quoted = "" if find_shape(raw, parsed).kind is ShapeKind.ENCRYPTED else _quoted(raw, envelope)
    return replace(
        empty,
        to=to,
        cc=tuple(dict.fromkeys(others)),
        subject=_marked(envelope.subject, "Re: ", _REPLY_MARKS),
        body=f"{empty.body}\n\n{quoted}" if quoted else empty.body,
        in_reply_to=envelope.message_id,
        references=_references(envelope),
    )


def forward_of(raw: bytes, empty: Draft) -> Draft:
    """The original goes along whole as ``.eml``: copied text would lose its signature."""
    subject = _marked(parse_message(raw).envelope.subject, "Fwd: ", _FORWARD_MARKS)
    return replace(empty, subject=subject, attachments=(original_of(raw),))


def original_of(raw: bytes) -> DraftAttachment:
    """A received message as an attachment, named after its subject."""
    subject = parse_message(raw).envelope.subject
    name = "".join(char if char.isalnum() else "_" for char in subject)[:60] or "thu"
    return DraftAttachment(f"{name}.eml", "message/rfc822", raw)


def answer_to(raw: bytes, account: Account, empty: Draft, attendance: Attendance, at: datetime) -> Draft:
    """The answer to an invitation, to its organiser; `MalformedMessage` when it asks for none."""
    parsed = parse_message(raw)
    found = calendar_object(raw, parsed)
    invitation = read_invitation(found) if found else None
    calendar = answer_invitation(found, account.identity.address, attendance, at)
    if invitation is None or invitation.organizer is None or not calendar or not invitation.wants_answer:
        raise MalformedMessage(reason="no-invitation")
    return replace(
        empty,
        to=(invitation.organizer,),
        subject=f"{SUBJECT_MARKS[attendance]}{invitation.summary}",
        body=f"{body_line(attendance, invitation.summary)}{empty.body}",
        in_reply_to=parsed.envelope.message_id,
        references=_references(parsed.envelope),
        calendar=calendar,
    )


def _marked(subject: str, mark: str, known: tuple[str, ...]) -> str:
    return subject if subject.casefold().startswith(known) else f"{mark}{subject}"


def _references(envelope: Envelope) -> tuple[str, ...]:
    chain = envelope.references or ((envelope.in_reply_to,) if envelope.in_reply_to else ())
    return (*chain, envelope.message_id) if envelope.message_id else tuple(chain)


def _quoted(raw: bytes, envelope: Envelope) -> str:
    text = read_view(raw).text[:_QUOTE_LIMIT]
    lines = "\n".join(f"> {line}" for line in text.splitlines())
    return f"{_attribution(envelope.from_, envelope.date)}\n{lines}"


def _attribution(senders: tuple[MailAddress, ...], date: datetime | None) -> str:
    who = str(senders[0]) if senders else "…"
    when = date.astimezone().strftime("%d/%m/%Y %H:%M") if date else "…"
    return f"Vào {when}, {who} đã viết:"
