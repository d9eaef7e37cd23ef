"""The classes of "Johnny, you are fired" (USENIX Security 2019) for S/MIME, and some beside them."""

from __future__ import annotations

from base64 import encodebytes
from datetime import timedelta

import pytest
from asn1crypto import cms as asn1

from client.crypto import cms, smime
from client.crypto.keys import SigningKey
from client.crypto.pades_signing import sign_pdf
from client.crypto.pkcs12 import open_pkcs12
from client.mime import builder
from client.mime.view import make_view
from client.model.address import same_mailbox
from client.model.secret import Secret
from client.model.verdict import Coverage, Display, Indication, Profile, Reason, VerificationReport
from tests.fakes.pdf import DECISION, make_pdf
from tests.fakes.pki import OfficePki

ENTITY = b"Content-Type: text/plain\r\n\r\nChuyen tien\r\n"
FROM_AN = b"From: an@example.gov.vn\r\n"


def _key(pki: OfficePki, email: str = "an@example.gov.vn") -> SigningKey:
    return open_pkcs12(pki.person("Nguyễn Văn An", email).pkcs12("x"), Secret("x"))


@pytest.fixture(scope="module")
def key(pki: OfficePki) -> SigningKey:
    return _key(pki)


@pytest.fixture(scope="module")
def other(pki: OfficePki) -> SigningKey:
    return _key(pki, "binh@example.gov.vn")


def _der(key: SigningKey, pki: OfficePki, entity: bytes = ENTITY) -> bytes:
    return cms.sign_mail(entity, key, pki.now)


def _mail(key: SigningKey, pki: OfficePki, headers: bytes = FROM_AN, entity: bytes = ENTITY) -> bytes:
    return builder.assemble_signed(headers, entity, _der(key, pki, entity))


def _opaque_entity(key: SigningKey, pki: OfficePki, entity: bytes = ENTITY) -> bytes:
    info = asn1.ContentInfo.load(_der(key, pki, entity))
    info["content"]["encap_content_info"] = {"content_type": "data", "content": entity}
    body = encodebytes(info.dump()).replace(b"\n", b"\r\n")
    return (
        b"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + body
    )


def _multipart_entity(key: SigningKey, pki: OfficePki, entity: bytes = ENTITY) -> bytes:
    return builder.assemble_signed(b"", entity, _der(key, pki, entity)).lstrip()


def _mixed(*parts: bytes) -> bytes:
    body = b"".join(b"--o\r\n" + part + b"\r\n" for part in parts) + b"--o--\r\n"
    return b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n" + body


def _check(raw: bytes, pki: OfficePki) -> VerificationReport:
    return smime.verify_message(raw, pki.demand())


def test_the_plain_cases_are_valid(key: SigningKey, pki: OfficePki) -> None:
    assert _check(_mail(key, pki), pki).display is Display.VALID
    assert _check(FROM_AN + _opaque_entity(key, pki), pki).display is Display.VALID


@pytest.mark.parametrize(
    "field",
    [
        b'From: "giam-doc@example.gov.vn" <an@example.gov.vn>',
        "From: giam-doc＠example.gov.vn <an@example.gov.vn>".encode(),
        b"From: =?utf-8?Q?giam-doc=40example.gov.vn?= <an@example.gov.vn>",
        b"From: <an@example.gov.vn> (giam-doc@example.gov.vn)",
        b"From: giam-doc@example.gov.vn <an@example.gov.vn>",
        b"From: <an@example.gov.vn> <giam-doc@example.gov.vn>",
        b"From: <giam-doc@example.gov.vn> <an@example.gov.vn>",
        b"From: so: giam-doc@example.gov.vn, an@example.gov.vn;",
        b"From: an@example.gov.vn\x00giam-doc@example.gov.vn",
        b"from: an@example.gov.vn\r\nFROM : giam-doc@example.gov.vn",
        b"From: an@example.gov.vn\r\nFrom:",
        b"From:",
        b"From: <>",
    ],
)
def test_a_from_field_that_can_be_read_in_two_ways_is_never_valid(
    field: bytes, key: SigningKey, pki: OfficePki
) -> None:
    report = _check(_mail(key, pki, field + b"\r\n"), pki)
    assert report.display is not Display.VALID
    assert report.display is not Display.NONE


def test_a_name_without_an_address_in_it_is_no_doubt(key: SigningKey, pki: OfficePki) -> None:
    for name in ("Nguyễn Văn An".encode(), b'"An @ So Noi vu"', b'"an@example.gov.vn"'):
        assert _check(_mail(key, pki, b"From: " + name + b" <an@example.gov.vn>\r\n"), pki).display is (
            Display.VALID
        )


@pytest.mark.parametrize("field", [b"Sender", b"Reply-To"])
def test_another_sender_or_reply_address_is_seen(field: bytes, key: SigningKey, pki: OfficePki) -> None:
    raw = _mail(key, pki, FROM_AN + field + b": x@evil.test\r\n")
    assert _check(raw, pki).display is Display.WARNING


