"""S/MIME (RFC 8551): sign an entity, judge a message with its sender and its signed attachments."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from client.crypto import cms, verdicts
from client.crypto.certificates import mail_addresses
from client.crypto.identity import Sender, add_doubts, doubts_about, identity_doubts, match_identity
from client.crypto.keys import Purpose, SigningKey
from client.crypto.pades_validation import verify_pdf
from client.errors import SigningRefused
from client.mime import parser
from client.mime.smime import ENVELOPE_TYPES, ShapeKind, SmimeShape, find_shape
from client.model.address import same_mailbox
from client.model.message import BodyPart, ParsedMessage
from client.model.text import nfc
from client.model.trust import VerificationDemand
from client.model.verdict import (
    Coverage,
    Indication,
    Reason,
    SignatureFormat,
    SignatureVerdict,
    VerificationReport,
    worst_of,
)

_WHERE = "message"


def sign_entity(entity: bytes, key: SigningKey, *, sender: str, signing_time: datetime) -> bytes:
    """The detached signature (DER) of exactly these bytes.

    Raises `SigningRefused` (``signer-not-sender``) when no address of the certificate is ``sender``.
    """
    if not any(same_mailbox(address, sender) for address in mail_addresses(key.certificate_der)):
        raise SigningRefused(reason=Reason.SIGNER_NOT_SENDER.value)
    return cms.sign_mail(entity, key, signing_time)


def verify_message(raw: bytes, demand: VerificationDemand, *, path: str = "") -> VerificationReport:
    """Judge the message's own signature, whether it is the sender's, and every signed attachment."""
    parsed = parser.parse_message(raw)
    if parsed.incomplete:
        return VerificationReport(
            path,
            Indication.INDETERMINATE,
            Coverage.UNCLEAR,
            reasons=(Reason.MESSAGE_UNREADABLE,),
            unreadable=True,
        )
    shape = find_shape(raw, parsed)
    own, coverage, reasons = _judge_shape(shape, demand)
    sender = Sender.of(parsed)
    identity = match_identity(sender, own)
    doubts = identity_doubts(sender, own)
    own = tuple(add_doubts(verdict, doubts_about(verdict, sender)) for verdict in own)
    attached, unread = _judge_all_attachments(raw, parsed, shape, demand)
    if attached and coverage is Coverage.NONE:
        coverage = Coverage.ATTACHMENTS
    problems = [Indication.INDETERMINATE] if reasons or unread else []
    indication = worst_of([*(verdict.indication for verdict in (*own, *attached)), *problems])
    shown = tuple(dict.fromkeys((*reasons, *doubts, *unread)))
    return VerificationReport(path, indication, coverage, (*own, *attached), identity, shown)


def _judge_shape(
    shape: SmimeShape, demand: VerificationDemand
) -> tuple[tuple[SignatureVerdict, ...], Coverage, tuple[Reason, ...]]:
    match shape.kind:
        case ShapeKind.NONE:
            return (), Coverage.NONE, ()
        case ShapeKind.ENCRYPTED:
            return (), Coverage.UNCLEAR, (Reason.MESSAGE_ENCRYPTED,)
        case ShapeKind.MALFORMED:
            return (_unreadable(),), Coverage.UNCLEAR, ()
        case ShapeKind.OPAQUE:
            content, found = cms.verify_opaque(
                shape.signature_der, demand, purpose=Purpose.MAIL, where=_WHERE
            )
            inner, reasons = _look_inside(content, demand, opaque=True)
            return (*found, *inner), Coverage.WHOLE, reasons
        case ShapeKind.DETACHED:
            inner, reasons = _look_inside(shape.signed_entity, demand, opaque=False)
            return (*_detached(shape, demand), *inner), Coverage.WHOLE, reasons
        case ShapeKind.PARTIAL:
            found = tuple(_partly(verdict) for verdict in _detached(shape, demand))
            return found, Coverage.PARTIAL, (Reason.PARTLY_SIGNED,)


def _look_inside(
    content: bytes, demand: VerificationDemand, *, opaque: bool
) -> tuple[tuple[SignatureVerdict, ...], tuple[Reason, ...]]:
    """A layer within a signed one (RFC 2634 section 1.1): its signer has to be the sender too.

    The outer signature does cover it, yet readers show the inner signer and the inner text. Only a
    sound opaque layer within an opaque one adds nothing: there is no reader that shows it apart.
    """
    shape = find_shape(content, parser.parse_message(content))
    match shape.kind:
        case ShapeKind.ENCRYPTED:
            return (), (Reason.MESSAGE_ENCRYPTED,)
        case ShapeKind.DETACHED:
            return _detached(shape, demand), ()
        case ShapeKind.OPAQUE:
            found = cms.verify_opaque(shape.signature_der, demand, purpose=Purpose.MAIL, where=_WHERE)[1]
            if opaque:
                found = tuple(one for one in found if one.indication is not Indication.TOTAL_PASSED)
            return found, ()
        case ShapeKind.MALFORMED:
            return (_unreadable(),), ()
        case _:
            return (), ()


def _detached(shape: SmimeShape, demand: VerificationDemand) -> tuple[SignatureVerdict, ...]:
    if not shape.signature_der:
        return (_unreadable(),)
    if not shape.signed_entity:
        return cms.verify_opaque(shape.signature_der, demand, purpose=Purpose.MAIL, where=_WHERE)[1]
    return cms.verify_detached(
        shape.signed_entity, shape.signature_der, demand, purpose=Purpose.MAIL, where=_WHERE
    )


def _unreadable() -> SignatureVerdict:
    judgement = verdicts.UNREADABLE
    return SignatureVerdict(
        SignatureFormat.SMIME,
        judgement.indication,
        judgement.sub_indication,
        where=_WHERE,
        reasons=(judgement.reason,),
    )


def _partly(verdict: SignatureVerdict) -> SignatureVerdict:
    return add_doubts(replace(verdict, coverage=Coverage.PARTIAL), (Reason.PARTLY_SIGNED,))


def _judge_all_attachments(
    raw: bytes, parsed: ParsedMessage, shape: SmimeShape, demand: VerificationDemand
) -> tuple[tuple[SignatureVerdict, ...], tuple[Reason, ...]]:
    if shape.kind is ShapeKind.OPAQUE:
        # The files a reader sees are those inside the signed content.
        raw = cms.signed_content(shape.signature_der)
        parsed = parser.parse_message(raw)
    found, unread = _judge_attachments(raw, parsed, demand)
    if parsed.incomplete:
        unread = (*unread, Reason.MESSAGE_UNREADABLE)
    return found, unread


def _judge_attachments(
    raw: bytes, parsed: ParsedMessage, demand: VerificationDemand
) -> tuple[tuple[SignatureVerdict, ...], tuple[Reason, ...]]:
    framed = _framed_signatures(parsed)
    parts = tuple(part for part in parser.attachments(parsed) if part.section not in framed)
    found: list[SignatureVerdict] = []
    unread: list[Reason] = []
    for part in parts:
        content = parser.part_content(raw, part)
        if b"%PDF-" in content[:1024]:
            report = verify_pdf(content, demand, name=part.filename)
            found += [_at(verdict, part, report.reasons) for verdict in report.signatures]
            # A broken PDF that was never signed says nothing about signatures.
            if (
                not report.signatures
                and report.indication is not Indication.NONE
                and b"/ByteRange" in content
            ):
                unread += report.reasons
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
        return (replace(_unreadable(), format=SignatureFormat.CADES, where=where),)
    if cms.has_content(der):
        return cms.verify_opaque(der, demand, purpose=Purpose.DOCUMENT, where=where)[1]
    partners = _partners(part, parts)
    if len(partners) != 1:
        missing = verdicts.DATA_MISSING
        verdict = SignatureVerdict(
            SignatureFormat.CADES, missing.indication, missing.sub_indication, where=where
        )
        return (replace(verdict, reasons=(missing.reason,)),)
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
