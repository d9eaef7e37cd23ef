"""Time-stamps over content, signature and archive; what they prove, in which order, and the level reached."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from client.crypto import cms
from client.crypto.keys import Purpose
from client.model.trust import RevocationDemand
from client.model.verdict import Display, Indication, Reason, SignatureVerdict, SubIndication
from tests.fakes import cms_forge as forge
from tests.fakes.cms_forge import Signer, attribute, digest
from tests.fakes.pki import Holder, OfficePki

CONTENT = b"noi dung duoc ky"


@pytest.fixture(scope="module")
def an(pki: OfficePki) -> Holder:
    return pki.person("Nguyễn Văn An", "an@example.gov.vn")


@contextmanager
def clock(pki: OfficePki, moment: datetime) -> Iterator[None]:
    pki.timestamp_time = moment
    try:
        yield
    finally:
        pki.timestamp_time = None


def certificates(holder: Holder) -> list[bytes]:
    return [holder.certificate_der, *holder.chain_der]


def file_of(signer: Signer, crls: tuple[bytes, ...] = ()) -> bytes:
    return forge.signed_data([signer.der], certificates(signer.holder), crls=crls)


def judged(
    der: bytes, pki: OfficePki, at: datetime | None = None, crls: tuple[bytes, ...] | None = None
) -> SignatureVerdict:
    demand = pki.demand(at, crls=crls)
    (found,) = cms.verify_detached(CONTENT, der, demand, purpose=Purpose.DOCUMENT, where="")
    return found


def stamped(signer: Signer, pki: OfficePki) -> Signer:
    signer.unsigned.append(attribute(forge.SIGNATURE_TIME_STAMP, forge.token(pki, digest(signer.signature))))
    return signer


def archived(signer: Signer, pki: OfficePki, **index: object) -> Signer:
    signer.unsigned.append(
        forge.archive_stamp(
            pki, signer, CONTENT, certificates=certificates(signer.holder), **index  # type: ignore[arg-type] # handed through
        )
    )  # fmt: skip
    return signer


def with_content_stamp(holder: Holder, pki: OfficePki, over: bytes = CONTENT) -> list[bytes]:
    usual = forge.usual_attributes(holder, digest(CONTENT))
    return [*usual, attribute(forge.CONTENT_TIME_STAMP, forge.token(pki, digest(over)))]


def test_each_level_is_named_for_what_the_file_carries(pki: OfficePki, an: Holder) -> None:
    crls = pki.crls()
    plain = [attribute(forge.CONTENT_TYPE, forge.oid(forge.DATA))]
    plain.append(attribute(forge.MESSAGE_DIGEST, forge.octets(digest(CONTENT))))
    no_cades = Signer(an, digest(CONTENT), plain)
    assert judged(file_of(no_cades), pki).level == ""
    signer = Signer(an, digest(CONTENT))
    assert judged(file_of(signer), pki).level == "B-B"
    stamped(signer, pki)
    assert judged(file_of(signer), pki).level == "B-T"
    assert judged(file_of(signer, crls), pki).level == "B-LT"
    archived(signer, pki, crls=crls)
    found = judged(file_of(signer, crls), pki)
    assert (found.level, found.display) == ("B-LTA", Display.VALID)


@pytest.mark.parametrize(
    ("carried", "level"),
    [
        (("22",), "E-C"),
        (("21", "22", "25"), "E-X"),
        (("21", "22", "23", "24", "25"), "E-XL"),
        (("21", "22", "23", "24", "48"), "E-A"),
    ],
)
def test_the_older_forms_have_their_names_and_what_is_not_judged_is_said(
    pki: OfficePki, an: Holder, carried: tuple[str, ...], level: str
) -> None:
    signer = stamped(Signer(an, digest(CONTENT)), pki)
    signer.unsigned += [attribute(f"1.2.840.113549.1.9.16.2.{one}", b"\x30\x00") for one in carried]
    found = judged(file_of(signer), pki)
    assert (found.level, found.display) == (level, Display.VALID)
    unjudged = bool({"25", "48"} & set(carried))
    assert (Reason.ARCHIVE_TIMESTAMP_NOT_JUDGED in found.reasons) == unjudged


def test_a_time_stamp_over_another_signature_is_no_time(pki: OfficePki, an: Holder) -> None:
    signer = Signer(an, digest(CONTENT))
    signer.unsigned = [attribute(forge.SIGNATURE_TIME_STAMP, forge.token(pki, digest(b"other")))]
    found = judged(file_of(signer), pki)
    assert (found.level, found.timestamp_time) == ("B-B", None)
    assert (found.display, found.reasons[0]) == (Display.UNKNOWN, Reason.TIMESTAMP_INVALID)


def test_what_is_no_token_is_an_invalid_time_stamp_and_hides_nothing(pki: OfficePki, an: Holder) -> None:
    signer = Signer(an, digest(CONTENT))
    for junk in (b"\x05\x00", b"\x04\x03abc", b"\x30\x00"):
        signer.unsigned = [attribute(forge.SIGNATURE_TIME_STAMP, junk)]
        found = judged(file_of(signer), pki)
        assert found.signer is not None
        assert found.reasons[0] is Reason.TIMESTAMP_INVALID
    stamped(signer, pki)
    assert judged(file_of(signer), pki).display is Display.VALID


def test_a_content_time_stamp_is_held_against_the_content(pki: OfficePki, an: Holder) -> None:
    good = stamped(Signer(an, digest(CONTENT), with_content_stamp(an, pki)), pki)
    assert judged(file_of(good), pki).display is Display.VALID
    copied = stamped(Signer(an, digest(CONTENT), with_content_stamp(an, pki, b"other")), pki)
    found = judged(file_of(copied), pki)
    assert (found.display, found.reasons[0]) == (Display.UNKNOWN, Reason.TIMESTAMP_INVALID)


def test_content_cannot_have_been_stamped_after_its_signature(pki: OfficePki, an: Holder) -> None:
    attributes = with_content_stamp(an, pki)
    with clock(pki, pki.now - timedelta(days=1)):
        signer = stamped(Signer(an, digest(CONTENT), attributes), pki)
    found = judged(file_of(signer), pki)
    assert found.sub_indication is SubIndication.TIMESTAMP_ORDER_FAILURE
    assert found.reasons[0] is Reason.TIMESTAMPS_OUT_OF_ORDER


def test_a_content_time_stamp_after_the_certificates_end_proves_the_signature_late(pki: OfficePki) -> None:
    expired = pki.expired("Hết Hạn", "e@example.gov.vn")
    signer = Signer(expired, digest(CONTENT), with_content_stamp(expired, pki))
    found = judged(file_of(signer), pki)
    assert (found.indication, found.sub_indication) == (Indication.TOTAL_FAILED, SubIndication.EXPIRED)
    assert found.reasons[0] is Reason.SIGNED_AFTER_EXPIRY


def test_a_second_archive_time_stamp_keeps_the_first_one_believable() -> None:
    """The first authority's certificate has ended since; the second saw its token while it was good."""
    pki = OfficePki()
    lasting = pki.tsa
    pki.tsa = pki.issue(
        "TSA ngắn hạn",
        usages=("digital_signature",),
        extended=(ExtendedKeyUsageOID.TIME_STAMPING,),
        extended_critical=True,
        not_after=pki.now + timedelta(days=3),
    )
    short = pki.person("Ngắn Hạn", "n@example.gov.vn", not_after=pki.now + timedelta(days=3))
    crls = pki.crls()
    signer = archived(stamped(Signer(short, digest(CONTENT)), pki), pki, crls=crls)
    once = file_of(signer, crls)
    pki.tsa = lasting
    with clock(pki, pki.now + timedelta(days=2)):
        twice = file_of(archived(signer, pki, crls=crls), crls)
    later = pki.now + timedelta(days=20)
    fresh = pki.crls(later - timedelta(hours=1))
    assert judged(once, pki, later, fresh).display is not Display.VALID
    found = judged(twice, pki, later, fresh)
    assert (found.level, found.display) == ("B-LTA", Display.VALID)
    assert found.timestamp_time == pki.now


