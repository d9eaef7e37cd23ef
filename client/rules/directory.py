"""Rules that hold recipients against the directory and each other (regulation.md B1, 6 to 11)."""

from __future__ import annotations

from collections.abc import Iterator

from client.config.policy_parts import Unit
from client.model.account import MailboxKind
from client.model.address import MailAddress, canonical_addr_spec, domain_of, same_mailbox
from client.model.document import AdministrativeDocument
from client.model.finding import Unchecked
from client.model.text import fold
from client.rules.context import CheckContext, CheckedAttachment
from client.rules.offices import (
    belongs_to,
    externals,
    find_unit,
    is_agency_mailbox,
    is_external,
    is_forward,
    is_of_others,
    plain_name,
    stays_inside,
)
from client.rules.rule import Hit, Rule, Settings, hit, shown_name


def recipient_not_in_directory(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """An official address nobody has listed; without a directory there is nothing to miss it in."""
    policy = settings.policy
    people = context.around.listed
    if not policy.directory and people is None:
        return
    for address in context.recipients:
        listed = (
            canonical_addr_spec(address.addr_spec) in (people or ())
            or any(same_mailbox(address.addr_spec, one) for one in policy.directory)
            or any(belongs_to(address, unit, policy) for unit in policy.units.values())
        )
        if not is_external(address, policy) and not listed:
            yield Hit("to", (("addr", shown_name(address.addr_spec)),))


def recipient_stale_unit(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """An office that is no more; a mailbox that is kept alive is none."""
    for address in context.recipients:
        for unit in settings.policy.retired_units.values():
            if not unit.kept and belongs_to(address, unit, settings.policy):
                near = unit.successor_address or unit.successor or "?"
                params = (("addr", shown_name(address.addr_spec)), ("unit", unit.name), ("near", near))
                new = unit.successor_address
                yield Hit("to", params, mend=(("old", address.addr_spec), ("new", new)) if new else ())


def too_many_external(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Recipients outside, or messages to them, in a sliding window: servers lock mailboxes for it."""
    outside = len(externals(context.recipients, settings.policy))
    if not outside:
        return
    people = context.around.recent_external + outside
    messages = context.around.recent_messages + 1
    count = max(people, messages)
    params = (("n", str(count)), ("minutes", str(int(settings.number("window_minutes")))))
    cases = ["limit"] if count >= settings.number("stop_at") else []
    cases += [""] if count > settings.number("warn_above") else []
    if cases:
        yield Hit("to", params, settings.heaviest(cases))


def mass_cc_should_bcc(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Many people outside see each other's address; offices are meant to."""
    visible = externals(dict.fromkeys(context.to + context.cc), settings.policy)
    people = [address for address in visible if not is_agency_mailbox(address, settings.policy)]
    if people and len(visible) >= settings.number("at_least"):
        hidden = (("addresses", " ".join(address.addr_spec for address in visible)),)
        yield Hit("cc" if context.cc else "to", (("n", str(len(visible))),), mend=hidden)


def kinhgui_recipient_mismatch(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Whom the document addresses and who gets the message are not the same offices.

    Groups ("các sở, ban, ngành"), "Như trên" and "Lưu" name nobody; inside the own office papers go round
    before they are issued.
    """
    if context.is_reply or is_forward(context) or stays_inside(context, settings.policy):
        return
    for attachment in context.issued:
        document = attachment.document
        if document is None or not document.addressees:
            continue
        if is_of_others(attachment, context, settings.policy):
            continue
        for name in _one_by_one(document.addressees, settings):
            unit = find_unit(name, settings.policy)
            if unit is not None and not _gets_it(unit, context, settings):
                yield hit(attachment, "addressee", mend=_mailbox_of(unit, settings), agency=shown_name(name))
        yield from _unmentioned(attachment, document, context, settings)


def autoforward_external(context: CheckContext, settings: Settings) -> Iterator[Hit | Unchecked]:
    """Official mail is passed on by itself to a mailbox outside the state's domains."""
    targets = [target for target in context.around.forward_targets if not _stays_official(target, settings)]
    if any(
        context.header(name).partition(";")[0].strip().lower() in settings.words("marks")
        for name in settings.words("mark_headers")
    ):
        targets += [address.addr_spec for address in externals(context.recipients, settings.policy)]
    for target in dict.fromkeys(targets):
        yield Hit("to", (("addr", shown_name(target)),))


def _one_by_one(names: tuple[str, ...], settings: Settings) -> Iterator[str]:
    """``Sở Tài chính, Sở Y tế`` as two; offices have commas in their names too."""
    for name in names:
        parts = [part.strip() for part in name.split(",")]
        known = [find_unit(part, settings.policy) for part in parts]
        yield from parts if len(parts) > 1 and all(known) else (name,)


def _mailbox_of(unit: Unit, settings: Settings) -> tuple[tuple[str, str], ...]:
    """The office's first mailbox as an address to add, nothing where none is known."""
    if not unit.mailboxes:
        return ()
    first = unit.mailboxes[0]
    address = first if "@" in first else f"{first}@{settings.policy.domains.own[0]}"
    return (("address", address), ("name", unit.name))


def _stays_official(addr_spec: str, settings: Settings) -> bool:
    return settings.policy.is_official(domain_of(addr_spec))


def _gets_it(unit: Unit, context: CheckContext, settings: Settings) -> bool:
    names = {plain_name(one) for one in (unit.name, *unit.names)}
    return any(
        belongs_to(address, unit, settings.policy) or plain_name(address.display_name) in names
        for address in context.recipients
    )


def _unmentioned(
    attachment: CheckedAttachment, document: AdministrativeDocument, context: CheckContext, settings: Settings
) -> Iterator[Hit]:
    """Offices among the visible recipients that neither Kính gửi nor Nơi nhận names; the other way round."""
    named = (*document.addressees, *document.distribution)
    everyone = any(_is_group(name, settings) for name in named)
    if everyone or context.identity.kind is not MailboxKind.AGENCY or not document.distribution:
        return
    mentioned = {id(unit) for name in named if (unit := find_unit(name, settings.policy)) is not None}
    for address in context.to:
        unit = _unit_of(address, settings)
        if unit is not None and id(unit) not in mentioned:
            yield hit(attachment, "distribution", case="unmentioned", agency=shown_name(unit.name))


def _unit_of(address: MailAddress, settings: Settings) -> Unit | None:
    own = [unit for unit in settings.policy.units.values() if belongs_to(address, unit, settings.policy)]
    return own[0] if len(own) == 1 and is_agency_mailbox(address, settings.policy) else None


def _is_group(name: str, settings: Settings) -> bool:
    return settings.matches("group_patterns", fold(name))


RULES = (
    Rule("recipient-not-in-directory", recipient_not_in_directory),
    Rule("recipient-stale-unit", recipient_stale_unit),
    Rule("too-many-external", too_many_external),
    Rule("mass-cc-should-bcc", mass_cc_should_bcc),
    Rule("kinhgui-recipient-mismatch", kinhgui_recipient_mismatch),
    Rule("autoforward-external", autoforward_external),
)
