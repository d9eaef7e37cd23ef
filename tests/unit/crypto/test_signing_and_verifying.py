from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from client.crypto import cms, smime
from client.crypto.certificates import mail_addresses, signer_info
from client.crypto.keys import Purpose, SigningKey, preflight
from client.crypto.pades_signing import sign_pdf
from client.crypto.pades_validation import verify_pdf
from client.crypto.pkcs12 import open_pkcs12
from client.crypto.timestamps import Timestamper
from client.crypto.trust import read_certificates
from client.errors import (
    ConnectionLost,
    DocumentEncrypted,
    KeyFileInvalid,
    KeyPasswordIncorrect,
    MalformedDocument,
    SigningRefused,
    TimestampUnavailable,
)
from client.mime import builder
from client.model.secret import Secret
from client.model.trust import RevocationDemand
from client.model.verdict import (
    Coverage,
    Display,
    Indication,
    Profile,
    Reason,
    SignerKind,
    SubIndication,
)
from tests.fakes.pki import Holder, OfficePki

Sign = Callable[..., bytes]


@pytest.fixture(scope="module")
def person(pki: OfficePki) -> Holder:
    return pki.person("Nguyễn Văn An", "an@example.gov.vn")


def _key(holder: Holder) -> SigningKey:
    return open_pkcs12(holder.pkcs12("bí mật"), Secret("bí mật"))


def _pdf(text: str = "Công văn") -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(100, 700, text)
    canvas.save()
    return buffer.getvalue()


def _stamper(pki: OfficePki) -> Timestamper:
    return Timestamper(("http://tsa.test",), pki.post_timestamp)


def _signed(
    pki: OfficePki, holder: Holder, profile: Profile = Profile.B_T, at: datetime | None = None
) -> bytes:
    return sign_pdf(
        _pdf(), _key(holder), profile=profile, timestamper=_stamper(pki), signing_time=at or pki.now
    )


def test_a_wrong_password_is_told_apart_from_a_broken_file(person: Holder) -> None:
    data = person.pkcs12("đúng")
    with pytest.raises(KeyPasswordIncorrect):
        open_pkcs12(data, Secret("sai"))
    with pytest.raises(KeyFileInvalid):
        open_pkcs12(data[:200], Secret("đúng"))
    with pytest.raises(KeyFileInvalid):
        open_pkcs12(b"not a key", Secret("đúng"))


def test_an_old_3des_key_file_opens(person: Holder) -> None:
    assert open_pkcs12(person.pkcs12("x", legacy=True), Secret("x")).signer_info.name == "Nguyễn Văn An"


def test_a_certificate_tells_person_from_seal(pki: OfficePki, person: Holder) -> None:
    seal = pki.seal("Sở Nội vụ", "sonoivu@example.gov.vn")
    assert signer_info(seal.certificate_der).kind is SignerKind.SEAL
    assert signer_info(person.certificate_der).kind is SignerKind.PERSONAL
    assert mail_addresses(person.certificate_der) == ("an@example.gov.vn",)


def test_certificates_are_read_from_pem_and_der(pki: OfficePki, person: Holder) -> None:
    both = person.certificate_pem + pki.root.certificate_pem
    assert read_certificates(both) == (person.certificate_der, pki.root.certificate_der)
    assert read_certificates(person.certificate_der) == (person.certificate_der,)
    assert read_certificates(b"junk") == ()


def test_preflight_refuses_keys_nobody_could_accept() -> None:
    pki = OfficePki()
    revoked = pki.person("Thu Hồi", "r@example.gov.vn")
    pki.revoke(revoked)
    cases = {
        Reason.CERTIFICATE_EXPIRED: pki.expired("Hết Hạn", "e@example.gov.vn"),
        Reason.CERTIFICATE_NOT_YET_VALID: pki.not_yet_valid("Chưa Đến", "n@example.gov.vn"),
        Reason.CERTIFICATE_REVOKED: revoked,
        Reason.KEY_USAGE_NOT_ALLOWED: pki.wrong_usage("Sai Mục Đích", "w@example.gov.vn"),
    }
    for reason, holder in cases.items():
        with pytest.raises(SigningRefused) as refused:
            preflight(_key(holder), pki.demand(), Purpose.DOCUMENT)
        assert refused.value.params["reason"] == reason.value