def test_the_archive_lets_a_certificate_that_ended_meanwhile_stand(pki: OfficePki) -> None:
    short = pki.person("Ngắn Hạn", "n@example.gov.vn", not_after=pki.now + timedelta(days=3))
    crls = pki.crls()
    later = pki.now + timedelta(days=20)
    fresh = pki.crls(later - timedelta(hours=1))
    bare = file_of(Signer(short, digest(CONTENT)), crls)
    assert judged(bare, pki, later, fresh).display is not Display.VALID
    kept = file_of(archived(stamped(Signer(short, digest(CONTENT)), pki), pki, crls=crls), crls)
    found = judged(kept, pki, later, fresh)
    assert (found.level, found.display) == ("B-LTA", Display.VALID)


@pytest.mark.parametrize("attack", ["content", "crl-removed", "index-forged", "attribute-removed"])
def test_an_archive_time_stamp_that_does_not_cover_the_file_is_invalid(
    pki: OfficePki, an: Holder, attack: str
) -> None:
    crls = pki.crls()
    signer = stamped(Signer(an, digest(CONTENT)), pki)
    if attack == "content":
        other = Signer(an, digest(b"other"))
        signer.unsigned.append(forge.archive_stamp(pki, other, b"other"))
    elif attack == "index-forged":
        archived(signer, pki, crls=crls, forged_index=[digest(b"never there")])
    else:
        archived(signer, pki, crls=crls)
    if attack == "attribute-removed":
        del signer.unsigned[0]
    found = judged(file_of(signer, () if attack == "crl-removed" else crls), pki)
    assert (found.display, found.reasons[0]) == (Display.UNKNOWN, Reason.TIMESTAMP_INVALID)


def test_a_claimed_time_after_the_time_stamp_is_doubted(pki: OfficePki, an: Holder) -> None:
    usual = forge.usual_attributes(an, digest(CONTENT))
    claims = Signer(an, digest(CONTENT), [*usual, forge.signing_time(pki.now + timedelta(minutes=30))])
    found = judged(file_of(stamped(claims, pki)), pki)
    assert (found.display, found.reasons) == (Display.WARNING, (Reason.CLAIMED_TIME_DOUBTFUL,))
    assert found.timestamp_time == pki.now
    assert found.claimed_time == pki.now + timedelta(minutes=30)


def test_revocation_data_that_the_file_brings_is_used(pki: OfficePki, an: Holder) -> None:
    signer = stamped(Signer(an, digest(CONTENT)), pki)
    alone = judged(file_of(signer), pki, crls=())
    assert (alone.display, alone.reasons[0]) == (Display.UNKNOWN, Reason.REVOCATION_UNKNOWN)
    assert judged(file_of(signer, pki.crls()), pki, crls=()).display is Display.VALID
    forged = OfficePki(pki.now)
    assert judged(file_of(signer, forged.crls()), pki, crls=()).display is Display.UNKNOWN
    assert pki.demand().revocation is RevocationDemand.REQUIRE
