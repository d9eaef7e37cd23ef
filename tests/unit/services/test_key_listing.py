"""Lists of keys and drivers, put together from what each driver shows."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from client.crypto.pkcs11 import Tokens
from client.errors import DriverUnusable, WorkshopLost
from client.model.account import KeyRef
from client.model.token import KeyChoice, PinState
from client.services import key_listing, workshop
from client.services.key_listing import find_keys, probe
from client.services.key_room import KeyRoom
from client.services.tasks import ImmediateLane
from tests.fakes.pki import Holder, OfficePki
from tests.fakes.token import FakeDriver, FakeToken

T = TypeVar("T")
NOW = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)


class DyingLane:
    """A workshop that dies of one driver."""

    def __init__(self, deadly: Path) -> None:
        self.deadly = deadly

    def submit(self, work: Callable[..., T], *args: object) -> Future[T]:
        if args[0] == self.deadly:
            lost: Future[T] = Future()
            lost.set_exception(WorkshopLost(reason="process-ended"))
            return lost
        return ImmediateLane().submit(work, *args)

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def pki() -> OfficePki:
    return OfficePki(NOW)


@pytest.fixture(scope="module")
def an(pki: OfficePki) -> Holder:
    return pki.person("Nguyễn Văn An", "an@sothu.example")


@pytest.fixture
def drivers(monkeypatch: pytest.MonkeyPatch) -> tuple[FakeDriver, FakeDriver]:
    """Two libraries, installed and reachable through the room of this process."""
    both = FakeDriver(Path("mot.so")), FakeDriver(Path("hai.so"))

    def load(path: Path) -> FakeDriver:
        for driver in both:
            if driver.path == path:
                return driver
        raise DriverUnusable(path=str(path), reason="driver-missing")

    room = KeyRoom(Tokens(load))
    monkeypatch.setattr("client.services.key_room.key_room", lambda: room)
    installed = tuple(driver.path for driver in both)
    for module in (key_listing, __import__("client.services.token_drivers", fromlist=["x"])):
        monkeypatch.setattr(module, "installed_drivers", lambda own=(): (*own, *installed))
    return both


def add(driver: FakeDriver, holder: Holder, label: str = "Văn thư") -> FakeToken:
    token = driver.add_token(label)
    token.put(holder, b"\x01", "Ký số")
    driver.restart()
    return token


def test_files_come_first_then_tokens_each_certificate_once(
    drivers: tuple[FakeDriver, FakeDriver], an: Holder
) -> None:
    first, second = (add(driver, an) for driver in drivers)
    second.serial = first.serial
    first.put_certificate(an.chain_der[0], b"\x09", "CA")
    refs = (KeyRef("p12", "an.p12"), KeyRef("pkcs11", "token=x"), KeyRef("p12", "an.p12"))
    file, token = find_keys(ImmediateLane(), (), refs, NOW).result()
    assert file == KeyChoice(KeyRef("p12", "an.p12"), None)
    assert token.token is not None
    assert (token.certificate_der, token.token.driver, token.problem) == (an.certificate_der, "mot.so", "")
    assert workshop.list_keys((), refs, NOW) == (file, token)
    assert first.logins == 0


def test_a_driver_that_dies_or_cannot_load_hides_no_other(
    drivers: tuple[FakeDriver, FakeDriver], an: Holder
) -> None:
    add(drivers[1], an)
    lane, own = DyingLane(Path("mot.so")), (Path("hong.so"),)
    assert [key.certificate_der for key in find_keys(lane, own, (), NOW).result()] == [an.certificate_der]
    missing, dead, good = probe(lane, own).result()
    assert (missing.problem, missing.found, missing.loaded) == ("driver-unusable", False, False)
    assert (dead.problem, dead.found, dead.loaded) == ("workshop-lost", True, False)
    assert (good.problem, good.loaded, good.name) == ("", True, "Fake token library")
    assert [token.label for token in good.tokens] == ["Văn thư"]


def test_nobody_is_asked_when_the_lane_is_closed(drivers: tuple[FakeDriver, FakeDriver]) -> None:
    class Closed(DyingLane):
        def submit(self, work: Callable[..., T], *args: object) -> Future[T]:
            raise WorkshopLost(reason="closed")

    with pytest.raises(WorkshopLost):
        probe(Closed(Path()), ()).result()


@pytest.mark.parametrize(
    ("at", "problem"),
    [
        (NOW, ""),
        (NOW + timedelta(days=1000), "certificate-expired"),
        (NOW - timedelta(days=1000), "certificate-not-yet-valid"),
        (None, ""),
    ],
)
def test_what_is_out_of_its_time_says_so(
    drivers: tuple[FakeDriver, FakeDriver], an: Holder, at: datetime | None, problem: str
) -> None:
    add(drivers[0], an)
    (key,) = workshop.list_keys((), (), at)
    assert key.problem == problem


def test_a_certificate_for_encryption_alone_says_so(
    drivers: tuple[FakeDriver, FakeDriver], pki: OfficePki
) -> None:
    add(drivers[0], pki.wrong_usage("Bình", "binh@sothu.example"))
    (key,) = workshop.list_keys((), (), NOW)
    assert key.problem == "key-usage-not-allowed"


def test_a_locked_token_and_one_without_a_pin_say_so(
    drivers: tuple[FakeDriver, FakeDriver], an: Holder
) -> None:
    locked, fresh = add(drivers[0], an), add(drivers[1], an)
    locked.tries_left, fresh.has_pin, fresh.serial = 0, False, "f"
    found = {key.token.pin: key.problem for key in workshop.list_keys((), (), NOW) if key.token}
    assert found == {PinState.LOCKED: "pin-locked", PinState.NOT_SET: "pin-not-set"}


def test_a_key_beside_a_foreign_public_key_says_so(
    drivers: tuple[FakeDriver, FakeDriver], pki: OfficePki, an: Holder
) -> None:
    other = pki.person("Bình", "binh@sothu.example")
    add(drivers[0], Holder(an.certificate, other.key))
    (key,) = workshop.list_keys((), (), NOW)
    assert key.problem == "key-mismatch"


def test_the_address_listed_is_the_one_that_opens(drivers: tuple[FakeDriver, FakeDriver], an: Holder) -> None:
    add(drivers[0], an)
    (key,) = workshop.list_keys((), (), NOW)
    assert (
        str(key.key) == "pkcs11:token=V%C4%83n%20th%C6%B0;serial=0000000000000000;id=%01?module-path=mot.so"
    )