def test_missing_revocation_data_does_not_forbid_signing(pki: OfficePki, person: Holder) -> None:
    preflight(_key(person), pki.demand(crls=()), Purpose.DOCUMENT)


def test_a_time_stamped_pdf_signature_is_valid(pki: OfficePki, person: Holder) -> None:
    report = verify_pdf(_signed(pki, person), pki.demand())
    (verdict,) = report.signatures
    assert report.display is Display.VALID
    assert (verdict.level, verdict.coverage) == ("B-T", Coverage.WHOLE)
    assert verdict.timestamp_time == pki.now
    assert verdict.claimed_time == pki.now


def test_signing_appends_and_changes_nothing_before(pki: OfficePki, person: Holder) -> None:
    original = _pdf()
    signed = sign_pdf(original, _key(person), profile=Profile.B_B, timestamper=None, signing_time=pki.now)
    assert signed.startswith(original)


def test_a_pdf_signature_without_time_stamp_passes_with_a_warning(pki: OfficePki, person: Holder) -> None:
    report = verify_pdf(_signed(pki, person, Profile.B_B), pki.demand())
    assert report.indication is Indication.TOTAL_PASSED
    assert report.display is Display.WARNING
    assert report.signatures[0].reasons == (Reason.TIMESTAMP_MISSING,)


def test_two_signatures_have_their_own_fields_and_verdicts(pki: OfficePki, person: Holder) -> None:
    other = pki.seal("Sở Nội vụ", "sonoivu@example.gov.vn")
    twice = sign_pdf(
        _signed(pki, person),
        _key(other),
        profile=Profile.B_T,
        timestamper=_stamper(pki),
        signing_time=pki.now,
    )
    report = verify_pdf(twice, pki.demand())
    assert [verdict.where for verdict in report.signatures] == ["ChuKy1", "ChuKy2"]
    assert [verdict.coverage for verdict in report.signatures] == [
        Coverage.WHOLE_WITH_LATER_UPDATES,
        Coverage.WHOLE,
    ]
    assert report.display is Display.VALID


def test_revocation_demands_decide_without_crl(pki: OfficePki, person: Holder) -> None:
    signed = _signed(pki, person, Profile.B_B)
    required = verify_pdf(signed, pki.demand(crls=())).signatures[0]
    assert required.indication is Indication.INDETERMINATE
    assert Reason.REVOCATION_UNKNOWN in required.reasons
    ignored = verify_pdf(signed, pki.demand(crls=(), revocation=RevocationDemand.IGNORE)).signatures[0]
    assert ignored.indication is Indication.TOTAL_PASSED
    assert Reason.REVOCATION_NOT_CHECKED in ignored.reasons
    old = pki.crls(pki.now - timedelta(days=60))
    stale = verify_pdf(signed, pki.demand(crls=old)).signatures[0]
    assert Reason.REVOCATION_STALE in stale.reasons
    assert stale.indication is Indication.INDETERMINATE


def test_a_revoked_signer_fails_unless_a_time_stamp_proves_an_earlier_signature() -> None:
    pki = OfficePki()
    early = pki.person("Trước", "t@example.gov.vn")
    late = pki.person("Sau", "s@example.gov.vn")
    pki.revoke(early, at=pki.now - timedelta(days=2))
    pki.revoke(late, at=pki.now + timedelta(days=1))
    after = pki.now + timedelta(days=2)
    demand = pki.demand(after, crls=pki.crls(after - timedelta(hours=1)))
    revoked = verify_pdf(_signed(pki, early), demand).signatures[0]
    assert (revoked.indication, revoked.sub_indication) == (
        Indication.TOTAL_FAILED,
        SubIndication.REVOKED,
    )
    assert verify_pdf(_signed(pki, late), demand).display is Display.VALID
    unproven = verify_pdf(_signed(pki, late, Profile.B_B), demand).signatures[0]
    assert Reason.CERTIFICATE_REVOKED in unproven.reasons


