"""What is attached to a message and carries a signature of its own; it never speaks for the message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from client.crypto import cms, verdicts
from client.crypto.cms_judging import judged
from client.crypto.examination import single
from client.crypto.keys import Purpose
from client.crypto.pades_validation import verify_pdf
from client.mime import parser
from client.mime.smime import ENVELOPE_TYPES
from client.mime.tree import MESSAGE_TYPES
from client.model.message import BodyPart, ParsedMessage
from client.model.text import nfc
from client.model.trust import VerificationDemand
from client.model.verdict import Indication, Reason, SignatureVerdict, VerificationReport

_NOT_JUDGED = frozenset({Reason.MESSAGE_UNREADABLE, Reason.CHECK_NOT_RUN, Reason.PIECE_OF_LETTER})
MessageJudge = Callable[[bytes], VerificationReport]
"""Judges an attached message by itself: its signer against its own From."""


def judge_attachments(
    raw: bytes,
    parsed: ParsedMessage,
    demand: VerificationDemand,
    judge_message: MessageJudge,
    judged: str = "",
) -> tuple[tuple[SignatureVerdict, ...], tuple[Reason, ...]]:
    """Every signed PDF, ``.p7s`` and attached message, each on its own; and what could not be read.

    ``judged`` is the section of a part that was judged as the message's own signature.
    """
    framed = _framed_signatures(parsed) | ({judged} if judged else set())
    parts = tuple(part for part in parser.attachments(parsed) if part.section not in framed)
    found: list[SignatureVerdict] = []
    unread: list[Reason] = []
    for part in parts:
        content = parser.part_content(raw, part)
        if cms.is_pdf(content, part.filename):
            report = verify_pdf(content, demand, name=part.filename, password=demand.password)
            found += [_at(verdict, part, report.reasons) for verdict in report.signatures]
            # A broken PDF that was never signed says nothing about signatures.
            if (
                not report.signatures
                and report.indication is not Indication.NONE
                and b"/ByteRange" in content
            ):
                unread += report.reasons
        elif part.content_type in MESSAGE_TYPES:
            report = judge_message(content)
            found += [_of_message(verdict, part) for verdict in report.signatures]
            unread += [reason for reason in report.reasons if reason in _NOT_JUDGED]
        elif part is not parsed.root and part.filename.lower().endswith((".p7s", ".p7m")):
            found += _judge_cms_file(raw, part, content, parts, demand)
    return tuple(found), tuple(unread)


def _framed_signatures(parsed: ParsedMessage) -> frozenset[str]:
    """Sections that belong to a multipart/signed: judged with it, not as files of their own."""
    return frozenset(
        child.section
        for part in parsed.root.walk()
        if part.content_type == "multipart/signed"
        for number, child in enumerate(part.children)
        if number > 0 or child.content_type in ENVELOPE_TYPES
    )


def _judge_cms_file(
    raw: bytes,
    part: BodyPart,
    content: bytes,
    parts: tuple[BodyPart, ...],
    demand: VerificationDemand,
) -> tuple[SignatureVerdict, ...]:
    """A ``report.docx.p7s`` signs the ``report.docx`` that came with it."""
    der = cms.read_signed_data(content)
    where = part.filename
    if der is None and part.content_type == "application/pkcs7-mime":
        return ()  # an encrypted file: no signature that could be seen
    if der is None:
        return (judged(single(verdicts.UNREADABLE), Purpose.DOCUMENT, where),)
    if cms.has_content(der):
        return cms.verify_opaque(der, demand, purpose=Purpose.DOCUMENT, where=where)[1]
    partners = _partners(part, parts)
    if len(partners) != 1:
        return (judged(single(verdicts.DATA_MISSING), Purpose.DOCUMENT, where),)
    signed = parser.part_content(raw, partners[0])
    return cms.verify_detached(signed, der, demand, purpose=Purpose.DOCUMENT, where=where)


def _partners(part: BodyPart, parts: tuple[BodyPart, ...]) -> list[BodyPart]:
    """``bang.xlsx`` for ``bang.xlsx.p7s``; failing that, for ``bang.p7s``, the one file of that stem."""
    stem = _same(part.filename.rpartition(".")[0])
    others = [other for other in parts if other is not part and not _same(other.filename).endswith(".p7s")]
    whole = [other for other in others if _same(other.filename) == stem]
    return whole or [other for other in others if _same(other.filename).rpartition(".")[0] == stem]


def _same(name: str) -> str:
    """Names that look alike are one: NFC or NFD, capitals or not."""
    return nfc(name).casefold()


def _at(verdict: SignatureVerdict, part: BodyPart, of_file: tuple[Reason, ...]) -> SignatureVerdict:
    """The verdict with its place in the message, and with what is to be said of the whole file."""
    name = part.filename
    return replace(
        verdict,
        where=f"{name}: {verdict.where}" if verdict.where else name,
        section=part.section,
        reasons=tuple(dict.fromkeys((*verdict.reasons, *of_file))),
    )


def _of_message(verdict: SignatureVerdict, part: BodyPart) -> SignatureVerdict:
    name = part.filename or f"{part.section or '1'}.eml"
    section = f"{part.section}/{verdict.section}" if verdict.section else part.section
    return replace(verdict, where=f"{name}: {verdict.where}", section=section)
