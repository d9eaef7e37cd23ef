"""The remedies of findings, as pure functions on a draft: nothing is read, nothing leaves, all can be undone.

A rule names the remedy (``Finding.fix``) and what it is to be done with (``Finding.mend``). What has to read
or make a file (`IN_WORKSHOP`) is done there; it gives a new attachment, and `replaced` puts that in place.
The bytes of an attachment are never changed here, so that no signature is ever broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, replace

from client.config.policy import within
from client.model.account import Account
from client.model.address import MailAddress, same_mailbox
from client.model.finding import Finding
from client.model.legacy import convert_legacy, detect_legacy, has_vietnamese
from client.model.outgoing import Draft, DraftAttachment
from client.model.text import nfc
from client.services.new_draft import sender_block

IN_WORKSHOP = frozenset({"convert-to-pdf", "correct-number", "attach-original"})
"""Remedies that need a file read or made."""
BY_HAND = frozenset({"add-attachment"})
"""Remedies where the window asks for something first."""

Remedy = Callable[[Draft, Finding, tuple[Account, ...]], Draft]


def mended(draft: Draft, finding: Finding, accounts: Iterable[Account] = ()) -> Draft | None:
    """The draft with the finding's remedy done; None where it has none of this kind or changes nothing."""
    remedy = _REMEDIES.get(finding.fix)
    if remedy is None:
        return None
    changed = remedy(draft, finding, tuple(accounts))
    return None if changed == draft else changed


def undone(now: Draft, before: Draft, after: Draft) -> Draft | None:
    """What a remedy changed put back, all else as it is ``now``; None where that was edited since."""
    touched = [one.name for one in fields(Draft) if getattr(before, one.name) != getattr(after, one.name)]
    if any(getattr(now, name) != getattr(after, name) for name in touched):
        return None
    return replace(now, **{name: getattr(before, name) for name in touched})


def attachment_of(draft: Draft, finding: Finding) -> DraftAttachment | None:
    """The attachment a finding is about, None where it is about what lies inside one, or about none."""
    if not 0 < finding.attachment <= len(draft.attachments):
        return None
    found = draft.attachments[finding.attachment - 1]
    return found if finding.location.partition("#")[0] == f"attachment:{found.name}" else None


def replaced(draft: Draft, old: DraftAttachment, new: DraftAttachment) -> Draft:
    """``new`` in the place of ``old``; the draft as it is when ``old`` has gone meanwhile."""
    return replace(draft, attachments=tuple(new if one is old else one for one in draft.attachments))


def _replace_recipient(draft: Draft, finding: Finding, _: tuple[Account, ...]) -> Draft:
    old, new = finding.mended_with("old"), finding.mended_with("new")
    if not old or not new:
        return draft

    def exchange(addresses: tuple[MailAddress, ...]) -> tuple[MailAddress, ...]:
        return tuple(
            dict.fromkeys(
                replace(one, addr_spec=new) if same_mailbox(one.addr_spec, old) else one for one in addresses
            )
        )

    return replace(draft, to=exchange(draft.to), cc=exchange(draft.cc), bcc=exchange(draft.bcc))


def _add_recipient(draft: Draft, finding: Finding, _: tuple[Account, ...]) -> Draft:
    address = finding.mended_with("address")
    if not address or any(same_mailbox(one.addr_spec, address) for one in draft.recipients):
        return draft
    return replace(draft, to=(*draft.to, MailAddress(address, finding.mended_with("name"))))


def _move_to_bcc(draft: Draft, finding: Finding, _: tuple[Account, ...]) -> Draft:
    hidden = finding.mended_with("addresses").split()

    def is_hidden(address: MailAddress) -> bool:
        return any(same_mailbox(address.addr_spec, one) for one in hidden)

    moved = tuple(one for one in draft.to + draft.cc if is_hidden(one))
    return replace(
        draft,
        to=tuple(one for one in draft.to if not is_hidden(one)),
        cc=tuple(one for one in draft.cc if not is_hidden(one)),
        bcc=tuple(dict.fromkeys(draft.bcc + moved)),
    )


def _switch_identity(draft: Draft, finding: Finding, accounts: tuple[Account, ...]) -> Draft:
    kind, domains = finding.mended_with("kind"), finding.mended_with("domains").split()
    for account in accounts:
        fits = within(account.identity.address.domain, domains) if domains else bool(kind)
        if account.account_id != draft.account_id and fits and kind in {"", account.identity.kind.value}:
            return switched(draft, account, accounts)
    return draft


