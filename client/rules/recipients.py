"""Rules on sender and recipients (regulation.md B1)."""

from __future__ import annotations

from collections.abc import Iterator

from client.config.policy import within
from client.model.address import MailAddress
from client.model.finding import Unchecked
from client.rules import likeness
from client.rules.context import CheckContext
from client.rules.rule import Hit, Rule, Settings, shown_name


def from_not_official_domain(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Official content leaves from a mailbox that is no agency's; private mail is nobody's business."""
    is_document = bool(context.document_type) or any(
        attachment.document is not None and attachment.document.is_issued
        for attachment in context.attachments
    )
    domain = context.sender.domain if context.sender and context.from_count == 1 else ""
    if is_document and not settings.policy.is_official(domain):
        yield Hit("from", (("domain", settings.policy.domains.own[0]),))


def recipient_lookalike_domain(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """A recipient's domain resembles an agency's without being one."""
    for field, addresses in (("to", context.to), ("cc", context.cc), ("bcc", context.bcc)):
        for address in addresses:
            near = _imitated(address, settings)
            if near:
                yield Hit(field, (("addr", shown_name(address.addr_spec)), ("near", near)))


def _imitated(address: MailAddress, settings: Settings) -> str:
    """The domain ``address`` may be mistaken for, ``""`` when its own is above suspicion."""
    domains = settings.policy.domains
    domain = address.domain
    if not domain or within(domain, (*domains.own, *domains.known, *domains.free_mail)):
        return ""
    limit = int(settings.number("max_distance"))
    if settings.policy.is_official(domain):
        # Nobody but an agency can hold such a name; a slip of the finger in our own is still likely.
        return likeness.nearest(domain, domains.own, limit)
    seen = likeness.readable(domain)
    near = likeness.nearest(likeness.skeleton(seen), (*domains.own, *domains.known), limit)
    suspicious = likeness.mixed_scripts(seen) or any(
        pattern.search(domain) for pattern in settings.patterns("imitation_patterns")
    )
    return near or (domains.own[0] if suspicious else "")


RULES = (
    Rule("from-not-official-domain", from_not_official_domain),
    Rule("recipient-lookalike-domain", recipient_lookalike_domain),
)
