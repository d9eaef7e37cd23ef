"""A `.p7s` in a letter finds the file it signs, however the two names were written."""

from __future__ import annotations

import unicodedata
from email.message import EmailMessage
from pathlib import Path

import pytest

from client.crypto import cms, smime
from client.crypto.pkcs12 import open_pkcs12
from client.model.secret import Secret
from client.model.verdict import Indication, Profile, Reason, SignatureVerdict
from client.services.requests import TrustSources, VerifyRequest
from client.services.verification import verify_file
from tests.fakes.pki import OfficePki

CONTENT = b"bang so lieu"
NAME = "Bảng số liệu.xlsx"


@pytest.fixture(scope="module")
def signature(pki: OfficePki) -> bytes:
    key = open_pkcs12(pki.person("An", "an@example.gov.vn").pkcs12("x"), Secret("x"))
    return cms.sign_detached(CONTENT, key, signing_time=pki.now, profile=Profile.B_B)


def letter(*files: tuple[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "an@example.gov.vn", "binh@example.gov.vn", "Gửi"
    message.set_content("Xem tệp kèm theo.\n")
    for name, content in files:
        subtype = "pkcs7-signature" if name.endswith("p7s") else "octet-stream"
        message.add_attachment(content, maintype="application", subtype=subtype, filename=name)
    return message.as_bytes()


def judged(pki: OfficePki, *files: tuple[str, bytes]) -> SignatureVerdict:
    (verdict,) = smime.verify_message(letter(*files), pki.demand()).signatures
    return verdict


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        (NAME, f"{NAME}.p7s"),
        (unicodedata.normalize("NFD", NAME), f"{NAME}.p7s"),
        (NAME.upper(), f"{NAME}.p7s"),
        (NAME, "Bảng số liệu.p7s"),
        ("a" * 120 + "ệ.xlsx", "a" * 120 + "ệ.xlsx.p7s"),
    ],
)
def test_the_partner_is_found_by_its_name(name: str, beside: str, pki: OfficePki, signature: bytes) -> None:
    found = judged(pki, ("khac.docx", b"khac"), (name, CONTENT), (beside, signature))
    assert found.indication is Indication.TOTAL_PASSED


def test_a_partner_that_was_changed_is_told(pki: OfficePki, signature: bytes) -> None:
    found = judged(pki, (NAME, CONTENT + b"!"), (f"{NAME}.p7s", signature))
    assert found.indication is Indication.TOTAL_FAILED


@pytest.mark.parametrize(
    "files",
    [
        (),
        (("khac.xlsx", CONTENT),),
        ((NAME, CONTENT), (unicodedata.normalize("NFD", NAME), b"khac")),
    ],
)
def test_without_one_partner_nothing_is_concluded(
    files: tuple[tuple[str, bytes], ...], pki: OfficePki, signature: bytes
) -> None:
    found = judged(pki, *files, (f"{NAME}.p7s", signature))
    assert found.indication is Indication.INDETERMINATE
    assert Reason.SIGNED_DATA_MISSING in found.reasons


def test_on_the_disk_the_two_lie_side_by_side(pki: OfficePki, signature: bytes, tmp_path: Path) -> None:
    (tmp_path / "bang.p7s").write_bytes(signature)
    request = VerifyRequest(tmp_path / "bang.p7s", TrustSources(), pki.now)
    assert Reason.SIGNED_DATA_MISSING in verify_file(request).reasons
    (tmp_path / "bang.xlsx").write_bytes(CONTENT)
    assert len(verify_file(request).signatures) == 1
    (tmp_path / "bang.docx").write_bytes(b"khac")
    assert Reason.SIGNED_DATA_MISSING in verify_file(request).reasons
    (tmp_path / "bang").write_bytes(CONTENT)
    assert len(verify_file(request).signatures) == 1
