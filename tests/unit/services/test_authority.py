"""Who may do which act, and after whom."""

from __future__ import annotations

import pytest

from client.crypto.pades_before import EarlierSignatures, Standing
from client.errors import SigningRefused
from client.model.signing import SigningRole
from client.model.verdict import (
    Indication,
    SignatureFormat,
    SignatureVerdict,
    SignerInfo,
    SignerKind,
    VerificationReport,
)
from client.services.authority import refuse_out_of_order, refuse_repeated, refuse_unauthorised
from client.services.requests import Authority

PERSON = SignerInfo("Trần Thị Bình", serial="0A")
SEAL = SignerInfo("SỞ NỘI VỤ", serial="0B", kind=SignerKind.SEAL)
OFFICE_ROLES = [role for role in SigningRole if role.uses_seal]


def refused(role: SigningRole | None, signer: SignerInfo, authority: Authority = Authority()) -> str:  # noqa: B008 - frozen
    try:
        refuse_unauthorised(role, signer, authority)
    except SigningRefused as error:
        return str(error.params["reason"])
    return ""


def earlier(standing: Standing, *signers: SignerInfo, indication: Indication = Indication.TOTAL_PASSED) -> (
    EarlierSignatures
):  # fmt: skip
    verdicts = tuple(SignatureVerdict(SignatureFormat.PADES, indication, signer=signer) for signer in signers)
    return EarlierSignatures(standing, VerificationReport("", indication, signatures=verdicts), (), "Ai đó")


def out_of_order(role: SigningRole | None, found: EarlierSignatures) -> str:
    try:
        refuse_out_of_order(role, found)
    except SigningRefused as error:
        return str(error.params["reason"])
    return ""


@pytest.mark.parametrize("role", OFFICE_ROLES)
def test_the_office_signs_with_its_seal_alone(role: SigningRole) -> None:
    assert refused(role, PERSON) == "seal-key-needed"
    assert refused(role, SEAL) == ""


def test_a_person_approves_with_a_personal_key_alone() -> None:
    assert refused(SigningRole.APPROVE, SEAL) == "personal-key-needed"
    assert refused(SigningRole.APPROVE, PERSON) == ""
    assert refused(None, PERSON) == ""


@pytest.mark.parametrize("role", [None, *OFFICE_ROLES])
def test_the_seal_is_for_whom_the_policy_names(role: SigningRole | None) -> None:
    own = (("Sở Nội vụ", ("VTThu@x.vn",)),)
    clerks = Authority("vtthu@x.vn", own)
    stranger = Authority("an@x.vn", own)
    assert refused(role, SEAL, clerks) == ""
    assert refused(role, SEAL, stranger) == "seal-not-entrusted"
    assert refused(role, SEAL, Authority(seal_keys=("0b",))) == ""
    assert refused(role, SEAL, Authority(seal_keys=("0C",))) == "seal-not-known"
    assert refused(None, PERSON, stranger) == ""


def test_another_offices_clerk_keeps_another_seal() -> None:
    named = (("Sở Nội vụ", ("vtthu@x.vn",)), ("Sở Tư pháp TP. Hồ Chí Minh", ("hoa@x.vn",)))
    assert refused(None, SEAL, Authority("hoa@x.vn", named)) == "seal-not-entrusted"
    justice = SignerInfo("Văn thư", organisation="SỞ TƯ PHÁP", serial="0C", kind=SignerKind.SEAL)
    assert refused(None, justice, Authority("hoa@x.vn", named)) == ""
    ward = SignerInfo("UBND PHƯỜNG SÀI GÒN", serial="0D", kind=SignerKind.SEAL)
    city = (("Ủy ban nhân dân Thành phố Hồ Chí Minh", ("tp@x.vn",)),)
    assert refused(None, ward, Authority("phuong@x.vn", city)) == ""


def test_the_seal_comes_after_a_person_and_not_before() -> None:
    signed = earlier(Standing.SOUND, PERSON)
    assert out_of_order(SigningRole.ISSUE, signed) == ""
    assert out_of_order(SigningRole.ISSUE, earlier(Standing.UNSIGNED)) == "personal-signature-missing"
    assert out_of_order(SigningRole.ISSUE, earlier(Standing.SOUND, SEAL)) == "personal-signature-missing"
    assert out_of_order(SigningRole.APPROVE, earlier(Standing.SOUND, PERSON, SEAL)) == "seal-came-first"
    assert out_of_order(SigningRole.APPROVE, signed) == ""
    assert out_of_order(SigningRole.ANNEX, earlier(Standing.UNSIGNED)) == ""


def test_a_person_who_could_not_be_judged_here_counts_and_a_broken_signature_does_not() -> None:
    offline = earlier(Standing.DOUBTFUL, PERSON, indication=Indication.INDETERMINATE)
    assert out_of_order(SigningRole.ISSUE, offline) == ""
    broken = earlier(Standing.BROKEN, PERSON, indication=Indication.TOTAL_FAILED)
    for role in (None, *SigningRole):
        assert out_of_order(role, broken) == "earlier-signature-broken"


@pytest.mark.parametrize(
    ("role", "signer", "twice"),
    [
        (SigningRole.APPROVE, PERSON, True),
        (SigningRole.ISSUE, SEAL, True),
        (None, PERSON, True),
        (SigningRole.COPY, SEAL, False),
        (SigningRole.ANNEX, SEAL, False),
        (SigningRole.APPROVE, SignerInfo("Trần Thị Bình", serial="0C"), False),
        (SigningRole.APPROVE, SignerInfo("Trần Thị Bình", serial="0A", issuer="CA khác"), False),
    ],
)
def test_nobody_does_the_same_twice_but_the_seal_certifies_many_copies(
    role: SigningRole | None, signer: SignerInfo, twice: bool
) -> None:
    there = earlier(Standing.SOUND, PERSON, SEAL).report.signatures
    if not twice:
        refuse_repeated(role, signer, there)
        return
    with pytest.raises(SigningRefused) as refusal:
        refuse_repeated(role, signer, there)
    assert refusal.value.params["reason"] == "already-signed-by-key"
