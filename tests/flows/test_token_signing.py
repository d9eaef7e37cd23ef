"""Signing with keys on real SoftHSM 2 tokens, end to end through the services."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from client.crypto.cms import Purpose, verify_detached
from client.crypto.pades_validation import verify_pdf
from client.crypto.smime import verify_message
from client.errors import PinIncorrect
from client.model.account import KeyRef
from client.model.secret import Secret
from client.model.verdict import Indication, Profile
from client.services import signing
from client.services.requests import KeyUse, SigningTerms, TrustSources
from tests.fakes.pdf import make_pdf
from tests.fakes.pki import Holder, OfficePki
from tests.fakes.softhsm import SoftHsm, SoftToken, why_no_softhsm

NOW = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
PIN = "123456"
KINDS = ("rsa-2048", "rsa-3072", "p-256")
IDS = {kind: bytes([number]) for number, kind in enumerate(KINDS, 1)}
MAIL = (
    b"From: an@sothu.example\r\nTo: binh@sothu.example\r\nSubject: Cong van\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nKinh gui\r\n"
)


@pytest.fixture(scope="module")
def pki() -> OfficePki:
    return OfficePki(NOW)


@pytest.fixture(scope="module")
def holders(pki: OfficePki) -> dict[str, Holder]:
    email = "an@sothu.example"
    return {
        "rsa-2048": pki.person("An 2048", email),
        "rsa-3072": pki.person("An 3072", email, key=rsa.generate_private_key(65537, 3072)),
        "p-256": pki.person("An P-256", email, elliptic=True),
    }


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory, holders: dict[str, Holder]) -> Iterator[SoftToken]:
    if reason := why_no_softhsm():
        pytest.skip(reason)
    with SoftHsm.start(tmp_path_factory.mktemp("hsm")) as hsm:
        token = hsm.add_token("Nguyen Van An", PIN)
        for kind, holder in holders.items():
            token.put(holder, IDS[kind], "Ký số")
        yield token


@pytest.fixture(scope="module")
def terms(pki: OfficePki, tmp_path_factory: pytest.TempPathFactory) -> SigningTerms:
    folder = tmp_path_factory.mktemp("trust")
    (folder / "root.pem").write_bytes(pki.root.certificate_pem)
    (folder / "ca.pem").write_bytes(pki.issuing.certificate_pem)
    for number, crl in enumerate(pki.crls()):
        (folder / f"{number}.crl").write_bytes(crl)
    sources = TrustSources(
        (folder / "root.pem",), tuple(folder.glob("*.crl")), intermediates=(folder / "ca.pem",)
    )
    return SigningTerms(sources, NOW, Profile.B_B)


def use_of(token: SoftToken, kind: str, pin: str = PIN) -> KeyUse:
    location = f"serial={token.serial};id=%{IDS[kind].hex()}"
    return KeyUse(KeyRef("pkcs11", location), Secret(pin))


@pytest.mark.parametrize("kind", KINDS)
def test_a_pdf_is_signed(token: SoftToken, kind: str, terms: SigningTerms, pki: OfficePki) -> None:
    signed = signing.sign_document(make_pdf([]), use_of(token, kind), terms)
    report = verify_pdf(signed, pki.demand(), name="cv.pdf")
    assert report.indication is Indication.TOTAL_PASSED


@pytest.mark.parametrize("kind", KINDS)
def test_any_file_is_signed(token: SoftToken, kind: str, terms: SigningTerms, pki: OfficePki) -> None:
    der = signing.sign_any_file(b"du lieu", use_of(token, kind), terms)
    (verdict,) = verify_detached(b"du lieu", der, pki.demand(), purpose=Purpose.DOCUMENT, where="")
    assert verdict.indication is Indication.TOTAL_PASSED


@pytest.mark.parametrize("kind", KINDS)
def test_verifiers_of_others_accept_what_a_token_signed(
    token: SoftToken, kind: str, terms: SigningTerms, pki: OfficePki, tmp_path: Path
) -> None:
    """They are given the root alone, and the token has no CA certificate: the signature carries it."""
    with_key = use_of(token, kind)
    files = {
        "root.pem": pki.root.certificate_pem,
        "data": b"du lieu",
        "data.p7s": signing.sign_any_file(b"du lieu", with_key, terms),
        "letter.eml": signing.sign_message_file(MAIL, with_key, terms),
        "cv.pdf": signing.sign_document(make_pdf([]), with_key, terms),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    trust = ["-CAfile", "root.pem", "-purpose", "any", "-attime", str(int(NOW.timestamp()))]
    detached = ["-inform", "DER", "-in", "data.p7s", "-content", "data", "-binary"]
    assert b"du lieu" in tool(tmp_path, "openssl", "cms", "-verify", *detached, *trust)
    assert b"Kinh gui" in tool(tmp_path, "openssl", "cms", "-verify", "-in", "letter.eml", *trust)
    assert b"Signature is Valid." in tool(tmp_path, "pdfsig", "-nocert", "cv.pdf")


def tool(folder: Path, *command: str) -> bytes:
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_is_signed(token: SoftToken, kind: str, terms: SigningTerms, pki: OfficePki) -> None:
    raw = signing.sign_message_file(MAIL, use_of(token, kind), terms)
    report = verify_message(raw, pki.demand())
    assert report.indication is Indication.TOTAL_PASSED
    assert report.identity is not None
    assert report.identity.matches


def test_a_wrong_pin_is_told_and_the_right_one_still_works(token: SoftToken, terms: SigningTerms) -> None:
    with pytest.raises(PinIncorrect):
        signing.sign_any_file(b"x", use_of(token, "rsa-2048", "654321"), terms)
    assert signing.sign_any_file(b"x", use_of(token, "rsa-2048"), terms)
