"""Holds a message against the regulation: reads what is attached, then runs the rules.

Runs in the workshop: it parses what nobody has vouched for. Everything going in and out is picklable.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from client.config.policy import Policy
from client.crypto.pades_validation import verify_pdf
from client.documents.fields import read_document
from client.documents.sniff import sniff
from client.documents.text import has_text, read_text
from client.errors import ClientError, DocumentEncrypted, MalformedDocument, MalformedMessage
from client.mime import html, parser
from client.mime.splitting import why_unusable
from client.model.account import Identity
from client.model.document import DocumentText
from client.model.filekind import FileKind
from client.model.finding import CheckReport
from client.model.message import BodyPart, ParsedMessage
from client.model.outgoing import Draft
from client.model.trust import VerificationDemand
from client.model.verdict import (
    Indication,
    Reason,
    SignatureFormat,
    SignatureVerdict,
    SubIndication,
)
from client.rules.context import CheckContext, CheckedAttachment
from client.rules.engine import run_rules

_MAX_FORWARDED = 3
"""Messages attached to messages are followed this deep."""
_REPLY_PREFIXES = ("re:", "tl:", "trả lời:")
_WITHOUT_TEXT = ("image/", "audio/", "video/", "font/")
_ARCHIVES = frozenset({"zip", "jar", "apk"})


def check_draft(
    draft: Draft,
    identity: Identity,
    policy: Policy,
    now: datetime,
    demand: VerificationDemand,
    *,
    size_limit: int | None = None,
) -> CheckReport:
    """Judge a draft before it is signed and sent; ``size_limit`` is the server's SIZE in bytes.

    Attachments marked ``sign`` count as about to be signed. Never raises for what is attached: what
    cannot be read is listed under ``unchecked``.
    """
    attachments: list[CheckedAttachment] = []
    for item in draft.attachments:
        read = _read_attachment(item.name, item.content, item.media_type, demand)
        attachments += [replace(read[0], sign=item.sign), *read[1:]]
    context = CheckContext(
        identity=identity,
        sender=draft.sender,
        from_count=1 if draft.sender else 0,
        to=draft.to,
        cc=draft.cc,
        bcc=draft.bcc,
        subject=draft.subject,
        body_text=draft.body,
        is_reply=_is_reply(draft.subject, draft.in_reply_to),
        attachments=tuple(attachments),
        document_type=draft.document_type,
        size_limit=size_limit,
        now=now,
        signing_planned=True,
    )
    return run_rules(context, policy)


def check_message(
    raw: bytes,
    identity: Identity | None,
    policy: Policy,
    now: datetime,
    demand: VerificationDemand,
    *,
    size_limit: int | None = None,
) -> CheckReport:
    """Judge a message as it stands (``congthu check``); nothing in it will be signed any more.

    Without an ``identity`` the From field is all that is known of the sender. Raises `MalformedMessage`
    for a message that cannot be read to its end, since half a message must not pass, and for one that
    does not say in one From field who sends it.
    """
    parsed = parser.parse_message(raw)
    if problem := why_unusable(parsed):
        raise MalformedMessage(reason=problem)
    envelope = parsed.envelope
    sender = envelope.from_[0]
    context = CheckContext(
        identity=identity or Identity(sender),
        sender=sender,
        from_count=envelope.from_count,
        to=envelope.to,
        cc=envelope.cc,
        bcc=envelope.bcc,
        subject=envelope.subject,
        body_text=_body_text(raw, parsed),
        is_reply=_is_reply(envelope.subject, envelope.in_reply_to),
        attachments=_attachments_of(raw, parsed, demand, depth=0),
        document_type="",
        size_limit=size_limit,
        now=now,
        signing_planned=False,
    )
    return run_rules(context, policy)


def _is_reply(subject: str, in_reply_to: str) -> bool:
    return bool(in_reply_to) or subject.strip().lower().startswith(_REPLY_PREFIXES)


def _body_text(raw: bytes, parsed: ParsedMessage) -> str:
    plain, rich = parser.body_parts(parsed)
    texts = [parser.part_text(raw, plain)] if plain else []
    if rich:
        # Readers show one of the two; a marking must be found in either.
        rich_text = html.to_text(parser.part_text(raw, rich))
        texts += [] if texts and _same_words(texts[0], rich_text) else [rich_text]
    return "\n".join(texts)


def _same_words(one: str, other: str) -> bool:
    return one.split() == other.split()


def _attachments_of(
    raw: bytes, parsed: ParsedMessage, demand: VerificationDemand, depth: int
) -> tuple[CheckedAttachment, ...]:
    found: list[CheckedAttachment] = []
    for part in parser.attachments(parsed):
        content = parser.part_content(raw, part)
        name = part.original_filename or part.filename or part.section
        read = _read_attachment(name, content, part.content_type, demand, depth)
        inline = _is_inline(part)
        unread = "" if inline and read[0].unread == "picture" else read[0].unread
        found += [replace(read[0], inline=inline, unread=unread), *read[1:]]
    return tuple(found)


def _is_inline(part: BodyPart) -> bool:
    return part.disposition == "inline" or (bool(part.content_id) and part.disposition != "attachment")


def _read_attachment(
    name: str, content: bytes, media_type: str, demand: VerificationDemand, depth: int = 0
) -> tuple[CheckedAttachment, ...]:
    """The attachment, followed by those of a message it may be."""
    kind = sniff(content, name)
    bare = CheckedAttachment(name, len(content), kind)
    if media_type == "message/rfc822" or name.lower().endswith(".eml"):
        return _read_forwarded(bare, content, demand, depth)
    if not has_text(kind):
        return (replace(bare, unread=_why_unread(kind)),)
    try:
        text = read_text(content, kind)
    except DocumentEncrypted:
        return (replace(bare, unread="encrypted"),)
    except MalformedDocument as error:
        return (replace(bare, unread=str(error.params.get("reason", "corrupt"))),)
    signatures = _signatures(content, name, demand) if kind.extension == "pdf" else ()
    return (replace(bare, text=text, document=read_document(text), signatures=signatures),)


def _why_unread(kind: FileKind) -> str:
    """Pictures and programs have no text to miss; anything else that was not read is reported."""
    if kind.media_type.startswith(_WITHOUT_TEXT) or kind.executable or kind.unread:
        # What a picture shows is unknown too: a scan is not "nothing found".
        return "picture" if kind.media_type.startswith("image/") else ""
    if kind.encrypted:
        return "encrypted"
    return "archive-content" if kind.extension in _ARCHIVES else "unsupported-format"


def _read_forwarded(
    bare: CheckedAttachment, content: bytes, demand: VerificationDemand, depth: int
) -> tuple[CheckedAttachment, ...]:
    parsed = parser.parse_message(content)
    if parsed.incomplete or depth >= _MAX_FORWARDED:
        return (replace(bare, unread="incomplete"),)
    inner = _attachments_of(content, parsed, demand, depth + 1)
    words = DocumentText(())
    if parsed.headers:
        words = read_text(f"{parsed.envelope.subject}\n{_body_text(content, parsed)}".encode(), _PLAIN)
    inside = (replace(item, name=f"{bare.name}/{item.name}", size=0, forwarded=True) for item in inner)
    return (replace(bare, text=words), *inside)


_PLAIN = FileKind("text/plain", "txt")


def _signatures(pdf: bytes, name: str, demand: VerificationDemand) -> tuple[SignatureVerdict, ...]:
    """The verdicts; a verifier that could not run leaves one that is undecided, never none at all."""
    try:
        report = verify_pdf(pdf, demand, name=name)
    except ClientError:
        return (_undecided(name),)
    if not report.signatures and report.indication is not Indication.NONE:
        return (_undecided(name),)
    return report.signatures


def _undecided(name: str) -> SignatureVerdict:
    return SignatureVerdict(
        SignatureFormat.PADES,
        Indication.INDETERMINATE,
        SubIndication.CHECK_NOT_RUN,
        where=name,
        reasons=(Reason.CHECK_NOT_RUN,),
    )
