"""Passwords and PINs on their short way from the keyring or the prompt to their use."""

from __future__ import annotations

import hmac


class Secret:
    """A password that does not show itself in a repr, a log line or a traceback."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself; call this only where it is handed to a library."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    __hash__ = None  # type: ignore[assignment] # a secret is never a key of anything

    def __reduce__(self) -> tuple[object, ...]:
        # Crosses the pipe to the workshop; a pickle of it is never written to disk.
        return (type(self), (self._value,))


class AccessToken(Secret):
    """What an authorisation server granted: sent to a mail server as a bearer token, never as a password."""

    __slots__ = ()
