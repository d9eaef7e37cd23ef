"""Rules on who signed what, in which order and with which key (regulation.md B7, 55 b, c, f to n)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from client.model.account import MailboxKind
from client.model.address import same_mailbox
from client.model.finding import Unchecked
from client.model.text import fold
from client.model.verdict import Coverage, Reason, SignatureVerdict, SignerKind
from client.model.wording import normalise, squeeze
from client.rules.context import CheckContext, CheckedAttachment
from client.rules.offices import clerks_of, delegates, is_of_others, same_office
from client.rules.rule import Hit, Rule, Settings, hit, shown_name

_WITHOUT_TIMESTAMP = frozenset(
    {Reason.TIMESTAMP_MISSING, Reason.TIMESTAMP_INVALID, Reason.TIMESTAMP_UNTRUSTED}
)


def missing_personal_or_seal(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """A signed issued document without the person's or the office's signature; copies need the seal alone."""
    for attachment in _signed(context):
        if attachment.sign and context.signing_planned:
            continue  # what is missing is about to be added
        document = attachment.document
        case = "other-office" if is_of_others(attachment, context, settings.policy) else ""
        personal, seal = attachment.signed_as(SignerKind.PERSONAL), attachment.signed_as(SignerKind.SEAL)
        if not seal:
            yield hit(attachment, "signatory_title", case=case, what="seal-signature")
        elif not personal and not (document is not None and document.copy_type):
            yield hit(attachment, "signatory_title", case=case, what="personal-signature")


def seal_before_person(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """The office signed first. Two offices' seals, and copies, follow no such order."""
    for attachment in _signed(context):
        seals, people = attachment.signed_as(SignerKind.SEAL), attachment.signed_as(SignerKind.PERSONAL)
        copy = attachment.document is not None and attachment.document.copy_type
        if len({_owner(one) for one in seals}) != 1 or not people or copy:
            continue
        if all(_precedes(seal, person) for seal in seals for person in people):
            yield hit(attachment, "signatory_title")


