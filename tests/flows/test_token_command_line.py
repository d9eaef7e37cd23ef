"""`congthu keys` and `congthu sign --key pkcs11:…` on a real SoftHSM 2 token."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fakes.commands import Command
from tests.fakes.pdf import make_pdf
from tests.fakes.pki import Holder, OfficePki
from tests.fakes.policies import layer_text
from tests.fakes.softhsm import SoftHsm, SoftToken, why_no_softhsm

PIN = "chim-hoang-yen"


@pytest.fixture(scope="module")
def pki() -> OfficePki:
    return OfficePki(datetime.now(UTC).replace(microsecond=0))


@pytest.fixture(scope="module")
def an(pki: OfficePki) -> Holder:
    return pki.person("Nguyễn Văn An", "an@sothu.example")


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory, pki: OfficePki, an: Holder) -> Iterator[SoftToken]:
    if reason := why_no_softhsm():
        pytest.skip(reason)
    with SoftHsm.start(tmp_path_factory.mktemp("cli")) as hsm:
        made = hsm.add_token("Văn thư", PIN)
        made.put(an, b"\x01", "Ký số")
        made.put(pki.expired("Hết Hạn", "cu@sothu.example"), b"\x02", "Cũ")
        made.put_certificate(an.chain_der[0], b"\x03", "CA")
        yield made


@pytest.fixture
def trust(pki: OfficePki, tmp_path: Path) -> Path:
    folder = tmp_path / "trust"
    folder.mkdir()
    (folder / "root.pem").write_bytes(pki.root.certificate_pem)
    for number, crl in enumerate(pki.crls()):
        (folder / f"{number}.crl").write_bytes(crl)
    return folder


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "cong-van.pdf"
    path.write_bytes(make_pdf([]))
    return path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The prompts shown; each is answered with the right PIN."""
    prompts: list[str] = []

    def answer(prompt: str) -> str:
        prompts.append(prompt)
        return PIN

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(getpass, "getpass", answer)
    return prompts


def test_keys_are_listed_with_the_address_that_signs(
    congthu: Command, token: SoftToken, document: Path, trust: Path, asked: list[str]
) -> None:
    done = congthu("keys", "--json")
    assert done.code == 0
    drivers = [one for one in done.objects if "driver" in one and one["ok"]]
    assert token.serial in [found["serial"] for driver in drivers for found in driver["tokens"]]
    keys = {one["signer"]["name"]: one for one in done.objects if "key" in one}
    assert {name: one["problem"] for name, one in keys.items()} == {
        "Nguyễn Văn An": None,
        "Hết Hạn": "certificate-expired",
    }
    assert asked == []
    address = keys["Nguyễn Văn An"]["key"]
    signed = congthu(
        "sign", "pdf", document, "--key", address, "--profile", "B-B", "--trust", trust, "--json"
    )
    assert signed.code == 0, signed.out
    assert asked == ["PIN “Văn thư”: "]
    output = signed.only["output"]
    verdict = congthu("verify", output, "--trust", trust, "--crl", trust, "--json").only
    assert verdict["verdict"] == "TOTAL-PASSED"
    assert verdict["signatures"][0]["signer"]["name"] == "Nguyễn Văn An"


def test_the_list_is_written_for_people_too(congthu: Command, token: SoftToken) -> None:
    done = congthu("keys")
    assert "✔ Nguyễn Văn An <an@sothu.example>" in done.out
    assert "[certificate-expired]" in done.out
    assert f"serial={token.serial};id=%01" in done.out


def test_a_driver_that_is_none_is_named(congthu: Command, token: SoftToken, tmp_path: Path) -> None:
    (tmp_path / "gia.so").write_bytes(b"khong phai thu vien")
    done = congthu("keys", "--json", "--driver", tmp_path / "gia.so", "--driver", tmp_path / "khong-co.so")
    problems = {one["name"]: one["problem"] for one in done.objects if "driver" in one and not one["ok"]}
    assert problems == {"gia.so": "driver-unusable", "khong-co.so": "driver-unusable"}


