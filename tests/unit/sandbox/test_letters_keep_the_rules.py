"""The training city's clean letters, held against the shipped policy: nothing above a remark."""

from __future__ import annotations

from client.config.paths import resources_dir
from client.config.policy_layers import builtin_policy
from client.model.finding import CheckReport, Severity
from client.sandbox.composing import Composed, Composer
from client.sandbox.letters import load_letters
from client.sandbox.people import Cast
from client.sandbox.pki import DemoPki
from client.sandbox.signatures import StorySigner
from client.services.checking import check_message
from tests.fakes.story import demand_at, identity_of, is_clean

POLICY = builtin_policy(resources_dir())


def checked(composed: Composed, cast: Cast, pki: DemoPki) -> CheckReport:
    who, demand = identity_of(composed.letter, cast), demand_at(composed.moment, pki)
    return check_message(composed.raw, who, POLICY, composed.moment, demand)


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
