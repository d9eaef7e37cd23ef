"""Which mailbox serves what, and in what order mailboxes are looked at."""

from __future__ import annotations

from client.errors import MailboxMissing
from client.model.mailbox import RemoteMailbox, SpecialUse, name_to_make
from client.net.session import ImapSession

_SENT_NAME = b"Sent"
"""What a missing mailbox for sent messages is called when it is made: servers and clients know it."""
_ORDER = {
    SpecialUse.INBOX: 0,
    SpecialUse.SENT: 1,
    SpecialUse.DRAFTS: 2,
    SpecialUse.JUNK: 8,
    SpecialUse.TRASH: 9,
}


def sent_mailbox(session: ImapSession, host: str) -> bytes:
    """Where copies of sent messages go; made where there is none. Raises `MailboxMissing`."""
    for _ in range(2):
        known = session.list_mailboxes()
        for one in known:
            if one.special_use is SpecialUse.SENT and one.selectable:
                return one.raw_name
        session.create(name_to_make(_SENT_NAME, (one.raw_name for one in known)), SpecialUse.SENT)
    raise MailboxMissing(host=host, role=SpecialUse.SENT.value)


def in_order(remotes: tuple[RemoteMailbox, ...]) -> list[RemoteMailbox]:
    """Those that can be selected, the most wanted first."""
    usable = [remote for remote in remotes if remote.selectable]
    return sorted(usable, key=lambda remote: _ORDER.get(remote.special_use, 5))
