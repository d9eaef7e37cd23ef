"""A PKCS#11 library of a token's vendor, loaded into this process.

Runs in the workshop: what a driver breaks, it breaks there.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pkcs11
from pkcs11 import TokenFlag
from pkcs11.types import Slot, Token

from client.crypto.pkcs11_faults import as_client_error, told
from client.crypto.pkcs11_native import NativeCalls
from client.errors import DriverUnusable
from client.model.token import PinState, TokenInfo

PinLengths = tuple[int, int]
"""Shortest and longest PIN in bytes, 0 for what the token does not say."""


class Driver(Protocol):
    """One loaded library: the seam behind which a test puts broken tokens."""

    path: Path
    description: str

    def slots(self) -> list[Slot]:
        """Slots with a token in them, asked anew each time; raises `pkcs11.PKCS11Error`."""

    def pin_lengths(self, slot: Slot) -> PinLengths:
        """Read from the token's information, without a login."""

    def close_sessions(self, slot: Slot) -> None:
        """End every session of this process on the slot's token, and the login with them; never raises."""

    def restart(self) -> None:
        """Finalise and initialise again: every session of this process in this library ends.

        Many libraries look for readers only when they are initialised, which PKCS#11 allows.
        """


Load = Callable[[Path], Driver]
_NO_TOKEN = (
    pkcs11.TokenNotPresent,
    pkcs11.TokenNotRecognised,
    pkcs11.DeviceRemoved,
    pkcs11.SlotIDInvalid,
)


def load_driver(path: Path) -> Driver:
    """Load and initialise; raises `DriverUnusable`."""
    if not path.is_file():
        raise DriverUnusable(path=str(path), reason="driver-missing")
    return _Library(path)


def present_tokens(driver: Driver) -> list[tuple[Token, TokenInfo]]:
    """Initialised tokens in the driver's slots; raises `TokenFault` where all there is does not answer.

    A token that is being pulled out is passed over, and one sick reader does not hide the healthy
    one beside it.
    """
    with told():
        slots = driver.slots()
    found, faults = [], []
    for slot in slots:
        try:
            token = slot.get_token()
            if token.flags & TokenFlag.TOKEN_INITIALIZED:
                found.append((token, describe_token(driver, token)))
        except _NO_TOKEN:
            continue
        except pkcs11.PKCS11Error as error:
            faults.append(error)
    if faults and not found:
        raise as_client_error(faults[0]) from faults[0]
    return found


def describe_token(driver: Driver, token: Token) -> TokenInfo:
    """What the token says of itself; nothing is asked of its owner."""
    shortest, longest = driver.pin_lengths(token.slot)
    return TokenInfo(
        driver=str(driver.path),
        label=token.label,
        manufacturer=token.manufacturer_id,
        model=token.model,
        serial=token.serial.rstrip(b"\0 ").decode("utf-8", "replace"),
        pin=pin_state(token.flags),
        pin_min=shortest,
        pin_max=longest,
        protected_path=bool(token.flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH),
    )


def pin_state(flags: TokenFlag) -> PinState:
    """The worst of what the flags tell."""
    for flag, state in (
        (TokenFlag.USER_PIN_LOCKED, PinState.LOCKED),
        (TokenFlag.USER_PIN_FINAL_TRY, PinState.FINAL_TRY),
        (TokenFlag.USER_PIN_COUNT_LOW, PinState.COUNT_LOW),
    ):
        if flags & flag:
            return state
    return PinState.OK if flags & TokenFlag.USER_PIN_INITIALIZED else PinState.NOT_SET


class _Library:
    """A real library, through python-pkcs11."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # One library under two names would be initialised twice, which it refuses.
        real = path.resolve()
        try:
            self._library = pkcs11.lib(str(real))
            self._native = NativeCalls(real)
        except pkcs11.PKCS11Error as error:
            # The base class alone says that the system could not load it.
            unloaded = type(error) is pkcs11.PKCS11Error
            reason = "driver-not-loadable" if unloaded else "driver-does-not-start"
            raise DriverUnusable(path=str(path), reason=reason) from error
        except (OSError, AttributeError) as error:
            raise DriverUnusable(path=str(path), reason="driver-not-loadable") from error
        self.description = self._library.library_description

    def slots(self) -> list[Slot]:
        return self._library.get_slots(token_present=True)

    def pin_lengths(self, slot: Slot) -> PinLengths:
        return self._native.pin_lengths(slot.slot_id)

    def close_sessions(self, slot: Slot) -> None:
        self._native.close_sessions(slot.slot_id)

    def restart(self) -> None:
        with told():
            self._library.reinitialize()
