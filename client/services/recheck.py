"""Hold a message that waited for its hour against rules and certificates as they are now; in the workshop."""

from __future__ import annotations

from datetime import datetime

from client.config.policy import Policy
from client.crypto.smime import verify_message
from client.model.account import Identity
from client.model.finding import Severity
from client.model.trust import VerificationDemand
from client.model.verdict import Indication, Reason, SignatureVerdict
from client.services.checking import check_message

RULES = "rules-not-met"
_NO_LONGER_GOOD = (
    Reason.CERTIFICATE_REVOKED,
    Reason.CA_REVOKED,
    Reason.CERTIFICATE_EXPIRED,
    Reason.SIGNED_AFTER_EXPIRY,
)
"""What may have come about since the signature was made, and must not leave under the office's name."""


def why_held(
    raw: bytes,
    identity: Identity,
    policy: Policy,
    now: datetime,
    demand: VerificationDemand,
    accepted: frozenset[str],
) -> str:
    """The code of what stops the message, ``""`` when it may leave.

    ``accepted`` are the CONFIRM findings a reason was given for when it was queued. Raises
    `MalformedMessage` for a message that cannot be read.
    """
    for finding in check_message(raw, identity, policy, now, demand).findings:
        if finding.severity is Severity.BLOCK:
            return RULES
        if finding.severity is Severity.CONFIRM and finding.code not in accepted:
            return RULES
    found = map(_spoiled, verify_message(raw, demand).signatures)
    return next((reason.value for reason in found if reason is not None), "")


def _spoiled(verdict: SignatureVerdict) -> Reason | None:
    """Unknown for want of a list is no ground: it was no ground when the message was signed either."""
    for reason in _NO_LONGER_GOOD:
        if reason in verdict.reasons:
            return reason
    if verdict.indication is Indication.TOTAL_FAILED:
        return next(iter(verdict.reasons), Reason.SIGNATURE_BROKEN)
    return None
