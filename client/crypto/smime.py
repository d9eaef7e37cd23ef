"""S/MIME (RFC 8551): sign an entity, judge a message with its sender and its signed attachments."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from client.crypto import cms, verdicts
from client.crypto.certificates import mail_addresses
from client.crypto.keys import Purpose, SigningKey
from client.crypto.pades_validation import verify_pdf
from client.errors import SigningRefused
from client.mime import parser
from client.mime.smime import ShapeKind, SmimeShape, find_shape
from client.model.address import MailAddress, same_mailbox
from client.model.message import BodyPart, Envelope, ParsedMessage
from client.model.trust import VerificationDemand
from client.model.verdict import (
    Coverage,
    IdentityMatch,
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
    identity = _match_identity(parsed.envelope, own)
    doubts = _identity_doubts(parsed.envelope, own)
    own = tuple(_with_doubts(verdict, parsed.envelope) for verdict in own)
    attached, unread = _judge_attachments(raw, parsed, demand)
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
            inner, reasons = _look_inside(content, demand)
            return (*found, *inner), Coverage.WHOLE, reasons
        case ShapeKind.DETACHED:
            return _detached(shape, demand), Coverage.WHOLE, ()
        case ShapeKind.PARTIAL:
            found = tuple(_partly(verdict) for verdict in _detached(shape, demand))
            return found, Coverage.PARTIAL, (Reason.PARTLY_SIGNED,)


def _look_inside(
    content: bytes, demand: VerificationDemand
) -> tuple[tuple[SignatureVerdict, ...], tuple[Reason, ...]]:
    """A broken or unreadable layer within a signed one must be seen; a sound opaque one adds nothing."""
    shape = find_shape(content, parser.parse_message(content))
    if shape.kind is ShapeKind.ENCRYPTED:
        return (), (Reason.MESSAGE_ENCRYPTED,)
    found: tuple[SignatureVerdict, ...] = ()
    if shape.kind is ShapeKind.DETACHED:
        # Readers show the inner signer of this form, so that signer has to be the sender too.
        return _detached(shape, demand), ()
    if shape.kind is ShapeKind.OPAQUE:
        found = cms.verify_opaque(shape.signature_der, demand, purpose=Purpose.MAIL, where=_WHERE)[1]
    elif shape.kind is ShapeKind.MALFORMED:
        found = (_unreadable(),)
    return tuple(verdict for verdict in found if verdict.indication is not Indication.TOTAL_PASSED), ()


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
    return _doubt(replace(verdict, coverage=Coverage.PARTIAL), (Reason.PARTLY_SIGNED,))


def _doubt(verdict: SignatureVerdict, reasons: tuple[Reason, ...]) -> SignatureVerdict:
    """Add identity reasons; a passed verdict becomes INDETERMINATE, a worse one stays what it is."""
    if not reasons:
        return verdict
    told = tuple(dict.fromkeys((*verdict.reasons, *reasons)))
    if verdict.indication is not Indication.TOTAL_PASSED:
        return replace(verdict, reasons=told)
    judgement = verdicts.of_identity(reasons[0])
    return replace(
        verdict, indication=judgement.indication, sub_indication=judgement.sub_indication, reasons=told
    )


def _with_doubts(verdict: SignatureVerdict, envelope: Envelope) -> SignatureVerdict:
    return _doubt(verdict, _doubts_about(verdict, envelope))


def _doubts_about(verdict: SignatureVerdict, envelope: Envelope) -> tuple[Reason, ...]:
    """Why this signer cannot be taken for the sender; RFC 8550 section 3."""
    if verdict.signer is None:
        return ()
    if envelope.from_count == 0 or not envelope.from_:
        return (Reason.FROM_MISSING,)
    if envelope.from_count > 1 or len(envelope.from_) > 1:
        return (Reason.FROM_AMBIGUOUS,)
    if not verdict.signer.emails:
        return (Reason.CERTIFICATE_WITHOUT_ADDRESS,)
    sender = envelope.from_[0].addr_spec
    if any(same_mailbox(address, sender) for address in verdict.signer.emails):
        return ()
    return (Reason.SIGNER_NOT_SENDER,)


def _identity_doubts(envelope: Envelope, own: tuple[SignatureVerdict, ...]) -> tuple[Reason, ...]:
    if not own:
        return ()
    found = [reason for verdict in own for reason in _doubts_about(verdict, envelope)]
    if _differs(envelope.sender, envelope.from_):
        found.append(Reason.SENDER_FIELD_DIFFERS)
    if _differs(envelope.reply_to, envelope.from_):
        found.append(Reason.REPLY_TO_DIFFERS)
    return tuple(dict.fromkeys(found))


def _differs(others: tuple[MailAddress, ...], senders: tuple[MailAddress, ...]) -> bool:
    return any(
        not any(same_mailbox(other.addr_spec, sender.addr_spec) for sender in senders) for other in others
    )


def _match_identity(envelope: Envelope, own: tuple[SignatureVerdict, ...]) -> IdentityMatch | None:
    signers = [verdict.signer for verdict in own if verdict.signer is not None]
    if not signers:
        return None
    sender = envelope.from_[0].addr_spec if envelope.from_ else ""
    addresses = tuple(dict.fromkeys(email for signer in signers for email in signer.emails))
    return IdentityMatch(
        sender, addresses, all(not _doubts_about(verdict, envelope) for verdict in own if verdict.signer)
    )


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
            found += [_at(verdict, part.filename) for verdict in report.signatures]
            # A broken PDF that was never signed says nothing about signatures.
            if not report.signatures and b"/ByteRange" in content:
                unread += report.reasons
        elif part is not parsed.root and part.filename.lower().endswith((".p7s", ".p7m")):
            found += _judge_cms_file(raw, part, content, parts, demand)
    return tuple(found), tuple(unread)


def _framed_signatures(parsed: ParsedMessage) -> frozenset[str]:
    """Sections of signatures that belong to a multipart/signed: judged with it, not as files of their own."""
    return frozenset(
        child.section
        for part in parsed.root.walk()
        if part.content_type == "multipart/signed"
        for child in part.children[1:]
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
    wanted = where.rpartition(".")[0].casefold()
    partners = [other for other in parts if other is not part and other.filename.casefold() == wanted]
    if len(partners) != 1:
        missing = verdicts.DATA_MISSING
        verdict = SignatureVerdict(
            SignatureFormat.CADES, missing.indication, missing.sub_indication, where=where
        )
        return (replace(verdict, reasons=(missing.reason,)),)
    signed = parser.part_content(raw, partners[0])
    return cms.verify_detached(signed, der, demand, purpose=Purpose.DOCUMENT, where=where)


def _at(verdict: SignatureVerdict, name: str) -> SignatureVerdict:
    return replace(verdict, where=f"{name}: {verdict.where}" if verdict.where else name)
