"""A signed part that a server wrote down in another way, and one that somebody altered."""

from __future__ import annotations

from base64 import encodebytes
from collections.abc import Callable
from quopri import encodestring

import pytest

from client.crypto import cms
from client.crypto.conversions import other_writings
from client.crypto.keys import SigningKey
from client.crypto.pkcs12 import open_pkcs12
from client.crypto.smime import verify_message
from client.mime import builder
from client.model.secret import Secret
from client.model.verdict import Coverage, Display, Indication, Reason, VerificationReport
from tests.fakes.pki import OfficePki

FROM_AN = b"From: an@example.gov.vn\r\n"
WORDS = "Kính gửi: Sở Nội vụ\r\nĐề nghị chuyển 100 đồng. =)\r\n".encode()
HEAD = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "


@pytest.fixture(scope="module")
def key(pki: OfficePki) -> SigningKey:
    return open_pkcs12(pki.person("An", "an@example.gov.vn").pkcs12("x"), Secret("x"))


def _quoted(words: bytes) -> bytes:
    return encodestring(words.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")


def _base64(words: bytes) -> bytes:
    return encodebytes(words).replace(b"\n", b"\r\n")


FORMS: dict[bytes, Callable[[bytes], bytes]] = {
    b"quoted-printable": _quoted,
    b"base64": _base64,
    b"8bit": lambda words: words,
}


def _entity(form: bytes, words: bytes = WORDS) -> bytes:
    return HEAD + form + b"\r\n\r\n" + FORMS[form](words)


def _judge(signed: bytes, received: bytes, key: SigningKey, pki: OfficePki) -> VerificationReport:
    der = cms.sign_mail(signed, key, pki.now)
    raw = builder.assemble_signed(FROM_AN, signed, der)
    start = raw.index(signed)
    return verify_message(raw[:start] + received + raw[start + len(signed) :], pki.demand())


@pytest.mark.parametrize("signed", FORMS)
@pytest.mark.parametrize("received", FORMS)
def test_another_transfer_encoding_of_the_same_words_is_a_conversion(
    signed: bytes, received: bytes, key: SigningKey, pki: OfficePki
) -> None:
    report = _judge(_entity(signed), _entity(received), key, pki)
    if signed == received:
        assert report.display is Display.VALID
        return
    assert report.display is Display.UNKNOWN
    assert report.signatures[0].reasons[0] is Reason.SERVER_CONVERTED
    assert Reason.DOCUMENT_ALTERED not in report.signatures[0].reasons
    assert report.signatures[0].signer is not None
    assert (report.indication, report.coverage) == (Indication.INDETERMINATE, Coverage.WHOLE)


def test_a_line_end_more_or_less_at_the_end_is_a_conversion(key: SigningKey, pki: OfficePki) -> None:
    entity = _entity(b"8bit")
    for received in (entity + b"\r\n", entity.removesuffix(b"\r\n")):
        report = _judge(entity, received, key, pki)
        assert report.signatures[0].reasons[0] is Reason.SERVER_CONVERTED
        assert report.display is Display.UNKNOWN


@pytest.mark.parametrize("form", FORMS)
def test_other_words_are_altered_whatever_their_encoding(
    form: bytes, key: SigningKey, pki: OfficePki
) -> None:
    changed = WORDS.replace(b"100", b"999")
    report = _judge(_entity(b"quoted-printable"), _entity(form, changed), key, pki)
    assert report.display is Display.INVALID
    assert Reason.DOCUMENT_ALTERED in report.signatures[0].reasons


def test_the_fields_of_a_server_prove_nothing(key: SigningKey, pki: OfficePki) -> None:
    """Whoever alters a message can write that Exchange did it."""
    entity = _entity(b"8bit")
    raw = builder.assemble_signed(
        FROM_AN + b"X-MS-Exchange-Organization-SCL: 1\r\nX-MS-TNEF-Correlator: <a@b>\r\n",
        entity,
        cms.sign_mail(entity, key, pki.now),
    )
    assert verify_message(raw.replace(b"100", b"999"), pki.demand()).display is Display.INVALID


def test_other_header_fields_of_the_part_are_altered(key: SigningKey, pki: OfficePki) -> None:
    entity = _entity(b"8bit")
    report = _judge(entity, entity.replace(b"utf-8", b"utf-7"), key, pki)
    assert report.display is Display.INVALID


def test_a_revoked_signer_is_not_made_better_by_a_conversion(pki: OfficePki) -> None:
    holder = pki.person("Hết", "an@example.gov.vn")
    pki.revoke(holder)
    revoked = open_pkcs12(holder.pkcs12("x"), Secret("x"))
    assert _judge(_entity(b"8bit"), _entity(b"base64"), revoked, pki).display is Display.INVALID


def test_a_part_with_parts_of_its_own_is_not_written_anew() -> None:
    entity = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nx\r\n--a--\r\n"
    assert len(list(other_writings(entity))) == 2


def _taken_apart(entity: bytes, der: bytes, *more: bytes) -> bytes:
    """multipart/signed as multipart/mixed, the signature a file among files."""
    signature = (
        b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n"
        b"Content-Disposition: attachment; filename=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    ) + encodebytes(der).replace(b"\n", b"\r\n")
    parts = b"".join(b"--m\r\n" + part + b"\r\n" for part in (entity, *more, signature))
    return FROM_AN + b"Content-Type: multipart/mixed; boundary=m\r\n\r\n" + parts + b"--m--\r\n"


@pytest.mark.parametrize("received", FORMS)
def test_a_signature_that_lost_its_frame_finds_its_part(
    received: bytes, key: SigningKey, pki: OfficePki
) -> None:
    entity = _entity(b"quoted-printable")
    footer = b"Content-Type: text/plain\r\n\r\n-- \r\nDanh sach thu\r\n"
    raw = _taken_apart(_entity(received), cms.sign_mail(entity, key, pki.now), footer)
    report = verify_message(raw, pki.demand())
    assert (report.display, report.coverage) == (Display.UNKNOWN, Coverage.PARTIAL)
    (verdict,) = report.signatures
    assert verdict.reasons[0] is Reason.SERVER_CONVERTED
    assert verdict.signer is not None


def test_a_signature_that_fits_no_part_lacks_its_data_and_accuses_nobody(
    key: SigningKey, pki: OfficePki
) -> None:
    der = cms.sign_mail(_entity(b"8bit"), key, pki.now)
    report = verify_message(_taken_apart(_entity(b"8bit", WORDS.replace(b"100", b"999")), der), pki.demand())
    assert report.display is Display.UNKNOWN
    assert report.signatures[0].reasons[0] is Reason.SIGNED_DATA_MISSING
