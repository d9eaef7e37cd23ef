"""Holds a message against the regulation: reads what is attached, then runs the rules.

Runs in the workshop: it parses what nobody has vouched for. Everything going in and out is picklable.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain, count, repeat

from client.config.policy import Policy
from client.errors import MalformedMessage
from client.mime import parser
from client.mime.splitting import why_unusable
from client.model.account import Identity
from client.model.finding import CheckReport, Unchecked
from client.model.message import BodyPart, ParsedMessage
from client.model.outgoing import Draft
from client.model.trust import VerificationDemand
from client.rules.context import CheckContext, CheckedAttachment, Surroundings
from client.rules.engine import run_rules
from client.services import checking_message as facts
from client.services.check_orders import FilesWanted
from client.services.checking_cache import ReadCache, read_cache
from client.services.checking_reading import Depth, body_text, key_of, part_name, read_attachment
from client.services.registering import entries_of

NOTHING = hashlib.sha256(b"").hexdigest()
_REPLY_PREFIXES = ("re:", "tl:", "trả lời:")


def check_draft(
    draft: Draft,
    identity: Identity,
    policy: Policy,
    now: datetime,
    demand: VerificationDemand,
    *,
    size_limit: int | None = None,
    around: Surroundings | None = None,
    cache: ReadCache | None = None,
    digests: tuple[str, ...] = (),
) -> CheckReport:
    """Judge a draft before it is signed and sent; ``size_limit`` is the server's SIZE in bytes.

    Attachments marked ``sign`` count as about to be signed. Never raises for what is attached: what
    cannot be read is listed under ``unchecked``. Files read before are not read again (``cache``): with
    their SHA-256 as ``digests`` the draft may come without their content, and `FilesWanted` names those
    that are not known after all.
    """
    kept = cache if cache is not None else read_cache()
    _want_unknown(draft, digests, demand, kept)
    attachments: list[CheckedAttachment] = []
    for item, number, digest in zip(draft.attachments, count(1), chain(digests, repeat("")), strict=False):
        read = read_attachment(item.name, item.content, item.media_type, demand, kept, digest)
        first = replace(read[0], sign=item.sign, role=item.role)
        attachments += [replace(one, number=number) for one in (first, *read[1:])]
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
        is_urgent=draft.urgent,
        around=around or Surroundings(),
    )
    return _with_documents(run_rules(context, policy), context, policy)


def check_message(
    raw: bytes,
    identity: Identity | None,
    policy: Policy,
    now: datetime,
    demand: VerificationDemand,
    *,
    size_limit: int | None = None,
    around: Surroundings | None = None,
) -> CheckReport:
    """Judge a message as it stands (``congthu check``); nothing in it will be signed any more.

    Without an ``identity`` the From field is all that is known of the sender. Raises `MalformedMessage`
    for a message that cannot be read to its end, since half a message must not pass, and for one that
    does not say in one From field who sends it.
    """
    parsed = parser.parse_message(raw)
    if problem := why_unusable(parsed):
        raise MalformedMessage(reason=problem)
    context = message_context(raw, parsed, demand, identity or Identity(parsed.envelope.from_[0]), now)
    context = replace(context, size_limit=size_limit, around=around or Surroundings())
    report = _with_documents(run_rules(context, policy), context, policy)
    if facts.is_encrypted(raw, parsed):
        return replace(report, unchecked=(Unchecked("body", "encrypted"), *report.unchecked))
    return report


def _want_unknown(
    draft: Draft, digests: tuple[str, ...], demand: VerificationDemand, cache: ReadCache
) -> None:
    left_out = [
        (digest, item)
        for digest, item in zip(digests, draft.attachments, strict=False)
        if not item.content and digest != NOTHING
    ]
    wanted = [
        one for one, item in left_out if not cache.knows(key_of(one, item.name, item.media_type), demand)
    ]
    if wanted:
        raise FilesWanted(*wanted)


def _with_documents(report: CheckReport, context: CheckContext, policy: Policy) -> CheckReport:
    """Of a message that holds a secret nothing is told."""
    if report.holds_secret:
        return report
    own = (one for one in context.attachments if not one.forwarded and not one.nested)
    return replace(report, documents=entries_of(own, policy))


def message_context(
    raw: bytes,
    parsed: ParsedMessage,
    demand: VerificationDemand,
    identity: Identity,
    now: datetime,
    *,
    depth: Depth = Depth.SCANS,
) -> CheckContext:
    """A finished message as the rules see it; ``depth`` as in `read_attachment`."""
    envelope, headers = parsed.envelope, facts.asked_headers(parsed)
    content, inner = facts.unwrapped(raw, parsed)
    return CheckContext(
        identity=identity,
        sender=envelope.from_[0],
        from_count=envelope.from_count,
        to=envelope.to,
        cc=envelope.cc,
        bcc=envelope.bcc,
        subject=envelope.subject,
        body_text=body_text(content, inner),
        is_reply=_is_reply(envelope.subject, envelope.in_reply_to),
        attachments=tuple(_attachments_of(content, inner, demand, depth=depth)),
        document_type="",
        size_limit=None,
        now=now,
        signing_planned=False,
        headers=headers,
        is_urgent=facts.is_urgent(headers),
        charsets=facts.charsets(content, inner),
        raw_headers=facts.raw_headers(parsed),
        decomposed=tuple(facts.decomposed_parts(content, inner)),
        message_signers=facts.message_signers(raw, parsed, demand),
    )


def _attachments_of(
    raw: bytes, parsed: ParsedMessage, demand: VerificationDemand, *, depth: Depth
) -> Iterator[CheckedAttachment]:
    listed = parser.attachments(parsed)
    for number, part in enumerate(listed, 1):
        content = parser.part_content(raw, part)
        name, cache = part_name(part), read_cache()
        read = read_attachment(name, content, part.content_type, demand, cache, depth=depth)
        inline = _is_inline(part)
        for place, one in enumerate(read):
            yield replace(one, number=number, inline=inline and place == 0)
    plain, _ = parser.body_parts(parsed)
    for number, file in enumerate(parser.inline_files(raw, plain) if plain else (), len(listed) + 1):
        read = read_attachment(file.name, file.content, "", demand, read_cache(), depth=depth)
        yield from (replace(one, number=number) for one in read)


def _is_inline(part: BodyPart) -> bool:
    return part.disposition == "inline" or (bool(part.content_id) and part.disposition != "attachment")


def _is_reply(subject: str, in_reply_to: str) -> bool:
    return bool(in_reply_to) or subject.strip().lower().startswith(_REPLY_PREFIXES)
