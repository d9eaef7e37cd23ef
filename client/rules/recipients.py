"""Rules on sender and recipients (regulation.md B1)."""

from __future__ import annotations

from collections.abc import Iterator

from client.config.policy import within
from client.model.account import MailboxKind, Role
from client.model.address import MailAddress, same_mailbox
from client.model.finding import Unchecked
from client.model.verdict import SignerKind
from client.rules import likeness
from client.rules.context import CheckContext, CheckedAttachment
from client.rules.offices import (
    clerks_of,
    delegates,
    is_external,
    is_forward,
    same_office,
    unit_label,
)
from client.rules.rule import Hit, Rule, Settings, hit, shown_name


def from_not_official_domain(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Official content leaves from a mailbox that is no agency's; private mail is nobody's business."""
    is_document = bool(context.document_type) or any(
        attachment.document is not None and attachment.document.is_issued for attachment in context.own
    )
    domain = context.sender.domain if context.sender and context.from_count == 1 else ""
    if is_document and not settings.policy.is_official(domain):
        official = (("domains", " ".join(settings.policy.domains.official)),)
        yield Hit("from", (("domain", settings.policy.domains.own[0]),), mend=official)


def recipient_lookalike_domain(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """A recipient's domain resembles an agency's without being one."""
    for field, address in _addressed(context):
        near = _imitated(address, settings)
        if near:
            local = address.addr_spec.rpartition("@")[0]
            mend = (("old", address.addr_spec), ("new", f"{local}@{near}"))
            yield Hit(field, (("addr", shown_name(address.addr_spec)), ("near", near)), mend=mend)


def personal_mailbox_for_agency_document(
    context: CheckContext, settings: Settings
) -> Iterator[Hit | Unchecked]:
    """A person sends outside their office what the office has sealed; passing on others' papers is none."""
    if context.identity.kind is not MailboxKind.PERSONAL or context.is_reply or is_forward(context):
        return
    own_unit = unit_label(context.sender, settings.policy) if context.sender else ""
    if own_unit and any(unit_label(address, settings.policy) == own_unit for address in context.recipients):
        return
    for attachment in context.issued:
        if _is_sealed(attachment) and _is_of_own_office(attachment, context):
            yield hit(attachment, "issuing_body", mend=(("kind", "agency"),))


def agency_mailbox_not_clerk(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """An office's mailbox in the hands of somebody who is neither its clerk nor stands in for one."""
    if context.identity.kind is not MailboxKind.AGENCY:
        return
    policy, user = settings.policy, context.around.user
    clerks = clerks_of(context, policy)
    # Where the policy names nobody, or nobody is known to sit here, the account's own role decides.
    assigned = context.identity.role is Role.CLERK
    if user and clerks:
        assigned = any(same_mailbox(user, one) for one in clerks)
    assigned |= any(same_mailbox(user, one) for one in delegates(context, policy, "mailbox"))
    if not assigned:
        yield Hit("from")


def recipient_free_mail(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """A free mailbox among officials. A citizen's or a firm's own letter may well go there."""
    free = settings.policy.domains.free_mail
    internal = any(
        attachment.document is not None and attachment.document.circulation_marking
        for attachment in context.attachments
    )
    for field, address in _addressed(context):
        if not within(address.domain, free):
            continue
        others = [one for one in context.recipients if not within(one.domain, free)]
        officials = [one for one in others if not is_external(one, settings.policy)]
        if internal:
            yield Hit(field, (("addr", shown_name(address.addr_spec)),), "internal-document")
        elif field == "to" and all(is_external(one, settings.policy) for one in context.to):
            continue  # it is written to people outside; colleagues have a copy
        elif others and len(officials) == len(others):
            yield Hit(field, (("addr", shown_name(address.addr_spec)),))


def _addressed(context: CheckContext) -> Iterator[tuple[str, MailAddress]]:
    for field, addresses in (("to", context.to), ("cc", context.cc), ("bcc", context.bcc)):
        for address in addresses:
            yield field, address


def _is_sealed(attachment: CheckedAttachment) -> bool:
    planned = attachment.sign and attachment.role is not None and attachment.role.uses_seal
    return planned or bool(attachment.signed_as(SignerKind.SEAL))


def _is_of_own_office(attachment: CheckedAttachment, context: CheckContext) -> bool:
    body = attachment.document.issuing_body if attachment.document else ""
    return same_office(body, context.identity.unit)


def _imitated(address: MailAddress, settings: Settings) -> str:
    """The domain ``address`` may be mistaken for, ``""`` when its own is above suspicion."""
    domains = settings.policy.domains
    domain = address.domain
    if not domain or within(domain, (*domains.own, *domains.known, *domains.free_mail)):
        return ""
    limit = int(settings.number("max_distance"))
    seen = likeness.readable(domain)
    if settings.policy.is_official(domain):
        # Nobody but an agency can hold such a name; a slip of the finger in our own is still likely.
        return likeness.nearest(likeness.skeleton(seen), domains.own, limit)
    near = likeness.nearest(likeness.skeleton(seen), (*domains.own, *domains.known), limit)
    suspicious = likeness.mixed_scripts(seen) or any(
        pattern.search(domain) for pattern in settings.patterns("imitation_patterns")
    )
    return near or (domains.own[0] if suspicious else "")


RULES = (
    Rule("from-not-official-domain", from_not_official_domain),
    Rule("personal-mailbox-for-agency-document", personal_mailbox_for_agency_document),
    Rule("agency-mailbox-not-clerk", agency_mailbox_not_clerk),
    Rule("recipient-free-mail", recipient_free_mail),
    Rule("recipient-lookalike-domain", recipient_lookalike_domain),
)
