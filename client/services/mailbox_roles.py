"""Which mailbox serves what, and in what order mailboxes are looked at."""

from __future__ import annotations

from client.errors import MailboxMissing
from client.model.mailbox import NAMES_TO_MAKE, RemoteMailbox, SpecialUse, name_to_make
from client.net.session import ImapSession

_ORDER = {
    SpecialUse.INBOX: 0,
    SpecialUse.SENT: 1,
    SpecialUse.DRAFTS: 2,
    SpecialUse.JUNK: 8,
    SpecialUse.TRASH: 9,
}


def sent_mailbox(session: ImapSession, host: str) -> bytes:
    """Where copies of sent messages go; made where there is none. Raises `MailboxMissing`."""
    return _with_role(session, host, SpecialUse.SENT)


def drafts_mailbox(session: ImapSession, host: str) -> bytes:
    """Where drafts lie; made where there is none. Raises `MailboxMissing`."""
    return _with_role(session, host, SpecialUse.DRAFTS)


def trash_mailbox(session: ImapSession) -> bytes:
    """Where what is deleted goes, by the name it will have where there is none yet."""
    known = session.list_mailboxes()
    named = (one.raw_name for one in known if one.special_use is SpecialUse.TRASH)
    return next(named, name_to_make(NAMES_TO_MAKE[SpecialUse.TRASH], (one.raw_name for one in known)))


def _with_role(session: ImapSession, host: str, role: SpecialUse) -> bytes:
    for _ in range(2):
        known = session.list_mailboxes()
        for one in known:
            if one.special_use is role and one.selectable:
                return one.raw_name
        session.create(name_to_make(NAMES_TO_MAKE[role], (one.raw_name for one in known)), role)
    raise MailboxMissing(host=host, role=role.value)


def in_order(remotes: tuple[RemoteMailbox, ...]) -> list[RemoteMailbox]:
    """Those that can be selected, the most wanted first."""
    usable = [remote for remote in remotes if remote.selectable]
    return sorted(usable, key=lambda remote: _ORDER.get(remote.special_use, 5))
