"""Long-term signatures: what is added, what is missing, and that the result stands alone."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec
from reportlab.lib.pdfencrypt import StandardEncryption

from client.crypto.keys import SigningKey
from client.crypto.pades_extension import extend
from client.crypto.pades_signing import sign_pdf
from client.crypto.pades_validation import verify_pdf
from client.crypto.timestamps import Timestamper
from client.errors import RevocationDataMissing, SigningRefused, TimestampUnavailable
from client.model.secret import Secret
from client.model.trust import VerificationDemand
from client.model.verdict import Display, Indication, Profile
from tests.fakes.pdf import make_pdf
from tests.fakes.pki import OfficePki
from tests.fakes.signing import certify, encrypted_pdf, key_of, with_field

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def person(pki: OfficePki) -> SigningKey:
    return key_of(pki.person("Nguyễn Văn An", "an@example.gov.vn"))


@pytest.fixture
def stamper(pki: OfficePki) -> Timestamper:
    pki.timestamp_time = None
    return Timestamper(("http://tsa.test",), pki.post_timestamp)


@pytest.fixture
def signed(pki: OfficePki, person: SigningKey, stamper: Timestamper) -> bytes:
    return _sign(pki, person, stamper)


def _sign(
    pki: OfficePki, key: SigningKey, stamper: Timestamper, pdf: bytes = b"", profile: Profile = Profile.B_T
) -> bytes:
    return sign_pdf(pdf or make_pdf([]), key, profile=profile, timestamper=stamper, signing_time=pki.now)


def _later(pki: OfficePki, hours: float = 2, *, crl_after: bool = True) -> VerificationDemand:
    """Hours after the signature, with CRLs from after it or from before."""
    at = pki.now + timedelta(hours=hours)
    issued = at - timedelta(hours=1) if crl_after else pki.now - timedelta(hours=1)
    return pki.demand(at, crls=pki.crls(issued))


def _alone(demand: VerificationDemand) -> VerificationDemand:
    return replace(demand, trust=replace(demand.trust, crls=()))


def _level(pdf: bytes, demand: VerificationDemand) -> tuple[Display, str]:
    report = verify_pdf(pdf, demand)
    return report.display, report.signatures[0].level


def test_b_lt_carries_what_a_verifier_without_crls_needs(
    pki: OfficePki, signed: bytes, stamper: Timestamper
) -> None:
    later = _later(pki)
    assert verify_pdf(signed, _alone(later)).indication is Indication.INDETERMINATE
    extended = extend(signed, later, None, Profile.B_LT)
    assert extended.startswith(signed)
    assert _level(extended, _alone(later)) == (Display.VALID, "B-LT")
    assert _level(extended, _alone(replace(later, at=pki.now + 5 * DAY))) == (Display.VALID, "B-LT")


def test_b_lta_stands_on_a_document_time_stamp(pki: OfficePki, signed: bytes, stamper: Timestamper) -> None:
    later = _later(pki)
    extended = extend(signed, later, stamper, Profile.B_LTA)
    assert extended.startswith(signed)
    assert _level(extended, _alone(later)) == (Display.VALID, "B-LTA")
    assert [name for name in _fields(extended)] == ["ChuKy1", "DauThoiGian1"]


def _fields(pdf: bytes) -> list[str]:
    return [one.field_name for one in PdfFileReader(io.BytesIO(pdf)).embedded_signatures]


def test_a_crl_from_before_the_signature_is_no_proof_for_b_lt_but_a_time_stamp_makes_up_for_it(
    pki: OfficePki, signed: bytes, stamper: Timestamper
) -> None:
    early = _later(pki, crl_after=False)
    with pytest.raises(RevocationDataMissing) as missing:
        extend(signed, early, stamper, Profile.B_LT)
    assert missing.value.params["reason"] == "revocation-older-than-signature"
    assert "Nguyễn Văn An" in str(missing.value.params["certificate"])
    assert _level(extend(signed, early, stamper, Profile.B_LTA), _alone(early)) == (Display.VALID, "B-LTA")


@pytest.mark.parametrize("target", [Profile.B_LT, Profile.B_LTA])
def test_what_is_missing_is_named(
    pki: OfficePki, signed: bytes, stamper: Timestamper, target: Profile
) -> None:
    root_only = pki.demand(pki.now, crls=pki.crls()[:1])
    with pytest.raises(RevocationDataMissing) as missing:
        extend(signed, root_only, stamper, target)
    assert missing.value.params["reason"] == "revocation-missing"
    assert "Nguyễn Văn An" in str(missing.value.params["certificate"])
    assert "Công Thư Test Issuing CA" in str(missing.value.params["issuer"])
    issuing_only = pki.demand(pki.now, crls=pki.crls()[1:])
    with pytest.raises(RevocationDataMissing) as missing:
        extend(signed, issuing_only, stamper, target)
    assert "Công Thư Test Issuing CA" in str(missing.value.params["certificate"])


def test_a_stale_crl_is_as_good_as_none(pki: OfficePki, signed: bytes, stamper: Timestamper) -> None:
    stale = pki.demand(pki.now + 30 * DAY, crls=pki.crls(pki.now - 2 * DAY, days=3))
    with pytest.raises(RevocationDataMissing):
        extend(signed, stale, stamper, Profile.B_LTA)


def test_renewal_keeps_a_signature_valid_beyond_its_certificates(
    pki: OfficePki, signed: bytes, stamper: Timestamper
) -> None:
    first = extend(signed, _later(pki), stamper, Profile.B_LTA)
    year = pki.now + 365 * DAY
    pki.timestamp_time = year
    renewed = extend(first, pki.demand(year, crls=pki.crls(year - DAY)), stamper, Profile.B_LTA)
    assert renewed.startswith(first)
    assert _fields(renewed) == ["ChuKy1", "DauThoiGian1", "DauThoiGian2"]
    ended = pki.now + 800 * DAY
    fresh = pki.demand(ended, crls=pki.crls(ended - DAY))
    assert verify_pdf(signed, fresh).display is not Display.VALID
    # The time-stamp authority's own certificate has ended as well: the newest stamp proves nothing now.
    assert verify_pdf(renewed, fresh).indication is not Indication.TOTAL_FAILED
    soon = pki.demand(pki.now + 700 * DAY, crls=pki.crls(pki.now + 699 * DAY))
    assert _level(renewed, soon) == (Display.VALID, "B-LTA")


def test_renewal_adds_nothing_twice(pki: OfficePki, signed: bytes, stamper: Timestamper) -> None:
    later = _later(pki)
    first = extend(signed, later, stamper, Profile.B_LTA)
    second = extend(first, later, stamper, Profile.B_LTA)
    store = PdfFileReader(io.BytesIO(second)).root["/DSS"]
    assert (len(store["/CRLs"]), len(store["/Certs"])) == (2, 4)


def test_a_received_document_without_a_time_stamp_gets_one_over_the_whole(
    pki: OfficePki, person: SigningKey, stamper: Timestamper
) -> None:
    bare = _sign(pki, person, stamper, profile=Profile.B_B)
    later = _later(pki)
    dated = extend(bare, later, stamper, Profile.B_T)
    assert _fields(dated) == ["ChuKy1", "DauThoiGian1"]
    assert _level(extend(bare, later, stamper, Profile.B_LTA), _alone(later)) == (Display.VALID, "B-LTA")
    with pytest.raises(TimestampUnavailable):
        extend(bare, later, None, Profile.B_LT)


def test_all_signers_of_a_document_are_provided_for(
    pki: OfficePki, signed: bytes, stamper: Timestamper
) -> None:
    seal = key_of(pki.seal("Sở Nội vụ", "snv@example.gov.vn"))
    later = _later(pki)
    report = verify_pdf(
        extend(_sign(pki, seal, stamper, signed), later, stamper, Profile.B_LTA), _alone(later)
    )
    assert [(one.display, one.level) for one in report.signatures] == [(Display.VALID, "B-LTA")] * 2


def test_a_signature_after_an_extension_leaves_both_standing(
    pki: OfficePki, signed: bytes, stamper: Timestamper
) -> None:
    later = _later(pki)
    seal = key_of(pki.seal("Sở Nội vụ", "snv@example.gov.vn"))
    both = _sign(pki, seal, stamper, extend(signed, later, stamper, Profile.B_LTA))
    assert [one.display for one in verify_pdf(both, later).signatures] == [Display.VALID] * 2


def test_a_certified_and_a_locked_document_may_still_be_preserved(
    pki: OfficePki, person: SigningKey, stamper: Timestamper
) -> None:
    certified = certify(make_pdf([]), person, MDPPerm.NO_CHANGES, stamper)
    later = _later(pki)
    assert _level(extend(certified, later, stamper, Profile.B_LTA), _alone(later)) == (Display.VALID, "B-LTA")
    spec = SigFieldSpec("Khóa", field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL))
    waiting = with_field(make_pdf([]), spec)
    locked = sign_pdf(
        waiting, person, profile=Profile.B_T, timestamper=stamper, signing_time=pki.now, field_name="Khóa"
    )
    assert _level(extend(locked, later, stamper, Profile.B_LTA), _alone(later)) == (Display.VALID, "B-LTA")


def test_an_encrypted_document_is_extended_and_stays_encrypted(
    pki: OfficePki, person: SigningKey, stamper: Timestamper
) -> None:
    pdf, password = encrypted_pdf(StandardEncryption("mat khau", "chu", strength=128)), Secret("mat khau")
    signed = sign_pdf(
        pdf, person, profile=Profile.B_T, timestamper=stamper, signing_time=pki.now, password=password
    )
    later = _later(pki)
    for target in (Profile.B_LT, Profile.B_LTA):
        extended = extend(signed, later, stamper, target, password=password)
        assert extended.startswith(signed)
        report = verify_pdf(extended, _alone(later), password=password)
        assert (report.indication, report.signatures[0].level) == (Indication.TOTAL_PASSED, target.value)
        assert verify_pdf(extended, later).indication is Indication.INDETERMINATE


def _revoked(pki: OfficePki, stamper: Timestamper) -> bytes:
    holder = pki.person("Thu Hồi", "th@example.gov.vn")
    pdf = _sign(pki, key_of(holder), stamper)
    pki.revoke(holder, at=pki.now - timedelta(hours=1))
    return pdf


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda pki, stamper, signed: make_pdf([]), "not-signed"),
        (
            lambda pki, stamper, signed: signed.replace(b"/MediaBox[0 0 595", b"/MediaBox[0 0 599"),
            "document-altered",
        ),
        (lambda pki, stamper, signed: _revoked(pki, stamper), "certificate-revoked"),
    ],
)
def test_what_does_not_hold_is_not_preserved(
    pki: OfficePki,
    signed: bytes,
    stamper: Timestamper,
    make: Callable[[OfficePki, Timestamper, bytes], bytes],
    reason: str,
) -> None:
    with pytest.raises(SigningRefused) as refused:
        extend(make(pki, stamper, signed), _later(pki), stamper, Profile.B_LTA)
    assert refused.value.params["reason"] == reason


def test_a_stranger_s_signature_is_not_preserved_as_if_it_were_trusted(
    pki: OfficePki, stamper: Timestamper
) -> None:
    stranger = OfficePki(pki.now)
    foreign = _sign(pki, key_of(stranger.person("Lạ", "la@example.com")), stamper)
    with pytest.raises(SigningRefused) as refused:
        extend(foreign, _later(pki), stamper, Profile.B_LTA)
    assert refused.value.params["reason"] == "untrusted-issuer"


def test_a_time_stamp_from_nobody_known_is_not_preserved(
    pki: OfficePki, person: SigningKey, stamper: Timestamper
) -> None:
    stranger = OfficePki(pki.now)
    foreign = Timestamper(("http://la.test",), stranger.post_timestamp)
    with pytest.raises(SigningRefused) as refused:
        extend(_sign(pki, person, foreign), _later(pki), stamper, Profile.B_LTA)
    assert refused.value.params["reason"] == "timestamp-untrusted"


def test_nothing_is_asked_of_the_network_but_time(
    pki: OfficePki, signed: bytes, stamper: Timestamper
) -> None:
    pki.timestamp_requests.clear()
    extend(signed, _later(pki), stamper, Profile.B_LT)
    assert pki.timestamp_requests == []
    extend(signed, _later(pki), stamper, Profile.B_LTA)
    assert pki.timestamp_requests == ["http://tsa.test"]