@pytest.mark.parametrize("inner", [_opaque_entity, _multipart_entity])
def test_the_inner_signer_must_be_the_sender_too(
    inner: object, key: SigningKey, other: SigningKey, pki: OfficePki
) -> None:
    assert callable(inner)
    report = _check(_mail(other, pki, b"From: binh@example.gov.vn\r\n", inner(key, pki)), pki)
    assert report.display is not Display.VALID
    assert Reason.SIGNER_NOT_SENDER in report.reasons


def test_a_detached_signature_inside_an_opaque_one_must_be_the_senders_too(
    key: SigningKey, other: SigningKey, pki: OfficePki
) -> None:
    raw = b"From: binh@example.gov.vn\r\n" + _opaque_entity(other, pki, _multipart_entity(key, pki))
    report = _check(raw, pki)
    assert report.display is not Display.VALID
    assert Reason.SIGNER_NOT_SENDER in report.reasons


@pytest.mark.parametrize("outer", [_opaque_entity, _multipart_entity])
@pytest.mark.parametrize("inner", [_opaque_entity, _multipart_entity])
def test_a_broken_inner_layer_is_seen(outer: object, inner: object, key: SigningKey, pki: OfficePki) -> None:
    assert callable(outer)
    assert callable(inner)
    layer = inner(key, pki)
    broken = layer.replace(b"Chuyen tien", b"Chuyen tiem") if b"Chuyen tien" in layer else layer[:-200]
    assert _check(FROM_AN + outer(key, pki, broken), pki).display is not Display.VALID


def test_the_outer_signature_is_never_replaced_by_the_inner_one(key: SigningKey, pki: OfficePki) -> None:
    raw = _mail(key, pki, FROM_AN, _multipart_entity(key, pki) + b"\r\n").replace(b"Chuyen", b"Khong ")
    assert _check(raw, pki).display is Display.INVALID


def _signed_pdf(key: SigningKey, pki: OfficePki) -> bytes:
    return sign_pdf(make_pdf(DECISION), key, profile=Profile.B_B, timestamper=None, signing_time=pki.now)


def _pdf_part(pdf: bytes) -> bytes:
    return (
        b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: attachment; filename="cv.pdf"\r\n\r\n'
        + encodebytes(pdf).replace(b"\n", b"\r\n")
    )


@pytest.mark.parametrize("outer", [_opaque_entity, _multipart_entity])
def test_a_broken_pdf_inside_a_sound_mail_is_seen(outer: object, key: SigningKey, pki: OfficePki) -> None:
    assert callable(outer)
    pdf = bytearray(_signed_pdf(key, pki))
    pdf[20] ^= 1
    report = _check(FROM_AN + outer(key, pki, _mixed(ENTITY, _pdf_part(bytes(pdf)))), pki)
    assert report.display is Display.INVALID


def test_a_signed_part_beside_anything_else_speaks_for_a_part_only(key: SigningKey, pki: OfficePki) -> None:
    signed = _multipart_entity(key, pki)
    html = b"Content-Type: text/html\r\n\r\n<div style='position:fixed'>chuyen 999</div>"
    for raw in (
        _mixed(signed, _pdf_part(make_pdf(DECISION))),
        _mixed(html, signed),
        _mixed(signed),
        _mixed(signed, signed),
        _mixed(b"Content-Type: message/rfc822\r\n\r\n" + _mail(key, pki)),
        b"Content-Type: message/rfc822\r\n\r\n" + _mail(key, pki),
        _mixed(_opaque_entity(key, pki)),
    ):
        report = _check(FROM_AN + raw, pki)
        assert report.coverage in (Coverage.PARTIAL, Coverage.NONE, Coverage.ATTACHMENTS)
        assert (report.coverage is Coverage.ATTACHMENTS) == (Reason.FORWARDED_SIGNED in report.reasons)
        assert report.indication in (Indication.INDETERMINATE, Indication.NONE)
        assert report.display is not Display.VALID


def _reframed(raw: bytes, extra: bytes) -> bytes:
    """The same mail with a part put into the frame before the signed one."""
    boundary = raw[raw.index(b"boundary=") + 9 :].split(b"\r\n")[0].split(b";")[0].strip(b'"')
    line = b"--" + boundary + b"\r\n"
    return raw.replace(line, line + extra + b"\r\n" + line, 1)


def test_a_third_part_in_the_frame_is_never_valid(key: SigningKey, pki: OfficePki) -> None:
    raw = _reframed(_mail(key, pki), b"Content-Type: text/html\r\n\r\n<b>999</b>")
    assert _check(raw, pki).display is not Display.VALID


def test_what_stands_outside_the_parts_is_not_shown(key: SigningKey, pki: OfficePki) -> None:
    raw = _mail(key, pki)
    head, _, body = raw.partition(b"\r\n\r\n")
    framed = head + b"\r\n\r\nPREAMBLE 999\r\n" + body + b"\r\nEPILOGUE 999\r\n"
    view = make_view(framed)
    assert "999" not in view.text + view.html
    assert _check(framed, pki).display in (Display.VALID, Display.WARNING, Display.INVALID)


