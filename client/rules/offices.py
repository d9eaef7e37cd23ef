"""Which office a mailbox, a name or a document belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from client.config.policy import Policy, within
from client.config.policy_parts import RetiredUnit, Unit
from client.model.account import MailboxKind
from client.model.address import MailAddress, canonical_addr_spec
from client.model.text import fold
from client.rules.context import CheckContext, CheckedAttachment

_NOISE = re.compile(r"\b(?:thanh pho ho chi minh|tp\.? ?ho chi minh|tp\.? ?hcm|tphcm|thanh pho|tp\.|demo)\b")

_LONG = {"ubnd": "uy ban nhan dan", "hdnd": "hoi dong nhan dan"}
_SHORT = re.compile(r"\b(?:ubnd|hdnd)\b")
_OF_EVERY_LEVEL = frozenset(_LONG.values())
"""The City has one, and so has each ward."""


def is_external(address: MailAddress, policy: Policy) -> bool:
    """Outside the state's domains."""
    return not policy.is_official(address.domain)


def externals(addresses: Iterable[MailAddress], policy: Policy) -> tuple[MailAddress, ...]:
    """Those outside the state's domains."""
    return tuple(address for address in addresses if is_external(address, policy))


def unit_label(address: MailAddress, policy: Policy) -> str:
    """``snv`` of ``ntlan.snv@tphcm.gov.vn`` and of ``snv@…``; ``""`` outside our own domains."""
    if not within(address.domain, policy.domains.own):
        return ""
    return address.addr_spec.rpartition("@")[0].rpartition(".")[2].lower()


def belongs_to(address: MailAddress, unit: Unit | RetiredUnit, policy: Policy) -> bool:
    """Whether it is a mailbox of this office or of somebody in it."""
    spec = canonical_addr_spec(address.addr_spec)
    local = spec.rpartition("@")[0]
    whole = {one.lower() for one in unit.mailboxes if "@" in one}
    labels = {one.lower() for one in unit.mailboxes if "@" not in one}
    own = within(address.domain, policy.domains.own)
    return spec in whole or (own and bool({local, local.rpartition(".")[2]} & labels))


def find_unit(name: str, policy: Policy) -> Unit | None:
    """The office a document calls by this name; None where the policy does not know it for sure."""
    wanted = plain_name(name)
    if not wanted:
        return None
    found = [unit for unit in policy.units.values() if wanted in {plain_name(one) for one in _names(unit)}]
    return found[0] if len(found) == 1 else None


def plain_name(name: str) -> str:
    """``SỞ NỘI VỤ Thành phố Hồ Chí Minh (DEMO)`` as ``so noi vu``: what names are compared by."""
    words = _SHORT.sub(lambda found: _LONG[found[0]], " ".join(re.findall(r"[\w.]+", fold(name))))
    return " ".join(_NOISE.sub(" ", words).split())


def same_office(one: str, other: str) -> bool:
    """One name is, or contains, the other: ``Phòng Tổ chức, Sở Nội vụ`` belongs to ``SỞ NỘI VỤ``."""
    first, second = plain_name(one), plain_name(other)
    return bool(first and second) and (_is_part(first, second) or _is_part(second, first))


def clerks_of(context: CheckContext, policy: Policy) -> tuple[str, ...]:
    """Addresses of the records clerks of the sender's own office; empty: the policy names nobody."""
    return tuple(
        address
        for unit, those in policy.clerks.items()
        if _is_own(unit, context, policy)
        for address in those
    )


def delegates(context: CheckContext, policy: Policy, kind: Literal["mailbox", "seal"]) -> tuple[str, ...]:
    """Those who stand in for the own office's clerks today, on written order."""
    today = context.now.date()
    return tuple(
        one.address
        for one in policy.delegations
        if one.kind == kind and one.holds_on(today) and _is_own(one.unit, context, policy)
    )


def _is_own(key: str, context: CheckContext, policy: Policy) -> bool:
    """Whether a table's key names the sender's office: by its code, its mailbox or its name."""
    label = unit_label(context.sender, policy) if context.sender else ""
    return key.lower() == label or same_office(policy.office_name(key), context.identity.unit)


def is_agency_mailbox(address: MailAddress, policy: Policy) -> bool:
    """By its form: an office's, not a person's."""
    if any(belongs_to(address, unit, policy) for unit in policy.units.values()):
        return unit_label(address, policy) == address.addr_spec.rpartition("@")[0].lower()
    patterns = policy.mailboxes.agency_patterns
    return any(re.search(pattern, address.addr_spec.lower()) for pattern in patterns)


def is_first_issue(context: CheckContext) -> bool:
    """The office's mailbox sends of its own accord: neither an answer nor something passed on."""
    return context.identity.kind is MailboxKind.AGENCY and not context.is_reply and not is_forward(context)


def is_forward(context: CheckContext) -> bool:
    """By its subject's mark, or because a whole message is attached."""
    marked = re.match(r"(?i)\s*(?:fwd?|ct|chuyển tiếp)\s*:", context.subject) is not None
    return marked or any(attachment.forwarded for attachment in context.attachments)


def stays_inside(context: CheckContext, policy: Policy) -> bool:
    """Every recipient is of the sender's own office."""
    own = unit_label(context.sender, policy) if context.sender else ""
    return bool(own) and all(unit_label(address, policy) == own for address in context.recipients)


def is_of_others(attachment: CheckedAttachment, context: CheckContext, policy: Policy) -> bool:
    """Another office issued it: what it rests on, or what it is about. Its form is not the sender's to mend.

    Where the sender's office or the document's is not known, it counts as the sender's own.
    """
    document, unit = attachment.document, context.identity.unit
    if document is None or not plain_name(unit) or not plain_name(document.issuing_body):
        return False
    if attachment.sign or document.copy_type:
        return False  # the office is about to put its name to it
    superior = "" if plain_name(document.superior_body) in _OF_EVERY_LEVEL else document.superior_body
    if same_office(document.issuing_body, unit) or same_office(superior, unit):
        return False
    own = {symbol for one in policy.units.values() if same_office(one.name, unit) for symbol in one.symbols}
    return not own & set(re.split(r"[-/]", document.symbol))


def _is_part(whole: str, part: str) -> bool:
    """``part`` belongs to ``whole``. "Ủy ban nhân dân" alone is the City's, and no ward's."""
    if whole in _OF_EVERY_LEVEL:
        return part == whole or part.endswith(f" {whole}")
    return f" {whole} " in f" {part} "


def _names(unit: Unit) -> Iterable[str]:
    return (unit.name, *unit.names)
