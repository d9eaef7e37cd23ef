"""One named test for each row of the attack tables of "Johnny, you are fired!" (USENIX Security 2019).

C1–C4 CMS, G1–G2 the GnuPG interface (there is none here), M1–M4 MIME wrapping, I1–I3 identity, U1 redressing.
Every letter is built here; what has to come out: never VALID, and what nobody signed never in the frame.
"""

from __future__ import annotations

from base64 import encodebytes
from itertools import permutations

import pytest
from asn1crypto import cms as asn1

from client.crypto import cms
from client.crypto.keys import SigningKey
from client.crypto.pkcs12 import open_pkcs12
from client.crypto.smime import verify_message
from client.mime import builder
from client.mime.view import make_view
from client.model.secret import Secret
from client.model.verdict import Coverage, Display, Indication, Reason, VerificationReport
from tests.fakes.pki import OfficePki

FROM_AN = b"From: An <an@example.gov.vn>\r\n"
SIGNED = b"Content-Type: text/plain\r\n\r\nOriginal: 100\r\n"
EVIL = b"Content-Type: text/plain\r\n\r\nForged: 999\r\n"
EVIL_HTML = b"Content-Type: text/html\r\n\r\n<b>Forged: 999</b>\r\n"
KINDS = (b"mixed", b"alternative", b"related", b"parallel", b"digest", b"report", b"x-unknown")


@pytest.fixture(scope="module")
def an(pki: OfficePki) -> SigningKey:
    return open_pkcs12(pki.person("An", "an@example.gov.vn").pkcs12("x"), Secret("x"))


@pytest.fixture(scope="module")
def eve(pki: OfficePki) -> SigningKey:
    return open_pkcs12(pki.person("Eve", "eve@evil.test").pkcs12("x"), Secret("x"))


def _der(key: SigningKey, pki: OfficePki, entity: bytes = SIGNED) -> bytes:
    return cms.sign_mail(entity, key, pki.now)


def _framed(der: bytes, entity: bytes = SIGNED) -> bytes:
    return builder.assemble_signed(b"", entity, der).lstrip()


def _opaque(der: bytes, entity: bytes | None) -> bytes:
    info = asn1.ContentInfo.load(der)
    if entity is not None:
        info["content"]["encap_content_info"] = {"content_type": "data", "content": entity}
    head = b"Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n"
    body = encodebytes(info.dump(force=True)).replace(b"\n", b"\r\n")
    whole: bytes = head + b"Content-Transfer-Encoding: base64\r\n\r\n" + body
    return whole


def _with_content(der: bytes, content: bytes) -> bytes:
    info = asn1.ContentInfo.load(der)
    info["content"]["encap_content_info"] = {"content_type": "data", "content": content}
    whole: bytes = info.dump(force=True)
    return whole


def _wrapped(*parts: bytes, kind: bytes = b"mixed", parameters: bytes = b"", boundary: bytes = b"o") -> bytes:
    line = b"--" + boundary
    body = (
        b"".join(line + b"\r\n" + part.removesuffix(b"\r\n") + b"\r\n" for part in parts) + line + b"--\r\n"
    )
    head = b"MIME-Version: 1.0\r\nContent-Type: multipart/" + kind + b"; boundary=" + boundary + parameters
    return head + b"\r\n\r\n" + body


def _judge(raw: bytes, pki: OfficePki) -> VerificationReport:
    return verify_message(raw, pki.demand())


def _never_valid(raw: bytes, pki: OfficePki) -> VerificationReport:
    report = _judge(raw, pki)
    assert report.display is not Display.VALID
    assert report.indication is not Indication.TOTAL_PASSED or report.display is Display.WARNING
    return report


# C: the container --------------------------------------------------------------------------


def test_c1_econtent_confusion(an: SigningKey, pki: OfficePki) -> None:
    """A detached signature that brings its own signed text, beside another text in the frame."""
    for shown, inside in ((EVIL, SIGNED), (SIGNED, EVIL), (SIGNED, SIGNED), (EVIL, b"")):
        raw = FROM_AN + _framed(_with_content(_der(an, pki), inside), shown)
        assert _judge(raw, pki).display is Display.INVALID


