"""Mails and files whose signature is sound and still does not say what it seems to say."""

from __future__ import annotations

import io

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from reportlab.pdfgen.canvas import Canvas

from client.crypto import cms, smime
from client.crypto.keys import Purpose, SigningKey
from client.crypto.pades_signing import sign_pdf
from client.crypto.pades_validation import verify_pdf
from client.crypto.pkcs12 import open_pkcs12
from client.mime import builder
from client.model.secret import Secret
from client.model.verdict import Coverage, Display, Indication, Profile, Reason
from tests.fakes.pki import OfficePki

ENTITY = b"Content-Type: text/plain\r\n\r\nChuyen tien\r\n"


@pytest.fixture(scope="module")
def key(pki: OfficePki) -> SigningKey:
    holder = pki.person("Nguyễn Văn An", "an@example.gov.vn")
    return open_pkcs12(holder.pkcs12("x"), Secret("x"))


def _mail(key: SigningKey, pki: OfficePki, headers: bytes) -> bytes:
    der = smime.sign_entity(ENTITY, key, sender="an@example.gov.vn", signing_time=pki.now)
    return builder.assemble_signed(headers, ENTITY, der)


def _pdf() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(100, 700, "So tien: 100")
    canvas.acroForm.textfield(name="SoTien", x=100, y=600, value="100")
    canvas.save()
    return buffer.getvalue()


def _signed(key: SigningKey, pki: OfficePki) -> bytes:
    return sign_pdf(_pdf(), key, profile=Profile.B_B, timestamper=None, signing_time=pki.now)


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        (b"From: giam-doc@example.gov.vn\r\n", Reason.SIGNER_NOT_SENDER),
        (b'From: "an@example.gov.vn" <x@evil.test>\r\n', Reason.SIGNER_NOT_SENDER),
        (b"From: an@example.gov.vn\r\nFrom: x@evil.test\r\n", Reason.FROM_AMBIGUOUS),
        (b"From: x@evil.test, an@example.gov.vn\r\n", Reason.FROM_AMBIGUOUS),
        (b"Subject: no sender\r\n", Reason.FROM_MISSING),
    ],
)
def test_a_signer_who_is_not_the_one_sender_is_never_valid(
    headers: bytes, reason: Reason, key: SigningKey, pki: OfficePki
) -> None:
    report = smime.verify_message(_mail(key, pki, headers), pki.demand())
    assert report.indication is Indication.INDETERMINATE
    assert reason in report.reasons
    assert report.display is Display.WARNING


def test_another_reply_address_is_a_warning(key: SigningKey, pki: OfficePki) -> None:
    headers = b"From: an@example.gov.vn\r\nReply-To: x@evil.test\r\n"
    report = smime.verify_message(_mail(key, pki, headers), pki.demand())
    assert report.reasons == (Reason.REPLY_TO_DIFFERS,)
    assert report.display is Display.WARNING


def test_an_altered_mail_fails(key: SigningKey, pki: OfficePki) -> None:
    raw = _mail(key, pki, b"From: an@example.gov.vn\r\n").replace(b"Chuyen tien", b"Chuyen tiem")
    report = smime.verify_message(raw, pki.demand())
    assert report.display is Display.INVALID
    assert report.signatures[0].reasons == (Reason.DOCUMENT_ALTERED,)


def test_a_signed_part_inside_an_unsigned_mail_is_partial(key: SigningKey, pki: OfficePki) -> None:
    inner = _mail(key, pki, b"")
    raw = (
        b"From: an@example.gov.vn\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n"
        b"--o\r\nContent-Type: text/html\r\n\r\n<b>pay me</b>\r\n--o\r\n" + inner.lstrip() + b"\r\n--o--\r\n"
    )
    report = smime.verify_message(raw, pki.demand())
    assert report.coverage is Coverage.PARTIAL
    assert Reason.PARTLY_SIGNED in report.reasons
    assert report.indication is Indication.INDETERMINATE


def test_a_detached_signature_that_carries_other_content_is_rejected(key: SigningKey, pki: OfficePki) -> None:
    from asn1crypto import cms as asn1

    der = cms.sign_detached(b"outer", key, signing_time=pki.now, profile=Profile.B_B)
    info = asn1.ContentInfo.load(der)
    info["content"]["encap_content_info"] = {"content_type": "data", "content": b"inner"}
    (verdict,) = cms.verify_detached(b"outer", info.dump(), pki.demand(), purpose=Purpose.DOCUMENT, where="")
    assert verdict.indication is Indication.TOTAL_FAILED


