"""Revocation data that came in is used only when it is whole, signed, new and about the right one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import ocsp as asn1_ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from client.crypto.certificates import load_certificate
from client.crypto.revocation_check import Unusable, examine_crl, examine_ocsp
from client.crypto.wanted import ask_anew
from client.model.trust import TrustMaterial
from tests.fakes.crls import large_crl
from tests.fakes.pki import Holder, OfficePki
from tests.fakes.revocation_data import DAY, make_answer, make_crl, unsuccessful

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def pki() -> OfficePki:
    return OfficePki(NOW)


@pytest.fixture(scope="module")
def person(pki: OfficePki) -> Holder:
    return pki.person("An", "an@example.gov.vn")


def trust_of(pki: OfficePki) -> TrustMaterial:
    return TrustMaterial((pki.root.certificate_der,), (pki.issuing.certificate_der,))


def problem(examine: Callable[..., object], *given: object) -> str:
    try:
        examine(*given)
    except Unusable as refusal:
        return str(refusal)
    return ""


def test_a_list_of_a_known_issuer_is_taken_with_its_span(pki: OfficePki) -> None:
    der = make_crl(pki.issuing, NOW - DAY)
    found = examine_crl(der, trust_of(pki), (), NOW)
    assert (found.der, found.this_update, found.next_update) == (der, NOW - DAY, NOW + 6 * DAY)
    pem = x509.load_der_x509_crl(der).public_bytes(Encoding.PEM)
    assert examine_crl(pem, trust_of(pki), (), NOW).der == der


def test_an_issuer_met_in_a_letter_is_known_if_it_leads_to_an_anchor(pki: OfficePki) -> None:
    anchors_only = TrustMaterial((pki.root.certificate_der,))
    der, stranger = make_crl(pki.issuing, NOW - DAY), OfficePki(NOW)
    assert problem(examine_crl, der, anchors_only, (), NOW) == "list-issuer-not-known"
    assert not problem(examine_crl, der, anchors_only, (pki.issuing.certificate_der,), NOW)
    foreign = make_crl(stranger.issuing, NOW - DAY)
    met = (stranger.issuing.certificate_der, stranger.root.certificate_der)
    refused = problem(examine_crl, foreign, anchors_only, met, NOW)
    assert refused in ("list-issuer-not-known", "list-signature-wrong")


def test_spoiled_foreign_and_strange_lists_are_refused(pki: OfficePki, person: Holder) -> None:
    good, stranger = make_crl(pki.issuing, NOW - DAY), OfficePki(NOW)
    strange = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    for data, why in [
        (b"", "not-a-list"),
        (b"<html>not found</html>", "not-a-list"),
        (good[:-20], "not-a-list"),
        (good + b"x", "not-a-list"),
        (good[:-8] + bytes(8), "list-signature-wrong"),
        (make_crl(pki.issuing, NOW - DAY, key=stranger.issuing), "list-signature-wrong"),
        (make_crl(pki.issuing, NOW - DAY, key=person), "list-signature-wrong"),
        (make_crl(pki.issuing, NOW + DAY), "list-from-the-future"),
        (make_crl(pki.issuing, NOW - DAY, extra=[(x509.DeltaCRLIndicator(1), True)]), "list-is-delta"),
        (make_crl(pki.issuing, NOW - DAY, extra=[(strange, True)]), "list-extension-not-understood"),
        (make_crl(person, NOW - DAY), "list-issuer-not-known"),
    ]:
        assert problem(examine_crl, data, trust_of(pki), (), NOW) == why


def test_an_older_list_never_takes_the_place_of_a_newer(pki: OfficePki) -> None:
    held, older = make_crl(pki.issuing, NOW - DAY), make_crl(pki.issuing, NOW - 2 * DAY)
    trust = trust_of(pki)
    assert problem(examine_crl, older, trust, (), NOW, held) == "list-older-than-held"
    assert not problem(examine_crl, held, trust, (), NOW, held)
    assert not problem(examine_crl, held, trust, (), NOW, older)
    assert not problem(examine_crl, held, trust, (), NOW, b"spoiled")


@pytest.fixture(scope="module")
def request_der(pki: OfficePki, person: Holder) -> bytes:
    want = ask_anew(person.certificate_der, pki.issuing.certificate_der, "http://ocsp.test/")
    return want.request


def nonce_of(request: bytes) -> bytes:
    value: bytes = asn1_ocsp.OCSPRequest.load(request).nonce_value.native
    return value


def test_an_answer_of_the_issuer_or_its_responder_is_taken(
    pki: OfficePki, person: Holder, request_der: bytes
) -> None:
    responder = pki.issue("OCSP", extended=(ExtendedKeyUsageOID.OCSP_SIGNING,))
    nonce = nonce_of(request_der)
    for answer in (
        make_answer(pki, person, nonce=nonce),
        make_answer(pki, person),
        make_answer(pki, person, nonce=nonce, by=responder),
        make_answer(pki, person, status=ocsp.OCSPCertStatus.REVOKED),
        make_answer(pki, person, days=None),
    ):
        found = examine_ocsp(answer, request_der, trust_of(pki), (), NOW)
        assert found.this_update == NOW - timedelta(hours=1)


def test_other_answers_are_refused(pki: OfficePki, person: Holder, request_der: bytes) -> None:
    other, stranger = pki.person("Lan", "lan@example.gov.vn"), OfficePki(NOW)
    foreign = stranger.issue("OCSP", extended=(ExtendedKeyUsageOID.OCSP_SIGNING,))
    expired = pki.issue(
        "Cũ", extended=(ExtendedKeyUsageOID.OCSP_SIGNING,), not_after=NOW - DAY, not_before=NOW - 9 * DAY
    )
    good = make_answer(pki, person)
    for data, why in [
        (b"", "answer-unreadable"),
        (b"\x30\x03junk", "answer-unreadable"),
        (unsuccessful(), "answer-unsuccessful"),
        (make_answer(pki, other), "answer-about-another"),
        (make_answer(pki, person, nonce=b"x" * 32), "answer-to-another-question"),
        (make_answer(pki, person, start=NOW + DAY), "answer-from-the-future"),
        (make_answer(pki, person, start=NOW - 9 * DAY), "answer-out-of-date"),
        (make_answer(pki, person, start=NOW - 2 * DAY, days=None), "answer-out-of-date"),
        (make_answer(pki, person, by=other), "answer-responder-not-authorised"),
        (make_answer(pki, person, by=person), "answer-responder-not-authorised"),
        (make_answer(pki, person, by=foreign), "answer-responder-not-authorised"),
        (make_answer(pki, person, by=expired), "answer-responder-not-authorised"),
        (good[:-8] + bytes(8), "answer-responder-not-authorised"),
    ]:
        found = problem(examine_ocsp, data, request_der, trust_of(pki), (), NOW)
        assert found == why
    nobody = problem(examine_ocsp, good, request_der, trust_of(stranger), (), NOW)
    assert nobody == "answer-issuer-not-known"


def test_a_question_tells_who_is_asked_about_and_nothing_else(
    pki: OfficePki, person: Holder, request_der: bytes
) -> None:
    asked = asn1_ocsp.OCSPRequest.load(request_der)
    (single,) = asked["tbs_request"]["request_list"]
    certificate = load_certificate(person.certificate_der)
    assert single["req_cert"]["serial_number"].native == certificate.serial_number
    assert asked["tbs_request"]["requestor_name"].native is None
    again = ask_anew(person.certificate_der, pki.issuing.certificate_der, "http://ocsp.test/").request
    assert nonce_of(again) != nonce_of(request_der)


def test_a_list_of_national_size_is_examined_as_a_small_one() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    root = Holder(*_root(key))
    big = large_crl(make_crl(root, NOW - DAY), key, range(10**15, 10**15 + 200_000))
    assert len(big) > 5_000_000
    trust = TrustMaterial((root.certificate_der,))
    assert examine_crl(big, trust, (), NOW, big).this_update == NOW - DAY
    assert problem(examine_crl, big[:-9] + bytes(9), trust, (), NOW) == "list-signature-wrong"


def _root(key: ec.EllipticCurvePrivateKey) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Gốc")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
    builder = builder.public_key(key.public_key())
    builder = builder.not_valid_before(NOW - 30 * DAY).not_valid_after(NOW + 30 * DAY)
    builder = builder.add_extension(x509.BasicConstraints(True, None), critical=True)
    return builder.sign(key, hashes.SHA256()), key
