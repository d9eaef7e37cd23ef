"""What every token keeps to, SoftHSM 2 through its real library and the fake alike."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from client.crypto.keys import SigningKey
from client.crypto.pkcs11 import Tokens
from client.crypto.pkcs11_driver import load_driver
from client.errors import (
    ClientError,
    DriverUnusable,
    PinIncorrect,
    PinLengthInvalid,
    SigningRefused,
    TokenAbsent,
)
from client.model.secret import Secret
from client.model.token import PinState, TokenInfo
from tests.fakes.pki import Holder, OfficePki
from tests.fakes.softhsm import SoftHsm, SoftToken, why_no_softhsm
from tests.fakes.token import FakeDriver, FakeToken

NOW = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
PIN = "123456"
RSA, RSA_3072, EC = b"\x01", b"\x02", b"\xe2\x03"


AnyToken = SoftToken | FakeToken


@dataclass
class Home:
    """A driver and what it takes to put tokens into it."""

    driver: Path
    tokens: Tokens
    hsm: SoftHsm | FakeDriver

    def add(self, label: str) -> AnyToken:
        return self.hsm.add_token(label, PIN)

    def open(self, uri: str, pin: str = PIN, chosen: bytes = b"") -> SigningKey:
        """A key opened and closed again."""
        opened = self.tokens.open_key(uri, Secret(pin), [self.driver], chosen=chosen)
        opened.close()
        return opened.key

    def state(self, serial: str) -> PinState:
        return self.info(serial).pin

    def info(self, serial: str) -> TokenInfo:
        return next(one for one in self.tokens.list_tokens(self.driver) if one.serial == serial)


@pytest.fixture(scope="module")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoftHsm]:
    if reason := why_no_softhsm():
        pytest.skip(reason)
    with SoftHsm.start(tmp_path_factory.mktemp("contract")) as hsm:
        yield hsm


@pytest.fixture(params=["fake", "softhsm"])
def home(request: pytest.FixtureRequest) -> Home:
    if request.param == "fake":
        fake = FakeDriver()
        return Home(fake.path, Tokens(fake.load), fake)
    hsm: SoftHsm = request.getfixturevalue("softhsm")
    return Home(hsm.driver, Tokens(load_driver), hsm)


@pytest.fixture(scope="module")
def pki() -> OfficePki:
    return OfficePki(NOW)


@pytest.fixture(scope="module")
def an(pki: OfficePki) -> Holder:
    return pki.person("Nguyễn Văn An", "an@sothu.example")


@pytest.fixture(scope="module")
def an_3072(pki: OfficePki) -> Holder:
    key = rsa.generate_private_key(65537, 3072)
    return pki.person("An 3072", "an@sothu.example", key=key)


@pytest.fixture(scope="module")
def an_ec(pki: OfficePki) -> Holder:
    return pki.person("An P-256", "an@sothu.example", elliptic=True)


@pytest.fixture
def token(home: Home, an: Holder) -> AnyToken:
    """A token with one key, label ``Ký số``."""
    made = home.add("Văn thư")
    made.put(an, RSA, "Ký số")
    return made


def reason_of(error: ClientError) -> object:
    return error.params["reason"]


def sign(key: SigningKey, data: bytes) -> bytes:
    return asyncio.run(key.pyhanko_signer.async_sign_raw(data, "sha256"))


def test_certificates_are_listed_without_a_pin(home: Home, token: AnyToken, an: Holder) -> None:
    token.put_certificate(an.chain_der[0], b"\x99", "CA")
    opened = home.tokens.open_key(f"serial={token.serial}", Secret(PIN), [home.driver])
    opened.close()
    found = home.tokens.list_certificates(home.driver, token.serial)
    own, authority = sorted(found, key=lambda one: one.is_authority)
    assert (own.der, own.cka_id, own.label) == (an.certificate_der, RSA, "Ký số")
    assert (authority.der, authority.is_authority) == (an.chain_der[0], True)
    assert opened.key.chain_der == an.chain_der


def test_a_token_tells_its_name_its_serial_and_the_length_of_its_pin(home: Home, token: AnyToken) -> None:
    home.open(f"serial={token.serial}")
    info = home.info(token.serial)
    assert (info.label, info.driver, info.pin) == ("Văn thư", str(home.driver), PinState.OK)
    assert 0 < info.pin_min <= len(PIN) <= info.pin_max


@pytest.mark.parametrize("kind", ["rsa-2048", "rsa-3072", "p-256"])
def test_a_signature_verifies_with_the_certificate(
    home: Home, an: Holder, an_3072: Holder, an_ec: Holder, kind: str
) -> None:
    made = home.add(kind)
    for holder, cka_id in ((an, RSA), (an_3072, RSA_3072), (an_ec, EC)):
        made.put(holder, cka_id, "Ký số")
    holder, cka_id = {"rsa-2048": (an, RSA), "rsa-3072": (an_3072, RSA_3072), "p-256": (an_ec, EC)}[kind]
    uri = f"serial={made.serial};id=" + "".join(f"%{byte:02x}" for byte in cka_id)
    opened = home.tokens.open_key(uri, Secret(PIN), [home.driver])
    try:
        signature = sign(opened.key, b"du lieu")
        room = asyncio.run(opened.key.pyhanko_signer.async_sign_raw(b"", "sha256", dry_run=True))
    finally:
        opened.close()
    assert len(signature) <= len(room)
    public = holder.key.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        public.verify(signature, b"du lieu", padding.PKCS1v15(), hashes.SHA256())
    else:
        public.verify(signature, b"du lieu", ec.ECDSA(hashes.SHA256()))


def test_a_wrong_pin_is_told_and_the_token_tells_of_it_afterwards(home: Home, token: AnyToken) -> None:
    with pytest.raises(PinIncorrect):
        home.open(f"serial={token.serial}", "654321")
    assert home.state(token.serial) is PinState.COUNT_LOW
    home.open(f"serial={token.serial}")
    assert home.state(token.serial) is PinState.OK


@pytest.mark.parametrize("pin", ["", "123", "1" * 300])
def test_a_pin_that_cannot_be_right_is_never_tried(home: Home, token: AnyToken, pin: str) -> None:
    with pytest.raises(PinLengthInvalid) as caught:
        home.open(f"serial={token.serial}", pin)
    assert home.state(token.serial) is PinState.OK
    assert caught.value.params["minimum"] == home.info(token.serial).pin_min


def test_a_key_is_found_by_the_names_of_token_and_object(home: Home, an: Holder) -> None:
    made = home.add("Ông Bà; 100%")
    made.put(an, RSA, "Ký số")
    key = home.open("token=%C3%94ng%20B%C3%A0%3B%20100%25;object=K%C3%BD%20s%E1%BB%91")
    assert key.certificate_der == an.certificate_der


def test_two_certificates_of_one_name_are_not_guessed_between(
    home: Home, token: AnyToken, an_ec: Holder
) -> None:
    token.put(an_ec, EC, "Ký số")
    with pytest.raises(SigningRefused) as caught:
        home.open(f"serial={token.serial};object=K%C3%BD%20s%E1%BB%91")
    assert reason_of(caught.value) == "several-certificates"
    key = home.open(f"serial={token.serial};object=K%C3%BD%20s%E1%BB%91", chosen=an_ec.certificate_der)
    assert key.certificate_der == an_ec.certificate_der


def test_of_two_certificates_for_one_key_the_later_signs(
    home: Home, token: AnyToken, pki: OfficePki, an: Holder
) -> None:
    renewed = pki.person("Nguyễn Văn An", "an@sothu.example", key=an.key, not_before=NOW - timedelta(days=1))
    token.put_certificate(renewed.certificate_der, RSA, "Ký số mới")
    assert home.open(f"serial={token.serial};id=%01").certificate_der == renewed.certificate_der
    old = home.open(f"serial={token.serial};id=%01", chosen=an.certificate_der)
    assert old.certificate_der == an.certificate_der


def test_another_certificate_than_the_chosen_one_is_refused_before_the_pin(
    home: Home, token: AnyToken, an_ec: Holder
) -> None:
    with pytest.raises(SigningRefused) as caught:
        home.open(f"serial={token.serial};id=%01", "654321", chosen=an_ec.certificate_der)
    assert reason_of(caught.value) == "certificate-changed"
    with pytest.raises(SigningRefused) as caught:
        home.open(f"serial={token.serial};id=%77", "654321")
    assert reason_of(caught.value) == "certificate-not-on-token"
    assert home.state(token.serial) is PinState.OK


def test_a_certificate_without_its_key_cannot_sign(home: Home, an: Holder) -> None:
    made = home.add("Không khóa")
    made.put(an, RSA, "Ký số", with_key=False)
    with pytest.raises(SigningRefused) as caught:
        home.open(f"serial={made.serial}")
    assert reason_of(caught.value) == "no-matching-key"


def test_a_certificate_beside_another_public_key_is_refused_before_the_pin(
    home: Home, pki: OfficePki, an: Holder, an_3072: Holder
) -> None:
    made = home.add("Lẫn khóa")
    made.put_certificate(an.certificate_der, RSA, "Ký số")
    made.put(an_3072, b"\x05", "Khác")
    wrong = Holder(an.certificate, an_3072.key)
    made.put(wrong, RSA, "Ký số")
    with pytest.raises(SigningRefused) as caught:
        home.open(f"serial={made.serial};id=%01", "654321")
    assert reason_of(caught.value) == "key-mismatch"
    assert home.state(made.serial) is PinState.OK


def test_another_key_of_the_same_id_is_found_out(home: Home, an: Holder, an_3072: Holder) -> None:
    made = home.add("Khóa khác")
    made.put(Holder(an.certificate, an_3072.key), RSA, "Ký số", with_public=False)
    with pytest.raises(SigningRefused) as caught:
        home.open(f"serial={made.serial}")
    assert reason_of(caught.value) == "key-mismatch"


def test_another_elliptic_key_is_found_out_by_its_first_signature(
    home: Home, pki: OfficePki, an_ec: Holder
) -> None:
    made = home.add("Khóa EC khác")
    other = pki.person("Khác", "khac@sothu.example", elliptic=True)
    made.put(Holder(an_ec.certificate, other.key), EC, "Ký số", with_public=False)
    opened = home.tokens.open_key(f"serial={made.serial}", Secret(PIN), [home.driver])
    with pytest.raises(SigningRefused) as caught:
        sign(opened.key, b"x")
    opened.close()
    assert reason_of(caught.value) == "key-mismatch"


def test_one_login_at_a_time_on_one_token(home: Home, token: AnyToken) -> None:
    opened = home.tokens.open_key(f"serial={token.serial}", Secret(PIN), [home.driver])
    with pytest.raises(SigningRefused) as caught:
        home.open(f"serial={token.serial}")
    assert reason_of(caught.value) == "token-busy"
    assert sign(opened.key, b"x")
    opened.close()
    home.open(f"serial={token.serial}")


def test_a_token_that_came_after_the_driver_was_loaded_is_found(
    home: Home, token: AnyToken, an: Holder
) -> None:
    home.open(f"serial={token.serial}")
    late = home.add("Đến sau")
    late.put(an, RSA, "Ký số")
    assert home.open(f"serial={late.serial}").certificate_der == an.certificate_der


def test_a_token_that_came_after_the_first_look_is_listed(home: Home, token: AnyToken) -> None:
    home.tokens.list_tokens(home.driver)
    late = home.add("Đến sau")
    assert home.info(late.serial).label == "Đến sau"
    assert home.info(token.serial).label == "Văn thư"


def test_a_token_that_is_not_there_is_absent(home: Home, token: AnyToken) -> None:
    for uri in ("serial=0000", "token=khong-co", f"token={token.serial}"):
        with pytest.raises(TokenAbsent):
            home.open(uri)
    with pytest.raises(TokenAbsent):
        home.tokens.list_certificates(home.driver, "0000")


def test_a_token_pulled_out_between_two_signatures_is_absent_until_it_is_back(
    home: Home, token: AnyToken
) -> None:
    uri = f"serial={token.serial}"
    opened = home.tokens.open_key(uri, Secret(PIN), [home.driver])
    assert sign(opened.key, b"x")
    token.pull_out()
    with pytest.raises(TokenAbsent):
        sign(opened.key, b"x")
    opened.close()
    with pytest.raises(TokenAbsent):
        home.open(uri)
    token.put_in()
    again = home.tokens.open_key(uri, Secret(PIN), [home.driver])
    assert sign(again.key, b"x")
    again.close()


def test_pss_is_made_where_the_token_lists_it(home: Home, token: AnyToken, an: Holder) -> None:
    opened = home.tokens.open_key(f"serial={token.serial}", Secret(PIN), [home.driver], prefer_pss=True)
    signature = sign(opened.key, b"du lieu")
    opened.close()
    public = an.key.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    public.verify(signature, b"du lieu", scheme, hashes.SHA256())


def test_what_the_guard_refuses_costs_no_try(home: Home, token: AnyToken, an: Holder) -> None:
    seen: list[tuple[bytes, Sequence[bytes]]] = []

    def guard(certificate: bytes, chain: tuple[bytes, ...]) -> None:
        seen.append((certificate, chain))
        raise SigningRefused(reason="certificate-expired")

    with pytest.raises(SigningRefused):
        home.tokens.open_key(f"serial={token.serial}", Secret("654321"), [home.driver], guard=guard)
    assert seen == [(an.certificate_der, ())]
    assert home.state(token.serial) is PinState.OK


def test_a_library_that_is_none_is_said_so(home: Home, tmp_path: Path) -> None:
    with pytest.raises(DriverUnusable) as caught:
        home.tokens.list_tokens(tmp_path / "khong-co.so")
    assert reason_of(caught.value) == "driver-missing"


def test_no_pin_is_in_what_an_error_says(home: Home, token: AnyToken) -> None:
    with pytest.raises(PinIncorrect) as caught:
        home.open(f"serial={token.serial}", "CANARY-77")
    told: BaseException | None = caught.value
    while told is not None:
        assert "CANARY" not in repr(told) + str(told)
        told = told.__cause__ or told.__context__
