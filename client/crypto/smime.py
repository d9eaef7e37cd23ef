"""S/MIME (RFC 8551): sign an entity, judge a message with its sender and its signed attachments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from client.crypto import cms
from client.crypto.certificates import mail_addresses
from client.crypto.enveloped import OpenedEnvelope
from client.crypto.identity import Sender, add_doubts, doubts_about, identity_doubts, match_identity
from client.crypto.keys import SigningKey
from client.crypto.mail_layers import Layers, judge_layers
from client.crypto.smime_attachments import judge_attachments
from client.errors import SigningRefused
from client.mime import parser, pieces
from client.mime.smime import hides_encrypted_part
from client.model.address import same_mailbox
from client.model.message import ParsedMessage
from client.model.trust import VerificationDemand
from client.model.verdict import (
    NOT_THE_SENDER,
    Coverage,
    Indication,
    Reason,
    SignatureVerdict,
    VerificationReport,
    worst_of,
)

MOST_ATTACHED = 30
"""Messages attached to a message, and to those, that are judged; it is said that others were not."""
_DEEPEST = 3
_TIME_BETWEEN = timedelta(hours=1)
"""Date and signing time are written in the same minutes; between two clocks an hour is generous."""
_DECIDING = frozenset(
    {
        Reason.MESSAGE_ENCRYPTED,
        Reason.PARTLY_ENCRYPTED,
        Reason.PARTLY_SIGNED,
        Reason.FORWARDED_SIGNED,
        Reason.MESSAGE_UNREADABLE,
        Reason.PIECE_OF_LETTER,
    }
)
"""Reasons of the whole that leave it undecided, whatever its signatures say."""


@dataclass
class _Quota:
    """What is left to be judged of messages within messages."""

    left: int = MOST_ATTACHED
    depth: int = 0


def sign_entity(entity: bytes, key: SigningKey, *, sender: str, signing_time: datetime) -> bytes:
    """The detached signature (DER) of exactly these bytes.

    Raises `SigningRefused` (``signer-not-sender``) when no address of the certificate is ``sender``.
    """
    if not any(same_mailbox(address, sender) for address in mail_addresses(key.certificate_der)):
        raise SigningRefused(reason=Reason.SIGNER_NOT_SENDER.value)
    return cms.sign_mail(entity, key, signing_time)


def verify_message(
    raw: bytes, demand: VerificationDemand, *, path: str = "", opened: OpenedEnvelope | None = None
) -> VerificationReport:
    """Judge the message's own signature, whether it is the sender's, and every signed attachment.

    ``opened`` is what the key of its reader made of the envelope (`mail_layers.find_envelope`).
    """
    return _verify(raw, demand, path, opened, _Quota())


def _verify(
    raw: bytes, demand: VerificationDemand, path: str, opened: OpenedEnvelope | None, quota: _Quota
) -> VerificationReport:
    parsed = parser.parse_message(raw)
    if parsed.incomplete:
        return VerificationReport(
            path,
            Indication.INDETERMINATE,
            Coverage.UNCLEAR,
            reasons=(Reason.MESSAGE_UNREADABLE,),
            unreadable=True,
        )
    layers = judge_layers(raw, parsed, demand, opened)
    sender = Sender.of(parsed)
    identity = match_identity(sender, layers.verdicts)
    doubts = identity_doubts(sender, layers.verdicts)
    own = tuple(
        add_doubts(one, (*doubts_about(one, sender), *_time_doubts(one, parsed))) for one in layers.verdicts
    )
    attached, unread = _judge_attached(raw, parsed, layers, demand, quota)
    coverage = layers.coverage
    if attached and coverage is Coverage.NONE:
        coverage = Coverage.ATTACHMENTS
    doubts = (*doubts, *(reason for one in own for reason in one.reasons if reason in NOT_THE_SENDER))
    reasons = tuple(dict.fromkeys((*layers.reasons, *_of_parts(raw, parsed, layers), *doubts, *unread)))
    undecided = not _DECIDING.isdisjoint(reasons) or bool(unread)
    problems = [Indication.INDETERMINATE] if undecided else []
    # Of the text nothing is said by a signature over ciphertext; as a signature it is listed and shown.
    speaking = [one for one in own if Reason.SIGNED_OVER_ENCRYPTION not in one.reasons]
    indication = worst_of([*(verdict.indication for verdict in (*speaking, *attached)), *problems])
    return VerificationReport(
        path, indication, coverage, (*own, *attached), identity, reasons, encryption=layers.encryption
    )


def _time_doubts(verdict: SignatureVerdict, parsed: ParsedMessage) -> tuple[Reason, ...]:
    """The Date field is not signed: an old message sent again under a new date shows itself here.

    A signature later than the date is that of a message written first and signed then.
    """
    claimed, date = verdict.claimed_time, parsed.envelope.date
    if claimed is None or date is None or date - claimed <= _TIME_BETWEEN:
        return ()
    return (Reason.SIGNING_TIME_DIFFERS,)


def _of_parts(raw: bytes, parsed: ParsedMessage, layers: Layers) -> tuple[Reason, ...]:
    source, tree = (layers.shown, parser.parse_message(layers.shown)) if layers.shown else (raw, parsed)
    found = (Reason.PARTLY_ENCRYPTED,) if hides_encrypted_part(source, tree) else ()
    return (*found, Reason.PIECE_OF_LETTER) if tree.root.content_type == pieces.TYPE else found


def _judge_attached(
    raw: bytes, parsed: ParsedMessage, layers: Layers, demand: VerificationDemand, quota: _Quota
) -> tuple[tuple[SignatureVerdict, ...], tuple[Reason, ...]]:
    """The files a reader sees: those of the opened and unwrapped content where there is one."""
    if layers.shown:
        raw, parsed = layers.shown, parser.parse_message(layers.shown)

    def judge_message(inner: bytes) -> VerificationReport:
        if quota.left <= 0 or quota.depth >= _DEEPEST:
            return VerificationReport("", Indication.INDETERMINATE, reasons=(Reason.CHECK_NOT_RUN,))
        quota.left -= 1
        quota.depth += 1
        try:
            return _verify(inner, demand, "", None, quota)
        finally:
            quota.depth -= 1

    found, unread = judge_attachments(raw, parsed, demand, judge_message, layers.judged_section)
    if parsed.incomplete:
        unread = (*unread, Reason.MESSAGE_UNREADABLE)
    if not layers.verdicts and any(_is_of_a_message(verdict) for verdict in found):
        unread = (*unread, Reason.FORWARDED_SIGNED)
    return found, unread


def _is_of_a_message(verdict: SignatureVerdict) -> bool:
    return verdict.where.endswith(": message")