def test_a_signature_time_stamped_after_expiry_does_not_pass() -> None:
    pki = OfficePki()
    expired = pki.expired("Hết Hạn", "e@example.gov.vn")
    stamped = verify_pdf(_signed(pki, expired), pki.demand()).signatures[0]
    assert (stamped.indication, stamped.sub_indication) == (
        Indication.INDETERMINATE,
        SubIndication.OUT_OF_BOUNDS_NO_POE,
    )
    assert Reason.SIGNED_AFTER_EXPIRY in stamped.reasons
    bare = verify_pdf(_signed(pki, expired, Profile.B_B), pki.demand()).signatures[0]
    assert Reason.CERTIFICATE_EXPIRED in bare.reasons


def test_an_unknown_issuer_and_a_wrong_usage_are_not_passed(pki: OfficePki, person: Holder) -> None:
    stranger = OfficePki(pki.now)
    unknown = verify_pdf(_signed(pki, person), stranger.demand()).signatures[0]
    assert Reason.UNTRUSTED_ISSUER in unknown.reasons
    wrong = verify_pdf(_signed(pki, pki.wrong_usage("Sai", "w@example.gov.vn")), pki.demand())
    assert Reason.KEY_USAGE_NOT_ALLOWED in wrong.signatures[0].reasons
    assert wrong.indication is Indication.INDETERMINATE


def test_no_time_stamp_authority_means_no_signature(pki: OfficePki, person: Holder) -> None:
    def down(url: str, body: bytes, timeout: float) -> bytes:
        raise ConnectionLost(host=url)

    with pytest.raises(TimestampUnavailable):
        sign_pdf(
            _pdf(),
            _key(person),
            profile=Profile.B_T,
            timestamper=Timestamper(("http://a", "http://b"), down),
            signing_time=pki.now,
        )


def test_the_second_authority_answers_when_the_first_is_down(pki: OfficePki, person: Holder) -> None:
    def one_down(url: str, body: bytes, timeout: float) -> bytes:
        if url == "http://down":
            raise ConnectionLost(host=url)
        return pki.post_timestamp(url, body, timeout)

    stamper = Timestamper(("http://down", "http://up"), one_down)
    signed = sign_pdf(_pdf(), _key(person), profile=Profile.B_T, timestamper=stamper, signing_time=pki.now)
    assert verify_pdf(signed, pki.demand()).signatures[0].level == "B-T"


@pytest.mark.parametrize("broken", [b"", b"hello", b"%PDF-1.7\ngarbage"])
def test_what_is_no_pdf_is_neither_signed_nor_called_unsigned(
    broken: bytes, pki: OfficePki, person: Holder
) -> None:
    with pytest.raises(MalformedDocument):
        sign_pdf(broken, _key(person), profile=Profile.B_B, timestamper=None, signing_time=pki.now)
    report = verify_pdf(broken, pki.demand())
    assert report.unreadable
    assert report.indication is Indication.INDETERMINATE


def test_an_encrypted_pdf_says_so(pki: OfficePki, person: Holder) -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt="mật")
    canvas.drawString(1, 1, "x")
    canvas.save()
    with pytest.raises(DocumentEncrypted):
        sign_pdf(buffer.getvalue(), _key(person), profile=Profile.B_B, timestamper=None, signing_time=pki.now)
    assert verify_pdf(buffer.getvalue(), pki.demand()).reasons == (Reason.DOCUMENT_ENCRYPTED,)


