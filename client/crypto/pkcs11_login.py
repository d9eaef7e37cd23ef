"""The login to a token: one try, made only when it can succeed."""

from __future__ import annotations

import pkcs11
from pkcs11.types import PROTECTED_AUTH, Session

from client.crypto.pkcs11_driver import pin_state
from client.crypto.pkcs11_faults import as_client_error
from client.crypto.pkcs11_search import Found, close_quietly
from client.errors import Cancelled, ClientError, PinIncorrect, PinLengthInvalid, PinLocked, SigningRefused
from client.model.secret import Secret
from client.model.token import PinState, TokenInfo


def ask_the_flags(info: TokenInfo, pin: Secret | None) -> None:
    """Whether the PIN may be tried at all.

    Raises `PinLocked`, `SigningRefused` (``pin-not-set``) and `PinLengthInvalid`; a try that the
    token must refuse would only be counted as a wrong one.
    """
    if info.pin is PinState.LOCKED:
        raise PinLocked
    if info.pin is PinState.NOT_SET:
        raise SigningRefused(reason="pin-not-set")
    if info.protected_path:
        return
    length = len((pin or Secret("")).reveal().encode())
    if length < max(info.pin_min, 1) or (info.pin_max and length > info.pin_max):
        raise PinLengthInvalid(minimum=info.pin_min or 1, maximum=info.pin_max or None)


def log_in(found: Found, pin: Secret | None) -> Session:
    """One try, never a second; afterwards the flags tell a wrong PIN from a lock."""
    secret = PROTECTED_AUTH if found.info.protected_path else (pin or Secret("")).reveal()
    try:
        return found.token.open(user_pin=secret)
    except pkcs11.PKCS11Error as error:
        reason = _why_not(error, found)
        # The session of a refused login stays open, and nobody has a handle to close it with.
        found.driver.close_sessions(found.token.slot)
        raise reason from error


def log_out(found: Found, session: Session) -> None:
    """End the login for this whole process, whatever the token answers."""
    close_quietly(session)
    found.driver.close_sessions(found.token.slot)


def _why_not(error: pkcs11.PKCS11Error, found: Found) -> ClientError | Cancelled:
    if isinstance(error, pkcs11.FunctionCancelled):
        # The red key of the reader.
        return Cancelled()
    reason = as_client_error(error, found.info.label)
    if isinstance(reason, PinLengthInvalid):
        return PinLengthInvalid(minimum=found.info.pin_min or None, maximum=found.info.pin_max or None)
    if not isinstance(reason, PinIncorrect):
        return reason
    try:
        state = pin_state(found.token.slot.get_token().flags)
    except pkcs11.PKCS11Error:
        return reason
    if state is PinState.LOCKED:
        return PinLocked()
    return PinIncorrect(tries_left=1 if state is PinState.FINAL_TRY else None)
