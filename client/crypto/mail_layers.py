"""The layers of a message, from the outside in: signed, encrypted, signed again (RFC 2634 section 1.1).

Only what stands at the root of a layer counts. A signature over an encrypted layer covers bytes its
signer need not have been able to read; it says nothing about the text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from asn1crypto import cms as asn1
from asn1crypto import core

from client.crypto import cms, verdicts
from client.crypto.cms_judging import judged
from client.crypto.conversions import find_signed_part, note_conversion
from client.crypto.enveloped import OpenedEnvelope, look_at
from client.crypto.examination import single
from client.crypto.identity import add_doubts
from client.crypto.keys import Purpose
from client.crypto.signed_data import UNREADABLE_ERRORS
from client.mime import parser
from client.mime.smime import ShapeKind, SmimeShape, find_shape
from client.model.encryption import Encryption
from client.model.message import ParsedMessage
from client.model.trust import VerificationDemand
from client.model.verdict import (
    Coverage,
    Indication,
    Reason,
    SignatureVerdict,
)

WHERE = "message"


@dataclass(frozen=True, repr=False)
class Layers:
    """What was found, and the MIME entity that a reader shows."""

    verdicts: tuple[SignatureVerdict, ...]
    coverage: Coverage
    reasons: tuple[Reason, ...] = ()
    encryption: Encryption | None = None
    shown: bytes = b""
    """Empty: the message as it came."""
    judged_section: str = ""
    """A part that was judged here and is no file of its own."""


def find_envelope(raw: bytes) -> bytes:
    """The CMS of the encrypted layer that may be opened: the root, or all that a signed root wraps.

    Empty where there is none. An encrypted part beside others is never taken (see EFAIL).
    """
    if b"pkcs7-mime" not in raw.lower():
        return b""
    shape = find_shape(raw, parser.parse_message(raw))
    if shape.kind in (ShapeKind.DETACHED, ShapeKind.OPAQUE):
        content = shape.signed_entity or cms.signed_content(shape.signature_der)
        shape = find_shape(content, parser.parse_message(content))
    return shape.envelope_der


def judge_layers(
    raw: bytes, parsed: ParsedMessage, demand: VerificationDemand, opened: OpenedEnvelope | None
) -> Layers:
    """Judge every signature at the root of a layer; ``opened`` is what `find_envelope` held."""
    shape = find_shape(raw, parsed)
    match shape.kind:
        case ShapeKind.NONE:
            return Layers((), Coverage.NONE)
        case ShapeKind.ENCRYPTED:
            return _within(shape, demand, opened)
        case ShapeKind.MALFORMED:
            return Layers((_unreadable(),), Coverage.UNCLEAR)
        case ShapeKind.OPAQUE if holds_certificates_only(shape.signature_der):
            return Layers((), Coverage.NONE)
        case ShapeKind.OPAQUE:
            content, found = cms.verify_opaque(shape.signature_der, demand, purpose=Purpose.MAIL, where=WHERE)
            return replace(_beneath(found, content, demand, opened, opaque=True), shown=content)
        case ShapeKind.DETACHED:
            found = tuple(note_conversion(one, shape, demand) for one in _detached(shape, demand))
            return _beneath(found, shape.signed_entity, demand, opened, opaque=False)
        case ShapeKind.PARTIAL:
            der = shape.signature_der
            loose = bool(der) and not shape.signed_entity and not cms.has_content(der)
            part = find_signed_part(raw, parsed, der, demand) if loose else None
            partly = tuple(map(_partly, _detached(shape, demand) if part is None else (part,)))
            return Layers(partly, Coverage.PARTIAL, (Reason.PARTLY_SIGNED,), judged_section=shape.section)


def shown_entity(raw: bytes, opened: OpenedEnvelope | None = None) -> bytes:
    """What a reader shows, unjudged: out of the envelope and out of an opaque signature; b"" for ``raw``."""
    entity = opened.content if opened is not None else raw
    shape = find_shape(entity, parser.parse_message(entity))
    if shape.kind is ShapeKind.OPAQUE:
        return cms.signed_content(shape.signature_der)
    return entity if opened is not None else b""


def holds_certificates_only(der: bytes) -> bool:
    """A message that hands over certificates (RFC 8551 section 3.8): no content, nobody who signs it."""
    try:
        data = asn1.ContentInfo.load(der)["content"]
        signers, content = data["signer_infos"], data["encap_content_info"]["content"]
        return len(signers) == 0 and content is core.VOID and len(data["certificates"]) > 0
    except UNREADABLE_ERRORS:
        return False


def _unreadable() -> SignatureVerdict:
    """A signature that is claimed and cannot be read."""
    return judged(single(verdicts.UNREADABLE), Purpose.MAIL, WHERE)


def _within(shape: SmimeShape, demand: VerificationDemand, opened: OpenedEnvelope | None) -> Layers:
    """Inside the envelope the same rules hold as for a message that came open."""
    if opened is None:
        known = look_at(shape.envelope_der)
        return Layers((), Coverage.UNCLEAR, (Reason.MESSAGE_ENCRYPTED,), known)
    content = opened.content
    inner = judge_layers(content, parser.parse_message(content), demand, None)
    reasons = inner.reasons
    if not opened.encryption.authenticated and not _holds(inner.verdicts):
        # Whoever carried it may have changed it: CBC and 3DES notice nothing (EFAIL, section 4).
        reasons = (*reasons, Reason.CIPHER_UNAUTHENTICATED)
    return replace(inner, reasons=reasons, encryption=opened.encryption, shown=inner.shown or content)


def _beneath(
    outer: tuple[SignatureVerdict, ...],
    content: bytes,
    demand: VerificationDemand,
    opened: OpenedEnvelope | None,
    *,
    opaque: bool,
) -> Layers:
    """A layer within a signed one: its signer has to be the sender too.

    The outer signature does cover it, yet readers show the inner signer and the inner text. Only a
    sound opaque layer within an opaque one adds nothing: there is no reader that shows it apart.
    """
    shape = find_shape(content, parser.parse_message(content))
    match shape.kind:
        case ShapeKind.ENCRYPTED:
            return _over_envelope(outer, shape, demand, opened)
        case ShapeKind.DETACHED:
            return Layers((*outer, *_detached(shape, demand)), Coverage.WHOLE)
        case ShapeKind.OPAQUE:
            found = cms.verify_opaque(shape.signature_der, demand, purpose=Purpose.MAIL, where=WHERE)[1]
            if opaque:
                found = tuple(one for one in found if one.indication is not Indication.TOTAL_PASSED)
            return Layers((*outer, *found), Coverage.WHOLE)
        case ShapeKind.MALFORMED:
            return Layers((*outer, _unreadable()), Coverage.WHOLE)
        case _:
            return Layers(outer, Coverage.WHOLE)


def _over_envelope(
    outer: tuple[SignatureVerdict, ...],
    shape: SmimeShape,
    demand: VerificationDemand,
    opened: OpenedEnvelope | None,
) -> Layers:
    """Signed over what is encrypted; triple-wrapped where there is a signature inside as well."""
    inner = _within(shape, demand, opened)
    if opened is None:
        return replace(inner, verdicts=outer, coverage=Coverage.WHOLE)
    if inner.coverage is not Coverage.WHOLE or not inner.verdicts:
        told = tuple(add_doubts(one, (Reason.SIGNED_OVER_ENCRYPTION,)) for one in outer)
        return replace(inner, verdicts=(*told, *inner.verdicts))
    return replace(inner, verdicts=(*outer, *inner.verdicts))


def _holds(found: tuple[SignatureVerdict, ...]) -> bool:
    """Whether a signature inside keeps the text whole; who the signer is does not matter for that."""
    whole = [one for one in found if one.coverage is Coverage.WHOLE]
    return bool(whole) and all(one.indication is Indication.TOTAL_PASSED for one in whole)


def _detached(shape: SmimeShape, demand: VerificationDemand) -> tuple[SignatureVerdict, ...]:
    if not shape.signature_der:
        return (_unreadable(),)
    if not shape.signed_entity:
        return cms.verify_opaque(shape.signature_der, demand, purpose=Purpose.MAIL, where=WHERE)[1]
    return cms.verify_detached(
        shape.signed_entity, shape.signature_der, demand, purpose=Purpose.MAIL, where=WHERE
    )


def _partly(verdict: SignatureVerdict) -> SignatureVerdict:
    return add_doubts(replace(verdict, coverage=Coverage.PARTIAL), (Reason.PARTLY_SIGNED,))