@pytest.mark.parametrize(
    "second", [b'; boundary="evil"', b"; boundary*=utf-8''evil", b"; boundary*0=ev; boundary*1=il"]
)
def test_two_boundaries_are_never_valid(second: bytes, key: SigningKey, pki: OfficePki) -> None:
    head, _, body = _mail(key, pki).partition(b"\r\n\r\n")
    start = head.index(b"multipart/signed")
    doubled = head[:start] + head[start:].replace(b"multipart/signed", b"multipart/signed" + second, 1)
    assert doubled != head
    assert _check(doubled + b"\r\n\r\n" + body, pki).display is not Display.VALID
    assert _check(head + second + b"\r\n\r\n" + body, pki).display is not Display.VALID


def test_header_fields_in_the_signed_part_change_no_sender(
    key: SigningKey, other: SigningKey, pki: OfficePki
) -> None:
    entity = b"From: binh@example.gov.vn\r\nSubject: giam doc\r\n" + ENTITY
    raw = _mail(other, pki, FROM_AN + b"Subject: that\r\n", entity)
    report = _check(raw, pki)
    assert report.display is not Display.VALID
    assert make_view(raw).envelope.subject == "that"


def test_a_certificate_whose_address_holds_a_nul_speaks_for_nobody(pki: OfficePki) -> None:
    for email in ("an@example.gov.vn\x00.evil.test", "an@example.gov.vn\n"):
        key = _key(pki, email)
        assert key.signer_info.emails == ()
        report = _check(_mail(key, pki), pki)
        assert report.display is Display.WARNING
        assert Reason.CERTIFICATE_WITHOUT_ADDRESS in report.reasons


def test_case_and_idn_forms_of_an_address_are_one_and_other_letters_are_not() -> None:
    assert same_mailbox("AN@Example.GOV.vn", "an@example.gov.vn")
    assert same_mailbox("an@sở.vn", "an@XN--S-KJT.vn") == ("sở".encode("idna") == b"xn--s-kjt")
    assert same_mailbox("an@sở.vn", "an@" + "sở".encode("idna").decode() + ".vn")
    assert not same_mailbox("an@faß.vn", "an@fass.vn")
    assert not same_mailbox("maß@example.gov.vn", "mass@example.gov.vn")
    assert not same_mailbox("an@example.gov.vn", "an@exаmple.gov.vn")


def test_one_of_several_addresses_is_enough(pki: OfficePki) -> None:
    holder = pki.issue("An", emails=("van-thu@example.gov.vn", "AN@example.gov.vn"))
    key = open_pkcs12(holder.pkcs12("x"), Secret("x"))
    assert _check(_mail(key, pki), pki).display is Display.VALID


def test_a_certificate_without_address_is_told(pki: OfficePki) -> None:
    key = open_pkcs12(pki.issue("Vô Danh").pkcs12("x"), Secret("x"))
    report = _check(_mail(key, pki), pki)
    assert report.display is Display.WARNING
    assert report.reasons == (Reason.CERTIFICATE_WITHOUT_ADDRESS,)


def test_a_second_signer_who_is_not_the_sender_takes_the_green_away(
    key: SigningKey, other: SigningKey, pki: OfficePki
) -> None:
    info, second = asn1.ContentInfo.load(_der(key, pki)), asn1.ContentInfo.load(_der(other, pki))
    info["content"]["signer_infos"] = asn1.SignerInfos(
        [*info["content"]["signer_infos"], *second["content"]["signer_infos"]]
    )
    info["content"]["certificates"] = asn1.CertificateSet(
        [*info["content"]["certificates"], *second["content"]["certificates"]]
    )
    report = _check(builder.assemble_signed(FROM_AN, ENTITY, info.dump()), pki)
    assert report.display is not Display.VALID


def test_an_encrypted_mail_says_so(key: SigningKey, pki: OfficePki) -> None:
    kind = asn1.ContentType("enveloped_data").dump()
    head = b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n"
    body = encodebytes(b"\x30\x80" + kind + b"\xa0\x80").replace(b"\n", b"\r\n")
    report = _check(FROM_AN + head + b"Content-Transfer-Encoding: base64\r\n\r\n" + body, pki)
    assert report.reasons == (Reason.MESSAGE_ENCRYPTED,)
    assert report.display is Display.UNKNOWN


def test_a_mail_cut_by_a_limit_is_unreadable_not_unsigned(key: SigningKey, pki: OfficePki) -> None:
    report = _check(b"X: y\r\n" * 1200 + _mail(key, pki), pki)
    assert report.unreadable
    assert report.reasons == (Reason.MESSAGE_UNREADABLE,)


def test_a_claimed_time_in_the_future_is_seen(key: SigningKey, pki: OfficePki) -> None:
    later = pki.now + timedelta(days=2)
    raw = builder.assemble_signed(FROM_AN, ENTITY, cms.sign_mail(ENTITY, key, later))
    report = _check(raw, pki)
    assert report.display is Display.UNKNOWN
    assert report.signatures[0].claimed_time == later