def test_doctor_tells_of_drivers_and_tokens(congthu: Command, token: SoftToken, tmp_path: Path) -> None:
    done = congthu("doctor", "--json", "--data", tmp_path / "data")
    checks = {one["check"]: one for one in done.objects}
    assert checks["library python-pkcs11"]["ok"]
    assert "Văn thư (PIN ok)" in checks["token driver SoftHSM 2"]["detail"]


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("pkcs11:serial=0000", "token-absent"),
        ("pkcs11:token=A?pin-value=123456", "signing-refused"),
        ("pkcs11:token=A;token=B", "signing-refused"),
        ("pkcs11:id=%77", "token-absent"),
    ],
)
def test_no_pin_is_asked_for_a_key_that_is_not_there(
    congthu: Command, token: SoftToken, document: Path, asked: list[str], key: str, code: str
) -> None:
    done = congthu("sign", "pdf", document, "--key", key, "--profile", "B-B", "--json")
    assert (done.code, done.only["error"], asked) == (3, code, [])


def test_an_expired_certificate_is_refused_without_trying_the_pin(
    congthu: Command, token: SoftToken, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONGTHU_KEY_PASSWORD", "sai-PIN-roi")
    key = f"pkcs11:serial={token.serial};id=%02"
    done = congthu("sign", "pdf", document, "--key", key, "--profile", "B-B", "--json")
    assert (done.code, done.only["params"]) == (1, {"reason": "certificate-expired"})


def test_a_wrong_pin_stops_at_the_first_file_and_is_told_at_the_next_prompt(
    congthu: Command,
    token: SoftToken,
    document: Path,
    trust: Path,
    asked: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = document.with_name("khac.pdf")
    other.write_bytes(document.read_bytes())
    key = f"pkcs11:serial={token.serial};id=%01"
    monkeypatch.setenv("CONGTHU_KEY_PASSWORD", "CANARY-99")
    done = congthu("sign", "pdf", document, other, "--key", key, "--profile", "B-B", "--json")
    assert (done.code, done.only["error"]) == (1, "pin-incorrect")
    assert "CANARY" not in done.out + done.err
    monkeypatch.delenv("CONGTHU_KEY_PASSWORD")
    done = congthu("sign", "pdf", document, "--key", key, "--profile", "B-B", "--json", "--trust", trust)
    assert done.code == 0, done.out
    assert asked == ["PIN “Văn thư” (đã nhập sai · entered wrongly before): "]


def test_the_windows_store_is_marked_as_not_built(
    congthu: Command, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONGTHU_KEY_PASSWORD", "x")
    done = congthu("sign", "pdf", document, "--key", "wincert:my", "--profile", "B-B", "--json")
    assert (done.code, done.only["params"]) == (1, {"reason": "key-store-not-built"})


def test_the_operators_policy_is_signed_by_the_token(
    congthu: Command, token: SoftToken, an: Holder, tmp_path: Path, asked: list[str]
) -> None:
    policy, certificate = tmp_path / "policy.toml", tmp_path / "an.pem"
    policy.write_bytes(layer_text(version="2026.12"))
    certificate.write_bytes(an.certificate_pem)
    signed = congthu("policy", "--json", "sign", policy, "--key", f"pkcs11:serial={token.serial};id=%01")
    assert signed.code == 0, signed.out
    assert len(asked) == 1
    assert asked[0].startswith("PIN “Văn thư”")
    told = congthu("policy", "--json", "verify", policy, "--operator", certificate)
    assert (told.code, told.only["signer"]) == (0, "Nguyễn Văn An")
    expired = congthu("policy", "--json", "sign", policy, "--key", f"pkcs11:serial={token.serial};id=%02")
    assert (expired.code, expired.only["params"]) == (1, {"reason": "certificate-expired"})
