from __future__ import annotations

from datetime import timedelta

from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from client.crypto.certificates import mail_addresses, signer_info
from client.model.verdict import SignerKind
from client.sandbox.people import Cast
from client.sandbox.pki import DemoPki, is_current, open_pki
from client.sandbox.pki_plan import key_labels, seal_label


def test_every_certificate_says_demo_in_its_subject(pki: DemoPki, cast: Cast) -> None:
    for label in key_labels(cast):
        assert "DEMO" in pki.certificate(label).subject.human_friendly, label


def test_a_person_is_named_with_title_and_address(pki: DemoPki) -> None:
    certificate = pki.certificate("ntlan.snv")
    names = certificate.subject.native
    assert names["common_name"] == "Nguyễn Thị Lan"
    assert names["title"] == "Chuyên viên"
    assert mail_addresses(certificate.dump()) == ("ntlan.snv@tphcm.gov.vn",)


def test_a_seal_names_the_office_and_nobody_in_it(pki: DemoPki) -> None:
    info = signer_info(pki.certificate(seal_label("snv")).dump())
    assert info.kind is SignerKind.SEAL
    assert info.name == "Sở Nội vụ Thành phố Hồ Chí Minh (DEMO)"


def test_the_flawed_certificate_has_expired_before_the_city_was_born(pki: DemoPki) -> None:
    assert pki.certificate("nam-het-han").not_valid_after < pki.born


def test_key_files_open_with_the_public_password_and_hold_their_chain(pki: DemoPki, cast: Cast) -> None:
    opened = load_pkcs12(pki.key_path("phquan.snv").read_bytes(), cast.key_password.encode("utf-8"))
    assert opened.key is not None
    assert len(opened.additional_certs) >= 1


def test_a_reopened_pki_has_the_same_certificates(pki: DemoPki, cast: Cast) -> None:
    again = open_pki(pki.folder, cast, pki.born + timedelta(days=30), lambda: 1)
    assert again.http_port == pki.http_port
    for label in key_labels(cast):
        if not label.startswith(("ocsp-", "may-chu")):
            assert again.certificate(label).dump() == pki.certificate(label).dump(), label


def test_a_pki_near_its_end_or_from_the_future_is_not_current(pki: DemoPki) -> None:
    assert is_current(pki.folder, pki.born + timedelta(days=100))
    assert not is_current(pki.folder, pki.born + timedelta(days=890))
    assert not is_current(pki.folder, pki.born - timedelta(days=1))
