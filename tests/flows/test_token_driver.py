"""A driver's misbehaviour, through the real binding and the real workshop process.

The library is SoftHSM behind a shim that misbehaves in one point (``tests/fakes/token_shim.c``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from client.crypto.cms import verify_detached
from client.crypto.keys import Purpose
from client.crypto.pkcs11 import Tokens
from client.errors import PinIncorrect, PinLocked, TokenAbsent, TokenFault, WorkshopLost
from client.model.account import KeyRef
from client.model.secret import Secret
from client.model.token import PinState
from client.model.verdict import Indication, Profile
from client.services import workshop
from client.services.key_listing import find_keys, probe
from client.services.requests import KeyUse, SigningTerms, TrustSources
from client.services.tasks import WorkshopLane
from tests.fakes.pki import Holder, OfficePki
from tests.fakes.softhsm import SoftHsm, SoftToken, why_no_softhsm
from tests.fakes.token_shim import build_shim, why_no_shim

NOW = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
PATIENCE = 120
"""Seconds; for a process that would never answer."""


@pytest.fixture(scope="module")
def pki() -> OfficePki:
    return OfficePki(NOW)


@pytest.fixture(scope="module")
def an(pki: OfficePki) -> Holder:
    return pki.person("Nguyễn Văn An", "an@sothu.example")


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory, an: Holder) -> Iterator[SoftToken]:
    if reason := why_no_softhsm() or why_no_shim():
        pytest.skip(reason)
    with SoftHsm.start(tmp_path_factory.mktemp("shim")) as hsm:
        made = hsm.add_token("Văn thư")
        made.put(an, b"\x01", "Ký số")
        yield made


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory, token: SoftToken) -> Path:
    return build_shim(tmp_path_factory.mktemp("library"))


@pytest.fixture
def behaviour(monkeypatch: pytest.MonkeyPatch, token: SoftToken) -> pytest.MonkeyPatch:
    """Set TOKEN_SHIM_MODE before the lane's process starts: it keeps the environment it was born with."""
    monkeypatch.setenv("TOKEN_SHIM_REAL", str(token.driver))
    return monkeypatch


@pytest.fixture
def lane() -> Iterator[WorkshopLane]:
    made = WorkshopLane()
    yield made
    made.close()


@pytest.fixture(scope="module")
def terms(pki: OfficePki, tmp_path_factory: pytest.TempPathFactory) -> SigningTerms:
    folder = tmp_path_factory.mktemp("trust")
    (folder / "root.pem").write_bytes(pki.root.certificate_pem)
    (folder / "ca.pem").write_bytes(pki.issuing.certificate_pem)
    return SigningTerms(TrustSources((folder,)), NOW, Profile.B_B)


def use_of(token: SoftToken, shim: Path, pin: str = "") -> KeyUse:
    location = f"serial={token.serial};id=%01?module-path={quote(str(shim))}"
    return KeyUse(KeyRef("pkcs11", location), Secret(pin or token.pin))


def sign(lane: WorkshopLane, use: KeyUse, terms: SigningTerms) -> bytes:
    return lane.submit(workshop.sign_file, "file", b"du lieu", use, terms, "x").result(PATIENCE)


def test_a_driver_that_crashes_while_signing_costs_one_answer(
    token: SoftToken, shim: Path, behaviour: pytest.MonkeyPatch, lane: WorkshopLane, terms: SigningTerms
) -> None:
    behaviour.setenv("TOKEN_SHIM_MODE", "crash-sign")
    with pytest.raises(WorkshopLost):
        sign(lane, use_of(token, shim), terms)
    behaviour.delenv("TOKEN_SHIM_MODE")
    assert sign(lane, use_of(token, shim), terms)


def test_a_driver_that_crashes_when_loaded_hides_no_other(
    token: SoftToken, shim: Path, behaviour: pytest.MonkeyPatch, lane: WorkshopLane, an: Holder
) -> None:
    behaviour.setenv("TOKEN_SHIM_MODE", "crash-load")
    crashed, *others = probe(lane, (shim,)).result(PATIENCE)
    assert (crashed.path, crashed.loaded, crashed.problem) == (str(shim), False, "workshop-lost")
    serials = [one.serial for other in others if other.loaded for one in other.tokens]
    assert token.serial in serials
    keys = find_keys(lane, (shim,), (KeyRef("p12", "an.p12"),), NOW).result(PATIENCE)
    assert [(str(key.key), key.signer) for key in keys[:1]] == [("p12:an.p12", None)]
    assert an.certificate_der in [key.certificate_der for key in keys]


def test_a_key_that_asks_each_time_signs_through_the_real_binding(
    token: SoftToken,
    shim: Path,
    behaviour: pytest.MonkeyPatch,
    lane: WorkshopLane,
    terms: SigningTerms,
    pki: OfficePki,
) -> None:
    behaviour.setenv("TOKEN_SHIM_MODE", "asks-each-time")
    use = use_of(token, shim)
    signer = lane.submit(workshop.hold_key, use, terms).result(PATIENCE)
    assert signer.name == "Nguyễn Văn An"
    for der in (sign(lane, use, terms), sign(lane, use, terms)):
        (verdict,) = verify_detached(b"du lieu", der, pki.demand(), purpose=Purpose.DOCUMENT, where="")
        assert verdict.indication is Indication.TOTAL_PASSED
    lane.submit(workshop.release_key).result(PATIENCE)


@pytest.mark.parametrize(
    ("mode", "kind"), [("locked", PinLocked), ("login-fails", TokenFault), ("removed", TokenAbsent)]
)
def test_what_the_driver_answers_is_read_right(
    token: SoftToken,
    shim: Path,
    behaviour: pytest.MonkeyPatch,
    lane: WorkshopLane,
    terms: SigningTerms,
    mode: str,
    kind: type[Exception],
) -> None:
    behaviour.setenv("TOKEN_SHIM_MODE", mode)
    with pytest.raises(kind):
        sign(lane, use_of(token, shim), terms)
    (info,) = (one for one in Tokens().list_tokens(token.driver) if one.serial == token.serial)
    assert info.pin is PinState.OK


def test_a_held_key_signs_without_its_pin_until_it_is_released(
    token: SoftToken, shim: Path, behaviour: pytest.MonkeyPatch, lane: WorkshopLane, terms: SigningTerms
) -> None:
    use, without = use_of(token, shim), use_of(token, shim, "000000")
    lane.submit(workshop.hold_key, use, terms).result(PATIENCE)
    assert sign(lane, without, terms)
    lane.submit(workshop.release_key).result(PATIENCE)
    with pytest.raises(PinIncorrect):
        sign(lane, without, terms)
    assert sign(lane, use, terms)