def switched(draft: Draft, account: Account, accounts: Iterable[Account]) -> Draft:
    """The letter from another mailbox of the user's, with that one's sender block if it had the old one's."""
    old = next((one for one in accounts if one.account_id == draft.account_id), None)
    body = draft.body.replace(sender_block(old), sender_block(account), 1) if old is not None else draft.body
    return replace(draft, account_id=account.account_id, sender=account.identity.address, body=body)


def _insert_sender_block(draft: Draft, _: Finding, accounts: tuple[Account, ...]) -> Draft:
    account = next((one for one in accounts if one.account_id == draft.account_id), None)
    if account is None:
        return draft
    return replace(draft, body=f"{draft.body.rstrip()}\n\n{sender_block(account)}".lstrip("\n"))


def _use_as_subject(draft: Draft, finding: Finding, _: tuple[Account, ...]) -> Draft:
    return replace(draft, subject=finding.mended_with("subject") or draft.subject)


def _convert_to_unicode(draft: Draft, finding: Finding, _: tuple[Account, ...]) -> Draft:
    encoding = finding.mended_with("encoding")
    if finding.location == "subject":
        return replace(draft, subject=convert_legacy(draft.subject, encoding))
    return replace(draft, body=_converted(draft.body, encoding)) if finding.location == "body" else draft


def _converted(body: str, encoding: str) -> str:
    """Line by line: the sender's block and what is quoted are Unicode as a rule, and read by the old table
    they would be spoiled."""
    lines, foreign = [], False
    for line in body.split("\n"):
        foreign = foreign or line.rstrip() == "--"
        doubtful = foreign or line.startswith(">")
        legacy = detect_legacy(line) == encoding if doubtful else not has_vietnamese(line)
        lines.append(convert_legacy(line, encoding) if legacy else line)
    return "\n".join(lines)


def _compose_unicode(draft: Draft, finding: Finding, _: tuple[Account, ...]) -> Draft:
    if finding.location == "subject":
        return replace(draft, subject=nfc(draft.subject))
    return replace(draft, body=nfc(draft.body)) if finding.location == "body" else draft


def _remove_attachment(draft: Draft, finding: Finding, _: tuple[Account, ...]) -> Draft:
    """The whole attachment, also for what lies inside it."""
    kept = (one for place, one in enumerate(draft.attachments, 1) if place != finding.attachment)
    return replace(draft, attachments=tuple(kept))


def _rename_attachment(draft: Draft, finding: Finding, _: tuple[Account, ...]) -> Draft:
    old, name = attachment_of(draft, finding), finding.mended_with("name")
    if old is None or not name or any(one.name == name for one in draft.attachments):
        return draft
    return replaced(draft, old, replace(old, name=name))


def _sign_attachment(draft: Draft, finding: Finding, _: tuple[Account, ...]) -> Draft:
    old = attachment_of(draft, finding)
    if old is None or not old.name.lower().endswith(".pdf"):
        return draft
    return replaced(draft, old, replace(old, sign=True))


def _set_priority(draft: Draft, finding: Finding, _: tuple[Account, ...]) -> Draft:
    return replace(draft, urgent=True, urgency=finding.mended_with("urgency"))


def _drop_quote(draft: Draft, finding: Finding, _: tuple[Account, ...]) -> Draft:
    start = finding.mended_with("from")
    return replace(draft, body=f"{draft.body[: int(start)].rstrip()}\n") if start.isdigit() else draft


_REMEDIES: dict[str, Remedy] = {
    "replace-recipient": _replace_recipient,
    "add-recipient": _add_recipient,
    "move-to-bcc": _move_to_bcc,
    "switch-identity": _switch_identity,
    "insert-sender-block": _insert_sender_block,
    "use-abstract-as-subject": _use_as_subject,
    "convert-to-unicode": _convert_to_unicode,
    "compose-unicode": _compose_unicode,
    "remove-attachment": _remove_attachment,
    "rename-attachment": _rename_attachment,
    "sign-attachment": _sign_attachment,
    "set-priority": _set_priority,
    "drop-quote": _drop_quote,
}
