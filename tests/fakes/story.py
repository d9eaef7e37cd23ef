"""The training city's letters as tests take them: which are clean, and who sends them."""

from __future__ import annotations

from datetime import datetime

from client.model.account import Identity, MailboxKind, Role
from client.model.address import MailAddress
from client.model.trust import RevocationDemand, TrustMaterial, VerificationDemand
from client.model.verdict import Display
from client.sandbox.letters import Letter
from client.sandbox.people import Cast
from client.sandbox.pki import DemoPki


def is_clean(letter: Letter, cast: Cast) -> bool:
    """Written here, and not to show a fault."""
    sound = letter.expected in {Display.VALID, Display.NONE} and not letter.letter_id.startswith("loi-")
    return sound and cast.person(letter.sender) is not None


def identity_of(letter: Letter, cast: Cast) -> Identity | None:
    """Who sends it; None for somebody who lives elsewhere."""
    person = cast.person(letter.sender)
    if person is None:
        return None
    address = MailAddress(cast.address(person.person_id), person.name)
    role = Role.CLERK if person.kind is MailboxKind.AGENCY else person.role
    return Identity(address, person.title, person.unit, person.phone, person.kind, role)


def demand_at(moment: datetime, pki: DemoPki) -> VerificationDemand:
    """The city's own authority is trusted; nothing is asked of revocation."""
    anchors = (pki.certificate("root").dump(),)
    return VerificationDemand(TrustMaterial(anchors=anchors), moment, RevocationDemand.IGNORE)
