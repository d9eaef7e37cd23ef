"""Rules on the signatures of attached documents (regulation.md B7, 55 a, d, e)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from client.model.account import MailboxKind
from client.model.finding import Unchecked
from client.model.verdict import Coverage, Indication, Reason, SignatureVerdict, SubIndication
from client.model.wording import normalise
from client.rules.context import CheckContext, CheckedAttachment
from client.rules.offices import is_of_others
from client.rules.rule import Hit, Rule, Settings, hit

_BROKEN = frozenset({Reason.DOCUMENT_ALTERED, Reason.SIGNATURE_BROKEN, Reason.CHANGED_AFTER_SIGNING})
_BROKEN_COVERAGE = frozenset({Coverage.CHANGED_AFTER_SIGNING, Coverage.PARTIAL})
_REVOKED = frozenset({Reason.CERTIFICATE_REVOKED, Reason.CA_REVOKED})
_OUTSIDE = frozenset({Reason.SIGNED_AFTER_EXPIRY, Reason.CERTIFICATE_NOT_YET_VALID})
_VALIDITY = _REVOKED | _OUTSIDE | {Reason.CERTIFICATE_EXPIRED}
_VALIDITY_SUB = frozenset(
    {
        SubIndication.REVOKED,
        SubIndication.EXPIRED,
        SubIndication.NOT_YET_VALID,
        SubIndication.REVOKED_NO_POE,
        SubIndication.REVOKED_CA_NO_POE,
        SubIndication.OUT_OF_BOUNDS_NO_POE,
        SubIndication.OUT_OF_BOUNDS_NOT_REVOKED,
    }
)
_REVOKED_SUB = frozenset(
    {SubIndication.REVOKED, SubIndication.REVOKED_NO_POE, SubIndication.REVOKED_CA_NO_POE}
)


def issued_doc_unsigned(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """A PDF with number and symbol that nobody signed, nor is about to sign."""
    own = "agency-mailbox" if context.identity.kind is MailboxKind.AGENCY else ""
    for attachment in context.attachments:
        case = "other-office" if is_of_others(attachment, context, settings.policy) else own
        if attachment.forwarded or attachment.signatures or not _is_issued_pdf(attachment, settings):
            continue
        if not (attachment.sign and context.signing_planned):
            yield hit(attachment, "number", case=case)


def signature_invalid(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """A signature that does not hold. One that could not be judged is unchecked, never invalid."""
    for attachment in context.attachments:
        if any(_is_broken(verdict) for verdict in attachment.signatures):
            yield hit(attachment)
        elif any(_is_undecided(verdict) for verdict in attachment.signatures):
            yield Unchecked(attachment.location, "signature-undetermined")


def cert_expired_or_revoked(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """A signer's certificate was out of its validity, or revoked."""
    for attachment in context.attachments:
        cases = [
            case
            for verdict in attachment.signatures
            if (case := _validity_case(verdict, context.now)) is not None
        ]
        if cases:
            # The heaviest of several signatures decides.
            worst = max(cases, key=lambda case: settings.policy.severity("cert-expired-or-revoked", case))
            yield hit(attachment, case=worst)


def _is_issued_pdf(attachment: CheckedAttachment, settings: Settings) -> bool:
    document, text = attachment.document, attachment.text
    if document is None or text is None or not document.is_issued:
        return False
    drafts = settings.patterns("draft_patterns")
    lines = normalise(text.first_page()).splitlines()
    is_draft = any(pattern.search(line) for pattern in drafts for line in lines)
    return attachment.kind.media_type == "application/pdf" and not is_draft


def _is_broken(verdict: SignatureVerdict) -> bool:
    reasons = set(verdict.reasons)
    if reasons & _BROKEN or verdict.coverage in _BROKEN_COVERAGE:
        return True
    return verdict.indication is Indication.TOTAL_FAILED and not _is_about_validity(verdict)


def _is_about_validity(verdict: SignatureVerdict) -> bool:
    return bool(set(verdict.reasons) & _VALIDITY) or verdict.sub_indication in _VALIDITY_SUB


def _is_undecided(verdict: SignatureVerdict) -> bool:
    return verdict.indication in {Indication.INDETERMINATE, Indication.NONE} and not _is_about_validity(
        verdict
    )


def _validity_case(verdict: SignatureVerdict, now: datetime) -> str | None:
    """None where the certificate was good; ``""`` for the rule's full weight; else a milder case."""
    signer, reasons = verdict.signer, set(verdict.reasons)
    not_after = signer.not_after if signer else None
    trusted, claimed = verdict.timestamp_time, verdict.claimed_time
    if verdict.indication is Indication.TOTAL_PASSED:
        expired_since = Reason.CERTIFICATE_EXPIRED in reasons or (not_after is not None and not_after < now)
        return "trusted-time" if expired_since else None
    if reasons & (_REVOKED | _OUTSIDE) or verdict.sub_indication in _REVOKED_SUB:
        return ""
    if not _is_about_validity(verdict):
        return None
    if not_after is not None and trusted is not None:
        return "trusted-time" if trusted <= not_after else ""
    if not_after is not None and claimed is not None and claimed <= not_after:
        return "time-unproven"
    return ""


RULES = (
    Rule("issued-doc-unsigned", issued_doc_unsigned),
    Rule("signature-invalid", signature_invalid),
    Rule("cert-expired-or-revoked", cert_expired_or_revoked),
)
