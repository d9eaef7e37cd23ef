"""Certificates and authorities that were made for something else than the signature they are used for."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku

from client.crypto import cms
from client.crypto.keys import Purpose
from client.model.verdict import Indication, Reason, SignatureVerdict
from tests.fakes.cms_forge import SIGNATURE_TIME_STAMP, Signer, attribute, digest, signed_data, token
from tests.fakes.pki import Holder, OfficePki

CONTENT = b"noi dung"
DOCUMENT = Eku.EMAIL_PROTECTION, Eku.CLIENT_AUTH


def _limited(pki: OfficePki, purposes: Sequence[x509.ObjectIdentifier]) -> None:
    """The issuing authority once more, with the same key and name, for these purposes alone."""
    old = pki.issuing.certificate
    builder = x509.CertificateBuilder().subject_name(old.subject).issuer_name(old.issuer)
    builder = builder.public_key(old.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(old.not_valid_before_utc).not_valid_after(old.not_valid_after_utc)
    for extension in old.extensions:
        builder = builder.add_extension(extension.value, critical=extension.critical)
    builder = builder.add_extension(x509.ExtendedKeyUsage(list(purposes)), critical=False)
    pki.issuing = Holder(builder.sign(pki.root.key, hashes.SHA256()), pki.issuing.key)


def _judge(pki: OfficePki, holder: Holder, purpose: Purpose, *, stamped: bool = False) -> SignatureVerdict:
    signer = Signer(holder, digest(CONTENT))
    if stamped:
        signer.unsigned = [attribute(SIGNATURE_TIME_STAMP, token(pki, digest(signer.signature)))]
    authority = pki.issuing.certificate.public_bytes(serialization.Encoding.DER)
    der = signed_data([signer.der], [holder.certificate_der, authority])
    (verdict,) = cms.verify_detached(CONTENT, der, pki.demand(), purpose=purpose, where="f")
    return verdict


@pytest.mark.parametrize("purpose", [Purpose.MAIL, Purpose.DOCUMENT])
@pytest.mark.parametrize("limits", [[Eku.SERVER_AUTH], [Eku.SERVER_AUTH, Eku.OCSP_SIGNING]])
def test_an_authority_for_servers_vouches_for_no_person(
    purpose: Purpose, limits: list[x509.ObjectIdentifier]
) -> None:
    pki = OfficePki()
    _limited(pki, limits)
    verdict = _judge(pki, pki.person("An", "an@example.gov.vn"), purpose)
    assert verdict.indication is Indication.INDETERMINATE
    assert verdict.reasons[0] is Reason.KEY_USAGE_NOT_ALLOWED


@pytest.mark.parametrize("limits", [[Eku.EMAIL_PROTECTION], [Eku.ANY_EXTENDED_KEY_USAGE], [*DOCUMENT]])
def test_an_authority_for_mail_vouches_for_people(limits: list[x509.ObjectIdentifier]) -> None:
    pki = OfficePki()
    _limited(pki, limits)
    an = pki.person("An", "an@example.gov.vn")
    for purpose in (Purpose.MAIL, Purpose.DOCUMENT):
        assert _judge(pki, an, purpose).indication is Indication.TOTAL_PASSED


def test_an_authority_for_mail_vouches_for_no_time_stamp() -> None:
    pki = OfficePki()
    _limited(pki, [Eku.EMAIL_PROTECTION])
    verdict = _judge(pki, pki.person("An", "an@example.gov.vn"), Purpose.DOCUMENT, stamped=True)
    assert verdict.timestamp_time is None
    assert Reason.TIMESTAMP_WRONG_USAGE in verdict.reasons


@pytest.mark.parametrize("purpose", [Eku.SERVER_AUTH, Eku.TIME_STAMPING, Eku.OCSP_SIGNING])
def test_a_server_signs_no_document(purpose: x509.ObjectIdentifier) -> None:
    pki = OfficePki()
    server = pki.issue("may-chu.example.gov.vn", extended=(purpose,))
    verdict = _judge(pki, server, Purpose.DOCUMENT)
    assert verdict.indication is Indication.INDETERMINATE
    assert verdict.reasons[0] is Reason.KEY_USAGE_NOT_ALLOWED


def test_a_person_whose_certificate_also_opens_a_session_signs_documents() -> None:
    pki = OfficePki()
    for purposes in ((Eku.CLIENT_AUTH,), DOCUMENT, (Eku.CLIENT_AUTH, Eku.SERVER_AUTH), ()):
        verdict = _judge(pki, pki.issue("An", extended=purposes), Purpose.DOCUMENT)
        assert verdict.indication is Indication.TOTAL_PASSED