def test_c1_an_opaque_message_beside_a_text_in_clear(an: SigningKey, pki: OfficePki) -> None:
    opaque = _opaque(_der(an, pki), SIGNED)
    for raw in (_wrapped(EVIL, opaque), _wrapped(opaque, EVIL), _wrapped(EVIL, opaque, kind=b"alternative")):
        assert _never_valid(FROM_AN + raw, pki).coverage is Coverage.PARTIAL
        assert "999" in make_view(FROM_AN + raw).text


def test_c1_an_opaque_message_without_content_is_undecided(an: SigningKey, pki: OfficePki) -> None:
    raw = FROM_AN + _opaque(_der(an, pki), None)
    assert _never_valid(raw, pki).indication is Indication.INDETERMINATE


def test_c2_multiple_signers(an: SigningKey, eve: SigningKey, pki: OfficePki) -> None:
    """An's signature over another text, Eve's over this one, in both orders."""
    first, second = asn1.ContentInfo.load(_der(an, pki)), asn1.ContentInfo.load(_der(eve, pki, EVIL))
    for one, two in ((first, second), (second, first)):
        info = one.copy()
        for name, kind in (("signer_infos", asn1.SignerInfos), ("certificates", asn1.CertificateSet)):
            info["content"][name] = kind([*one["content"][name], *two["content"][name]])
        report = _judge(FROM_AN + _framed(info.dump(force=True), EVIL), pki)
        assert report.display is Display.INVALID
        assert len(report.signatures) == 2


def test_c2_several_certificates_and_one_signer(an: SigningKey, eve: SigningKey, pki: OfficePki) -> None:
    """An's certificate goes along with Eve's signature, first or last."""
    info, other = asn1.ContentInfo.load(_der(eve, pki, EVIL)), asn1.ContentInfo.load(_der(an, pki))
    certificates = [*info["content"]["certificates"], *other["content"]["certificates"]]
    for order in (certificates, certificates[::-1]):
        info["content"]["certificates"] = asn1.CertificateSet(order)
        report = _never_valid(FROM_AN + _framed(info.dump(force=True), EVIL), pki)
        assert Reason.SIGNER_NOT_SENDER in report.reasons
        assert report.signatures[0].signer is not None
        assert report.signatures[0].signer.name == "Eve"


def test_c3_no_signers(an: SigningKey, pki: OfficePki) -> None:
    """A certificate, a text, and nobody who signed it."""
    info = asn1.ContentInfo.load(_der(an, pki))
    info["content"]["signer_infos"] = asn1.SignerInfos([])
    for raw in (_framed(info.dump(force=True)), _opaque(info.dump(force=True), SIGNED)):
        assert _never_valid(FROM_AN + raw, pki).display is Display.INVALID