def not_cong_vu_cert(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Signed by a certificate that is none of the state's own; where their list was imported."""
    issuers = [fold(one) for one in settings.policy.cong_vu_issuers]
    if not issuers:
        return
    for attachment in _signed(context):
        for verdict in attachment.signatures:
            issuer = verdict.signer.issuer if verdict.signer else ""
            if issuer and not any(one in fold(issuer) for one in issuers):
                yield hit(attachment, issuer=shown_name(issuer))
                break


def weak_algorithm(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """SHA-1, RSA below 2048 bits and the like; PKCS#1 v1.5 padding is none of them."""
    for attachment in context.own:
        if any(Reason.WEAK_ALGORITHM in verdict.reasons for verdict in attachment.signatures):
            yield hit(attachment)


def no_timestamp(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Nothing proves when it was signed."""
    for attachment in context.own:
        untimed = [
            one
            for one in attachment.signatures
            if one.timestamp_time is None and (set(one.reasons) & _WITHOUT_TIMESTAMP or one.level == "B-B")
        ]
        if untimed:
            yield hit(attachment)


def annex_file_unsigned(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """An annex in a file of its own, to an issued document, without the office's signature."""
    if all(one.nested or is_of_others(one, context, settings.policy) for one in context.issued):
        return
    case = "agency-mailbox" if context.identity.kind is MailboxKind.AGENCY else ""
    for attachment in context.own:
        planned = attachment.sign and context.signing_planned
        if _is_annex(attachment, settings) and not planned and not attachment.signed_as(SignerKind.SEAL):
            yield hit(attachment, case=case)


def signer_not_sender(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Somebody else than the sender signed: usual for documents, never right for the message as a whole."""
    sender = context.sender.addr_spec if context.sender else ""
    if context.message_signers and not any(same_mailbox(sender, one) for one in context.message_signers):
        yield Hit(
            "from",
            (("signer", shown_name(context.message_signers[0])), ("sender", shown_name(sender))),
            "message",
        )
    for attachment in context.own:
        for verdict in attachment.signed_as(SignerKind.PERSONAL):
            signer = verdict.signer
            if signer is None or not signer.emails or any(same_mailbox(sender, one) for one in signer.emails):
                continue
            yield hit(attachment, signer=shown_name(signer.name), sender=shown_name(sender))
            break


def wrong_key_device_use(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """The own office's seal by a key the policy does not know, or about to be used by nobody's clerk."""
    policy = settings.policy
    known = {serial.upper() for serial in policy.seal_keys}
    for attachment in context.own:
        for verdict in attachment.signed_as(SignerKind.SEAL):
            signer = verdict.signer
            own = signer is not None and same_office(
                signer.organisation or signer.name, context.identity.unit
            )
            if known and own and signer is not None and signer.serial.upper() not in known:
                yield hit(attachment, serial=signer.serial)
                break
        planned = attachment.sign and attachment.role is not None and attachment.role.uses_seal
        if planned and context.signing_planned and not _may_seal(context, settings):
            yield hit(attachment, serial="")


def cert_expiring(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """The sender's own certificate has few days left."""
    for attachment in context.own:
        for verdict in attachment.signatures:
            signer = verdict.signer
            mine = (
                signer is not None
                and context.sender is not None
                and any(same_mailbox(context.sender.addr_spec, one) for one in signer.emails)
            )
            if not mine or signer is None or signer.not_after is None:
                continue
            days = (signer.not_after - context.now).days
            if 0 <= days <= settings.number("days"):
                yield hit(attachment, days=days)
                break


def _signed(context: CheckContext) -> Iterator[CheckedAttachment]:
    """Issued PDFs that somebody has signed."""
    return (attachment for attachment in context.issued if attachment.is_pdf and attachment.signatures)


def _owner(verdict: SignatureVerdict) -> str:
    return fold(verdict.signer.organisation or verdict.signer.name) if verdict.signer else ""


def _precedes(one: SignatureVerdict, other: SignatureVerdict) -> bool:
    """By the order of signing; without one by what each covers, then by trusted or claimed time."""
    if one.order and other.order:
        return one.order < other.order
    updated = (Coverage.WHOLE_WITH_LATER_UPDATES, Coverage.CHANGED_AFTER_SIGNING)
    if one.coverage in updated and other.coverage is Coverage.WHOLE:
        return True
    if other.coverage in updated and one.coverage is Coverage.WHOLE:
        return False
    first, second = _time(one), _time(other)
    return first is not None and second is not None and first < second


def _time(verdict: SignatureVerdict) -> datetime | None:
    return verdict.timestamp_time or verdict.claimed_time


def _is_annex(attachment: CheckedAttachment, settings: Settings) -> bool:
    """A PDF headed PHỤ LỤC, or named so, that has no number of its own."""
    if not attachment.is_pdf or attachment.nested or attachment.is_issued or attachment.inline:
        return False
    name = re.sub(r"[\s_.-]+", " ", fold(normalise(attachment.name)))
    heading = attachment.text.first_page().splitlines()[:3] if attachment.text else []
    return settings.matches("name_patterns", name) or any(
        settings.matches("heading_patterns", squeeze(line)) for line in heading
    )


def _may_seal(context: CheckContext, settings: Settings) -> bool:
    """Another office's clerk keeps another seal. Where the policy names nobody for this office, the
    signing service asks for the key itself."""
    policy = settings.policy
    user = context.around.user or (context.sender.addr_spec if context.sender else "")
    clerks = clerks_of(context, policy)
    entitled = (*clerks, *delegates(context, policy, "seal"))
    return not clerks or any(same_mailbox(user, one) for one in entitled)


RULES = (
    Rule("missing-personal-or-seal", missing_personal_or_seal),
    Rule("seal-before-person", seal_before_person),
    Rule("not-cong-vu-cert", not_cong_vu_cert),
    Rule("weak-algorithm", weak_algorithm),
    Rule("no-timestamp", no_timestamp),
    Rule("annex-file-unsigned", annex_file_unsigned),
    Rule("signer-not-sender", signer_not_sender),
    Rule("wrong-key-device-use", wrong_key_device_use),
    Rule("cert-expiring", cert_expiring),
)
