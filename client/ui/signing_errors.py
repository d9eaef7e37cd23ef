"""Which errors lead back to the choice of the key."""

from __future__ import annotations

from client.errors import (
    DriverUnusable,
    KeyFileInvalid,
    KeyPasswordIncorrect,
    PinIncorrect,
    PinLengthInvalid,
    PinLocked,
    SigningRefused,
    TokenAbsent,
    TokenFault,
)

_KEY_TROUBLE = (
    KeyPasswordIncorrect,
    KeyFileInvalid,
    SigningRefused,
    PinIncorrect,
    PinLengthInvalid,
    PinLocked,
    TokenAbsent,
    TokenFault,
    DriverUnusable,
)


def is_key_trouble(error: BaseException) -> bool:
    """Whether another key, or the same one again, may help."""
    return isinstance(error, _KEY_TROUBLE)