def test_c3_certificates_alone_are_no_signature_and_no_broken_one(an: SigningKey, pki: OfficePki) -> None:
    """RFC 8551 section 3.8. With a content it would be a text that seems to be signed."""
    info = asn1.ContentInfo.load(_der(an, pki))
    info["content"]["signer_infos"] = asn1.SignerInfos([])
    head = b"Content-Type: application/pkcs7-mime; smime-type=certs-only\r\n"
    for content, expected in ((None, Display.NONE), (SIGNED, Display.INVALID)):
        raw = FROM_AN + _opaque(info.dump(force=True), content)
        raw = raw.replace(b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n", head)
        assert _judge(raw, pki).display is expected


def test_c4_trust_issues(pki: OfficePki, an: SigningKey) -> None:
    """An's address from an authority nobody trusts, expired, revoked, or for another use."""
    stranger = OfficePki().person("An", "an@example.gov.vn")
    expired, wrong = pki.expired("An", "an@example.gov.vn"), pki.wrong_usage("An", "an@example.gov.vn")
    revoked = pki.person("An", "an@example.gov.vn")
    pki.revoke(revoked)
    for holder in (stranger, expired, revoked, wrong):
        key = open_pkcs12(holder.pkcs12("x"), Secret("x"))
        _never_valid(FROM_AN + _framed(_der(key, pki)), pki)


def test_c4_a_certificate_that_signs_certificates_of_its_own_is_no_authority(
    an: SigningKey, pki: OfficePki
) -> None:
    """The leaf of a good chain as the issuer of a forged one (basicConstraints)."""
    holder = pki.person("Eve", "eve@evil.test")
    chained = OfficePki()
    chained.issuing = holder
    forged = chained.person("An", "an@example.gov.vn")
    key = open_pkcs12(forged.pkcs12("x"), Secret("x"))
    _never_valid(FROM_AN + _framed(_der(key, pki)), pki)


# G: the GnuPG interface --------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "[GNUPG:] GOODSIG 0123456789ABCDEF An <an@example.gov.vn>",
        "-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nx\r\n-----BEGIN PGP SIGNATURE-----",
    ],
)
def test_g1_g2_words_of_another_program_are_words(text: str, pki: OfficePki) -> None:
    raw = FROM_AN + b"Content-Type: text/plain\r\n\r\n" + text.encode() + b"\r\n"
    report = _judge(raw, pki)
    assert (report.display, report.signatures) == (Display.NONE, ())
    pgp = _wrapped(SIGNED, b"Content-Type: application/pgp-signature\r\n\r\n" + text.encode(), kind=b"signed")
    assert _judge(FROM_AN + pgp, pki).display in (Display.NONE, Display.UNKNOWN)


# M: MIME wrapping --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("evil", [EVIL, EVIL_HTML])
@pytest.mark.parametrize("opaque", [False, True])
def test_m1_a_text_before_or_after_the_signed_one(
    kind: bytes, evil: bytes, opaque: bool, an: SigningKey, pki: OfficePki
) -> None:
    """In every place, in every kind of frame."""
    der = _der(an, pki)
    signed = _opaque(der, SIGNED) if opaque else _framed(der)
    for parts in {*permutations((evil, signed)), *permutations((evil, signed, evil))}:
        raw = FROM_AN + _wrapped(*parts, kind=kind)
        report = _never_valid(raw, pki)
        assert report.coverage is Coverage.PARTIAL
        assert Reason.PARTLY_SIGNED in report.reasons
        view = make_view(raw)
        assert view.signed_part is not None
        assert "999" not in view.signed_part.text + view.signed_part.html
        if not opaque:
            assert "100" in view.signed_part.text
            assert "100" not in view.text


@pytest.mark.parametrize("depth", [1, 2, 5, 20])
def test_m1_however_deep_the_signed_part_lies(depth: int, an: SigningKey, pki: OfficePki) -> None:
    inner = _framed(_der(an, pki))
    for level in range(depth):
        inner = _wrapped(EVIL_HTML, inner, boundary=b"o%d" % level)
    report = _never_valid(FROM_AN + inner, pki)
    assert report.coverage is Coverage.PARTIAL
    view = make_view(FROM_AN + inner)
    assert view.signed_part is not None
    assert "999" not in view.signed_part.text


@pytest.mark.parametrize(
    "hider",
    [
        b"<div style='display:none'>",
        b"<!--",
        b"<textarea>",
        b"<plaintext>",
        b"<style>",
        b"<script>",
        b"<title>",
        b"<noscript>",
        b"<template>",
        b"<iframe srcdoc='",
        b"<img alt='",
        b'<a title="',
        b"<svg><![CDATA[",
        b"<xmp>",
    ],
)
def test_m2_html_that_hides_the_signed_text(hider: bytes, an: SigningKey, pki: OfficePki) -> None:
    html = b"Content-Type: text/html\r\n\r\n<b>Forged: 999</b>" + hider
    raw = FROM_AN + _wrapped(html, _framed(_der(an, pki)))
    _never_valid(raw, pki)
    view = make_view(raw)
    assert view.signed_part is not None
    assert "Original: 100" in view.signed_part.text
    assert view.html == ""