def test_no_signer_at_all_is_a_format_failure_and_two_are_judged_apart(
    key: SigningKey, pki: OfficePki
) -> None:
    from asn1crypto import cms as asn1

    der = cms.sign_detached(b"data", key, signing_time=pki.now, profile=Profile.B_B)
    other = cms.sign_detached(b"datb", key, signing_time=pki.now, profile=Profile.B_B)
    info, second = asn1.ContentInfo.load(der), asn1.ContentInfo.load(other)
    one = info["content"]["signer_infos"][0]
    info["content"]["signer_infos"] = asn1.SignerInfos([])
    (none,) = cms.verify_detached(b"data", info.dump(), pki.demand(), purpose=Purpose.DOCUMENT, where="")
    assert none.sub_indication is not None
    assert none.sub_indication.value == "FORMAT_FAILURE"
    info["content"]["signer_infos"] = asn1.SignerInfos([one, second["content"]["signer_infos"][0]])
    both = cms.verify_detached(b"data", info.dump(), pki.demand(), purpose=Purpose.DOCUMENT, where="")
    assert {verdict.indication for verdict in both} == {Indication.TOTAL_PASSED, Indication.TOTAL_FAILED}


def test_an_altered_pdf_fails_and_says_so(key: SigningKey, pki: OfficePki) -> None:
    signed = bytearray(_signed(key, pki))
    signed[20] ^= 1
    report = verify_pdf(bytes(signed), pki.demand())
    assert report.display is Display.INVALID
    assert report.signatures[0].reasons[0] is Reason.DOCUMENT_ALTERED


def test_a_page_painted_over_after_signing_fails(key: SigningKey, pki: OfficePki) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(_signed(key, pki)))
    page = writer.root["/Pages"]["/Kids"][0]
    overlay = writer.add_object(generic.StreamObject(stream_data=b"BT /F1 40 Tf (999) Tj ET"))
    page["/Contents"] = overlay
    writer.update_container(page)
    output = io.BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call] # pyHanko has no types here
    report = verify_pdf(output.getvalue(), pki.demand())
    assert report.coverage is Coverage.CHANGED_AFTER_SIGNING
    assert report.display is Display.INVALID


def test_a_form_field_changed_after_signing_is_shown_by_name(key: SigningKey, pki: OfficePki) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(_signed(key, pki)))
    for reference in writer.root["/AcroForm"]["/Fields"]:
        field = reference.get_object() if hasattr(reference, "get_object") else reference
        if field.get("/T") == "SoTien":
            field["/V"] = generic.TextStringObject("999")
            writer.update_container(field)
    output = io.BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call] # pyHanko has no types here
    (verdict,) = verify_pdf(output.getvalue(), pki.demand()).signatures
    assert verdict.display is not Display.VALID
    assert Reason.FORM_CHANGED_AFTER_SIGNING in verdict.reasons
    assert verdict.changes_after_signing == ("SoTien",)


def test_bytes_after_the_end_are_a_warning(key: SigningKey, pki: OfficePki) -> None:
    (verdict,) = verify_pdf(_signed(key, pki) + b"junk", pki.demand()).signatures
    assert Reason.TRAILING_DATA in verdict.reasons
    assert verdict.display is not Display.VALID


def test_a_signature_whose_bytes_are_garbage_is_not_missing(key: SigningKey, pki: OfficePki) -> None:
    signed = _signed(key, pki)
    start = signed.index(b"/Contents <") + len(b"/Contents <")
    report = verify_pdf(signed[:start] + b"00" * 40 + signed[start + 80 :], pki.demand())
    assert report.indication is Indication.INDETERMINATE
    assert report.signatures[0].reasons == (Reason.SIGNATURE_UNREADABLE,)


def test_signed_attachments_are_judged_with_the_mail(key: SigningKey, pki: OfficePki) -> None:
    from base64 import encodebytes

    pdf = bytearray(_signed(key, pki))
    pdf[20] ^= 1
    raw = (
        b"From: an@example.gov.vn\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n"
        b"--o\r\nContent-Type: text/plain\r\n\r\nxem tep\r\n--o\r\nContent-Type: application/pdf\r\n"
        b'Content-Disposition: attachment; filename="cv.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        + encodebytes(bytes(pdf)).replace(b"\n", b"\r\n")
        + b"--o--\r\n"
    )
    report = smime.verify_message(raw, pki.demand())
    assert report.coverage is Coverage.ATTACHMENTS
    assert report.display is Display.INVALID
    assert report.signatures[0].where.startswith("cv.pdf")


def test_a_plain_mail_has_no_signature(pki: OfficePki) -> None:
    report = smime.verify_message(b"From: a@b.vn\r\nSubject: x\r\n\r\nhi\r\n", pki.demand())
    assert report.indication is Indication.NONE
    assert report.display is Display.NONE
