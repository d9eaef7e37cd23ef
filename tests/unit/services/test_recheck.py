"""What stops a message at its hour: certificates and rules as they are then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from client.config.paths import resources_dir
from client.config.policy_layers import builtin_policy
from client.crypto.pkcs12 import open_pkcs12
from client.crypto.smime import sign_entity
from client.mime.builder import assemble_signed, build_entity, build_headers
from client.model.account import Identity
from client.model.address import MailAddress
from client.model.outgoing import Draft
from client.model.secret import Secret
from client.model.verdict import Reason
from client.services.recheck import RULES, why_held
from tests.fakes.pki import Holder, OfficePki

POLICY = builtin_policy(resources_dir())
AN = MailAddress("an@tphcm.gov.vn", "Nguyễn Văn An")
IDENTITY = Identity(AN, title="Chuyên viên", unit="Sở Nội vụ")
LETTER = Draft(
    "d",
    "an",
    "<1@tphcm.gov.vn>",
    AN,
    (MailAddress("binh@tphcm.gov.vn"),),
    subject="Lịch họp giao ban tuần 48",
    body="Kính gửi đồng chí, thông báo lịch họp giao ban.\n\n-- \nNguyễn Văn An\nChuyên viên, Sở Nội vụ\n",
)


def signed(pki: OfficePki, holder: Holder, letter: Draft = LETTER) -> bytes:
    key = open_pkcs12(holder.pkcs12("k"), Secret("k"))
    entity = build_entity(letter)
    signature = sign_entity(entity, key, sender=AN.addr_spec, signing_time=pki.now)
    return assemble_signed(build_headers(letter, pki.now), entity, signature)


def test_a_letter_that_is_still_good_may_leave(pki: OfficePki) -> None:
    raw = signed(pki, pki.person("Nguyễn Văn An", AN.addr_spec))
    assert why_held(raw, IDENTITY, POLICY, pki.now, pki.demand(), frozenset()) == ""


def test_a_certificate_that_ended_meanwhile_stops_it(pki: OfficePki) -> None:
    holder = pki.person("Nguyễn Văn An", AN.addr_spec, not_after=pki.now + timedelta(days=1))
    raw, later = signed(pki, holder), pki.now + timedelta(days=2)
    held = why_held(raw, IDENTITY, POLICY, later, pki.demand(later), frozenset())
    assert held in {Reason.CERTIFICATE_EXPIRED, Reason.SIGNED_AFTER_EXPIRY}


def test_a_certificate_revoked_meanwhile_stops_it() -> None:
    pki = OfficePki()
    holder = pki.person("Nguyễn Văn An", AN.addr_spec)
    raw = signed(pki, holder)
    pki.revoke(holder)
    assert why_held(raw, IDENTITY, POLICY, pki.now, pki.demand(), frozenset()) == Reason.CERTIFICATE_REVOKED


def test_no_list_at_hand_stops_nothing_that_was_let_go_without_one(pki: OfficePki) -> None:
    raw = signed(pki, pki.person("Nguyễn Văn An", AN.addr_spec))
    assert why_held(raw, IDENTITY, POLICY, pki.now, pki.demand(crls=()), frozenset()) == ""


def test_a_rule_that_asks_for_a_reason_is_passed_only_with_one(pki: OfficePki) -> None:
    raw = signed(pki, pki.person("Nguyễn Văn An", AN.addr_spec), replace(LETTER, subject=""))
    assert why_held(raw, IDENTITY, POLICY, pki.now, pki.demand(), frozenset()) == RULES
    given = frozenset({"subject-empty"})
    assert why_held(raw, IDENTITY, POLICY, pki.now, pki.demand(), given) == ""