def test_an_unsigned_pdf_has_no_signature(pki: OfficePki) -> None:
    assert verify_pdf(_pdf(), pki.demand()).indication is Indication.NONE


def test_a_detached_file_signature_holds_for_its_file_alone(pki: OfficePki, person: Holder) -> None:
    der = cms.sign_detached(
        b"noi dung", _key(person), signing_time=pki.now, profile=Profile.B_T, timestamper=_stamper(pki)
    )
    good = cms.verify_detached(b"noi dung", der, pki.demand(), purpose=Purpose.DOCUMENT, where="a")
    assert [(v.display, v.level, v.claimed_time) for v in good] == [(Display.VALID, "B-T", pki.now)]
    (bad,) = cms.verify_detached(b"noi dunq", der, pki.demand(), purpose=Purpose.DOCUMENT, where="a")
    assert (bad.indication, bad.sub_indication) == (Indication.TOTAL_FAILED, SubIndication.HASH_FAILURE)


def test_an_elliptic_key_signs_too(pki: OfficePki) -> None:
    holder = pki.person("Elip", "el@example.gov.vn", elliptic=True)
    assert verify_pdf(_signed(pki, holder), pki.demand()).display is Display.VALID


def test_only_the_holder_signs_mail(pki: OfficePki, person: Holder) -> None:
    key = _key(person)
    assert smime.sign_entity(b"x", key, sender="AN@Example.gov.vn", signing_time=pki.now)
    with pytest.raises(SigningRefused) as refused:
        smime.sign_entity(b"x", key, sender="binh@example.gov.vn", signing_time=pki.now)
    assert refused.value.params["reason"] == "signer-not-sender"


def test_openssl_accepts_our_mail(pki: OfficePki, person: Holder, tmp_path: Path) -> None:
    entity = b"Content-Type: text/plain; charset=utf-8\r\n\r\nKinh gui\r\n"
    der = smime.sign_entity(entity, _key(person), sender="an@example.gov.vn", signing_time=pki.now)
    raw = builder.assemble_signed(b"From: an@example.gov.vn\r\nSubject: x\r\n", entity, der)
    (tmp_path / "mail.eml").write_bytes(raw)
    (tmp_path / "root.pem").write_bytes(pki.root.certificate_pem)
    done = subprocess.run(
        ["openssl", "cms", "-verify", "-in", "mail.eml", "-CAfile", "root.pem"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = smime.verify_message(raw, pki.demand())
    assert report.display is Display.VALID
    assert report.identity is not None
    assert report.identity.matches


def test_pdfsig_accepts_our_pdf(pki: OfficePki, person: Holder, tmp_path: Path) -> None:
    (tmp_path / "signed.pdf").write_bytes(_signed(pki, person))
    done = subprocess.run(
        ["pdfsig", "-nocert", "signed.pdf"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "Signature is Valid." in done.stdout
    assert "Total document signed" in done.stdout
    assert "ETSI.CAdES.detached" in done.stdout


def test_mail_needs_no_document_usage_but_documents_do(pki: OfficePki) -> None:
    holder = pki.person("Thư", "m@example.gov.vn", usages=("digital_signature",))
    preflight(_key(holder), pki.demand(), Purpose.MAIL)
    with pytest.raises(SigningRefused):
        preflight(_key(holder), pki.demand(), Purpose.DOCUMENT)


def test_an_untrusted_time_stamp_leaves_a_warning(pki: OfficePki, person: Holder) -> None:
    stranger = OfficePki(pki.now)
    signed = sign_pdf(
        _pdf(), _key(person), profile=Profile.B_T, timestamper=_stamper(stranger), signing_time=pki.now
    )
    report = verify_pdf(signed, pki.demand())
    assert report.display is Display.WARNING
    assert report.signatures[0].reasons == (Reason.TIMESTAMP_UNTRUSTED,)
    assert replace(report.signatures[0], reasons=()).timestamp_time is None