@pytest.mark.parametrize("which", ["signed part by cid", "forged part by cid", "start parameter"])
def test_m3_related_parts_that_are_called_by_their_id(which: str, an: SigningKey, pki: OfficePki) -> None:
    """multipart/related: the root refers to a signed part that is never seen, or the other way round."""
    signed = b"Content-ID: <signed>\r\n" + _framed(_der(an, pki))
    forged = b"Content-ID: <forged>\r\n" + EVIL_HTML.replace(b"<b>", b'<img src="cid:signed"><b>')
    order = (forged, signed) if which != "forged part by cid" else (signed, forged)
    start = b'; start="<forged>"; type="text/html"' if which == "start parameter" else b""
    raw = FROM_AN + _wrapped(*order, kind=b"related", parameters=start)
    assert _never_valid(raw, pki).coverage is Coverage.PARTIAL
    view = make_view(raw)
    assert view.signed_part is not None
    assert "999" not in view.signed_part.text


def test_m3_an_unsigned_picture_in_signed_html_is_outside(an: SigningKey, pki: OfficePki) -> None:
    html = b'Content-Type: text/html\r\n\r\nOriginal: 100 <img src="cid:p">\r\n'
    picture = b"Content-Type: image/png\r\nContent-ID: <p>\r\n\r\n999"
    raw = FROM_AN + _wrapped(_framed(_der(an, pki, html), html), picture, kind=b"related")
    assert _never_valid(raw, pki).coverage is Coverage.PARTIAL
    view = make_view(raw)
    assert all(one.unsigned for one in view.attachments if one.media_type == "image/png")
    assert view.signed_part is not None
    assert "Original: 100" in view.signed_part.text


@pytest.mark.parametrize("name", [b"", b'; filename="cong-van.eml"', b'; filename="hinh.png"'])
def test_m4_the_signed_part_as_an_attachment(name: bytes, an: SigningKey, pki: OfficePki) -> None:
    """Content-Disposition: attachment, shown as a file or not at all, while its signature is counted."""
    der = _der(an, pki)
    for part in (_framed(der), _opaque(der, SIGNED)):
        raw = FROM_AN + _wrapped(EVIL, b"Content-Disposition: attachment" + name + b"\r\n" + part)
        report = _never_valid(raw, pki)
        assert report.coverage in (Coverage.PARTIAL, Coverage.NONE, Coverage.ATTACHMENTS)
        view = make_view(raw)
        assert "999" in view.text


def test_m4_a_signed_letter_as_an_attachment_lends_nothing(an: SigningKey, pki: OfficePki) -> None:
    inner = FROM_AN + b"Subject: that\r\n" + _framed(_der(an, pki))
    for head in (b"", b"Content-Disposition: inline\r\n", b"Content-Disposition: attachment\r\n"):
        for kind in (b"message/rfc822", b"message/global"):
            part = head + b"Content-Type: " + kind + b"\r\n\r\n" + inner
            report = _never_valid(FROM_AN + _wrapped(EVIL, part), pki)
            assert report.reasons[:1] == (Reason.FORWARDED_SIGNED,)
            assert report.identity is None
            (verdict,) = report.signatures
            assert verdict.where.endswith(": message")
            assert make_view(FROM_AN + _wrapped(EVIL, part)).signed_part is None


