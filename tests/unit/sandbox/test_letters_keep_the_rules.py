"""The training city's clean letters, held against the shipped policy: nothing above a remark."""

from __future__ import annotations

from client.config.paths import resources_dir
from client.config.policy import builtin_policy
from client.model.account import Identity, MailboxKind, Role
from client.model.address import MailAddress
from client.model.finding import CheckReport, Severity
from client.model.trust import RevocationDemand, TrustMaterial, VerificationDemand
from client.model.verdict import Display
from client.sandbox.composing import Composed, Composer
from client.sandbox.letters import Letter, load_letters
from client.sandbox.people import Cast
from client.sandbox.pki import DemoPki
from client.sandbox.signatures import StorySigner
from client.services.checking import check_message

POLICY = builtin_policy(resources_dir())


def checked(composed: Composed, cast: Cast, pki: DemoPki) -> CheckReport:
    anchors = (pki.certificate("root").dump(),)
    demand = VerificationDemand(TrustMaterial(anchors=anchors), composed.moment, RevocationDemand.IGNORE)
    return check_message(composed.raw, identity_of(composed, cast), POLICY, composed.moment, demand)


def identity_of(composed: Composed, cast: Cast) -> Identity | None:
    person = cast.person(composed.letter.sender)
    if person is None:
        return None
    address = MailAddress(cast.address(person.person_id), person.name)
    role = Role.CLERK if person.kind is MailboxKind.AGENCY else person.role
    return Identity(address, person.title, person.unit, person.phone, person.kind, role)


def is_clean(letter: Letter, cast: Cast) -> bool:
    """Written here, and not to show a fault."""
    sound = letter.expected in {Display.VALID, Display.NONE} and not letter.letter_id.startswith("loi-")
    return sound and cast.person(letter.sender) is not None


def test_clean_letters_raise_nothing_above_a_remark(cast: Cast, pki: DemoPki) -> None:
    composer = Composer(cast, StorySigner(pki, cast.key_password), pki.born)
    raised = {}
    clean = 0
    for letter in load_letters():
        composed = composer.compose(letter)
        if not is_clean(letter, cast):
            continue
        clean += 1
        report = checked(composed, cast, pki)
        heavy = [(one.code, one.location) for one in report.findings if one.severity > Severity.INFO]
        if heavy:
            raised[letter.letter_id] = heavy
    assert clean >= 40
    assert raised == {}
