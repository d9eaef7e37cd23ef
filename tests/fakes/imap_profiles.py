"""How real IMAP servers differ, as far as a client notices: data for `tests.fakes.imap_wire`."""

from __future__ import annotations

from dataclasses import dataclass, field

_ALL = (
    "SASL-IR LITERAL+ ID ENABLE IDLE UNSELECT UIDPLUS MOVE CONDSTORE QRESYNC LIST-STATUS LIST-EXTENDED"
    " SPECIAL-USE NAMESPACE CHILDREN"
)


@dataclass(frozen=True)
class Profile:
    """What a server announces and what it does differently."""

    name: str
    greeting: str
    after_login: str
    """Capabilities beside ``IMAP4rev1``."""
    before_login: str = "AUTH=PLAIN"
    identity: str = "NIL"
    special_use: bool = False
    names: dict[str, bytes] = field(default_factory=lambda: {"sent": b"Sent", "trash": b"Trash"})
    size_error: int = 0
    """How far RFC822.SIZE is off."""
    empty_parts: bool = False
    """``BODY[]<a.b>`` gives nothing."""
    read_only_now_and_then: bool = False
    """Every other change is refused once with READ-ONLY."""
    tells_uidnext: bool = True
    unsearched: bool = False
    """SEARCH HEADER finds nothing but in Message-ID."""
    noise: tuple[bytes, ...] = ()
    """Lines put between the answers."""
    lower_case: bool = False
    mixed_items: bool = False
    """The items of FETCH in another order than asked, with one that was not asked."""


EXCHANGE = Profile(
    "exchange2016",
    "* OK The Microsoft Exchange IMAP4 service is ready. [QQBCAA==]",
    "AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID UNSELECT CLIENTACCESSRULES CHILDREN IDLE NAMESPACE"
    " LITERAL+",
    before_login="AUTH=PLAIN SASL-IR UIDPLUS ID IDLE NAMESPACE LITERAL+",
    identity='("name" "Microsoft.Exchange.Imap4.Imap4Server" "version" "15.1")',
    names={"sent": b"Sent Items", "trash": b"Deleted Items"},
    size_error=17,
    unsearched=True,
    empty_parts=True,
)
ZIMBRA = Profile(
    "zimbra88",
    "* OK mail.example Zimbra IMAP4rev1 server ready",
    "ACL BINARY CATENATE CHILDREN CONDSTORE ENABLE ESEARCH ID IDLE LIST-EXTENDED LIST-STATUS LITERAL+"
    " NAMESPACE QRESYNC QUOTA SASL-IR SEARCHRES SORT UIDPLUS UNSELECT WITHIN XLIST",
    identity='("NAME" "Zimbra" "VERSION" "8.8.15_GA" "RELEASE" NIL)',
    read_only_now_and_then=True,
)
DOVECOT = Profile(
    "dovecot23",
    "* OK [CAPABILITY IMAP4rev1 SASL-IR LITERAL+ AUTH=PLAIN] Dovecot ready.",
    _ALL,
    identity='("name" "Dovecot")',
    special_use=True,
)
BROKEN = Profile(
    "broken",
    "* OK hello",
    "UIDPLUS MOVE IDLE",
    tells_uidnext=False,
    noise=(b"* 1 FETCH (FLAGS (\\Seen))\r\n", b"* OK [ALERT] {7}\r\n", b"* XFOO bar\r\n", b"* SEARCH\r\n"),
    lower_case=True,
    mixed_items=True,
)
PROFILES = {one.name: one for one in (EXCHANGE, ZIMBRA, DOVECOT, BROKEN)}