def test_m4_a_forwarded_letter_is_judged_against_its_own_sender(
    an: SigningKey, eve: SigningKey, pki: OfficePki
) -> None:
    """Eve signs the outer letter as herself; the inner one says An and is Eve's as well."""
    inner = b"Content-Type: message/rfc822\r\n\r\n" + FROM_AN + _framed(_der(eve, pki))
    entity = _wrapped(SIGNED, inner)
    raw = b"From: eve@evil.test\r\n" + _framed(_der(eve, pki, entity), entity).lstrip()
    report = _never_valid(raw, pki)
    own, attached = report.signatures
    assert own.display is Display.VALID
    assert Reason.SIGNER_NOT_SENDER in attached.reasons
    sound = inner.replace(_framed(_der(eve, pki)), _framed(_der(an, pki)))
    entity = _wrapped(SIGNED, sound)
    raw = b"From: eve@evil.test\r\n" + _framed(_der(eve, pki, entity), entity)
    assert _judge(raw, pki).display is Display.VALID


@pytest.mark.parametrize(
    "part",
    [
        b'Content-Type: message/external-body; access-type=URL; URL="http://evil.test/a.eml"\r\n\r\n'
        b"Content-Type: multipart/signed\r\n\r\n",
        b"Content-Type: message/partial; id=1; number=1; total=2\r\n\r\nContent-Type: text/plain\r\n\r\n999",
        b"Content-Type: text/plain\r\nContent-Disposition: inline; filename=a.txt\r\n\r\n999",
        b"Content-Type: text/html\r\nContent-Disposition: attachment\r\n\r\n999",
        b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR",
        b"Content-Type: application/octet-stream; name=a.html\r\n\r\n999",
        b'Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=p\r\n\r\n--p--',
    ],
)
def test_m_parts_of_other_kinds_beside_the_signed_one(part: bytes, an: SigningKey, pki: OfficePki) -> None:
    for order in permutations((_framed(_der(an, pki)), part)):
        report = _never_valid(FROM_AN + _wrapped(*order), pki)
        assert report.coverage in (Coverage.PARTIAL, Coverage.ATTACHMENTS)


def test_m_two_signed_parts_do_not_make_a_signed_letter(an: SigningKey, pki: OfficePki) -> None:
    one = _framed(_der(an, pki))
    for raw in (_wrapped(one, one), _wrapped(one, _opaque(_der(an, pki), SIGNED)), _wrapped(one)):
        assert _never_valid(FROM_AN + raw, pki).coverage is Coverage.PARTIAL


# I: who the letter is from -----------------------------------------------------------------

SPOOFED = {
    "i1 signer is not the sender": b"From: an@example.gov.vn\r\n",
    "i1 sender named by Sender alone": b"From: an@example.gov.vn\r\nSender: eve@evil.test\r\n",
    "i2 address in the display name": b'From: "an@example.gov.vn" <eve@evil.test>\r\n',
    "i2 address and padding": b'From: "an@example.gov.vn' + b" " * 200 + b'" <eve@evil.test>\r\n',
    "i2 encoded display name": b"From: =?utf-8?B?YW5AZXhhbXBsZS5nb3Yudm4=?= <eve@evil.test>\r\n",
    "i2 display name in a comment": b"From: eve@evil.test (an@example.gov.vn)\r\n",
    "i2 name that turns around": "From: \u202evg.elpmaxe@na <eve@evil.test>\r\nX: y\r\n".encode(),
    "i3 two From fields": b"From: an@example.gov.vn\r\nFrom: eve@evil.test\r\n",
    "i3 two From fields, turned": b"From: eve@evil.test\r\nFrom: an@example.gov.vn\r\n",
    "i3 two mailboxes": b"From: an@example.gov.vn, eve@evil.test\r\n",
    "i3 two mailboxes, turned": b"From: eve@evil.test, an@example.gov.vn\r\n",
    "i3 a group": b"From: an@example.gov.vn: eve@evil.test;\r\n",
    "i3 a group of two": b"From: van-thu: an@example.gov.vn, eve@evil.test;\r\n",
    "i3 a route": b"From: <@an@example.gov.vn:eve@evil.test>\r\n",
    "i3 angle after angle": b"From: <an@example.gov.vn><eve@evil.test>\r\n",
    "i3 nul": b"From: an@example.gov.vn\x00@evil.test\r\n",
    "i3 folded": b"From:\r\n an@example.gov.vn\r\nfrom: eve@evil.test\r\n",
    "i3 injected by the subject": b"From: eve@evil.test\r\nSubject: a\r\n\tx\r\nFrom: an@example.gov.vn\r\n",
    "i3 quoted local part": b'From: "an@example.gov.vn"@evil.test\r\n',
    "i3 escaped at sign": b"From: an\\@example.gov.vn@evil.test\r\n",
    "i3 no From, a Sender": b"Sender: an@example.gov.vn\r\n",
    "i3 an empty From": b"From: \r\nSender: an@example.gov.vn\r\n",
    "i3 an encoded address": b"From: =?utf-8?Q?an=40example=2Egov=2Evn?=\r\n",
    "i3 letters that look alike": "From: an@ехample.gov.vn\r\n".encode(),
    "i3 a name that looks alike": "From: аn@example.gov.vn\r\n".encode(),
    "i3 below the domain": b"From: an@example.gov.vn.evil.test\r\n",
    "i3 above the domain": b"From: an@gov.vn\r\n",
    "i3 a letter that takes no room": "From: a\u200bn@example.gov.vn\r\n".encode(),
    "i3 an encoded word that takes no room": b"From: x <a=?utf-8?B?4oCL?=n@example.gov.vn>\r\n",
    "i3 a letter that is not seen": "From: a\u200dn@example.gov.vn\r\n".encode(),
}


