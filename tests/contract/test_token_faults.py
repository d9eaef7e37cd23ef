"""What tokens do when they are locked, pulled out, broken or of a special kind.

SoftHSM never locks, is never pulled out and has no keys of its own to enter a PIN with: this is the
fake of the contract in `test_token_keys`, with its knobs turned.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pkcs11
import pytest
from pkcs11 import Mechanism

from client.crypto.keys import SigningKey
from client.crypto.pkcs11 import OpenToken, Tokens
from client.errors import (
    Cancelled,
    ClientError,
    DriverUnusable,
    PinIncorrect,
    PinLengthInvalid,
    PinLocked,
    SigningRefused,
    TokenAbsent,
    TokenFault,
)
from client.model.account import KeyRef
from client.model.secret import Secret
from client.model.token import PinState
from client.services.key_room import KeyRoom
from client.services.requests import KeyUse
from tests.fakes.pki import Holder, OfficePki
from tests.fakes.token import FakeDriver, FakeToken

NOW = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
PIN = "123456"


@pytest.fixture(scope="module")
def an() -> Holder:
    return OfficePki(NOW).person("Nguyễn Văn An", "an@sothu.example")


@pytest.fixture(scope="module")
def an_ec() -> Holder:
    return OfficePki(NOW).person("An P-256", "an@sothu.example", elliptic=True)


@pytest.fixture
def driver() -> FakeDriver:
    return FakeDriver()


@pytest.fixture
def token(driver: FakeDriver, an: Holder) -> FakeToken:
    made = driver.add_token("Văn thư", PIN)
    made.put(an, b"\x01", "Ký số")
    driver.restart()
    return made


@pytest.fixture
def tokens(driver: FakeDriver) -> Tokens:
    return Tokens(driver.load)


@pytest.fixture
def room(tokens: Tokens, driver: FakeDriver, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyRoom]:
    monkeypatch.setattr("client.services.key_room.installed_drivers", lambda own: (driver.path,))
    made = KeyRoom(tokens)
    yield made
    made.release()


def open_key(tokens: Tokens, driver: FakeDriver, token: FakeToken, pin: str = PIN) -> OpenToken:
    return tokens.open_key(f"serial={token.serial}", Secret(pin), [driver.path])


def sign(opened: OpenToken | SigningKey, data: bytes = b"du lieu") -> bytes:
    key = opened.key if isinstance(opened, OpenToken) else opened
    return asyncio.run(key.pyhanko_signer.async_sign_raw(data, "sha256"))


def use_of(token: FakeToken, pin: str = PIN) -> KeyUse:
    return KeyUse(KeyRef("pkcs11", f"serial={token.serial}"), Secret(pin))


def test_a_locked_token_is_never_asked(tokens: Tokens, driver: FakeDriver, token: FakeToken) -> None:
    token.tries_left = 0
    with pytest.raises(PinLocked):
        open_key(tokens, driver, token)
    assert token.logins == 0
    (info,) = tokens.list_tokens(driver.path)
    assert info.pin is PinState.LOCKED


def test_the_way_to_the_lock_is_told_step_by_step(
    tokens: Tokens, driver: FakeDriver, token: FakeToken
) -> None:
    told: list[ClientError] = []
    for _ in range(4):
        with pytest.raises((PinIncorrect, PinLocked)) as caught:
            open_key(tokens, driver, token, "000000")
        told.append(caught.value)
    assert [type(one) for one in told] == [PinIncorrect, PinIncorrect, PinLocked, PinLocked]
    assert [one.params.get("tries_left") for one in told[:2]] == [None, 1]
    assert token.logins == 3


def test_the_last_try_is_known_before_it_is_made(
    tokens: Tokens, driver: FakeDriver, token: FakeToken
) -> None:
    token.tries_left = 1
    (info,) = tokens.list_tokens(driver.path)
    assert info.pin is PinState.FINAL_TRY
    open_key(tokens, driver, token).close()
    assert tokens.list_tokens(driver.path)[0].pin is PinState.OK


def test_a_token_without_a_pin_is_not_asked_for_one(
    tokens: Tokens, driver: FakeDriver, token: FakeToken
) -> None:
    token.has_pin = False
    with pytest.raises(SigningRefused) as caught:
        open_key(tokens, driver, token)
    assert (caught.value.params["reason"], token.logins) == ("pin-not-set", 0)


def test_a_pin_too_short_or_too_long_reaches_no_token(
    tokens: Tokens, driver: FakeDriver, token: FakeToken
) -> None:
    token.pin_lengths = (6, 8)
    for pin in ("12345", "123456789", "ấấấ", ""):
        with pytest.raises(PinLengthInvalid) as caught:
            open_key(tokens, driver, token, pin)
        assert (caught.value.params["minimum"], caught.value.params["maximum"]) == (6, 8)
    assert token.logins == 0


@pytest.mark.parametrize("step", ["info", "open", "login", "find", "mechanisms", "sign"])
@pytest.mark.parametrize(
    "fault", [pkcs11.FunctionFailed, pkcs11.DeviceError, pkcs11.GeneralError, pkcs11.DeviceMemory]
)
def test_a_device_fault_is_never_called_a_wrong_pin(
    tokens: Tokens, driver: FakeDriver, token: FakeToken, step: str, fault: type[pkcs11.PKCS11Error]
) -> None:
    token.faults[step] = fault
    with pytest.raises(TokenFault) as caught:
        sign(open_key(tokens, driver, token))
    assert caught.value.params["fault"] == fault.__name__


def test_a_driver_that_answers_nothing_is_a_fault(tokens: Tokens, driver: FakeDriver) -> None:
    driver.slots_fault = pkcs11.GeneralError
    with pytest.raises(TokenFault):
        tokens.list_tokens(driver.path)


def test_one_sick_reader_does_not_hide_the_healthy_one(
    tokens: Tokens, driver: FakeDriver, token: FakeToken
) -> None:
    sick = driver.add_token("Hỏng")
    sick.faults["info"] = pkcs11.DeviceError
    driver.restart()
    assert [one.label for one in tokens.list_tokens(driver.path)] == ["Văn thư"]


def test_a_failed_login_leaves_nothing_open(tokens: Tokens, driver: FakeDriver, token: FakeToken) -> None:
    for pin, fault in (("000000", None), (PIN, pkcs11.FunctionFailed)):
        token.faults = {} if fault is None else {"login": fault}
        with pytest.raises((PinIncorrect, TokenFault)):
            open_key(tokens, driver, token, pin)
        assert token.sessions == []
    token.faults = {"find": pkcs11.DeviceError}
    with pytest.raises(TokenFault):
        open_key(tokens, driver, token)
    assert (token.sessions, token.logged_in) == ([], False)


def test_a_token_pulled_out_before_the_pin_is_absent(
    tokens: Tokens, driver: FakeDriver, token: FakeToken
) -> None:
    token.pull_out()
    with pytest.raises(TokenAbsent):
        open_key(tokens, driver, token)


def test_a_token_pulled_out_between_two_signatures_is_absent_and_comes_back(
    room: KeyRoom, token: FakeToken
) -> None:
    room.hold(use_of(token))
    with room.lend(use_of(token)) as key:
        assert sign(key)
    token.pull_out()
    with pytest.raises(TokenAbsent), room.lend(use_of(token)) as key:
        sign(key)
    token.put_in()
    room.hold(use_of(token))
    with room.lend(use_of(token)) as key:
        assert sign(key)
    assert token.logins == 2


def test_a_token_put_in_again_meanwhile_has_lost_its_session(room: KeyRoom, token: FakeToken) -> None:
    room.hold(use_of(token))
    token.pull_out()
    token.put_in()
    with pytest.raises(TokenAbsent), room.lend(use_of(token)) as key:
        sign(key)
    with room.lend(use_of(token)) as key:
        assert sign(key)


def test_a_token_is_found_again_in_another_slot(
    room: KeyRoom, driver: FakeDriver, token: FakeToken, an: Holder
) -> None:
    room.hold(use_of(token))
    token.pull_out()
    with pytest.raises(TokenAbsent), room.lend(use_of(token)) as key:
        sign(key)
    other = driver.add_token("Văn thư", PIN)
    other.put(an, b"\x01", "Ký số")
    driver.tokens.reverse()
    token.put_in()
    driver.restart()
    room.hold(use_of(token))
    assert (token.logins, other.logins) == (2, 0)


def test_a_hundred_signatures_cost_one_login(room: KeyRoom, token: FakeToken) -> None:
    room.hold(use_of(token))
    for _ in range(100):
        with room.lend(use_of(token)) as key:
            sign(key)
    assert (token.logins, token.signatures) == (1, 100)
    room.release()
    assert (token.sessions, token.logged_in) == ([], False)


def test_a_lent_key_is_let_go_of_at_once(room: KeyRoom, token: FakeToken) -> None:
    for _ in range(2):
        with room.lend(use_of(token)) as key:
            sign(key)
        assert (token.sessions, token.logged_in) == ([], False)
    assert token.logins == 2


def test_a_wrong_pin_ends_the_holding(room: KeyRoom, token: FakeToken) -> None:
    with pytest.raises(PinIncorrect):
        room.hold(use_of(token, "000000"))
    with pytest.raises(PinIncorrect), room.lend(use_of(token, "000000")):
        pass
    assert token.logins == 2


def test_a_key_that_asks_each_time_gets_its_pin_each_time(
    tokens: Tokens, driver: FakeDriver, token: FakeToken
) -> None:
    token.asks_each_time = True
    opened = open_key(tokens, driver, token)
    assert sign(opened) == sign(opened)
    assert token.logins == 3
    opened.close()


def test_a_pin_is_kept_only_for_a_key_that_asks_each_time(
    tokens: Tokens, driver: FakeDriver, token: FakeToken
) -> None:
    secret = Secret(PIN)
    opened = tokens.open_key(f"serial={token.serial}", secret, [driver.path])
    assert secret not in held_by(opened)
    opened.close()
    token.asks_each_time = True
    opened = tokens.open_key(f"serial={token.serial}", secret, [driver.path])
    assert secret in held_by(opened)
    opened.close()
    assert secret not in held_by(opened)


def held_by(root: object) -> list[Secret]:
    """Every secret that can be reached from our own objects."""
    found, seen, waiting = [], set(), [root]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Secret):
            found.append(one)
        elif type(one).__module__.startswith("client."):
            waiting += list(vars(one).values()) if hasattr(one, "__dict__") else []
    return found


def test_a_pin_turned_wrong_while_signing_is_told(
    tokens: Tokens, driver: FakeDriver, token: FakeToken
) -> None:
    token.asks_each_time = True
    opened = open_key(tokens, driver, token)
    token.pin = "999999"
    with pytest.raises(PinIncorrect):
        sign(opened)
    token.tries_left = 0
    with pytest.raises(PinLocked):
        sign(opened)


def test_a_reader_with_keys_is_not_given_a_pin(tokens: Tokens, driver: FakeDriver, token: FakeToken) -> None:
    token.protected_path = True
    opened = tokens.open_key(f"serial={token.serial}", None, [driver.path])
    assert sign(opened)
    opened.close()
    token.faults["login"] = pkcs11.FunctionCancelled
    with pytest.raises(Cancelled):
        tokens.open_key(f"serial={token.serial}", None, [driver.path])


@pytest.mark.parametrize(
    ("fault", "reason"), [(pkcs11.PinExpired, "pin-expired"), (pkcs11.UserPinNotInitialized, "pin-not-set")]
)
def test_a_pin_that_must_be_changed_first_is_said_so(
    tokens: Tokens, driver: FakeDriver, token: FakeToken, fault: type[pkcs11.PKCS11Error], reason: str
) -> None:
    token.faults["login"] = fault
    with pytest.raises(SigningRefused) as caught:
        open_key(tokens, driver, token)
    assert caught.value.params["reason"] == reason


def test_a_length_only_the_token_knows_is_told_with_what_is_known(
    tokens: Tokens, driver: FakeDriver, token: FakeToken
) -> None:
    token.pin_lengths = (0, 0)
    token.faults["login"] = pkcs11.PinLenRange
    with pytest.raises(PinLengthInvalid) as caught:
        open_key(tokens, driver, token)
    assert caught.value.params == {"minimum": None, "maximum": None}


@pytest.mark.parametrize("mechanisms", [{Mechanism.RSA_PKCS}, {Mechanism.SHA256_RSA_PKCS}])
def test_a_token_that_does_not_hash_signs_all_the_same(
    tokens: Tokens, driver: FakeDriver, token: FakeToken, mechanisms: set[Mechanism]
) -> None:
    token.mechanisms = frozenset(mechanisms)
    assert sign(open_key(tokens, driver, token))


@pytest.mark.parametrize("mechanisms", [{Mechanism.ECDSA}, {Mechanism.ECDSA_SHA256}])
def test_an_elliptic_key_signs_with_or_without_hashing(
    tokens: Tokens, driver: FakeDriver, an_ec: Holder, mechanisms: set[Mechanism]
) -> None:
    made = driver.add_token("EC", PIN)
    made.mechanisms = frozenset(mechanisms)
    made.put(an_ec, b"\x01", "Ký số")
    assert sign(open_key(tokens, driver, made))


def test_a_token_without_the_mechanism_says_so(tokens: Tokens, driver: FakeDriver, token: FakeToken) -> None:
    token.mechanisms = frozenset({Mechanism.ECDSA})
    with pytest.raises(SigningRefused) as caught:
        sign(open_key(tokens, driver, token))
    assert caught.value.params["reason"] == "mechanism-not-supported"


def test_pss_is_refused_where_the_token_does_not_list_it(
    tokens: Tokens, driver: FakeDriver, token: FakeToken
) -> None:
    token.mechanisms = frozenset({Mechanism.SHA256_RSA_PKCS})
    with pytest.raises(SigningRefused) as caught:
        tokens.open_key(f"serial={token.serial}", Secret(PIN), [driver.path], prefer_pss=True)
    assert caught.value.params["reason"] == "mechanism-not-supported"
    assert (token.sessions, token.logged_in) == ([], False)


def test_nothing_is_restarted_under_a_key_in_use(
    tokens: Tokens, driver: FakeDriver, token: FakeToken
) -> None:
    opened = open_key(tokens, driver, token)
    before = driver.restarts
    with pytest.raises(TokenAbsent):
        tokens.open_key("serial=0000", Secret(PIN), [driver.path])
    assert driver.restarts == before
    assert sign(opened)


@pytest.mark.parametrize("step", ["info", "open", "find"])
@pytest.mark.parametrize("fault", [pkcs11.SessionHandleInvalid, pkcs11.DeviceRemoved, pkcs11.GeneralError])
def test_a_driver_that_lost_its_bearings_is_started_again(
    tokens: Tokens, driver: FakeDriver, token: FakeToken, step: str, fault: type[pkcs11.PKCS11Error]
) -> None:
    token.faults[step], driver.heals = fault, True
    opened = open_key(tokens, driver, token)
    assert (sign(opened) != b"", token.logins) == (True, 1)


def test_a_driver_that_cannot_be_used_is_the_answer_only_where_the_address_names_it(tmp_path: Path) -> None:
    def load(path: Path) -> FakeDriver:
        raise DriverUnusable(path=str(path), reason="driver-does-not-start")

    library = tmp_path / "hong.so"
    library.write_bytes(b"")
    with pytest.raises(TokenAbsent):
        Tokens(load).open_key("token=x", Secret(PIN), [library])
    with pytest.raises(DriverUnusable):
        Tokens(load).open_key(f"token=x?module-path={library.as_posix()}", Secret(PIN), [])


def test_a_bad_driver_beside_it_does_not_keep_a_token_from_signing(
    tokens: Tokens, driver: FakeDriver, token: FakeToken
) -> None:
    opened = tokens.open_key(f"serial={token.serial}", Secret(PIN), [Path("khong-co.so"), driver.path])
    assert sign(opened)
