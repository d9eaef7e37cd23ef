"""What a PKCS#11 return value means for the person at the desk (PKCS #11 v2.40 section 5.1).

Only the four values that speak of the PIN become PIN errors. ``CKR_FUNCTION_FAILED`` and its like
say that the device or its driver failed: called a wrong PIN, they would make people try until the
token locks itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pkcs11

from client.errors import (
    Cancelled,
    ClientError,
    PinIncorrect,
    PinLengthInvalid,
    PinLocked,
    SigningRefused,
    TokenAbsent,
    TokenFault,
)

_GONE = (
    pkcs11.TokenNotPresent,
    pkcs11.DeviceRemoved,
    pkcs11.SlotIDInvalid,
    # A session and what was found through it end with the token.
    pkcs11.SessionHandleInvalid,
    pkcs11.SessionClosed,
    pkcs11.KeyHandleInvalid,
    pkcs11.ObjectHandleInvalid,
)


@contextmanager
def told(label: str = "") -> Iterator[None]:
    """Turn PKCS#11 errors inside into ours; ``label`` names the token."""
    try:
        yield
    except pkcs11.FunctionCancelled as error:
        # The red button of a reader with its own keys.
        raise Cancelled from error
    except pkcs11.PKCS11Error as error:
        raise as_client_error(error, label) from error


def as_client_error(error: pkcs11.PKCS11Error, label: str = "") -> ClientError:
    """The same in our terms; a fault where nothing better is known."""
    if isinstance(error, _GONE):
        return TokenAbsent(token=label)
    match error:
        case pkcs11.PinIncorrect():
            return PinIncorrect(tries_left=None)
        case pkcs11.PinLocked():
            return PinLocked()
        case pkcs11.PinLenRange() | pkcs11.PinInvalid():
            return PinLengthInvalid(minimum=None, maximum=None)
        case pkcs11.PinExpired():
            return SigningRefused(reason="pin-expired")
        case pkcs11.UserPinNotInitialized():
            return SigningRefused(reason="pin-not-set")
        case pkcs11.MechanismInvalid() | pkcs11.MechanismParamInvalid():
            return SigningRefused(reason="mechanism-not-supported")
        case _:
            return TokenFault(fault=type(error).__name__, token=label)
