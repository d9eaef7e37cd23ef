"""Key files: new and old ones, without a key, with two."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import pkcs12 as asn1
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from client.crypto.pkcs12 import open_pkcs12
from client.errors import KeyFileInvalid, KeyPasswordIncorrect
from client.model.secret import Secret
from tests.fakes.pki import Holder, OfficePki

NOW = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
PASSWORD = "mật khẩu"


@pytest.fixture(scope="module")
def pki() -> OfficePki:
    return OfficePki(NOW)


@pytest.fixture(scope="module")
def an(pki: OfficePki) -> Holder:
    return pki.person("Nguyễn Văn An", "an@sothu.example")


def refusal(data: bytes, password: str = PASSWORD) -> dict[str, object]:
    with pytest.raises(KeyFileInvalid) as caught:
        open_pkcs12(data, Secret(password), "an.p12")
    return dict(caught.value.params)


@pytest.mark.parametrize("cipher", ["PBE-SHA1-RC2-40", "PBE-SHA1-3DES"])
def test_files_of_old_programs_open(an: Holder, tmp_path: Path, cipher: str) -> None:
    (tmp_path / "key.pem").write_bytes(an.key_pem)
    (tmp_path / "certificate.pem").write_bytes(an.certificate_pem)
    command = ["openssl", "pkcs12", "-export", "-legacy", "-certpbe", cipher, "-keypbe", "PBE-SHA1-3DES",
               "-macalg", "sha1", "-inkey", "key.pem", "-in", "certificate.pem",
               "-out", "old.p12", "-passout", "pass:cu"]  # fmt: skip
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    data = (tmp_path / "old.p12").read_bytes()
    assert open_pkcs12(data, Secret("cu")).certificate_der == an.certificate_der
    with pytest.raises(KeyPasswordIncorrect):
        open_pkcs12(data, Secret("moi"))


@pytest.mark.parametrize("legacy", [False, True])
def test_a_key_comes_with_its_chain(an: Holder, legacy: bool) -> None:
    password = "mat-khau" if legacy else PASSWORD
    key = open_pkcs12(an.pkcs12(password, legacy=legacy), Secret(password))
    assert (key.certificate_der, key.chain_der) == (an.certificate_der, an.chain_der)


def test_a_wrong_password_is_told_apart_from_a_broken_file(an: Holder) -> None:
    data = an.pkcs12(PASSWORD)
    for wrong in ("", "mat khau", PASSWORD + " "):
        with pytest.raises(KeyPasswordIncorrect):
            open_pkcs12(data, Secret(wrong), "an.p12")
    for broken in (b"", b"\x30\x80", data[:-40], data + b"\x00", an.certificate_der, an.key_pem):
        assert refusal(broken)["reason"] == "corrupt"


def test_a_file_without_a_key_is_said_so(an: Holder) -> None:
    encryption = serialization.BestAvailableEncryption(PASSWORD.encode())
    data = pkcs12.serialize_key_and_certificates(b"An", None, None, [an.certificate], encryption)
    assert refusal(data) == {"path": "an.p12", "reason": "no-key"}


def test_a_key_without_its_certificate_cannot_sign(an: Holder) -> None:
    encryption = serialization.BestAvailableEncryption(PASSWORD.encode())
    data = pkcs12.serialize_key_and_certificates(b"An", an.key, None, list(an.chain), encryption)
    assert refusal(data)["reason"] == "no-key"


def test_two_keys_are_refused_and_named(pki: OfficePki, an: Holder) -> None:
    binh = pki.person("Trần Bình", "binh@sothu.example")
    assert refusal(both(an, binh, b"An", "Bình".encode())) == {
        "path": "an.p12",
        "reason": "several-keys",
        "names": "An, Bình",
    }
    assert refusal(both(an, binh, None, None))["names"] == "#1, #2"


def both(one: Holder, other: Holder, name: bytes | None, other_name: bytes | None) -> bytes:
    """One PFX with the bags of two; without a MAC, which RFC 7292 section 4 leaves out at will."""
    encryption = serialization.BestAvailableEncryption(PASSWORD.encode())
    parts = []
    for holder, label in ((one, name), (other, other_name)):
        data = pkcs12.serialize_key_and_certificates(label, holder.key, holder.certificate, [], encryption)
        parts += list(asn1.Pfx.load(data).authenticated_safe)
    content = {"content_type": "data", "content": asn1.AuthenticatedSafe(parts).dump()}
    der: bytes = asn1.Pfx({"version": "v3", "auth_safe": content}).dump()
    return der