@pytest.mark.parametrize("name", SPOOFED)
def test_i_eve_signs_a_letter_that_seems_to_be_from_an(name: str, eve: SigningKey, pki: OfficePki) -> None:
    raw = SPOOFED[name] + _framed(_der(eve, pki))
    report = _never_valid(raw, pki)
    assert report.identity is not None
    assert "an@example.gov.vn" not in report.identity.certificate_addresses
    if name.startswith("i1"):
        assert Reason.SIGNER_NOT_SENDER in report.reasons


@pytest.mark.parametrize("name", [one for one in SPOOFED if one.startswith("i3")])
def test_i3_the_same_fields_with_ans_own_signature(name: str, an: SigningKey, pki: OfficePki) -> None:
    """A letter of An's sent on as from somebody else; a reader may see either."""
    raw = SPOOFED[name] + _framed(_der(an, pki))
    _never_valid(raw, pki)


def test_i_other_addresses_are_named_with_the_address(an: SigningKey, pki: OfficePki) -> None:
    head = FROM_AN + b"Sender: eve@evil.test\r\nReply-To: tra-loi@evil.test, an@example.gov.vn\r\n"
    report = _judge(head + _framed(_der(an, pki)), pki)
    assert report.display is Display.WARNING
    assert report.identity is not None
    assert report.identity.sender == "eve@evil.test"
    assert report.identity.reply_to == ("tra-loi@evil.test",)


# U: redressing (the window's part is in tests/ui/test_hostile_letters.py) -------------------


def test_u1_an_unsigned_letter_that_paints_a_badge_is_unsigned(pki: OfficePki) -> None:
    html = "Content-Type: text/html; charset=utf-8\r\n\r\n<div>✔ Chữ ký hợp lệ</div>".encode()
    assert _judge(FROM_AN + html, pki).display is Display.NONE


@pytest.mark.parametrize("said", [b"; id=a; number=2; total=3", b"; id=a", b""])
def test_a_piece_of_a_letter_never_counts_as_unsigned(said: bytes, pki: OfficePki) -> None:
    raw = FROM_AN + b"Content-Type: message/partial" + said + b"\r\n\r\n" + b"Subject: x\r\n\r\n999"
    attached = FROM_AN + _wrapped(b"Content-Type: message/rfc822\r\n\r\n" + raw)
    for one in (raw, attached):
        report = _judge(one, pki)
        assert (report.indication, report.display) == (Indication.INDETERMINATE, Display.UNKNOWN)
        assert report.reasons == (Reason.PIECE_OF_LETTER,)
        assert not report.signatures
